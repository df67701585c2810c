package embedded_test

import (
	"fmt"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamdesk/bus/embedded"
	"streamdesk/bus/redistest"
)

// pair is one connection to the embedded server and one to a real Redis, which get the same commands.
type pair struct{ ours, real *talk }

func newPair(t testing.TB) pair {
	t.Helper()
	truth := startReal(t)
	s, err := embedded.Start()
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(s.Close)
	return pair{ours: dial(t, s.Addr()), real: dial(t, truth)}
}

// startReal starts a real Redis of the version the embedded server claims to be, and returns its address.
func startReal(tb testing.TB) string {
	tb.Helper()
	s := redistest.Start(tb)
	if v := infoField(tb, dial(tb, s.Addr()), "redis_version"); !strings.HasPrefix(v, "7.0.") {
		tb.Skipf("the embedded server is a Redis 7.0; this machine's is %s", v)
	}
	return s.Addr()
}

func infoField(t testing.TB, c *talk, name string) string {
	t.Helper()
	var text string
	switch v := c.do(t, "INFO").(type) {
	case string:
		text = v
	case verbatim:
		text = string(v)
	}
	for line := range strings.Lines(text) {
		if value, ok := strings.CutPrefix(line, name+":"); ok {
			return strings.TrimSpace(value)
		}
	}
	return ""
}

// same sends the command to both and fails when they answer differently.
func (p pair) same(t fataler, command string, history ...string) {
	t.Helper()
	want, got := normal(command, p.real.do(t, command)), normal(command, p.ours.do(t, command))
	if !reflect.DeepEqual(want, got) {
		t.Fatalf("after\n\t%s\n%s\n redis:    %s\n embedded: %s", strings.Join(history, "\n\t"), command, show(want), show(got))
	}
}

func show(v any) string { return fmt.Sprintf("%#v", v) }

// Redis counts milliseconds since 1970; anything this large in a reply is such a time.
const someTime = 1_000_000_000_000

// normal replaces what may differ from one moment or server to the next.
func normal(command string, v any) any {
	words := strings.Fields(strings.ToUpper(command))
	switch words[0] {
	case "XPENDING":
		if rows, ok := v.([]any); ok && len(words) > 3 {
			for _, row := range rows {
				row.([]any)[2] = "idle"
			}
		}
	case "SCAN", "KEYS":
		if parts, ok := v.([]any); ok && words[0] == "SCAN" {
			sortTexts(parts[1])
		} else {
			sortTexts(v)
		}
	}
	return timeless(v)
}

func sortTexts(v any) {
	if list, ok := v.([]any); ok {
		slices.SortFunc(list, func(a, b any) int { return strings.Compare(a.(string), b.(string)) })
	}
}

func timeless(v any) any {
	switch v := v.(type) {
	case int64:
		if v > someTime {
			return "time"
		}
	case mapping:
		timelessFields(v)
	case []any:
		timelessFields(v)
	}
	return v
}

func timelessFields(list []any) {
	for i := range list {
		list[i] = timeless(list[i])
		if i == 0 {
			continue
		}
		switch list[i-1] {
		case "idle", "radix-tree-keys", "radix-tree-nodes":
			list[i] = "varies"
		}
	}
}

// TestSequencesAnswerAsRedis runs hand-written sequences, each line one command, against both servers.
func TestSequencesAnswerAsRedis(t *testing.T) {
	p := newPair(t)
	for _, seq := range sequences {
		for _, protocol := range []string{"2", "3"} {
			t.Run(seq.name+"/RESP"+protocol, func(t *testing.T) {
				for _, c := range []*talk{p.ours, p.real} {
					c.do(t, "HELLO "+protocol)
					c.do(t, "FLUSHALL")
				}
				var done []string
				for line := range strings.Lines(seq.commands) {
					if line = strings.TrimSpace(line); line != "" {
						p.same(t, line, done...)
						done = append(done, line)
					}
				}
			})
		}
	}
}

// TestRandomSequencesAnswerAsRedis lets rapid look for a sequence of commands on which the servers differ.
func TestRandomSequencesAnswerAsRedis(t *testing.T) {
	p := newPair(t)
	rapid.Check(t, func(rt *rapid.T) {
		protocol := anyOf("2", "3").Draw(rt, "protocol")
		for _, c := range []*talk{p.ours, p.real} {
			if said, bad := c.do(rt, "HELLO "+protocol).(errorSay); bad {
				rt.Fatalf("HELLO: %s", said)
			}
			c.do(rt, "FLUSHALL")
		}
		commands := append(slices.Clone(opening), rapid.SliceOfN(anyCommand(), 30, 90).Draw(rt, "commands")...)
		for i, command := range commands {
			p.same(rt, command, commands[:i]...)
			p.same(rt, "XINFO STREAM a FULL COUNT 0", commands[:i+1]...)
		}
		for _, command := range inspections {
			p.same(rt, command, commands...)
		}
	})
}

// opening makes sure that most of the commands that follow find something.
var opening = []string{
	"SET text words", "XADD a 1-1 f v", "XADD a 2-1 f v", "XADD a 3-1 f v", "XADD b 1-2 f v",
	"XGROUP CREATE a g 0", "XGROUP CREATE b h 0", "XREADGROUP GROUP g x COUNT 2 STREAMS a >",
}

// inspections show everything there is about both keys.
var inspections = []string{
	"XINFO STREAM a FULL COUNT 0", "XINFO STREAM b FULL COUNT 0", "XINFO STREAM a", "XINFO STREAM b",
	"XINFO GROUPS a", "XINFO GROUPS b", "XPENDING a g", "XPENDING a g - + 100", "XPENDING b h - + 100",
	"XRANGE a - +", "XREVRANGE b + -", "SCAN 0 COUNT 1000", "SCAN 0 COUNT 1000 TYPE stream", "DBSIZE",
}
