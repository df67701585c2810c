package dialog

import (
	"errors"
	"fmt"
	"os"
	"strings"

	tea "github.com/charmbracelet/bubbletea"

	"streamdesk/ui/picture"
	"streamdesk/ui/widget"
)

// Picture asks for the name of a file, and saves the screen in it.
type Picture struct {
	sheet
	file    *widget.TextField
	lines   []string // the screen when the dialog was opened
	dark    bool
	save    func(path string, content []byte) error
	problem string // why the last attempt failed
	busy    bool
}

// Saved is the message that the screen was saved in a file of Bytes bytes.
type Saved struct {
	Path  string
	Bytes int
}

// pictureMsg is the result of writing a dialog's file.
type pictureMsg struct {
	of    *Picture
	saved Saved
	err   error
}

// NewPicture returns a new dialog. lines are the screen, drawn on a dark or a light background. name is the default file name.
// save writes the file; it may be [WriteNew].
func NewPicture(lines []string, dark bool, name string, save func(path string, content []byte) error) *Picture {
	d := &Picture{lines: lines, dark: dark, save: save}
	d.file = widget.NewTextField(name, func(text string) string {
		if _, err := picture.FormatOf(strings.TrimSpace(text)); err != nil {
			return err.Error()
		}
		return ""
	})
	d.sheet = oneField("Save the screen", "File", d.file, buttonSave, "Save")
	return d
}

// buttonSave is the ID of the button that writes the file.
const buttonSave = "save"

// Update passes keys to the field; enter saves.
func (d *Picture) Update(msg tea.Msg) (cmd tea.Cmd, done bool) {
	switch m := msg.(type) {
	case tea.KeyMsg:
		return d.pressed(d.typed(m, buttonSave))
	case tea.MouseMsg:
		d.wheel(m)
	case pictureMsg:
		if m.of != d {
			break
		}
		if d.busy = false; m.err != nil {
			d.problem = m.err.Error()
			break
		}
		return func() tea.Msg { return m.saved }, true
	}
	return nil, false
}

// Click presses the button under the mouse.
func (d *Picture) Click(x, y int) (cmd tea.Cmd, done bool) { return d.pressed(d.pressedAt(x, y)) }

func (d *Picture) pressed(button string) (cmd tea.Cmd, done bool) {
	if button == widget.Cancel {
		return nil, true
	}
	path := strings.TrimSpace(d.file.Text())
	format, err := picture.FormatOf(path)
	if button != buttonSave || err != nil || d.busy {
		return nil, false // the field says what is wrong
	}
	d.busy, d.problem = true, ""
	return func() tea.Msg {
		content := picture.Draw(format, d.lines, d.dark)
		return pictureMsg{of: d, saved: Saved{Path: path, Bytes: len(content)}, err: d.save(expandHome(path), content)}
	}, false
}

// WriteNew writes a new file, and returns an error if the file exists. It removes the file when writing fails.
func WriteNew(path string, content []byte) error {
	const mode = 0o600 // a screen may show private data
	file, err := os.OpenFile(path, os.O_WRONLY|os.O_CREATE|os.O_EXCL, mode)
	if errors.Is(err, os.ErrExist) {
		return fmt.Errorf("there is a file %s already: type another name", path)
	}
	if err != nil {
		return err
	}
	_, err = file.Write(content)
	if err = errors.Join(err, file.Close()); err != nil {
		_ = os.Remove(path) // the first error is the one that matters
	}
	return err
}

// Draw returns the framed box.
func (d *Picture) Draw(v View) []string {
	return d.draw(v, "", "enter save · esc cancel", func(p *page) {
		p.form(d.form)
		p.text(p.Dim, "The screen as it was just now: .svg is an image, .html a page, .txt plain text. It holds whatever the screen shows, payloads too.")
		if d.problem != "" {
			p.text(p.Bad, "✗ "+d.problem)
		}
	})
}
