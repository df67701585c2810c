package model

import "fmt"

// WeighLag holds the lag that the server gave for one of the stream's groups against what else is in hand of the same
// moment, and puts right what can't be true. It returns whether the figures alone settle the lag; it is exact then:
//   - 0 when the stream is empty, or the group has read to its last ID;
//   - the stream's length when the group has read none of the entries that are there;
//   - one less when it has read just the first of them.
//
// In between the server's figure comes from counters that trims, deletions, XGROUP SETID and XSETID can leave wrong
// (before Redis 8.6 even with a plain XTRIM). There it stands as it is while the stream still holds everything that was
// ever added to it, as an estimate when it is between 0 and what the stream has behind its first entry, and as
// unknown otherwise. A contradiction is said in words in [Group.Contradiction]; an entries-read above entries-added is
// unknown.
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

// NeverDelivered is how many entries were trimmed or deleted before one of the stream's groups had read them: those
// ever added less those it has read and those that wait. It is unknown where one of these is, or where it comes to more
// than the stream has lost. It is as good as the server's counters: deletions by ID, XGROUP SETID, and Redis from 8.6
// on as soon as the group reads on, move the group's counter over what was lost, and then 0 says only that no loss shows.
func (s *Stream) NeverDelivered(g *Group) Count {
	never := s.EntriesAdded.Minus(g.EntriesRead).Minus(g.Lag)
	lost := s.EntriesAdded.N - s.Length
	if !never.Known || never.Estimated || never.N < 0 || never.N > lost || g.LastDelivered.After(s.Last) {
		return Count{}
	}
	return never
}

// AddedUpTo is how many entries had been added up to a position, where that follows from the stream's own numbers: at
// its end, and before its first entry as long as nothing was deleted out of its middle.
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
