package embedded

import "strings"

// xlen runs XLEN key.
func xlen(r *request) error {
	s, err := r.stream(r.args[1])
	if err != nil {
		return err
	}
	var n int
	if s != nil {
		n = s.entries.len()
	}
	r.out.int(int64(n))
	return nil
}

// xdel runs XDEL key id [id …].
func xdel(r *request) error {
	s, err := r.stream(r.args[1])
	if err != nil {
		return err
	}
	if s == nil {
		r.out.int(0)
		return nil
	}
	ids, err := parseIDs(r.args[2:])
	if err != nil {
		return err
	}
	var deleted int64
	for _, v := range ids {
		if s.delete(v) {
			deleted++
		}
	}
	r.out.int(deleted)
	return nil
}

func parseIDs(texts []string) ([]id, error) {
	ids := make([]id, len(texts))
	for i, text := range texts {
		var err error
		if ids[i], err = parseID(text, 0); err != nil {
			return nil, err
		}
	}
	return ids, nil
}

// xtrim runs XTRIM key <MAXLEN|MINID> [=|~] threshold [LIMIT count].
func xtrim(r *request) error {
	var trimming boundParser
	for i := 2; i < len(r.args); {
		after, err := trimming.parse(r.args, i)
		if err != nil {
			return err
		}
		if after == i {
			return errSyntax
		}
		i = after
	}
	trim, err := trimming.finish(true)
	if err != nil {
		return err
	}
	s, err := r.stream(r.args[1])
	if err != nil {
		return err
	}
	var removed int64
	if s != nil {
		removed = s.trim(trim)
	}
	r.out.int(removed)
	return nil
}

// xsetid runs XSETID key last-id [ENTRIESADDED n] [MAXDELETEDID id].
func xsetid(r *request) error {
	last, err := parseID(r.args[2], 0)
	if err != nil {
		return err
	}
	added := int64(-1)
	maxDeleted := zeroID
	for i := 3; i < len(r.args); i += 2 {
		if i+1 == len(r.args) {
			return errSyntax
		}
		value := r.args[i+1]
		switch strings.ToUpper(r.args[i]) {
		case "ENTRIESADDED":
			if added, err = parseInt(value); err != nil {
				return err
			}
			if added < 0 {
				return failure("ERR entries_added must be positive")
			}
		case "MAXDELETEDID":
			if maxDeleted, err = parseID(value, 0); err != nil {
				return err
			}
			if last.less(maxDeleted) {
				return failure("ERR The ID specified in XSETID is smaller than the provided max_deleted_entry_id")
			}
		default:
			return errSyntax
		}
	}
	s, err := r.stream(r.args[1])
	if err != nil {
		return err
	}
	if s == nil {
		return errNoKey
	}
	if err := s.mayBecome(last, added); err != nil {
		return err
	}
	s.last = last
	if added != -1 {
		s.added = added
	}
	if maxDeleted != zeroID {
		s.maxDeleted = maxDeleted
	}
	s.version++
	r.out.ok()
	return nil
}

func (s *stream) mayBecome(last id, added int64) error {
	if s.entries.len() == 0 {
		return nil
	}
	if last.less(s.lastValid()) {
		return failure("ERR The ID specified in XSETID is smaller than the target stream top item")
	}
	if added != -1 && int64(s.entries.len()) > added {
		return failure("ERR The entries_added specified in XSETID is smaller than the target stream length")
	}
	return nil
}

// xrange runs XRANGE key start end [COUNT count].
func xrange(r *request) error { return r.rangeOf(r.args[2], r.args[3], (*stream).between) }

// xrevrange runs XREVRANGE key end start [COUNT count].
func xrevrange(r *request) error { return r.rangeOf(r.args[3], r.args[2], (*stream).betweenReversed) }

func (r *request) rangeOf(startText, endText string, pick func(s *stream, start, end id, limit int64) []entry) error {
	start, end, err := parseRange(startText, endText)
	if err != nil {
		return err
	}
	count := int64(-1)
	for i := 4; i < len(r.args); i += 2 {
		if i+1 == len(r.args) || !strings.EqualFold(r.args[i], "COUNT") {
			return errSyntax
		}
		if count, err = parseInt(r.args[i+1]); err != nil {
			return err
		}
		count = max(count, 0)
	}
	s, err := r.stream(r.args[1])
	switch {
	case err != nil:
		return err
	case s == nil:
		r.out.array(0)
	case count == 0:
		r.out.nullArray()
	default:
		r.out.entries(pick(s, start, end, max(count, 0)))
	}
	return nil
}
