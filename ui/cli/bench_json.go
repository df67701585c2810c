package cli

import (
	"runtime"

	"streamdesk/bus/bench"
)

// jsonBench is the result of the bench command.
type jsonBench struct {
	Server   jsonBenchServer `json:"server"`
	Cores    int             `json:"cores"`
	Go       string          `json:"go"`
	Platform string          `json:"platform"`
	Events   int             `json:"events"`
	Seconds  float64         `json:"seconds"`
	Rate     int             `json:"rate"`
	Payload  int             `json:"payload_bytes"`
	Measures []jsonMeasure   `json:"measures"`
}

type jsonBenchServer struct {
	Name       string `json:"name"`
	Version    string `json:"version"`
	Mode       string `json:"mode"`
	Embedded   bool   `json:"embedded"`
	Durability string `json:"durability"`
}

// jsonMeasure is one measure; a missing ratio is null.
type jsonMeasure struct {
	Measure   string      `json:"measure"`
	Groups    *int        `json:"groups"`
	Bus       jsonFigures `json:"bus"`
	Raw       jsonFigures `json:"raw"`
	RateRatio *float64    `json:"rate_ratio"`
	P99Ratio  *float64    `json:"p99_ratio"`
}

// jsonFigures are the figures of one side. Latencies that weren't measured are null.
type jsonFigures struct {
	Events      int64    `json:"events"`
	Elapsed     float64  `json:"elapsed_seconds"`
	Rate        float64  `json:"events_per_second"`
	Samples     int64    `json:"latency_samples"`
	P50         *float64 `json:"p50_seconds"`
	P99         *float64 `json:"p99_seconds"`
	P999        *float64 `json:"p999_seconds"`
	Greatest    *float64 `json:"max_seconds"`
	Allocations float64  `json:"allocations_per_event"`
}

func newJSONBench(r *bench.Report) jsonBench {
	j := jsonBench{
		Server: jsonBenchServer{
			Name: r.Server.Name, Version: r.Server.Version, Mode: r.Server.Mode, Embedded: r.Server.Embedded,
			Durability: r.Server.Durability.String(),
		},
		Cores: r.Cores, Go: runtime.Version(), Platform: runtime.GOOS + "/" + runtime.GOARCH, Events: r.Options.Events,
		Seconds: r.Options.Duration.Seconds(), Rate: r.Options.Rate, Payload: r.Options.Payload, Measures: make([]jsonMeasure, len(r.Rows)),
	}
	for i := range r.Rows {
		row := &r.Rows[i]
		m := jsonMeasure{
			Measure: string(row.Measure), Bus: newJSONFigures(row.Bus), Raw: newJSONFigures(row.Raw),
			RateRatio: numberOrNull(row.RateRatio()), P99Ratio: numberOrNull(row.P99Ratio()),
		}
		if row.Groups > 0 {
			m.Groups = &row.Groups
		}
		j.Measures[i] = m
	}
	return j
}

func newJSONFigures(f bench.Figures) jsonFigures {
	j := jsonFigures{
		Events: f.Events, Elapsed: f.Elapsed.Seconds(), Rate: f.Rate(), Allocations: f.AllocationsPerEvent(),
	}
	if l := f.Latency; l != nil {
		j.Samples = l.Samples
		j.P50, j.P99 = new(l.P50.Seconds()), new(l.P99.Seconds())
		j.P999, j.Greatest = new(l.P999.Seconds()), new(l.Greatest.Seconds())
	}
	return j
}

func numberOrNull(n float64, ok bool) *float64 {
	if !ok {
		return nil
	}
	return &n
}
