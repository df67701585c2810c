package embedded

import (
	"math"
	"strings"
)

// xadd runs XADD key [NOMKSTREAM] [MAXLEN|MINID [=|~] threshold [LIMIT count]] <*|id> field value [field value …].
func xadd(r *request) error {
	var (
		trimming  boundParser
		noCreate  bool
		requested requestedID
	)
	i := 2
	for ; i < len(r.args); i++ {
		if r.args[i] == "*" {
			break
		}
		after, err := trimming.parse(r.args, i)
		if err != nil {
			return err
		}
		if after > i {
			i = after - 1
			continue
		}
		if strings.EqualFold(r.args[i], "NOMKSTREAM") {
			noCreate = true
			continue
		}
		if requested, err = parseRequestedID(r.args[i]); err != nil {
			return err
		}
		break
	}
	trim, err := trimming.finish(false)
	if err != nil {
		return err
	}
	if fields := len(r.args) - i - 1; fields < 2 || fields%2 != 0 {
		return errArity("xadd")
	}
	if requested.given && !requested.anySeq && requested.id == zeroID {
		return failure("ERR The ID specified in XADD must be greater than 0-0")
	}

	key := r.args[1]
	s, err := r.stream(key)
	if err != nil {
		return err
	}
	if s == nil {
		if noCreate {
			r.out.null()
			return nil
		}
		s = r.create(key)
	}
	if s.last == maxID {
		return failure("ERR The stream has exhausted the last possible ID, unable to add more items")
	}
	v, ok := requested.resolve(s.last, r.now)
	if !ok {
		return failure("ERR The ID specified in XADD is equal or smaller than the target stream top item")
	}
	s.add(entry{id: v, fields: r.args[i+1:]})
	r.out.id(v)
	s.trim(trim)
	if r.srv.maxLen > 0 {
		s.trim(bound{kind: byLength, maxLen: int64(r.srv.maxLen)})
	}
	r.srv.touch(key)
	return nil
}

// requestedID is the ID a client asked for: none ("*"), only its milliseconds ("5-*"), or all of it.
type requestedID struct {
	id            id
	given, anySeq bool
}

func parseRequestedID(text string) (requestedID, error) {
	if ms, ok := strings.CutSuffix(text, "-*"); ok {
		v, err := parseID(ms+"-0", 0)
		return requestedID{id: v, given: true, anySeq: true}, err
	}
	v, err := parseID(text, 0)
	return requestedID{id: v, given: true}, err
}

// resolve returns the ID to use after last, and false when there is none.
func (q requestedID) resolve(last id, now int64) (id, bool) {
	switch {
	case !q.given:
		if uint64(now) > last.ms {
			return id{uint64(now), 0}, true
		}
		return last.next()
	case q.anySeq && q.id.ms == last.ms:
		return id{last.ms, last.seq + 1}, last.seq < math.MaxUint64
	default:
		return q.id, last.less(q.id)
	}
}
