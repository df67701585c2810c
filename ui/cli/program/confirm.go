package program

import (
	"bufio"
	"context"
	"errors"
	"fmt"
	"strings"

	"streamdesk/model/config"
	"streamdesk/model/words"
	"streamdesk/ui/table"
	"streamdesk/ui/widget"
)

// ErrDeclined is the error of a change that the person didn't confirm.
var ErrDeclined = errors.New("nothing is changed: it was not confirmed")

// Question is what a person is asked before a change.
type Question struct {
	// Title names the change and its target, sample shows some of the target, lines say what will happen.
	Title  string
	Sample *table.Text
	More   int // the number of rows that the sample leaves out
	Lines  []string
	// Word must be typed instead of y, on every profile, because the change can't be undone.
	Word string
}

// Confirm asks the person for confirmation unless the flags already give it. On a profile that is marked production the
// person must type the profile's name.
func (p *Program) Confirm(ctx context.Context, settings *config.Settings, f ChangeFlags, q *Question) error {
	production := settings.Active().Production && f.production == ""
	if f.Yes && !production {
		return nil
	}
	if err := p.Pose(q); err != nil {
		return err
	}
	ask := bufio.NewReader(p.In)
	var wanted []string
	if production {
		wanted = append(wanted, settings.Profile)
	}
	if q.Word != "" && !f.Yes {
		wanted = append(wanted, q.Word)
	}
	prompts := make([]string, 0, len(wanted))
	for _, word := range wanted {
		prompts = append(prompts, "type "+widget.Escape(word)+" to go ahead: ")
	}
	if len(wanted) == 0 {
		prompts = append(prompts, "go ahead? [y/N] ")
	}
	for i, prompt := range prompts {
		fmt.Fprint(p.Err, prompt)
		line, err := ask.ReadString('\n') // an end without an answer is no answer
		if InterruptedBy(err) || ctx.Err() != nil {
			fmt.Fprintln(p.Err)
			return ErrDeclined
		}
		answer := strings.TrimRight(line, "\r\n")
		if len(wanted) > 0 && !widget.Named(answer, wanted[i]) || len(wanted) == 0 && !isYes(answer) {
			return ErrDeclined
		}
	}
	return nil
}

func isYes(answer string) bool {
	answer = strings.TrimSpace(answer)
	return strings.EqualFold(answer, "y") || strings.EqualFold(answer, "yes")
}

// Pose writes the question without its prompt to stderr, because stdout is for data. Line feeds in names are escaped.
func (p *Program) Pose(q *Question) error {
	fmt.Fprintln(p.Err, widget.Escape(q.Title))
	if q.Sample != nil {
		if err := q.Sample.Write(p.Err); err != nil {
			return err
		}
		if q.More > 0 {
			fmt.Fprintf(p.Err, "… and %s more\n", words.Grouped(int64(q.More)))
		}
	}
	for _, line := range q.Lines {
		if line != "" {
			fmt.Fprintln(p.Err, widget.Escape(line))
		}
	}
	return nil
}
