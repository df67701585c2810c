package cli

import (
	"context"
	"fmt"
	"strconv"
	"time"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/ui/widget"
)

// jsonStream is a row of the streams command.
type jsonStream struct {
	Stream       string          `json:"stream"`
	Length       *int64          `json:"length"`
	EntriesAdded model.Count     `json:"entries_added"`
	FirstID      *model.Position `json:"first_id"`
	LastID       *model.Position `json:"last_generated_id"`
	MaxDeletedID *model.Position `json:"max_deleted_entry_id"`
	LastAdded    *time.Time      `json:"last_added_at"`
	Groups       *int            `json:"groups"`
	Problem      *string         `json:"problem"`
}

func (p *program) streamsCommand() *cobra.Command {
	return &cobra.Command{
		Use:   "streams",
		Short: "List the streams of the bus",
		Long: `streams lists every stream of the bus: how many entries it holds, how many were ever added, when
the last one came and how many groups read it. A key that should be a stream and isn't is listed with its problem.
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
		if keys, err = s.Discover(ctx); err != nil {
			return model.Snapshot{}, err
		}
	}
	return s.Snapshot(ctx, keys)
}

func (p *program) listStreams(ctx context.Context, s *session) error {
	snapshot, err := s.observe(ctx, "")
	if err != nil {
		return err
	}
	if p.flags.output == outputJSON {
		list := make([]jsonStream, len(snapshot.Streams))
		for i := range snapshot.Streams {
			list[i] = newJSONStream(&snapshot.Streams[i])
		}
		return writeList(p.Out, list)
	}
	if len(snapshot.Streams) == 0 {
		p.noStreams(s)
		return nil
	}
	t := newTable(column{"STREAM", false}, column{"LENGTH", true}, column{"ADDED", true}, column{"GROUPS", true}, column{"LAST", true}, column{"LAST ID", false})
	for i := range snapshot.Streams {
		t.add(streamRow(&snapshot.Streams[i], snapshot.At)...)
	}
	return t.write(p.Out)
}

// noStreams tells a person why there is nothing to see.
func (p *program) noStreams(s *session) {
	fmt.Fprintf(p.Err, "no key begins with %q: publish the first event with 'streamdesk publish TYPE', or set another prefix in the settings\n", s.Prefix())
}

func streamRow(s *model.Stream, now time.Time) []string {
	if s.Problem != "" || s.Missing {
		return []string{s.Key, "?", "?", "?", "?", problem(s)}
	}
	last, id := "-", "-"
	if !s.Last.IsZero() {
		last, id = widget.Age(now.Sub(s.Last.Time()))+" ago", s.Last.String()
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

func newJSONStream(s *model.Stream) jsonStream {
	if s.Problem != "" || s.Missing {
		return jsonStream{Stream: s.Key, Problem: textOrNull(problem(s))}
	}
	j := jsonStream{
		Stream: s.Key, Length: new(s.Length), EntriesAdded: s.EntriesAdded, FirstID: idOrNull(s.First), LastID: idOrNull(s.Last),
		MaxDeletedID: idOrNull(s.MaxDeleted), Groups: new(len(s.Groups)),
	}
	if !s.Last.IsZero() {
		j.LastAdded = moment(s.Last.Time())
	}
	return j
}
