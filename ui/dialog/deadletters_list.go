package dialog

import (
	"strconv"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/model"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// letterList is the field that lists dead letters, newest first. Cursor and marks stay on their letters when others come
// and go.
type letterList struct {
	letters []model.DeadLetter
	current model.Position
	marked  map[model.Position]bool
	view    View // for the time zone
	sight   widget.Sight
	room    int // the number of rows that fit
}

func newLetterList() *letterList { return &letterList{marked: map[model.Position]bool{}, room: 1} }

// set replaces the letters. Letters that are gone lose their mark. A cursor whose letter is gone stays on the same row.
func (l *letterList) set(letters []model.DeadLetter) {
	at := l.index()
	l.letters = letters
	there := map[model.Position]bool{}
	for i := range letters {
		there[letters[i].Entry.ID] = true
	}
	for id := range l.marked {
		if !there[id] {
			delete(l.marked, id)
		}
	}
	if !there[l.current] {
		l.put(at)
	}
}

// index returns the row of the cursor; 0 when its letter is gone.
func (l *letterList) index() int {
	for i := range l.letters {
		if l.letters[i].Entry.ID == l.current {
			return i
		}
	}
	return 0
}

// put puts the cursor on a row, or on the nearest one.
func (l *letterList) put(row int) {
	if len(l.letters) == 0 {
		l.current = model.Position{}
		return
	}
	l.current = l.letters[max(min(row, len(l.letters)-1), 0)].Entry.ID
}

// atEnd reports whether the cursor is on the oldest of the letters that were read.
func (l *letterList) atEnd() bool { return l.index() >= len(l.letters)-1 }

// chosen returns the marked letters, in the order of the list; when none is marked, the one under the cursor.
func (l *letterList) chosen() []model.DeadLetter {
	var chosen []model.DeadLetter
	for i := range l.letters {
		if id := l.letters[i].Entry.ID; l.marked[id] || len(l.marked) == 0 && id == l.current {
			chosen = append(chosen, l.letters[i])
		}
	}
	return chosen
}

// Key moves the cursor. The space bar marks or unmarks a letter; a marks all that were read, or none.
func (l *letterList) Key(k tea.KeyMsg) bool {
	row := l.index()
	switch k.String() {
	case "j", "down":
		row++
	case "k", "up":
		row--
	case "pgdown", "ctrl+d":
		row += max(l.room-1, 1)
	case "pgup", "ctrl+u":
		row -= max(l.room-1, 1)
	case "g", "home":
		row = 0
	case "G", "end":
		row = len(l.letters)
	case " ":
		if l.marked[l.current] {
			delete(l.marked, l.current)
		} else if len(l.letters) > 0 {
			l.marked[l.current] = true
		}
		row++
	case "a":
		all := len(l.marked) == len(l.letters)
		clear(l.marked)
		for i := range l.letters {
			if !all {
				l.marked[l.letters[i].Entry.ID] = true
			}
		}
	default:
		return false
	}
	l.put(row)
	return true
}

// rows returns the letters for a search.
func (l *letterList) rows() pane.Rows {
	return pane.Rows{
		Len: len(l.letters), At: l.index(),
		Text: func(row int) string {
			letter := &l.letters[row]
			return originOf(letter) + "\n" + widget.Clean(letter.Group) + "\n" + widget.Clean(clip(letter.Reason, maxShown))
		},
		Go: l.put,
	}
}

// Problem always returns "": a list can't be filled in wrongly.
func (l *letterList) Problem() string { return "" }

// Draw returns the head and as many rows around the cursor as fit.
func (l *letterList) Draw(t *theme.Theme, width int, focused bool) []string {
	table := widget.Table{Theme: t, Sorted: -1, Columns: []widget.Column{
		{Title: "TIME", Min: 14, Keep: 4},
		{Title: "ORIGIN", Min: 15, Max: 24, CutLeft: true, Keep: 7},
		{Title: "GROUP", Min: 10, Max: 18, Keep: 5},
		{Title: "ATT", Min: 3, Max: 4, Right: true, Keep: 3},
		{Title: "REASON", Min: 10, Max: width, Keep: 6},
	}}
	widths := table.Widths(width)
	lines := []string{table.Head(widths)}
	at := l.index()
	l.sight.Fit(at, len(l.letters), l.room)
	for i := l.sight.First; i < l.sight.End(); i++ {
		letter := &l.letters[i]
		lines = append(lines, table.Line(widths, widget.Row{
			Current: i == at, Marked: l.marked[letter.Entry.ID], Focused: focused, Compared: letter.Entry.Key() == l.view.Compared,
			Cells: []widget.Cell{
				{Text: letter.Entry.ID.Clock(l.view.Location, "01-02 15:04:05"), Ink: t.Dim},
				{Text: originOf(letter), Ink: t.Text},
				{Text: letter.Group, Ink: t.Text},
				{Text: strconv.FormatInt(letter.Attempt, 10), Ink: t.Text},
				{Text: clip(letter.Reason, maxShown), Ink: t.Warn},
			},
		}))
	}
	return lines
}

// originOf returns the ID of the entry that became a dead letter; "?" when the letter doesn't contain it.
func originOf(l *model.DeadLetter) string {
	if l.Origin.Stream == "" {
		return "?"
	}
	return l.Origin.ID.String()
}

// lettersTarget returns a target of dead letters. All of them are in one stream.
func lettersTarget(letters []model.DeadLetter) Target {
	t := Target{Letters: true}
	for i := range letters {
		t.Stream = letters[i].Entry.Stream
		t.IDs = append(t.IDs, letters[i].Entry.ID)
		t.Sample = append(t.Sample, model.Record{Entry: letters[i].Entry})
	}
	t.Sample = t.Sample[:min(len(t.Sample), sampleRows)]
	return t
}

// letters draws the first few letters.
func (p *page) letters(t *Target) {
	p.sample(t, []widget.Column{
		{Title: "ORIGIN", Min: 15, CutLeft: true, Keep: 9},
		{Title: "GROUP", Min: 10, Keep: 8},
		{Title: "REASON", Min: 10, Keep: 7},
	}, func(_ int, id model.Position) []widget.Cell {
		r := t.record(id)
		if r == nil {
			return []widget.Cell{{Text: id.String(), Ink: p.Text}}
		}
		l := model.ReadDeadLetter(r.Entry)
		return []widget.Cell{
			{Text: originOf(&l), Ink: p.Text}, {Text: l.Group, Ink: p.Text}, {Text: clip(l.Reason, maxShown), Ink: p.Warn},
		}
	})
}
