package tail

import (
	"cmp"
	"context"
	"slices"
	"strings"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
	"streamdesk/model/sorting"
)

// backlogChunk is the number of streams per round trip of the backlog. After each, entries older than the newest n found so far
// are no longer requested.
const backlogChunk = 64

// newest reads the newest n entries over all streams, none of them after the tail's position, oldest first. It starts with the
// most recently written streams, so that most others needn't be read at all.
func newest(ctx context.Context, look wire.Look, streams []*stream, n int) ([]model.Entry, error) {
	streams = slices.DeleteFunc(streams, func(s *stream) bool { return s.problem != "" || s.at.IsZero() })
	slices.SortFunc(streams, func(s, u *stream) int {
		return cmp.Or(u.at.Compare(s.at), strings.Compare(s.key, u.key))
	})
	var kept []model.Entry
	var oldest model.Position // nothing before it can be among the newest n
	for chunk := range slices.Chunk(streams, backlogChunk) {
		var commands []wire.Read
		var asked []*stream
		for _, s := range chunk {
			if !s.at.Before(oldest) {
				asked = append(asked, s)
				commands = append(commands, wire.RangeBack(s.key, s.at, oldest, n))
			}
		}
		if len(commands) == 0 {
			break
		}
		replies, err := look.Pipeline(ctx, commands)
		if err != nil {
			return nil, err
		}
		for i, r := range replies {
			kept = append(kept, r.Entries(asked[i].key)...)
		}
		sorting.By(kept, func(e, f *model.Entry) int {
			return cmp.Or(f.ID.Compare(e.ID), strings.Compare(f.Stream, e.Stream))
		})
		if len(kept) >= n {
			clear(kept[n:])
			kept = kept[:n]
			oldest = kept[n-1].ID
		}
	}
	slices.Reverse(kept)
	return kept, nil
}
