//go:build linux

package budget

import (
	"bytes"
	"errors"
	"os"
	"os/exec"
	"slices"
	"strings"
	"sync"
	"syscall"
	"testing"
	"time"

	"github.com/charmbracelet/x/ansi"
	"github.com/creack/pty"
)

// terminal is a pseudo-terminal with a program in it.
type terminal struct {
	tb      testing.TB
	cmd     *exec.Cmd
	file    *os.File
	started time.Time

	mu     sync.Mutex
	wanted []*sighting // what is waited for and hasn't been written yet
	since  []byte      // what was written since somebody began to wait
	bytes  int
	ended  chan struct{}
	closed sync.Once
}

// sighting is text that is waited for; at receives when it was written.
type sighting struct {
	text string
	at   chan time.Time
}

// open starts a program in a terminal of that size, and ends it with the benchmark. It expects texts from the start.
func open(tb testing.TB, width, height uint16, cmd *exec.Cmd, texts ...string) (*terminal, []*sighting) {
	tb.Helper()
	t := &terminal{tb: tb, cmd: cmd, ended: make(chan struct{})}
	expected := t.expect(texts...)
	t.started = time.Now()
	var err error
	if t.file, err = pty.StartWithSize(cmd, &pty.Winsize{Rows: height, Cols: width}); err != nil {
		tb.Fatal(err)
	}
	go t.read()
	tb.Cleanup(func() {
		t.close()
	})
	return t, expected
}

// close ends the program.
func (t *terminal) close() {
	t.closed.Do(func() {
		err := t.cmd.Process.Signal(syscall.SIGTERM)
		_ = t.cmd.Wait() // a program that a signal ends may well say so
		<-t.ended
		if err := errors.Join(err, t.file.Close()); err != nil {
			t.tb.Errorf("%s: %v", t.cmd.Path, err)
		}
	})
}

// Questions that programs put to a terminal, in the order in which they put them, and the answers of a dark one. An
// answer that comes before its turn isn't waited for any more, and the next one is taken for keys.
var answers = []struct{ question, answer string }{
	{"\x1b]11;?", "\x1b]11;rgb:0000/0000/0000\x1b\\"},
	{"\x1b[6n", "\x1b[1;1R"},
}

// read takes in what the program writes, as a terminal that is never slow.
func (t *terminal) read() {
	defer close(t.ended)
	buffer := make([]byte, 1<<16)
	for {
		n, err := t.file.Read(buffer)
		at := time.Now()
		if err != nil {
			return
		}
		chunk := buffer[:n]
		for _, a := range answers {
			if bytes.Contains(chunk, []byte(a.question)) {
				t.write(a.answer)
			}
		}
		t.mu.Lock()
		t.bytes += n
		if len(t.wanted) > 0 {
			t.since = append(t.since, chunk...)
			written := ansi.Strip(string(t.since))
			t.wanted = slices.DeleteFunc(t.wanted, func(s *sighting) bool {
				found := strings.Contains(written, s.text)
				if found {
					s.at <- at
				}
				return found
			})
		}
		t.mu.Unlock()
	}
}

func (t *terminal) write(text string) { _, _ = t.file.WriteString(text) } // a program that is gone is noticed elsewhere

// expect begins to wait for texts that are yet to be written, in any order, and for nothing else.
func (t *terminal) expect(texts ...string) []*sighting {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.wanted, t.since = make([]*sighting, len(texts)), t.since[:0]
	for i, text := range texts {
		t.wanted[i] = &sighting{text, make(chan time.Time, 1)}
	}
	return slices.Clone(t.wanted)
}

// await is when expected text came.
func (t *terminal) await(expected *sighting) time.Time {
	t.tb.Helper()
	select {
	case at := <-expected.at:
		return at
	case <-time.After(patience):
		t.mu.Lock()
		defer t.mu.Unlock()
		const enough = 4000 // what was written last
		t.tb.Fatalf("no %q in %q", expected.text, ansi.Strip(string(t.since[max(len(t.since)-enough, 0):])))
		return time.Time{}
	}
}

// press sends keys, and is how long it took until the text was on the screen.
func (t *terminal) press(keys, text string) time.Duration {
	t.tb.Helper()
	expected := t.expect(text)
	pressed := time.Now()
	t.write(keys)
	return t.await(expected[0]).Sub(pressed)
}

// echoEnv makes this test binary the raw loop that the desk's answers are compared to.
const echoEnv = "STREAMDESK_BUDGET_ECHO"

// echo writes a line for each byte that it reads: the least that any program in a terminal takes to answer a key.
func echo() int {
	b := make([]byte, 1)
	for {
		if _, err := os.Stdin.Read(b); err != nil || b[0] == 'q' {
			return 0
		}
		if _, err := os.Stdout.WriteString("echo " + string(b) + "\r\n"); err != nil {
			return 1
		}
	}
}
