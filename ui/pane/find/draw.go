package find

import (
	"slices"

	"streamdesk/model/words"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Mark marks the hits in a drawn pane: the text in its ink, and, because a theme may have no colour and the text may be cut off, the
// lines. It returns which lines those are, for the frame's edge.
func (s *Search) Mark(f *pane.Frame, rows *pane.Rows, th *theme.Theme) (hits []bool) {
	if s.needle.String() == "" {
		return nil
	}
	hits = make([]bool, len(f.Lines))
	for i := range f.Lines {
		on := rowsOn(f, rows, i)
		if len(on) == 0 {
			continue
		}
		ink := th.Mark
		if slices.Contains(on, s.at) {
			ink = th.Match
		}
		f.Lines[i] = widget.Mark(f.Lines[i], s.needle, ink)
		hits[i] = slices.ContainsFunc(on, func(row int) bool { return s.in(rows, row) })
	}
	return hits
}

// rowsOn returns the rows that a line of the frame shows.
func rowsOn(f *pane.Frame, rows *pane.Rows, line int) []int {
	if rows.On != nil {
		return rows.On(line)
	}
	if at := line - f.Place.Top; at >= 0 && at < f.Place.Shown {
		return []int{f.Place.First + at}
	}
	return nil
}

// Foot returns the line of the search for the bottom edge of a frame: what is typed, and which of the hits the cursor is on.
func (s *Search) Foot(th *theme.Theme, width int) string {
	state := s.state()
	text := widget.CleanCut(s.needle.String(), max(width/2, 1))
	ink := th.Text
	if len(s.hits) == 0 && s.needle.String() != "" {
		ink = th.Bad
	}
	if s.typing {
		typed := th.Key.Paint("/") + s.input.Draw(ink, th.ButtonFocused, max(min(width/2, widget.Width(text)+1), 1), true)
		return typed + th.Dim.Paint(widget.Cut(join(state, "enter keeps · esc ends"), max(width-widget.Width(typed), 0)))
	}
	typed := th.Key.Paint("/") + ink.Paint(text)
	return typed + th.Dim.Paint(widget.Cut(join(state, "n N · esc ends"), max(width-widget.Width(typed), 0)))
}

func join(parts ...string) (line string) {
	for _, part := range parts {
		if part != "" {
			line += " · " + part
		}
	}
	return line
}

// state says which of the hits the cursor is on.
func (s *Search) state() string {
	all := words.Grouped(int64(len(s.hits)))
	if len(s.hits) == hitsMost {
		all += "+"
	}
	at, on := s.place()
	switch {
	case s.needle.String() == "":
		return ""
	case s.why != "":
		return s.why
	case len(s.hits) == 0:
		return "not here"
	case !on && len(s.hits) == 1:
		return "1 hit"
	case !on:
		return all + " hits"
	case s.turned != "":
		return words.Grouped(int64(at+1)) + " of " + all + ", " + s.turned
	default:
		return words.Grouped(int64(at+1)) + " of " + all
	}
}
