package embedded_test

import (
	"bufio"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"testing"
)

// talk is a connection that shows replies exactly as they came, which go-redis does not.
type talk struct {
	conn net.Conn
	in   *bufio.Reader
}

// The shapes of a reply: besides these, int64, string (bulk), []any (array) and nil (null).
type (
	status   string
	errorSay string
	verbatim string
	mapping  []any // names and values in turn
)

func dial(t testing.TB, addr string) *talk {
	t.Helper()
	conn, err := net.Dial("tcp", addr)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = conn.Close() })
	return &talk{conn: conn, in: bufio.NewReader(conn)}
}

// do sends one command, its words separated by spaces, and returns the reply.
func (c *talk) do(t fataler, command string) any {
	t.Helper()
	c.send(t, command)
	return c.receive(t)
}

// fataler is what testing.TB and rapid.T have in common.
type fataler interface {
	Helper()
	Fatalf(format string, args ...any)
}

func (c *talk) send(t fataler, command string) {
	t.Helper()
	c.sendWords(t, strings.Fields(command)...)
}

func (c *talk) sendWords(t fataler, words ...string) {
	t.Helper()
	var b strings.Builder
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(word), word)
	}
	if _, err := io.WriteString(c.conn, b.String()); err != nil {
		t.Fatalf("send %q: %v", words, err)
	}
}

func (c *talk) receive(t fataler) any {
	t.Helper()
	v, err := readReply(c.in)
	if err != nil {
		t.Fatalf("receive: %v", err)
	}
	return v
}

func readReply(in *bufio.Reader) (any, error) {
	line, err := in.ReadString('\n')
	if err != nil {
		return nil, err
	}
	kind, rest := line[0], strings.TrimRight(line[1:], "\r\n")
	switch kind {
	case '+':
		return status(rest), nil
	case '-':
		return errorSay(rest), nil
	case '_':
		return nil, nil
	}
	n, err := strconv.Atoi(rest)
	if err != nil {
		return nil, fmt.Errorf("reply %q: %w", line, err)
	}
	switch {
	case kind == ':':
		return int64(n), nil
	case n < 0:
		return nil, nil
	case kind == '$' || kind == '=':
		text := make([]byte, n+2)
		_, err := io.ReadFull(in, text)
		if kind == '=' {
			return verbatim(text[:n]), err
		}
		return string(text[:n]), err
	case kind == '*':
		return readReplies(in, n)
	case kind == '%':
		pairs, err := readReplies(in, 2*n)
		return mapping(pairs), err
	}
	return nil, fmt.Errorf("reply %q of an unknown kind", line)
}

func readReplies(in *bufio.Reader, n int) ([]any, error) {
	list := make([]any, n)
	for i := range list {
		var err error
		if list[i], err = readReply(in); err != nil {
			return nil, err
		}
	}
	return list, nil
}
