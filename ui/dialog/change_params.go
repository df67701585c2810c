package dialog

import (
	"cmp"
	"context"
	"slices"
	"strings"
	"time"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/sorting"
	"streamdesk/ui/widget"
)

// paramRow returns the form's row for a param.
func (d *Change) paramRow(param *change.Param) *widget.FormRow {
	row := &widget.FormRow{Label: param.Label, Hint: param.Hint}
	switch param.Type {
	case change.Switch:
		row.Field, row.Hint = &widget.CheckField{Text: param.Hint, On: param.Default == "true"}, ""
		row.Hidden = param.Makes
	case change.Age:
		row.Field = widget.NewDurationField(param.Default, param.Needed == "")
	case change.Number:
		row.Field = widget.NewNumberField(param.Default, 0, param.Needed == "")
	case change.StreamKey:
		field := widget.NewTextField(d.target.Stream, func(text string) string {
			return checkName(text, "name the stream it goes to, such as "+d.target.Stream)
		})
		field.Suggest = func(text string) []string { return suggestStreams(d.env.Prefix, text) }
		row.Field = field
	case change.JSON:
		d.payload = newPayloadForm()
		row.Field = d.payload.choice
	case change.Holder:
		d.holder, row.Hidden = row, true
		row.Field = widget.NewChoiceField(noHolder)
	case change.Position, change.Start, change.Rate:
		field := widget.NewTextField(param.Default, func(text string) string {
			if _, err := param.Settle(text, time.Time{}); err != nil {
				return err.Error()
			}
			return ""
		})
		field.Width = positionWidth
		row.Field = field
	case change.Text:
		field := widget.NewTextField(param.Default, func(text string) string {
			if d.consumer != "" && text == d.consumer {
				return "name another consumer: this one has them"
			}
			return checkName(text, param.Needed)
		})
		field.Width = nameWidth
		if param.Suggest == change.Consumers {
			field.Suggest = d.suggestConsumers
		}
		row.Field = field
	}
	return row
}

// nameRow returns the row for the name of a new group.
func (d *Change) nameRow() *widget.FormRow {
	d.name = widget.NewTextField("", func(text string) string {
		return cmp.Or(checkName(text, "name the group"), widget.Clean(d.said.Nothing))
	})
	d.name.Width = nameWidth
	return &widget.FormRow{Label: "Name", Field: d.name}
}

// typedRow returns the row in which the group's name has to be typed.
func (d *Change) typedRow(group string) *widget.FormRow {
	shown := widget.Escape(group)
	d.typed = widget.NewTextField("", func(text string) string {
		if !widget.Named(text, group) {
			return "type " + shown + " to confirm: " + d.kind.Typed
		}
		return ""
	})
	d.typed.Width = max(widget.Width(shown)+1, 16)
	return &widget.FormRow{Label: "Type the group", Field: d.typed, Hint: shown}
}

// Widths of fields: for a name, and for an entry ID or a time in RFC 3339.
const (
	nameWidth     = 32
	positionWidth = 26
)

// wants returns the form's values that a look depends on; "" while they are invalid.
func (d *Change) wants() string {
	if d.own != nil {
		return d.own.wants()
	}
	about, values := "values", d.values()
	for i := range d.params {
		if param := &d.kind.Params[i]; param.Looks {
			if d.faultyRow(i) {
				return ""
			}
			about += "\x00" + values[param.Name]
		}
	}
	return about
}

// current reports whether the plan is about the form's current values.
func (d *Change) current() bool { return d.known && d.about == d.wants() }

// settled is a text and its value at the time when it was typed: "10m ago" doesn't move with the clock.
type settled struct{ text, value string }

// settle returns the value, and computes it anew when the text has changed.
func (s *settled) settle(param *change.Param, text string, now func() time.Time) string {
	if text != s.text {
		s.text = text
		s.value, _ = param.Settle(text, now())
	}
	return s.value
}

// values returns the values of the fields.
func (d *Change) values() change.Values {
	v := change.Values{}
	for i, row := range d.params {
		if d.left(i) {
			continue
		}
		switch field := row.Field.(type) {
		case *widget.TextField:
			v[d.kind.Params[i].Name] = d.stands[i].settle(&d.kind.Params[i], field.Text(), d.env.Now)
		case *widget.CheckField:
			if field.On {
				v[d.kind.Params[i].Name] = "true"
			}
		case *widget.ChoiceField:
			switch {
			case row != d.holder:
				v[d.kind.Params[i].Name] = d.payload.value()
			case field.Chosen() > 0:
				v[d.kind.Params[i].Name] = field.Text()
			}
		}
	}
	return v
}

// left reports whether a param is left out because the rest of the form doesn't need it.
func (d *Change) left(param int) bool {
	return d.kind.Params[param].Only != nil && d.params[param].Hidden
}

// leave hides the params that the rest of the form doesn't need, and shows the others.
func (d *Change) leave() {
	for i := range d.params {
		if only := d.kind.Params[i].Only; only != nil {
			d.params[i].Hidden = !only(d.values(), &d.plan)
		}
	}
	d.fields.Leave()
}

// faultyRow reports whether the field of a param has a problem. faulty reports whether any field has one, so that the commands
// to send aren't known.
func (d *Change) faultyRow(param int) bool {
	return !d.left(param) && d.params[param].Field.Problem() != ""
}

func (d *Change) faulty() bool {
	for i := range d.params {
		if d.faultyRow(i) {
			return true
		}
	}
	return d.payload.faulty() || d.name != nil && d.name.Problem() != ""
}

// propose fills in values that suit the target, in fields that the person hasn't edited.
func (d *Change) propose() {
	for i, row := range d.params {
		if field, ok := row.Field.(*widget.TextField); ok && !row.Touched && d.kind.Params[i].Propose != nil {
			field.Set(d.kind.Params[i].Propose(&d.plan, d.env.Limits.Untouched))
		}
	}
}

// suggestConsumers returns the consumers whose name begins with the text; all of them when there is none.
func (d *Change) suggestConsumers(text string) []string {
	var all, fitting []string
	for _, c := range d.plan.Consumers {
		if c.Name == d.consumer {
			continue
		}
		all = append(all, c.Name)
		if strings.HasPrefix(c.Name, text) && c.Name != text {
			fitting = append(fitting, c.Name)
		}
	}
	if len(fitting) == 0 {
		return all
	}
	return fitting
}

// suggestStreams returns the streams of the known types whose key begins with the text.
func suggestStreams(prefix, text string) []string {
	var streams []string
	for _, t := range model.KnownTypes() {
		if s := prefix + string(t); strings.HasPrefix(s, text) && s != text {
			streams = append(streams, s)
		}
	}
	return streams
}

// noHolder is the choice that doesn't change the original.
const noHolder = "leave it"

// offerHolders offers the groups in which the target is pending. A chosen group stays, even when the target isn't pending
// there any more.
func (d *Change) offerHolders(groups []string) {
	if d.holder == nil {
		return
	}
	field, _ := d.holder.Field.(*widget.ChoiceField)
	chosen := field.Text()
	field.Options = append([]string{noHolder}, groups...)
	if !slices.Contains(field.Options, chosen) {
		field.Options = append(field.Options, chosen)
	}
	field.Choose(slices.Index(field.Options, chosen))
	d.holder.Hidden = len(field.Options) == 1
	d.fields.Leave()
}

// choose returns the choices and makes sure that one is chosen. When the target isn't pending in the chosen group any more,
// it chooses another. A chosen consumer stays chosen, even when it has left.
func choose(ctx context.Context, op Operator, on change.Subject, of *change.Target) (choices []string, err error) {
	if on != change.Consumer {
		if choices, err = change.HeldIn(ctx, op, of); len(choices) > 0 && !slices.Contains(choices, of.Group) {
			of.Group = choices[0]
		}
		return choices, err
	}
	g, err := change.LookAtGroup(ctx, op, of.Stream, of.Group)
	if err != nil {
		return nil, err
	}
	longest := slices.Clone(g.Consumers)
	sorting.By(longest, func(a, b *model.Consumer) int { return int((b.Idle - a.Idle).Milliseconds()) })
	for i := range longest {
		choices = append(choices, longest[i].Name)
	}
	switch {
	case of.Consumer == "" && len(choices) > 0:
		of.Consumer = choices[0]
	case of.Consumer != "" && !slices.Contains(choices, of.Consumer):
		choices = append(choices, of.Consumer)
	}
	return choices, nil
}
