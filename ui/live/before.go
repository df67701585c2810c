package live

import (
	"math"
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/series"
)

// Before is what was read of the time before the desk started.
type Before struct {
	// Records are for workflows, answers and flows. They aren't added to the log, which reads older entries on demand.
	Records []model.Record
	// Rates are those of streams, each stream once.
	Rates []PastRates
}

// PastRates is how many entries came into a stream from a moment on, in parts of time, oldest first.
type PastRates struct {
	Stream string
	From   time.Time
	Parts  []PastRate
}

// PastRate is the count of one part.
type PastRate struct {
	Lasts time.Duration
	Count model.Count

	mean *float64 // entries a second, when they weren't counted; nil when they were
}

// perSecond returns how many entries came in a second.
func (p *PastRate) perSecond() float64 {
	if p.mean != nil {
		return *p.mean
	}
	return float64(p.Count.N) / p.Lasts.Seconds()
}

// PastRates returns the rates of a stream over the last 15 minutes, for another Data that begins now.
func (d *Data) PastRates(stream string) PastRates {
	rates, sampled := make([]float64, fineKeep), make([]bool, fineKeep)
	d.InWindow(rates, stream, fineKeep*seriesStep)
	d.SampledWindow(sampled, stream, fineKeep*seriesStep)
	past := PastRates{Stream: stream, Parts: make([]PastRate, fineKeep)}
	if d.Snapshot != nil {
		past.From = d.Snapshot.At.Truncate(seriesStep).Add((1 - fineKeep) * seriesStep)
	}
	for i := range rates {
		past.Parts[i] = PastRate{
			Lasts: seriesStep, Count: model.Count{N: int64(rates[i]), Known: !math.IsNaN(rates[i]), Estimated: sampled[i]}, mean: &rates[i],
		}
	}
	return past
}

// earlier is what is known of a stream's rates before the desk started.
type earlier struct {
	from time.Time
	in   *series.Series
	// sampled is 1 where the rates are estimates.
	sampled *series.Series
}

// applyBefore adds what was read of the time before the desk started.
func (d *Data) applyBefore(b Before) {
	var untold []*model.Record
	for i := range b.Records {
		r := &b.Records[i]
		if from, told := d.toldFrom[r.Stream]; !told || r.ID.Before(from) {
			d.Workflows.Add(r)
			d.Agents.hear(r)
			d.Flows.hear(r)
			untold = append(untold, r)
		}
	}
	d.Answers.Recall(untold)
	for _, rates := range b.Rates {
		if kept := d.streams[rates.Stream]; kept != nil {
			kept.earlier = d.newEarlier(rates)
		}
	}
}

// newEarlier returns the rates as series like those since the desk started.
func (d *Data) newEarlier(rates PastRates) *earlier {
	p := &earlier{from: rates.From, in: d.newSeries(), sampled: d.newSeries()}
	at, began := rates.From, false
	for i := range rates.Parts {
		part := &rates.Parts[i]
		end := at.Add(part.Lasts)
		if part.Count.Known {
			estimate := 0.0
			if part.Count.Estimated {
				estimate = 1
			}
			if !began {
				p.from, began = at, true
			}
			for t := at; t.Before(end); t = t.Add(seriesStep) {
				p.in.Set(t, part.perSecond())
				p.sampled.Set(t, estimate)
			}
		}
		at = end
	}
	if !began {
		return nil
	}
	return p
}

// fillIn fills the gaps of a window with what is known of the past.
func (d *Data) fillIn(into []float64, p *earlier, span time.Duration) {
	if p == nil || d.Snapshot == nil || !slices.ContainsFunc(into, math.IsNaN) {
		return
	}
	before := make([]float64, len(into))
	p.in.Window(before, d.Snapshot.At, span)
	for i, v := range into {
		if math.IsNaN(v) {
			into[i] = before[i]
		}
	}
}

// SampledWindow sets for each part of a window, as [Data.InWindow] fills it, whether it is an estimate.
func (d *Data) SampledWindow(into []bool, stream string, span time.Duration) {
	clear(into)
	kept := d.streams[stream]
	if kept == nil || kept.earlier == nil || d.Snapshot == nil {
		return
	}
	own, sampled := make([]float64, len(into)), make([]float64, len(into))
	d.window(own, kept.in, span)
	kept.earlier.sampled.Window(sampled, d.Snapshot.At, span)
	for i := range into {
		into[i] = math.IsNaN(own[i]) && sampled[i] > 0
	}
}

// Known returns for how long the rates of a stream are known, up to the snapshot that is shown: since the desk started, or longer.
func (d *Data) Known(stream string) time.Duration {
	known := d.Watched()
	if kept := d.streams[stream]; kept != nil && kept.earlier != nil && d.Snapshot != nil {
		known = max(known, d.Snapshot.At.Sub(kept.earlier.from))
	}
	return known
}
