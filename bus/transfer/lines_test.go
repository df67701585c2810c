package transfer

import (
	"fmt"
	"slices"
	"strings"
	"testing"
)

func TestTheBatchesOfAnImportAreOfOneKind(t *testing.T) {
	line := func(id string) string {
		return `{"stream":"events:a.b","id":"` + id + `","fields":[{"name":"data","value":"x"}]}` + "\n"
	}
	l, err := NewLines("lines", strings.NewReader(line("1-1")+line("2-1")+
		`{"stream":"events:a.b","exported":2,"whole":true,"length":2,"entries_added":2,"last_generated_id":"2-1","max_deleted_entry_id":"0-0"}`+"\n"+
		`{"stream":"events:a.b","group":"g","last_delivered_id":"2-1","entries_read":2,"pending":2,"consumers":["c"]}`+"\n"+
		`{"stream":"events:a.b","group":"g","consumer":"c","id":"1-1","idle_seconds":1,"deliveries":1}`+"\n"+
		`{"stream":"events:a.b","group":"g","consumer":"c","id":"2-1","idle_seconds":1,"deliveries":1}`+"\n"+line("3-1")), 0)
	if err != nil {
		t.Fatal(err)
	}
	batches := make(chan *batch, 10)
	l.read(t.Context(), 1, false, batches)
	var got []string
	for b := range batches {
		got = append(got, fmt.Sprint(b.kind, len(b.entries), len(b.pending), b.line))
	}
	if want := []string{"0 2 0 2", "1 0 0 3", "2 0 0 4", "3 0 2 6", "0 1 0 7"}; !slices.Equal(got, want) {
		t.Errorf("%q, want %q", got, want)
	}
}
