package matrix

import (
	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/words"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/widget"
)

const (
	// signWidth is what the shade and its sign take, countWidth a count, ageWidth an age, wordWidth the longest state.
	signWidth, countWidth, ageWidth, wordWidth = 2, 5, 7, 13
	// A cell holds lag and pending at least; where there is room the age of the oldest, then the state in a word.
	leastCell = signWidth + 2*countWidth
	agedCell  = leastCell + ageWidth
	fullCell  = agedCell + wordWidth
	// leastName is how much of a stream's name has to show, shortName how much where that shows every group.
	leastName, shortName = 12, 16
)

// shades are the steps of the heat map: well, near its limit, over it, over it four and sixteen times.
var shades = []struct {
	from float64
	sign string
}{{0, "✓"}, {0.5, "░"}, {1, "▒"}, {4, "▓"}, {16, "█"}}

// shadeOf is the step of a heat.
func shadeOf(heat float64) int {
	step := 0
	for step+1 < len(shades) && heat >= shades[step+1].from {
		step++
	}
	return step
}

// sign is how a group stands, in two cells. What has no shade has a sign of its own: colour never says it alone.
func (st standing) sign() string {
	switch st.state {
	case health.NoConsumers:
		return "✗ "
	case health.LagUnknown:
		return "? "
	case health.Poison:
		return shades[max(shadeOf(st.heat), 2)].sign + "!"
	default:
		return shades[shadeOf(st.heat)].sign + " "
	}
}

// stand is how a group stood at the time of the snapshot.
func stand(d *live.Data, s *model.Stream, g *model.Group) standing {
	return standing{d.Health(s, g), health.Heat(s, g, d.Snapshot.At, d.Limits)}
}

// cell is a group of a stream in so many cells, on the background of the cursor when selected.
func cell(v pane.View, s *model.Stream, g *model.Group, width int, selected bool) string {
	if g == nil {
		return v.Theme.Faint.On(selected, widget.Pad("·", width))
	}
	st := stand(v.Data, s, g)
	text := widget.PadLeft(words.ShortCount(g.Lag), countWidth) + widget.PadLeft(words.Short(g.Pending), countWidth)
	if width >= agedCell {
		text += widget.PadLeft(pane.Oldest(g, v.Now), ageWidth)
	}
	if width >= fullCell {
		text += " " + st.state.String()
	}
	ink := pane.StateInk(v.Theme, st.state)
	numbers := ink
	if st.state == health.KeepingUp {
		if numbers = v.Theme.Dim; shadeOf(st.heat) > 0 {
			ink, numbers = v.Theme.Text, v.Theme.Text
		}
	}
	return ink.On(selected, st.sign()) + numbers.On(selected, widget.Pad(text, width-signWidth))
}
