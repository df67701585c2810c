package tail

import (
	"cmp"
	"context"
	"errors"
	"maps"
	"slices"
	"strings"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// place is a node of a cluster. Its streams are read separately, so a node that doesn't answer doesn't block the others. Without
// a cluster the server is one place, and the tail waits for it.
type place struct {
	node    wire.Node
	buffers []*wire.Buffer // for the reads
	out     *question      // not answered yet
	// ill is why the streams can't be read now; nil when they can. The next attempt is not before again.
	ill      error
	failures int
	again    time.Time
}

// question holds the reads sent to one place in one round trip, and their results: in a cluster, valid once done is closed.
type question struct {
	of       *place
	reads    []tailRead
	commands []wire.Read
	count    int
	raws     [][]byte
	err      error
	done     chan struct{}
	void     bool // a stream of it has moved to another place: its entries are read there
}

const (
	// lateAfter is the max time that the others wait for a node that has always answered.
	lateAfter = 500 * time.Millisecond
	// maxAgain is the max pause between two attempts at a node that doesn't answer: its streams are back within this time after
	// it.
	maxAgain = 500 * time.Millisecond
)

var errLate = errors.New("the node doesn't answer")

// placeOf returns the place for a node, and adds it when it is new.
func (t *tail) placeOf(node wire.Node) *place {
	p := t.places[node]
	if p == nil {
		p = &place{node: node}
		t.places[node] = p
	}
	return p
}

// settle assigns each stream to the node where the cluster says it is.
func (t *tail) settle(ctx context.Context) {
	for _, part := range t.look.ByNode(ctx, slices.Collect(maps.Keys(t.streams))) {
		p := t.placeOf(part.Node)
		for _, key := range part.Keys {
			s := t.streams[key]
			if s.place != nil && s.place != p && s.place.out != nil {
				s.place.out.void = true
			}
			s.place = p
		}
	}
	for node, p := range t.places {
		if p.out == nil && !t.holds(p) {
			delete(t.places, node)
		}
	}
}

func (t *tail) holds(p *place) bool {
	for _, s := range t.streams {
		if s.place == p {
			return true
		}
	}
	return false
}

// ask sends every place the reads of its streams, and returns the answers. In a cluster it leaves out late ones, which a later
// call returns.
func (t *tail) ask(ctx context.Context, reads []tailRead, count int) []*question {
	if !t.look.Clustered() {
		q := newQuestion(t.placeOf(wire.Node{}), reads, count)
		q.raws, q.err = t.inTime(ctx, q)
		return []*question{q}
	}
	began := time.Now()
	byPlace := make(map[*place][]tailRead)
	for _, r := range reads {
		if p := r.place(); p.out == nil && !began.Before(p.again) {
			byPlace[p] = append(byPlace[p], r)
		}
	}
	for p, reads := range byPlace {
		q := newQuestion(p, reads, count)
		q.done, p.out = make(chan struct{}), q
		go t.look.Guard(func() {
			q.raws, q.err = t.look.Buffered(ctx, p.node, q.commands, &p.buffers)
			close(q.done)
		})()
	}
	return t.answered(ctx)
}

func newQuestion(p *place, reads []tailRead, count int) *question {
	q := &question{of: p, reads: reads, commands: make([]wire.Read, len(reads)), count: count}
	for i, r := range reads {
		q.commands[i] = r.command(count)
	}
	return q
}

// answered waits for the places that have always answered, and collects the others' answers if there are any.
func (t *tail) answered(ctx context.Context) (answers []*question) {
	late := time.NewTimer(lateAfter)
	defer late.Stop()
	patience := late.C
	for _, p := range t.places {
		q := p.out
		if q == nil {
			continue
		}
		if p.ill == nil && patience != nil {
			select {
			case <-q.done:
			case <-ctx.Done():
			case <-patience:
				patience = nil
			}
		}
		select {
		case <-q.done:
			p.out = nil
			switch {
			case q.err != nil:
				t.failed(p, q.err)
			case !q.void:
				answers = append(answers, q)
			}
		default:
			t.falls(p, errLate)
		}
	}
	return answers
}

// failed records an error of a place, and when to try it again.
func (t *tail) failed(p *place, err error) {
	p.failures++
	p.again = time.Now().Add(min(wire.ReconnectBackoff.After(p.failures), maxAgain))
	t.falls(p, err)
	t.reads = nil // its streams may be somewhere else by now
}

// falls records why the streams of a place can't be read.
func (t *tail) falls(p *place, err error) {
	if p.ill == nil {
		t.reads = nil // so that plan reports them
	}
	p.ill = err
}

// recovered records that a place has answered.
func (t *tail) recovered(p *place) {
	if p.ill != nil {
		t.reads = nil
	}
	p.ill, p.failures, p.again = nil, 0, time.Time{}
}

// nothing returns an error when no node of the cluster answers.
func (t *tail) nothing() (err error) {
	for _, p := range t.places {
		if p.ill == nil {
			return nil
		}
		err = cmp.Or(err, p.ill)
	}
	return err
}

// search is one look for streams that have appeared.
type search struct {
	keys  []string
	err   error
	whole bool // of all nodes
	done  chan struct{}
}

// search looks for streams at the nodes that answer. In a cluster it stops waiting when one of them is late: a later call returns
// what was found.
func (t *tail) search(ctx context.Context) (*search, bool) {
	if t.searching == nil {
		leave := make(map[wire.Node]bool)
		for node := range t.places {
			if t.isIll(node) {
				leave[node] = true
			}
		}
		s := &search{whole: len(leave) == 0, done: make(chan struct{})}
		look := func() {
			s.keys, s.err = t.more(ctx, func(n wire.Node) bool { return leave[n] })
			close(s.done)
		}
		if !t.look.Clustered() {
			look()
			return s, true
		}
		t.searching = s
		go t.look.Guard(look)()
	}
	late := time.NewTimer(lateAfter)
	defer late.Stop()
	select {
	case <-t.searching.done:
		s := t.searching
		t.searching = nil
		return s, true
	case <-late.C:
	case <-ctx.Done():
	}
	return nil, false
}

// isIll reports whether the tail shouldn't wait for a node.
func (t *tail) isIll(node wire.Node) bool {
	p := t.places[node]
	return p != nil && (p.ill != nil || p.out != nil)
}

// figures returns the reply to XINFO STREAM for each key, and the reason for each key without a reply. The error is that of a
// server, or of a cluster in which no node answers.
func (t *tail) figures(ctx context.Context, keys []string) (infos map[string]model.Stream, lost map[string]error, err error) {
	infos, lost = make(map[string]model.Stream, len(keys)), make(map[string]error)
	for _, part := range t.look.ByNode(ctx, keys) {
		why := errLate
		if !t.isIll(part.Node) {
			var found []model.Stream
			found, why = t.figuresOf(ctx, part)
			for _, info := range found {
				infos[info.Key] = info
			}
			if why == nil {
				continue
			}
			if err = why; t.look.Clustered() {
				t.failed(t.placeOf(part.Node), why)
			}
		}
		for _, key := range part.Keys {
			lost[key] = why
		}
	}
	if len(infos) > 0 {
		return infos, lost, nil
	}
	return infos, lost, err
}

func (t *tail) figuresOf(ctx context.Context, part wire.NodeKeys) ([]model.Stream, error) {
	ctx, cancel := t.look.Patient(ctx)
	defer cancel()
	return t.from.Figures(ctx, part.Node, part.Keys)
}

// place returns the node of the read's streams, which all have the same slot.
func (r tailRead) place() *place { return r.streams[0].place }

// byKey returns the streams sorted by key.
func byKey(streams []*stream) []*stream {
	slices.SortFunc(streams, func(s, u *stream) int { return strings.Compare(s.key, u.key) })
	return streams
}
