// Package notes keeps what the person at the desk is told: what happened last, what was changed from here, and what is wrong. It
// asks nothing and opens nothing; the desk says it what came, and shows what it holds. Start reading at [Notes].
package notes

import (
	"fmt"
	"slices"
	"strings"
	"time"

	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// Notes are all that the person is told.
type Notes struct {
	Status
	Log    Log
	Alerts Alerts
}

// Level says how good a sentence is that a person is told.
type Level uint8

// The levels of a [Status].
const (
	Good Level = iota
	Warn
	Bad
)

// Status is the sentence that says what happened last.
type Status struct {
	// Text is as it came: it may hold what a terminal would take for a command, which [Status.Line] leaves out. "" for none.
	Text  string
	level Level
}

// Say replaces the sentence.
func (s *Status) Say(l Level, text string) { s.level, s.Text = l, text }

// Clear removes the sentence.
func (s *Status) Clear() { s.Text = "" }

// Line returns the sentence with its sign, for a line with room cells; rest is the part of a warning that doesn't fit, for the line
// below. Both are empty while there is none.
func (s *Status) Line(th *theme.Theme, room int) (line, rest string) {
	if s.Text == "" {
		return "", ""
	}
	sign, ink := "✓", th.Good
	switch s.level {
	case Good:
	case Warn:
		sign, ink = "!", th.Warn
	case Bad:
		sign, ink = "✗", th.Bad
	}
	text, room := widget.Clean(s.Text), room-len(" ! ")-1
	if s.level != Good && widget.Width(text) > room {
		folded := widget.Fold(max(room, 1), text)
		text, rest = folded[0], ink.Paint("   "+strings.Join(folded[1:], " "))
	}
	return ink.Paint(" " + sign + " " + text), rest
}

// Log keeps the newest changes made from this desk, as Redis commands with their replies.
type Log struct {
	// Count is the number of all entries, including those no longer kept.
	Count   int
	entries []string
}

// mostLogged is the max number of entries kept: a day of repairs.
const mostLogged = 500

// Add adds a command and its reply. at is in the zone that times are shown in.
func (l *Log) Add(at time.Time, command, reply string) {
	l.Count++
	l.entries = append(l.entries, fmt.Sprintf("%s  %s → %s", at.Format("15:04:05"), widget.Clean(command), widget.Clean(reply)))
	if len(l.entries) > mostLogged {
		l.entries = l.entries[1:]
	}
}

// Lines returns the entries, newest first, or a line that says that there are none.
func (l *Log) Lines() []string {
	if len(l.entries) == 0 {
		return []string{"Nothing has been changed from this desk yet."}
	}
	lines := make([]string, 0, len(l.entries))
	for _, entry := range slices.Backward(l.entries) {
		lines = append(lines, entry)
	}
	return lines
}
