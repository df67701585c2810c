package program

import (
	"io"
	"os"
	"path/filepath"
	"testing"

	"github.com/creack/pty"
	"streamdesk/model/config"
)

func TestATerminalThatWasTakenFromTheDeskIsNoLongerDrawnOn(t *testing.T) {
	master, tty, err := pty.Open()
	if err != nil {
		t.Fatal(err)
	}
	defer master.Close()
	d := newDeskTerminal(tty, tty)
	for _, text := range []string{"drawn", "not drawn"} {
		if n, err := d.Write([]byte(text)); n != len(text) || err != nil {
			t.Errorf("writing %q: %d, %v", text, n, err)
		}
		d.giveBack()
	}
	if err := tty.Close(); err != nil {
		t.Fatal(err)
	}
	out, _ := io.ReadAll(master) // it ends with an error, as terminals do
	if got := string(out); got != "drawn"+undo+undo {
		t.Errorf("the terminal got %q", got)
	}
}

func TestATraceThatCannotBeKeptIsNotSpokenOf(t *testing.T) {
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	for _, dir := range []string{"", filepath.Join(file, "below")} {
		var settings config.Settings
		settings.Desk.StateDir = dir
		if text := (&Program{}).afterwards(&settings, "panic: on purpose"); text != "What was pending is safe in Redis." {
			t.Errorf("with state in %q: %s", dir, text)
		}
	}
}
