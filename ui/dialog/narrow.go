package dialog

import (
	"slices"
	"strconv"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/widget"
)

// Narrow asks which of a group's pending entries to show.
type Narrow struct {
	sheet
	consumer, idle, deliveries *widget.TextField
}

// Narrowed is the message that contains the filter.
type Narrowed struct{ Filter model.PendingFilter }

// IDs of the buttons: buttonNarrow applies the filter, buttonWiden shows everything.
const (
	buttonNarrow = "narrow"
	buttonWiden  = "widen"
)

// NewNarrow returns a new dialog for a group with those consumers; now is the current filter.
func NewNarrow(group string, consumers []string, now model.PendingFilter) *Narrow {
	const widest = 64
	d := &Narrow{
		consumer:   widget.NewTextField(now.Consumer, func(string) string { return "" }),
		idle:       widget.NewDurationField("", true),
		deliveries: widget.NewNumberField("", 1, true),
	}
	d.consumer.Suggest = func(text string) []string {
		return slices.DeleteFunc(slices.Clone(consumers), func(name string) bool { return !strings.HasPrefix(name, text) })
	}
	if now.MinIdle > 0 {
		d.idle.Set(model.FormatAge(now.MinIdle))
	}
	if now.MinDeliveries > 0 {
		d.deliveries.Set(strconv.FormatInt(now.MinDeliveries, 10))
	}
	buttons := []widget.Button{{ID: buttonNarrow, Label: "Show", Submit: true}}
	if !now.Empty() {
		buttons = append(buttons, widget.Button{ID: buttonWiden, Label: "Show all"})
	}
	form := widget.NewForm([]*widget.FormRow{
		{Label: "Consumer", Field: d.consumer, Hint: "whose they are; empty: anybody's"},
		{Label: "Idle for", Field: d.idle, Hint: "or longer, such as 5m"},
		{Label: "Delivered", Field: d.deliveries, Hint: "times or more"},
	}, append(buttons, widget.Button{ID: widget.Cancel, Label: "Cancel"})...)
	d.sheet = sheet{title: "Show some of what is pending · " + widget.Clean(group), form: form, widest: widest}
	d.ask()
	return d
}

// Update passes keys to the fields; enter applies the filter.
func (d *Narrow) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		return d.pressed(d.typed(m, buttonNarrow))
	case tea.MouseMsg:
		d.wheel(m)
	}
	return nil, false
}

// Click presses the button under the mouse.
func (d *Narrow) Click(x, y int) (cmd tea.Cmd, done bool) { return d.pressed(d.pressedAt(x, y)) }

func (d *Narrow) pressed(button string) (cmd tea.Cmd, done bool) {
	var to model.PendingFilter
	switch button {
	case widget.Cancel:
		return nil, true
	case buttonNarrow:
		to = d.filter()
	case buttonWiden:
	default:
		return nil, false
	}
	return func() tea.Msg { return Narrowed{Filter: to} }, true
}

// filter returns the filter of the fields, which are known to be valid.
func (d *Narrow) filter() model.PendingFilter {
	f := model.PendingFilter{Consumer: strings.TrimSpace(d.consumer.Text())}
	f.MinIdle, _ = d.idle.Duration()
	f.MinDeliveries, _ = d.deliveries.Number()
	return f
}

// Draw returns the framed box.
func (d *Narrow) Draw(v View) []string {
	return d.draw(v, "", "enter show · tab fields and buttons · esc cancel", func(p *page) { p.form(d.form) })
}
