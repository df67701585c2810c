package desk

import (
	"context"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// TestR31_TheDeskShowsAReaderEverything: nothing that the server may deny to somebody who reads is needed, and a change says
// which right it lacks.
func TestR31_TheDeskShowsAReaderEverything(t *testing.T) {
	for _, rights := range []string{"+@read", "+@read +ping +select"} {
		t.Run(rights, func(t *testing.T) {
			server := redistest.Start(t, redistest.WithACL("reader on >pw ~events:* "+rights))
			b := &harness{t: t, clock: start}
			b.connect(server.Addr())
			b.open(120, 40, time.Now)
			for i := range 5 {
				b.publish(model.WorkflowFailed, fmt.Sprintf("wf-%d", i), `{"reason":"stack too deep"}`)
			}
			b.deliver("events:workflow.failed", "db_writers", "worker-3", 5)

			options := server.Options()
			options.Username, options.Password = "reader", "pw"
			client := redis.NewClient(options)
			reading, err := bus.Open(t.Context(), client)
			if err != nil {
				t.Fatal(err)
			}
			t.Cleanup(func() {
				_ = reading.Close(context.Background()) // what it may not do is no matter here
				_ = client.Close()
			})
			b.open(120, 40, time.Now, func(o *Options) { o.Bus = reading })
			looks := 0
			b.watchFor(func() bool {
				if d := b.desk; d.data.Trouble != nil || d.notes.Text != "" {
					t.Fatalf("after %d looks: %v, %q\n%s", looks, d.data.Trouble, d.notes.Text, stripped(d.View()))
				}
				if looks == 0 && b.desk.data.Log.Total() == 5 {
					b.press("3")
				}
				if b.desk.data.Log.Total() == 5 && b.desk.subject.record != nil && !b.desk.subject.asking {
					looks++
				}
				return looks > 50
			})
			for _, text := range []string{"workflow.failed", "db_writers", "worker-3", "wf-4", "stack too deep", "5 kept", "● worker-3"} {
				b.sees(text)
			}
			for _, keys := range []string{"1", "2", "3", "4", "5", "6", "w", "7"} {
				b.press(keys)
				b.settled()
				if said := b.desk.notes.Text; strings.Contains(said, "NOPERM") {
					t.Errorf("%s: %s", keys, said)
				}
			}
			b.command("server")
			b.sees("it doesn't say: NOPERM")
			b.press("esc 3")
			b.command("ack")
			b.press("tab enter")
			b.sees("NOPERM")
			b.sees("xack")
			if ids := b.pendingIDs("events:workflow.failed", "db_writers"); len(ids) != 5 {
				t.Errorf("%v are pending", ids)
			}
		})
	}
}
