//go:build linux

package budget

import (
	"bytes"
	"fmt"
	"math/rand/v2"
	"os"
	"os/exec"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"
)

// What the benchmarks look for on the screen.
const (
	firstFrame = "1 Streams"
	firstRow   = "LEN" // the head of the streams' table comes with the first snapshot
)

// desk is the program in a terminal.
type desk struct {
	*terminal
	firstFrame, firstRow time.Duration
	cpuFirst             time.Duration // CPU time that it took until the first frame
	keys                 []keyPress    // of the workspace that is shown
}

// openDesk starts the built program on the server, and waits until it shows streams.
func openDesk(tb testing.TB, addr string, width, height uint16) *desk {
	tb.Helper()
	path := program(tb)
	cmd := exec.Command(path)
	cmd.Env = []string{
		"HOME=" + tb.TempDir(), "TERM=xterm-256color", "COLORTERM=truecolor", "LC_ALL=C.UTF-8",
		"STREAMDESK_REDIS=redis://" + addr + "/0",
	}
	d := &desk{keys: workspaces[0].keys}
	var first []*sighting
	d.terminal, first = open(tb, width, height, cmd, firstFrame, firstRow) // the first frame may have rows already
	d.firstFrame = d.await(first[0]).Sub(d.started)
	d.cpuFirst = d.used()
	d.firstRow = d.await(first[1]).Sub(d.started)
	return d
}

// workspace is a layout of the desk: how it is gone to, and keys whose answer can't be anything else on its screen, in an order that
// leads back to where it began.
type workspace struct {
	name string
	key  keyPress
	keys []keyPress
}

type keyPress struct{ press, shows string }

// workspaces are all that there are, by what is pressed for them.
var workspaces = []workspace{
	{"Watch", keyPress{"", ""}, []keyPress{
		{"s", "sort STREAM"},
		{"s", "sort LEN"},
		{"s", "sort last 60s"},
		{"?", "─Keys ─"},
		{"\x1b", firstFrame},
		{"p", "PAUSED"},
		{"p", "live"},
		{"z", firstFrame},
		{"z", "5 Events"},
	}},
	{"Workflows", keyPress{"\x1bOR", "W Workflows"}, []keyPress{
		{"s", "sort AGE"},
		{"s", "sort SINCE"},
		{"s", "sort EV"},
		{"s", "sort FAIL"},
		{"s", "sort AGENT"},
		{"s", "sort WORKFLOW"},
		{"s", "sort VERDICT"},
		{"?", "─Keys ─"},
		{"\x1b", "W Workflows"},
	}},
	{"Repair", keyPress{"\x1bOS", "9 Bus matrix"}, []keyPress{
		{"s", "sort worst of this group"},
		{"s", "sort STREAM"},
		{"s", "sort worst"},
		{"?", "─Keys ─"},
		{"\x1b", "9 Bus matrix"},
		{"z", "9 Bus matrix"},
		{"z", "3 Pending"},
	}},
	{"History", keyPress{"\x1b[15~", "H History"}, []keyPress{
		{"-", "15m00s"},
		{"+", " 5m00s"},
		{"?", "─Keys ─"},
		{"\x1b", "H History"},
	}},
	{"Map", keyPress{"\x1b[17~", "F Map"}, []keyPress{
		{"f", "only what is ill"},
		{"f", "the last 5 minutes"},
		{"?", "─Keys ─"},
		{"\x1b", "F Map"},
	}},
}

// goTo goes to a workspace.
func (d *desk) goTo(w workspace) {
	d.tb.Helper()
	if d.keys = w.keys; w.key.press != "" {
		d.press(w.key.press, w.key.shows)
	}
}

// pressKeys presses keys for a time, at a person's pace, and returns how long each took to be answered.
func (d *desk) pressKeys(during time.Duration) []time.Duration {
	d.tb.Helper()
	var took []time.Duration
	for end := time.Now().Add(during); time.Now().Before(end); {
		for _, k := range d.keys {
			pace()
			took = append(took, d.press(k.press, k.shows))
		}
	}
	return took
}

// pace waits for as long as fast fingers do, out of step with the frames.
func pace() { elapse(20*time.Millisecond + rand.N(60*time.Millisecond)) }

// rawAnswers is how long a program that does nothing else takes to answer, in the same terminal on the same machine.
func rawAnswers(tb testing.TB, during time.Duration) []time.Duration {
	tb.Helper()
	cmd := exec.Command(os.Args[0])
	cmd.Env = append(os.Environ(), echoEnv+"=1")
	t, _ := open(tb, 80, 24, cmd)
	var took []time.Duration
	for end := time.Now().Add(during); time.Now().Before(end); {
		pace()
		took = append(took, t.press("x\n", "echo x"))
		pace()
		took = append(took, t.press("y\n", "echo y"))
	}
	return took
}

// percentile is the value that p percent are at most.
func percentile(took []time.Duration, p int) float64 {
	sorted := slices.Sorted(slices.Values(took))
	return float64(sorted[min(len(sorted)*p/100, len(sorted)-1)].Microseconds()) / 1000
}

// used is the CPU time that the program has taken so far: user and system time of /proc/PID/stat, in hundredths.
func (t *terminal) used() time.Duration {
	t.tb.Helper()
	stat, err := os.ReadFile(fmt.Sprintf("/proc/%d/stat", t.cmd.Process.Pid))
	if err != nil {
		t.tb.Fatal(err)
	}
	fields := strings.Fields(string(stat[bytes.LastIndexByte(stat, ')')+1:]))
	var ticks int
	for _, field := range fields[11:13] { // utime and stime, the 14th and 15th of all
		n, err := strconv.Atoi(field)
		if err != nil {
			t.tb.Fatal(err)
		}
		ticks += n
	}
	return time.Duration(ticks) * time.Second / 100
}

// memory is a line of /proc/PID/status in megabytes: VmRSS now, VmHWM at the most, RssAnon what no other process could share.
func (t *terminal) memory(name string) float64 {
	t.tb.Helper()
	status, err := os.ReadFile(fmt.Sprintf("/proc/%d/status", t.cmd.Process.Pid))
	if err != nil {
		t.tb.Fatal(err)
	}
	for line := range strings.Lines(string(status)) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			kilobytes, err := strconv.Atoi(strings.Fields(value)[0])
			if err != nil {
				t.tb.Fatal(err)
			}
			return float64(kilobytes) / 1024
		}
	}
	t.tb.Fatalf("no %s in %s", name, status)
	return 0
}
