package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/ui/pane/streams"
)

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
	rows := make([]streams.Row, len(snapshot.Streams))
	for i := range rows {
		rows[i] = streams.NewRow(&snapshot.Streams[i], snapshot.At)
	}
	switch {
	case p.flags.output == outputJSON:
		return writeList(p.Out, streams.Columns.JSON(rows))
	case len(rows) == 0:
		p.noStreams(s)
	}
	return streams.Columns.Text(rows).Write(p.Out)
}

// noStreams tells a person why there is nothing to see.
func (p *program) noStreams(s *session) {
	fmt.Fprintf(p.Err, "no key begins with %q: publish the first event with 'streamdesk publish TYPE', or set another prefix in the settings\n", s.Reader().Prefix())
}
