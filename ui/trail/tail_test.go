package trail

import (
	"errors"
	"os"
	"path/filepath"
	"reflect"
	"testing"
	"time"

	"streamdesk/bus/recording"
	"streamdesk/model"
)

var acked = time.UnixMicro(1762341120000001).UTC()

// tailed is an audit file, its tail, and a function that fails unless the tail tells those actions next.
func tailed(t *testing.T) (f *File, expect func(what string, want ...recording.Action)) {
	t.Helper()
	f = newFile(t)
	t.Cleanup(func() { _ = f.Close() }) // the lines were read
	tail := &Tail{Path: f.Path, Profile: f.Profile, Address: f.Address}
	return f, func(what string, want ...recording.Action) {
		t.Helper()
		got, err := tail.Actions()
		for i := range got {
			got[i].At = got[i].At.UTC()
		}
		if err != nil || !reflect.DeepEqual(got, want) {
			t.Errorf("%s: %+v, %v\nwant %+v", what, got, err, want)
		}
	}
}

func write(t *testing.T, f *File, c *Change) {
	t.Helper()
	if err := f.Write(c); err != nil {
		t.Fatal(err)
	}
}

// ack is a change of three entries by two commands.
func ack(at time.Time, err error) (*Change, recording.Action) {
	c := &Change{
		At: at, Action: "ack", Stream: "events:a", Group: "g", IDs: []model.Position{{Ms: 1}, {Ms: 2}, {Ms: 3}}, Err: err,
		Receipts: []model.Receipt{{Command: model.Command{"XACK", "events:a", "g", "1-0", "2-0"}}, {Command: model.Command{"XACK", "events:a", "g", "3-0"}}},
	}
	a := recording.Action{At: at, Name: "ack", Stream: "events:a", Group: "g", Who: "ada@desk", IDs: 3}
	if err != nil {
		a.Err = err.Error()
	}
	return c, a
}

func TestATailTellsEachChangeOnce(t *testing.T) {
	f, expect := tailed(t)
	expect("there is no file")
	first, one := ack(acked, nil)
	second, two := ack(acked.Add(time.Second), errors.New("connection lost"))
	write(t, f, first)
	write(t, f, second)
	expect("two changes", one, two)
	expect("nothing more")
	other, _ := ack(acked, nil)
	write(t, &File{Path: f.Path, Profile: "another", Address: f.Address, User: f.User}, other)
	write(t, &File{Path: f.Path, Profile: f.Profile, Address: "elsewhere:6379", User: f.User}, other)
	expect("changes of other servers")
	if err := f.WriteBulk(&Bulk{At: acked, Action: "import", Streams: []string{"a", "b"}, First: model.Position{Ms: 1}, Last: model.Position{Ms: 9}, Count: 7}); err != nil {
		t.Fatal(err)
	}
	expect("a bulk", recording.Action{At: acked, Name: "import", Who: "ada@desk", IDs: 7})
}

func TestATailTellsAChangeAgainWhenMoreOfItComes(t *testing.T) {
	f, expect := tailed(t)
	whole, want := ack(acked, nil)
	part := *whole
	part.Receipts = whole.Receipts[:1]
	write(t, f, &part)
	half := want
	half.IDs = 2
	expect("its first command", half)
	part.Receipts = whole.Receipts[1:]
	write(t, f, &part)
	expect("its second", want)
}

func TestATailOutlivesWhatHappensToTheFile(t *testing.T) {
	f, expect := tailed(t)
	first, one := ack(acked, nil)
	write(t, f, first)
	expect("one change", one)
	text, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	second, two := ack(acked.Add(time.Second), nil)
	write(t, f, second)
	more, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	put := func(text []byte) {
		t.Helper()
		if err := os.WriteFile(f.Path, text, fileMode); err != nil {
			t.Fatal(err)
		}
	}
	half := (len(text) + len(more)) / 2
	put(more[:len(text)+20])
	expect("half a line")
	put(more[:half+20])
	expect("still no whole change's end", func() []recording.Action {
		a := two
		a.IDs = 2
		return []recording.Action{a}
	}()...)
	put(more)
	expect("the rest of it", two)
	put(append(more, "not JSON\n{\"time\":\"soon\"}\n"...))
	expect("lines that can't be read")
	put(text)
	expect("a file that was cut short", one)
	rotated := filepath.Join(filepath.Dir(f.Path), "audit.jsonl.1")
	if err := os.Rename(f.Path, rotated); err != nil {
		t.Fatal(err)
	}
	expect("a file that was taken away")
	put(more)
	expect("a new one", one, two)
	if err := os.Rename(f.Path, rotated); err != nil {
		t.Fatal(err)
	}
	put(more)
	expect("one that was replaced", one, two)
}
