package transfer_test

import (
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/transfer"
	"streamdesk/model"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(redistest.Shared(m)) }

const stream = "events:a.b"

// open opens a bus on a new server that holds so many entries, 1-1, 2-1 and so on.
func open(t *testing.T, entries int) (*bus.Bus, *redis.Client) {
	t.Helper()
	client := redistest.Start(t).Client()
	pipe := client.Pipeline()
	for i := range entries {
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, ID: fmt.Sprintf("%d-1", i+1), Values: []string{"data", strings.Repeat("x", 100)}})
	}
	if _, err := pipe.Exec(t.Context()); err != nil && entries > 0 {
		t.Fatal(err)
	}
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		ctx, cancel := context.WithTimeout(context.Background(), time.Minute)
		defer cancel()
		if err := b.Close(ctx); err != nil {
			t.Error(err)
		}
	})
	return b, client
}

// export exports the stream.
func export(ctx context.Context, t *testing.T, b *bus.Bus, to io.Writer, o transfer.ExportOptions) (transfer.Exported, error) {
	t.Helper()
	streams, err := b.Reader().Snapshot(t.Context(), []string{stream})
	if err != nil {
		t.Fatal(err)
	}
	return transfer.Export(ctx, b, &streams, transfer.Output{Name: "e.jsonl", To: to}, o)
}

func TestWhatIsExportedIsImportedOnceAndNeverTwice(t *testing.T) {
	from, _ := open(t, 3000)
	to, client := open(t, 0)
	var lines, again bytes.Buffer
	told := int64(0)
	done, err := export(t.Context(), t, from, &lines, transfer.ExportOptions{Progress: func(read, all int64) { told = all }})
	if err != nil || done.Entries != 3000 || done.Last.String() != stream+"/3000-1" || done.Bytes != int64(lines.Len()) || told != 3000 {
		t.Fatalf("%+v, %v, told of %d", done, err, told)
	}
	for _, want := range []struct{ added, there int64 }{{3000, 0}, {0, 3000}} {
		l, err := transfer.NewLines("lines", bytes.NewReader(lines.Bytes()), int64(lines.Len()))
		if err != nil {
			t.Fatal(err)
		}
		done, err := transfer.Import(t.Context(), to, l, transfer.ImportOptions{KeepIDs: true})
		if err != nil || done.Added.Count != want.added || done.There != want.there || done.Line != 3001 || done.Streams != 1 {
			t.Errorf("%+v, %v, want %+v", done, err, want)
		}
	}
	if _, err := export(t.Context(), t, to, &again, transfer.ExportOptions{}); err != nil || again.String() != lines.String() {
		t.Errorf("exported again it is another, %v", err)
	}
	if n := client.XLen(t.Context(), stream).Val(); n != 3000 {
		t.Errorf("%d entries", n)
	}
}

// full takes so many bytes.
type full struct{ left int }

var errFull = errors.New("no space left")

func (f *full) Write(b []byte) (int, error) {
	n := min(f.left, len(b))
	if f.left -= n; n < len(b) {
		return n, errFull
	}
	return n, nil
}

// Nothing is left running, as the end of this package's tests tells.
func TestAnExportThatEndsEarlyTellsWhatHasGoneOut(t *testing.T) {
	b, _ := open(t, 5000)
	done, err := export(t.Context(), t, b, &full{left: 300 << 10}, transfer.ExportOptions{})
	if !errors.Is(err, errFull) || done.Entries == 0 || done.Entries == 5000 || done.Last.ID != (model.Position{Ms: uint64(done.Entries), Seq: 1}) {
		t.Errorf("%+v, %v", done, err)
	}
	ctx, stop := context.WithCancel(t.Context())
	seen := int64(0)
	done, err = export(ctx, t, b, io.Discard, transfer.ExportOptions{Only: func(*model.Record) bool {
		seen++
		if seen == 1500 {
			stop()
		}
		return true
	}})
	if !errors.Is(err, context.Canceled) || done.Entries < 1500 || done.Entries == 5000 || done.Entries != seen {
		t.Errorf("%+v, %v after %d", done, err, seen)
	}
}

func TestAReplayWhosePlaceCannotBeKeptEnds(t *testing.T) {
	b, client := open(t, 2500)
	broken := errors.New("broken")
	o := transfer.ReplayOptions{
		Streams: []string{stream}, Into: func(string) string { return "events:again" },
		Keep: func(*transfer.Replayed) error { return broken },
	}
	done, err := transfer.Replay(t.Context(), b, b, o)
	if !errors.Is(err, broken) || done.After.String() != stream+"/1000-1" || done.Added.Count != 1000 {
		t.Fatalf("%+v, %v", done, err)
	}
	o.After, o.Keep = done.After, nil
	if done, err = transfer.Replay(t.Context(), b, b, o); err != nil || done.Added.Count != 1500 {
		t.Errorf("%+v, %v", done, err)
	}
	if n := client.XLen(t.Context(), "events:again").Val(); n != 2500 {
		t.Errorf("%d entries, want each once", n)
	}
}
