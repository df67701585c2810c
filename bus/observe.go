package bus

import (
	"context"
	"errors"
	"fmt"
	"slices"
	"strings"
	"time"

	"streamdesk/model"
)

// snapshotChunk is how many keys go into one round trip: enough that its cost doesn't count, few enough that the
// replies of one stay small and other clients get their turn between two.
const snapshotChunk = 256

// Snapshot reads what there is to see of the streams at keys, in any order: lengths, groups, consumers and each
// group's oldest pending entry, exact at the moment the server answered for that stream. It sends TIME and one XINFO STREAM … FULL
// COUNT 1 per key in one round trip (for each 256 keys, and each node of a cluster). Where the figures don't settle a
// group's lag ([model.Stream.WeighLag]), the entries it has yet to read are counted in a second one, by XRANGE, as long as
// they are few: at most 100 and about 64 KB, of 32 groups. Before Redis 6 it takes XINFO STREAM,
// GROUPS, CONSUMERS and XPENDING, in two round trips; lag and the counters behind it are unknown before Redis 7.
//
// A key that is no stream, or that may not be looked at, is in the snapshot with its Problem; one that doesn't exist is
// Missing. The error is that of the connection: in a cluster, that of a node only when no node answers; the streams of
// a node that doesn't answer have the error as their Problem.
func (rd *Reader) Snapshot(ctx context.Context, keys []string) (model.Snapshot, error) {
	keys = slices.Clone(keys)
	slices.Sort(keys)
	keys = slices.Compact(keys)
	snap := model.Snapshot{Streams: make([]model.Stream, 0, len(keys))}
	var failed error
	for _, part := range rd.conn.byNode(ctx, keys) {
		for chunk := range slices.Chunk(part.keys, snapshotChunk) {
			at, streams, err := rd.observe(ctx, part.node, chunk)
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
			snap.OwnClock = snap.OwnClock || rd.conn.learned.noTime.Load()
			snap.Streams = append(snap.Streams, streams...)
		}
	}
	if len(keys) == 0 {
		at, _, err := rd.observe(ctx, rd.conn.client, nil)
		snap.At, snap.OwnClock, failed = at, rd.conn.learned.noTime.Load(), err
	}
	if failed != nil && snap.At.IsZero() {
		return model.Snapshot{}, fmt.Errorf("bus: snapshot of %d streams: %w", len(keys), failed)
	}
	rd.conn.learned.seeConsumers(&snap)
	slices.SortFunc(snap.Streams, func(s, t model.Stream) int { return strings.Compare(s.Key, t.Key) })
	return snap, nil
}

// observe reads streams of one node, whose clock the idle times are taken from.
func (rd *Reader) observe(ctx context.Context, node sender, keys []string) (time.Time, []model.Stream, error) {
	if rd.conn.learned.noFullInfo.Load() || rd.conn.learned.noTime.Load() {
		return rd.observeParts(ctx, node, keys)
	}
	commands := make([][]any, 0, len(keys)+1)
	commands = append(commands, []any{"TIME"})
	for _, key := range keys {
		commands = append(commands, []any{"XINFO", "STREAM", key, "FULL", "COUNT", 1})
	}
	replies, err := rd.conn.pipelineOn(ctx, node, commands)
	if err != nil {
		return time.Time{}, nil, err
	}
	if denied(replies[0]) {
		rd.conn.learned.noTime.Store(true) // in parts, idle times are told as such, and no clock is needed
		return rd.observeParts(ctx, node, keys)
	}
	now, err := serverTime(replies[0])
	if err != nil {
		return time.Time{}, nil, err
	}
	streams := make([]model.Stream, len(keys))
	counting := rd.lags.counting(rd.conn)
	for i, key := range keys {
		r := replies[i+1]
		if unknownSyntax(r) {
			rd.conn.learned.noFullInfo.Store(true)
			return rd.observeParts(ctx, node, keys)
		}
		rd.conn.learned.see(r)
		streams[i] = readStream(key, r)
		if r.kind == kindArray {
			streams[i].Groups = readFullGroups(r.field("groups"), now)
		}
		counting.weigh(&streams[i], firstEntry(r))
	}
	return now, streams, counting.do(ctx, node)
}

// readStream reads what XINFO STREAM says of the stream itself, in either of its forms.
func readStream(key string, r reply) model.Stream {
	s := model.Stream{Key: key}
	switch {
	case r.kind == kindError && isNoKey(r.text):
		s.Missing = true
	case r.kind == kindError:
		s.Problem = r.text
	case r.kind == kindArray:
		s.Length = r.field("length").integer()
		s.EntriesAdded = r.field("entries-added").count()
		s.Last = r.field("last-generated-id").position()
		s.MaxDeleted = r.field("max-deleted-entry-id").position()
		s.First = firstEntry(r).at(0).position()
		s.Idempotence = readIdempotence(r)
		if s.Length < 0 || (s.Length == 0) != s.First.IsZero() {
			s.Problem = fmt.Sprintf("the server's answer to XINFO STREAM contradicts itself: %d entries, the first of them %s", s.Length, s.First)
		}
	default:
		s.Problem = "the server's answer to XINFO STREAM can't be read"
	}
	return s
}

// readIdempotence reads what Redis 8.6 and later say of XADD … IDMP.
func readIdempotence(r reply) *model.Idempotence {
	tracked, told := r.get("pids-tracked")
	if !told {
		return nil
	}
	return &model.Idempotence{
		Duration: time.Duration(r.field("idmp-duration").integer()) * time.Second, MaxSize: r.field("idmp-maxsize").integer(),
		Producers: tracked.integer(), IDs: r.field("iids-tracked").integer(),
		Added: r.field("iids-added").integer(), Duplicates: r.field("iids-duplicates").integer(),
	}
}

// firstEntry is the stream's first entry in either form of XINFO STREAM; nil when there is none.
func firstEntry(r reply) reply {
	if entries, full := r.get("entries"); full {
		return entries.at(0)
	}
	return r.field("first-entry")
}

func readFullGroups(r reply, now time.Time) []model.Group {
	var groups []model.Group
	for _, g := range r.elems {
		group := readGroup(g)
		group.Pending = g.field("pel-count").integer()
		if row := g.field("pending").at(0); row.kind == kindArray {
			group.Oldest = &model.Pending{
				ID:         row.at(0).position(),
				Consumer:   strings.Clone(row.at(1).text),
				Idle:       since(row.at(2), now),
				Deliveries: row.at(3).integer(),
			}
		}
		for _, c := range g.field("consumers").elems {
			consumer := model.Consumer{
				Name:    strings.Clone(c.field("name").text),
				Pending: c.field("pel-count").integer(),
				Idle:    since(c.field("seen-time"), now),
			}
			if active, ok := c.get("active-time"); ok && active.integer() >= 0 {
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

// checkPending holds a group's number of pending entries against those of its consumers, told at the same moment.
func checkPending(g *model.Group) {
	held := int64(0)
	for i := range g.Consumers {
		held += g.Consumers[i].Pending
	}
	if held != g.Pending {
		g.Contradiction = fmt.Sprintf("%d of its entries are pending, and its consumers hold %d", g.Pending, held)
	}
}

// readGroup reads what XINFO STREAM FULL and XINFO GROUPS say in the same words. Names are copied, so that they don't
// keep the reply alive, which holds whole payloads.
func readGroup(g reply) model.Group {
	return model.Group{
		Name:          strings.Clone(g.field("name").text),
		LastDelivered: g.field("last-delivered-id").position(),
		EntriesRead:   g.field("entries-read").count(),
		Lag:           g.field("lag").count(),
	}
}

func sortGroups(groups []model.Group) {
	slices.SortFunc(groups, func(g, h model.Group) int { return strings.Compare(g.Name, h.Name) })
}

func sortConsumers(consumers []model.Consumer) {
	slices.SortFunc(consumers, func(c, d model.Consumer) int { return strings.Compare(c.Name, d.Name) })
}

// since is how long before now a moment in milliseconds since the epoch was; never negative, as the server's clock
// may have gone on between its answers.
func since(r reply, now time.Time) time.Duration {
	return max(now.Sub(time.UnixMilli(r.integer())), 0).Truncate(time.Millisecond)
}

// errTime means that TIME was answered with something else.
var errTime = errors.New("the server doesn't tell the time")

// serverTime reads the reply to TIME.
func serverTime(r reply) (time.Time, error) {
	switch {
	case r.kind == kindError:
		return time.Time{}, fmt.Errorf("%w: %w", errTime, replyError(r.text))
	case len(r.elems) != 2:
		return time.Time{}, errTime
	}
	return time.Unix(r.at(0).integer(), r.at(1).integer()*int64(time.Microsecond)), nil
}

// isNoKey says whether an error says that a key doesn't exist.
func isNoKey(text string) bool { return strings.HasPrefix(text, "ERR no such key") }

// unknownSyntax says whether the server didn't understand a command, as opposed to refusing it.
func unknownSyntax(r reply) bool {
	if r.kind != kindError {
		return false
	}
	text := strings.ToLower(r.text)
	for _, phrase := range [...]string{"syntax error", "unknown subcommand", "wrong number of arguments", "unknown command"} {
		if strings.Contains(text, phrase) {
			return true
		}
	}
	return false
}
