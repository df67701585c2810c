// Package panetest draws panes for tests: fitted to a size, alone or in their frames. Start reading at [Fitted].
package panetest

import (
	"strings"
	"testing"
	"time"

	"github.com/muesli/termenv"

	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

// View is what a pane with the focus draws with at that time, in UTC: a theme by its name, and nothing known yet.
func View(t testing.TB, themeName string, width, height int, now time.Time) pane.View {
	t.Helper()
	th, err := theme.New(themeName, theme.Settings{Profile: termenv.TrueColor})
	if err != nil {
		t.Fatal(err)
	}
	return pane.View{
		Theme: th, Data: live.NewData(10), Width: width, Height: height, Focused: true, Now: now, Location: time.UTC,
	}
}

// Fitted is a pane as it is drawn on the screen: fitted to its size first.
func Fitted(p pane.Pane, v pane.View) pane.Frame {
	p.Fit(v)
	return p.Draw(v)
}

// Framed is a pane in its box, as it stands on the screen.
func Framed(p pane.Pane, v pane.View) string {
	f := Fitted(p, v)
	box := widget.Box{
		Width: v.Width + 2, Height: v.Height + 2, Title: f.Title, Note: f.Note, Footer: f.Footer, Place: f.Place,
		Edge: v.Theme.Faint, TitleInk: v.Theme.Strong, NoteInk: v.Theme.Dim,
	}
	return strings.Join(box.Draw(f.Lines), "\n") + "\n"
}
