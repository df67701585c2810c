package dialog

import (
	"bytes"
	"compress/gzip"
	"errors"
	"fmt"
	"io"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"
	"github.com/vmihailenco/msgpack/v5"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/model/payload"
)

// gzipped and its inverse are the standard library's.
func gzipped(t *testing.T, b []byte) string {
	t.Helper()
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, err := w.Write(b)
	if err := errors.Join(err, w.Close()); err != nil {
		t.Fatal(err)
	}
	return out.String()
}

// unpacked is what msgpack in gzip holds, read with the libraries.
func unpacked(t *testing.T, packed string) (value map[string]any) {
	t.Helper()
	r, err := gzip.NewReader(strings.NewReader(packed))
	if err != nil {
		t.Fatal(err)
	}
	b, err := io.ReadAll(r)
	if err = errors.Join(err, msgpack.Unmarshal(b, &value)); err != nil {
		t.Fatal(err)
	}
	return value
}

// TestWhatIsEditedGoesOutInTheFormThatItCameIn edits a packed entry of a real server, and injects another beside it; both are read back
// with the libraries.
func TestWhatIsEditedGoesOutInTheFormThatItCameIn(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client, ctx := server.Client(), t.Context()
	packed, err := msgpack.Marshal(map[string]any{"type": "workflow.failed", "workflow_id": "wf-1", "data": map[string]any{"attempt": 2}})
	if err != nil {
		t.Fatal(err)
	}
	id, err := model.ParsePosition(client.XAdd(ctx, &redis.XAddArgs{Stream: testStream, Values: []string{"trace", "t-1", "data", gzipped(t, packed)}}).Val())
	if err != nil {
		t.Fatal(err)
	}
	b, err := bus.Open(ctx, client, bus.WithDecoder(payload.New(&payload.Opener{})))
	if err != nil {
		t.Fatal(err)
	}
	target := Target{Stream: testStream, IDs: []model.Position{id}}
	d, cmd := NewRepublish(testEnv(OnBus(b)), target)
	shown := newHarness(t, d, cmd)
	shown.press("down*2 right")
	shown.shows(`"attempt": 2`)
	d.payload.area.Set(strings.Replace(d.payload.area.Text(), `"attempt": 2`, `"attempt": 3`, 1))
	d.form.FocusButton(buttonAct)
	shown.press("enter")
	shown.shows("✓ republished as")

	entries, err := b.Reader().Range(ctx, testStream, id, model.Position{}, 1)
	if err != nil {
		t.Fatal(err)
	}
	inject, cmd := NewInject(testEnv(OnBus(b)), DraftOf(b.Reader().Decode(entries[0])), nil, nil)
	shown = newHarness(t, inject, cmd)
	inject.form.FocusButton(buttonAct)
	shown.press("enter")
	shown.shows("✓ added as")

	all := client.XRange(ctx, testStream, "-", "+").Val()
	if len(all) != 3 || all[1].Values["trace"] != "t-1" {
		t.Fatalf("there are %v", all)
	}
	for i, want := range map[int]string{1: "3", 2: "2"} {
		data, _ := all[i].Values["data"].(string)
		event := unpacked(t, data)
		inner, _ := event["data"].(map[string]any)
		if event["workflow_id"] != "wf-1" || len(inner) != 1 || fmt.Sprint(inner["attempt"]) != want {
			t.Errorf("entry %d holds %v", i, event)
		}
	}
}

// What can't be written again can't be edited, and says why before anything is sent.
func TestWhatCantBeWrittenAgainCantBeEdited(t *testing.T) {
	t.Parallel()
	f := newFakeBus()
	id := f.add(1000, "\x08\x96\x01\x12\x07testing\x1a\x02\x08\x01")
	d, cmd := NewRepublish(testEnv(f), Target{Stream: testStream, IDs: []model.Position{id}})
	b := newHarness(t, d, cmd)
	b.shows("It can't be edited. protobuf by wire type", "name its .proto file, or its descriptor set, in a [[schema]] of the settings.")
	b.press("down*2 right")
	b.shows("as it is, byte for byte")
	f.wants(t)
}
