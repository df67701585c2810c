//go:build unix

package cli

import (
	"maps"
	"regexp"
	"slices"
	"strings"
	"syscall"
	"testing"
	"unicode"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/model"
	"streamdesk/ui/cli/programtest"
)

// drawing are the sequences that Bubble Tea writes for the desk: colours, the cursor's places and its blinking, parts of
// lines and screens that are cleared, the other screen, the mouse, brackets around what is pasted, and the question for the background.
var drawing = regexp.MustCompile(`\x1b\[[0-9;]*[mHABCDJK]|\x1b\[\?(25|1000|1002|1003|1006|1049|2004)[hl]|\x1b\]11;\?(\x07|\x1b\\)`)

// The desk runs in a terminal on a server where every name is hostile, and what reaches the terminal is the desk's own.
func TestWhatReachesTheTerminalIsTheDesksOwn(t *testing.T) {
	t.Parallel()
	client, ctx := redistest.Start(t).Client(), t.Context()
	var all strings.Builder
	for _, kind := range slices.Sorted(maps.Keys(hostile)) {
		all.WriteString(hostile[kind])
	}
	for _, evil := range append(slices.Collect(maps.Values(hostile)), all.String()) {
		key := "events:" + evil
		for _, values := range [][]string{{"data", `{"id":"` + evil + `","data":{"` + evil + `":1}}`}, {evil, evil}, {"data", evil}} {
			if err := client.XAdd(ctx, &redis.XAddArgs{Stream: key, Values: values}).Err(); err != nil {
				t.Fatal(err)
			}
		}
		if err := client.XGroupCreate(ctx, key, evil, "0").Err(); err != nil {
			t.Fatal(err)
		}
		if err := client.XReadGroup(ctx, &redis.XReadGroupArgs{Group: evil, Consumer: evil, Streams: []string{key, ">"}, Count: 2}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	p := startInTerminal(t, programtest.Command(t, client.Options().Addr))
	at := p.shows(t, 0, "IN/s")
	for _, step := range [][2]string{ // enter closes what is open
		{"3", "space mark"},
		{"A", "will never see"},
		{"\t", "[▸Ack"}, // it has looked, and can be pressed
		{"\r", "acked 1 of 1"},
		{"\r@", "Action log"},
		{"\rC", "XCLAIM"},
		{"\r5", "filter"},
		{"kR", "Republish"},
		{"\r6vvv7!", "Alerts"},
	} {
		p.types(t, step[0])
		at = p.shows(t, at, step[1])
	}
	if err := p.Process.Signal(syscall.SIGTERM); err != nil {
		t.Fatal(err)
	}
	p.ends(t)
	wantGivenBack(t, p.written.String())
	own := drawing.ReplaceAllString(p.written.String(), "")
	for i, r := range own {
		if r != '\r' && r != '\n' && (model.Obeyed(r) || unicode.IsControl(r) || unicode.Is(unicode.Cf, r) || r == unicode.ReplacementChar) {
			t.Fatalf("%U reaches the terminal in %q", r, own[max(i-40, 0):min(i+40, len(own))])
		}
	}
}
