package pending

import (
	"strings"
	"testing"
	"time"

	"streamdesk/ui/pane/panetest"

	"github.com/charmbracelet/x/ansi"

	"streamdesk/model"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/theme"
)

func TestAnEntrysIDIsAsShortAsTellsItApart(t *testing.T) {
	t.Parallel()
	th, err := theme.New("none", theme.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	key := live.GroupKey{Stream: "events:workflow.started", Group: "db_writers"}
	const ms = 1795442665000
	for _, c := range []struct {
		name     string
		width    int
		ids      []model.Position
		has, not string
	}{
		{"narrow", 48, []model.Position{{Ms: ms}, {Ms: ms + 340}}, "…665000-0 worker-3", "1795442665000-0"},
		{"narrow, and alike at the end", 48, []model.Position{{Ms: ms}, {Ms: ms + 1_000_000}, {Ms: ms + 10_000_000}}, "…42665000-0 worker-3", "1795442665000-0"},
		{"narrow, and alike but for the beginning", 48, []model.Position{{Ms: ms}, {Ms: ms + 1_000_000_000_000}}, "1795442665000-0 worker-3", "…"},
		{"narrow, with a long number behind", 48, []model.Position{{Ms: ms, Seq: 12345}, {Ms: ms, Seq: 12346}}, "…00-12345 worker-3", "1795442665000-"},
		{"with room", 56, []model.Position{{Ms: ms}, {Ms: ms + 340}}, "1795442665000-0", "…"},
		{"very narrow", 24, []model.Position{{Ms: ms}, {Ms: ms + 340}}, "…665000-0", "1795442665000-0"},
	} {
		p := New()
		p.Refresh(key, nil)
		rows := make([]model.PendingEntry, len(c.ids))
		for i, id := range c.ids {
			rows[i].Pending = model.Pending{ID: id, Consumer: "worker-3", Deliveries: 1}
		}
		p.SetRows(Read{Key: key, Rows: rows, Whole: true})
		f := panetest.Fitted(p, pane.View{Theme: th, Data: live.NewData(1), Width: c.width, Height: 10, Location: time.UTC})
		text := ansi.Strip(strings.Join(f.Lines, "\n"))
		if !strings.Contains(text, c.has) || strings.Contains(text, c.not) {
			t.Errorf("%s: want %q, not %q:\n%s", c.name, c.has, c.not, text)
		}
		if _, got := p.Chosen(); len(got) != 1 || got[0] != p.Current().ID {
			t.Errorf("%s: it acts on %v", c.name, got)
		}
	}
}
