package trail

import (
	"bufio"
	"encoding/json"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"
	"time"
	"unicode/utf8"

	"streamdesk/model"
	"streamdesk/model/jsontext"
)

// newFile is a file of the test's own, in a directory that isn't there yet.
func newFile(t *testing.T) *File {
	t.Helper()
	path := filepath.Join(t.TempDir(), "state", "streamdesk", "audit.jsonl")
	return &File{Path: path, Profile: "prod-eu", Address: "redis:6379/0", User: "ada@desk"}
}

// written closes the file and reads its lines.
func written(t *testing.T, f *File) []Line {
	t.Helper()
	if err := f.Close(); err != nil {
		t.Error(err)
	}
	file, err := os.Open(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	defer file.Close()
	var lines []Line
	for scanner := bufio.NewScanner(file); scanner.Scan(); {
		var line Line
		decoder := json.NewDecoder(strings.NewReader(scanner.Text()))
		decoder.DisallowUnknownFields()
		if err := decoder.Decode(&line); err != nil {
			t.Fatalf("%s: %v", scanner.Text(), err)
		}
		lines = append(lines, line)
	}
	return lines
}

func TestAChangeIsALineForEachCommandAndOneForItsError(t *testing.T) {
	f := newFile(t)
	long := strings.Repeat("é", longestArgument)
	if err := f.Write(&Change{
		At: time.Date(2026, 11, 23, 15, 4, 5, 0, time.FixedZone("CET", 3600)), Action: "republish",
		Stream: "events:audit.failed", Group: "db_writers", IDs: []model.Position{{Ms: 1}, {Ms: 2}},
		Receipts: []model.Receipt{
			{Command: model.Command{"XADD", "events:audit.failed", "*", "data", "x" + long}, Reply: "3-0"},
			{Command: model.Command{"XACK", "events:audit.failed", "db_writers", "2-0"}, Reply: "(integer) 1"},
		},
		Err: errors.New("connection lost"),
	}); err != nil {
		t.Fatal(err)
	}
	lines := written(t, f)
	if len(lines) != 3 {
		t.Fatalf("%d lines", len(lines))
	}
	for i, line := range lines {
		got := fmt.Sprint(time.Time(line.Time).UTC().Format(time.RFC3339), line.Profile, line.Address, line.User, line.Action, line.Stream, line.Group)
		if want := fmt.Sprint("2026-11-23T14:04:05Z", "prod-eu", "redis:6379/0", "ada@desk", "republish", "events:audit.failed", "db_writers"); got != want {
			t.Errorf("line %d: %s, want %s", i, got, want)
		}
	}
	if got := fmt.Sprint(lines[0].IDs, lines[1].IDs, lines[2].IDs); got != "[1-0 2-0] [2-0] [1-0 2-0]" {
		t.Errorf("the entries are %s", got)
	}
	if got := fmt.Sprint(lines[1].Command, lines[1].Reply, lines[1].Error); got != "[XACK events:audit.failed db_writers 2-0](integer) 1" {
		t.Errorf("the second line says %s", got)
	}
	payload := lines[0].Command[4]
	if note := fmt.Sprintf("… (cut; %d bytes)", 1+len(long)); !strings.HasSuffix(payload, "é"+note) || len(payload) > longestArgument+len(note) {
		t.Errorf("the payload ends in %q", payload[len(payload)-40:])
	}
	if lines[2].Error != "connection lost" || lines[2].Command != nil {
		t.Errorf("the third line is %+v", lines[2])
	}
}

var ok = Change{Receipts: []model.Receipt{{Reply: "OK"}}}

func TestTheAuditFileIsItsOwnersAlone(t *testing.T) {
	f := newFile(t)
	if err := f.Write(&ok); err != nil {
		t.Fatal(err)
	}
	written(t, f)
	for path, want := range map[string]os.FileMode{f.Path: 0o600, filepath.Dir(f.Path): 0o700 | os.ModeDir} {
		if info, err := os.Stat(path); err != nil || info.Mode() != want {
			t.Errorf("%s: %v, %v; want %v", path, info.Mode(), err, want)
		}
	}
}

func TestALineAfterATornOneStandsOnItsOwn(t *testing.T) {
	f := &File{Path: "nowhere", User: "ada@desk", out: &tearing{room: 10}}
	if err := f.Write(&ok); err == nil {
		t.Error("a line written in part is no error")
	}
	out := &tearing{room: 1 << 20}
	f.out = out
	if err := f.Write(&ok); err != nil {
		t.Error(err)
	}
	if !strings.HasPrefix(out.text, "\n{") {
		t.Errorf("it goes on with %q", out.text)
	}
}

// tearing is a disk with room for so many bytes.
type tearing struct {
	room int
	text string
}

func (w *tearing) Write(b []byte) (int, error) {
	n := min(len(b), w.room)
	w.room -= n
	w.text += string(b[:n])
	if n < len(b) {
		return n, errors.New("no space left on device")
	}
	return n, nil
}

func (*tearing) Close() error { return nil }

func TestABulkIsOneLineHoweverManyStreamsItWentTo(t *testing.T) {
	f := newFile(t)
	many := make([]string, 2*mostStreams)
	for i := range many {
		many[i] = fmt.Sprintf("events:s%d.x", i)
	}
	for _, b := range []Bulk{
		{Action: "import", Streams: many, First: model.Position{Ms: 1}, Last: model.Position{Ms: 9}, Count: 1 << 20, Outcome: "200 streams"},
		{Action: "replay", Streams: many[:1], First: model.Position{Ms: 1}, Last: model.Position{Ms: 1}, Count: 1, Err: errors.New("connection lost")},
		{Action: "publish", Err: errors.New("refused")},
	} {
		if err := f.WriteBulk(&b); err != nil {
			t.Fatal(err)
		}
	}
	var got []string
	for _, line := range written(t, f) {
		got = append(got, fmt.Sprintf("%s %d%s %v %d %s%s", line.Action, len(line.Streams), line.Stream, line.IDs, *line.Count, line.Reply, line.Error))
	}
	if want := "[import 100 [1-0 9-0] 1048576 200 streams replay 0events:s0.x [1-0] 1 connection lost publish 0 [] 0 refused]"; fmt.Sprint(got) != want {
		t.Errorf("written are %v, want %s", got, want)
	}
}

// A name is whatever bytes somebody gave it: a line of the file stays one line of JSON, and gives all of them back.
func TestNamesOfAnyBytesComeBackFromTheFile(t *testing.T) {
	f := newFile(t)
	var all [256]byte
	for i := range all {
		all[i] = byte(i)
	}
	names := []string{"a\x1b]52;c;ZXZpbA==\x07b", "a\u009b31m\x9b31m", "a\u202eb\u2066", "a\nb\r\n", "\xe2\x82", "\u2028\u200b\ufeff", `"\`, string(all[:])}
	for _, name := range names {
		f.Profile, f.Address = name, name
		if err := f.Write(&Change{
			Action: "ack", Stream: name, Group: name, Err: errors.New(name),
			Receipts: []model.Receipt{{Command: model.Command{"XACK", name, name, "1-0"}, Reply: name}},
		}); err != nil {
			t.Fatal(err)
		}
		if err := f.WriteBulk(&Bulk{Action: "import", Streams: []string{name, name}, Count: 2, Outcome: name}); err != nil {
			t.Fatal(err)
		}
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	text, err := os.ReadFile(f.Path)
	if err != nil {
		t.Fatal(err)
	}
	lines := strings.SplitAfter(string(text), "\n")
	if len(lines) != 3*len(names)+1 {
		t.Fatalf("%d lines for %d names", len(lines)-1, len(names))
	}
	for i, name := range names {
		var sent, failed, bulk Line
		for j, into := range []*Line{&sent, &failed, &bulk} {
			line := lines[3*i+j]
			if err := jsontext.Unmarshal([]byte(line), into, true); err != nil || !utf8.ValidString(line) {
				t.Fatalf("%q: %v", line, err)
			}
		}
		for what, got := range map[string]string{
			"profile": sent.Profile, "address": sent.Address, "stream": sent.Stream, "group": sent.Group, "reply": sent.Reply,
			"key in the command": sent.Command[1], "group in the command": sent.Command[2],
			"error": failed.Error, "stream of a bulk": bulk.Streams[1], "outcome of a bulk": bulk.Reply,
		} {
			if got != name {
				t.Errorf("the %s %q comes back as %q", what, name, got)
			}
		}
	}
}
