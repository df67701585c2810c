package cli

import (
	"context"
	"fmt"
	"slices"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/model/words"
)

// jsonStream is a row of the streams command.
type jsonStream struct {
	Stream       string           `json:"stream"`
	Length       *int64           `json:"length"`
	EntriesAdded model.Count      `json:"entries_added"`
	FirstID      *model.Position  `json:"first_id"`
	LastID       *model.Position  `json:"last_generated_id"`
	MaxDeletedID *model.Position  `json:"max_deleted_entry_id"`
	LastAdded    *model.Timestamp `json:"last_added_at"`
	Groups       *int             `json:"groups"`
	Idempotence  *jsonIdempotence `json:"idempotence"`
	Problem      *string          `json:"problem"`
}

// jsonIdempotence is what Redis from 8.6 on remembers of XADD … IDMP, in its own terms.
type jsonIdempotence struct {
	Duration   float64 `json:"idmp_duration"`
	MaxSize    int64   `json:"idmp_maxsize"`
	Producers  int64   `json:"pids_tracked"`
	IDs        int64   `json:"iids_tracked"`
	Added      int64   `json:"iids_added"`
	Duplicates int64   `json:"iids_duplicates"`
}

// newJSONIdempotence is nil, and so null, for servers that don't know it.
func newJSONIdempotence(i *model.Idempotence) *jsonIdempotence {
	if i == nil {
		return nil
	}
	return &jsonIdempotence{i.Duration.Seconds(), i.MaxSize, i.Producers, i.IDs, i.Added, i.Duplicates}
}

func (p *program) streamsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "streams",
		Short: "List the streams of the bus",
		Long: `streams lists every stream of the bus: how many entries it holds, how many were ever added, when
the last one came and how many groups read it. A key that should be a stream and isn't is listed with its problem.
Where idempotent publishing is used (XADD … IDMP, Redis 8.6), IDMP says how many entries came with an ID of their own, and
how many repeats of them were not added again.
It changes nothing: it sends SCAN, TIME and XINFO STREAM.`,
		Example: `  streamdesk streams
  streamdesk streams --output json | jq -r '.[] | select(.length > 100000) | .stream'`,
		Args: arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.with(cmd.Context(), func(s *session) error { return p.listStreams(cmd.Context(), s) })
		},
	}
}

// observe is a snapshot of one stream, or of all when the key is empty.
func (s *session) observe(ctx context.Context, key string) (model.Snapshot, error) {
	keys := []string{key}
	if key == "" {
		var err error
		if keys, err = s.Reader().Discover(ctx); err != nil {
			return model.Snapshot{}, err
		}
	}
	return s.Reader().Snapshot(ctx, keys)
}

func (p *program) listStreams(ctx context.Context, s *session) error {
	snapshot, err := s.observe(ctx, "")
	if err != nil {
		return err
	}
	if p.flags.output == outputJSON {
		list := make([]jsonStream, len(snapshot.Streams))
		for i := range snapshot.Streams {
			list[i] = newJSONStream(&snapshot.Streams[i], snapshot.At)
		}
		return writeList(p.Out, list)
	}
	if len(snapshot.Streams) == 0 {
		p.noStreams(s)
		return nil
	}
	idempotent := slices.ContainsFunc(snapshot.Streams, func(s model.Stream) bool { return s.Idempotence != nil && s.Idempotence.Added > 0 })
	columns := []column{{"STREAM", false}, {"LENGTH", true}, {"ADDED", true}, {"GROUPS", true}, {"LAST", true}, {"LAST ID", false}}
	if idempotent {
		columns = append(columns, column{"IDMP", false})
	}
	t := newTable(columns...)
	for i := range snapshot.Streams {
		row := streamRow(&snapshot.Streams[i], snapshot.At)
		if idempotent {
			row = append(row, snapshot.Streams[i].Idempotence.String())
		}
		t.add(row...)
	}
	return t.write(p.Out)
}

// noStreams tells a person why there is nothing to see.
func (p *program) noStreams(s *session) {
	fmt.Fprintf(p.Err, "no key begins with %q: publish the first event with 'streamdesk publish TYPE', or set another prefix in the settings\n", s.Reader().Prefix())
}

func streamRow(s *model.Stream, now time.Time) []string {
	if s.Problem != "" || s.Missing {
		return []string{s.Key, "?", "?", "?", "?", problem(s)}
	}
	last, id := "-", "-"
	if !s.Last.IsZero() {
		last, id = "?", s.Last.String()
		if age, known := s.Last.Age(now); known {
			last = words.Age(age) + " ago"
		}
	}
	return []string{s.Key, strconv.FormatInt(s.Length, 10), s.EntriesAdded.String(), strconv.Itoa(len(s.Groups)), last, id}
}

// problem is why a stream can't be shown, in the server's words.
func problem(s *model.Stream) string {
	if s.Missing {
		return "no such key"
	}
	return s.Problem
}

func newJSONStream(s *model.Stream, now time.Time) jsonStream {
	if s.Problem != "" || s.Missing {
		return jsonStream{Stream: s.Key, Problem: textOrNull(problem(s))}
	}
	j := jsonStream{
		Stream: s.Key, Length: new(s.Length), EntriesAdded: s.EntriesAdded, FirstID: idOrNull(s.First), LastID: idOrNull(s.Last),
		MaxDeletedID: idOrNull(s.MaxDeleted), Groups: new(len(s.Groups)), Idempotence: newJSONIdempotence(s.Idempotence),
	}
	if _, known := s.Last.Age(now); known && !s.Last.IsZero() {
		j.LastAdded = moment(s.Last.Time())
	}
	return j
}
