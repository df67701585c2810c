package tail

import (
	"bytes"
	"fmt"
	"testing"

	"streamdesk/bus/internal/wire"
)

// BenchmarkTailParse reads the reply of an XREAD over 26 streams; the time is that of one entry.
func BenchmarkTailParse(b *testing.B) {
	const streams, each = 26, 31
	var raw bytes.Buffer
	payload := bytes.Repeat([]byte("x"), 190)
	fmt.Fprintf(&raw, "*%d\r\n", streams)
	for s := range streams {
		fmt.Fprintf(&raw, "*2\r\n$10\r\nevents:s%02d\r\n*%d\r\n", s, each)
		for e := range each {
			fmt.Fprintf(&raw, "*2\r\n$15\r\n1700000000%03d-0\r\n*2\r\n$4\r\ndata\r\n$%d\r\n%s\r\n", e, len(payload), payload)
		}
	}
	b.ReportAllocs()
	for i := 0; i < b.N; i += streams * each {
		entries, err := wire.ParseStreams(raw.Bytes())
		if err != nil || len(entries) != streams*each {
			b.Fatal(len(entries), err)
		}
	}
}

// BenchmarkTailBatch is the work of the tail on one read of 26 streams, from the reply to the batch; the time is that of one entry.
func BenchmarkTailBatch(b *testing.B) {
	const streams, each = 26, 31
	t := newTail((&wire.Conn{}).Look(), Source{}, Options{}.withDefaults())
	var read tailRead
	var raw bytes.Buffer
	fmt.Fprintf(&raw, "*%d\r\n", streams)
	for s := range streams {
		key := fmt.Sprintf("events:s%02d", s)
		read.streams = append(read.streams, &stream{key: key})
		fmt.Fprintf(&raw, "*2\r\n$10\r\n%s\r\n*%d\r\n", key, each)
		for e := range each {
			fmt.Fprintf(&raw, "*2\r\n$15\r\n1700000000%03d-%d\r\n*2\r\n$4\r\ndata\r\n$1\r\nx\r\n", e, s%10)
		}
	}
	b.ReportAllocs()
	for i := 0; i < b.N; i += streams * each {
		entries, err := wire.ParseStreams(raw.Bytes())
		if err != nil {
			b.Fatal(err)
		}
		t.accept(read, entries, 500)
		if batch, _ := t.take(); len(batch.Entries) != streams*each {
			b.Fatal(len(batch.Entries))
		}
	}
}
