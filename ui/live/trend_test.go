package live

import (
	"math"
	"testing"
	"time"

	"streamdesk/model"
)

// seen is a snapshot of one group, so many seconds after the start.
func seen(second int, lag model.Count, pending int64) *model.Snapshot {
	return &model.Snapshot{At: start.Add(time.Duration(second) * time.Second), Streams: []model.Stream{{
		Key: "events:workflow.started", Groups: []model.Group{{Name: "db_writers", Lag: lag, Pending: pending}},
	}}}
}

func TestTrendsCompareWithAMinuteAgo(t *testing.T) {
	t.Parallel()
	key := GroupKey{"events:workflow.started", "db_writers"}
	for _, c := range []struct {
		name         string
		snapshots    []*model.Snapshot
		lag, pending Trend
	}{
		{"nothing was seen", nil, Steady, Steady},
		{"seen once", []*model.Snapshot{seen(0, model.Exactly(5), 5)}, Steady, Steady},
		{"both grow", []*model.Snapshot{seen(0, model.Exactly(5), 5), seen(1, model.Exactly(6), 9)}, Rising, Rising},
		{"both shrink", []*model.Snapshot{seen(0, model.Exactly(5), 5), seen(30, model.Exactly(0), 1)}, Falling, Falling},
		{"a twentieth is no way to go", []*model.Snapshot{seen(0, model.Exactly(1000), 1000), seen(30, model.Exactly(1049), 951)}, Steady, Steady},
		{"a burst that is over", []*model.Snapshot{seen(0, model.Exactly(0), 0), seen(20, model.Exactly(900), 90), seen(40, model.Exactly(0), 0)}, Steady, Steady},
		{"what was long ago doesn't count", []*model.Snapshot{
			seen(0, model.Exactly(900), 900), seen(20, model.Exactly(3), 3), seen(40, model.Exactly(3), 3), seen(90, model.Exactly(3), 3),
		}, Steady, Steady},
		{"nobody looked for a while", []*model.Snapshot{seen(0, model.Exactly(900), 900), seen(300, model.Exactly(3), 3)}, Steady, Steady},
		{"a lag that isn't known", []*model.Snapshot{seen(0, model.Exactly(5), 5), seen(30, model.Count{}, 50)}, Steady, Rising},
		{"a lag that wasn't", []*model.Snapshot{seen(0, model.Count{}, 5), seen(30, model.Exactly(5), 5)}, Steady, Steady},
	} {
		d := NewData(10)
		for _, s := range c.snapshots {
			d.Apply(Batch{Snapshot: s, SnapshotAt: s.At, Skipped: model.Exactly(0)}, s.At)
		}
		if lag, pending := d.LagTrend(key), d.PendingTrend(key); lag != c.lag || pending != c.pending {
			t.Errorf("%s: lag goes %d, pending %d; want %d, %d", c.name, lag, pending, c.lag, c.pending)
		}
	}
}

func TestTheRoundTripOfOneInAHundredIsLeftOut(t *testing.T) {
	t.Parallel()
	d := NewData(10)
	if p99, whole := d.RoundTripP99(time.Hour); p99 != 0 || !whole {
		t.Errorf("without an answer it is %v", p99)
	}
	answer := func(second int, took time.Duration) {
		d.Apply(Batch{RoundTrip: took, Skipped: model.Exactly(0)}, start.Add(time.Duration(second)*time.Second))
	}
	for i := range 200 {
		took := time.Duration(i%100+1) * time.Millisecond
		answer(i, took)
	}
	for _, c := range []struct {
		span time.Duration
		want time.Duration
	}{{time.Hour, 99 * time.Millisecond}, {100 * time.Second, 99 * time.Millisecond}, {10 * time.Second, 100 * time.Millisecond}} {
		if p99, whole := d.RoundTripP99(c.span); p99 != c.want || !whole {
			t.Errorf("over %v it is %v (whole: %v), want %v", c.span, p99, whole, c.want)
		}
	}
	for i := 200; i < 200+tripsKeep; i++ {
		answer(i, time.Millisecond)
	}
	if p99, whole := d.RoundTripP99(time.Hour); p99 != time.Millisecond || whole {
		t.Errorf("of more than is kept it is %v (whole: %v)", p99, whole)
	}
	if _, whole := d.RoundTripP99(10 * time.Minute); !whole {
		t.Error("the last ten minutes aren't known whole")
	}
}

func TestAPausedTrendDoesNotLookAhead(t *testing.T) {
	t.Parallel()
	d := NewData(10)
	apply := func(s *model.Snapshot) {
		d.Apply(Batch{Snapshot: s, SnapshotAt: s.At, Skipped: model.Exactly(0)}, s.At)
	}
	apply(seen(0, model.Exactly(5), 5))
	apply(seen(20, model.Exactly(50), 50))
	d.Log.Pause(true)
	for second := 30; second <= 200; second += 10 {
		apply(seen(second, model.Exactly(900), 900))
	}
	if trend := d.LagTrend(GroupKey{"events:workflow.started", "db_writers"}); trend == Falling {
		t.Error("what came after the pause makes it fall")
	}
}

func TestTheRateOfAConsumerIsKnownWhenItAloneAsks(t *testing.T) {
	t.Parallel()
	key := GroupKey{"events:workflow.started", "db_writers"}
	d := NewData(10)
	for second, read := range []int64{0, 10, 20} {
		s := seen(second, model.Exactly(0), 0)
		s.Streams[0].Groups[0].EntriesRead = model.Exactly(read)
		d.Apply(Batch{Snapshot: s, SnapshotAt: s.At, Skipped: model.Exactly(0)}, s.At)
	}
	const span = 5 * time.Minute
	if got := d.AckedMean(key, span); got != 10 {
		t.Errorf("the group acks %v a second", got)
	}
	if got := d.AckedMean(GroupKey{key.Stream, "nobody"}, span); !math.IsNaN(got) {
		t.Errorf("a group that isn't there acks %v", got)
	}
	g := model.Group{Name: key.Group, Consumers: []model.Consumer{{Name: "worker-1"}, {Name: "worker-2", Idle: span}}}
	if got, reads := d.ConsumerMean(key, &g, &g.Consumers[0], span); got != 10 || !reads {
		t.Errorf("the only one that asks acks %v (%v)", got, reads)
	}
	if got, reads := d.ConsumerMean(key, &g, &g.Consumers[1], span); !math.IsNaN(got) || reads {
		t.Errorf("one that is away acks %v (%v)", got, reads)
	}
	g.Consumers[1].Idle = span - 1
	if got, reads := d.ConsumerMean(key, &g, &g.Consumers[0], span); !math.IsNaN(got) || !reads {
		t.Errorf("one of two acks %v (%v)", got, reads)
	}
}
