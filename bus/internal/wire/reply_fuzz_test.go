package wire

import (
	"errors"
	"runtime"
	"strings"
	"testing"

	"streamdesk/bus/fault"
)

// seeds are replies as servers send them, in both protocols, and some that no server sends.
var seeds = []string{
	"+OK\r\n", "-WRONGTYPE Operation against a key\r\n", ":12\r\n", "$-1\r\n", "*-1\r\n", "_\r\n", "#t\r\n", ",1.5\r\n",
	"$3\r\na\r\n\r\n", "=7\r\ntxt:abc\r\n", "!5\r\nERR x\r\n", "*2\r\n:1\r\n$1\r\nb\r\n", "%1\r\n$1\r\nk\r\n*0\r\n",
	"*1\r\n*2\r\n$1\r\ns\r\n*1\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n",
	"%1\r\n$1\r\ns\r\n*2\r\n*2\r\n$3\r\n1-1\r\n*2\r\n$1\r\na\r\n$1\r\nb\r\n*2\r\n$3\r\n2-1\r\n*-1\r\n",
	"*9223372036854775807\r\n", "$9223372036854775807\r\nabc\r\n", "$-5\r\n", "*-7\r\n", "%4611686018427387905\r\n", "*1000000\r\n*1000000\r\n",
	"", "\r\n", "*1", "$3\r\nab", strings.Repeat("*1\r\n", 100),
}

func FuzzReply(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		r, err := Parse(raw)
		var refused ServerError
		if err != nil && !errors.Is(err, fault.ErrReply) && !errors.As(err, &refused) {
			t.Fatalf("an error of another kind: %v", err)
		}
		_ = r.brief()
		_ = r.Entries("s")
	})
}

func FuzzStreams(f *testing.F) {
	for _, seed := range seeds {
		f.Add([]byte(seed))
	}
	f.Fuzz(func(t *testing.T, raw []byte) {
		entries, err := ParseStreams(raw)
		var refused ServerError
		if err != nil && !errors.Is(err, fault.ErrReply) && !errors.As(err, &refused) {
			t.Fatalf("an error of another kind: %v", err)
		}
		if len(entries) > len(raw) {
			t.Fatalf("%d entries out of %d bytes", len(entries), len(raw))
		}
	})
}

func TestLengthsThatAreClaimedAreNotBelieved(t *testing.T) {
	claims := []byte(strings.Repeat("*9000000\r\n", maxReplyDepth) + strings.Repeat("x", 1<<20))
	var before, after runtime.MemStats
	runtime.ReadMemStats(&before)
	_, replyErr := Parse(claims)
	_, streamsErr := ParseStreams([]byte("*1\r\n*2\r\n$1\r\ns\r\n*900000000\r\n"))
	runtime.ReadMemStats(&after)
	if replyErr == nil || streamsErr == nil {
		t.Fatal("a broken reply was read")
	}
	if grown := after.TotalAlloc - before.TotalAlloc; grown > 16<<20 {
		t.Errorf("%d bytes were set aside", grown)
	}
}
