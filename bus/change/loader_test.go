package change_test

import (
	"errors"
	"slices"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// loaderOn returns a loader that reaches a server by an address, and closes it at the end.
func loaderOn(t *testing.T, server *redistest.Server, address string) *change.Loader {
	t.Helper()
	o := server.Options()
	o.Addr = address
	client := redis.NewClient(o)
	t.Cleanup(func() { _ = client.Close() })
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(t.Context()) })
	l := b.Writer().NewLoader()
	t.Cleanup(func() { _ = l.Close() })
	return l
}

// load adds entries; the test ends when none could be sent.
func load(t *testing.T, l *change.Loader, entries ...model.Entry) []change.Loaded {
	t.Helper()
	done, err := l.Add(t.Context(), entries)
	if err != nil || len(done) != len(entries) {
		t.Fatalf("%d results of %d, %v", len(done), len(entries), err)
	}
	return done
}

// numbered returns an entry with an ID and a field.
func numbered(ms uint64, value string) model.Entry {
	return model.Entry{Stream: "events:a", ID: model.Position{Ms: ms}, Fields: []model.Field{{Name: "data", Value: value}}}
}

func TestALoaderAddsBytesAsTheyAreAndTellsOfEach(t *testing.T) {
	server := redistest.Start(t)
	if err := server.Client().Set(t.Context(), "events:text", "x", 0).Err(); err != nil {
		t.Fatal(err)
	}
	l := loaderOn(t, server, server.Addr())
	odd := model.Entry{Stream: "events:a", ID: model.Position{Ms: 5, Seq: 1}, Fields: []model.Field{
		{Name: "", Value: ""}, {Name: "\r\n$3\r\n", Value: "\x00\xff\r\n"}, {Name: "data", Value: strings.Repeat("long ", 100_000)},
	}}
	fresh := numbered(0, "new")
	wrong := numbered(0, "nowhere")
	wrong.Stream = "events:text"
	done := load(t, l, odd, numbered(5, "before"), wrong, fresh)
	if done[0].Err != nil || done[0].ID != odd.ID {
		t.Errorf("the odd one: %+v", done[0])
	}
	if !done[1].BehindLast() || !done[1].Refused() {
		t.Errorf("the one behind: %+v", done[1])
	}
	if !done[2].Refused() || !strings.Contains(done[2].Err.Error(), "WRONGTYPE") {
		t.Errorf("the one of a key that is no stream: %+v", done[2])
	}
	if done[3].Err != nil || done[3].ID.IsZero() {
		t.Errorf("the one without an ID: %+v", done[3])
	}
	got := server.Client().Do(t.Context(), "XRANGE", "events:a", "5-1", "5-1")
	var want []any
	for _, f := range odd.Fields {
		want = append(want, f.Name, f.Value)
	}
	list, _ := got.Slice()
	if len(list) != 1 {
		t.Fatalf("there is %v", got)
	}
	entry, _ := list[0].([]any)
	if fields, _ := entry[1].([]any); !slices.Equal(fields, want) {
		t.Error("the server holds other bytes")
	}
}

func TestALoaderWhoseIdleConnectionWasClosedMakesAnother(t *testing.T) {
	server := redistest.Start(t)
	l := loaderOn(t, server, server.Addr())
	load(t, l, numbered(1, "a"))
	if err := server.Client().Do(t.Context(), "CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes").Err(); err != nil {
		t.Fatal(err)
	}
	l.LieIdle()
	if done := load(t, l, numbered(2, "b")); done[0].Err != nil {
		t.Errorf("after an idle time: %v", done[0].Err)
	}
}

func TestALoaderTellsWhichEntriesAreUncertain(t *testing.T) {
	server := redistest.Start(t)
	proxy := redistest.StartProxy(t, server.Addr())
	l := loaderOn(t, server, proxy.Addr())
	load(t, l, numbered(1, "a"))
	cut := proxy.DropReplyTo(func(words []string) bool { return words[0] == "xadd" && words[len(words)-1] == "c" })
	done := load(t, l, numbered(2, "b"), numbered(3, "c"), numbered(4, "d"))
	<-cut
	if done[2].Err == nil || !errors.Is(done[1].Err, fault.ErrUncertain) || !errors.Is(done[2].Err, fault.ErrUncertain) {
		t.Errorf("%+v", done)
	}
	if done := load(t, l, numbered(5, "e")); done[0].Err != nil {
		t.Errorf("on the next connection: %v", done[0].Err)
	}
	server.Kill()
	l.LieIdle()
	if done := load(t, l, numbered(6, "f")); done[0].Err == nil || errors.Is(done[0].Err, fault.ErrUncertain) || done[0].Refused() {
		t.Errorf("with no server there: %+v", done[0])
	}
}
