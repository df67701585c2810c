package payload

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"streamdesk/model"
)

const (
	// sampleSize is how many entries decide what a stream's envelope is: it doesn't change any more after them.
	sampleSize = 64
	// mostStreams bounds what is remembered; a server with more streams has them looked at anew.
	mostStreams = 100_000
)

// habit is what is known of a stream: what the settings say of it, and what its entries have been so far.
type habit struct {
	stream  string
	opening *opening
	fixed   *kind // nil where it is found out
	paths   Paths
	plain   bool // there are no paths
	settled atomic.Bool

	mu    sync.Mutex
	votes map[*kind]int
	all   int
	kind  *kind // the one with most votes; nil without any
}

// habit is the stream's, made when it is first asked for.
func (d *Decoder) habit(stream, prefix string) *habit {
	if h := d.last.Load(); h != nil && h.stream == stream {
		return h
	}
	known, ok := d.streams.Load(stream)
	if !ok {
		if d.known.Add(1) > mostStreams {
			d.streams.Clear()
			d.known.Store(1)
		}
		stream = strings.Clone(stream) // or it keeps the reply alive that it was cut out of
		known, _ = d.streams.LoadOrStore(stream, d.newHabit(stream, prefix))
	}
	h, _ := known.(*habit) // there is nothing else in it
	d.last.Store(h)
	return h
}

// newHabit finds the rule for a stream. Streams of HyperAgent's own types are in our wire format until their entries say otherwise.
func (d *Decoder) newHabit(stream, prefix string) *habit {
	h := &habit{stream: stream, opening: d.opener.of(stream), votes: map[*kind]int{}, plain: true}
	if model.TypeOf(stream, prefix).Known() {
		h.kind = &wire
	}
	i := slices.IndexFunc(d.rules, func(r Rule) bool { return r.Streams == "" || model.MatchGlob(r.Streams, stream) })
	if i < 0 {
		return h
	}
	r := &d.rules[i]
	if r.Paths.any() {
		h.paths, h.plain = r.Paths, false
	}
	switch {
	case r.Kind == "" && !h.plain:
		h.fixed = &mapped
	case r.Kind != "" && r.Kind != Auto:
		h.fixed = kindOf(r.Kind)
	}
	return h
}

// count adds an entry of that kind to the sample.
func (h *habit) count(k *kind) {
	if h.settled.Load() {
		return
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	h.all++
	h.votes[k]++
	if h.kind == nil || h.votes[k] > h.votes[h.kind] {
		h.kind = k
	}
	h.settled.Store(h.all >= sampleSize)
}

// usual is the kind that the stream's entries are of, nil when that isn't known.
func (h *habit) usual() *kind {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kind
}
