package event

import (
	"fmt"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// delivery is what is known of the entry's state in each group.
type delivery struct {
	known   *model.Delivery
	err     error
	drawnAt time.Time // when it was first drawn, by the server's clock; zero until then
}

const (
	// deliveryCell is the min width for one group: a name that differs from others, and its state.
	deliveryCell = 34
	// stateWidth is the width of "● worker-3 1m50s ×4"; the name has the rest of the cell.
	stateWidth = 20
	// deliveryStale is the age from which an answer shows its age: an ack takes less.
	deliveryStale = 5 * time.Second
)

// draw returns the entry's state in each group, in max room lines. It draws a cell per group; or else a line per group that
// holds the entry and one for each other state; or else only numbers.
func (d *delivery) draw(v pane.View, room int) []string {
	th := v.Theme
	switch {
	case room <= 0:
		return nil
	case d.err != nil:
		return []string{th.Warn.Paint(widget.Cut(" ? deliveries unknown: "+widget.Clean(d.err.Error()), v.Width))}
	case d.known == nil:
		return []string{th.Dim.Paint(widget.Cut(" ? deliveries: asking…", v.Width))}
	case len(d.known.Groups) == 0:
		return []string{th.Dim.Paint(widget.Cut(" · no group reads this stream", v.Width))}
	}
	if d.drawnAt.IsZero() {
		d.drawnAt = v.Now
	}
	var stale []string
	switch age := v.Now.Sub(d.drawnAt); {
	case room <= 1:
	case v.Data != nil && v.Data.Past != nil:
		stale = []string{th.Warn.Paint(widget.Cut(" as it stands now, not then", v.Width))}
		room--
	case age >= deliveryStale:
		stale = []string{th.Dim.Paint(widget.Cut(" as of "+words.Age(age)+" ago", v.Width))}
		room--
	}
	for _, form := range []func(pane.View) []string{d.cells, d.byState} {
		if lines := form(v); len(lines) <= room {
			return append(lines, stale...)
		}
	}
	return append(d.numbers(v), stale...)
}

// cells draws a cell per group, as many on a line as there is room for.
func (d *delivery) cells(v pane.View) []string {
	groups := d.known.Groups
	columns := max(min((v.Width-1)/deliveryCell, len(groups)), 1)
	each := (v.Width - 1) / columns
	longest := 0
	for i := range groups {
		longest = max(longest, widget.Width(widget.Clean(groups[i].Group)))
	}
	name := min(longest, max(each-stateWidth-1, 8))
	var lines []string
	for i := 0; i < len(groups); i += columns {
		w := widget.NewLineWriter(v.Width, false)
		w.Put(v.Theme.Text, " ")
		for j := i; j < min(i+columns, len(groups)); j++ {
			ink, state := deliveryState(v, &groups[j])
			w.Put(v.Theme.Text, widget.Pad(widget.Clean(groups[j].Group), name)+" ")
			state = widget.Cut(state, each-name-2)
			w.Put(ink, state)
			if j+1 < len(groups) && j+1 < i+columns {
				w.Put(v.Theme.Text, widget.Spaces(each-name-1-widget.Width(state)))
			}
		}
		lines = append(lines, w.String())
	}
	return lines
}

// deliverySigns stand for the states; the worst has the last word on what is shown first.
var deliverySigns = [...]struct {
	state model.DeliveryState
	sign  string
}{
	{model.DeliveryPending, "●"}, {model.DeliveryUnknown, "?"}, {model.NotDelivered, "·"}, {model.DeliveryGone, "-"}, {model.NeverExisted, "-"}, {model.DeliveryAcked, "✓"},
}

// deliveryState returns the entry's state in a group, as a sign and in words.
func deliveryState(v pane.View, g *model.GroupDelivery) (ink theme.Ink, text string) {
	ink = deliveryInk(v.Theme, g.State)
	text = deliverySign(g.State) + " " + g.State.String()
	if p := g.Pending; p != nil {
		text = fmt.Sprintf("● %s %s ×%d", widget.Clean(p.Consumer), words.Age(p.Idle), p.Deliveries)
		if v.Data.Limits.Failing(p.Deliveries) {
			ink = v.Theme.Bad
		}
	}
	return ink, text
}

func deliverySign(s model.DeliveryState) string {
	for _, known := range deliverySigns {
		if known.state == s {
			return known.sign
		}
	}
	return "?"
}

func deliveryInk(th *theme.Theme, s model.DeliveryState) theme.Ink {
	switch s {
	case model.DeliveryPending, model.DeliveryUnknown:
		return th.Warn
	case model.DeliveryAcked:
		return th.Good
	default:
		return th.Dim
	}
}

// byState draws a line for each group that holds the entry, and one line of names for each other state.
func (d *delivery) byState(v pane.View) []string {
	var lines []string
	for _, s := range deliverySigns {
		var names []string
		for i := range d.known.Groups {
			g := &d.known.Groups[i]
			if g.State != s.state {
				continue
			}
			if s.state != model.DeliveryPending {
				names = append(names, widget.Clean(g.Group))
				continue
			}
			ink, state := deliveryState(v, g)
			w := widget.NewLineWriter(v.Width, false)
			w.Put(v.Theme.Text, " "+widget.Cut(widget.Clean(g.Group), max(v.Width-stateWidth-2, 8))+" ")
			w.Put(ink, state)
			lines = append(lines, w.String())
		}
		if len(names) > 0 {
			w := widget.NewLineWriter(v.Width, false)
			w.Put(deliveryInk(v.Theme, s.state), fmt.Sprintf(" %s %d %s", s.sign, len(names), s.state))
			w.Put(v.Theme.Dim, ": "+strings.Join(names, ", "))
			lines = append(lines, w.String())
		}
	}
	return lines
}

// numbers returns how many groups are in each state, on one line.
func (d *delivery) numbers(v pane.View) []string {
	w := widget.NewLineWriter(v.Width, false)
	for _, s := range deliverySigns {
		n := 0
		for i := range d.known.Groups {
			if d.known.Groups[i].State == s.state {
				n++
			}
		}
		if n > 0 {
			w.Put(deliveryInk(v.Theme, s.state), fmt.Sprintf(" %s %d %s ", s.sign, n, s.state))
		}
	}
	return []string{w.String()}
}
