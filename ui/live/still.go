package live

// Still is whether what is shown stands still, and why. The log, the snapshot and the panes all use this one state.
type Still struct {
	reading bool // somebody reads: new records wait
	paused  bool // the screen is paused, the snapshot too
}

// Following reports whether the view shows new records as they come in.
func (s *Still) Following() bool { return !s.reading && !s.paused }

// Reading reports whether the view is held because somebody reads, on a paused screen too.
func (s *Still) Reading() bool { return s.reading }

// Paused reports whether the screen is paused.
func (s *Still) Paused() bool { return s.paused }

// Hold stops the view from moving; new records wait.
func (s *Still) Hold() { s.reading = true }

// Pause begins or ends a pause. Whether the view moves on after it is the caller's decision: see [Log.Release].
func (s *Still) Pause(paused bool) { s.paused = paused }
