package cli

import (
	"context"
	"fmt"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/model/workflow"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/pane/workflows"
)

// workflowsFrom is how far back workflows are looked for by default: longer than most take.
const workflowsFrom = "1h"

func workflowsCommand(p *program.Program) *cobra.Command {
	var since string
	var only []string
	cmd := &cobra.Command{
		Use:   "workflows [WORD…]",
		Short: "List the workflows, the worst first",
		Long: `workflows looks through all streams, from the newest entry back, and lists each workflow that it finds an event of,
as the desk's board does: its verdict (stuck, failed, waiting, running, done), how long it has taken, its stage, its newest event and
how long ago that was, its events, failures and agents, and why the verdict is what it is. A stage is stuck that runs
for much longer than such stages usually do, judged by those that were found; see [alerts] in the settings.
Words narrow the list: each of them has to be in a workflow's ID, verdict, stage, newest event or agent.
--since says how far back to look; a workflow that began before that has ">" before its age, and null in JSON. The list has as
many workflows as keep_workflows in the settings, the newest ones. It changes nothing: it sends SCAN, XINFO STREAM and XREVRANGE.`,
		Example: `  streamdesk workflows
  streamdesk workflows --since 6h --only stuck,failed
  streamdesk workflows auditor --output json | jq -r '.[].workflow_id'`,
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			from, err := model.ParseStart(since)
			if err != nil {
				return program.WrongUse("--since %q: %w", since, err)
			}
			for _, verdict := range only {
				if !slices.Contains(verdicts(), verdict) {
					return program.WrongUse("--only %q: want one or more of %s%s", verdict, strings.Join(verdicts(), ", "), didYouMean(verdict))
				}
			}
			return p.With(cmd.Context(), func(s *program.Session) error {
				return listWorkflows(cmd.Context(), p, s, from, func(r *workflows.Row) bool {
					return r.Matches(lower(args)) && (len(only) == 0 || slices.Contains(only, r.Verdict().String()))
				})
			})
		},
	}
	cmd.Flags().StringVar(&since, "since", workflowsFrom, "look back to an entry `ID`, a time, or some time ago; 0 is the beginning")
	cmd.Flags().StringSliceVar(&only, "only", nil, "only workflows with these `verdicts`, apart by commas: "+strings.Join(verdicts(), ", "))
	program.CompleteFlag(cmd, "since", cobra.NoFileCompletions)
	program.CompleteFlag(cmd, "only", cobra.FixedCompletions(verdicts(), cobra.ShellCompDirectiveNoFileComp))
	return cmd
}

// verdicts are the verdicts as they are written, the worst first.
func verdicts() []string {
	var list []string
	for v := health.Hanging; ; v-- {
		list = append(list, v.String())
		if v == health.Done {
			return list
		}
	}
}

func didYouMean(verdict string) string {
	if near := words.Nearest(verdict, verdicts()); near != "" {
		return ": do you mean " + near + "?"
	}
	return ""
}

func lower(list []string) []string {
	low := make([]string, len(list))
	for i := range list {
		low[i] = strings.ToLower(list[i])
	}
	return low
}

func listWorkflows(ctx context.Context, p *program.Program, s *program.Session, since model.Start, shows func(*workflows.Row) bool) error {
	snapshot, err := s.Observe(ctx, "")
	if err != nil {
		return err
	}
	index := workflow.NewIndex(s.Settings.Workflow.All(), s.Settings.Desk.KeepWorkflows)
	if len(snapshot.Streams) > 0 {
		from := since.Position(snapshot.At.In(s.Location()))
		if _, err := searchBack(ctx, p, s, observe.HistoryQuery{}, &snapshot, from, func(records []model.Record) {
			for i := range records {
				index.Add(&records[i])
			}
		}); err != nil {
			return err
		}
	}
	rows := workflows.Rows(index, s.Settings.Alerts.Limits(), snapshot.At)
	found := len(rows)
	rows = slices.DeleteFunc(rows, func(r workflows.Row) bool { return !shows(&r) })
	if n := index.Dropped(); n > 0 {
		p.Say("%s more were found than keep_workflows in the settings keeps", words.Grouped(n))
	}
	if p.JSON() {
		return program.WriteList(p.Out, workflows.Columns.JSON(rows))
	}
	switch {
	case len(snapshot.Streams) == 0:
		noStreams(p, s)
	case found == 0:
		fmt.Fprintln(p.Err, "no workflows: no event in that time names one; --since 0 looks from the beginning on")
	case len(rows) == 0:
		fmt.Fprintln(p.Err, words.Plural(found, "workflow")+", and none of them is asked for")
	}
	return workflows.Columns.Text(rows).Write(p.Out)
}
