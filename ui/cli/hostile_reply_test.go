//go:build unix

package cli

import (
	"bytes"
	"encoding/json"
	"os/exec"
	"strconv"
	"strings"
	"sync/atomic"
	"syscall"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

// lies are answers that cost memory or never end. Each is given to the command of Redis that is named. limit is the max size of a reply
// in MB; empty for the default.
var lies = []struct{ name, command, answer, says, limit string }{
	{"a terabyte announced", "SCAN", "$1000000000000\r\n", "a string of 931.3 GB, and the limit is 512 MB", ""},
	{"a billion elements", "SCAN", "*1000000000\r\n", "an array of 1000000000 elements", ""},
	{"a line without end", "SCAN", "+x" + redistest.Endless, "a line of more than 65536 bytes", ""},
	{"an error without end", "SCAN", "-ERR x" + redistest.Endless, "a line of more than 65536 bytes", ""},
	{"a string without end", "SCAN", "$16770000\r\nx" + redistest.Endless, "", "16"},
	{"arrays in arrays", "SCAN", strings.Repeat("*1\r\n", 100_000), "arrays in arrays", ""},
	{"another protocol", "PING", "HTTP/1.1 400 Bad Request\r\n\r\n", `it begins with "HTTP/1.1 400 Bad Request"`, ""},
	{"another protocol at once", "HELLO", "HTTP/1.1 400 Bad Request\r\n\r\n", `it begins with "HTTP/1.1 400 Bad Request"`, ""},
	{"no reply", "SCAN", "\x00\x1b]0;gotcha\x07\r\n", `it begins with "\x00\x1b]0;gotcha`, ""},
	{"a walk without end", "SCAN", "*2\r\n$1\r\n7\r\n*0\r\n", "SCAN never ends", ""},
}

// lookingCommands ask the server for its streams first.
var lookingCommands = [][]string{{"streams"}, {"groups"}, {"consumers"}, {"tail", "--last", "1"}, {"export", "*"}, {"workflow", "wf-1"}, {"workflows"}, {"doctor"}, {"scheduled"}}

func TestALyingServerEndsACommandWithWhatItSaidAndLittleMemory(t *testing.T) {
	t.Parallel()
	for _, lie := range lies {
		liar := redistest.StartLiar(t, func(command []string) string {
			if strings.EqualFold(command[0], lie.command) {
				return lie.answer
			}
			return ""
		})
		t.Run(lie.name, func(t *testing.T) {
			t.Parallel()
			cmd := severalCommand(t, liar.Addr(), lookingCommands)
			if lie.limit != "" {
				cmd.Env = append(cmd.Env, "STREAMDESK_MAX_REPLY="+lie.limit)
			}
			var stderr, stdout bytes.Buffer
			cmd.Stderr, cmd.Stdout = &stderr, &stdout
			if code := endsInTime(t, cmd); code != program.ExitDone || stderr.Len() > 0 {
				t.Errorf("the process ends with %d: %.400s", code, stderr.String())
			}
			usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
			const most = 300 << 10 // KB, as getrusage counts
			if lie.says != "" && usage.Maxrss > most && usage.Maxrss > idleMemory(t) {
				t.Errorf("%d MB of memory", usage.Maxrss>>10)
			}
			told := json.NewDecoder(&stdout)
			for _, args := range lookingCommands {
				var r ran
				if err := told.Decode(&r); err != nil {
					t.Fatalf("%s: what it did isn't told: %v", args[0], err)
				}
				toldByDoctor := args[0] == "doctor" && r.Code == program.ExitDone
				if r.Code != program.ExitFailed && !toldByDoctor || strings.Contains(r.Err, "goroutine") {
					t.Errorf("%s: exit %d: %.400s", args[0], r.Code, r.Err)
				}
				if said := r.Err + r.Out; lie.says != "" && !strings.Contains(said, lie.says) {
					t.Errorf("%s says %q, want %q", args[0], said, lie.says)
				}
				if strings.ContainsAny(r.Err, "\x1b\x07\x00") {
					t.Errorf("%s: raw bytes on stderr: %q", args[0], r.Err)
				}
			}
		})
	}
}

// endsInTime runs a command that is to end by itself, and is its exit code.
func endsInTime(t *testing.T, cmd *exec.Cmd) int {
	t.Helper()
	if err := cmd.Start(); err != nil {
		t.Fatal(err)
	}
	var stuck atomic.Bool
	timer := time.AfterFunc(2*patience, func() { stuck.Store(true); _ = cmd.Process.Kill() })
	defer timer.Stop()
	_ = cmd.Wait() // how it ended is in its state
	if stuck.Load() {
		t.Error("it doesn't end")
	}
	return cmd.ProcessState.ExitCode()
}

// idleMemory is what a program that does nothing is counted with here, in KB: a child's largest size begins with that of the
// process it was started from.
func idleMemory(t *testing.T) int64 {
	t.Helper()
	cmd := programtest.Command(t, "127.0.0.1:1", "version")
	if err := cmd.Run(); err != nil {
		t.Fatal(err)
	}
	usage, _ := cmd.ProcessState.SysUsage().(*syscall.Rusage)
	return usage.Maxrss + usage.Maxrss/4 // the next may begin with more
}

// A setting makes the limit smaller.
func TestTheLimitOfRepliesCanBeSet(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a.b", Values: []string{"data", strings.Repeat("x", 3<<20)}}).Err(); err != nil {
		t.Fatal(err)
	}
	for limit, code := range map[int]int{2: program.ExitFailed, 4: program.ExitDone} {
		cmd := programtest.Command(t, server.Addr(), "export", "*")
		cmd.Env = append(cmd.Env, "STREAMDESK_MAX_REPLY="+strconv.Itoa(limit))
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if got := endsInTime(t, cmd); got != code || code == program.ExitFailed && !strings.Contains(stderr.String(), "and the limit is 2 MB") {
			t.Errorf("at %d MB: exit %d, %s", limit, got, stderr.String())
		}
	}
}

func TestTheDeskStaysUpBeforeALyingServerAndSaysWhatCame(t *testing.T) {
	t.Parallel()
	liar := redistest.StartLiar(t, func(command []string) string {
		if strings.EqualFold(command[0], "SCAN") {
			return "*1000000000\r\n"
		}
		return ""
	})
	p := startInTerminal(t, programtest.Command(t, liar.Addr()))
	at := p.shows(t, 0, "1 Streams")
	p.shows(t, 0, "gives no proper answer: the reply is refused: an array of 1000000000")
	p.types(t, "?")
	p.shows(t, at, "Moving about")
	p.types(t, "q")
	p.types(t, "q")
	p.ends(t)
	wantGivenBack(t, p.written.String())
}
