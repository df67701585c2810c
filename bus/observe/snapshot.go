package observe

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
	"streamdesk/model/sorting"
)

// snapshotChunk is the max number of keys per round trip: enough that its cost doesn't matter, few enough that its replies stay
// small and other clients get their turn in between.
const snapshotChunk = 256

// Snapshot reads the state of the streams at keys, in any order: lengths, groups, consumers and each group's oldest pending
// entry, exact at the moment the server answered for that stream. It sends TIME and one XINFO STREAM … FULL COUNT 1 per key in
// one round trip (for each 256 keys, and each node of a cluster). If the figures don't determine a group's lag
// ([model.Stream.WeighLag]), a second round trip counts its unread entries by XRANGE, if they are few: max 100 entries and about
// 64 KB, of max 32 groups. Before Redis 6 it sends XINFO STREAM, GROUPS, CONSUMERS and XPENDING, in two round trips; lag and the
// counters behind it are unknown before Redis 7. What people have set for the groups is read in one more round trip (GET, PTTL
// and HGET per name of a group; in a cluster one per name); where that can't be read, it is unknown.
//
// A key that isn't a stream, or that may not be read, is in the snapshot with its Problem; one that doesn't exist is Missing. The
// error is that of the connection. In a cluster, the streams of a node that doesn't answer have the error as their Problem;
// Snapshot itself fails only when no node answers.
func (rd *Reader) Snapshot(ctx context.Context, keys []string) (model.Snapshot, error) {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	keys = slices.Compact(keys)
	snap := model.Snapshot{Streams: make([]model.Stream, 0, len(keys))}
	var failed error
	for _, part := range rd.look.ByNode(ctx, keys) {
		for chunk := range slices.Chunk(part.Keys, snapshotChunk) {
			at, streams, err := rd.observe(ctx, part.Node, chunk)
			if err != nil {
				failed = err
				for _, key := range chunk {
					snap.Streams = append(snap.Streams, model.Stream{Key: key, Problem: err.Error()})
				}
				continue
			}
			if snap.At.IsZero() {
				snap.At = at
			}
			snap.OwnClock = snap.OwnClock || rd.look.Learned().NoTime.Load()
			snap.Streams = append(snap.Streams, streams...)
		}
	}
	if len(keys) == 0 {
		at, _, err := rd.observe(ctx, wire.Node{}, nil)
		snap.At, snap.OwnClock, failed = at, rd.look.Learned().NoTime.Load(), err
	}
	if failed != nil && snap.At.IsZero() {
		return model.Snapshot{}, fmt.Errorf("bus: snapshot of %d streams: %w", len(keys), failed)
	}
	rd.look.Learned().SeeConsumers(&snap)
	rd.addControls(ctx, &snap)
	sorting.By(snap.Streams, func(s, t *model.Stream) int { return strings.Compare(s.Key, t.Key) })
	return snap, nil
}

// observe reads streams of one node; idle times are measured by that node's clock.
func (rd *Reader) observe(ctx context.Context, node wire.Node, keys []string) (time.Time, []model.Stream, error) {
	if rd.look.Learned().NoFullInfo.Load() || rd.look.Learned().NoTime.Load() {
		return rd.observeParts(ctx, node, keys)
	}
	commands := make([]wire.Read, 0, len(keys)+1)
	commands = append(commands, wire.Time())
	for _, key := range keys {
		commands = append(commands, wire.InfoStreamFull(key))
	}
	replies, err := rd.look.PipelineOn(ctx, node, commands)
	if err != nil {
		return time.Time{}, nil, err
	}
	if wire.Denied(replies[0]) {
		rd.look.Learned().NoTime.Store(true) // observeParts gets idle times as durations, and needs no clock
		return rd.observeParts(ctx, node, keys)
	}
	now, err := serverTime(replies[0])
	if err != nil {
		return time.Time{}, nil, err
	}
	streams := make([]model.Stream, len(keys))
	counting := rd.lags.counting(rd.look)
	for i, key := range keys {
		r := replies[i+1]
		if wire.UnknownSyntax(r) {
			rd.look.Learned().NoFullInfo.Store(true)
			return rd.observeParts(ctx, node, keys)
		}
		rd.look.Learned().See(r)
		streams[i] = readStream(key, r)
		if r.Kind == wire.KindArray {
			streams[i].Groups = readFullGroups(r.Field("groups"), now)
		}
		counting.weigh(&streams[i], firstEntry(r))
	}
	return now, streams, counting.do(ctx, node)
}

// readStream decodes what XINFO STREAM says about the stream itself, in either of its forms.
func readStream(key string, r wire.Reply) model.Stream {
	s := model.Stream{Key: key}
	switch {
	case r.Kind == wire.KindError && isNoKey(r.Text):
		s.Missing = true
	case r.Kind == wire.KindError:
		s.Problem = r.Text
	case r.Kind == wire.KindArray:
		s.Length = r.Field("length").Integer()
		s.EntriesAdded = r.Field("entries-added").Count()
		s.Last = r.Field("last-generated-id").Position()
		s.MaxDeleted = r.Field("max-deleted-entry-id").Position()
		s.First = firstEntry(r).At(0).Position()
		s.Idempotence = readIdempotence(r)
		if s.Length < 0 || (s.Length == 0) != s.First.IsZero() {
			s.Problem = fmt.Sprintf("the server's answer to XINFO STREAM contradicts itself: %d entries, the first of them %s", s.Length, s.First)
		}
	default:
		s.Problem = "the server's answer to XINFO STREAM can't be read"
	}
	return s
}

// readIdempotence decodes what Redis 8.6 and later report on XADD … IDMP.
func readIdempotence(r wire.Reply) *model.Idempotence {
	tracked, told := r.Get("pids-tracked")
	if !told {
		return nil
	}
	return &model.Idempotence{
		Duration: time.Duration(r.Field("idmp-duration").Integer()) * time.Second, MaxSize: r.Field("idmp-maxsize").Integer(),
		Producers: tracked.Integer(), IDs: r.Field("iids-tracked").Integer(),
		Added: r.Field("iids-added").Integer(), Duplicates: r.Field("iids-duplicates").Integer(),
	}
}

// firstEntry returns the stream's first entry in either form of XINFO STREAM; nil when there is none.
func firstEntry(r wire.Reply) wire.Reply {
	if entries, full := r.Get("entries"); full {
		return entries.At(0)
	}
	return r.Field("first-entry")
}

func readFullGroups(r wire.Reply, now time.Time) []model.Group {
	var groups []model.Group
	for _, g := range r.Elems {
		group := readGroup(g)
		group.Pending = g.Field("pel-count").Integer()
		if row := g.Field("pending").At(0); row.Kind == wire.KindArray {
			group.Oldest = &model.Pending{
				ID:         row.At(0).Position(),
				Consumer:   strings.Clone(row.At(1).Text),
				Idle:       since(row.At(2), now),
				Deliveries: row.At(3).Integer(),
			}
		}
		for _, c := range g.Field("consumers").Elems {
			consumer := model.Consumer{
				Name:    strings.Clone(c.Field("name").Text),
				Pending: c.Field("pel-count").Integer(),
				Idle:    since(c.Field("seen-time"), now),
			}
			if active, ok := c.Get("active-time"); ok && active.Integer() >= 0 {
				consumer.Inactive = model.Exactly(since(active, now).Milliseconds())
			}
			group.Consumers = append(group.Consumers, consumer)
		}
		sortConsumers(group.Consumers)
		checkPending(&group)
		groups = append(groups, group)
	}
	sortGroups(groups)
	return groups
}

// checkPending compares a group's number of pending entries with the sum over its consumers, reported at the same moment.
func checkPending(g *model.Group) {
	held := int64(0)
	for i := range g.Consumers {
		held += g.Consumers[i].Pending
	}
	if held != g.Pending {
		g.Contradiction = fmt.Sprintf("%d of its entries are pending, and its consumers hold %d", g.Pending, held)
	}
}

// readGroup decodes the fields that XINFO STREAM FULL and XINFO GROUPS have in common. Names are copied, so that they don't keep
// the reply in memory, which holds whole payloads.
func readGroup(g wire.Reply) model.Group {
	return model.Group{
		Name:          strings.Clone(g.Field("name").Text),
		LastDelivered: g.Field("last-delivered-id").Position(),
		EntriesRead:   g.Field("entries-read").Count(),
		Lag:           g.Field("lag").Count(),
	}
}

func sortGroups(groups []model.Group) {
	sorting.By(groups, func(g, h *model.Group) int { return strings.Compare(g.Name, h.Name) })
}

func sortConsumers(consumers []model.Consumer) {
	sorting.By(consumers, func(c, d *model.Consumer) int { return strings.Compare(c.Name, d.Name) })
}

// since returns the time from a moment, in milliseconds since the epoch, to now. It is never negative: the server's clock may
// have advanced between its answers.
func since(r wire.Reply, now time.Time) time.Duration {
	return max(now.Sub(time.UnixMilli(r.Integer())), 0).Truncate(time.Millisecond)
}

// errTime means that the reply to TIME isn't a time.
var errTime = errors.New("the server doesn't tell the time")

// serverTime decodes the reply to TIME.
func serverTime(r wire.Reply) (time.Time, error) {
	switch {
	case r.Kind == wire.KindError:
		return time.Time{}, fmt.Errorf("%w: %w", errTime, wire.ServerError(r.Text))
	case len(r.Elems) != 2:
		return time.Time{}, errTime
	}
	return time.Unix(r.At(0).Integer(), r.At(1).Integer()*int64(time.Microsecond)), nil
}

// isNoKey reports whether an error means that a key doesn't exist.
func isNoKey(text string) bool { return strings.HasPrefix(text, "ERR no such key") }

// streamInfos returns what XINFO STREAM says about each key of a node.
func (rd *Reader) streamInfos(ctx context.Context, node wire.Node, keys []string) ([]model.Stream, error) {
	infos := make([]model.Stream, 0, len(keys))
	for chunk := range slices.Chunk(keys, snapshotChunk) {
		commands := make([]wire.Read, len(chunk))
		for i, key := range chunk {
			commands[i] = wire.InfoStream(key)
		}
		replies, err := rd.look.PipelineOn(ctx, node, commands)
		if err != nil {
			return nil, err
		}
		for i, r := range replies {
			if r.Kind == wire.KindError && !isNoKey(r.Text) && !wire.AboutKey(r.Text) {
				return nil, wire.ServerError(r.Text)
			}
			infos = append(infos, readStream(chunk[i], r))
		}
	}
	return infos, nil
}
