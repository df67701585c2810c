package cli

import (
	"context"
	"fmt"
	"strconv"

	"github.com/spf13/cobra"

	"streamdesk/bus/observe"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/table"
)

// jsonLetter is a row of the deadletters command. stream and id are the dead letter's own, event is the original event.
type jsonLetter struct {
	Stream       string             `json:"stream"`
	ID           model.Position     `json:"id"`
	OriginStream *string            `json:"origin_stream"`
	OriginID     *model.Position    `json:"origin_id"`
	Group        *string            `json:"group"`
	Deliveries   *int64             `json:"deliveries"`
	Reason       *string            `json:"reason"`
	Event        *program.JSONEvent `json:"event"`
}

// letterPage is the number of dead letters per request, because each is read whole.
const letterPage = 100

func deadLettersCommand(p *program.Program) *cobra.Command {
	var group string
	var count int
	cmd := &cobra.Command{
		Use:   "deadletters STREAM",
		Short: "List what was given up, and why",
		Long: `deadletters lists the dead letters of a stream, newest first: where each came from, which group gave it up after how
many deliveries, and why. STREAM is the stream they came from (its key or event type), or the dead-letter stream.
'streamdesk requeue' sends them back. It changes nothing: it sends XREVRANGE.`,
		Example: `  streamdesk deadletters audit.failed
  streamdesk deadletters audit.failed --group db_writers --count 1000 --output json |
    jq -r .[].reason | sort | uniq -c
  streamdesk deadletters audit.failed --output json | jq '.[] | select(.deliveries < 5)' |
    streamdesk requeue - --yes`,
		Args:              program.Arguments(1, 1),
		ValidArgsFunction: p.CompleteArgs(program.StreamNames),
		RunE: func(cmd *cobra.Command, args []string) error {
			if count < 1 {
				return program.WrongUse("--count %d: want 1 or more", count)
			}
			return p.With(cmd.Context(), func(s *program.Session) error {
				return listLetters(cmd.Context(), p, s, s.LetterKey(args[0]), group, count)
			})
		},
	}
	cmd.Flags().StringVar(&group, "group", "", "only what this `group` gave up")
	cmd.Flags().IntVar(&count, "count", observe.DefaultPendingCount, "at most so many")
	program.CompleteFlag(cmd, "group", p.CompleteFirst(program.GroupNames))
	program.CompleteFlag(cmd, "count", cobra.NoFileCompletions)
	return cmd
}

// readLetters reads the newest dead letters. more means that there are others.
func readLetters(ctx context.Context, s *program.Session, key, group string, count int) (letters []model.DeadLetter, more bool, err error) {
	from := model.Position{}
	for {
		entries, err := s.Reader().RangeBack(ctx, key, from, model.Position{}, letterPage)
		if err != nil {
			return letters, false, err
		}
		for i := range entries {
			letter := model.ReadDeadLetter(entries[i])
			if group != "" && letter.Group != group {
				continue
			}
			if len(letters) == count {
				return letters, true, nil
			}
			letters = append(letters, letter)
		}
		if len(entries) < letterPage {
			return letters, false, nil
		}
		if from = entries[len(entries)-1].ID.Prev(); from.IsZero() {
			return letters, false, nil
		}
	}
}

func listLetters(ctx context.Context, p *program.Program, s *program.Session, key, group string, count int) error {
	letters, more, err := readLetters(ctx, s, key, group, count)
	if err != nil {
		return err
	}
	if more {
		defer fmt.Fprintf(p.Err, "there are more than %d; ask for more with --count\n", count)
	}
	originals := make([]model.Entry, len(letters))
	for i := range letters {
		originals[i] = originalOf(&letters[i])
	}
	records := s.Reader().DecodeAll(originals)
	if p.JSON() {
		list := make([]jsonLetter, len(letters))
		for i := range letters {
			list[i] = newJSONLetter(&letters[i], &records[i])
		}
		return program.WriteList(p.Out, list)
	}
	if len(letters) == 0 {
		p.Say("no dead letters of that kind in %s", key)
	}
	t := table.NewText(table.Left("ID"), table.Left("ORIGIN"), table.Left("GROUP"), table.Right("DELIVERIES"),
		table.Left("WORKFLOW"), table.Left("REASON"))
	for i := range letters {
		l := &letters[i]
		t.Add(l.Entry.ID.String(), program.OriginOf(l), program.FirstOf(l.Group, "-"), attemptsOf(l),
			program.FirstOf(records[i].Event.WorkflowID, "-"), program.FirstOf(l.Reason, "-"))
	}
	return t.Write(p.Out)
}

// originalOf returns the original entry of a dead letter.
func originalOf(l *model.DeadLetter) model.Entry {
	e := model.Entry{Stream: l.Origin.Stream, ID: l.Origin.ID, Fields: l.Original}
	if e.Stream == "" {
		e.Stream, e.ID = l.Entry.Stream, l.Entry.ID
	}
	return e
}

func newJSONLetter(l *model.DeadLetter, original *model.Record) jsonLetter {
	j := jsonLetter{
		Stream: l.Entry.Stream, ID: l.Entry.ID, OriginStream: table.TextOrNull(l.Origin.Stream), OriginID: table.IDOrNull(l.Origin.ID),
		Group: table.TextOrNull(l.Group), Reason: table.TextOrNull(l.Reason), Event: new(program.NewJSONEvent(original)),
	}
	if l.Origin.Stream != "" {
		j.Deliveries = &l.Attempt
	}
	return j
}

// attemptsOf returns how often a dead letter was delivered before it was given up; "?" when it doesn't say.
func attemptsOf(l *model.DeadLetter) string {
	if l.Origin.Stream == "" {
		return "?"
	}
	return strconv.FormatInt(l.Attempt, 10)
}
