package cli

import (
	"context"
	"strings"

	"github.com/spf13/cobra"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/consequence"
)

func (p *program) requeueCommand() *cobra.Command {
	var chosen selectionFlags
	var flags changeFlags
	cmd := &cobra.Command{
		Use:   "requeue STREAM [ID…] | requeue -",
		Short: "Send dead letters back to where they came from",
		Long: `requeue adds what was given up to the stream it came from again, byte for byte, where every group receives it,
and deletes the dead letter after that. STREAM is the stream they came from (its key or event type), or the dead-letter
stream itself; the IDs are those of the dead letters, as 'streamdesk deadletters' lists them.
` + selectionHelp + `, --group (that gave them up); or --all.
--where finds the text of the reason, too.
` + changeHelp + `
It sends XRANGE, XADD (each at most once) and XDEL.`,
		Example: `  streamdesk requeue audit.failed 1762341000000-0
  streamdesk requeue audit.failed --group db_writers --where '"disk full"' --dry-run
  streamdesk deadletters audit.failed --output json | jq '.[] | select(.deliveries < 5)' |
    streamdesk requeue - --yes`,
		Args:              arguments(1, -1),
		ValidArgsFunction: p.completeArgs(p.streamNames, p.letterIDs),
		RunE: func(cmd *cobra.Command, args []string) error {
			sel, err := chosen.parse(cmd, scope{letters: true}, args)
			if err != nil {
				return err
			}
			kind, made := requeueing().kind()
			return p.changeEntries(cmd.Context(), &sel, flags, kind, made)
		},
	}
	cmd.Flags().StringVar(&chosen.group, "group", "", "only what this `group` gave up")
	completeFlag(cmd, "group", p.completeFirst(p.groupNames))
	chosen.add(cmd)
	flags.add(cmd, p)
	return cmd
}

func requeueing() *entryChange {
	return &entryChange{
		name: "requeue", past: "requeued", batch: payloadPage,
		consequence: requeueConsequence,
		prepare: func(ctx context.Context, s *session, t *target, rows []model.Pending) (prepared, error) {
			entries, left, err := readEntries(ctx, s, t, rows)
			if err != nil {
				return prepared{left: left}, err
			}
			var requests []change.RequeueRequest
			ready := prepared{left: left}
			for i := range entries {
				r := change.RequeueRequest{Letter: model.ReadDeadLetter(entries[i].Entry)}
				if r.Letter.Origin.Stream == "" || len(r.Letter.Original) == 0 {
					ready.left = append(ready.left, change.Outcome{ID: entries[i].ID, Outcome: noOrigin})
					continue
				}
				requests = append(requests, r)
				ready.commands = append(ready.commands, r.Commands()...)
			}
			if len(requests) > 0 {
				ready.send = func(ctx context.Context) (sent, error) { return sendRequeue(ctx, s, requests) }
			}
			return ready, nil
		},
	}
}

// requeueConsequence says who receives what goes back. Where it goes is read from the first letters: those of a stream all
// came from that stream, unless somebody has named the streams otherwise.
func requeueConsequence(ctx context.Context, s *session, t *target) ([]string, error) {
	entries, err := s.Reader().Entries(ctx, t.stream, idsOf(t.rows[:min(len(t.rows), payloadPage)]))
	if err != nil {
		return nil, err
	}
	origins := map[string]bool{}
	for i := range entries {
		if stream := model.ReadDeadLetter(entries[i]).Origin.Stream; stream != "" {
			origins[stream] = true
		}
	}
	var lines []string
	for _, stream := range sortedNames(origins) {
		there, err := s.observe(ctx, stream)
		if err != nil {
			return nil, err
		}
		what := words.These(len(t.rows))
		if len(origins) > 1 {
			what = "those of " + words.These(len(t.rows)) + " that came from it"
		}
		lines = append(lines, consequence.Receive(readersOf(&there.Streams[0]), stream, what+" again"))
	}
	return append(lines, "The dead letters are deleted, each once its new entry is safe."), nil
}

func sendRequeue(ctx context.Context, s *session, requests []change.RequeueRequest) (came sent, err error) {
	for i := range requests {
		result, err := s.Writer().Requeue(ctx, requests[i])
		came.receipts = append(came.receipts, result.Receipts...)
		if !result.Added.ID.IsZero() {
			came.changed++
			came.outcomes = append(came.outcomes, change.Outcome{ID: requests[i].Letter.Entry.ID, Outcome: "requeued"}.Added(result.Added))
		}
		if err != nil {
			return came, err
		}
	}
	return came, nil
}

// letterKey is the key of a dead-letter stream that a person means: by its own name, or by that of the stream whose dead
// letters it holds.
func (s *session) letterKey(name string) string {
	before, after, _ := strings.Cut(s.Reader().DeadLetterKey("\x00"), "\x00")
	if strings.HasPrefix(name, before+s.Reader().Prefix()) && strings.HasSuffix(name, after) && len(name) > len(before)+len(after) {
		return name
	}
	return s.Reader().DeadLetterKey(s.stream(name))
}
