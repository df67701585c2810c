package chores

import (
	"context"
	"errors"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

const (
	// moveEvery is how often streams with scheduled entries are looked at. Entries that are due later than that are waited for to
	// the millisecond; one that is scheduled meanwhile for earlier is late by that much.
	moveEvery = time.Second
	// soonest keeps a look from following the one before at once, when the server's clock and the timer disagree.
	soonest = 5 * time.Millisecond
	// findEvery is how often streams are looked for that had nothing scheduled (SCAN). It bounds how late their first entry may be;
	// discovery of streams, which walks the same keys, is ten times as frequent.
	findEvery = 5 * time.Second
	// moveBatch is the max number of entries that one run of the script moves: the server's other clients wait for a millisecond or
	// two meanwhile.
	moveBatch = 100
	// maxMoves is the max number of runs for one stream in a row, so that one that is flooded doesn't hold up the others.
	maxMoves = 100
)

// moveScript adds up to ARGV[1] entries of the sorted set KEYS[1] that are due by the server's clock to the stream KEYS[2], and
// removes each from the set. ARGV from 2 on stand between the stream and the fields: how the stream is trimmed, and the ID. It
// returns the time in milliseconds, when the next one is due, or "", and the new IDs. A script runs alone, so an entry is moved
// once, whoever runs it how often.
const moveScript = `local t = redis.call('TIME')
local now = t[1] * 1000 + math.floor(t[2] / 1000)
local ids = {}
for _, member in ipairs(redis.call('ZRANGEBYSCORE', KEYS[1], '-inf', now, 'LIMIT', 0, ARGV[1])) do
  local args = {KEYS[2]}
  for i = 2, #ARGV do args[#args + 1] = ARGV[i] end
  local at, first = 1, true
  while at <= #member do
    local colon = string.find(member, ':', at, true)
    local n = colon and tonumber(string.sub(member, at, colon - 1))
    if not n then return redis.error_reply('ERR a member of ' .. KEYS[1] .. ' is no scheduled entry') end
    if not first then args[#args + 1] = string.sub(member, colon + 1, colon + n) end
    at, first = colon + n + 1, false
  end
  ids[#ids + 1] = redis.call('XADD', unpack(args))
  redis.call('ZREM', KEYS[1], member)
end
local next = redis.call('ZRANGE', KEYS[1], 0, 0, 'WITHSCORES')
return {now, next[2] or '', ids}`

// mover adds scheduled entries to their streams. It finds the streams by SCAN, because a sorted set is there exactly as long as
// something is scheduled: an index beside it could miss one.
type mover struct {
	runner  *Runner
	streams map[string]*moving
	found   time.Time // when streams were last looked for
}

// moving is what is known of a stream with scheduled entries.
type moving struct {
	failures int
	retry    time.Time // not before
}

func (m *mover) do(ctx context.Context) time.Duration {
	for stream := range m.runner.takeNoticed() {
		m.know(stream)
	}
	if time.Since(m.found) >= findEvery {
		if err := m.find(ctx); err != nil && ctx.Err() == nil {
			m.runner.failed(Scheduled, "", err, moveEvery)
		}
	}
	wait := moveEvery
	for stream, state := range m.streams {
		if ctx.Err() != nil || time.Now().Before(state.retry) {
			continue
		}
		next, err := m.moveAll(ctx, stream)
		switch {
		case err != nil && ctx.Err() == nil:
			state.failures++
			after := wire.StreamBackoff.After(state.failures)
			state.retry = time.Now().Add(after)
			m.runner.failed(Scheduled, stream, err, after)
		case next == 0:
			delete(m.streams, stream)
		default:
			state.failures = 0
			wait = min(wait, max(next, soonest))
		}
	}
	return wait
}

func (m *mover) know(stream string) {
	if m.streams[stream] == nil {
		m.streams[stream] = &moving{}
	}
}

// find looks for streams with scheduled entries (SCAN).
func (m *mover) find(ctx context.Context) error {
	conn := m.runner.conn
	keys := wire.NewKeySet()
	err := conn.ScanScheduled(ctx, conn.Client, 0, keys.Add)
	for _, key := range keys.Sorted() {
		if stream, ok := model.StreamOfScheduled(key); ok && strings.HasPrefix(stream, conn.Prefix) {
			m.know(stream)
		}
	}
	m.found = time.Now()
	return err
}

// moveAll adds what is due to a stream, batch by batch, and returns how long the next entry isn't due yet; 0 when there is none.
func (m *mover) moveAll(ctx context.Context, stream string) (next time.Duration, err error) {
	for range maxMoves {
		var ids []model.Position
		if ids, next, err = m.move(ctx, stream); err != nil || len(ids) < moveBatch {
			return next, err
		}
	}
	return max(next, soonest), nil
}

// move adds up to [moveBatch] entries. Sending it again after a lost reply does no harm, so go-redis may.
func (m *mover) move(ctx context.Context, stream string) (ids []model.Position, next time.Duration, err error) {
	conn, config := m.runner.conn, m.runner.config
	args := []any{"EVAL", moveScript, 2, model.ScheduledKey(stream), stream, moveBatch}
	if config.MaxLen > 0 {
		args = append(args, "MAXLEN")
		if config.Approx {
			args = append(args, "~")
		}
		args = append(args, config.MaxLen)
	}
	r, err := conn.DoOn(ctx, conn.Client, append(args, "*")...)
	if err != nil {
		return nil, 0, err
	}
	if len(r.Elems) != 3 {
		return nil, 0, errors.New("the server's answer to EVAL can't be read")
	}
	for _, id := range r.At(2).Elems {
		ids = append(ids, id.Position())
	}
	if len(ids) > 0 {
		m.runner.added(stream, slices.Clone(ids))
	}
	if due, err := strconv.ParseFloat(r.At(1).Text, 64); err == nil {
		next = max(time.Duration(int64(due)-r.At(0).Integer())*time.Millisecond, 1)
	}
	return ids, next, nil
}
