package cli

import (
	"bytes"
	"os/exec"
	"strings"
	"testing"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/programtest"
)

// bashSession is what somebody types into bash; each line has to end well.
func bashSession(t *testing.T, address, script string) string {
	t.Helper()
	shell, err := exec.LookPath("bash")
	if err != nil {
		t.Skip(err)
	}
	program, err := programtest.Build()
	if err != nil {
		t.Fatal(err)
	}
	cmd := exec.CommandContext(t.Context(), shell, "-euo", "pipefail", "-c", script)
	cmd.Env = []string{"LC_ALL=C.UTF-8", "HOME=" + t.TempDir(), "STREAMDESK_REDIS=redis://" + address + "/0", "PATH=" + strings.TrimSuffix(program, "/streamdesk") + ":/usr/local/bin:/usr/bin:/bin"}
	var out, told bytes.Buffer
	cmd.Stdout, cmd.Stderr = &out, &told
	if err := cmd.Run(); err != nil {
		t.Fatalf("%v\n%s%s", err, &out, &told)
	}
	// On a busy machine the next command of a pipe starts long before it is given anything, and says what it waits for.
	return out.String() + unhurried(told.String())
}

// TestCommandsArePipedIntoEachOther is a session in bash, without any tool that not every machine has.
func TestCommandsArePipedIntoEachOther(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	fill(t, client, &handClock{now: atNoon})
	got := bashSession(t, server.Addr(), `
		# JSON rows, filtered as lines, say themselves which stream and group they are of
		streamdesk pending audit.failed db_writers --output json | grep -F '"deliveries":1' | sed -n 1p | sed 's/,$//' | streamdesk ack - --yes
		# the whole JSON array
		streamdesk pending audit.failed db_writers --output json | streamdesk claim - --for worker-9 --yes | sed -n 1p
		# plain IDs
		streamdesk pending audit.failed db_writers --output json | grep -o '"id":"[0-9-]*"' | cut -d'"' -f4 |
			streamdesk deadletter audit.failed db_writers - --reason poison --yes | sed -n 1p
		# dead letters go back
		streamdesk deadletters audit.failed --output json | streamdesk requeue - --yes | sed -n 1p
		# what tail prints can be republished
		streamdesk tail workflow.started --from 0 --count 2 --output json | streamdesk republish - --to-stream workflow.retried --yes | sed -n 1p
		streamdesk tail workflow.retried --from 0 --count 2 --output json | streamdesk delete - --yes | sed -n 1p
		# a dry run is what redis-cli takes
		streamdesk ack workflow.started db_writers --all --dry-run
	`)
	want := `acked 1 of 1 in group db_writers on events:audit.failed
ID OUTCOME
1762341120000-0 acked
XACK events:audit.failed db_writers 1762341120000-0 → (integer) 1
claimed 2 of 2 in group db_writers on events:audit.failed
dead-lettered 2 of 2 in group db_writers on events:audit.failed
requeued 2 of 2 on dead:events:audit.failed
republished 2 of 2 on events:workflow.started
deleted 2 of 2 on events:workflow.retried
XACK events:workflow.started db_writers 1762341000000-0
`
	if got = spaces.ReplaceAllString(got, " "); got != want {
		t.Errorf("the session gives\n%s\nwant\n%s", got, want)
	}
	if n := pendingOf(t, client, "events:audit.failed", "db_writers"); n != 0 {
		t.Errorf("%d are pending", n)
	}
}

// TestRowsAreFilteredByOtherPrograms uses what reads JSON on this machine.
func TestRowsAreFilteredByOtherPrograms(t *testing.T) {
	t.Parallel()
	for tool, script := range map[string]string{
		"jq":      `jq '.[] | select(.id > "1762341130000-0")'`,
		"python3": `python3 -c 'import json,sys; print(json.dumps([r for r in json.load(sys.stdin) if r["id"] > "1762341130000-0"], indent=1))'`,
	} {
		t.Run(tool, func(t *testing.T) {
			t.Parallel()
			if _, err := exec.LookPath(tool); err != nil {
				t.Skip(err)
			}
			server := redistest.Start(t)
			fill(t, server.Client(), &handClock{now: atNoon})
			got := bashSession(t, server.Addr(), `streamdesk pending audit.failed db_writers --output json | `+script+` | streamdesk ack audit.failed db_writers - --yes | sed -n 1p`)
			if got != "acked 2 of 2 in group db_writers on events:audit.failed\n" {
				t.Errorf("%s", got)
			}
		})
	}
}
