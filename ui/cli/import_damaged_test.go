package cli

import (
	"os"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

func TestADamagedLineIsRefusedWithItsNumber(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	h := newHost(t, client.Options().Addr)
	good := asLine("1-0", "a")
	for line, says := range map[string]string{
		`{"stream":"events:a.b","stream":"events:c.d","id":"2-0","fields":[{"name":"data","value":"x"}]}`:                       `"stream" stands twice`,
		`{"stream":"events:a.b","id":"2-0","id":"3-0","fields":[{"name":"data","value":"x"}]}`:                                  `"id" stands twice`,
		`{"stream":"events:a.b","id":"2-0","fields":[{"name":"data","value":"x"}],"fields":[{"name":"data","value":"y"}]}`:      `"fields" stands twice`,
		`{"stream":"events:a.b","id":"2-0","fields":[{"name":"data","value":"x","value":"y"}]}`:                                 `"value" stands twice`,
		`{"stream":"events:a.b","id":"2-0","fields":[{"name":"data","value":"x","value_base64":"eA=="}]}`:                       `"value_base64" stands twice`,
		`{"stream":"events:a.b","id":"2-0","fields":[{"name":"data","value":"\ud83d"}]}`:                                        "half of a surrogate pair",
		`{"stream":"events:a.b","id":"2-0","fields":[{"name":"data","value":"x"}]} {}`:                                          "want the end",
		`{"stream":"events:a.b","fields":[{"name":"data","value":"x"}]}`:                                                        `"id" is missing, and --keep-ids keeps them`,
		`{"stream":"events:a.b","group":"g","group":"h","last_delivered_id":"1-0","entries_read":1,"pending":0,"consumers":[]}`: `"group" stands twice`,
		`{"stream":"events:a.b","group":"g","last_delivered_id":"1-0","entries_read":1,"pending":0,"consumers":[]} x`:           "something follows the object",
	} {
		r := h.run(t.Context(), good+line+"\n"+asLine("9-0", "z"), "import", "-", "--keep-ids", "--groups", "--yes")
		if r.code != program.ExitFailed || !strings.Contains(r.err, "line 2: ") || !strings.Contains(r.err, says) {
			t.Errorf("%s: exit %d, %q, want %s", line, r.code, r.err, says)
		}
		if got := ids(t, client, "events:a.b"); got != "1-0" {
			t.Errorf("%s: %s was added", line, got)
		}
		client.FlushAll(t.Context())
	}
}

func TestALineOverTheLimitIsLeftOutAndTheRestIsImported(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	h := newHost(t, client.Options().Addr)
	file := path(t, "e.jsonl")
	if err := os.WriteFile(file, []byte("\uFEFF"+asLine("1-0", "a")+asLine("2-0", strings.Repeat("x", 64<<20))+asLine("3-0", "b")), 0o600); err != nil {
		t.Fatal(err)
	}
	r := h.run(t.Context(), "", "import", file, "--keep-ids", "--yes")
	if r.code != program.ExitFailed || !strings.Contains(r.err, "line 2: longer than 64 MiB") {
		t.Errorf("%+v", r)
	}
	r = h.run(t.Context(), "", "import", file, "--keep-ids", "--continue", "--yes")
	if r.code != program.ExitFailed || !strings.Contains(r.err, "left out: "+file+", line 2: longer than 64 MiB") || ids(t, client, "events:a.b") != "1-0 3-0" {
		t.Errorf("%+v, %s", r, ids(t, client, "events:a.b"))
	}
}

// What an export writes an import makes again, whatever things are called and however large an ID is.
func TestNamesOfAnyBytesSurviveABackup(t *testing.T) {
	t.Parallel()
	from, to := redistest.Start(t).Client(), redistest.Start(t).Client()
	names := []string{"fields", "exported", "consumer", "group", `{"fields":[]}`, "\xff\x00", "\xff\x01", "é\u2028", "last_delivered_id"}
	for _, stream := range names {
		key := "events:" + stream
		for i := range 3 {
			if err := from.XAdd(t.Context(), &redis.XAddArgs{Stream: key, Values: []string{"data" + stream, "v" + stream + strings.Repeat("i", i)}}).Err(); err != nil {
				t.Fatal(err)
			}
		}
		for _, group := range append(names, "") {
			if err := from.XGroupCreate(t.Context(), key, group, "0").Err(); err != nil {
				t.Fatal(err)
			}
			if err := from.XReadGroup(t.Context(), &redis.XReadGroupArgs{Group: group, Consumer: stream + "c", Streams: []string{key, ">"}, Count: 1}).Err(); err != nil {
				t.Fatal(err)
			}
		}
	}
	const greatest = "18446744073709551615-18446744073709551615"
	if err := from.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:last", ID: greatest, Values: []string{"data", "x"}}).Err(); err != nil {
		t.Fatal(err)
	}
	file := path(t, "backup.jsonl")
	newHost(t, from.Options().Addr).want(t, "export", "*", "--groups", "--file", file)
	newHost(t, to.Options().Addr).want(t, "import", file, "--keep-ids", "--groups", "--yes")
	for _, stream := range append(names, "last") {
		key := "events:" + stream
		if got, want := streamInfo(t, to, key), streamInfo(t, from, key); got != want {
			t.Errorf("%q is\n%q\nwant\n%q", key, got, want)
		}
	}
	if n := to.DBSize(t.Context()).Val(); n != int64(len(names))+1 {
		t.Errorf("%d keys", n)
	}
}

// What a command lists, the next one acts on, byte for byte.
func TestNamesOfAnyBytesGoThroughPipes(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	const key, group, consumer = "events:\xffa", "g\xfe", "c\xfd"
	for _, other := range []string{key, "events:\xfea"} { // they look alike
		for range 2 {
			if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: other, Values: []string{"data", "{}"}}).Err(); err != nil {
				t.Fatal(err)
			}
		}
		if err := client.XGroupCreate(t.Context(), other, group, "0").Err(); err != nil {
			t.Fatal(err)
		}
		if err := client.XReadGroup(t.Context(), &redis.XReadGroupArgs{Group: group, Consumer: consumer, Streams: []string{other, ">"}}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	h := newHost(t, client.Options().Addr)
	listed := h.want(t, "pending", key, group, "--output", "json")
	for _, encoded := range []string{`"stream_base64":"ZXZlbnRzOv9h"`, `"group_base64":"Z/4="`, `"consumer_base64":"Y/0="`} {
		if !strings.Contains(listed, encoded) {
			t.Errorf("no %s in %s", encoded, listed)
		}
	}
	if r := h.run(t.Context(), listed, "ack", "-", "--yes"); r.code != program.ExitDone {
		t.Errorf("ack: %+v", r)
	}
	if n := client.XPending(t.Context(), key, group).Val().Count; n != 0 {
		t.Errorf("%d are pending where they were acknowledged", n)
	}
	if n := client.XPending(t.Context(), "events:\xfea", group).Val().Count; n != 2 {
		t.Errorf("%d are pending in the stream that looks alike", n)
	}
	for _, command := range [][]string{{"streams"}, {"groups"}, {"consumers"}, {"tail", "--from", "0", "--count", "1"}} {
		r := h.run(t.Context(), "", append(command, "--output", "json")...)
		if !strings.Contains(r.out, `"stream_base64":"ZXZlbnRzOv`) {
			t.Errorf("%v: %s", command, r.out)
		}
	}
}
