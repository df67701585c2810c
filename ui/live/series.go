package live

import (
	"time"

	"streamdesk/model/series"
)

// What is kept of the past, and in what detail: 15 minutes in seconds, and an hour in steps of ten seconds, which are
// narrower than the columns of any chart of an hour. That is 5 kB a series, compared to 14 kB for every second of an
// hour.
const (
	seriesStep = time.Second
	fineKeep   = 900
	hourSteps  = 10
	hourKeep   = 360
	// daySteps is the number of seconds, two minutes, of each value in a chart of up to a day, if one was asked for.
	daySteps = 120
)

// fineMost is the max number of series that are kept in full: 4 MB of them. If there are more (above some 200 streams
// with four groups each), only those on the screen are; the others keep what charts of an hour need.
const fineMost = 1000

// ChartUpTo keeps enough of the past for charts of that span, from now on. An hour is always kept.
func (d *Data) ChartUpTo(span time.Duration) {
	d.resolutions = []series.Resolution{{Steps: 1, Keep: fineKeep}, {Steps: hourSteps, Keep: hourKeep}}
	if hour := hourSteps * hourKeep * seriesStep; span > hour {
		d.resolutions = append(d.resolutions, series.Resolution{Steps: daySteps, Keep: int(span/(daySteps*seriesStep)) + 1})
	}
	d.in = d.newSeries()
}

// LookAt sets which streams and which group are on the screen: their series are kept in detail, however many there are.
func (d *Data) LookAt(streams []string, group GroupKey) {
	clear(d.lookedAt)
	for _, key := range streams {
		d.lookedAt[key] = true
	}
	d.lookedAtGroup = group
}

func (d *Data) newSeries() *series.Series { return series.New(seriesStep, d.resolutions...) }

// chooseDetail drops the detail of series that aren't on the screen, when there are too many.
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

// emptySeries stands for a series that doesn't exist yet: it has only gaps.
var emptySeries = series.New(seriesStep)
