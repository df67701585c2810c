package embedded

import (
	"cmp"
	"math"
	"strconv"
	"strings"
)

// id is a stream entry ID.
type id struct{ ms, seq uint64 }

var (
	zeroID = id{}
	maxID  = id{math.MaxUint64, math.MaxUint64}
)

// maxDigits is the max number of digits of each half of an ID.
const maxDigits = 20

// maxIDText is Redis's max length of an ID in text.
const maxIDText = 127

func (a id) compare(b id) int {
	return cmp.Or(cmp.Compare(a.ms, b.ms), cmp.Compare(a.seq, b.seq))
}

func (a id) less(b id) bool { return a.compare(b) < 0 }

// next returns the ID after a, and false when there is none.
func (a id) next() (id, bool) {
	switch {
	case a.seq < math.MaxUint64:
		return id{a.ms, a.seq + 1}, true
	case a.ms < math.MaxUint64:
		return id{a.ms + 1, 0}, true
	default:
		return zeroID, false
	}
}

// previous returns the ID before a, and false when there is none.
func (a id) previous() (id, bool) {
	switch {
	case a.seq > 0:
		return id{a.ms, a.seq - 1}, true
	case a.ms > 0:
		return id{a.ms - 1, math.MaxUint64}, true
	default:
		return maxID, false
	}
}

func (a id) append(b []byte) []byte {
	b = strconv.AppendUint(b, a.ms, 10)
	b = append(b, '-')
	return strconv.AppendUint(b, a.seq, 10)
}

// parseID parses a full or incomplete ID; a missing sequence becomes missingSeq.
func parseID(text string, missingSeq uint64) (id, error) {
	if len(text) > maxIDText {
		return zeroID, errBadID
	}
	msText, seqText, complete := strings.Cut(text, "-")
	ms, err := strconv.ParseUint(msText, 10, 64)
	if err != nil {
		return zeroID, errBadID
	}
	if !complete {
		return id{ms, missingSeq}, nil
	}
	seq, err := strconv.ParseUint(seqText, 10, 64)
	if err != nil {
		return zeroID, errBadID
	}
	return id{ms, seq}, nil
}

// parseRangeID parses one end of an interval: "-", "+", an ID, or an ID after "(", which is reported as open.
func parseRangeID(text string, missingSeq uint64) (v id, open bool, err error) {
	switch {
	case text == "-":
		return zeroID, false, nil
	case text == "+":
		return maxID, false, nil
	case len(text) > 1 && text[0] == '(':
		v, err = parseID(text[1:], missingSeq)
		return v, true, err
	default:
		v, err = parseID(text, missingSeq)
		return v, false, err
	}
}

// parseRange parses an interval and returns it closed.
func parseRange(startText, endText string) (start, end id, err error) {
	if start, err = parseRangeStart(startText); err != nil {
		return zeroID, zeroID, err
	}
	end, open, err := parseRangeID(endText, math.MaxUint64)
	if err != nil {
		return zeroID, zeroID, err
	}
	if open {
		var ok bool
		if end, ok = end.previous(); !ok {
			return zeroID, zeroID, errEndID
		}
	}
	return start, end, nil
}

func parseRangeStart(text string) (id, error) {
	start, open, err := parseRangeID(text, 0)
	if err != nil || !open {
		return start, err
	}
	start, ok := start.next()
	if !ok {
		return zeroID, errStartID
	}
	return start, nil
}

func parseInt(text string) (int64, error) {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil {
		return 0, errNotInteger
	}
	return n, nil
}
