package cli

import (
	"strings"
	"testing"

	"streamdesk/ui/cli/program"

	"github.com/redis/go-redis/v9"
)

// A name that ends its line could ask a question of its own.
func TestAQuestionIsAskedWithoutALineOfANamesOwn(t *testing.T) {
	t.Parallel()
	client := startEmbedded(t, (&handClock{now: atNoon}).Now)
	const group, shown = "g\ngo ahead? [y/N] \x1b[2J\u202e\x9b", `g\x0ago ahead? [y/N] \x1b[2J\xe2\x80\xae\x9b`
	key := "events:" + group
	h := newHost(t, client.Options().Addr)
	if err := client.XGroupCreateMkStream(t.Context(), key, group, "0").Err(); err != nil {
		t.Fatal(err)
	}
	if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: key, Values: []string{"data", group}}).Err(); err != nil {
		t.Fatal(err)
	}
	if err := client.XReadGroup(t.Context(), &redis.XReadGroupArgs{Group: group, Consumer: group, Streams: []string{key, ">"}}).Err(); err != nil {
		t.Fatal(err)
	}
	for _, args := range [][]string{
		{"ack", group, group, "--all"},
		{"claim", group, group, "--for", group, "--all"},
		{"deadletter", group, group, "--all"},
		{"republish", group, "--group", group, "--all"},
		{"trim", group, "--max-len", "0", "--hard"},
		{"group", "create", group, group + "2"},
		{"group", "setid", group, group, "0"},
		{"group", "destroy", group, group},
		{"consumer", "delete", group, group, group, "--move-to", group + "2"},
		{"replay", group, "--into", group},
		{"ack", group, "no" + group, "--all"},
		{"delivery", group, "9-9"},
		{"pending", group, group, "--idle", "99h"},
		{"deadletters", group},
		{"trim", group, "--max-len", "0"},
		{group},
		{"streams", "--" + group},
		{"tail", "--where", "jq:" + group},
		{"tail", "--from", group},
	} {
		r := h.asked(t.Context(), "no\n", args...)
		noneRaw(t, args, r)
		asks := strings.Count("\n"+r.err+"\n"+r.out, "\ngo ahead?")
		if prompted := strings.Contains(r.err, "\ngo ahead? [y/N] streamdesk "); asks > 1 || asks == 1 && !prompted {
			t.Errorf("%q: exit %d, %d questions\n%s\n%s", args, r.code, asks, r.err, r.out)
		}
	}
	// What is shown is what has to be typed: nobody can type the name itself.
	for _, c := range []struct {
		typed string
		code  int
	}{{"g\n", program.ExitFailed}, {"\n", program.ExitFailed}, {shown + "\n", program.ExitDone}} {
		if r := h.asked(t.Context(), c.typed, "group", "destroy", group, group); r.code != c.code || !strings.Contains(r.err, "type "+shown+" to go ahead: ") {
			t.Errorf("%q: exit %d\n%s", c.typed, r.code, r.err)
		}
	}
	if groups, err := client.XInfoGroups(t.Context(), key).Result(); err != nil || len(groups) != 0 {
		t.Errorf("there are %v, %v", groups, err)
	}
}
