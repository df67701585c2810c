package embedded

import "strings"

// xack runs XACK key group id [id …].
func xack(r *request) error {
	g, err := r.group(r.args[1], r.args[2])
	if err != nil {
		return err
	}
	if g == nil {
		r.out.int(0)
		return nil
	}
	ids, err := parseIDs(r.args[3:])
	if err != nil {
		return err
	}
	var acked int64
	for _, v := range ids {
		if g.forget(v) {
			acked++
		}
	}
	r.srv.streams[r.args[1]].version++
	r.out.int(acked)
	return nil
}

// group returns a group, or nil when the key or the group does not exist.
func (r *request) group(key, name string) (*group, error) {
	s, err := r.stream(key)
	if s == nil || err != nil {
		return nil, err
	}
	g, _ := s.groups.find(name)
	return g, nil
}

// xpending runs XPENDING key group [[IDLE ms] start end count [consumer]].
func xpending(r *request) error {
	if n := len(r.args); n != 3 && (n < 6 || n > 9) {
		return errSyntax
	}
	q, err := parsePendingQuery(r.args[3:])
	if err != nil {
		return err
	}
	g, err := r.group(r.args[1], r.args[2])
	if err != nil {
		return err
	}
	if g == nil {
		return errNoGroup(r.args[1], r.args[2])
	}
	if q == nil {
		r.pendingSummary(g)
		return nil
	}
	q.reply(r, g)
	return nil
}

func (r *request) pendingSummary(g *group) {
	rows := g.pending.live()
	r.out.array(4)
	r.out.int(int64(len(rows)))
	if len(rows) == 0 {
		r.out.null()
		r.out.null()
		r.out.nullArray()
		return
	}
	r.out.id(rows[0].id)
	r.out.id(rows[len(rows)-1].id)
	var owners []*consumer
	for _, c := range g.consumers {
		if c.pending.len() > 0 {
			owners = append(owners, c)
		}
	}
	r.out.array(len(owners))
	for _, c := range owners {
		r.out.array(2)
		r.out.bulk(c.name)
		r.out.bulkInt(int64(c.pending.len()))
	}
}

// pendingQuery holds the arguments of the long form of XPENDING.
type pendingQuery struct {
	minIdle     int64
	start, end  id
	count       int64
	consumer    string
	anyConsumer bool
}

// parsePendingQuery parses the arguments after the group, and returns nil for the short form.
func parsePendingQuery(args []string) (*pendingQuery, error) {
	if len(args) == 0 {
		return nil, nil
	}
	q := &pendingQuery{anyConsumer: true}
	var err error
	if strings.EqualFold(args[0], "IDLE") {
		if q.minIdle, err = parseInt(args[1]); err != nil {
			return nil, err
		}
		if len(args) < 5 {
			return nil, errSyntax
		}
		args = args[2:]
	}
	if q.count, err = parseInt(args[2]); err != nil {
		return nil, err
	}
	if q.start, q.end, err = parseRange(args[0], args[1]); err != nil {
		return nil, err
	}
	if len(args) > 3 {
		q.consumer, q.anyConsumer = args[3], false
	}
	return q, nil
}

func (q *pendingQuery) reply(r *request, g *group) {
	list := &g.pending
	if !q.anyConsumer {
		c, ok := g.consumers.find(q.consumer)
		if !ok {
			r.out.array(0)
			return
		}
		list = &c.pending
	}
	var rows []*pending
	for _, p := range list.live()[list.search(q.start):] {
		if int64(len(rows)) >= q.count || q.end.less(p.id) {
			break
		}
		if q.minIdle == 0 || r.now-p.delivered >= q.minIdle {
			rows = append(rows, p)
		}
	}
	r.out.array(len(rows))
	for _, p := range rows {
		r.out.array(4)
		r.out.id(p.id)
		r.out.bulk(p.owner.name)
		r.out.int(max(r.now-p.delivered, 0))
		r.out.int(p.count)
	}
}
