package cli

import (
	"encoding/json"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

// noneRaw checks what a command wrote.
func noneRaw(t *testing.T, args []string, r result) {
	t.Helper()
	for name, text := range map[string]string{"stdout": r.out, "stderr": r.err} {
		if raw := rawAt(text); raw != "" {
			t.Errorf("%q: exit %d, raw on %s: %q", args, r.code, name, raw)
		}
	}
}

// Every text of an entry, a stream, a group and a consumer is hostile, and so is what a person types.
func TestNoCommandWritesWhatATerminalWouldObey(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	h := newHost(t, client.Options().Addr)
	for kind, evil := range hostile {
		t.Run(kind, func(t *testing.T) {
			t.Parallel()
			key, ctx := "events:"+evil, t.Context()
			data, err := json.Marshal(map[string]any{"id": evil, "type": evil, "workflow_id": evil, "data": map[string]any{evil: evil}, "source_agent": evil})
			if err != nil {
				t.Fatal(err)
			}
			for _, values := range [][]string{{"data", string(data)}, {"data", `{"id":"` + evil}, {evil, evil}} {
				if err := client.XAdd(ctx, &redis.XAddArgs{Stream: key, Values: values}).Err(); err != nil {
					t.Fatal(err)
				}
			}
			if err := client.XAdd(ctx, &redis.XAddArgs{Stream: "dead:" + key, Values: []string{"data", evil, "origin", key + "/1-1", "group", evil, "reason", evil}}).Err(); err != nil {
				t.Fatal(err)
			}
			if err := client.XGroupCreate(ctx, key, evil, "0").Err(); err != nil {
				t.Fatal(err)
			}
			if err := client.XReadGroup(ctx, &redis.XReadGroupArgs{Group: evil, Consumer: evil, Streams: []string{key, ">"}, Count: 2}).Err(); err != nil {
				t.Fatal(err)
			}
			if err := client.Set(ctx, "events:no.stream."+evil, evil, 0).Err(); err != nil {
				t.Fatal(err)
			}
			file := filepath.Join(t.TempDir(), "lines.jsonl")
			if err := os.WriteFile(file, []byte(evil+"\n"), 0o600); err != nil {
				t.Fatal(err)
			}
			for _, args := range [][]string{
				{"streams"},
				{"groups"},
				{"consumers"},
				{"doctor"},
				{"deadletters", evil},
				{"workflow", evil},
				{"pending", evil, evil, "--payloads"},
				{"tail", "--last", "3"},
				{"delivery", evil, "9-9"},
				{"publish", evil, "--data", `{}`, "--dry-run"},
				{"publish", evil, "--workflow", evil, "--data", evil},
				{"ack", evil, evil, "--all", "--dry-run"},
				{"claim", evil, evil, "--for", evil, "--all", "--dry-run"},
				{"deadletter", evil, evil, "--all", "--reason", evil, "--dry-run"},
				{"republish", evil, "--group", evil, "--all", "--dry-run"},
				{"requeue", evil, "--all", "--dry-run"},
				{"delete", evil, "1-1", "--dry-run"},
				{"trim", evil, "--max-len", "1", "--dry-run"},
				{"group", "create", evil, evil + "2", "--dry-run"},
				{"group", "setid", evil, evil, "0", "--dry-run"},
				{"group", "destroy", evil, evil, "--dry-run"},
				{"consumer", "move", evil, evil, evil, "--to", evil + "2", "--dry-run"},
				{"consumer", "delete", evil, evil, evil, "--move-to", evil, "--dry-run"},
				{"group", "destroy", evil, "no" + evil, "--yes"},
				{"ack", evil, "no" + evil, "1-1", "--yes"},
				{"ack", evil, evil, "--all"},
				{"import", file},
				{"import", file + evil},
				{"publish", "--jsonl", file},
				{evil},
				{"streams", "--" + evil},
				{"tail", "--from", evil},
				{"tail", "--where", "age<" + evil},
				{"streams", "--config", evil},
				{"streams", "--profile", evil},
				{"streams", "--redis", evil},
				{"streams", "--output", evil},
				{"delivery", evil, evil},
				{"export", "no" + evil},
				{"replay", evil, "--into", evil, "--dry-run"},
				{"group", "destroy", evil, evil, "--yes"},
			} {
				noneRaw(t, args, h.run(t.Context(), "", args...))
			}
			hostileEnv := newHost(t, client.Options().Addr)
			for _, name := range []string{"STREAMDESK_REDIS", "STREAMDESK_DESK_TIME", "STREAMDESK_PROFILE", "STREAMDESK_PREFIX"} {
				was := hostileEnv.env[name]
				hostileEnv.env[name] = evil
				noneRaw(t, []string{name, "streams"}, hostileEnv.run(t.Context(), "", "streams"))
				hostileEnv.env[name] = was
			}
		})
	}
}

// A server's error reply is a text from outside like any other.
func TestAnErrorReplyIsWrittenVisibly(t *testing.T) {
	t.Parallel()
	for kind, evil := range hostile {
		for _, code := range []string{"ERR", "NOPERM"} {
			answer := fmt.Sprintf("-%s %s\r\n", code, strings.ReplaceAll(evil, "\n", " "))
			liar := redistest.StartLiar(t, func(command []string) string {
				switch strings.ToUpper(command[0]) {
				case "SCAN", "XADD", "XACK", "XINFO", "EVAL", "EVALSHA", "TIME":
					return answer
				}
				return ""
			})
			h := newHost(t, liar.Addr())
			h.env["STREAMDESK_WAIT"] = "100ms"
			for _, args := range [][]string{{"streams"}, {"groups"}, {"doctor"}, {"export", "*"}, {"ack", "a.b", "g", "1-1", "--yes"}} {
				r := h.run(t.Context(), "", args...)
				noneRaw(t, append(args, kind, code), r)
				if args[0] == "streams" && (r.code != program.ExitFailed || r.err == "") {
					t.Errorf("%s %s: streams ends with %d and says %q", kind, code, r.code, r.err)
				}
			}
		}
	}
}

// An export is data: what isn't a terminal gets it as it is.
func TestAnExportKeepsEveryByteWhereNoTerminalReads(t *testing.T) {
	t.Parallel()
	client := redistest.Start(t).Client()
	const evil = "a\u202eb"
	if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a.b", ID: "1-1", Values: []string{"data", evil}}).Err(); err != nil {
		t.Fatal(err)
	}
	h := newHost(t, client.Options().Addr)
	for _, args := range [][]string{{"export", "a.b"}, {"tail", "--last", "1", "--output", "json"}} {
		if r := h.run(t.Context(), "", args...); r.code != program.ExitDone || !strings.Contains(r.out, evil) {
			t.Errorf("%v: exit %d, %q, %q", args, r.code, r.out, r.err)
		}
	}
}
