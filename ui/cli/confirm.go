package cli

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

// errDeclined ends a change that the person didn't want after all.
var errDeclined = errors.New("nothing is changed: it was not confirmed")

// question is what a person is asked before a change.
type question struct {
	// title names the change and what it acts on, sample shows some of that, lines say what will happen.
	title  string
	sample *table.Text
	more   int // how many the sample leaves out
	lines  []string
	// word has to be typed instead of a y, whatever the profile: nothing brings back what goes.
	word string
}

// confirm asks the person, unless the flags answer already. On a profile that is marked production its name has to be
// typed.
func (p *program) confirm(ctx context.Context, settings *config.Settings, f changeFlags, q *question) error {
	production := settings.Active().Production && f.production == ""
	if f.yes && !production {
		return nil
	}
	if err := p.pose(q); err != nil {
		return err
	}
	ask := bufio.NewReader(p.In)
	var wanted []string
	if production {
		wanted = append(wanted, settings.Profile)
	}
	if q.word != "" && !f.yes {
		wanted = append(wanted, q.word)
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
		if interruptedBy(err) || ctx.Err() != nil {
			fmt.Fprintln(p.Err)
			return errDeclined
		}
		answer := strings.TrimRight(line, "\r\n")
		if len(wanted) > 0 && !widget.Named(answer, wanted[i]) || len(wanted) == 0 && !isYes(answer) {
			return errDeclined
		}
	}
	return nil
}

func isYes(answer string) bool {
	answer = strings.TrimSpace(answer)
	return strings.EqualFold(answer, "y") || strings.EqualFold(answer, "yes")
}

// pose writes the question's text to stderr, where no name ends its line: data goes to stdout.
func (p *program) pose(q *question) error {
	fmt.Fprintln(p.Err, widget.Escape(q.title))
	if q.sample != nil {
		if err := q.sample.Write(p.Err); err != nil {
			return err
		}
		if q.more > 0 {
			fmt.Fprintf(p.Err, "… and %s more\n", words.Grouped(int64(q.more)))
		}
	}
	for _, line := range q.lines {
		if line != "" {
			fmt.Fprintln(p.Err, widget.Escape(line))
		}
	}
	return nil
}
