package cli

import (
	"fmt"
	"strings"
)

// say writes one line to stderr, whatever is named in it: a line feed in a name is shown.
func (p *program) say(format string, args ...any) {
	fmt.Fprintln(p.Err, oneLine(fmt.Sprintf(format, args...)))
}

// oneLine is text whose line feeds are shown as [visible] shows other control characters.
func oneLine(text string) string { return strings.ReplaceAll(text, "\n", `\x0a`) }

// errorText is an error on one line, or several that were joined on a line each.
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
