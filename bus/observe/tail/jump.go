package tail

import (
	"context"
	"slices"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// withoutFlooded leaves out the streams of which only the newest entries can be shown: reading their next entries would be
// useless.
func withoutFlooded(reads []tailRead) (left []tailRead, flooded []*stream) {
	for i, r := range reads {
		n := len(flooded)
		for _, s := range r.streams {
			if s.flooded {
				flooded = append(flooded, s)
			}
		}
		if len(flooded) == n {
			if left != nil {
				left = append(left, r)
			}
			continue
		}
		if left == nil {
			left = append(make([]tailRead, 0, len(reads)), reads[:i]...)
		}
		dry := slices.DeleteFunc(slices.Clone(r.streams), func(s *stream) bool { return s.flooded })
		if len(dry) > 0 {
			left = append(left, tailRead{streams: dry})
		}
	}
	if left == nil {
		return reads, nil
	}
	return left, flooded
}

// jump skips the entries between the position of a stream that has fallen behind and its newest entries. The stream's last ID and
// its count of entries ever added come from one reply, so the number skipped is exact.
func (t *tail) jump(ctx context.Context, full []*stream, count int) error {
	if len(full) == 0 {
		return nil
	}
	keys := make([]string, len(full))
	for i, s := range full {
		keys[i] = s.key
	}
	infos, _, err := t.figures(ctx, keys)
	if err != nil {
		return err
	}
	var behind []*stream
	var ends []model.Stream
	var commands []wire.Read
	for _, s := range full {
		s.flooded = false
		info, ok := infos[s.key]
		if !ok || info.Missing || info.Problem != "" || !s.at.Before(info.Last) {
			continue
		}
		behind, ends = append(behind, s), append(ends, info)
		commands = append(commands, wire.RangeBack(s.key, info.Last, s.at.Next(), count))
	}
	raws, err := t.look.Buffered(ctx, wire.Node{}, commands, &t.newest)
	if err != nil {
		return err
	}
	t.entries = slices.Grow(t.entries, count*len(behind))
	for i, s := range behind {
		entries, err := t.look.ReadEntries(ctx, s.key, raws[i], commands[i])
		if err != nil {
			continue // the next read will find it again
		}
		s.flooded = len(entries) >= count
		slices.Reverse(entries)
		shown := model.Exactly(int64(len(entries)))
		if s.added.Known || len(entries) >= count {
			t.skip(ends[i].EntriesAdded.Minus(s.added).Minus(shown))
		}
		s.at, s.added = ends[i].Last, ends[i].EntriesAdded
		t.entries = append(t.entries, entries...)
	}
	return nil
}
