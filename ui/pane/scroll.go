package pane

import "streamdesk/ui/live"

// ScrollBy scrolls a pane by a number of rows, negative for up. Its cursor stays on its row; one whose view can't be scrolled by itself
// moves it.
func ScrollBy(p Pane, by int, k Known) {
	switch is := p.(type) {
	case Scroller:
		is.Scroll(by, k)
	case Sighted:
		is.Sight().Scroll(by)
	default:
		for ; by > 0; by-- {
			p.Move(Down, k)
		}
		for ; by < 0; by++ {
			p.Move(Up, k)
		}
	}
}

// Hold brings the cursor of a pane back into sight.
func Hold(p Pane) {
	if is, ok := p.(Sighted); ok {
		is.Sight().Hold()
	}
}

// ClickAt clicks a cell of a line of a pane's content.
func ClickAt(p Pane, x, line int, d *live.Data) {
	if is, ok := p.(Pointed); ok {
		is.ClickAt(x, line, d)
		return
	}
	p.Click(line, d)
}
