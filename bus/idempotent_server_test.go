package bus_test

import (
	"bufio"
	"bytes"
	"fmt"
	"io"
	"net"
	"strconv"
	"strings"
	"sync"
	"testing"

	"streamdesk/bus/redistest"
)

// remembering stands in for a Redis 8.6: a real redis-server of an older version behind a translator that knows XADD …
// IDMP as the manual describes it, and forwards everything else. It is not that server, and shows only that the bus keeps
// to the manual.
type remembering struct {
	target string
	listen net.Listener
	open   sync.WaitGroup

	// Set before the first connection.
	denies   []string // commands that are answered with NOPERM: nothing can be looked for
	ignorant bool     // claims to know IDMP, and has the server refuse it as one that doesn't know it would

	mu         sync.Mutex
	known      map[string]string   // producer and number in a stream → entry ID
	order      map[string][]string // what is known of a producer in a stream, the oldest first
	duplicates int                 // repeated ones, answered from memory
}

// rememberedPerProducer is stream-idmp-maxsize's default.
const rememberedPerProducer = 100

// startRemembering starts one in front of a server; it ends with the test.
func startRemembering(t *testing.T, s *redistest.Server, set func(*remembering)) *remembering {
	t.Helper()
	listen, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	r := &remembering{target: s.Addr(), listen: listen, known: make(map[string]string), order: make(map[string][]string)}
	set(r)
	r.open.Go(r.accept)
	t.Cleanup(func() {
		_ = listen.Close()
		r.open.Wait() // clients were closed before
	})
	return r
}

func (r *remembering) addr() string { return r.listen.Addr().String() }

func (r *remembering) repeated() int {
	r.mu.Lock()
	defer r.mu.Unlock()
	return r.duplicates
}

func (r *remembering) accept() {
	for {
		client, err := r.listen.Accept()
		if err != nil {
			return
		}
		server, err := net.Dial("tcp", r.target)
		if err != nil {
			_ = client.Close()
			return
		}
		r.open.Go(func() {
			defer func() { _, _ = client.Close(), server.Close() }()
			r.serve(client, server)
		})
	}
}

// serve answers one request after the other.
func (r *remembering) serve(client, server io.ReadWriter) {
	requests, replies := bufio.NewReader(client), bufio.NewReader(server)
	forward := func(words []string) string {
		if _, err := server.Write(request(words)); err != nil {
			return ""
		}
		return readValue(replies)
	}
	for {
		words := readWords(requests)
		if words == nil {
			return
		}
		answer := r.answer(words, forward)
		if answer == "" {
			return
		}
		if _, err := io.WriteString(client, answer); err != nil {
			return
		}
	}
}

func (r *remembering) answer(words []string, forward func([]string) string) string {
	upper := strings.ToUpper(strings.Join(words[:min(len(words), 2)], " "))
	name, _, _ := strings.Cut(upper, " ")
	for _, denied := range r.denies {
		if denied == upper || denied == name {
			return "-NOPERM this user has no permissions to run the '" + strings.ToLower(denied) + "' command\r\n"
		}
	}
	switch {
	case name == "HELLO":
		return "-ERR unknown command 'HELLO'\r\n" // RESP2 is enough to translate
	case upper == "COMMAND DOCS":
		return "*2\r\n$4\r\nxadd\r\n*1\r\n$4\r\nIDMP\r\n"
	case upper == "XINFO STREAM" && len(words) == 3 && !r.ignorant:
		return withRemembered(forward(words))
	case name == "XADD" && strings.EqualFold(words[2], "idmp"):
		if r.ignorant {
			words[2] = "UNKNOWN" // to the server that is there, too
			return forward(words)
		}
		return r.add(words, forward)
	default:
		return forward(words)
	}
}

// add is XADD key IDMP producer number …
func (r *remembering) add(words []string, forward func([]string) string) string {
	r.mu.Lock()
	defer r.mu.Unlock()
	producer := words[1] + " " + words[3]
	entry := producer + " " + words[4]
	if id, ok := r.known[entry]; ok {
		r.duplicates++
		return id
	}
	id := forward(append([]string{words[0], words[1]}, words[5:]...))
	if !strings.HasPrefix(id, "$") {
		return id
	}
	r.known[entry] = id
	r.order[producer] = append(r.order[producer], entry)
	if list := r.order[producer]; len(list) > rememberedPerProducer {
		delete(r.known, list[0])
		r.order[producer] = list[1:]
	}
	return id
}

// withRemembered adds to XINFO STREAM's reply what a Redis 8.6 tells there.
func withRemembered(reply string) string {
	head, rest, _ := strings.Cut(reply, "\r\n")
	n, err := strconv.Atoi(strings.TrimPrefix(head, "*"))
	if err != nil {
		return reply // no such key
	}
	return fmt.Sprintf("*%d\r\n%s$13\r\nidmp-duration\r\n:100\r\n$12\r\nidmp-maxsize\r\n:%d\r\n", n+4, rest, rememberedPerProducer)
}

// request writes words as an array of bulk strings.
func request(words []string) []byte {
	var b bytes.Buffer
	fmt.Fprintf(&b, "*%d\r\n", len(words))
	for _, word := range words {
		fmt.Fprintf(&b, "$%d\r\n%s\r\n", len(word), word)
	}
	return b.Bytes()
}

// readWords reads an array of bulk strings; nil at the end.
func readWords(in *bufio.Reader) []string {
	var words []string
	head := readLine(in)
	n, err := strconv.Atoi(strings.TrimPrefix(head, "*"))
	if err != nil {
		return nil
	}
	for range n {
		size, err := strconv.Atoi(strings.TrimPrefix(readLine(in), "$"))
		if err != nil {
			return nil
		}
		word := make([]byte, size+len("\r\n"))
		if _, err := io.ReadFull(in, word); err != nil {
			return nil
		}
		words = append(words, string(word[:size]))
	}
	return words
}

func readLine(in *bufio.Reader) string {
	line, err := in.ReadString('\n')
	if err != nil {
		return ""
	}
	return strings.TrimSuffix(line, "\r\n")
}

// readValue reads one RESP2 value as it came; empty at the end.
func readValue(in *bufio.Reader) string {
	line := readLine(in)
	if line == "" {
		return ""
	}
	whole := line + "\r\n"
	n, _ := strconv.Atoi(line[1:])
	switch {
	case line[0] == '$' && n >= 0:
		text := make([]byte, n+len("\r\n"))
		if _, err := io.ReadFull(in, text); err != nil {
			return ""
		}
		whole += string(text)
	case line[0] == '*':
		for range n {
			whole += readValue(in)
		}
	}
	return whole
}
