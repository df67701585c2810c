package cli

import (
	"bufio"
	"bytes"
	"fmt"
	"os"
	"os/exec"
	"path/filepath"
	"strings"
	"sync"
	"syscall"
	"testing"

	"streamdesk/ui/cli/program"
)

// built is the program, once somebody needed it.
var built struct {
	once sync.Once
	dir  string
	err  error
}

// build builds the program once, and returns its path.
func build() (string, error) {
	built.once.Do(func() {
		if built.dir, built.err = os.MkdirTemp("", "streamdesk-"); built.err != nil {
			return
		}
		out, err := exec.Command("go", "build", "-o", built.dir, "streamdesk").CombinedOutput()
		if err != nil {
			built.err = fmt.Errorf("%w: %s", err, out)
		}
	})
	return filepath.Join(built.dir, "streamdesk"), built.err
}

// command is the built program with nothing but a server in its environment.
func command(t *testing.T, redis string, args ...string) *exec.Cmd {
	t.Helper()
	binary, err := build()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.Command(binary, args...)
	cmd.Env = []string{"HOME=" + t.TempDir(), "STREAMDESK_REDIS=redis://" + redis + "/0", "TERM=xterm"}
	return cmd
}

func TestTheProgramWithoutATerminal(t *testing.T) {
	for _, args := range [][]string{{}, {"demo"}} {
		cmd := command(t, "127.0.0.1:1", args...)
		var stdout, stderr bytes.Buffer
		cmd.Stdout, cmd.Stderr = &stdout, &stderr
		err := cmd.Run()
		if cmd.ProcessState.ExitCode() != program.ExitWrongUse || stdout.Len() > 0 {
			t.Errorf("%v: %v, stdout %q", args, err, stdout.String())
		}
		for _, part := range []string{"needs a terminal", "streamdesk tail", "streamdesk groups"} {
			if !strings.Contains(stderr.String(), part) {
				t.Errorf("%v: no %q in %q", args, part, stderr.String())
			}
		}
	}
}

func TestASignalEndsATailWell(t *testing.T) {
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	fill(t, client, clock)
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd := command(t, client.Options().Addr, "tail", "--from", "0")
		stdout, err := cmd.StdoutPipe()
		if err != nil {
			t.Fatal(err)
		}
		var stderr bytes.Buffer
		cmd.Stderr = &stderr
		if err := cmd.Start(); err != nil {
			t.Fatal(err)
		}
		line, err := bufio.NewReader(stdout).ReadString('\n')
		if err != nil || !strings.Contains(line, "workflow.started") {
			t.Errorf("first line %q, %v", line, err)
		}
		if err := cmd.Process.Signal(signal); err != nil {
			t.Fatal(err)
		}
		if err := cmd.Wait(); err != nil || stderr.String() != wrongType {
			t.Errorf("after %v: %v, stderr %q", signal, err, stderr.String())
		}
	}
}

func TestAReaderThatGoesEndsATailQuietly(t *testing.T) {
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	fill(t, client, clock)
	cmd := command(t, client.Options().Addr, "tail", "workflow.*", "--from", "0")
	reader, writer, err := os.Pipe()
	if err != nil {
		t.Fatal(err)
	}
	var stderr bytes.Buffer
	cmd.Stdout, cmd.Stderr = writer, &stderr
	if err := reader.Close(); err != nil {
		t.Fatal(err)
	}
	_ = cmd.Run() // it may die of SIGPIPE, as cat would
	if err := writer.Close(); err != nil {
		t.Fatal(err)
	}
	status, ok := cmd.ProcessState.Sys().(syscall.WaitStatus)
	if !ok || (cmd.ProcessState.ExitCode() != program.ExitDone && status.Signal() != syscall.SIGPIPE) || stderr.Len() > 0 {
		t.Errorf("%v, stderr %q", cmd.ProcessState, stderr.String())
	}
}
