package cli

import (
	"bufio"
	"fmt"
	"io"
	"strings"

	"streamdesk/bus/doctor"
	"streamdesk/ui/widget"
)

// maxAlike is the max number of findings of one kind in text; JSON has them all.
const maxAlike = 10

// sign returns the mark of a severity, for output without colours.
func sign(s doctor.Severity) string {
	switch s {
	case doctor.Critical:
		return "✖"
	case doctor.Warning:
		return "!"
	case doctor.Info:
		return "i"
	case doctor.OK:
		return "✓"
	default:
		return "?"
	}
}

// writeFindings writes findings, which are sorted by severity, under a title for each severity.
func writeFindings(to io.Writer, findings []doctor.Finding) error {
	w := bufio.NewWriter(to)
	counts := map[doctor.Severity]int{}
	for i := range findings {
		counts[findings[i].Severity]++
	}
	alike := 0
	for i := range findings {
		f := &findings[i]
		first := i == 0 || findings[i-1].Severity != f.Severity
		if first {
			if i > 0 {
				_ = w.WriteByte('\n') // Flush returns the error
			}
			fmt.Fprintf(w, "%s %s (%d)\n", sign(f.Severity), f.Severity, counts[f.Severity])
		}
		alike++
		if first || findings[i-1].Check != f.Check {
			alike = 1
		}
		if alike <= maxAlike {
			writeFinding(w, f)
		}
		last := i == len(findings)-1 || findings[i+1].Severity != f.Severity || findings[i+1].Check != f.Check
		if more := alike - maxAlike; last && more > 0 {
			fmt.Fprintf(w, "  … and %d more of %s; --output json has them all\n", more, f.Check)
		}
	}
	return w.Flush()
}

// writeFinding writes where and what, then why, then the fix on a line of its own, to be copied.
func writeFinding(w io.Writer, f *doctor.Finding) {
	where := make([]string, 0, 3)
	for _, name := range []string{f.Stream, f.Group, f.Consumer} {
		if name != "" {
			where = append(where, name)
		}
	}
	line := f.Message
	if len(where) > 0 {
		line = strings.Join(where, " · ") + ": " + line
	}
	fmt.Fprintf(w, "  %-13s  %s\n", f.Check, widget.Clean(line))
	indent := widget.Spaces(17)
	if f.Why != "" {
		fmt.Fprintln(w, indent+widget.Clean(f.Why))
	}
	if f.Mend != "" {
		fmt.Fprintln(w, indent+"→ "+widget.Clean(f.Mend))
	}
}
