package observe_test

import (
	"errors"
	"go/ast"
	"go/parser"
	"go/token"
	"io/fs"
	"os"
	"path/filepath"
	"reflect"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe"
	"streamdesk/bus/observe/tail"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// readsOf are the commands that wire makes reads of, as an ACL names them: xinfo|stream.
func readsOf(t *testing.T) (reads []string) {
	t.Helper()
	containers := []string{"xinfo", "config", "command", "xgroup", "client"}
	file, err := parser.ParseFile(token.NewFileSet(), "../internal/wire/read.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	ast.Inspect(file, func(n ast.Node) bool {
		literal, ok := n.(*ast.CompositeLit)
		if !ok || len(literal.Elts) == 0 {
			return true
		}
		var words []string
		for _, e := range literal.Elts[:min(len(literal.Elts), 2)] {
			if word, ok := e.(*ast.BasicLit); ok && word.Kind == token.STRING {
				text, _ := strconv.Unquote(word.Value)
				words = append(words, strings.ToLower(text))
			}
		}
		switch {
		case len(words) == 2 && slices.Contains(containers, words[0]):
			reads = append(reads, words[0]+"|"+words[1])
		case len(words) > 0:
			reads = append(reads, words[0])
		}
		return true
	})
	slices.Sort(reads)
	if reads = slices.Compact(reads); len(reads) < 12 {
		t.Fatalf("found only %q", reads)
	}
	return reads
}

// bare are those that are sent without what they would work on, and that nobody needs a right to.
var bare = []string{"xautoclaim", "waitaof", "xdelex", "xreadgroup"}

// TestWhoLooksHasNoWayToSendAnythingElse: observe and tail import nothing that sends but wire, and of wire they name nothing that
// leads to a connection.
func TestWhoLooksHasNoWayToSendAnythingElse(t *testing.T) {
	imports := []string{
		"streamdesk/model", "streamdesk/model/payload", "streamdesk/model/sorting", "streamdesk/bus/fault", "streamdesk/bus/internal/wire", "streamdesk/bus/observe/tail",
	}
	senders := []string{"Conn", "Sender", "XAdd", "OnceOn", "Change"}
	files := 0
	err := filepath.WalkDir(".", func(path string, _ fs.DirEntry, err error) error {
		if err != nil || !strings.HasSuffix(path, ".go") || strings.HasSuffix(path, "_test.go") {
			return err
		}
		files++
		file, err := parser.ParseFile(token.NewFileSet(), path, nil, 0)
		if err != nil {
			return err
		}
		for _, i := range file.Imports {
			name, _ := strconv.Unquote(i.Path.Value)
			standard := !strings.Contains(name, ".") && !strings.HasPrefix(name, "streamdesk/") && !strings.HasPrefix(name, "net") && name != "syscall" && name != "unsafe"
			if i.Name != nil || !standard && !slices.Contains(imports, name) {
				t.Errorf("%s imports %s", path, i.Path.Value)
			}
		}
		ast.Inspect(file, func(n ast.Node) bool {
			if s, ok := n.(*ast.SelectorExpr); ok && slices.Contains(senders, s.Sel.Name) {
				t.Errorf("%s names %s", path, s.Sel.Name)
			}
			if l, ok := n.(*ast.CompositeLit); ok {
				if s, ok := l.Type.(*ast.SelectorExpr); ok && s.Sel.Name == "Read" {
					t.Errorf("%s makes a read by itself", path)
				}
			}
			return true
		})
		return nil
	})
	if err != nil || files < 20 {
		t.Fatal(files, err)
	}
}

// TestTheReadsAreNamed: bus/README.md and the type's own words have each of them.
func TestTheReadsAreNamed(t *testing.T) {
	for file, from := range map[string]string{"../README.md": "Looking changes nothing.", "../internal/wire/read.go": "changes nothing"} {
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		_, rest, found := strings.Cut(string(text), from)
		if !found {
			t.Fatalf("%s says nowhere: %s", file, from)
		}
		words, _, _ := strings.Cut(rest, "PING")
		for _, read := range readsOf(t) {
			for word := range strings.SplitSeq(strings.ToUpper(read), "|") {
				if !regexp.MustCompile(`\b` + word + `\b`).MatchString(words) {
					t.Errorf("%s doesn't name %s", file, read)
				}
			}
		}
	}
}

// looks has every method of a reader look at what there is.
func looks(t *testing.T, rd *observe.Reader) map[string]func() error {
	t.Helper()
	ctx := t.Context()
	first, last := model.Position{Ms: 1}, model.Position{Ms: 5}
	one := []model.Position{first}
	stream := &model.Stream{Key: "events:a", Length: 5, First: first, Last: last}
	group := &model.Group{Name: "g", LastDelivered: model.Position{Ms: 2}, Oldest: &model.Pending{ID: first}, Pending: 2}
	all := func(of func(yield func(model.Entry, error) bool)) (err error) {
		for _, e := range of {
			err = errors.Join(err, e)
		}
		return err
	}
	return map[string]func() error{
		"Discover":            func() error { _, err := rd.Discover(ctx); return err },
		"DiscoverDeadLetters": func() error { _, err := rd.DiscoverDeadLetters(ctx); return err },
		"Snapshot":            func() error { _, err := rd.Snapshot(ctx, []string{"events:a", "events:text"}); return err },
		"Server":              func() error { _, err := rd.Server(ctx); return err },
		"Clients":             func() error { _, err := rd.Clients(ctx); return err },
		"Control":             func() error { _, _, err := rd.Control(ctx, "g"); return err },
		"Can":                 func() error { _, err := rd.Can(ctx); return err },
		"Range":               func() error { _, err := rd.Range(ctx, "events:a", first, last, 3); return err },
		"RangeBack":           func() error { _, err := rd.RangeBack(ctx, "events:a", last, first, 3); return err },
		"Entries":             func() error { _, err := rd.Entries(ctx, "events:a", one); return err },
		"Delivery":            func() error { _, err := rd.Delivery(ctx, model.Key{Stream: "events:a", ID: first}); return err },
		"PendingOf":           func() error { _, err := rd.PendingOf(ctx, "events:a", "g", one); return err },
		"DeadLetters":         func() error { _, err := rd.DeadLetters(ctx, "events:a", model.Position{}, 3); return err },
		"LookAt":              func() error { _, _, err := rd.LookAt(ctx, "events:a", "g"); return err },
		"CountBetween":        func() error { _, err := rd.CountBetween(ctx, stream, model.Position{Ms: 2}, last); return err },
		"Arrivals":            func() error { _, err := rd.Arrivals(ctx, stream, time.UnixMilli(0), time.UnixMilli(6), 3); return err },
		"EntryAt":             func() error { _, _, err := rd.EntryAt(ctx, stream, 2); return err },
		"PendingBefore":       func() error { _, err := rd.PendingBefore(ctx, "events:a", group, model.Position{Ms: 2}); return err },
		"EntriesRead":         func() error { _, _, err := rd.EntriesRead(ctx, "events:a", model.Position{Ms: 3}); return err },
		"Pending": func() error {
			_, err := rd.Pending(ctx, observe.PendingQuery{Stream: "events:a", Group: "g", MinIdle: time.Millisecond, Payloads: true})
			return err
		},
		"Replay":      func() error { return all(rd.Replay(ctx, []string{"events:a"}, first, model.Position{})) },
		"ReplaySpans": func() error { return all(rd.ReplaySpans(ctx, []observe.Span{{Stream: "events:a", To: last}}, 10)) },
		"Pages": func() (err error) {
			for _, err = range rd.Pages(ctx, observe.Span{Stream: "events:a", To: last}) {
				if err != nil {
					break
				}
			}
			return err
		},
		"History": func() (err error) {
			for _, err = range rd.History(ctx, observe.HistoryQuery{Streams: []string{"events:a"}}) {
				if err != nil {
					break
				}
			}
			return err
		},
		"Tail": func() (err error) {
			for _, err = range rd.Tail(ctx, tail.Options{Backlog: 2}) {
				break
			}
			return err
		},
		"Now":           func() error { _, err := rd.Now(ctx); return err },
		"Scheduled":     func() error { _, err := rd.Scheduled(ctx, "", 3); return err },
		"FindScheduled": func() error { _, err := rd.FindScheduled(ctx, "events:a", "e1"); return err },
		// They ask nobody.
		"Prefix":        func() error { _ = rd.Prefix(); return nil },
		"Decode":        func() error { _ = rd.Decode(model.Entry{}); return nil },
		"Edited":        func() error { _, _ = rd.Edited(&model.Record{}, "{}"); return nil },
		"Unfit":         func() error { _ = rd.Unfit(&model.Event{}); return nil },
		"DecodeAll":     func() error { _ = rd.DecodeAll(nil); return nil },
		"DeadLetterKey": func() error { _ = rd.DeadLetterKey("events:a"); return nil },
	}
}

// TestAReaderNeedsNoRightsButThoseToRead has every method of a reader run as a user who may send the reads and nothing else, with
// the manual of the server and without it: each has its answer, and nothing that was denied is any command but those that a
// connection begins with.
func TestAReaderNeedsNoRightsButThoseToRead(t *testing.T) {
	for name, denied := range map[string][]string{"all reads": nil, "without the manual": {"command|info", "command|docs"}} {
		t.Run(name, func(t *testing.T) {
			rights := "reader on >pw ~*"
			for _, read := range readsOf(t) {
				if !slices.Contains(bare, read) && !slices.Contains(denied, read) {
					rights += " +" + read
				}
			}
			server := redistest.Start(t, redistest.WithACL(rights))
			admin := server.Client()
			for _, command := range [][]any{
				{"XADD", "events:a", "1-0", "f", "v"},
				{"XADD", "events:a", "2-0", "f", "v"},
				{"XADD", "events:a", "3-0", "f", "v"},
				{"XADD", "events:a", "4-0", "f", "v"},
				{"XADD", "events:a", "5-0", "f", "v"},
				{"SET", "events:text", "x"},
				{"XGROUP", "CREATE", "events:a", "g", "0"},
				{"XREADGROUP", "GROUP", "g", "c", "COUNT", "2", "STREAMS", "events:a", ">"},
			} {
				if err := admin.Do(t.Context(), command...).Err(); err != nil {
					t.Fatal(err)
				}
			}
			o := server.Options()
			o.Username, o.Password = "reader", "pw"
			client := redis.NewClient(o)
			t.Cleanup(func() { _ = client.Close() })
			b, err := bus.Open(t.Context(), client)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() { _ = b.Close(t.Context()) })
			all := looks(t, b.Reader())
			for method := range reflect.TypeFor[*observe.Reader]().Methods() {
				look, ok := all[method.Name]
				if !ok {
					t.Errorf("no look here goes through %s", method.Name)
				} else if err := look(); err != nil && !errors.Is(err, fault.ErrNoStream) {
					t.Errorf("%s: %v", method.Name, err)
				}
			}
			log, err := admin.Do(t.Context(), "ACL", "LOG").Slice()
			if err != nil {
				t.Fatal(err)
			}
			for _, entry := range log {
				fields, _ := entry.(map[any]any)
				command, _ := fields["object"].(string)
				command, _, _ = strings.Cut(command, "|")
				if !slices.Contains([]string{"hello", "client", "ping", "select", "command"}, command) && !slices.Contains(bare, command) && command != "xgroup" {
					t.Errorf("it tried to send %v", fields)
				}
			}
		})
	}
}
