package cli

import (
	"math"
	"strconv"
	"time"

	"streamdesk/bus/bench"
	"streamdesk/model/words"
	"streamdesk/ui/table"
)

// benchTable has two rows for each measure: the bus with the ratios, and the raw loop.
func benchTable(rows []bench.Row) *table.Text {
	t := table.NewText(table.Left("MEASURE"), table.Right("GROUPS"), table.Left("BY"), table.Right("EVENTS/S"), table.Right("RATIO"),
		table.Right("P50"), table.Right("P99"), table.Right("P99.9"), table.Right("MAX"), table.Right("P99 RATIO"),
		table.Right("ALLOCS/EVENT"))
	for i := range rows {
		row := &rows[i]
		groups := "-"
		if row.Groups > 0 {
			groups = strconv.Itoa(row.Groups)
		}
		t.Add(benchCells(row, groups, "bus", row.Bus, ratioText(row.RateRatio()), ratioText(row.P99Ratio()))...)
		t.Add(benchCells(row, groups, "raw", row.Raw, "", "")...)
	}
	return t
}

func benchCells(row *bench.Row, groups, by string, f bench.Figures, rate, p99 string) []string {
	cells := []string{string(row.Measure), groups, by, words.Grouped(int64(math.Round(f.Rate()))), rate}
	if l := f.Latency; l != nil {
		cells = append(cells, briefly(l.P50), briefly(l.P99), briefly(l.P999), briefly(l.Greatest))
	} else {
		cells = append(cells, "-", "-", "-", "-")
	}
	return append(cells, p99, strconv.FormatFloat(f.AllocationsPerEvent(), 'f', 1, 64))
}

func ratioText(ratio float64, ok bool) string {
	if !ok {
		return "-"
	}
	return strconv.FormatFloat(ratio, 'f', 2, 64) + "x"
}

// briefly returns a duration with three digits.
func briefly(d time.Duration) string {
	value, unit := float64(d)/float64(time.Microsecond), "µs"
	switch {
	case d >= time.Second:
		value, unit = d.Seconds(), "s"
	case d >= time.Millisecond:
		value, unit = float64(d)/float64(time.Millisecond), "ms"
	}
	decimals := 2
	switch {
	case value >= 99.95:
		decimals = 0
	case value >= 9.995:
		decimals = 1
	}
	return strconv.FormatFloat(value, 'f', decimals, 64) + unit
}
