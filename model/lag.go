package model

import "fmt"

// WeighLag checks the lag that the server reported for one of the stream's groups against the other figures of the same
// moment, and corrects what can't be true. It reports whether the figures alone determine the lag, which is then exact:
//   - 0 when the stream is empty or the group has read up to its last ID;
//   - the stream's length when the group has read none of its present entries;
//   - one less when it has read just the first of them.
//
// Otherwise the server's figure comes from counters that trims, deletions, XGROUP SETID and XSETID can leave wrong
// (before Redis 8.6, even a plain XTRIM). It is kept as it is while the stream still holds everything ever added. It is
// an estimate when it is between 0 and the number of entries after the first, and unknown otherwise.
// [Group.Contradiction] describes a contradiction in words. An entries-read above entries-added is unknown.
func (s *Stream) WeighLag(g *Group) (settled bool) {
	told := g.Lag
	if read, added := g.EntriesRead, s.EntriesAdded; read.Known && (read.N < 0 || added.Known && read.N > added.N) {
		g.Contradiction = fmt.Sprintf("it has read %d entries, of %s that were ever added", read.N, added)
		g.EntriesRead = Count{}
	}
	most := s.Length
	switch {
	case s.Length == 0 || !g.LastDelivered.Before(s.Last):
		settled, most = true, 0
	case g.LastDelivered.Before(s.First):
		settled = true
	case g.LastDelivered == s.First || s.Length == 1:
		settled, most = true, s.Length-1
	default:
		most = s.Length - 1
	}
	possible := told.Known && told.N >= 0 && told.N <= most && (!settled || told.N == most)
	switch {
	case possible || !told.Known || g.Contradiction != "": // one is enough
	case settled:
		g.Contradiction = fmt.Sprintf("its lag is %d, where %d of the stream's entries come after its position", told.N, most)
	default:
		g.Contradiction = fmt.Sprintf("its lag is %d, where at most %d of the stream's entries come after its position", told.N, most)
	}
	switch {
	case settled:
		g.Lag = Exactly(most)
	case !possible:
		g.Lag = Count{}
	case !s.EntriesAdded.Known || s.EntriesAdded.N != s.Length || !s.MaxDeleted.IsZero():
		g.Lag = About(told.N)
	}
	return settled
}

// NeverDelivered returns how many entries were trimmed or deleted before one of the stream's groups had read them:
// entries ever added minus entries read and entries waiting. It is unknown when one of these is, or when it exceeds
// what the stream has lost. It is only as good as the server's counters. Deletions by ID and XGROUP SETID move the
// group's counter past lost entries, as does the group's next read from Redis 8.6 on. Then 0 means only that no loss is
// visible.
func (s *Stream) NeverDelivered(g *Group) Count {
	never := s.EntriesAdded.Minus(g.EntriesRead).Minus(g.Lag)
	lost := s.EntriesAdded.N - s.Length
	if !never.Known || never.Estimated || never.N < 0 || never.N > lost || g.LastDelivered.After(s.Last) {
		return Count{}
	}
	return never
}

// AddedUpTo returns how many entries had been added up to a position, where the stream's own numbers tell: at its end,
// and before its first entry as long as nothing was deleted from its middle.
func (s *Stream) AddedUpTo(at Position) Count {
	switch {
	case !s.EntriesAdded.Known:
		return Count{}
	case !at.Before(s.Last):
		return s.EntriesAdded
	case at.Before(s.First) && (s.MaxDeleted.IsZero() || s.MaxDeleted.Before(s.First)):
		return Exactly(s.EntriesAdded.N - s.Length)
	default:
		return Count{}
	}
}
