package program

import (
	"fmt"
	"io"
	"time"

	"streamdesk/model"
	"streamdesk/model/filter"
)

// Sifting is a filter at work on many records. Those that it can't decide on (a jq expression that takes too long, say) are left
// out, counted, and told of at the end: whoever reads the rest has to know that it isn't all.
type Sifting struct {
	Filter    filter.Filter
	Undecided int64
	why       string // of the last of them
}

// Lets says whether a record passes.
func (s *Sifting) Lets(r *model.Record, now time.Time) bool {
	said, why := s.Filter.Judge(r, now)
	if said == filter.Undecided {
		s.Undecided++
		s.why = why
	}
	return said == filter.Passes
}

// Only is what lets records through at a time; nil when all of them pass.
func (s *Sifting) Only(now time.Time) func(*model.Record) bool {
	if s.Filter.Empty() {
		return nil
	}
	return func(r *model.Record) bool { return s.Lets(r, now) }
}

// Missing is what was left out undecided, as an error; nil when nothing was.
func (s *Sifting) Missing() error {
	if s.Undecided == 0 {
		return nil
	}
	return fmt.Errorf("%s left out that --where could not decide on: %s", Plural(s.Undecided, "entry"), s.why)
}

// Tell says on to what was left out undecided.
func (s *Sifting) Tell(to io.Writer) {
	if err := s.Missing(); err != nil {
		fmt.Fprintln(to, errorText(err))
	}
}
