package redistest

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"os"
	"os/exec"
	"strings"
	"syscall"
	"time"
)

const (
	binary = "redis-server"
	// startTimeout is far above the usual ~15 ms of a start, for a machine busy with other tests or a big AOF.
	startTimeout = 30 * time.Second
	// readyPoll is short compared with a start, so that polling adds nothing to it.
	readyPoll = time.Millisecond

	suspend = syscall.SIGSTOP
	resume  = syscall.SIGCONT
)

var errPortTaken = errors.New("the port is taken")

// process is a running redis-server.
type process struct {
	cmd    *exec.Cmd
	exited chan struct{} // closed when the process has ended and was waited for
}

// startProcess starts redis-server and returns once it answers on socket.
func startProcess(args []string, socket string, out *Output) (*process, error) {
	cmd := exec.Command(binary, args...)
	cmd.Stdout, cmd.Stderr = out, out
	cmd.SysProcAttr = dieWithParent()
	mark := out.Len()
	if err := cmd.Start(); err != nil {
		return nil, err
	}
	p := &process{cmd: cmd, exited: make(chan struct{})}
	go func() {
		defer close(p.exited)
		// The exit status says nothing new: the process was ended on purpose, or its output has the reason.
		_ = cmd.Wait()
	}()

	deadline := time.Now().Add(startTimeout)
	for !answers(socket) {
		select {
		case <-p.exited:
			said := out.Since(mark)
			if strings.Contains(said, "Address already in use") {
				return nil, errPortTaken
			}
			return nil, fmt.Errorf("it ended at once and said:\n%s", said)
		case <-time.After(readyPoll):
		}
		if time.Now().After(deadline) {
			return nil, errors.Join(fmt.Errorf("no answer within %s", startTimeout), p.kill())
		}
	}
	return p, nil
}

// answers reports whether the server behind socket has its data loaded. An error other than LOADING (NOAUTH, say) is
// an answer.
func answers(socket string) bool {
	conn, err := dialSocket(socket)
	if err != nil {
		return false
	}
	defer func() { _ = conn.Close() }() // it only read; a failed close loses nothing
	if err := conn.SetDeadline(time.Now().Add(startTimeout)); err != nil {
		return false
	}
	if _, err := conn.Write([]byte("PING\r\n")); err != nil {
		return false
	}
	return pong(conn)
}

func pong(conn net.Conn) bool {
	reply := make([]byte, 64)
	n, err := conn.Read(reply)
	return err == nil && !bytes.HasPrefix(reply[:n], []byte("-LOADING"))
}

func (p *process) pid() int { return p.cmd.Process.Pid }

func (p *process) signal(sig os.Signal) error {
	if err := p.cmd.Process.Signal(sig); err != nil {
		return fmt.Errorf("redistest: send %s to redis-server: %w", sig, err)
	}
	return nil
}

func (p *process) kill() error {
	if err := p.cmd.Process.Kill(); err != nil && !errors.Is(err, os.ErrProcessDone) {
		return fmt.Errorf("redistest: kill redis-server: %w", err)
	}
	<-p.exited
	return nil
}

func (p *process) wait(ctx context.Context) error {
	select {
	case <-p.exited:
		return nil
	case <-ctx.Done():
		return errors.Join(fmt.Errorf("redistest: redis-server did not end: %w", ctx.Err()), p.kill())
	}
}
