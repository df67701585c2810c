package change_test

import (
	"testing"

	"streamdesk/bus"
	"streamdesk/bus/change"
	"streamdesk/bus/redistest"
)

// TestChangesOfEntriesInACluster: their commands are about keys of one slot each.
func TestChangesOfEntriesInACluster(t *testing.T) {
	client := redistest.StartCluster(t, 3).Client()
	t.Cleanup(func() { _ = client.Close() })
	send := sendTo(t, client)
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() { _ = b.Close(t.Context()) })
	for kind, want := range map[*change.Kind]string{
		&change.Ack:        "1-0 acked",
		&change.AckDelete:  "1-0 acked_and_deleted",
		&change.Claim:      "1-0 claimed",
		&change.DeadLetter: "1-0 dead_lettered",
		&change.Delete:     "1-0 deleted",
	} {
		t.Run(kind.Name, func(t *testing.T) {
			fill(send)
			c := kind.Make(target(1), change.Values{"for": "c9", "min-idle": "0s", "reason": "by hand"})
			if got := outcomes(t, c, change.On(b.Reader(), b.Writer()), plan(t, c, b)); got != want {
				t.Errorf("it came to %s, want %s", got, want)
			}
			send("DEL events:a")
		})
	}
}
