//go:build unix

package cli

import (
	"errors"
	"os"
	"os/exec"
	"path/filepath"
	"reflect"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/charmbracelet/x/term"
	"github.com/creack/pty"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// brokenDesk is a program in a pseudo-terminal that breaks down when it is told to.
type brokenDesk struct {
	*exec.Cmd
	master, tty *os.File
	home        string
	written     programtest.Screen
	tell        *os.File      // closed to tell
	read        chan struct{} // closed once all that the program wrote was read
}

// openBroken starts it on the server, in a terminal of its own.
func openBroken(t *testing.T, how, server string) *brokenDesk {
	t.Helper()
	d := &brokenDesk{Cmd: exec.Command(os.Args[0]), home: t.TempDir(), read: make(chan struct{})}
	var err error
	if d.master, d.tty, err = pty.Open(); err != nil {
		t.Fatal(err)
	}
	if err := pty.Setsize(d.master, &pty.Winsize{Rows: 40, Cols: 120}); err != nil {
		t.Fatal(err)
	}
	told, tell, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	d.tell = tell
	d.Env = []string{breakEnv + "=" + how, "HOME=" + d.home, "STREAMDESK_REDIS=redis://" + server + "/0", "TERM=xterm-256color"}
	d.Stdin, d.Stdout, d.Stderr, d.ExtraFiles = d.tty, d.tty, d.tty, []*os.File{told}
	d.SysProcAttr = &syscall.SysProcAttr{Setsid: true, Setctty: true}
	if err := d.Start(); err != nil {
		t.Fatal(err)
	}
	go d.listen()
	t.Cleanup(func() {
		_ = d.Process.Kill() // it has ended, when all went well
		_, _ = d.Process.Wait()
		_ = d.tty.Close() // it is closed already, when all went well
		<-d.read
		if err := errors.Join(d.master.Close(), told.Close()); err != nil {
			t.Error(err)
		}
	})
	return d
}

// listen takes in what is written until nobody has the terminal open, and answers what terminals are asked.
func (d *brokenDesk) listen() {
	defer close(d.read)
	buffer := make([]byte, 1<<16)
	for {
		n, err := d.master.Read(buffer)
		if err != nil {
			return
		}
		_, _ = d.written.Write(buffer[:n])
		for question, answer := range map[string]string{"\x1b]11;?": "\x1b]11;rgb:0000/0000/0000\x1b\\", "\x1b[6n": "\x1b[1;1R"} {
			if strings.Contains(string(buffer[:n]), question) {
				_, _ = d.master.WriteString(answer)
			}
		}
	}
}

// state is how the terminal is set.
func (d *brokenDesk) state(t *testing.T) *term.State {
	t.Helper()
	state, err := term.GetState(d.tty.Fd())
	if err != nil {
		t.Fatal(err)
	}
	return state
}

// breaks tells it to, waits for its end, and is all that it wrote and how it left the terminal.
func (d *brokenDesk) breaks(t *testing.T) (out string, left *term.State) {
	t.Helper()
	if err := d.tell.Close(); err != nil {
		t.Fatal(err)
	}
	stuck := time.AfterFunc(patience, func() { _ = d.Process.Kill() })
	defer stuck.Stop()
	_ = d.Wait() // how it ended is in its state
	left = d.state(t)
	if err := d.tty.Close(); err != nil {
		t.Fatal(err)
	}
	<-d.read
	return d.written.String(), left
}

func TestAPanicGivesTheTerminalBackAndLeavesItsTrace(t *testing.T) {
	t.Parallel()
	const safe, gone = "What was pending is safe in Redis.", "What the demo held is gone, as it always is in the end."
	for how, want := range map[string]struct{ headline, rest, frame string }{
		"bus":  {"streamdesk: the bus broke down; this is a bug: panic: on purpose", safe, "publish.(*lane).run"},
		"demo": {"streamdesk: the bus broke down; this is a bug: panic: on purpose", gone, "consume.(*lane).run"},
		"desk": {"streamdesk: the desk broke down; this is a bug: panic: on purpose", safe, "desk.(*Desk).frame"},
	} {
		t.Run(how, func(t *testing.T) {
			t.Parallel()
			d := openBroken(t, how, startEmbedded(t, time.Now).Options().Addr)
			before := d.state(t)
			redistest.Eventually(t, patience, func() bool {
				return strings.Contains(d.written.String(), ansi.SetModeAltScreenSaveCursor) && strings.Contains(ansi.Strip(d.written.String()), "Throughput")
			}, "the desk to open")
			if reflect.DeepEqual(d.state(t), before) {
				t.Fatal("the open desk hasn't set the terminal: there is nothing to put back")
			}
			out, left := d.breaks(t)
			if code := d.ProcessState.ExitCode(); code != program.ExitBroken {
				t.Errorf("exit %d", code)
			}
			if !reflect.DeepEqual(left, before) {
				t.Error("the terminal is set as the desk had it")
			}
			wantGivenBack(t, out)
			if strings.Contains(out, "Caught") {
				t.Error("Bubble Tea has caught a panic, too")
			}
			_, after, _ := strings.Cut(out, want.headline)
			after = strings.ReplaceAll(after, "\r\n", "\n")
			path := d.kept(t, want.frame)
			if !strings.HasPrefix(after, "\n"+want.rest+" The trace is in "+path+", too.\n\npanic: on purpose") {
				t.Errorf("it says:\n%s", after)
			}
			if !strings.Contains(after, "\ngoroutine ") || !strings.Contains(after, want.frame) || strings.ContainsAny(after, "\x1b\r") {
				t.Errorf("no usable trace is on the screen:\n%q", after)
			}
		})
	}
}

// wantGivenBack fails unless every mode that the desk has set was reset later.
func wantGivenBack(t *testing.T, out string) {
	t.Helper()
	for name, mode := range map[string]struct{ on, off string }{
		"the alternate screen": {ansi.SetModeAltScreenSaveCursor, ansi.ResetModeAltScreenSaveCursor},
		"mouse reporting":      {ansi.SetModeMouseButtonEvent, ansi.ResetModeMouseButtonEvent},
		"bracketed paste":      {ansi.SetModeBracketedPaste, ansi.ResetModeBracketedPaste},
		"the hidden cursor":    {ansi.HideCursor, ansi.ShowCursor},
	} {
		on, off := strings.LastIndex(out, mode.on), strings.LastIndex(out, mode.off)
		if on < 0 || off < on {
			t.Errorf("%s was not given back (on at %d, off at %d)", name, on, off)
		}
	}
}

// kept is the file with the trace.
func (d *brokenDesk) kept(t *testing.T, frame string) string {
	t.Helper()
	files, err := filepath.Glob(filepath.Join(d.home, ".local", "state", "streamdesk", "crash-*.txt"))
	if err != nil || len(files) != 1 {
		t.Fatalf("the traces kept are %v, %v", files, err)
	}
	text, err := os.ReadFile(files[0])
	if err != nil || !strings.Contains(string(text), "panic: on purpose\n") || !strings.Contains(string(text), frame) {
		t.Errorf("the file has %s, %v", text, err)
	}
	if info, err := os.Stat(files[0]); err != nil || info.Mode().Perm() != 0o600 {
		t.Errorf("the file is %v, %v", info, err)
	}
	return files[0]
}
