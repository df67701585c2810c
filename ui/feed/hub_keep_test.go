package feed

import (
	"testing"

	"streamdesk/model"
	"streamdesk/ui/live"
)

// TestAHubKeepsAnEntryOnceWhicheverWayItCameFirst has a stream read back before its tail tells the same entries, and the other way round.
func TestAHubKeepsAnEntryOnceWhicheverWayItCameFirst(t *testing.T) {
	t.Parallel()
	records := func(from, to uint64) (all []model.Record) {
		for ; from <= to; from++ {
			all = append(all, model.Record{Entry: model.Entry{Stream: "s", ID: model.Position{Ms: from}}})
		}
		return all
	}
	back, came := live.Batch{Before: live.Before{Records: records(1, 6)}}, live.Batch{Records: records(4, 8)}
	for name, order := range map[string][]live.Batch{"read back first": {back, came}, "came in first": {came, back}} {
		hub := NewHub(&Feed{}, nil)
		for i := range order {
			hub.keep(&order[i])
		}
		if len(hub.before) != 3 || hub.before[2].ID.Ms != 3 || len(hub.records) != 5 {
			t.Errorf("%s: %d from before and %d new ones are kept", name, len(hub.before), len(hub.records))
		}
		size := 0
		for _, kept := range [][]model.Record{hub.before, hub.records} {
			for i := range kept {
				size += kept[i].Size()
			}
		}
		if hub.size != size {
			t.Errorf("%s: %d bytes are counted, %d are kept", name, hub.size, size)
		}
	}
}
