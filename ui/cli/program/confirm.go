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

// ErrDeclined ends a change that the person didn't want after all.
var ErrDeclined = errors.New("nothing is changed: it was not confirmed")

// Question is what a person is asked before a change.
type Question struct {
	// Title names the change and what it acts on, sample shows some of that, lines say what will happen.
	Title  string
	Sample *table.Text
	More   int // how many the sample leaves out
	Lines  []string
	// Word has to be typed instead of a y, whatever the profile: nothing brings back what goes.
	Word string
}

// Confirm asks the person, unless the flags answer already. On a profile that is marked production its name has to be
// typed.
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

// Pose writes the question's text to stderr, where no name ends its line: data goes to stdout.
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
