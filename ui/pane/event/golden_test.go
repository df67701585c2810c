package event

import (
	"errors"
	"fmt"
	"testing"
	"time"

	"streamdesk/ui/pane/panetest"

	"github.com/charmbracelet/x/exp/golden"

	"streamdesk/model"
	"streamdesk/model/payload"
	"streamdesk/ui/pane"
)

var drawnAt = time.Date(2026, 7, 1, 14, 4, 25, 0, time.UTC)

// entryWith is the entry of the picture, with that payload.
func entryWith(text string, more ...model.Field) *model.Record {
	e := model.Entry{
		Stream: "events:workflow.retried",
		ID:     model.Position{Ms: uint64(drawnAt.Add(-2*time.Minute - 13*time.Second).UnixMilli())},
		Fields: append([]model.Field{{Name: "data", Value: text}}, more...),
	}
	r := payload.Wire(e, "events:")
	return &r
}

const pictured = `{"id":"0192f7b2-7d2e-7a44-9d0c-3f1d2a9b8c7e","type":"workflow.retried","workflow_id":"wf-8f31",` +
	`"timestamp":"2026-07-01T14:01:55.5Z","data":{"contract":"ERC20","attempt":2,"note":"naïve 日本語 \u001b[31mred\n",` +
	`"steps":[{"name":"compile","ok":true},{"name":"audit","ok":null}],"empty":{}},"source_agent":"coordinator"}`

func deliveryOf(key model.Key) *model.Delivery {
	return &model.Delivery{Key: key, Groups: []model.GroupDelivery{
		{Group: "db_writers", State: model.DeliveryPending, Pending: &model.Pending{
			ID: key.ID, Consumer: "worker-3", Idle: 110 * time.Second, Deliveries: 4,
		}},
		{Group: "log_aggregators", State: model.DeliveryAcked},
		{Group: "metrics_collectors", State: model.NotDelivered},
		{Group: "websocket_workers", State: model.DeliveryAcked},
	}}
}

func TestEventLooks(t *testing.T) {
	shown := func(r *model.Record, change ...func(*Pane)) *Pane {
		d := New(nowhere, nil)
		d.Show(r)
		if r != nil {
			d.SetDelivery(r.Key(), deliveryOf(r.Key()), nil)
		}
		for _, c := range change {
			c(d)
		}
		return d
	}
	next := func(d *Pane) { d.NextView() }
	plain := func() *model.Record { return entryWith(pictured) }
	cases := []struct {
		name   string
		detail func() *Pane
	}{
		{"tree", func() *Pane { return shown(plain()) }},
		{"folded", func() *Pane { return shown(plain(), func(d *Pane) { foldData(d) }) }},
		{"raw", func() *Pane { return shown(plain(), next) }},
		{"fields", func() *Pane {
			r := entryWith(pictured, model.Field{Name: "origin", Value: "events:workflow.failed/1719-0"},
				model.Field{Name: "reason", Value: "deliveries: 4 of at most 3"}, model.Field{Name: "reason", Value: "\x00\xffé"})
			return shown(r, next, func(d *Pane) { d.NextView(); d.Unfold() })
		}},
		{"hex", func() *Pane {
			r := entryWith("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff{\"id\":\"1\"}\r\n\x7fé" + pictured[:60])
			return shown(r, next, func(d *Pane) { d.NextView() })
		}},
		{"hexfield", func() *Pane {
			r := entryWith(pictured, model.Field{Name: "trace", Value: "\x00\x01\xfe\xff of a span"})
			return shown(r, next, func(d *Pane) {
				d.NextView()
				panetest.Fitted(d, panetest.View(t, "none", 70, 16, drawnAt))
				d.Move(pane.Bottom, pane.Known{})
				d.Unfold()
				d.Unfold()
			})
		}},
		{"broken", func() *Pane { return shown(entryWith(`{"id":"1","data":{"a":[1,2,}}`)) }},
		{"nopayload", func() *Pane {
			r := payload.Wire(model.Entry{Stream: "other", ID: model.Position{Ms: 5, Seq: 1}, Fields: []model.Field{{Name: "temperature", Value: "21.5"}, {Name: "room", Value: "küche"}}}, "events:")
			return shown(&r)
		}},
		{"gone", func() *Pane {
			r := payload.Wire(model.Entry{Stream: "events:workflow.started", ID: model.Position{Ms: 1719842531640}}, "events:")
			return shown(&r)
		}},
		{"lost", func() *Pane {
			return shown(plain(), func(d *Pane) {
				d.SetDelivery(d.Shown().Key(), nil, errors.New("NOPERM this user has no permissions to run the 'xpending' command"))
				d.gone = true
			})
		}},
		{"scrolled", func() *Pane {
			return shown(plain(), func(d *Pane) {
				panetest.Fitted(d, panetest.View(t, "none", 36, 14, drawnAt))
				d.Move(pane.Bottom, pane.Known{})
			})
		}},
		{"nothing", func() *Pane { return shown(nil) }},
	}
	for _, size := range []struct{ width, height int }{{36, 14}, {70, 16}, {118, 30}} {
		for _, c := range cases {
			t.Run(fmt.Sprintf("%s-%dx%d", c.name, size.width, size.height), func(t *testing.T) {
				golden.RequireEqual(t, panetest.Framed(c.detail(), panetest.View(t, "none", size.width, size.height, drawnAt)))
			})
		}
	}
	for _, name := range []string{"dark", "light"} {
		t.Run(name, func(t *testing.T) {
			golden.RequireEqual(t, panetest.Framed(shown(plain()), panetest.View(t, name, 70, 16, drawnAt)))
		})
		t.Run("hex-"+name, func(t *testing.T) {
			golden.RequireEqual(t, panetest.Framed(shown(plain(), func(d *Pane) { d.view = viewHex }), panetest.View(t, name, 78, 16, drawnAt)))
		})
	}
}
