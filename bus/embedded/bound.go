package embedded

import "strings"

// bound defines which entries XADD and XTRIM remove: all but the maxLen newest, or all before minID.
type bound struct {
	kind   boundKind
	maxLen int64
	minID  id
	limit  int64 // max number of entries to remove, 0 for any number
}

type boundKind int

const (
	unbounded boundKind = iota
	byLength
	byID
)

// approximateLimit is Redis's default bound on the work of one approximate trim: 100 nodes of 100 entries.
const approximateLimit = 10_000

// excess returns how many entries of s are beyond the bound.
func (b bound) excess(s *stream) int {
	var n int
	switch b.kind {
	case unbounded:
	case byLength:
		n = max(s.entries.len()-int(min(b.maxLen, int64(s.entries.len()))), 0)
	case byID:
		n = s.entries.search(b.minID)
	}
	if b.limit > 0 {
		n = int(min(int64(n), b.limit))
	}
	return n
}

// boundParser parses the trimming options that XADD and XTRIM share.
type boundParser struct {
	bound       bound
	approximate bool
	limitGiven  bool
}

// parse parses the option at args[i] and returns the index after it, or i itself when it is no trimming option.
func (p *boundParser) parse(args []string, i int) (int, error) {
	rest := len(args) - 1 - i
	option := strings.ToUpper(args[i])
	switch {
	case (option == "MAXLEN" || option == "MINID") && rest > 0:
		if p.bound.kind != unbounded {
			return i, failure("ERR syntax error, MAXLEN and MINID options at the same time are not compatible")
		}
		p.approximate = false
		i++
		if rest > 1 && (args[i] == "~" || args[i] == "=") {
			p.approximate = args[i] == "~"
			i++
		}
		return i + 1, p.threshold(option, args[i])
	case option == "LIMIT" && rest > 0:
		limit, err := parseInt(args[i+1])
		if err != nil {
			return i, err
		}
		if limit < 0 {
			return i, failure("ERR The LIMIT argument must be >= 0.")
		}
		p.bound.limit, p.limitGiven = limit, true
		return i + 2, nil
	}
	return i, nil
}

func (p *boundParser) threshold(option, text string) (err error) {
	if option == "MINID" {
		p.bound.kind = byID
		p.bound.minID, err = parseID(text, 0)
		return err
	}
	p.bound.kind = byLength
	if p.bound.maxLen, err = parseInt(text); err != nil {
		return err
	}
	if p.bound.maxLen < 0 {
		return failure("ERR The MAXLEN argument must be >= 0.")
	}
	return nil
}

// finish checks the options against each other and returns the bound.
func (p *boundParser) finish(required bool) (bound, error) {
	if p.bound.limit > 0 && p.bound.kind == unbounded {
		return bound{}, failure("ERR syntax error, LIMIT cannot be used without specifying a trimming strategy")
	}
	if required && p.bound.kind == unbounded {
		return bound{}, failure("ERR syntax error, XTRIM must be called with a trimming strategy")
	}
	if p.limitGiven && !p.approximate {
		return bound{}, failure("ERR syntax error, LIMIT cannot be used without the special ~ option")
	}
	if p.approximate && !p.limitGiven {
		p.bound.limit = approximateLimit
	}
	return p.bound, nil
}
