package throughput

import (
	"slices"
	"strconv"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// figure is one line of the legend: a current number, and its trend.
type figure struct {
	sign         string // the series' own mark in the chart, painted; blank for what isn't charted
	label, value string
	trend        live.Trend
	// keep is how long the line is kept when height is short: the lowest is dropped first.
	keep int
}

// legend is the text beside the chart.
type legend struct {
	figures []figure
	group   string
	columns int // how many of legendColumns fit
}

// The widths of a legend's parts, with a gap before it. When width is short, the trends' column is dropped first, then the
// signs' column together with the group's name, last the figures; the chart stays.
const (
	legendGap   = 2
	signColumn  = 2
	labelColumn = 8
	valueColumn = 8
	trendColumn = 2

	// withTrends, withSigns and withFigures are the min widths at which the chart beside the legend keeps some twenty columns,
	// even on a pane narrowed to that width.
	withTrends, withSigns, withFigures = 46, 44, 40
)

// legend collects the figures of the stream and the group: the rates per second of what is added and what is acked and their
// difference, the max time of the server's answers except for one in a hundred, what isn't delivered yet, and what is
// delivered but not acked.
func (p *Pane) legend(v pane.View, span time.Duration) legend {
	th := v.Theme
	l := legend{}
	switch {
	case v.Width >= withTrends:
		l.columns = 3
	case v.Width >= withSigns:
		l.columns = 2
	case v.Width >= withFigures:
		l.columns = 1
	default:
		return l
	}
	key := live.GroupKey{Stream: p.stream, Group: p.group}
	in, inKnown := v.Data.In(p.stream)
	inText := perSecond(in, inKnown)
	if v.Data.InEstimated(p.stream) {
		inText = "~" + inText
	}
	p99 := figure{label: "p99 rtt", value: roundTrip(v.Data.RoundTripP99(span)), keep: 1}
	l.figures = []figure{{sign: th.Line.Paint("─ "), label: "in", value: inText, keep: 6}, p99}
	var g *model.Group
	if s := v.Data.Snapshot.Stream(p.stream); s != nil {
		g = s.Group(p.group)
	}
	if g == nil {
		return l
	}
	acked, ackedKnown := v.Data.Acked(key)
	diff := "?"
	if inKnown && ackedKnown {
		diff = signed(acked - in)
	}
	l.group = widget.Clean(p.group)
	l.figures = slices.Insert(l.figures, 1,
		figure{sign: th.Line2.Paint("· "), label: "acked", value: perSecond(acked, ackedKnown), keep: 3},
		figure{label: "diff", value: diff, keep: 2})
	l.figures = append(l.figures,
		figure{label: "lag", value: words.ShortCount(g.Lag), trend: v.Data.LagTrend(key), keep: 5},
		figure{label: "pending", value: words.Short(g.Pending), trend: v.Data.PendingTrend(key), keep: 4})
	return l
}

// width returns the legend's width in the pane.
func (l *legend) width() int {
	return [...]int{
		0, legendGap + labelColumn + valueColumn, legendGap + signColumn + labelColumn + valueColumn,
		legendGap + signColumn + labelColumn + valueColumn + trendColumn,
	}[l.columns]
}

// draw returns the legend in max most lines, in order; the group's name is dropped first, then the lines with the lowest keep.
func (l *legend) draw(th *theme.Theme, most int) []string {
	if l.columns == 0 {
		return nil
	}
	figures := slices.Clone(l.figures)
	for len(figures) > most {
		least := 0
		for i := range figures {
			if figures[i].keep < figures[least].keep {
				least = i
			}
		}
		figures = slices.Delete(figures, least, least+1)
	}
	lines := make([]string, 0, most)
	for i := range figures {
		lines = append(lines, l.line(th, &figures[i]))
	}
	if l.group != "" && l.columns > 1 && len(lines) < most {
		lines = append(lines, widget.Spaces(legendGap+signColumn)+th.Dim.Paint(widget.Cut(l.group, labelColumn+valueColumn)))
	}
	return lines
}

func (l *legend) line(th *theme.Theme, f *figure) string {
	line := widget.Spaces(legendGap)
	if l.columns > 1 {
		sign := f.sign
		if sign == "" {
			sign = widget.Spaces(signColumn)
		}
		line += sign
	}
	line += th.Dim.Paint(widget.Pad(f.label, labelColumn)) + th.Text.Paint(widget.PadLeft(f.value, valueColumn))
	if l.columns < 3 {
		return line
	}
	switch f.trend {
	case live.Rising:
		return line + th.Warn.Paint(" ↑")
	case live.Falling:
		return line + th.Good.Paint(" ↓")
	default:
		return line + widget.Spaces(trendColumn)
	}
}

// roundTrip formats how long an answer took, in the digits that matter; whole is false when that covers only a part of the
// time.
func roundTrip(took time.Duration, whole bool) string {
	text := "?"
	switch {
	case took <= 0:
		return text
	case took < 100*time.Millisecond:
		text = strconv.FormatFloat(float64(took.Microseconds())/1000, 'f', 1, 64) + "ms"
	case took < time.Second:
		text = strconv.FormatInt(took.Milliseconds(), 10) + "ms"
	default:
		text = words.Age(took)
	}
	if !whole {
		text = "~" + text
	}
	return text
}
