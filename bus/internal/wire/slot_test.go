package wire

import "testing"

func TestKeySlotIsTheClusters(t *testing.T) {
	for key, want := range map[string]uint16{ // as CLUSTER KEYSLOT answers
		"":                        0,
		"foo":                     12182,
		"123456789":               12739,
		"{foo}bar":                12182,
		"foo{}{bar}":              8363,
		"events:workflow.started": KeySlot("{events:workflow.started}x"),
	} {
		if got := KeySlot(key); got != want {
			t.Errorf("keySlot(%q) = %d, want %d", key, got, want)
		}
	}
}
