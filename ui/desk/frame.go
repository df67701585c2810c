package desk

import (
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/desk/layout"
	"streamdesk/ui/pane"
)

// frameMsg means that it is time to draw what has arrived.
type frameMsg time.Time

func (d *Desk) nextFrame() tea.Cmd {
	return tea.Tick(time.Second/time.Duration(d.options.Config.Desk.FrameRate), func(t time.Time) tea.Msg { return frameMsg(t) })
}

// frame applies what the feed has gathered, and asks for what is missing.
func (d *Desk) frame() tea.Cmd {
	now := d.options.Now()
	second := now.Unix() != d.now.Unix()
	d.now = now
	batch := d.line.feed.Take()
	d.data.Log.Enough, d.own.Log.Enough = d.patience(), d.patience()
	d.own.LookAt(d.panes.watched(), d.panes.scope)
	d.own.Apply(batch, now)
	heard := batch.Records
	if then := d.pastFrame(); d.data != d.own {
		heard = then
	}
	unjudged := d.data.Log.Unjudged() > 0
	if unjudged {
		d.data.Log.Work(d.data.Now(now))
	}
	if unjudged || len(heard) > 0 {
		each(&d.panes, func(id layout.PaneID, hearer pane.Hearer) {
			if hearer.Hear(heard) {
				d.drawn.pane(id)
			}
		})
	}
	if batch.Snapshot != nil || second || batch.Trouble != nil {
		d.drawn.all() // rates, ages and the clock have changed
	}
	d.tellMissing()
	if second {
		d.keepArrangement()
	}
	if batch.Snapshot != nil {
		return tea.Batch(d.reviewAlerts(batch.Snapshot), d.refilter(false), d.askStates(), d.settle())
	}
	return d.settle()
}

// judgeFor is how long an expensive filter may delay a frame: a small part of the time between two frames.
const judgeFor = 8 * time.Millisecond

// patience returns a function that reports whether judgeFor has passed since the call of patience.
func (d *Desk) patience() func() bool {
	until := d.options.Now().Add(judgeFor)
	return func() bool { return d.options.Now().After(until) }
}
