package program

import (
	"fmt"
	"io"
	"time"

	"streamdesk/model"
	"streamdesk/model/filter"
	"streamdesk/model/words"
)

// Sifting applies a filter to many records. It leaves out records that the filter can't decide on (a jq expression that
// takes too long, say). It counts them and reports them at the end, because the reader must know that the rest isn't
// everything.
type Sifting struct {
	Filter    filter.Filter
	Undecided int64
	why       string // the reason of the last one
}

// Lets reports whether a record passes.
func (s *Sifting) Lets(r *model.Record, now time.Time) bool {
	said, why := s.Filter.Judge(r, now)
	if said == filter.Undecided {
		s.Undecided++
		s.why = why
	}
	return said == filter.Passes
}

// Only returns the filter as a function for the given time; nil when every record passes.
func (s *Sifting) Only(now time.Time) func(*model.Record) bool {
	if s.Filter.Empty() {
		return nil
	}
	return func(r *model.Record) bool { return s.Lets(r, now) }
}

// Missing returns an error about the records that were left out undecided; nil when there were none.
func (s *Sifting) Missing() error {
	if s.Undecided == 0 {
		return nil
	}
	return fmt.Errorf("%s left out that --where could not decide on: %s", words.Plural(s.Undecided, "entry"), s.why)
}

// Tell prints how many records were left out undecided.
func (s *Sifting) Tell(to io.Writer) {
	if err := s.Missing(); err != nil {
		fmt.Fprintln(to, errorText(err))
	}
}
