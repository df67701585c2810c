package bus

import (
	"context"
	"maps"
	"slices"
	"strings"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// step looks for streams when it is time to, and reads.
func (t *tail) step(ctx context.Context) error {
	t.hurry = false
	switch {
	case !t.begun:
		if err := t.begin(ctx); err != nil {
			return err
		}
		t.begun, t.discovered = true, time.Now()
	case time.Since(t.discovered) >= t.o.Discover:
		if err := t.discover(ctx); err != nil {
			return err
		}
		t.discovered = time.Now()
	}
	return t.read(ctx)
}

// begin finds the streams there are and where to start on each, and reads the backlog.
func (t *tail) begin(ctx context.Context) error {
	keys, err := t.wanted(t.b.Discover(ctx))
	if err != nil {
		return err
	}
	infos, err := t.b.streamInfos(ctx, keys)
	if err != nil {
		return err
	}
	streams := make(map[string]*tailStream, len(infos))
	for _, info := range infos {
		if info.Missing && !t.named(info.Key) {
			continue
		}
		s := &tailStream{key: info.Key, problem: info.Problem, at: info.Last, added: info.EntriesAdded}
		if from, ok := t.start(info.Key); ok && info.Problem == "" {
			s.at, s.added, s.ahead = from, addedUpTo(from, info), info.Last.Before(from)
		}
		streams[s.key] = s
	}
	if t.o.Backlog > 0 && t.o.From.IsZero() {
		if t.entries, err = t.b.newest(ctx, slices.Collect(maps.Values(streams)), t.o.Backlog); err != nil {
			return err
		}
	}
	t.streams, t.reads = streams, nil
	return nil
}

// start is the position after which a stream is to be read, when one was asked for.
func (t *tail) start(key string) (model.Position, bool) {
	if after, ok := t.o.After[key]; ok {
		return after, true
	}
	return t.o.From.Prev(), !t.o.From.IsZero()
}

// addedUpTo is how many entries had been added up to a position, where that follows from the stream's own numbers: at
// its end, and before its first entry as long as nothing was deleted out of its middle.
func addedUpTo(at model.Position, info model.Stream) model.Count {
	switch {
	case !info.EntriesAdded.Known:
		return model.Count{}
	case !at.Before(info.Last):
		return info.EntriesAdded
	case at.Before(info.First) && (info.MaxDeleted.IsZero() || info.MaxDeleted.Before(info.First)):
		return model.Exactly(info.EntriesAdded.N - info.Length)
	default:
		return model.Count{}
	}
}

// scanPages bounds one look for new streams: a server with millions of other keys is looked through over many of them.
const scanPages = 64

// discover finds streams that appeared, went away, or were made anew since the last time.
func (t *tail) discover(ctx context.Context) error {
	keys, err := t.wanted(t.scanOn(ctx))
	if err != nil {
		return err
	}
	for key := range t.streams {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	infos, err := t.b.streamInfos(ctx, slices.Compact(keys))
	if err != nil {
		return err
	}
	for _, info := range infos {
		t.compare(info)
	}
	t.reads = nil
	return nil
}

// scanOn goes on looking through the keys of each node where the last look ended.
func (t *tail) scanOn(ctx context.Context) ([]string, error) {
	found := newKeySet()
	scans := newCursors(t.scans)
	err := t.b.look.EachMaster(ctx, func(ctx context.Context, node wire.Node) error {
		cursor := scans.of(node)
		for range scanPages {
			next, keys, err := t.b.look.ScanPage(ctx, node, cursor)
			if err != nil {
				return err
			}
			if err := found.add(keys); err != nil {
				return err
			}
			if cursor = next; cursor == "0" {
				break
			}
		}
		scans.set(node, cursor)
		return nil
	})
	if err != nil {
		return nil, err
	}
	t.scans = scans.next
	return found.sorted(), nil
}

// compare sets the tail's idea of a stream right.
func (t *tail) compare(info model.Stream) {
	s, known := t.streams[info.Key]
	switch {
	case info.Missing && known && t.named(info.Key):
		s.restart()
	case info.Missing:
		// Whatever comes under this key from now on is new: forgotten here, it is read from its beginning.
		delete(t.streams, info.Key)
	case !known:
		s = &tailStream{key: strings.Clone(info.Key)}
		s.restart()
		if from, ok := t.start(info.Key); ok {
			s.at, s.added, s.ahead = from, addedUpTo(from, info), info.Last.Before(from)
		}
		s.problem = info.Problem
		t.streams[s.key] = s
	case info.Problem != "":
		if strings.HasPrefix(info.Problem, "WRONGTYPE") {
			s.restart() // the stream is gone; should there be one again, all of it is new
		}
		s.problem = info.Problem
	case info.Last.Before(s.at) && s.ahead:
		s.problem = "" // it has yet to come to where the tail begins
	case info.Last.Before(s.at):
		s.restart()
	case info.Last == s.at:
		if s.added.Known && info.EntriesAdded.Known && info.EntriesAdded.N > s.added.N {
			// Added since the last read, and trimmed or deleted before this one.
			t.skip(info.EntriesAdded.Minus(s.added))
		}
		s.added, s.problem = info.EntriesAdded, ""
	case info.Length == 0:
		// All that came since the last read has gone again.
		t.skip(info.EntriesAdded.Minus(s.added))
		s.at, s.added, s.problem = info.Last, info.EntriesAdded, ""
	case s.added.Known && info.EntriesAdded.Known && info.EntriesAdded.N < s.added.N:
		s.added, s.problem = model.Count{}, "" // made anew, with greater IDs
	default:
		s.problem = ""
	}
}

// streamInfos reads what XINFO STREAM says of each key.
func (rd *Reader) streamInfos(ctx context.Context, keys []string) ([]model.Stream, error) {
	infos := make([]model.Stream, 0, len(keys))
	for chunk := range slices.Chunk(keys, snapshotChunk) {
		commands := make([]wire.Read, len(chunk))
		for i, key := range chunk {
			commands[i] = wire.InfoStream(key)
		}
		replies, err := rd.look.Pipeline(ctx, commands)
		if err != nil {
			return nil, err
		}
		for i, r := range replies {
			if r.Kind == wire.KindError && !isNoKey(r.Text) && !aboutKey(r.Text) {
				return nil, wire.ServerError(r.Text)
			}
			infos = append(infos, readStream(chunk[i], r))
		}
	}
	return infos, nil
}

// aboutKey says whether an error is about one key, so that other keys may well be read.
func aboutKey(text string) bool {
	word, _, _ := strings.Cut(text, " ")
	return word == "WRONGTYPE" || word == "NOPERM"
}
