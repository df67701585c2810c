package embedded

import (
	"math"
	"strings"
)

// claim is a parsed XCLAIM.
type claim struct {
	minIdle   int64
	ids       []id
	delivered int64 // the delivery time to set
	count     int64 // the delivery count to set, -1 to leave it to the command
	force     bool
	justID    bool
	last      id
}

// xclaim runs XCLAIM key group consumer min-idle id [id …] [IDLE ms] [TIME ms] [RETRYCOUNT n] [FORCE] [JUSTID] [LASTID id].
func xclaim(r *request) error {
	s, g, err := r.claimsFrom()
	if err != nil {
		return err
	}
	q, err := r.parseClaim()
	if err != nil {
		return err
	}
	if g.last.less(q.last) {
		g.last = q.last
	}
	var claimed []entry
	for _, v := range q.ids {
		if e, ok := q.take(r, s, g, v); ok {
			claimed = append(claimed, e)
		}
	}
	s.version++
	r.out.claimed(claimed, q.justID)
	return nil
}

// claimsFrom returns the stream and the group of a claim.
func (r *request) claimsFrom() (*stream, *group, error) {
	key, name := r.args[1], r.args[2]
	s, err := r.stream(key)
	if err != nil {
		return nil, nil, err
	}
	g, err := r.group(key, name)
	if err == nil && g == nil {
		err = errNoGroup(key, name)
	}
	return s, g, err
}

func (r *reply) claimed(list []entry, justID bool) {
	if !justID {
		r.entries(list)
		return
	}
	r.array(len(list))
	for _, e := range list {
		r.id(e.id)
	}
}

// take claims one entry if it exists and is idle for long enough. Only a consumer that gets an entry is recorded as seen.
func (q *claim) take(r *request, s *stream, g *group, v id) (entry, bool) {
	e, exists := s.get(v)
	if !exists {
		g.forget(v) // deleted while pending: no consumer can ever process it
		return entry{}, false
	}
	p, _, isPending := g.pending.find(v)
	switch {
	case !isPending && !q.force:
		return entry{}, false
	case !isPending:
		p = &pending{id: v, count: 1}
		g.pending.insert(p)
	case r.now-p.delivered < q.minIdle:
		return entry{}, false
	}
	p.delivered = q.delivered
	if q.count >= 0 {
		p.count = q.count
	} else if !q.justID {
		p.count++
	}
	g.assign(p, g.visit(r.args[3], r.now))
	return e, true
}

func (r *request) parseClaim() (*claim, error) {
	q := &claim{delivered: -1, count: -1}
	var err error
	if q.minIdle, err = r.claimInt(4, "min-idle-time"); err != nil {
		return nil, err
	}
	q.minIdle = max(q.minIdle, 0)
	i := 5
	for ; i < len(r.args); i++ {
		v, err := parseID(r.args[i], 0)
		if err != nil {
			break // not an ID, so the options begin
		}
		q.ids = append(q.ids, v)
	}
	for ; i < len(r.args); i++ {
		more := i+1 < len(r.args)
		switch option := strings.ToUpper(r.args[i]); {
		case option == "FORCE":
			q.force = true
		case option == "JUSTID":
			q.justID = true
		case option == "IDLE" && more:
			i++
			var idle int64
			if idle, err = r.claimInt(i, "IDLE option"); err != nil {
				return nil, err
			}
			q.delivered = r.now - idle
		case option == "TIME" && more:
			i++
			if q.delivered, err = r.claimInt(i, "TIME option"); err != nil {
				return nil, err
			}
		case option == "RETRYCOUNT" && more:
			i++
			if q.count, err = r.claimInt(i, "RETRYCOUNT option"); err != nil {
				return nil, err
			}
		case option == "LASTID" && more:
			i++
			if q.last, err = parseID(r.args[i], 0); err != nil {
				return nil, err
			}
		default:
			return nil, failf("ERR Unrecognized XCLAIM option '%s'", r.args[i])
		}
	}
	if q.delivered < 0 || q.delivered > r.now {
		q.delivered = r.now
	}
	return q, nil
}

func (r *request) claimInt(i int, what string) (int64, error) {
	n, err := parseInt(r.args[i])
	if err != nil {
		return 0, failf("ERR Invalid %s argument for %s", what, strings.ToUpper(r.args[0]))
	}
	return n, nil
}

const (
	// autoClaimCount is the default COUNT of XAUTOCLAIM.
	autoClaimCount = 100
	// autoClaimEffort is how many pending entries XAUTOCLAIM checks for each one it may claim.
	autoClaimEffort = 10
)

// xautoclaim runs XAUTOCLAIM key group consumer min-idle start [COUNT count] [JUSTID].
func xautoclaim(r *request) error {
	minIdle, err := r.claimInt(4, "min-idle-time")
	if err != nil {
		return err
	}
	start, err := parseRangeStart(r.args[5])
	if err != nil {
		return err
	}
	count, justID, err := parseAutoClaim(r.args[6:])
	if err != nil {
		return err
	}
	s, g, err := r.claimsFrom()
	if err != nil {
		return err
	}
	q := &claim{minIdle: max(minIdle, 0), delivered: r.now, count: -1, justID: justID}

	var (
		claimed []entry
		deleted []id
	)
	// Removing deleted entries shifts the list, so the position is found again for each.
	next := start
	for attempts := count * autoClaimEffort; attempts > 0 && count > 0; attempts-- {
		position := g.pending.search(next)
		if position == g.pending.len() {
			break
		}
		v := g.pending.live()[position].id
		if _, exists := s.get(v); !exists {
			g.forget(v)
			deleted = append(deleted, v)
			count--
		} else if e, ok := q.take(r, s, g, v); ok {
			claimed = append(claimed, e)
			count--
		}
		var more bool
		if next, more = v.next(); !more {
			break
		}
	}
	s.version++
	r.out.array(3)
	if position := g.pending.search(next); position < g.pending.len() && next != zeroID {
		r.out.id(g.pending.live()[position].id)
	} else {
		r.out.id(zeroID)
	}
	r.out.claimed(claimed, justID)
	r.out.array(len(deleted))
	for _, v := range deleted {
		r.out.id(v)
	}
	return nil
}

func parseAutoClaim(options []string) (count int64, justID bool, err error) {
	count = autoClaimCount
	for i := 0; i < len(options); i++ {
		switch option := strings.ToUpper(options[i]); {
		case option == "COUNT" && i+1 < len(options):
			i++
			if count, err = parseInt(options[i]); err != nil || count < 1 || count > math.MaxInt64/16 {
				return 0, false, failure("ERR COUNT must be > 0")
			}
		case option == "JUSTID":
			justID = true
		default:
			return 0, false, errSyntax
		}
	}
	return count, justID, nil
}
