package cli

import (
	"fmt"
	"os"
	"path/filepath"
	"regexp"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

// commands are run on the same small bus on both servers; their output is in testdata, as it is on the embedded one
// at noon.
var commands = []struct {
	name string
	args []string
	err  string // what stands on stderr
}{
	{"streams", []string{"streams"}, ""},
	{"streams json", []string{"streams", "--output", "json"}, ""},
	{"groups", []string{"groups"}, leftOut},
	{"groups json", []string{"groups", "--output", "json"}, leftOut},
	{"groups of a stream", []string{"groups", "events:audit.failed"}, ""},
	{"groups of a type", []string{"groups", "audit.failed"}, ""},
	{"pending", []string{"pending", "audit.failed", "db_writers"}, ""},
	{"pending json", []string{"pending", "audit.failed", "db_writers", "--output", "json"}, ""},
	{"pending payloads", []string{"pending", "events:audit.failed", "db_writers", "--payloads"}, ""},
	{"pending payloads json", []string{"pending", "events:audit.failed", "db_writers", "--payloads", "--output", "json"}, ""},
	{"pending of a consumer", []string{"pending", "workflow.started", "db_writers", "--consumer", "worker-1"}, ""},
	{"delivery", []string{"delivery", "audit.failed", "1762341180000-3"}, ""},
	{"delivery json", []string{"delivery", "events:audit.failed", "1762341180000-3", "--output", "json"}, ""},
	{"delivery of one that is gone", []string{"delivery", "audit.failed", "1762341120000-0", "--output", "json"}, ""},
	{"workflow", []string{"workflow", "wf-8f31"}, wrongType},
	{"workflow json", []string{"workflow", "wf-8f31", "--output", "json"}, wrongType},
	{"workflow since", []string{"workflow", "wf-90aa", "--since", "2025-11-05"}, wrongType},
	{"tail", []string{"tail", "--from", "0", "--count", "5"}, wrongType},
	{"tail json", []string{"tail", "--from", "0", "--count", "5", "--output", "json"}, wrongType},
	{"tail of types", []string{"tail", "workflow.*", "a2a.message", "--from", "-", "--count", "3"}, ""},
	{"tail from an id", []string{"tail", "--from", "1762341180000-0", "--count", "2"}, wrongType},
	{"tail from a time", []string{"tail", "--from", "2025-11-05T11:11:30Z", "--count", "1"}, wrongType},
	{"tail a workflow", []string{"tail", "--from", "2025-11-05", "--workflow", "wf-8f31", "--count", "1"}, wrongType},
	{"tail the last", []string{"tail", "--last", "2"}, wrongType},
	{"tail the last of those that pass", []string{"tail", "audit.*", "--last", "2", "--where", "-note", "--count", "1", "--output", "json"}, ""},
	{"tail the last and what follows", []string{"tail", "--last", "3", "--follow", "--count", "3"}, wrongType},
	{"tail fewer than the last", []string{"tail", "workflow.*", "--last", "9", "--output", "json"}, ""},
	{"tail where", []string{"tail", "--from", "2025-11-05", "--where", `type:audit.* -reentrancy "工作"`, "--count", "1"}, wrongType},
}

// wrongType is what tail says of the key in the way.
const wrongType = "events:not.a.stream can't be read: WRONGTYPE Operation against a key holding the wrong kind of value\n"

// leftOut is what groups says of it.
const leftOut = "events:not.a.stream is left out: WRONGTYPE Operation against a key holding the wrong kind of value\n"

func TestCommands(t *testing.T) {
	t.Parallel()
	for kind, start := range servers {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			clock := &handClock{now: atNoon}
			client := start(t, clock)
			fill(t, client, clock)
			h := newHost(t, client.Options().Addr)
			for _, c := range commands {
				t.Run(c.name, func(t *testing.T) {
					if kind != "embedded" && (c.args[0] == "streams" || c.args[0] == "groups") {
						redistest.Needs(t, redistest.Lag)
					}
					r := h.run(t.Context(), "", c.args...)
					if r.code != program.ExitDone || r.err != c.err {
						t.Errorf("exit %d, stderr %q, want %q", r.code, r.err, c.err)
					}
					out := r.out
					if kind == "embedded" {
						golden.RequireEqual(t, out)
						return
					}
					wanted, err := os.ReadFile(filepath.Join("testdata", "TestCommands", "embedded", filepath.Base(t.Name())+".golden"))
					if err != nil {
						t.Fatal(err)
					}
					if got, want := timeless(out), timeless(string(wanted)); got != want {
						t.Errorf("a real server gives\n%s\nwant\n%s", got, want)
					}
				})
			}
		})
	}
}

func TestAnEmptyBusIsNoError(t *testing.T) {
	t.Parallel()
	for kind, start := range servers {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			h := newHost(t, start(t, &handClock{now: atNoon}).Options().Addr)
			for _, command := range []string{"streams", "groups"} {
				r := h.run(t.Context(), "", command)
				if r.code != program.ExitDone || r.out != "" || r.err != "no key begins with \"events:\": publish the first event with 'streamdesk publish TYPE', or set another prefix in the settings\n" {
					t.Errorf("%s: %+v", command, r)
				}
				if out := h.want(t, command, "--output", "json"); out != "[]\n" {
					t.Errorf("%s as JSON: %q", command, out)
				}
			}
		})
	}
}

func TestVersion(t *testing.T) {
	t.Parallel()
	h := newHost(t, "127.0.0.1:1")
	if v := objects(t, h.want(t, "version", "--output", "json")); len(v) != 1 || v[0]["version"] == "" || v[0]["go"] == "" {
		t.Errorf("version as JSON: %v", v)
	}
	if out := h.want(t, "version"); out[:11] != "streamdesk " {
		t.Errorf("version: %q", out)
	}
	if out := h.want(t, "--version"); out[:11] != "streamdesk " {
		t.Errorf("--version: %q", out)
	}
}

// TestR30_GroupsSaysWhatWasNeverDelivered: entries that were trimmed before a group had read them.
func TestR30_GroupsSaysWhatWasNeverDelivered(t *testing.T) {
	t.Parallel()
	for kind, start := range servers {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			client := start(t, &handClock{now: atNoon})
			for _, line := range []string{
				`XADD events:a.b 1-0 data {}`, `XADD events:a.b 2-0 data {}`, `XADD events:a.b 3-0 data {}`, `XADD events:a.b 4-0 data {}`,
				`XGROUP CREATE events:a.b g 0`, `XREADGROUP GROUP g c COUNT 1 STREAMS events:a.b >`, `XTRIM events:a.b MAXLEN 1`,
			} {
				send(t, client, line)
			}
			if counts, err := client.XInfoStream(t.Context(), "events:a.b").Result(); err != nil || counts.EntriesAdded == 0 {
				t.Skip("this server doesn't count what is added")
			}
			h := newHost(t, client.Options().Addr)
			out := regexp.MustCompile(" {2,}").ReplaceAllString(h.want(t, "groups"), "|")
			if !strings.Contains(out, "|LAG|LIMIT/s|NEVER DELIVERED|") || !strings.Contains(out, "|1|-|2|") {
				t.Error(out)
			}
			if out := h.want(t, "groups", "--output", "json"); !strings.Contains(out, `"lag":1,"paused":false,"paused_until":null,"limit_per_second":null,"lag_estimated":false,"never_delivered":2,`) {
				t.Error(out)
			}
			if out := h.want(t, "doctor", "--interval", "0s"); !strings.Contains(out, "2 entries were never delivered to g") {
				t.Error(out)
			}
		})
	}
}

func TestTheStagesOfAWorkflowComeFromTheSettings(t *testing.T) {
	t.Parallel()
	client := startEmbedded(t, time.Now)
	for _, kind := range []string{"ship.started", "order.completed"} {
		send(t, client, `XADD events:`+kind+` * data '{"type":"`+kind+`","workflow_id":"wf-1"}'`)
	}
	h := newHost(t, client.Options().Addr)
	for stages, want := range map[string]string{"": "ship order", "order,ship,pack": "workflow order ship pack"} {
		h.env["STREAMDESK_WORKFLOW_STAGES"] = stages
		var families []string
		for _, o := range objects(t, h.want(t, "workflow", "wf-1", "--output", "json")) {
			for _, stage := range o["stages"].([]any) {
				families = append(families, fmt.Sprint(stage.(map[string]any)["stage"]))
			}
		}
		if got := strings.Join(families, " "); got != want {
			t.Errorf("%q: %s, want %s", stages, got, want)
		}
	}
}
