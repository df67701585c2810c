package pane

// fitted is a pane as it is drawn on the screen: fitted to its size first.
func fitted(p Pane, v View) Frame {
	p.Fit(v)
	return p.Draw(v)
}
