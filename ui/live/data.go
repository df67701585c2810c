package live

import (
	"math"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/series"
	"streamdesk/model/workflow"
)

// Batch is what a feed has gathered since the batch before. Every part may be empty.
type Batch struct {
	// Records are new entries, oldest first.
	Records []model.Record
	// Skipped is how many entries the tail passed over because it couldn't keep up; unknown on servers that can't
	// tell, and in a zero Batch: say Exactly(0) for none.
	Skipped model.Count
	// Snapshot is the newest snapshot, nil when none came in; SnapshotAt is the local clock when it was asked for.
	Snapshot   *model.Snapshot
	SnapshotAt time.Time
	// NextIn is when the next snapshot is due, from SnapshotAt on.
	NextIn time.Duration
	// RoundTrip is how long the last answer took.
	RoundTrip time.Duration
	// Server is what the server is; nil when it wasn't asked.
	Server *model.Server
	// Trouble is the error that observation met last; nil with Healthy unset says nothing new.
	Trouble error
	// Healthy says that the last exchange with the server went well.
	Healthy bool
	// Before is what was read of the time before.
	Before Before
}

// GroupKey names one group of one stream.
type GroupKey struct{ Stream, Group string }

// Data is all that the desk knows. The desk applies batches to it and panes read it, in one goroutine.
type Data struct {
	// Snapshot is the newest one, or on a paused screen the one that it was paused at; nil before the first.
	Snapshot *model.Snapshot
	// Log holds the newest entries.
	Log *Log
	// Workflows are those that entries have told of since the desk began and in the time before that was read, whatever has left
	// the log meanwhile.
	Workflows *workflow.Index
	// Answers is how long agents have taken to answer each other, Agents when each was last heard of, both of all that the desk was told.
	Answers *workflow.Answers
	Agents  Agents
	// Flows is what they have published over the last minutes.
	Flows Flows
	// Server is what the server is; its Name is empty until it answered.
	Server model.Server
	// RoundTrip is how long the server's last answer took.
	RoundTrip time.Duration
	// NextIn is how long after a snapshot the next one is due; 0 when nothing was said of it.
	NextIn time.Duration
	// Trouble is what stands between us and the server; nil when all is well. Since is the local time it began.
	Trouble error
	Since   time.Time
	// Skipped is how many entries the tail has passed over so far.
	Skipped model.Count
	// Limits are those by which groups are judged.
	Limits health.Limits

	latest     *model.Snapshot // what rates are measured from; the one shown stays behind on a paused screen
	troubled   bool            // the server couldn't be asked for a while since latest
	snapshotAt time.Time
	streams    map[string]*streamSeries
	groups     map[GroupKey]*groupSeries
	in         *series.Series // all streams together
	trips      trips

	resolutions   []series.Resolution
	lookedAt      map[string]bool // the streams that are on the screen
	lookedAtGroup GroupKey
	watchedFrom   time.Time                 // the server's clock at the first snapshot
	toldFrom      map[string]model.Position // of each stream the first entry that came in as a new one
}

// Watched is for how long there have been snapshots, up to the one that is shown: what a chart has to show.
func (d *Data) Watched() time.Duration {
	if d.Snapshot == nil {
		return 0
	}
	return d.Snapshot.At.Sub(d.watchedFrom)
}

type streamSeries struct {
	in      *series.Series
	earlier *earlier     // nil while nothing is known of it
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

// NewData makes an empty Data whose log keeps at most keep entries.
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

// Apply takes in a batch; now is the local clock.
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

// forgetGone drops the series of streams and groups that are no more, so that memory follows what there is.
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

// Now is the server's clock, reckoned from the newest snapshot and the local clock; without a snapshot it is local.
func (d *Data) Now(local time.Time) time.Time {
	if d.Snapshot == nil {
		return local
	}
	return d.Snapshot.At.Add(local.Sub(d.snapshotAt))
}

// Readable are the keys of the streams that can be read.
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

// Health is the state of a group of the snapshot that is shown.
func (d *Data) Health(s *model.Stream, g *model.Group) health.State {
	return health.Of(s, g, d.Snapshot.At, d.Limits)
}

// Age is how old the newest snapshot is; false before the first.
func (d *Data) Age(local time.Time) (time.Duration, bool) {
	if d.Snapshot == nil {
		return 0, false
	}
	return local.Sub(d.snapshotAt), true
}

// Measured says whether rates are known: whether two snapshots could be compared yet.
func (d *Data) Measured() bool {
	_, known := d.in.Last()
	return known
}

// In is how many entries a second came into the stream between the last two snapshots.
func (d *Data) In(stream string) (perSecond float64, known bool) {
	s := d.streams[stream]
	if s == nil || !s.rate.Known {
		return 0, false
	}
	return s.perS, true
}

// InEstimated says that [Data.In] is reckoned from the stream's length, as it is before Redis 7: entries that were
// deleted meanwhile are missing from it.
func (d *Data) InEstimated(stream string) bool {
	s := d.streams[stream]
	return s != nil && s.rate.Known && s.rate.Estimated
}

// Acked is how many entries a second the group acknowledged between the last two snapshots.
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
