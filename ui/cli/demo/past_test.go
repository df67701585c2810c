package demo

import (
	"context"
	"testing"
	"time"

	"streamdesk/bus/observe"
	"streamdesk/bus/sink"
	"streamdesk/model"
	"streamdesk/ui/desk"
)

func TestTheDemoBeginsWithAPast(t *testing.T) {
	err := inFrontOf(t, func(ctx context.Context, o desk.Options) error {
		began := time.Now()
		keys, err := o.Bus.Reader().Discover(ctx)
		if err != nil {
			t.Fatal(err)
		}
		snapshot, err := o.Bus.Reader().Snapshot(ctx, keys)
		if err != nil {
			t.Fatal(err)
		}
		var entries, behind int64
		groups := map[string]int{}
		for _, s := range snapshot.Streams {
			entries += s.Length
			for _, g := range s.Groups {
				groups[g.Name]++
				if g.Name == sink.LogAggregators {
					behind += g.Lag.N
				}
			}
		}
		if entries < 8_000 || behind < 50 {
			t.Errorf("%d entries, %d of them not delivered to %s", entries, behind, sink.LogAggregators)
		}
		for _, group := range []string{sink.WebsocketWorkers, sink.DBWriters, sink.MetricsCollectors, sink.LogAggregators} {
			if groups[group] < 20 {
				t.Errorf("%s reads %d of %d streams", group, groups[group], len(keys))
			}
		}
		var oldest time.Time
		for page, err := range o.Bus.Reader().History(ctx, observe.HistoryQuery{Streams: keys, Before: model.PositionAt(began)}) {
			if err != nil {
				t.Fatal(err)
			}
			for i := range page.Records {
				if r := &page.Records[i]; oldest.IsZero() || r.ID.Time().Before(oldest) {
					oldest = r.ID.Time()
				}
			}
		}
		if before := began.Sub(oldest); before < pastSpan-time.Minute || before > pastSpan+time.Minute {
			t.Errorf("the oldest event is %s old", before)
		}
		letters, err := o.Bus.Reader().Range(ctx, model.DeadLetterKey(o.Bus.StreamKey(model.DeploymentStarted)), model.Position{}, model.Position{}, 100)
		if err != nil || len(letters) == 0 {
			t.Fatalf("%d dead letters, %v", len(letters), err)
		}
		letter := model.ReadDeadLetter(letters[0])
		if letter.Group != sink.DBWriters || letter.Reason != refusal || began.Sub(letter.Entry.ID.Time()) < time.Second || letter.Origin.Stream == "" {
			t.Errorf("the dead letter is %+v", letter)
		}
		return nil
	}, flags{})
	if err != nil {
		t.Error(err)
	}
}
