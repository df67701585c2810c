package bus_test

import (
	"slices"
	"testing"
	"time"

	"streamdesk/bus/observe"
	"streamdesk/model"
)

func TestPendingNarrowsTheListAsAsked(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 10)
			s.deliver(t, "events:a", "g", "c1", 4)
			s.deliver(t, "events:a", "g", "c2", 4)
			s.run(t, "XCLAIM", "events:a", "g", "c2", "0", "6-0", "8-0", "IDLE", "7200000", "RETRYCOUNT", "5", "JUSTID")
			q := observe.PendingQuery{Stream: "events:a", Group: "g"}
			for _, test := range []struct {
				name  string
				query func(q *observe.PendingQuery)
				want  []model.Position
			}{
				{"all", func(*observe.PendingQuery) {}, ids(1, 2, 3, 4, 5, 6, 7, 8)},
				{"one consumer", func(q *observe.PendingQuery) { q.Consumer = "c1" }, ids(1, 2, 3, 4)},
				{"nobody", func(q *observe.PendingQuery) { q.Consumer = "nobody" }, ids()},
				{"idle", func(q *observe.PendingQuery) { q.MinIdle = time.Hour }, ids(6, 8)},
				{"idle and of a consumer", func(q *observe.PendingQuery) { q.MinIdle, q.Consumer = time.Hour, "c1" }, ids()},
				{"a page", func(q *observe.PendingQuery) { q.From, q.Count = at(3), 2 }, ids(3, 4)},
				{"a range", func(q *observe.PendingQuery) { q.From, q.To = at(2), at(4) }, ids(2, 3, 4)},
				{"past the end", func(q *observe.PendingQuery) { q.From = at(100) }, ids()},
			} {
				q := q
				test.query(&q)
				got := []model.Position{}
				for _, row := range must(s.Reader().Pending(t.Context(), q))(t) {
					got = append(got, row.ID)
					if (row.ID == at(6) || row.ID == at(8)) && (row.Deliveries != 5 || row.Idle < 2*time.Hour || row.Consumer != "c2") {
						t.Errorf("%s: got %+v", test.name, row)
					}
				}
				if !slices.Equal(got, test.want) {
					t.Errorf("%s: got %v, want %v", test.name, got, test.want)
				}
			}
		})
	}
}

func TestPendingReadsThePayloadsAndMarksWhatIsGone(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 4)
			s.deliver(t, "events:a", "g", "c", 4)
			s.run(t, "XDEL", "events:a", "3-0")
			s.run(t, "XTRIM", "events:a", "MAXLEN", "2") // 2-0 and 4-0
			rows := must(s.Reader().Pending(t.Context(), observe.PendingQuery{Stream: "events:a", Group: "g", Payloads: true}))(t)
			if len(rows) != 4 {
				t.Fatalf("%d rows, want 4", len(rows))
			}
			for _, row := range rows {
				gone := row.ID == at(1) || row.ID == at(3)
				if row.Gone != gone || gone != (row.Entry.Fields == nil) || row.Entry.Stream != "events:a" || row.Entry.ID != row.ID {
					t.Errorf("got %+v", row)
				}
			}
		})
	}
}

func TestDeliverySaysWhereAnEntryStandsWithEachGroup(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 3)
			s.deliver(t, "events:a", "pends", "c", 2)
			s.deliver(t, "events:a", "acks", "c", 2)
			s.run(t, "XACK", "events:a", "acks", "2-0")
			s.run(t, "XGROUP", "CREATE", "events:a", "waits", "1-0")
			d := must(s.Reader().Delivery(t.Context(), model.Key{Stream: "events:a", ID: at(2)}))(t)
			want := map[string]model.DeliveryState{
				"acks": model.DeliveryAcked, "pends": model.DeliveryPending, "waits": model.NotDelivered,
			}
			if d.Gone || len(d.Groups) != len(want) {
				t.Fatalf("got %+v", d)
			}
			for i, g := range d.Groups {
				if g.State != want[g.Group] || (g.Pending != nil) != (g.State == model.DeliveryPending) {
					t.Errorf("%s: %v", g.Group, g.State)
				}
				if i > 0 && g.Group < d.Groups[i-1].Group {
					t.Error("the groups are not sorted")
				}
			}
			s.run(t, "XDEL", "events:a", "2-0")
			d = must(s.Reader().Delivery(t.Context(), model.Key{Stream: "events:a", ID: at(2)}))(t)
			if !d.Gone || d.Groups[1].State != model.DeliveryPending {
				t.Errorf("deleted while pending: %+v", d)
			}
			d = must(s.Reader().Delivery(t.Context(), model.Key{Stream: "events:none", ID: at(2)}))(t)
			if !d.Gone || d.Groups != nil {
				t.Errorf("of no stream: %+v", d)
			}
			s.run(t, "SET", "events:text", "x")
			if _, err := s.Reader().Delivery(t.Context(), model.Key{Stream: "events:text", ID: at(2)}); err == nil {
				t.Error("of no stream at all: no error")
			}
		})
	}
}
