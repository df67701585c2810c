package changes

import (
	"strings"
	"testing"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/ui/cli/program"
	"streamdesk/ui/cli/programtest"
)

func TestAReportAboutManyEntriesListsThoseThatWentOtherwise(t *testing.T) {
	rows := make([]model.Pending, 100)
	outcomes := make([]change.Outcome, len(rows))
	for i := range rows {
		outcomes[i] = change.Outcome{ID: model.Position{Ms: uint64(i + 1)}, Outcome: "acked"}
		if i%2 == 0 && i < 60 {
			outcomes[i].Outcome = change.Moved
		}
	}
	r := newReport(&change.Ack, &target{stream: "events:a.b", group: "g", rows: rows}, false)
	r.add(outcomes[:90])
	r.Changed = 60
	var out programtest.Screen
	p := &program.Program{Streams: program.Streams{Out: &out}}
	if err := printReport(p, r); err != nil {
		t.Fatal(err)
	}
	text := out.String()
	if !strings.HasPrefix(text, "acked 60 of 100 in group g on events:a.b: 30 left alone: another consumer got it, or it was delivered again, 10 not come to\n") ||
		strings.Count(text, "-0") != shownEntries || strings.Contains(text, "2-0  acked") || !strings.HasSuffix(text, "… and 10 more\n") {
		t.Errorf("the report says\n%s", text)
	}
	if r.err() != nil {
		t.Errorf("it is taken for a failure: %v", r.err())
	}
}
