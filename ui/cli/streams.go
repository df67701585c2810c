package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"streamdesk/ui/cli/program"
	"streamdesk/ui/pane/streams"
)

func streamsCommand(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "streams",
		Short: "List the streams of the bus",
		Long: `streams lists every stream of the bus: how many entries it holds, how many were ever added, when
the last one came and how many groups read it. A key that should be a stream and isn't is listed with its problem.
Where idempotent publishing is used (XADD … IDMP, Redis 8.6), IDMP says how many entries came with an ID of their own, and
how many repeats of them were not added again.
It changes nothing: it sends SCAN, TIME, XINFO STREAM, GET, PTTL and HGET.`,
		Example: `  streamdesk streams
  streamdesk streams --output json | jq -r '.[] | select(.length > 100000) | .stream'`,
		Args: program.Arguments(0, 0),
		RunE: func(cmd *cobra.Command, _ []string) error {
			return p.With(cmd.Context(), func(s *program.Session) error { return listStreams(cmd.Context(), p, s) })
		},
	}
}

func listStreams(ctx context.Context, p *program.Program, s *program.Session) error {
	snapshot, err := s.Observe(ctx, "")
	if err != nil {
		return err
	}
	rows := make([]streams.Row, len(snapshot.Streams))
	for i := range rows {
		rows[i] = streams.NewRow(&snapshot.Streams[i], snapshot.At)
	}
	switch {
	case p.JSON():
		return program.WriteList(p.Out, streams.Columns.JSON(rows))
	case len(rows) == 0:
		noStreams(p, s)
	}
	return streams.Columns.Text(rows).Write(p.Out)
}

// noStreams prints why the list is empty.
func noStreams(p *program.Program, s *program.Session) {
	fmt.Fprintf(p.Err, "no key begins with %q: publish the first event with 'streamdesk publish TYPE', or set another prefix in the settings\n", s.Reader().Prefix())
}
