package cli

import (
	"fmt"
	"io"
	"time"

	"streamdesk/model"
	"streamdesk/model/filter"
)

// sifting is a filter at work on many records. Those that it can't decide on (a jq expression that takes too long, say) are left
// out, counted, and told of at the end: whoever reads the rest has to know that it isn't all.
type sifting struct {
	filter    filter.Filter
	undecided int64
	why       string // of the last of them
}

// lets says whether a record passes.
func (s *sifting) lets(r *model.Record, now time.Time) bool {
	said, why := s.filter.Judge(r, now)
	if said == filter.Undecided {
		s.undecided++
		s.why = why
	}
	return said == filter.Passes
}

// only is what lets records through at a time; nil when all of them pass.
func (s *sifting) only(now time.Time) func(*model.Record) bool {
	if s.filter.Empty() {
		return nil
	}
	return func(r *model.Record) bool { return s.lets(r, now) }
}

// missing is what was left out undecided, as an error; nil when nothing was.
func (s *sifting) missing() error {
	if s.undecided == 0 {
		return nil
	}
	return fmt.Errorf("%s left out that --where could not decide on: %s", plural(s.undecided, "entry"), s.why)
}

// tell says on to what was left out undecided.
func (s *sifting) tell(to io.Writer) {
	if err := s.missing(); err != nil {
		fmt.Fprintln(to, errorText(err))
	}
}
