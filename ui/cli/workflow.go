package cli

import (
	"context"
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"

	"github.com/spf13/cobra"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/model/workflow"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/older"
	workflowpane "streamdesk/ui/pane/workflow"
	"streamdesk/ui/widget"
)

// reportWidth is the width of a timeline without a terminal: it fits a page, and a mail.
const reportWidth = 100

func workflowCommand(p *program.Program) *cobra.Command {
	var since string
	cmd := &cobra.Command{
		Use:   "workflow ID",
		Short: "Show the course of one workflow",
		Long: `workflow looks through all streams, from the newest entry back, for the events of one workflow and shows
its course: each attempt at each stage as a bar on one scale of time, with how long it took and how it ended, what the
workflow waits for, why it failed, and below that every event.
--since stops the search that long ago, for streams that are too long to be looked through. It changes nothing: it
sends SCAN, XINFO STREAM and XREVRANGE.`,
		Example: `  streamdesk workflow wf-8f31
  streamdesk workflow wf-8f31 --since 1h
  streamdesk workflow wf-8f31 --output json | jq '.stages[] | {stage, state, duration_seconds}'`,
		Args:              program.Arguments(1, 1),
		ValidArgsFunction: cobra.NoFileCompletions,
		RunE: func(cmd *cobra.Command, args []string) error {
			from, err := model.ParseStart(since)
			if err != nil {
				return program.WrongUse("--since %q: %w", since, err)
			}
			if args[0] == "" {
				return program.WrongUse("the workflow's ID is empty: name one such as wf-8f31")
			}
			return p.With(cmd.Context(), func(s *program.Session) error { return tellWorkflow(cmd.Context(), p, s, args[0], from) })
		},
	}
	cmd.Flags().StringVar(&since, "since", "", "search back to an entry `ID`, a time, or some time ago; to the beginning unless told")
	program.CompleteFlag(cmd, "since", cobra.NoFileCompletions)
	return cmd
}

func tellWorkflow(ctx context.Context, p *program.Program, s *program.Session, id string, since model.Start) error {
	snapshot, err := s.Observe(ctx, "")
	if err != nil {
		return err
	}
	if len(snapshot.Streams) == 0 {
		noStreams(p, s)
		return fmt.Errorf("no events of workflow %s", id)
	}
	v := pane.View{Width: firstWidth(p.LineWidth()), Now: snapshot.At, Location: s.Location()}
	course := workflowpane.New(s.Settings.Workflow.All(), s.Settings.Trace.Of)
	course.Show(id)
	query := observe.HistoryQuery{Workflow: course.Course().ID()}
	complete, err := searchBack(ctx, p, s, query, &snapshot, since.Position(snapshot.At.In(s.Location())), func(records []model.Record) { course.Add(records) })
	if err != nil {
		return err
	}
	if course.Course().Len() == 0 {
		return fmt.Errorf("no events of workflow %s: 'streamdesk tail --from 1h' shows which workflows there were", id)
	}
	if p.JSON() {
		return program.WriteObject(p.Out, newJSONWorkflow(course.Course(), snapshot.At, complete))
	}
	course.SetHistory(older.State{Done: complete})
	lines := append([]string{workflowTitle(course.Course(), complete)}, course.Report(v)...)
	_, err = io.WriteString(p.Out, strings.Join(lines, "\n")+"\n")
	return err
}

// searchBack reads all streams backwards to a position, calls add with what it finds, the newest first, and reports whether it
// reached the streams' beginnings. It tells on stderr how far it is, and which streams can't be read.
func searchBack(ctx context.Context,
	p *program.Program, s *program.Session, query observe.HistoryQuery, snapshot *model.Snapshot, since model.Position,
	add func([]model.Record),
) (complete bool, err error) {
	all := int64(0)
	for i := range snapshot.Streams {
		stream := &snapshot.Streams[i]
		query.Streams = append(query.Streams, stream.Key)
		all += stream.Length
	}
	search := p.NewProgress("entries searched")
	defer search.End()
	var unreadable map[string]string
	for page, err := range s.Reader().History(ctx, query) {
		if err != nil {
			return false, err
		}
		unreadable = page.Unreadable
		records := page.Records
		for i := range records {
			if records[i].ID.Before(since) {
				records = records[:i] // the newest come first
				break
			}
		}
		add(records)
		search.Tell(page.Scanned, all)
		if page.Left > 0 && page.Back.Before(since) {
			break
		}
		complete = page.Left == 0
	}
	search.End()
	for _, key := range slices.Sorted(maps.Keys(unreadable)) {
		p.Say("%s can't be read: %s", key, unreadable[key])
	}
	return complete && since.IsZero(), nil
}

func firstWidth(width int) int {
	if width > 0 {
		return width
	}
	return reportWidth
}

// workflowTitle returns the line above the timeline.
func workflowTitle(w *workflow.Workflow, complete bool) string {
	title := "workflow " + widget.Clean(w.ID()) + " · " + w.State().String()
	if !complete || w.Truncated() {
		title += " · not all of its events are here"
	}
	return title
}
