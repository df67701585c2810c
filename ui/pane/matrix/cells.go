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
	// signWidth is the width of the shade and its sign, countWidth of a count, ageWidth of an age, wordWidth of a long state.
	signWidth, countWidth, ageWidth, wordWidth = 2, 5, 7, 13
	// A cell always holds lag and pending; with more room also the age of the oldest, then the state as a word.
	leastCell = signWidth + 2*countWidth
	agedCell  = leastCell + ageWidth
	fullCell  = agedCell + wordWidth
	// leastName is the min width of a stream's name, shortName the width used when it lets every group fit.
	leastName, shortName = 12, 16
)

// shades are the steps of the heat map: well, near its limit, over it, over 4 times and 16 times its limit.
var shades = []struct {
	from float64
	sign string
}{{0, "✓"}, {0.5, "░"}, {1, "▒"}, {4, "▓"}, {16, "█"}}

// shadeOf returns the step for a heat.
func shadeOf(heat float64) int {
	step := 0
	for step+1 < len(shades) && heat >= shades[step+1].from {
		step++
	}
	return step
}

// sign returns how a group stands, in two cells. A state without a shade has its own sign: colour is never the only hint.
func (st standing) sign() string {
	switch st.state {
	case health.NoConsumers:
		return "✗ "
	case health.LagUnknown:
		return "? "
	case health.Paused:
		return "‖ "
	case health.Poison:
		return shades[max(shadeOf(st.heat), 2)].sign + "!"
	default:
		return shades[shadeOf(st.heat)].sign + " "
	}
}

// stand returns how a group stood at the time of the snapshot.
func stand(d *live.Data, s *model.Stream, g *model.Group) standing {
	return standing{d.Health(s, g), health.Heat(s, g, d.Snapshot.At, d.Limits)}
}

// cell draws a group of a stream in width cells, on the cursor's background when selected.
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
