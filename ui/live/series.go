package live

import (
	"time"

	"streamdesk/model/series"
)

// What is kept of the past, and in what detail: each second of a quarter of an hour, and an hour in steps of ten seconds,
// which are narrower than the columns of any chart of an hour. That is 5 kB a series, where every second of an hour was
// 14 kB.
const (
	seriesStep = time.Second
	fineKeep   = 900
	hourSteps  = 10
	hourKeep   = 360
	// daySteps are the two minutes that one value stands for in a chart of up to a day, if one was asked for.
	daySteps = 120
)

// fineMost is how many series are kept in full: 4 MB of them. Where there are more (above some 200 streams with four
// groups each), only those that are looked at are, and of the others what the hour needs.
const fineMost = 1000

// ChartUpTo keeps enough of the past for charts of that time, from now on. An hour is kept anyway.
func (d *Data) ChartUpTo(span time.Duration) {
	d.resolutions = []series.Resolution{{Steps: 1, Keep: fineKeep}, {Steps: hourSteps, Keep: hourKeep}}
	if hour := hourSteps * hourKeep * seriesStep; span > hour {
		d.resolutions = append(d.resolutions, series.Resolution{Steps: daySteps, Keep: int(span/(daySteps*seriesStep)) + 1})
	}
	d.in = d.newSeries()
}

// LookAt says which streams and which group are on the screen: their series are kept in detail, however many there are.
func (d *Data) LookAt(streams []string, group GroupKey) {
	clear(d.lookedAt)
	for _, key := range streams {
		d.lookedAt[key] = true
	}
	d.lookedAtGroup = group
}

func (d *Data) newSeries() *series.Series { return series.New(seriesStep, d.resolutions...) }

// chooseDetail lets go of the detail of series that nobody looks at, when there are too many.
func (d *Data) chooseDetail() {
	all := len(d.streams)+len(d.groups) <= fineMost
	for key, s := range d.streams {
		s.in.Detail(all || d.lookedAt[key])
	}
	for key, g := range d.groups {
		g.acked.Detail(all || key == d.lookedAtGroup)
	}
}

func (d *Data) window(into []float64, kept *series.Series, span time.Duration) {
	if kept == nil || d.Snapshot == nil {
		kept = emptySeries
	}
	var at time.Time
	if d.Snapshot != nil {
		at = d.Snapshot.At
	}
	kept.Window(into, at, span)
}

// emptySeries answers for what has no series yet: nothing but gaps.
var emptySeries = series.New(seriesStep)
