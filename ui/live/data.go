package live

import (
	"math"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/series"
	"streamdesk/model/workflow"
)

// Batch is what a feed has gathered since the last batch. Every part may be empty.
type Batch struct {
	// Records are new entries, oldest first.
	Records []model.Record
	// Skipped is how many entries the tail skipped because it couldn't keep up; unknown on servers that can't tell, and
	// in a zero Batch: use Exactly(0) for none.
	Skipped model.Count
	// Snapshot is the newest snapshot, nil when none came in; SnapshotAt is the local time when it was asked for.
	Snapshot   *model.Snapshot
	SnapshotAt time.Time
	// Earlier are snapshots from before Snapshot, oldest first: rates are measured from them, too.
	Earlier []model.Snapshot
	// NextIn is the time from SnapshotAt to the next snapshot.
	NextIn time.Duration
	// RoundTrip is how long the last answer took.
	RoundTrip time.Duration
	// Server describes the server; nil when it wasn't asked.
	Server *model.Server
	// Trouble is the last error of an exchange with the server; nil with Healthy unset says nothing new.
	Trouble error
	// Healthy is set when the last exchange with the server went well.
	Healthy bool
	// Before is what was read of the time before the desk started.
	Before Before
}

// GroupKey names one group of one stream.
type GroupKey struct{ Stream, Group string }

// Data is all that the desk knows. The desk applies batches to it and panes read it, in one goroutine.
type Data struct {
	// Snapshot is the newest one, or on a paused screen the one from when it was paused; nil before the first.
	Snapshot *model.Snapshot
	// Log holds the newest entries.
	Log *Log
	// Workflows are those of entries since the desk started and of the past that was read, including entries that have left the
	// log.
	Workflows *workflow.Index
	// Answers is how long agents took to answer each other, Agents when each last published, both from all entries received.
	Answers *workflow.Answers
	Agents  Agents
	// Flows is what agents have published over the last minutes.
	Flows Flows
	// Server describes the server; its Name is empty until it has answered.
	Server model.Server
	// RoundTrip is how long the server's last answer took.
	RoundTrip time.Duration
	// NextIn is the time from a snapshot to the next one; 0 when it isn't known.
	NextIn time.Duration
	// Trouble is why the server can't be asked; nil when all is well. Since is the local time it began.
	Trouble error
	Since   time.Time
	// Skipped is how many entries the tail has skipped so far.
	Skipped model.Count
	// Limits are the limits by which groups are judged.
	Limits health.Limits
	// Past is nil while the data shows the present.
	Past *Past

	latest     *model.Snapshot // the one to measure rates from; on a paused screen it is newer than Snapshot
	troubled   bool            // an exchange with the server has failed since latest
	snapshotAt time.Time
	streams    map[string]*streamSeries
	groups     map[GroupKey]*groupSeries
	in         *series.Series // all streams together
	trips      trips

	resolutions   []series.Resolution
	lookedAt      map[string]bool // the streams that are on the screen
	lookedAtGroup GroupKey
	watchedFrom   time.Time                 // the server's clock at the first snapshot
	toldFrom      map[string]model.Position // the first entry of each stream that came in as a new one
}

// Watched returns for how long there have been snapshots, up to the one that is shown: the span that charts can show.
func (d *Data) Watched() time.Duration {
	if d.Snapshot == nil {
		return 0
	}
	return d.Snapshot.At.Sub(d.watchedFrom)
}

type streamSeries struct {
	in      *series.Series
	earlier *earlier     // nil while unknown
	last    model.Stream // as it was in the snapshot before, without its groups
	rate    model.Count  // known once two snapshots were compared
	perS    float64
}

type groupSeries struct {
	acked  *series.Series
	count  model.Count
	known  bool
	perS   float64
	course course
}

// NewData returns an empty Data whose log keeps max keep entries.
func NewData(keep int) *Data {
	d := &Data{
		Log:       NewLog(keep),
		Workflows: workflow.NewIndex(nil, workflow.MaxWorkflows),
		Answers:   workflow.NewAnswers(),
		Agents:    Agents{},
		Flows:     Flows{ways: map[Way]*flow{}},
		Skipped:   model.Exactly(0),
		Limits:    health.Defaults,
		streams:   map[string]*streamSeries{},
		groups:    map[GroupKey]*groupSeries{},
		lookedAt:  map[string]bool{},
		toldFrom:  map[string]model.Position{},
	}
	d.ChartUpTo(0)
	return d
}

// Apply applies a batch; now is the local clock.
func (d *Data) Apply(b Batch, now time.Time) {
	switch {
	case b.Trouble != nil:
		if d.Trouble == nil {
			d.Since = now
		}
		d.Trouble, d.troubled = b.Trouble, true
	case b.Healthy:
		d.Trouble = nil
	}
	if b.Server != nil {
		d.Server = *b.Server
	}
	if b.RoundTrip > 0 {
		d.RoundTrip = b.RoundTrip
		d.trips.add(now, b.RoundTrip)
	}
	for i := range b.Earlier {
		if d.watchedFrom.IsZero() {
			d.watchedFrom = b.Earlier[i].At
		}
		d.measure(&b.Earlier[i])
	}
	if b.Snapshot != nil {
		d.NextIn = b.NextIn
		if d.watchedFrom.IsZero() {
			d.watchedFrom = b.Snapshot.At
		}
		d.measure(b.Snapshot)
		if !d.Log.Paused() || d.Snapshot == nil {
			d.Snapshot, d.snapshotAt = b.Snapshot, b.SnapshotAt
		}
	}
	if !b.Skipped.Known {
		d.Skipped = model.Count{}
	} else {
		d.Skipped = model.Count{N: d.Skipped.N + b.Skipped.N, Known: d.Skipped.Known, Estimated: d.Skipped.Estimated || b.Skipped.Estimated}
	}
	if len(b.Records) > 0 {
		d.Log.Add(b.Records, d.Now(now))
		for i := range b.Records {
			r := &b.Records[i]
			if _, told := d.toldFrom[r.Stream]; !told {
				d.toldFrom[r.Stream] = r.ID
			}
			d.Workflows.Add(r)
			d.Answers.Add(r)
			d.Agents.hear(r)
			d.Flows.hear(r)
		}
	}
	d.applyBefore(b.Before)
}

// forgetGone drops the series of streams and groups that no longer exist.
func (d *Data) forgetGone(s *model.Snapshot) {
	for key := range d.streams {
		if s.Stream(key) == nil {
			delete(d.streams, key)
		}
	}
	for key := range d.groups {
		if st := s.Stream(key.Stream); st == nil || st.Group(key.Group) == nil {
			delete(d.groups, key)
		}
	}
}

// Now returns the server's clock, computed from the snapshot and the local clock; without a snapshot it is local. In the past it
// stands still.
func (d *Data) Now(local time.Time) time.Time {
	if d.Past != nil {
		return d.Past.At
	}
	if d.Snapshot == nil {
		return local
	}
	return d.Snapshot.At.Add(local.Sub(d.snapshotAt))
}

// Readable returns the keys of the streams that can be read.
func (d *Data) Readable() []string {
	if d.Snapshot == nil {
		return nil
	}
	var keys []string
	for i := range d.Snapshot.Streams {
		if s := &d.Snapshot.Streams[i]; !s.Missing && s.Problem == "" {
			keys = append(keys, s.Key)
		}
	}
	return keys
}

// Health returns the state of a group of the snapshot that is shown.
func (d *Data) Health(s *model.Stream, g *model.Group) health.State {
	return health.Of(s, g, d.Snapshot.At, d.Limits)
}

// Age returns how old the snapshot that is shown is; false before the first.
func (d *Data) Age(local time.Time) (time.Duration, bool) {
	if d.Snapshot == nil {
		return 0, false
	}
	return local.Sub(d.snapshotAt), true
}

// Measured reports whether rates are known: whether two snapshots could be compared yet.
func (d *Data) Measured() bool {
	_, known := d.in.Last()
	return known
}

// In returns how many entries a second came into the stream between the last two snapshots.
func (d *Data) In(stream string) (perSecond float64, known bool) {
	s := d.streams[stream]
	if s == nil || !s.rate.Known {
		return 0, false
	}
	return s.perS, true
}

// InEstimated reports whether [Data.In] is computed from the stream's length, as it is before Redis 7: entries that
// were deleted meanwhile are missing from it.
func (d *Data) InEstimated(stream string) bool {
	s := d.streams[stream]
	return s != nil && s.rate.Known && s.rate.Estimated
}

// Acked returns how many entries a second the group acknowledged between the last two snapshots.
func (d *Data) Acked(key GroupKey) (perSecond float64, known bool) {
	g := d.groups[key]
	if g == nil || !g.known {
		return 0, false
	}
	return g.perS, true
}

// InWindow fills into with the stream's rates over the span that ends with the newest snapshot, newest last; all
// streams together when stream is empty. The parts begin at fixed times, as [series.Series.Window] has them.
func (d *Data) InWindow(into []float64, stream string, span time.Duration) {
	if stream == "" {
		d.window(into, d.in, span)
		return
	}
	s := d.streams[stream]
	if s == nil {
		s = &streamSeries{}
	}
	d.window(into, s.in, span)
	d.fillIn(into, s.earlier, span)
}

// InMean returns the stream's mean rate over the span that ends with the newest snapshot, or NaN when nothing is known of it.
func (d *Data) InMean(stream string, span time.Duration) float64 {
	s := d.streams[stream]
	if s == nil || d.Snapshot == nil {
		return math.NaN()
	}
	mean := s.in.Mean(d.Snapshot.At, span)
	if math.IsNaN(mean) && s.earlier != nil {
		mean = s.earlier.in.Mean(d.Snapshot.At, span)
	}
	return mean
}

// AckedWindow fills into with the group's ack rates, as InWindow does.
func (d *Data) AckedWindow(into []float64, key GroupKey, span time.Duration) {
	var kept *series.Series
	if g := d.groups[key]; g != nil {
		kept = g.acked
	}
	d.window(into, kept, span)
}

// AckedMean returns the group's mean ack rate over the span that ends with the newest snapshot, or NaN when nothing is known of it.
func (d *Data) AckedMean(key GroupKey, span time.Duration) float64 {
	g := d.groups[key]
	if g == nil || d.Snapshot == nil {
		return math.NaN()
	}
	return g.acked.Mean(d.Snapshot.At, span)
}

// ConsumerMean returns the mean ack rate of a consumer of the group over the span that ends with the newest snapshot. Redis counts
// acks by group, so only the rate of a consumer that alone has asked for entries in that time is known; any other is NaN. reads reports
// whether the consumer has asked in that time.
func (d *Data) ConsumerMean(key GroupKey, g *model.Group, c *model.Consumer, span time.Duration) (perSecond float64, reads bool) {
	if c.Idle >= span {
		return math.NaN(), false
	}
	for i := range g.Consumers {
		if other := &g.Consumers[i]; other.Name != c.Name && other.Idle < span {
			return math.NaN(), true
		}
	}
	return d.AckedMean(key, span), true
}
