//go:build linux

package budget

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"net"
	"strconv"
	"time"
)

// The load speaks the server's protocol itself, with commands that are made once: with a client library in between, 100,000
// events a second would take more of a small machine than the desk and the server together.

// command is one in the server's protocol.
func command(args ...string) []byte {
	b := fmt.Appendf(nil, "*%d\r\n", len(args))
	for _, arg := range args {
		b = fmt.Appendf(b, "$%d\r\n%s\r\n", len(arg), arg)
	}
	return b
}

// dial connects to the server until ctx ends.
func dial(ctx context.Context, addr string) (net.Conn, error) {
	var d net.Dialer
	conn, err := d.DialContext(ctx, "tcp", addr)
	if err != nil {
		return nil, err
	}
	context.AfterFunc(ctx, func() { _ = conn.Close() })
	return conn, nil
}

// Parts of an event that differ from one to the next, as they stand in the command that is made once.
const (
	eventMark, workflowMark = "000000000000", "wf-000000"
	timeForm                = "2006-01-02T15:04:05.000000Z"
)

// eventTemplate is the command that adds an event of about the size that the bus's own have.
type eventTemplate struct {
	text                []byte
	event, workflow, at int // where the parts begin that differ
}

func newEventTemplate(stream string) eventTemplate {
	payload := fmt.Sprintf(`{"id":"0192d1f0-5f3a-7c3e-9a51-%s","type":%q,"workflow_id":%q,"timestamp":%q,`+
		`"data":{"step":7,"of":40},"source_agent":"coordinator"}`, eventMark, stream[len("events:"):], workflowMark, timeForm)
	text := command("XADD", stream, "MAXLEN", "~", strconv.Itoa(loadMaxLen), "*", "data", payload)
	return eventTemplate{
		text, bytes.Index(text, []byte(eventMark)), bytes.Index(text, []byte(workflowMark)) + len("wf-"),
		bytes.Index(text, []byte(timeForm)),
	}
}

// append writes the command for the n-th event.
func (t eventTemplate) append(b []byte, n int, at []byte) []byte {
	from := len(b)
	b = append(b, t.text...)
	putDigits(b[from+t.event:][:len(eventMark)], n)
	putDigits(b[from+t.workflow:][:len(workflowMark)-len("wf-")], n/100)
	copy(b[from+t.at:], at)
	return b
}

func putDigits(b []byte, n int) {
	for i := len(b) - 1; i >= 0; i-- {
		b[i] = byte('0' + n%10)
		n /= 10
	}
}

// publish keeps the pace; what a busy machine has held up for longer than a moment is not made up for.
func publish(ctx context.Context, addr string, streams []string, rate int) error {
	conn, err := dial(ctx, addr)
	if err != nil {
		return err
	}
	answered := make(chan error, 1)
	go func() { answered <- allWell(conn) }()
	templates := make([]eventTemplate, len(streams))
	for i, stream := range streams {
		templates[i] = newEventTemplate(stream)
	}
	ticker := time.NewTicker(loadTick)
	defer ticker.Stop()
	var buffer []byte
	for started, sent := time.Now(), 0; ; {
		select {
		case <-ctx.Done():
			return nil
		case err := <-answered:
			return err
		case <-ticker.C:
		}
		due := int(time.Since(started).Seconds() * float64(rate))
		if most := rate / 10; due-sent > most {
			sent = due - most
		}
		at := time.Now().UTC().AppendFormat(nil, timeForm)
		buffer = buffer[:0]
		for ; sent < due; sent++ {
			buffer = templates[sent%len(templates)].append(buffer, sent, at)
		}
		if _, err := conn.Write(buffer); err != nil {
			return fmt.Errorf("publish: %w", err)
		}
	}
}

// allWell reads answers until the connection ends or one is an error.
func allWell(conn net.Conn) error {
	answers := bufio.NewReaderSize(conn, 1<<16)
	for {
		line, err := answers.ReadSlice('\n')
		if err != nil {
			return fmt.Errorf("publish: %w", err)
		}
		if line[0] == '-' {
			return errors.New(string(bytes.TrimSpace(line)))
		}
	}
}

// skim reads all that is new in a group, and acknowledges it unread (NOACK): four groups that acknowledge 100,000 entries a
// second each would take all that a server has.
func skim(ctx context.Context, addr string, streams []string, group, consumer string) error {
	conn, err := dial(ctx, addr)
	if err != nil {
		return err
	}
	args := append([]string{"XREADGROUP", "GROUP", group, consumer, "COUNT", "1000", "NOACK", "STREAMS"}, streams...)
	for range streams {
		args = append(args, ">")
	}
	// The answer to a PING behind it shows where its answer ends.
	read, end := append(command(args...), command("PING")...), []byte("+PONG\r\n")
	buffer := make([]byte, 1<<18)
	ticker := time.NewTicker(20 * time.Millisecond)
	defer ticker.Stop()
	for {
		select {
		case <-ctx.Done():
			return nil
		case <-ticker.C:
		}
		if _, err := conn.Write(read); err != nil {
			return fmt.Errorf("read: %w", err)
		}
		for first, kept := true, 0; ; first = false {
			n, err := conn.Read(buffer[kept:])
			if err != nil {
				return fmt.Errorf("read: %w", err)
			}
			got := buffer[:kept+n]
			if first && got[0] == '-' {
				return errors.New(string(bytes.TrimSpace(got)))
			}
			if bytes.HasSuffix(got, end) {
				break
			}
			kept = copy(buffer, got[max(len(got)-len(end), 0):])
		}
	}
}
