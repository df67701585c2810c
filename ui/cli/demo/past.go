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
	// pastSpan is the time before the demo that is filled with events: what the desk reads at its start.
	pastSpan = 15 * time.Minute
	// givenUpAfter is how long db_writers retry a poison event.
	givenUpAfter = 20 * time.Second
	// behindBy is the delay of log_aggregators when the demo begins.
	behindBy = 25 * time.Second
	// pastChunk is the number of commands per pipeline.
	pastChunk = 2000
)

// refusal is the demo database's error for a poison event.
const refusal = "cannot store REAL value in INTEGER column deployment_costs.gas_estimate"

// writePast fills the demo's empty server with the time before it began: the events, the groups that have read them,
// and the dead letters of events that the database refused. It sends XADD and XGROUP CREATE.
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

// past is the state of writing the past.
type past struct {
	client  redis.UniversalClient
	pipe    redis.Pipeliner
	behind  model.Position
	streams map[string]*told
}

// told is the newest entry of a stream and the number of its entries, and the same for the entries that log_aggregators
// have read.
type told struct {
	last, read   model.Position
	added, taken int64
}

// add writes an entry with the ID of the given time, and sets its ID.
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

// addGroups creates the groups. They have read and acked everything, except for what log_aggregators have left.
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
