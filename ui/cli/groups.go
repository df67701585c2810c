package cli

import (
	"context"
	"fmt"

	"github.com/spf13/cobra"

	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/pane/groups"
)

func groupsCommand(p *program.Program) *cobra.Command {
	return &cobra.Command{
		Use:   "groups [STREAM]",
		Short: "List the consumer groups, and how they fare",
		Long: `groups lists every consumer group of every stream, or of one: its state in a word, by the limits of
[alerts] in the settings (JSON says why, too), its consumers, how many entries are pending (delivered and not
acknowledged) and how many lag (wait to be delivered), how old the oldest pending entry is and how far the group
has read. "?" is what the server can't tell, "~" before a lag that the server's counters
tell, of a stream that was trimmed, and that is too long to count. NEVER DELIVERED is how many entries were trimmed or
deleted before the group had read them, as far as the server's counters tell. LIMIT/s is what 'streamdesk limit' set; of a
group that 'streamdesk pause' has paused JSON says until when, and why says by whom. A key under the prefix that is no stream is reported.
STREAM is the stream's key or the event type. It changes nothing: it sends SCAN, TIME, XINFO STREAM, GET, PTTL and HGET.`,
		Example: `  streamdesk groups
  streamdesk groups workflow.failed
  streamdesk groups --output json | jq '.[] | select(.state != "keeping up")'`,
		Args:              program.Arguments(0, 1),
		ValidArgsFunction: p.CompleteArgs(program.StreamNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			return p.With(cmd.Context(), func(s *program.Session) error {
				key := ""
				if len(args) == 1 {
					key = s.Stream(args[0])
				}
				return listGroups(cmd.Context(), p, s, key)
			})
		},
	}
}

func listGroups(ctx context.Context, p *program.Program, s *program.Session, key string) error {
	snapshot, err := s.Observe(ctx, key)
	if err != nil {
		return err
	}
	if key != "" {
		if err := program.OneStream(&snapshot.Streams[0]); err != nil {
			return err
		}
	}
	tellProblems(p, &snapshot)
	rows := groups.Rows(&snapshot, s.Settings.Alerts.Limits())
	if p.JSON() {
		return program.WriteList(p.Out, groups.Columns.JSON(rows))
	}
	switch {
	case len(snapshot.Streams) == 0:
		noStreams(p, s)
	case len(rows) == 0:
		fmt.Fprintln(p.Err, "no consumer groups: they appear when a consumer starts")
	}
	return groups.Columns.Text(rows).Write(p.Out)
}

// tellProblems reports the keys under the prefix that can't be shown as streams. A list of what streams contain has no
// rows for them.
func tellProblems(p *program.Program, snapshot *model.Snapshot) {
	for i := range snapshot.Streams {
		if s := &snapshot.Streams[i]; s.Problem != "" {
			p.Say("%s is left out: %s", s.Key, s.Problem)
		}
	}
}
