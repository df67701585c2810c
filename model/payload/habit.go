package payload

import (
	"slices"
	"strings"
	"sync"
	"sync/atomic"

	"streamdesk/model"
)

const (
	// sampleSize is the number of entries that decide a stream's envelope. After them it no longer changes.
	sampleSize = 64
	// mostStreams is the max number of streams remembered. The habits of further streams are recomputed each time.
	mostStreams = 100_000
)

// habit is what is known about a stream's envelope, from the settings and from its entries so far.
type habit struct {
	stream  string
	opening *opening
	fixed   *kind // nil when it is detected
	paths   Paths
	plain   bool // there are no paths
	settled atomic.Bool

	mu    sync.Mutex
	votes map[*kind]int
	all   int
	kind  *kind // the kind with the most votes; nil without votes
}

// habit returns the stream's habit and creates it on first use.
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
		stream = strings.Clone(stream) // a substring would keep the reply alive
		known, _ = d.streams.LoadOrStore(stream, d.newHabit(stream, prefix))
	}
	h, _ := known.(*habit) // there is nothing else in it
	d.last.Store(h)
	return h
}

// newHabit returns a habit by the rule for a stream. Streams of HyperAgent's own types are in our wire format until
// their entries show otherwise.
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

// usual returns the kind of the stream's entries; nil when that isn't known.
func (h *habit) usual() *kind {
	h.mu.Lock()
	defer h.mu.Unlock()
	return h.kind
}
