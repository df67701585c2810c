package cli

import (
	"bufio"
	"bytes"
	"os"
	"strings"
	"syscall"
	"testing"

	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

func TestTheProgramWithoutATerminal(t *testing.T) {
	t.Parallel()
	for _, args := range [][]string{{}, {"demo"}} {
		cmd := programtest.Command(t, "127.0.0.1:1", args...)
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
	t.Parallel()
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	fill(t, client, clock)
	for _, signal := range []os.Signal{os.Interrupt, syscall.SIGTERM} {
		cmd := programtest.Command(t, client.Options().Addr, "tail", "--from", "0")
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
	t.Parallel()
	clock := &handClock{now: atNoon}
	client := startEmbedded(t, clock.Now)
	fill(t, client, clock)
	cmd := programtest.Command(t, client.Options().Addr, "tail", "workflow.*", "--from", "0")
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
