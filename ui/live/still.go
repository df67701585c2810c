package live

// Still is whether what is shown stands still, and why. It is kept here alone: the log, the snapshot and the panes go by it.
type Still struct {
	reading bool // somebody reads: what comes in waits
	paused  bool // the screen was told to stand still, the snapshot too
}

// Following says whether what is shown goes on with what comes in.
func (s *Still) Following() bool { return !s.reading && !s.paused }

// Reading says whether the view is held because somebody reads, on a paused screen too.
func (s *Still) Reading() bool { return s.reading }

// Paused says whether the screen was told to stand still.
func (s *Still) Paused() bool { return s.paused }

// Hold stops the view from moving; what comes in waits.
func (s *Still) Hold() { s.reading = true }

// Pause makes everything that is shown stand still. Who ends the pause says whether the view goes on: see [Log.Release].
func (s *Still) Pause(paused bool) { s.paused = paused }
