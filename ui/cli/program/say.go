package program

import (
	"fmt"
	"strings"
)

// Say writes one line to stderr. Line feeds in names are escaped.
func (p *Program) Say(format string, args ...any) {
	fmt.Fprintln(p.Err, oneLine(fmt.Sprintf(format, args...)))
}

// oneLine escapes line feeds the way [visible] escapes other control characters.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", `\x0a`) }

// errorText returns an error on one line; joined errors have one line each.
func errorText(err error) string {
	joined, ok := err.(interface{ Unwrap() []error })
	if !ok {
		return oneLine(err.Error())
	}
	var whole, lines []string
	for _, e := range joined.Unwrap() {
		whole, lines = append(whole, e.Error()), append(lines, errorText(e))
	}
	if strings.Join(whole, "\n") != err.Error() { // it is more than its parts
		return oneLine(err.Error())
	}
	return strings.Join(lines, "\n")
}

// FirstOf returns a, or b when a is empty.
func FirstOf(a, b string) string {
	if a != "" {
		return a
	}
	return b
}
