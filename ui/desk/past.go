package desk

import (
	"fmt"
	"strings"
	"time"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/bus/recording"
	"streamdesk/model"
	"streamdesk/ui/desk/layout"
	"streamdesk/ui/desk/menubar"
	"streamdesk/ui/desk/notes"
	"streamdesk/ui/dialog"
	"streamdesk/ui/feed"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/past"
)

// pastActions returns the actions that move through recorded time. Those that are then have their keys only in the past.
func pastActions() []*action {
	by := func(step time.Duration) func(*Desk) tea.Cmd {
		return func(d *Desk) tea.Cmd { return d.moveInTime(step) }
	}
	faster := func(by int) func(*Desk) tea.Cmd {
		return func(d *Desk) tea.Cmd {
			d.notes.Say(notes.Good, fmt.Sprintf("it is played %d times as fast as it was", d.past.Faster(by)))
			return nil
		}
	}
	return []*action{
		{name: "earlier", menu: menubar.View, title: "back in time: the moment before", keys: []string{"["}, can: needRecording, run: func(d *Desk) tea.Cmd { return d.stepInTime(false) }},
		{name: "later", menu: menubar.View, title: "forward in time: the next moment", keys: []string{"]"}, can: needPast, run: func(d *Desk) tea.Cmd { return d.stepInTime(true) }},
		{name: "minute-earlier", menu: menubar.View, title: "in the past: a minute back", keys: []string{"{"}, then: true, can: needPast, run: by(-time.Minute)},
		{name: "minute-later", menu: menubar.View, title: "in the past: a minute forward", keys: []string{"}"}, then: true, can: needPast, run: by(time.Minute)},
		{name: "play", menu: menubar.View, title: "in the past: play, or stop", keys: []string{" "}, then: true, can: needPast, run: func(d *Desk) tea.Cmd { d.past.Play(d.now); return nil }},
		{name: "play-faster", menu: menubar.View, title: "in the past: play faster", keys: []string{">"}, then: true, can: needPast, run: faster(1)},
		{name: "play-slower", menu: menubar.View, title: "in the past: play slower", keys: []string{"<"}, then: true, can: needPast, run: faster(-1)},
		{name: "at", menu: menubar.View, title: "go to a time: everything as it was then", keys: []string{"ctrl+t"}, can: needRecording, run: (*Desk).openTime},
		{name: "now", menu: menubar.View, title: "in the past: return to now (esc)", can: needNow, run: (*Desk).toNow},
	}
}

// needRecording returns why nothing of the past can be shown; empty when it can.
func needRecording(d *Desk) string {
	if d.options.Recording.None() {
		return "nothing is recorded: set record = true in [desk], or run streamdesk record"
	}
	return ""
}

func needPast(d *Desk) string {
	if !d.past.Active() {
		return "this is now: [ goes back in time, " + d.keys.first(d.keys.named("at")) + " to a time"
	}
	return ""
}

// needNow returns why there is no present to return to; empty when there is.
func needNow(d *Desk) string {
	if !d.options.Closed.IsZero() {
		return "this is an incident file: it has no now"
	}
	return needPast(d)
}

// thatWasThen is why nothing can be changed in the past.
func (d *Desk) thatWasThen() string {
	return "this is the past (" + d.past.Label(d.present(), d.options.Location) + "): nothing can be changed there" + d.wayOut("; ")
}

// wayOut says how to return to the present, after a separator; empty when there is none.
func (d *Desk) wayOut(separator string) string {
	if d.options.Closed.IsZero() {
		return separator + "esc returns to now"
	}
	return ""
}

// present returns the server's clock.
func (d *Desk) present() time.Time { return d.own.Now(d.now) }

// openTime asks for the time to go to.
func (d *Desk) openTime() tea.Cmd {
	return d.open(dialog.NewRewind(d.present, d.options.Location), nil)
}

// atCommand is how a command begins that goes to a time, such as "at 03:12".
const atCommand = "at "

// readCommand returns the command that a text typed in the palette is by itself.
func (d *Desk) readCommand(text string) (dialog.Command, bool) {
	when, ok := strings.CutPrefix(text, atCommand)
	if !ok {
		return dialog.Command{}, false
	}
	c := dialog.Command{Name: text, Title: "at TIME: everything as it was then", Disabled: needRecording(d)}
	to, err := model.ParseMoment(when, d.present().In(d.options.Location))
	switch {
	case err != nil:
		c.Disabled = err.Error()
	default:
		c.Title = "at " + past.Clock(to.ID.Time(), d.present(), d.options.Location) + ": everything as it was then"
	}
	return c, true
}

// stepInTime goes to the recorded moment before the one that is shown, or to the next.
func (d *Desk) stepInTime(later bool) tea.Cmd {
	if !d.past.Active() {
		return d.toPast(d.present().Add(-recording.Step))
	}
	d.past.Step(later, d.present())
	return nil
}

// moveInTime goes forward by a time, or back if it is negative.
func (d *Desk) moveInTime(by time.Duration) tea.Cmd {
	if !d.past.Active() && by < 0 {
		return d.toPast(d.present().Add(by))
	}
	if d.past.Active() {
		d.past.Shift(by, d.present())
	}
	return nil
}

// toPast shows everything as it was at a time, as soon as that is read.
func (d *Desk) toPast(to time.Time) tea.Cmd {
	if why := needRecording(d); why != "" {
		d.notes.Say(notes.Warn, why)
		return nil
	}
	d.drawn.all()
	if to.After(d.present()) {
		d.notes.Say(notes.Warn, "that is yet to come: this is now")
		return d.toNow()
	}
	if d.past.Active() {
		d.past.Go(to)
		return nil
	}
	d.past.Enter(d.line.ctx, &feed.Rewind{Bus: d.options.Bus, Open: d.options.Recording.Open, Limits: d.own.Limits, OnPanic: d.run.onPanic}, to)
	return nil
}

// toNow shows the present again.
func (d *Desk) toNow() tea.Cmd {
	if !d.past.Active() {
		return nil
	}
	d.past.Leave()
	d.show(d.own)
	return d.settle()
}

// show shows other data, with the filter that applies.
func (d *Desk) show(data *live.Data) {
	f := d.data.Log.Filter()
	d.data = data
	if data.Log.Filter().String() != f.String() || data.Log.Filter().Stream() != f.Stream() {
		data.Log.SetFilter(f, data.Now(d.now))
	}
	d.panes.tail().Refilter(data)
	d.subject.shownAt = time.Time{} // the event under the cursor is another one
	each(&d.panes, func(_ layout.PaneID, keeper pane.Rewinder) { keeper.Rewound(data) })
	d.drawn.all()
}

// pastFrame shows what was read of the past since the last frame, and returns the entries that came in addition.
func (d *Desk) pastFrame() (records []model.Record) {
	if !d.past.Active() {
		return nil
	}
	m := d.past.Frame(d.now)
	switch {
	case m.Err != nil:
		d.notes.Say(notes.Bad, past.Explain(m.Err, d.present(), d.options.Location))
		d.drawn.all()
		if _, shown := d.past.At(); !shown {
			d.past.Leave()
		}
		return nil
	case m.Fresh:
		d.show(newData(&d.options))
		d.data.Past = &live.Past{At: m.At}
	case d.data == d.own:
		return nil // nothing of the past was read yet
	}
	if !m.At.IsZero() {
		d.data.Past = &live.Past{At: m.At, Present: d.own.Snapshot}
		d.drawn.all()
	}
	d.data.LookAt(d.panes.watched(), d.panes.scope)
	d.data.Apply(m.Batch, d.now)
	if len(m.Records) > 0 || len(m.Before.Records) > 0 {
		d.drawn.all()
	}
	if m.Fresh {
		each(&d.panes, func(_ layout.PaneID, keeper pane.Rewinder) { keeper.Rewound(d.data) })
		return nil
	}
	return m.Records
}

// pastBadge says in the top bar which moment is shown; empty in the present.
func (d *Desk) pastBadge(short bool) string {
	if !d.past.Active() {
		return ""
	}
	return d.looks.Theme.BarBad.Paint(" PAST ◀ " + d.past.Badge(d.present(), d.options.Location, short) + " ▶ ")
}

// pastLine says in the status line what the past means; empty in the present.
func (d *Desk) pastLine() string {
	if !d.past.Active() {
		return ""
	}
	return "PAST " + d.past.Label(d.present(), d.options.Location) + d.wayOut(" · ") + " · nothing can be changed here" + d.past.Gap(d.present())
}
