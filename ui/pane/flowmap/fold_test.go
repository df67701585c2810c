package flowmap

import (
	"regexp"
	"slices"
	"strings"
	"testing"
	"time"

	"streamdesk/model"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
)

func TestWhatIsFoldedIsOneLineAndIsRemembered(t *testing.T) {
	p, v := shown(t, "none", 118, 30, 26)
	p.Lead(pane.Scope{Stream: "events:s0003.progress"}, nil)
	p.Fold()
	drawn := text(p, v)
	if !regexp.MustCompile(`▸auditor ▸ .*─█▸║`).MatchString(drawn) || !strings.Contains(drawn, "9 streams ▸") || strings.Contains(drawn, " s0003.progress  ") {
		t.Errorf("the streams of the agent aren't one line with the worst state:\n%s", drawn)
	}
	p.Aside(true)
	if drawn = text(p, v); !strings.Contains(drawn, " s0003.progress  ") {
		t.Errorf("going in doesn't unfold:\n%s", drawn)
	}
	p.Aside(false)
	p.Aside(false)
	if !slices.Equal(p.Folds(), []string{"agent:auditor"}) {
		t.Errorf("at the left end %q is folded", p.Folds())
	}
	p.at = node{column: consumers, group: "db_writers", consumer: "worker-2"}
	p.Fold()
	if drawn = text(p, v); !strings.Contains(drawn, "▸█ db_writers ▸") || strings.Count(drawn, "worker-2") != 1 {
		t.Errorf("the consumers of the group are there:\n%s", drawn)
	}
	again, _ := shown(t, "none", 118, 30, 26)
	again.TakeFolds(p.Folds())
	if got := again.Folds(); !slices.Equal(got, []string{"agent:auditor", "group:db_writers"}) || !strings.Contains(text(again, v), "9 streams ▸") {
		t.Errorf("it comes back with %q:\n%s", got, text(again, v))
	}
	again.TakeFolds(nil)
	if len(again.Folds()) > 0 || strings.Contains(text(again, v), "9 streams ▸") {
		t.Errorf("it stays folded:\n%s", text(again, v))
	}
}

func TestASearchFindsWhatIsFolded(t *testing.T) {
	p, v := shown(t, "none", 118, 30, 26)
	p.TakeFolds([]string{"agent:auditor", "group:db_writers"})
	find := func(name string) {
		rows := p.Rows(pane.Known{})
		for row := range rows.Len {
			if rows.Text(row) == name {
				rows.Go(row)
				return
			}
		}
		t.Fatalf("%s isn't found", name)
	}
	find("s0003.progress")
	if drawn := text(p, v); !strings.Contains(drawn, "▸s0003.progress") {
		t.Errorf("the stream isn't under the cursor:\n%s", drawn)
	}
	find("worker-2")
	if drawn := text(p, v); !strings.Contains(drawn, "▸▒ worker-2") {
		t.Errorf("the consumer isn't under the cursor:\n%s", drawn)
	}
}

func TestAGroupThatDoesNotReadTheStreamLeadsToWhereItIsWorst(t *testing.T) {
	p, v := shown(t, "none", 118, 20, 26)
	v.Data.Snapshot.Streams[0].Groups = nil
	p.Refresh(pane.Scope{}, v.Data)
	p.arrange()
	for _, at := range []node{
		{column: groups, stream: "events:s0000.progress", group: "db_writers"},
		{column: consumers, stream: "events:s0000.progress", group: "db_writers", consumer: "worker-2"},
	} {
		p.at = at
		if e, ok := p.Enter(); !ok || e.To.Scope != (pane.Scope{Stream: "events:s0003.progress", Group: "db_writers"}) {
			t.Errorf("%+v leads to %+v", at, e.To)
		}
		if drawn := text(p, v); !strings.Contains(drawn, "s0003.progress → db_writers: poison") {
			t.Errorf("nothing says why:\n%s", drawn)
		}
	}
}

func TestAClickPutsTheCursorOnTheNodeThere(t *testing.T) {
	for _, size := range [][2]int{{78, 20}, {118, 30}, {198, 55}} {
		p, v := shown(t, "none", size[0], size[1], 26)
		lines := strings.Split(text(p, v), "\n")[1:]
		for _, c := range []struct {
			name, of string
			want     node
		}{
			{"aud", "", node{column: agents, stream: "events:s0000.progress"}},
			{"s0006", "", node{column: streams, stream: "events:s0006.progress"}},
			{"log_a", "", node{column: groups, group: "log_aggregators"}},
			{"worker-2", "", node{column: consumers, group: "db_writers", consumer: "worker-2"}},
		} {
			line := slices.IndexFunc(lines, func(s string) bool { return strings.Contains(s, c.name) })
			before, _, _ := strings.Cut(lines[line], c.name)
			x := len([]rune(before))
			p.at = node{}
			pane.ClickAt(p, x, line, v.Data)
			if got := p.at; got.column != c.want.column || c.want.stream != "" && got.stream != c.want.stream || got.group != c.want.group || got.consumer != c.want.consumer {
				t.Errorf("%v: a click on %s goes to %+v, want %+v", size, c.name, got, c.want)
			}
			p.at = node{}
			pane.ClickAt(p, x, 0, v.Data)
			pane.ClickAt(p, x, size[1]-1, v.Data)
			if p.at != (node{}) {
				t.Errorf("%v: a click beside the rows goes to %+v", size, p.at)
			}
		}
	}
}

func TestGroupsAndConsumersHaveTheirRates(t *testing.T) {
	d := live.NewData(10)
	for second := range int64(3) {
		s := &model.Snapshot{At: now.Add(time.Duration(second) * time.Second)}
		for _, key := range []string{"events:a", "events:b"} {
			g := model.Group{Name: "db_writers", Lag: model.Exactly(70), EntriesRead: model.Exactly(20 * second), Consumers: []model.Consumer{{Name: "worker-1"}}}
			shared := g
			shared.Name, shared.Consumers = "log_aggregators", []model.Consumer{{Name: "worker-1"}, {Name: "worker-2"}, {Name: "worker-3", Idle: time.Hour}}
			if key == "events:b" {
				shared.Lag, shared.EntriesRead = model.Count{}, model.Count{}
			}
			s.Streams = append(s.Streams, model.Stream{Key: key, Length: 5, Last: model.PositionAt(now), Groups: []model.Group{g, shared}})
		}
		d.Apply(live.Batch{Snapshot: s, SnapshotAt: s.At, Skipped: model.Exactly(0)}, s.At)
	}
	p, v := shown(t, "none", 198, 30, 0)
	v.Data = d
	p.Refresh(pane.Scope{}, d)
	drawn := text(p, v)
	for _, want := range []string{
		`✓ db_writers +40 +140 `,                // what it acks, and the lag of both streams
		`\? log_aggregators +~20 +~70 `,         // of those of which it is known
		`✓ worker-1 +40/s +holds 0 +idle <0.1s`, // alone in its group
		`✓ worker-1 +\?/s +holds 0`,             // one of two
		`· worker-3 +- +holds 0 +idle 1h00m`,    // away
		`a → db_writers: keeping up · in 0/s · acked 20/s · lag 70 · 0 pending`,
	} {
		if !regexp.MustCompile(want).MatchString(drawn) {
			t.Errorf("%s isn't shown:\n%s", want, drawn)
		}
	}
}
