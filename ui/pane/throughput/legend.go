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

// figure is one line of the legend: a number of the moment, and which way it goes.
type figure struct {
	sign         string // the series' own mark in the chart, painted; blank for what isn't charted
	label, value string
	trend        live.Trend
	// keep is how dear the line is where height is short: the lowest goes first.
	keep int
}

// legend is what stands beside the chart.
type legend struct {
	figures []figure
	group   string
	columns int // how many of legendColumns there is room for
}

// What a legend takes, a gap before it. Where width is short the trends' column gives way first, then the signs' and
// with it the group's name, last the figures; the chart stays.
const (
	legendGap   = 2
	signColumn  = 2
	labelColumn = 8
	valueColumn = 8
	trendColumn = 2

	// withTrends, withSigns and withFigures are the widths from which a chart beside the legend is still worth its room:
	// some twenty columns of it, on a pane that is narrowed as far as that.
	withTrends, withSigns, withFigures = 46, 44, 40
)

// legend gathers the figures of the stream and the group: what comes in and is acknowledged a second and the difference
// of the two, how long the server's answers take at most but for one in a hundred, what isn't delivered yet, and what is
// delivered and not acknowledged.
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

// width is what the legend takes of the pane.
func (l *legend) width() int {
	return [...]int{
		0, legendGap + labelColumn + valueColumn, legendGap + signColumn + labelColumn + valueColumn,
		legendGap + signColumn + labelColumn + valueColumn + trendColumn,
	}[l.columns]
}

// draw is the legend in at most so many lines, in order; the group's name is the first to go, then what is kept least.
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

// roundTrip writes how long an answer took, in the digits that matter; whole is unset when that is of a part of the time
// only.
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
