package ui

import (
	"slices"
	"testing"
)

func TestAShortenedIDIsActedOnWhole(t *testing.T) {
	b := withTraffic(t, 120, 40)
	ids := b.pendingIDs("events:workflow.started", "db_writers")
	b.press("3 j")
	b.settled()
	b.seesNot(ids[1])
	b.sees("…" + ids[1][len(ids[1])-8:])
	b.press("A")
	b.sees("XACK events:workflow.started db_writers " + ids[1])
	b.press("tab enter")
	if left := b.pendingIDs("events:workflow.started", "db_writers"); slices.Contains(left, ids[1]) || len(left) != len(ids)-1 {
		t.Errorf("of %v there are %v left", ids, left)
	}
}
