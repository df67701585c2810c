package demo

import (
	"context"
	"fmt"
	"maps"
	"slices"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/simulate"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

const (
	// pastSpan is the time before the demo that there is something of: what the desk reads when it begins.
	pastSpan = 15 * time.Minute
	// givenUpAfter is how long db_writers try a poison event.
	givenUpAfter = 20 * time.Second
	// behindBy is how far log_aggregators are behind when the demo begins.
	behindBy = 25 * time.Second
	// pastChunk is how many commands go to the server at a time.
	pastChunk = 2000
)

// refusal is what the demo's database says of a poison event.
const refusal = "cannot store REAL value in INTEGER column deployment_costs.gas_estimate"

// writePast fills the demo's empty server with what happened before it began: the events, the groups that have read them, and the
// dead letters of those that the database refused. It sends XADD and XGROUP CREATE.
func writePast(ctx context.Context, client redis.UniversalClient, b *bus.Bus, simulator *simulate.Simulator) error {
	p := past{client: client, pipe: client.Pipeline(), streams: map[string]*told{}}
	now := time.Now()
	p.behind = model.PositionAt(now.Add(-behindBy))
	for e := range simulator.Past(now.Add(-pastSpan), now) {
		entry := model.Entry{
			Stream: b.StreamKey(e.Type), Fields: []model.Field{{Name: model.FieldData, Value: string(e.AppendJSON(nil))}},
		}
		if err := p.add(ctx, &entry, e.Timestamp); err != nil {
			return err
		}
		if given := e.Timestamp.Add(givenUpAfter); simulate.Poisoned(&e) && given.Before(now) {
			letter := model.Entry{
				Stream: model.DeadLetterKey(entry.Stream), Fields: model.DeadLetterFields(entry, sink.DBWriters, refusal, simulate.MaxDeliver),
			}
			if err := p.add(ctx, &letter, given); err != nil {
				return err
			}
			delete(p.streams, letter.Stream) // no group reads it
		}
	}
	for _, stream := range slices.Sorted(maps.Keys(p.streams)) {
		p.addGroups(ctx, stream, p.streams[stream])
	}
	return p.send(ctx)
}

// past is what was written so far.
type past struct {
	client  redis.UniversalClient
	pipe    redis.Pipeliner
	behind  model.Position
	streams map[string]*told
}

// told is the newest entry of a stream and how many there are, and the same of those that log_aggregators have read.
type told struct {
	last, read   model.Position
	added, taken int64
}

// add writes an entry as it was written at a moment, and gives it its ID.
func (p *past) add(ctx context.Context, entry *model.Entry, at time.Time) error {
	stream := p.streams[entry.Stream]
	if stream == nil {
		stream = &told{}
		p.streams[entry.Stream] = stream
	}
	entry.ID = model.PositionAt(at)
	if !entry.ID.After(stream.last) {
		entry.ID = stream.last.Next()
	}
	stream.last = entry.ID
	stream.added++
	if entry.ID.Before(p.behind) {
		stream.read, stream.taken = entry.ID, stream.added
	}
	values := make([]any, 0, 2*len(entry.Fields))
	for _, f := range entry.Fields {
		values = append(values, f.Name, f.Value)
	}
	p.pipe.XAdd(ctx, &redis.XAddArgs{Stream: entry.Stream, ID: entry.ID.String(), Values: values})
	if p.pipe.Len() < pastChunk {
		return nil
	}
	return p.send(ctx)
}

// addGroups makes the groups, which have read and acknowledged everything but what log_aggregators have left.
func (p *past) addGroups(ctx context.Context, stream string, s *told) {
	for _, group := range []string{sink.WebsocketWorkers, sink.DBWriters, sink.MetricsCollectors} {
		p.pipe.Do(ctx, "XGROUP", "CREATE", stream, group, s.last.String(), "ENTRIESREAD", s.added)
	}
	p.pipe.Do(ctx, "XGROUP", "CREATE", stream, sink.LogAggregators, s.read.String(), "ENTRIESREAD", s.taken)
}

func (p *past) send(ctx context.Context) error {
	if _, err := p.pipe.Exec(ctx); err != nil {
		return fmt.Errorf("demo: the time before: %w", err)
	}
	return nil
}
