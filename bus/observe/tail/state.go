package tail

import (
	"cmp"
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
	"streamdesk/model/sorting"
)

// tail is the state of one [Follow]: its position on each stream, and the entries read but not yet yielded.
type tail struct {
	look wire.Look
	from Source
	more func(ctx context.Context, leave func(wire.Node) bool) ([]string, error) // looks for streams that have appeared
	o    Options

	streams    map[string]*stream
	reads      []tailRead // how the readable streams are read; nil when that must be recomputed
	begun      bool
	missed     bool // a node of a cluster has not answered since the tail began, and its streams aren't known
	discovered time.Time

	order   order // used when Ordered is set
	noClock bool  // the server doesn't tell its time
	idle    int   // the number of reads in a row that returned nothing

	perRead    int // COUNT now: more than at first while there is more to read, less while entries are large
	places     map[wire.Node]*place
	searching  *search        // runs beside the reads; nil when there is none
	newest     []*wire.Buffer // for the reads of streams that have fallen behind
	hurry      bool           // lossless, and there is more to read at once
	entries    []model.Entry
	skipped    model.Count
	readable   int
	unreadable map[string]string
	told       Batch // what the previous batch said about streams
}

// stream is the tail's state for one stream.
type stream struct {
	key string
	// at is the last position read.
	at model.Position
	// added is the number of entries ever added up to at; unknown before Redis 7, or when it can't be determined.
	added model.Count
	// flooded is set when only the newest entries can be shown, so only they are read.
	flooded bool
	// ahead is set while at is the requested start position, and the stream hasn't reached it yet.
	ahead bool
	// problem is why the stream can't be read, in the server's words; empty when it can.
	problem string
	// unknown is set while at isn't known, because the node hasn't answered since the tail began.
	unknown bool
	// place is the node of the stream; nil without a cluster.
	place *place
}

// whyNot returns why the stream can't be read now; empty when it can.
func (s *stream) whyNot() string {
	if s.problem == "" && s.place != nil && s.place.ill != nil {
		return s.place.ill.Error()
	}
	return s.problem
}

// firstPerRead is the COUNT to begin with: small enough even when many streams have that many entries.
const firstPerRead = defaultPerRead

func newTail(look wire.Look, from Source, o Options) *tail {
	return &tail{
		look: look, from: from, o: o, perRead: min(o.PerRead, firstPerRead), skipped: model.Exactly(0),
		streams: make(map[string]*stream), places: make(map[wire.Node]*place),
	}
}

// take returns what was read since the last call, and reports whether there is any news.
func (t *tail) take() (batch Batch, news bool) {
	t.idle++
	if len(t.entries) > 0 || len(t.order.parked) > 0 {
		t.idle = 0
	}
	if t.o.Ordered {
		t.entries = t.order.take(t.entries)
	}
	batch = Batch{Entries: t.entries, Skipped: t.skipped, Streams: t.readable, Unreadable: t.unreadable}
	sorting.By(batch.Entries, compareEntries)
	news = len(batch.Entries) > 0 || batch.Skipped != model.Exactly(0) ||
		batch.Streams != t.told.Streams || !maps.Equal(batch.Unreadable, t.told.Unreadable)
	t.entries, t.skipped = nil, model.Exactly(0)
	t.told = Batch{Streams: batch.Streams, Unreadable: batch.Unreadable}
	return batch, news
}

// compareEntries orders entries by ID, then by stream.
func compareEntries(e, f *model.Entry) int {
	return cmp.Or(e.ID.Compare(f.ID), strings.Compare(e.Stream, f.Stream))
}

// named reports whether a stream is to be watched before it exists: with Ordered, when its type was given as a full name.
func (t *tail) named(key string) bool {
	return t.o.Ordered && slices.Contains(t.o.Types, strings.TrimPrefix(key, t.look.Prefix()))
}

// skip counts entries that will not be shown.
func (t *tail) skip(n model.Count) {
	if !n.Known || n.N < 0 { // negative: the stream was recreated meanwhile
		t.skipped = model.Count{}
	} else if t.skipped.Known {
		t.skipped.N += n.N
	}
}

// got moves the stream's position past entries that were read.
func (s *stream) got(entries []model.Entry) {
	s.at, s.ahead = entries[len(entries)-1].ID, false
	if s.added.Known {
		s.added.N += int64(len(entries))
	}
}

// restart moves the stream's position to before its first entry, as for a stream without any entries added.
func (s *stream) restart() {
	s.at, s.added, s.problem, s.unknown = model.Position{}, model.Exactly(0), "", false
}

// wants reports whether a stream's type is to be followed.
func (t *tail) wants(key string) bool {
	if len(t.o.Types) == 0 {
		return true
	}
	name := string(model.TypeOf(key, t.look.Prefix()))
	return slices.ContainsFunc(t.o.Types, func(glob string) bool { return model.MatchGlob(glob, name) })
}

// wanted returns the keys to follow: the matching ones among the found keys, and those of fully named types. If all types are
// full names, they can be followed even when the server denies the look; only further partitions stay unseen then.
func (t *tail) wanted(found []string, err error) ([]string, error) {
	keys := slices.DeleteFunc(found, func(key string) bool { return !t.wants(key) })
	named := 0
	for _, name := range t.o.Types {
		if !model.HasGlob(name) {
			keys = append(keys, t.look.Prefix()+name)
			named++
		}
	}
	switch {
	case err == nil:
	case wire.ErrorWord(err) == "NOPERM" && named >= max(len(t.o.Types), 1):
	case wire.ErrorWord(err) == "" && t.look.Clustered() && len(found) > 0: // the keys of the other nodes
	default:
		return nil, err
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}
