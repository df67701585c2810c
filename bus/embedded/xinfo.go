package embedded

import "strings"

// fullCount is the default COUNT of XINFO STREAM … FULL, for entries and pending entries.
const fullCount = 10

// Redis reports its radix tree. A list has none, so XINFO reports the size of a small stream's tree.
const (
	entriesPerNode = 100
	rootNode       = 1
)

var infoCommands = map[string]command{
	"STREAM":    {infoStream, -3, "", 0},
	"GROUPS":    {infoGroups, 3, "", 0},
	"CONSUMERS": {infoConsumers, 4, "", 0},
}

// xinfo runs XINFO subcommand key ….
func xinfo(r *request) error { return r.runSub(infoCommands) }

// existing returns the stream of the subcommand.
func (r *request) existing() (*stream, error) {
	s, err := r.stream(r.args[2])
	if s == nil && err == nil {
		err = errNoKey
	}
	return s, err
}

func infoStream(r *request) error {
	s, err := r.existing()
	if err != nil {
		return err
	}
	options := r.args[3:]
	if len(options) == 0 {
		r.streamSummary(s)
		return nil
	}
	if !strings.EqualFold(options[0], "FULL") || len(options) != 1 && len(options) != 3 ||
		len(options) == 3 && !strings.EqualFold(options[1], "COUNT") {
		return r.syntaxOfSub()
	}
	count := int64(fullCount)
	if len(options) == 3 {
		if count, err = parseInt(options[2]); err != nil {
			return err
		}
		if count < 0 {
			count = fullCount
		}
	}
	r.streamInFull(s, count)
	return nil
}

// streamCounters writes the seven pairs that both forms of XINFO STREAM begin with.
func (r *request) streamCounters(s *stream) {
	nodes := int64((s.entries.len() + entriesPerNode - 1) / entriesPerNode)
	out := r.out
	out.bulk("length")
	out.int(int64(s.entries.len()))
	out.bulk("radix-tree-keys")
	out.int(nodes)
	out.bulk("radix-tree-nodes")
	out.int(nodes + rootNode)
	out.bulk("last-generated-id")
	out.id(s.last)
	out.bulk("max-deleted-entry-id")
	out.id(s.maxDeleted)
	out.bulk("entries-added")
	out.int(s.added)
	out.bulk("recorded-first-entry-id")
	out.id(s.first)
}

func (r *request) streamSummary(s *stream) {
	out := r.out
	out.fields(10)
	r.streamCounters(s)
	out.bulk("groups")
	out.int(int64(len(s.groups)))
	live := s.entries.live()
	for _, edge := range []struct {
		name     string
		position int
	}{{"first-entry", 0}, {"last-entry", len(live) - 1}} {
		out.bulk(edge.name)
		if len(live) == 0 {
			out.null()
			continue
		}
		out.entry(live[edge.position])
	}
}

func (r *request) streamInFull(s *stream, count int64) {
	out := r.out
	out.fields(9)
	r.streamCounters(s)
	out.bulk("entries")
	out.entries(s.between(zeroID, maxID, count))
	out.bulk("groups")
	out.array(len(s.groups))
	for _, g := range s.groups {
		out.fields(7)
		out.bulk("name")
		out.bulk(g.name)
		r.groupProgress(s, g)
		out.bulk("pel-count")
		out.int(int64(g.pending.len()))
		out.bulk("pending")
		rows := firstRows(&g.pending, count)
		out.array(len(rows))
		for _, p := range rows {
			out.array(4)
			out.id(p.id)
			out.bulk(p.owner.name)
			out.int(p.delivered)
			out.int(p.count)
		}
		out.bulk("consumers")
		out.array(len(g.consumers))
		for _, c := range g.consumers {
			r.consumerInFull(c, count)
		}
	}
}

func (r *request) consumerInFull(c *consumer, count int64) {
	out := r.out
	out.fields(4)
	out.bulk("name")
	out.bulk(c.name)
	out.bulk("seen-time")
	out.int(c.seen)
	out.bulk("pel-count")
	out.int(int64(c.pending.len()))
	out.bulk("pending")
	rows := firstRows(&c.pending, count)
	out.array(len(rows))
	for _, p := range rows {
		out.array(3)
		out.id(p.id)
		out.int(p.delivered)
		out.int(p.count)
	}
}

func firstRows(list *ordered[*pending], count int64) []*pending {
	rows := list.live()
	if count > 0 && int64(len(rows)) > count {
		rows = rows[:count]
	}
	return rows
}

// groupProgress writes the three pairs of a group's progress.
func (r *request) groupProgress(s *stream, g *group) {
	out := r.out
	out.bulk("last-delivered-id")
	out.id(g.last)
	out.bulk("entries-read")
	if g.read == unknownRead {
		out.null()
	} else {
		out.int(g.read)
	}
	out.bulk("lag")
	if lag, known := s.lag(g); known {
		out.int(lag)
	} else {
		out.null()
	}
}

func infoGroups(r *request) error {
	s, err := r.existing()
	if err != nil {
		return err
	}
	out := r.out
	out.array(len(s.groups))
	for _, g := range s.groups {
		out.fields(6)
		out.bulk("name")
		out.bulk(g.name)
		out.bulk("consumers")
		out.int(int64(len(g.consumers)))
		out.bulk("pending")
		out.int(int64(g.pending.len()))
		r.groupProgress(s, g)
	}
	return nil
}

func infoConsumers(r *request) error {
	s, err := r.existing()
	if err != nil {
		return err
	}
	g, ok := s.groups.find(r.args[3])
	if !ok {
		return errNoGroupForKey(r.args[2], r.args[3])
	}
	out := r.out
	out.array(len(g.consumers))
	for _, c := range g.consumers {
		out.fields(3)
		out.bulk("name")
		out.bulk(c.name)
		out.bulk("pending")
		out.int(int64(c.pending.len()))
		out.bulk("idle")
		out.int(max(r.now-c.seen, 0))
	}
	return nil
}
