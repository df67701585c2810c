package cli

import (
	"fmt"
	"io"

	"streamdesk/bus/bench"
	"streamdesk/ui/cli/program"
)

// benchProgress shows the progress of a benchmark: one line that is rewritten when to is a terminal, otherwise one line
// for each measure.
type benchProgress struct {
	to        io.Writer
	overwrite bool
	last      string
}

func (b *benchProgress) tell(at bench.Progress) {
	what := string(at.Measure)
	if at.Measure == bench.Latency {
		what = fmt.Sprintf("latency with %d groups", at.Groups)
		if at.Groups == 1 {
			what = "latency with 1 group"
		}
	}
	percent := int(100 * at.Done)
	switch {
	case b.overwrite:
		program.Rewrite(b.to, fmt.Sprintf("%3d%%  %s, %s; ctrl+c ends", percent, what, at.By))
	case what != b.last:
		fmt.Fprintf(b.to, "%3d%%  %s\n", percent, what)
	}
	b.last = what
}

// end clears the line on a terminal.
func (b *benchProgress) end() {
	if b.overwrite && b.last != "" {
		program.Rewrite(b.to, "")
	}
}
