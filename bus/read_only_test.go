package bus_test

import (
	"context"
	"errors"
	"io"
	"net"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe/tail"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// contents are all keys of a server with their values.
func contents(t *testing.T, client *redis.Client) (all string) {
	t.Helper()
	for _, key := range must(client.Keys(t.Context(), "*").Result())(t) {
		all += key + must(client.Dump(t.Context(), key).Result())(t)
	}
	return all
}

// reading are the calls of [everyCall] that change nothing.
var reading = []string{
	"Open", "Flush", "Close", "Tail", "History", "Replay", "Replay to now", "ReplaySpans", "Entries", "PendingOf", "PlanTrimBefore",
	"Snapshot", "Discover", "Server", "Delivery", "Range", "RangeBack", "Pending", "DeadLetters", "PlanTrim", "PlanMaxLen", "PlanSetID",
}

// lasting are those that try again, or have their errors elsewhere.
var lasting = []string{"Publish", "PublishSync", "Consume", "ConsumeBatch", "Loader"}

// TestAReadOnlyBusRefusesEveryChange calls everything on a bus that is told to refuse, and on one whose connections alone do.
func TestAReadOnlyBusRefusesEveryChange(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]bus.Option{"the bus": {bus.WithReadOnly()}, "the connections": nil} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t)
			whole := serve(t, server.Client())
			whole.add(t, "events:a.b", 1, 1)
			whole.deliver(t, "events:a.b", "g", "c", 1)
			before := contents(t, whole.client)
			o := server.Options()
			if name == "the connections" {
				o.Dialer = bus.OnlyReads(redis.NewDialer(o))
			}
			o.MaxRetries = -1
			client := redis.NewClient(o)
			t.Cleanup(func() { _ = client.Close() })
			s := serve(t, client, append(opts, bus.WithPatience(1))...)
			for call, do := range everyCall(soon(t), t, s) {
				if slices.Contains(reading, call) || name == "the connections" && slices.Contains(lasting, call) {
					continue
				}
				err := do()
				if !errors.Is(err, fault.ErrReadOnly) || errors.Is(err, fault.ErrUncertain) {
					t.Errorf("%s: %v", call, err)
				}
			}
			if after := contents(t, whole.client); after != before {
				t.Errorf("the server was changed from %q to %q", before, after)
			}
			if snapshot := must(s.Reader().Snapshot(t.Context(), []string{"events:a.b"}))(t); snapshot.Streams[0].Length != 1 {
				t.Errorf("it sees %+v", snapshot)
			}
		})
	}
}

// passed are commands that a server counts among those that write or can't be in a script, and that change nothing. They aren't tried:
// a connection that is subscribed has messages come before the next command's reply.
var passed = []string{
	"auth", "hello", "subscribe", "psubscribe", "unsubscribe", "punsubscribe", "role", "xread", "asking", "readonly", "readwrite",
}

// TestReadOnlyConnectionsSendNoCommandThatWrites tries every command of the server that writes, or is for its administrators.
func TestReadOnlyConnectionsSendNoCommandThatWrites(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	o := server.Options()
	o.Dialer = bus.OnlyReads(redis.NewDialer(o))
	o.MaxRetries = -1
	client := redis.NewClient(o)
	t.Cleanup(func() { _ = client.Close() })
	tried := 0
	for name, info := range must(server.Client().Command(t.Context()).Result())(t) {
		if slices.Contains(passed, name) || !slices.ContainsFunc(info.Flags, func(flag string) bool { return flag == "write" || flag == "admin" || flag == "noscript" }) {
			continue
		}
		for _, args := range [][]any{{name}, {name, "events:a.b", "g"}, {name, "get", "x"}, {strings.ToUpper(name), "events:a.b", "g", "c", "d", "e", "f", "h"}} {
			var refused redis.Error
			switch err := client.Do(t.Context(), args...).Err(); {
			case errors.Is(err, fault.ErrReadOnly):
				tried++
			case (len(args) == 1 || args[1] == "get") && errors.As(err, &refused):
			case name == "config" || name == "xreadgroup" || name == "client" || name == "waitaof":
				if len(args) == 1 || args[1] == "get" {
					continue
				}
				fallthrough
			default:
				t.Errorf("%q was sent: %v", args, err)
			}
		}
	}
	if tried < 200 || server.Client().DBSize(t.Context()).Val() != 0 {
		t.Errorf("%d were refused, %d keys", tried, server.Client().DBSize(t.Context()).Val())
	}
}

// TestReadOnlyConnectionsPassEveryRead has everything that a reader asks pass, on a server that is asked for the first time and on one
// that denies COMMAND, which is probed in other ways.
func TestReadOnlyConnectionsPassEveryRead(t *testing.T) {
	t.Parallel()
	for name, opts := range map[string][]redistest.Option{"any": nil, "without COMMAND": {redistest.WithConfig("rename-command", "COMMAND", "")}} {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t, opts...)
			whole := serve(t, server.Client())
			whole.add(t, "events:a.b", 1, 1)
			whole.deliver(t, "events:a.b", "g", "c", 1)
			o := server.Options()
			o.Dialer = bus.OnlyReads(redis.NewDialer(o))
			client := redis.NewClient(o)
			t.Cleanup(func() { _ = client.Close() })
			s := serve(t, client)
			calls := everyCall(soon(t), t, s)
			for _, call := range reading {
				switch call {
				case "Close", "Tail", "Replay to now": // the first ends the bus, the others don't end
				default:
					if err := calls[call](); err != nil {
						t.Errorf("%s: %v", call, err)
					}
				}
			}
			must(s.Reader().Clients(t.Context()))(t)
			must(0, whole.client.HSet(t.Context(), model.LimitKey("events:", "g"), model.FieldPerSecond, 5).Err())(t)
			if control, _, err := s.Reader().Control(t.Context(), "g"); err != nil || control.PerSecond != 5 {
				t.Errorf("what is set for the group is %+v, %v", control, err)
			}
			if groups := must(s.Reader().Snapshot(t.Context(), []string{"events:a.b"}))(t).Streams[0].Groups; groups[0].Control == nil {
				t.Error("a snapshot doesn't know what is set for the group")
			}
			must(s.Reader().Scheduled(t.Context(), "", 3))(t)
			must(s.Reader().Can(t.Context()))(t)
			for _, err := range s.Reader().Tail(t.Context(), tail.Options{}) {
				if err != nil {
					t.Error(err)
				}
				break
			}
		})
	}
}

// TestReadOnlyConnectionsSeeThroughEverySplit writes commands a byte at a time, and words that look like commands.
func TestReadOnlyConnectionsSeeThroughEverySplit(t *testing.T) {
	t.Parallel()
	const get, set = "*2\r\n$4\r\nXLEN\r\n$9\r\n*1\r\n$3\r\nx\r\n", "*3\r\n$3\r\nsEt\r\n$1\r\nk\r\n$1\r\nv\r\n"
	for text, refused := range map[string]bool{
		get + get: false, get + set: true, set: true, "SET k v\r\n": true, "\r\nSET k v\r\n": true, "*0\r\n" + set: true,
		"*-1\r\n": true, "*1\r\n$4\r\nPING\r\n": false, "*1\r\n$99999999999\r\n": true, strings.Repeat("*", 100): true,
		"*1\r\n$10\r\nXAUTOCLAIM\r\n": false, "*2\r\n$10\r\nXAUTOCLAIM\r\n$1\r\nk\r\n": true, "*1\r\n$6\r\nCONFIG\r\n": true,
		"*3\r\n$6\r\nCLIENT\r\n$4\r\nKILL\r\n$1\r\nx\r\n": true, "*2\r\n$4\r\nXLEN\r\n$40\r\n" + strings.Repeat("k", 40) + "\r\n": false,
		"*1\r\n$40\r\n" + strings.Repeat("k", 40) + "\r\n": true,
	} {
		for _, step := range []int{1, 2, 7, len(text)} {
			near, far := net.Pipe()
			conn := must(bus.OnlyReads(func(context.Context, string, string) (net.Conn, error) { return near, nil })(t.Context(), "", ""))(t)
			got := make(chan string)
			go func() { got <- readAll(far) }()
			var err error
			for part := range slices.Chunk([]byte(text), step) {
				if _, err = conn.Write(part); err != nil {
					break
				}
			}
			_ = conn.Close()
			if sent := <-got; errors.Is(err, fault.ErrReadOnly) != refused || strings.HasSuffix(sent, set) || !refused && sent != text {
				t.Errorf("%q in steps of %d: %v, sent %q", text, step, err, sent)
			}
		}
	}
}

func readAll(conn net.Conn) string {
	text, _ := io.ReadAll(conn) // it ends with the pipe
	return string(text)
}
