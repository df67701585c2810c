package embedded

// group is a consumer group. Every pending entry is in the group's list and in its owner's.
type group struct {
	name      string
	last      id    // the last-delivered ID
	read      int64 // entries read over the group's life, or unknownRead
	pending   ordered[*pending]
	consumers named[*consumer]
}

func (g *group) label() string { return g.name }

// consumer is a member of a group.
type consumer struct {
	name    string
	seen    int64 // when it last asked for something, Unix milliseconds
	pending ordered[*pending]
}

func (c *consumer) label() string { return c.name }

// pending is an entry delivered and not yet acknowledged.
type pending struct {
	id        id
	owner     *consumer // nil only while XCLAIM FORCE creates it
	delivered int64     // when it was last delivered, Unix milliseconds
	count     int64     // deliveries
}

func (p *pending) at() id { return p.id }

// visit returns the consumer and records that it was seen. It creates the consumer when it does not exist.
func (g *group) visit(name string, now int64) *consumer {
	c, ok := g.consumers.find(name)
	if !ok {
		c = &consumer{name: name}
		g.consumers.insert(c)
	}
	c.seen = now
	return c
}

// deliver makes v pending for c, and removes it from its former owner.
func (g *group) deliver(v id, c *consumer, now int64) {
	p, _, ok := g.pending.find(v)
	if !ok {
		p = &pending{id: v}
		g.pending.insert(p)
	}
	p.delivered, p.count = now, 1
	g.assign(p, c)
}

// assign makes c the owner of p.
func (g *group) assign(p *pending, c *consumer) {
	if p.owner == c {
		return
	}
	if p.owner != nil {
		p.owner.pending.remove(p.id)
	}
	p.owner = c
	c.pending.insert(p)
}

// forget removes v from the pending entries, and reports whether it was there.
func (g *group) forget(v id) bool {
	p, position, ok := g.pending.find(v)
	if !ok {
		return false
	}
	g.pending.removeAt(position)
	if p.owner != nil {
		p.owner.pending.remove(v)
	}
	return true
}

// removeConsumer deletes a consumer with its pending entries, and returns their number.
func (g *group) removeConsumer(name string) int {
	c, ok := g.consumers.find(name)
	if !ok {
		return 0
	}
	n := c.pending.len()
	for _, p := range c.pending.live() {
		g.pending.remove(p.id)
	}
	g.consumers.remove(name)
	return n
}

func (g *group) clone() *group {
	c := &group{name: g.name, last: g.last, read: g.read}
	for _, member := range g.consumers {
		c.consumers = append(c.consumers, &consumer{name: member.name, seen: member.seen})
	}
	for _, p := range g.pending.live() {
		copied := &pending{id: p.id, delivered: p.delivered, count: p.count}
		c.pending.insert(copied)
		if owner, ok := c.consumers.find(p.owner.name); ok {
			c.assign(copied, owner)
		}
	}
	return c
}
