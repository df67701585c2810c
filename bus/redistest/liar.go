package redistest

import (
	"bufio"
	"errors"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"
)

// Liar is a fake server: it gives the answers of a test, and otherwise just enough for a client to connect. [StartLiar]
// starts one.
type Liar struct {
	answer   func(command []string) string
	listener net.Listener
	serving  sync.WaitGroup

	mu    sync.Mutex
	conns map[net.Conn]struct{}
}

// Endless marks the end of a Liar's answer that is repeated until the client has gone: "+x" + Endless is a line without end.
const Endless = "\x00endless"

// StartLiar starts a server for t. answer gets the words of each command as they were sent, and returns the bytes of the
// reply. When it returns "", the server replies as one without streams would.
func StartLiar(t testing.TB, answer func(command []string) string) *Liar {
	t.Helper()
	listener, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	l := &Liar{answer: answer, listener: listener, conns: map[net.Conn]struct{}{}}
	l.serving.Go(l.accept)
	t.Cleanup(l.close)
	return l
}

// Addr returns its host:port.
func (l *Liar) Addr() string { return l.listener.Addr().String() }

func (l *Liar) close() {
	_ = l.listener.Close() // accept ends with it
	l.mu.Lock()
	for conn := range l.conns {
		_ = conn.Close()
	}
	l.mu.Unlock()
	l.serving.Wait()
}

func (l *Liar) accept() {
	for {
		conn, err := l.listener.Accept()
		if err != nil {
			return
		}
		l.mu.Lock()
		l.conns[conn] = struct{}{}
		l.mu.Unlock()
		l.serving.Go(func() {
			defer func() { _ = conn.Close() }()
			l.serve(conn)
		})
	}
}

func (l *Liar) serve(conn net.Conn) {
	from := bufio.NewReader(conn)
	for {
		command, err := readCommand(from)
		if err != nil {
			return
		}
		answer := l.answer(command)
		if answer == "" {
			answer = honest(command)
		}
		text, endless := strings.CutSuffix(answer, Endless)
		if _, err := io.WriteString(conn, text); err != nil {
			return
		}
		for endless {
			if _, err := io.WriteString(conn, strings.Repeat(text[len(text)-1:], 1<<16)); err != nil {
				return
			}
		}
	}
}

// readCommand reads a command in the form that clients write.
func readCommand(from *bufio.Reader) ([]string, error) {
	number := func(kind byte) (int, error) {
		line, err := from.ReadString('\n')
		if err != nil {
			return 0, err
		}
		if line[0] != kind {
			return 0, errors.New("no command")
		}
		return strconv.Atoi(strings.TrimSpace(line[1:]))
	}
	n, err := number('*')
	if err != nil {
		return nil, err
	}
	command := make([]string, 0, n)
	for range n {
		size, err := number('$')
		if err != nil {
			return nil, err
		}
		word := make([]byte, size+2)
		if _, err := io.ReadFull(from, word); err != nil {
			return nil, err
		}
		command = append(command, string(word[:size]))
	}
	return command, nil
}

// honest returns the answer of a server without streams.
func honest(command []string) string {
	switch strings.ToUpper(command[0]) {
	case "PING":
		return "+PONG\r\n"
	case "CLIENT", "SELECT", "AUTH", "READONLY":
		return "+OK\r\n"
	case "SCAN":
		return "*2\r\n$1\r\n0\r\n*0\r\n"
	case "INFO":
		const info = "redis_version:7.0.15\r\nredis_mode:standalone\r\n"
		return fmt.Sprintf("$%d\r\n%s\r\n", len(info), info)
	case "TIME":
		return "*2\r\n$10\r\n1762344000\r\n$1\r\n0\r\n"
	case "XRANGE", "XREVRANGE", "COMMAND":
		return "*0\r\n"
	}
	return "-ERR unknown command\r\n"
}
