package desk

import (
	"errors"
	"fmt"
	"strings"

	"streamdesk/bus/fault"
	"streamdesk/bus/tunnel"
	"streamdesk/model/words"
	"streamdesk/ui/desk/menubar"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// topBar returns the line at the top: the menus, what is watched, and the state of the connection. When it doesn't fit, parts are
// left out in this order: the server's version and durability, the address, the clock, the round trip, the profile's name, the
// badge of an embedded server, the workspace. The menus, the badges and a connection in trouble stay.
func (d *Desk) topBar() string {
	th := d.looks.Theme
	o := &d.options
	server := ""
	if s := &d.own.Server; s.Name != "" {
		server = th.BarDim.Paint(fmt.Sprintf("%s %s · durability %s  ", widget.Clean(s.Name), widget.Clean(s.Version), s.Durability))
	}
	address := th.BarDim.Paint(widget.Clean(o.Address) + " ")
	clock := th.Bar.Paint("  " + d.now.In(o.Location).Format("15:04:05"))
	profile := th.Bar.Paint(widget.Clean(o.Profile) + " ")
	then := d.pastBadge(d.tiles.Layout.Width < wideEnough)
	embedded, connection, end := "", d.connection(), th.Bar.Paint(" ")
	workspace := ""
	if d.tiles.In != &workspaces[0] {
		workspace = th.BarBadge.Paint("["+d.tiles.In.Name+"]") + th.Bar.Paint(" ")
	}
	if o.Embedded {
		embedded = th.BarBadge.Paint("[EMBEDDED]")
	}
	room := d.tiles.Layout.Width - menubar.Width() - 1 // one cell apart
	troubled := d.own.Trouble != nil || d.stale()
	least := widget.Width(end) + widget.Width(then)
	if troubled {
		least += widget.Width(connection)
	}
	badges := d.badges(room - least)
	for _, part := range []*string{&server, &address, &clock, &connection, &profile, &embedded, &workspace} {
		if widget.Width(then+workspace+server+profile+address+embedded+badges+connection+clock+end) <= room {
			break
		}
		if part == &connection && troubled {
			continue
		}
		*part = ""
	}
	return widget.Spread(th.Bar, d.menuBar(), then+workspace+server+profile+address+embedded+badges+connection+clock+end, d.tiles.Layout.Width)
}

// wideEnough is the min width at which the top bar says how long ago the moment of the past was.
const wideEnough = 110

// badges returns the badges of the environment and of what may be done there. The environment's name is cut so that they fit into
// room cells, but never to fewer than leastName.
func (d *Desk) badges(room int) string {
	const leastName = 4
	th := d.looks.Theme
	o := &d.options
	may := th.BarDim.Paint("[RW]")
	if o.ReadOnly {
		may = th.BarBadge.Paint("[RO]")
	}
	if o.Environment == "" {
		return may
	}
	_, ink := th.Tint(o.Color)
	room -= len("[]") + widget.Width(may)
	return ink.Paint("["+widget.Cut(strings.ToUpper(widget.Clean(o.Environment)), max(room, leastName))+"]") + may
}

// connection returns the state of the connection: the round trip, or for how long there has been no answer.
func (d *Desk) connection() string {
	th := d.looks.Theme
	if d.own.Trouble != nil {
		return th.BarBad.Paint("  ✗ no answer for " + words.Age(d.now.Sub(d.own.Since)))
	}
	if age, ok := d.own.Age(d.now); ok && d.stale() {
		return th.BarBad.Paint("  stale " + words.Age(age))
	}
	if d.own.RoundTrip == 0 {
		return th.BarDim.Paint("  connecting")
	}
	return th.BarDim.Paint(fmt.Sprintf("  rtt %.1fms", float64(d.own.RoundTrip.Microseconds())/1000))
}

// staleAfter is the number of refresh intervals without an answer after which the screen counts as stale.
const staleAfter = 3

func (d *Desk) stale() bool {
	age, ok := d.own.Age(d.now)
	return ok && !d.own.Log.Paused() && age > staleAfter*max(d.options.Config.Desk.Refresh.Std(), d.own.NextIn)
}

// bottom returns the two lines at the bottom: what happened last, or what is wrong right now, and the keys. A warning that doesn't
// fit into one line takes both.
func (d *Desk) bottom() []string {
	th := d.looks.Theme
	if d.filter.Typing() {
		return []string{d.filter.Line(th, d.tiles.Layout.Width), d.hintLine(d.tiles.Layout.Width)}
	}
	right := ""
	if n := d.notes.Log.Count; n > 0 {
		right = th.Dim.Paint(fmt.Sprintf("@ action log · %d ", n))
	}
	if d.own.Skipped.Known && d.own.Skipped.N > 0 {
		right = th.Dim.Paint("tail skipped "+words.Grouped(d.own.Skipped.N)+"  ") + right
	} else if !d.own.Skipped.Known {
		right = th.Dim.Paint("tail skipped ?  ") + right
	}
	right += d.alertCount()
	width := d.tiles.Layout.Width
	left, rest := d.told(width - widget.Width(right))
	lines := []string{widget.Spread(theme.Ink{}, left, right, width), d.hintLine(width)}
	if rest != "" {
		lines[1] = widget.Spread(theme.Ink{}, rest, "", width)
	}
	return lines
}

// oneLine returns the only line at the bottom of a small screen: what is typed, or else what happened last or the keys, with the
// number of alerts and, for production or a read-only desk, the badges.
func (d *Desk) oneLine() string {
	th, width := d.looks.Theme, d.tiles.Layout.Width
	if d.filter.Typing() {
		return d.filter.Line(th, width)
	}
	right := ""
	standing, _ := d.alerts()
	if n := len(standing); n > 0 {
		right = th.Warn.Paint(fmt.Sprintf(" !%d", n))
	}
	if d.options.Production || d.options.ReadOnly {
		right += " " + d.badges(width/2)
	}
	right += d.pastBadge(true)
	left, _ := d.told(width - widget.Width(right))
	if left == "" {
		left = d.hintLine(width - widget.Width(right) - 1)
	}
	return widget.Spread(theme.Ink{}, left, right, width)
}

// told returns what happened last, or what is wrong right now, in max room cells; rest is the part of a warning that doesn't fit.
func (d *Desk) told(room int) (left, rest string) {
	th := d.looks.Theme
	switch left, rest = d.notes.Line(th, room); {
	case left != "":
	case d.past.Active():
		left = th.Bad.Paint(widget.Cut(" "+d.pastLine(), room))
	case d.own.Trouble != nil:
		left = th.Bad.Paint(" ✗ " + widget.Clean(troubleText(d.own.Trouble, d.options.Address)))
	}
	return left, rest
}

// troubleText describes the trouble, and what the desk does about it.
func troubleText(err error, address string) string {
	var first interface{ RedisError() }
	if errors.As(err, &first) {
		return err.Error()
	}
	if bastion, is := errors.AsType[*tunnel.BastionError](err); is {
		return bastion.Error() + "; trying again by itself"
	}
	if errors.Is(err, fault.ErrReply) {
		return address + " gives no proper answer: " + rootCause(err) + "; trying again by itself"
	}
	return address + " doesn't answer; trying again by itself (" + err.Error() + ")"
}

// hintLine returns the most important keys, as many as fit. The keys for help and for quitting are always there.
func (d *Desk) hintLine(width int) string {
	var always, others []string
	for _, a := range d.keys.actions {
		if a.hint == "" || a.disabled(d) != "" {
			continue
		}
		hint := d.looks.Theme.Key.Paint(d.keys.first(a)) + d.looks.Theme.Dim.Paint(" "+a.hint+"  ")
		if a.name == "help" || a.name == "quit" {
			always = append(always, hint)
		} else {
			others = append(others, hint)
		}
	}
	tail := strings.Join(always, "")
	var line strings.Builder
	line.WriteByte(' ')
	for _, hint := range others {
		if widget.Width(line.String()+hint+tail) > width {
			break
		}
		line.WriteString(hint)
	}
	return widget.Pad(line.String()+tail, width)
}

// rootCause returns the innermost error's text: the cause, without what was being done.
func rootCause(err error) string {
	for next := errors.Unwrap(err); next != nil; next = errors.Unwrap(err) {
		err = next
	}
	return err.Error()
}
