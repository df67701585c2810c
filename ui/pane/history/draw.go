package history

import (
	"errors"
	"fmt"
	"math"
	"strings"
	"time"

	"streamdesk/bus/recording"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

const (
	// indent is the width of what is left of the charts' own scale, so that the marks below have room for a name.
	indent = 4
	// labels is the width left of the columns: the indent, and a chart's scale.
	labels = indent + 6
	// fewest is the min number of columns of a chart that is drawn.
	fewest = 20
)

// Fit implements [pane.Pane].
func (p *Pane) Fit(v pane.View) { p.left, p.width = labels, max(v.Width-labels-1, 1) }

// Draw implements [pane.Pane].
func (p *Pane) Draw(v pane.View) pane.Frame {
	f := pane.Frame{Title: "History", Note: words.Age(spans[p.span]) + " · + - zoom"}
	if name := widget.Clean(strings.TrimPrefix(p.key.Stream, p.prefix)); p.key.Group != "" {
		f.Title += " · " + widget.Clean(p.key.Group) + " on " + name
	} else if name != "" {
		f.Title += " · " + name
	}
	if why := p.nothing(v); why != "" {
		f.Lines = append(f.Lines, "")
		for _, line := range widget.Fold(max(v.Width-2, 1), why) {
			f.Lines = append(f.Lines, "  "+v.Theme.Dim.Paint(line))
		}
		return f
	}
	f.Footer = fmt.Sprintf("recorded each %s · [ ] a moment · { } a minute · h l a column · space play", words.Age(recording.Resolution(v.Now.Sub(p.shown.from))))
	if v.Data.Past == nil {
		f.Footer = "[ goes back in time · h a column · a click goes there · ^t a time"
	}
	f.Lines = p.lines(v)
	return f
}

// nothing says why there is nothing to draw; empty when there is.
func (p *Pane) nothing(v pane.View) string {
	switch {
	case p.file.None():
		return "Nothing is recorded here: set record = true and a state_dir in [desk]."
	case p.key.Stream == "":
		return "No stream is chosen."
	case errors.Is(p.err, recording.ErrNone):
		return "Nothing was recorded yet. A desk that is open records, and so does streamdesk record."
	case p.err != nil:
		return "The recording can't be read: " + widget.Clean(p.err.Error())
	case p.shown.key != p.key:
		return "reading…"
	case v.Width < labels+fewest || v.Height < 4:
		return "History needs more room: z zooms."
	}
	return ""
}

// chart is one of the charts, and its share of the height.
type chart struct {
	label       string
	front, back []float64
	share       int
}

// lines returns the figures at the cursor, the charts, the axis and the marks.
func (p *Pane) lines(v pane.View) []string {
	s := &p.shown
	charts := []chart{{"in/s", s.in, nil, 100}}
	if p.key.Group != "" {
		charts = []chart{{"in/s ─  acked/s ·", s.in, s.acked, 42}, {"lag", s.lag, nil, 33}, {"oldest pending, s", s.oldest, nil, 25}}
	}
	marks := p.marks(v, max((v.Height-6)/3, 1))
	head := p.head(v)
	room := v.Height - len(head) - len(marks) - 1
	const least = 4 // a label, two rows and the axis, which is drawn once
	for len(charts) > 1 && room < len(charts)*least {
		charts = charts[:len(charts)-1]
	}
	var body []string
	left := room
	for i := range charts {
		c := &charts[i]
		height := room * c.share / 100
		if i == len(charts)-1 {
			height = left
		}
		left -= height
		lines := widget.Chart{Theme: v.Theme, Front: c.front, Back: c.back}.Draw(v.Width-indent-1, height)
		if len(lines) == 0 {
			continue
		}
		body = append(body, v.Theme.Dim.Paint(widget.Pad("    "+c.label, v.Width)))
		for _, line := range lines[:len(lines)-1] {
			body = append(body, widget.Spaces(indent)+line)
		}
	}
	body = append(body, p.axis(v))
	body = append(body, marks...)
	if column := s.column(v.Now); v.Data.Past != nil && column >= 0 && column < p.width {
		for i := range body {
			body[i] = widget.Overlay([]string{widget.Pad(body[i], v.Width)}, []string{v.Theme.Bad.Paint("┊")}, labels+column, 0)[0]
		}
	}
	return append(head, body...)
}

// head returns the figures of the moment that is shown, and what has changed in the minutes before it.
func (p *Pane) head(v pane.View) []string {
	s := &p.shown
	i := min(s.column(v.Now), s.columns-1)
	if v.Data.Past == nil {
		i = s.columns - 1
		for i > 0 && !s.known[i] {
			i--
		}
	}
	if i < 0 {
		return nil
	}
	parts := []string{"in " + words.Rate(s.in[i]) + "/s"}
	if p.key.Group != "" {
		parts = append(parts, "acked "+words.Rate(s.acked[i])+"/s", "lag "+figure(s.lag[i]), "pending "+figure(s.pending[i]))
		oldest := "?"
		if !math.IsNaN(s.oldest[i]) {
			oldest = words.Age(time.Duration(s.oldest[i] * float64(time.Second)))
		}
		parts = append(parts, "oldest "+oldest)
		if s.known[i] {
			parts = append(parts, s.verdicts[i].String())
		}
	}
	lines := []string{v.Theme.Strong.Paint(widget.Cut(" "+strings.Join(parts, "  "), v.Width))}
	if text := p.changed(s.at(i)); text != "" && v.Height > 12 {
		lines = append(lines, v.Theme.Dim.Paint(widget.Cut(" "+text, v.Width)))
	}
	return lines
}

// figure formats a number of a chart.
func figure(n float64) string {
	if math.IsNaN(n) {
		return "?"
	}
	return words.Short(int64(math.Round(n)))
}

// earlierBy is how long before the moment it is compared to.
const earlierBy = 3 * time.Minute

// changed says how the group was some minutes before, and which consumers have come or gone since.
func (p *Pane) changed(at time.Time) string {
	s := &p.shown
	was, known := p.verdictAt(at.Add(-earlierBy))
	if !known || p.key.Group == "" {
		return ""
	}
	then, now := s.column(at.Add(-earlierBy)), min(max(s.column(at), 0), s.columns-1)
	var came, went []string
	count := 0
	for _, name := range s.names() {
		had, has := s.consumers[name][then], s.consumers[name][min(now, s.columns-1)]
		if had {
			count++
		}
		switch {
		case had && !has && s.known[now]:
			went = append(went, widget.Clean(name))
		case has && !had:
			came = append(came, widget.Clean(name))
		}
	}
	text := fmt.Sprintf("%s before: %s, %s", words.Age(earlierBy), was, words.Plural(count, "consumer"))
	if len(went) > 0 {
		text += " · gone since: " + strings.Join(went, ", ")
	}
	if len(came) > 0 {
		text += " · new: " + strings.Join(came, ", ")
	}
	return text
}

// axis labels the columns with times.
func (p *Pane) axis(v pane.View) string {
	s := &p.shown
	layout, apart := "15:04", 12
	perColumn := s.to.Sub(s.from) / time.Duration(max(s.columns, 1))
	switch {
	case perColumn*time.Duration(apart) < time.Minute:
		layout = time.TimeOnly
	case s.to.Sub(s.from) > 24*time.Hour:
		layout, apart = "01-02 15:04", 16
	}
	step := tick(perColumn * time.Duration(apart))
	line := []rune(strings.Repeat("─", s.columns))
	_, zone := s.from.In(v.Location).Zone()
	offset := time.Duration(zone) * time.Second // so that days begin at midnight
	for at := s.from.Add(offset).Truncate(step).Add(step - offset); at.Before(s.to); at = at.Add(step) {
		text := []rune(at.In(v.Location).Format(layout))
		if from := s.column(at); from >= 0 && from+len(text) < len(line) {
			copy(line[from:], text)
		}
	}
	return widget.Spaces(labels-1) + v.Theme.Faint.Paint("└") + v.Theme.Dim.Paint(string(line))
}

// ticks are the distances between two labels of the axis.
var ticks = [...]time.Duration{
	time.Second, 2 * time.Second, 5 * time.Second, 10 * time.Second, 30 * time.Second, time.Minute, 2 * time.Minute, 5 * time.Minute,
	10 * time.Minute, 30 * time.Minute, time.Hour, 2 * time.Hour, 6 * time.Hour, 12 * time.Hour, 24 * time.Hour, 7 * 24 * time.Hour,
}

// tick returns the least distance that is at least so long.
func tick(least time.Duration) time.Duration {
	for _, t := range ticks {
		if t >= least {
			return t
		}
	}
	return 28 * 24 * time.Hour
}

// label begins a line of marks with its name.
func label(text string) string {
	return widget.Pad(" "+widget.Cut(widget.Clean(text), labels-2), labels)
}

// bar draws a bar over columns of a line, with a text in it if there is room, and returns it painted.
func bar(columns, from, to int, text string, ink theme.Ink) string {
	from, to = min(max(from, 0), columns-1), min(max(to, 0), columns-1)
	body := strings.Repeat("━", to-from+1)
	if n := widget.Width(text); n > 0 && n+4 <= to-from+1 {
		body = "━ " + text + " " + strings.Repeat("━", to-from-n-2)
	} else if rest := columns - to - 2; rest > 4 && text != "" {
		return widget.Spaces(from) + ink.Paint(body+" "+widget.Cut(text, rest))
	}
	return widget.Spaces(from) + ink.Paint(body)
}

// marks returns the lines of alerts, actions and consumers, max room of them.
func (p *Pane) marks(v pane.View, room int) []string {
	s := &p.shown
	var lines []string
	for i := range s.alerts {
		a := &s.alerts[i]
		if a.Group != p.key.Group || len(lines) >= max(room-2, 1) {
			continue
		}
		end := s.columns - 1
		if !a.Ended.IsZero() {
			end = s.column(a.Ended)
		} else if last := s.column(s.span.Last); last < end {
			end = last
		}
		lines = append(lines, label("alert")+bar(s.columns, s.column(a.Since), end, a.Kind.String(), v.Theme.Warn))
	}
	if did := p.did(v); did != "" && len(lines) < room {
		lines = append(lines, did)
	}
	for _, name := range s.names() {
		if len(lines) >= room {
			break
		}
		lines = append(lines, label(name)+presence(v, s.consumers[name], s.known))
	}
	return lines
}

// did returns the line of what was done to the group or its stream; empty when nothing was.
func (p *Pane) did(v pane.View) string {
	s := &p.shown
	line := []rune(strings.Repeat(" ", s.columns))
	none, free := true, 0
	for i := range s.actions {
		a := &s.actions[i]
		if a.Stream != "" && a.Stream != p.key.Stream || a.Group != "" && p.key.Group != "" && a.Group != p.key.Group {
			continue
		}
		from := s.column(a.At)
		if from < 0 || from >= s.columns {
			continue
		}
		none = false
		text := []rune("◆ " + widget.Clean(a.Name))
		if from < free || from+len(text) > len(line) {
			text = text[:1]
		}
		copy(line[from:], text)
		free = from + len(text) + 1
	}
	if none {
		return ""
	}
	return label("actions") + v.Theme.Accent.Paint(string(line))
}

// presence draws when a consumer was there.
func presence(v pane.View, there, known []bool) string {
	var line strings.Builder
	was := false
	for i := range there {
		switch {
		case there[i]:
			line.WriteString("━")
		case !known[i] && was:
			line.WriteString("╌") // nobody recorded
		case was:
			line.WriteString("✗")
		default:
			line.WriteString(" ")
		}
		was = there[i] || was && !known[i]
	}
	return v.Theme.Dim.Paint(strings.TrimRight(line.String(), "╌"))
}
