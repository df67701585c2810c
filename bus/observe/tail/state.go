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
)

// tail is the state of one [Follow]: where it stands on each stream, and what it has read and not handed on yet.
type tail struct {
	look wire.Look
	from Source
	more func(ctx context.Context, leave func(wire.Node) bool) ([]string, error) // looks for streams that have appeared
	o    Options

	streams    map[string]*stream
	reads      []tailRead // how the readable streams are read; nil when that has to be worked out again
	begun      bool
	missed     bool // a node of a cluster has not answered since the tail began, and its streams aren't known
	discovered time.Time

	order order // when the options ask for it

	perRead    int // COUNT now: more than at first while there is more to read, less while entries are large
	places     map[wire.Node]*place
	searching  *search        // beside the reads; nil while none is
	newest     []*wire.Buffer // of the reads of streams that have fallen behind
	hurry      bool           // lossless, and there is more to read at once
	entries    []model.Entry
	skipped    model.Count
	readable   int
	unreadable map[string]string
	told       Batch // what the batch before said of streams
}

// tailStream is where the tail stands on one stream.
type stream struct {
	key string
	// at is the last position read.
	at model.Position
	// added is how many entries had ever been added up to at; unknown before Redis 7, or when it can't be told.
	added model.Count
	// flooded says that only the newest entries can be shown, and are read without those before them.
	flooded bool
	// ahead says that at is where the tail was told to begin, and the stream hasn't come there yet.
	ahead bool
	// problem is why the stream can't be read, in the server's words; empty when it can.
	problem string
	// unknown says that at isn't known yet, because its node hasn't answered since the tail began.
	unknown bool
	// place is where the stream is; nil without a cluster.
	place *place
}

// whyNot is why the stream can't be read now; empty when it can.
func (s *stream) whyNot() string {
	if s.problem == "" && s.place != nil && s.place.ill != nil {
		return s.place.ill.Error()
	}
	return s.problem
}

// firstPerRead is the COUNT to begin with: of many streams that all have as many entries, little enough.
const firstPerRead = defaultPerRead

func newTail(look wire.Look, from Source, o Options) *tail {
	return &tail{
		look: look, from: from, o: o, perRead: min(o.PerRead, firstPerRead), skipped: model.Exactly(0),
		streams: make(map[string]*stream), places: make(map[wire.Node]*place),
	}
}

// take hands over what was read since the last time, and says whether there is any news.
func (t *tail) take() (batch Batch, news bool) {
	if t.o.Ordered {
		t.entries = t.order.take(t.entries)
	}
	batch = Batch{Entries: t.entries, Skipped: t.skipped, Streams: t.readable, Unreadable: t.unreadable}
	slices.SortFunc(batch.Entries, compareEntries)
	news = len(batch.Entries) > 0 || batch.Skipped != model.Exactly(0) ||
		batch.Streams != t.told.Streams || !maps.Equal(batch.Unreadable, t.told.Unreadable)
	t.entries, t.skipped = nil, model.Exactly(0)
	t.told = Batch{Streams: batch.Streams, Unreadable: batch.Unreadable}
	return batch, news
}

// compareEntries orders entries by their IDs, and by their streams where those are equal.
func compareEntries(e, f model.Entry) int {
	return cmp.Or(e.ID.Compare(f.ID), strings.Compare(e.Stream, f.Stream))
}

// named says whether a stream's type is one that was named in full, and its stream is to be watched before it exists.
func (t *tail) named(key string) bool {
	return t.o.Ordered && slices.Contains(t.o.Types, strings.TrimPrefix(key, t.look.Prefix()))
}

// skip counts entries that will not be shown.
func (t *tail) skip(n model.Count) {
	if !n.Known || n.N < 0 { // fewer than none: the stream was made anew meanwhile
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

// restart moves the stream's position to before its first entry: of a stream nobody has added to.
func (s *stream) restart() {
	s.at, s.added, s.problem, s.unknown = model.Position{}, model.Exactly(0), "", false
}

// wants says whether a stream's type is one of those to follow.
func (t *tail) wants(key string) bool {
	if len(t.o.Types) == 0 {
		return true
	}
	name := string(model.TypeOf(key, t.look.Prefix()))
	return slices.ContainsFunc(t.o.Types, func(glob string) bool { return model.MatchGlob(glob, name) })
}

// wanted are the keys to follow, of those that a look has found, together with those that are named in full. Types that
// are all named in full can be followed where the server denies the look; only further partitions stay unseen then.
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
	case wire.ErrorWord(err) == "" && t.look.Clustered() && len(found) > 0: // those of the other nodes
	default:
		return nil, err
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}
