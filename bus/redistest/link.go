package redistest

import (
	"bufio"
	"bytes"
	"crypto/rand"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
)

// link is one proxied connection. One goroutine reads requests and one reads replies.
//
// To lose exactly one reply, the link sends an ECHO of its own before and after the request. Replies before the first marker
// belong to earlier requests and pass; replies up to the second marker are dropped. The second marker proves that the server
// has run the request.
type link struct {
	proxy          *Proxy
	client, server net.Conn
	once           sync.Once
	gone           chan struct{} // closed when the link is cut
	inMulti        bool          // requests only: between MULTI and EXEC
	held           *fault        // requests only: matched inside MULTI, waits for EXEC

	mu   sync.Mutex
	loss *loss // the reply being lost, nil when everything passes
}

type loss struct {
	before, after []byte // before is empty for a transaction: every reply is dropped
	fault         *fault
}

func newLink(p *Proxy, client, server net.Conn) *link {
	return &link{proxy: p, client: client, server: server, gone: make(chan struct{})}
}

// cut closes both ends. Closing only fails when the peer has closed first, which is fine.
func (l *link) cut() {
	l.once.Do(func() {
		close(l.gone)
		_ = l.client.Close()
		_ = l.server.Close()
	})
}

// forward runs the link until either end closes or a fault cuts it.
func (l *link) forward() {
	var wg sync.WaitGroup
	wg.Go(func() {
		defer l.cut()
		l.forwardRequests()
	})
	wg.Go(func() {
		defer l.cut()
		l.forwardReplies()
	})
	wg.Wait()
}

// pass waits while the proxy is paused, and reports whether the link still exists.
func (l *link) pass() bool {
	select {
	case <-l.proxy.gate():
		return true
	case <-l.gone:
		return false
	}
}

func (l *link) forwardRequests() {
	in := bufio.NewReader(l.client)
	for {
		raw, words, err := readRequest(in)
		if err != nil || !l.pass() {
			return
		}
		if f := l.struck(words); f != nil {
			if !f.loseReply {
				close(f.done)
				return
			}
			raw = l.lose(f, raw, strings.EqualFold(words[0], "EXEC"))
		}
		if _, err := l.server.Write(raw); err != nil {
			return
		}
	}
}

// struck returns the fault to apply to this request. A fault that matches inside MULTI is held until EXEC. While a reply is
// being lost, other faults wait for the next link; otherwise their markers would reach the client.
func (l *link) struck(words []string) *fault {
	l.mu.Lock()
	losing := l.loss != nil
	l.mu.Unlock()
	if losing {
		return nil
	}
	f := l.proxy.strike(words)
	if f == nil {
		f = l.held
	}
	switch strings.ToUpper(words[0]) {
	case "MULTI":
		l.inMulti = true
	case "EXEC", "DISCARD":
		l.inMulti, l.held = false, nil
	}
	if l.inMulti && f != nil && f.loseReply {
		l.held = f
		return nil
	}
	return f
}

// lose puts markers around raw and makes the replies' side watch for them. A transaction has no room for a first marker: all
// replies still on their way are lost with it.
func (l *link) lose(f *fault, raw []byte, transaction bool) []byte {
	before, after := rand.Text(), rand.Text()
	watch := &loss{after: bulk(after), fault: f}
	var framed []byte
	if !transaction {
		watch.before = bulk(before)
		framed = echo(before)
	}
	l.mu.Lock()
	l.loss = watch
	l.mu.Unlock()
	return append(append(framed, raw...), echo(after)...)
}

func (l *link) forwardReplies() {
	var pending []byte
	chunk := make([]byte, 32<<10)
	for {
		n, err := l.server.Read(chunk)
		pending = append(pending, chunk[:n]...)
		pass, rest, struck := l.sift(pending)
		if len(pass) > 0 {
			if !l.pass() {
				return
			}
			if _, err := l.client.Write(pass); err != nil {
				return
			}
		}
		if struck != nil {
			l.cut()
			close(struck.done)
			return
		}
		if err != nil {
			return
		}
		pending = append(pending[:0], rest...)
	}
}

// sift splits the server's output into what the client may get and what has to wait for more. It returns the fault once the
// reply to be lost is complete.
func (l *link) sift(said []byte) (pass, rest []byte, struck *fault) {
	l.mu.Lock()
	loss := l.loss
	l.mu.Unlock()
	if loss == nil {
		return said, nil, nil
	}
	at := bytes.Index(said, loss.before)
	if at < 0 {
		// The marker may have begun at the end of the output.
		keep := min(len(said), len(loss.before)-1)
		return said[:len(said)-keep], said[len(said)-keep:], nil
	}
	if bytes.Contains(said[at:], loss.after) {
		return said[:at], nil, loss.fault
	}
	return said[:at], said[at:], nil
}

func echo(word string) []byte {
	return append([]byte("*2\r\n$4\r\nECHO\r\n"), bulk(word)...)
}

func bulk(word string) []byte {
	return fmt.Appendf(nil, "$%d\r\n%s\r\n", len(word), word)
}

// readRequest reads one request, an array of bulk strings or an inline line, and returns its raw bytes and its words.
func readRequest(in *bufio.Reader) (raw []byte, words []string, err error) {
	line, err := in.ReadBytes('\n')
	if err != nil {
		return nil, nil, err
	}
	raw = line
	if line[0] != '*' {
		if words = strings.Fields(string(line)); len(words) == 0 {
			words = []string{""}
		}
		return raw, words, nil
	}
	count, err := strconv.Atoi(strings.TrimSpace(string(line[1:])))
	if err != nil {
		return nil, nil, err
	}
	for range count {
		header, err := in.ReadBytes('\n')
		if err != nil {
			return nil, nil, err
		}
		size, err := strconv.Atoi(strings.TrimSpace(string(header[1:])))
		if err != nil {
			return nil, nil, err
		}
		if size < 0 {
			return nil, nil, fmt.Errorf("redistest: a request holds a string of length %d", size)
		}
		word := make([]byte, size+len("\r\n"))
		if _, err := io.ReadFull(in, word); err != nil {
			return nil, nil, err
		}
		raw = append(append(raw, header...), word...)
		words = append(words, string(word[:size]))
	}
	if len(words) == 0 {
		words = []string{""}
	}
	return raw, words, nil
}
