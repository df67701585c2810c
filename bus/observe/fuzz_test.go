package observe

import (
	"testing"

	"streamdesk/bus/internal/wire"
)

// FuzzStreamInfo has an answer to XINFO STREAM … FULL be anything: whatever it is, reading it ends.
func FuzzStreamInfo(f *testing.F) {
	f.Add("*4\r\n$6\r\nlength\r\n:3\r\n$6\r\ngroups\r\n*1\r\n*2\r\n$4\r\nname\r\n$1\r\ng\r\n")
	f.Add("*2\r\n$6\r\ngroups\r\n*1\r\n*4\r\n$4\r\nname\r\n:1\r\n$9\r\nconsumers\r\n*1\r\n$1\r\na\r\n")
	f.Add("*1\r\n:1\r\n")
	f.Fuzz(func(t *testing.T, raw string) {
		r, err := wire.Parse([]byte(raw))
		if err != nil {
			return
		}
		if s := readStream("s", r); s.Key != "s" {
			t.Fatalf("the stream is called %q", s.Key)
		}
	})
}
