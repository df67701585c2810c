//go:build unix

package cli

import (
	"os"
	"os/exec"
	"strings"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/programtest"
)

// inTerminal is the built program in a pseudo-terminal that answers nothing by itself.
type inTerminal struct {
	*exec.Cmd
	master  *os.File
	written programtest.Screen
	read    chan struct{} // closed once all that the program wrote was read
}

func startInTerminal(t *testing.T, cmd *exec.Cmd) *inTerminal {
	t.Helper()
	p := &inTerminal{Cmd: cmd, read: make(chan struct{})}
	var err error
	if p.master, err = pty.StartWithSize(cmd, &pty.Winsize{Rows: 40, Cols: 120}); err != nil {
		t.Fatal(err)
	}
	go func() {
		defer close(p.read)
		buffer := make([]byte, 1<<16)
		for {
			n, err := p.master.Read(buffer)
			if err != nil {
				return
			}
			_, _ = p.written.Write(buffer[:n])
		}
	}()
	t.Cleanup(func() {
		_ = p.Process.Kill() // it has ended, when all went well
		_ = p.Wait()
		<-p.read
		_ = p.master.Close()
	})
	return p
}

func (p *inTerminal) types(t *testing.T, keys string) {
	t.Helper()
	if _, err := p.master.WriteString(keys); err != nil {
		t.Fatal(err)
	}
}

// shows waits for text on the screen, after what was written up to from; it returns where the next look begins.
func (p *inTerminal) shows(t *testing.T, from int, text string) int {
	t.Helper()
	defer func() {
		if written := p.written.String(); t.Failed() {
			t.Logf("the last that was written: %q", written[max(len(written)-8000, 0):])
		}
	}()
	redistest.Eventually(t, patience, func() bool { return strings.Contains(ansi.Strip(p.written.String()[from:]), text) }, "the screen to show "+text)
	return len(p.written.String())
}

// ends waits until the program has ended.
func (p *inTerminal) ends(t *testing.T) {
	t.Helper()
	redistest.Eventually(t, patience, func() bool {
		select {
		case <-p.read:
			return true
		default:
			return false
		}
	}, "the program to end")
}

const asksForBackground = "\x1b]11;?"

func TestTheDeskStartsInATerminalThatAnswersNothing(t *testing.T) {
	t.Parallel()
	server := startEmbedded(t, time.Now).Options().Addr
	cmd := programtest.Command(t, server)
	p := startInTerminal(t, cmd)
	p.types(t, "jjjk") // while it starts
	at := p.shows(t, 0, "Throughput")
	if !strings.Contains(p.written.String(), asksForBackground) {
		t.Error("the terminal wasn't asked")
	}
	p.types(t, "?")
	at = p.shows(t, at, "Help")
	p.types(t, "\x1b")
	at = p.shows(t, at, "1 Streams ") // behind the help; an escape and a key at once would be another key
	// Its answer comes at last, in two pieces, and isn't taken for keys: / would open the filter, f follow.
	p.types(t, "\x1b]11;rgb:ffff/ff")
	p.types(t, "ff/ffff\x1b\\")
	p.types(t, ":")
	at = p.shows(t, at, "filter the events")
	if seen := ansi.Strip(p.written.String()[at:]); strings.Contains(seen, "rgb") {
		t.Errorf("the answer is on the screen: %q", seen)
	}
	p.types(t, "\x1b")
	p.shows(t, at, "1 Streams ")
	p.types(t, "q")
	p.ends(t)
}

// What the terminal says first decides the colours of the first frame.
func TestTheFirstFrameHasTheColoursOfTheTerminal(t *testing.T) {
	t.Parallel()
	server := startEmbedded(t, time.Now).Options().Addr
	const attempts = 5 // the desk waits for the answer for a moment, in which a busy machine may not get it through
	colours := map[string]bool{}
	for range attempts {
		colours = map[string]bool{
			firstColour(t, server, "\x1b]11;rgb:ffff/ffff/ffff\x1b\\"): true,
			firstColour(t, server, "\x1b]11;rgb:0000/0000/0000\x07"):   true,
		}
		if len(colours) == 2 && !colours[""] {
			return
		}
	}
	t.Errorf("a light and a dark terminal get the same first colour: %v", colours)
}

// firstColour is the first colour that the desk uses in a terminal that answers so when it is asked for its background.
func firstColour(t *testing.T, server, answer string) string {
	t.Helper()
	cmd := programtest.Command(t, server)
	cmd.Env = append(cmd.Env, "TERM=xterm-256color")
	p := startInTerminal(t, cmd)
	redistest.Eventually(t, patience, func() bool { return strings.Contains(p.written.String(), asksForBackground) }, "the question")
	p.types(t, answer)
	p.shows(t, 0, "Throughput")
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	<-p.read
	_, frame, _ := strings.Cut(p.written.String(), asksForBackground)
	_, style, _ := strings.Cut(frame, "\x1b[38;5;")
	colour, _, _ := strings.Cut(style, "m")
	return colour
}

func TestACommandAsksTheTerminalNothing(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{"version"}, {"--help"}, {"groups"}} {
		p := startInTerminal(t, programtest.Command(t, startEmbedded(t, time.Now).Options().Addr, args...))
		<-p.read
		if out := p.written.String(); out == "" || strings.Contains(out, asksForBackground) || strings.Contains(out, "\x1b[6n") {
			t.Errorf("%v wrote %q", args, out)
		}
	}
}
