package pane

import (
	"errors"
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/charmbracelet/x/exp/golden"
	"github.com/muesli/termenv"

	"streamdesk/model"
	"streamdesk/model/payload"
	"streamdesk/ui/live"
	"streamdesk/ui/theme"
	"streamdesk/ui/widget"
)

var detailNow = time.Date(2026, 7, 1, 14, 4, 25, 0, time.UTC)

// detailRecord is the entry of the picture, with that payload.
func detailRecord(text string, more ...model.Field) *model.Record {
	e := model.Entry{
		Stream: "events:workflow.retried",
		ID:     model.Position{Ms: uint64(detailNow.Add(-2*time.Minute - 13*time.Second).UnixMilli())},
		Fields: append([]model.Field{{Name: "data", Value: text}}, more...),
	}
	r := payload.Wire(e, "events:")
	return &r
}

const detailPayload = `{"id":"0192f7b2-7d2e-7a44-9d0c-3f1d2a9b8c7e","type":"workflow.retried","workflow_id":"wf-8f31",` +
	`"timestamp":"2026-07-01T14:01:55.5Z","data":{"contract":"ERC20","attempt":2,"note":"naïve 日本語 \u001b[31mred\n",` +
	`"steps":[{"name":"compile","ok":true},{"name":"audit","ok":null}],"empty":{}},"source_agent":"coordinator"}`

func detailDelivery(key model.Key) *model.Delivery {
	return &model.Delivery{Key: key, Groups: []model.GroupDelivery{
		{Group: "db_writers", State: model.DeliveryPending, Pending: &model.Pending{
			ID: key.ID, Consumer: "worker-3", Idle: 110 * time.Second, Deliveries: 4,
		}},
		{Group: "log_aggregators", State: model.DeliveryAcked},
		{Group: "metrics_collectors", State: model.NotDelivered},
		{Group: "websocket_workers", State: model.DeliveryAcked},
	}}
}

func viewOf(t testing.TB, themeName string, width, height int) View {
	t.Helper()
	th, err := theme.New(themeName, theme.Settings{Profile: termenv.TrueColor})
	if err != nil {
		t.Fatal(err)
	}
	return View{
		Theme: th, Data: live.NewData(10), Width: width, Height: height, Focused: true,
		Now: detailNow, Location: time.UTC,
	}
}

// framed draws a pane in its box, as it stands on the screen.
func framed(p Pane, v View) string {
	f := fitted(p, v)
	box := widget.Box{
		Width: v.Width + 2, Height: v.Height + 2, Title: f.Title, Note: f.Note, Footer: f.Footer,
		Edge: v.Theme.Faint, TitleInk: v.Theme.Strong, NoteInk: v.Theme.Dim,
	}
	return strings.Join(box.Draw(f.Lines), "\n") + "\n"
}

func TestDetailLooks(t *testing.T) {
	shown := func(r *model.Record, change ...func(*Detail)) *Detail {
		d := NewDetail()
		d.Show(r)
		if r != nil {
			d.SetDelivery(r.Key(), detailDelivery(r.Key()), nil)
		}
		for _, c := range change {
			c(d)
		}
		return d
	}
	next := func(d *Detail) { d.NextView() }
	plain := func() *model.Record { return detailRecord(detailPayload) }
	cases := []struct {
		name   string
		detail func() *Detail
	}{
		{"tree", func() *Detail { return shown(plain()) }},
		{"folded", func() *Detail { return shown(plain(), func(d *Detail) { foldData(d) }) }},
		{"raw", func() *Detail { return shown(plain(), next) }},
		{"fields", func() *Detail {
			r := detailRecord(detailPayload, model.Field{Name: "origin", Value: "events:workflow.failed/1719-0"},
				model.Field{Name: "reason", Value: "deliveries: 4 of at most 3"}, model.Field{Name: "reason", Value: "\x00\xffé"})
			return shown(r, next, func(d *Detail) { d.NextView(); d.Unfold() })
		}},
		{"hex", func() *Detail {
			r := detailRecord("\x1f\x8b\x08\x00\x00\x00\x00\x00\x00\xff{\"id\":\"1\"}\r\n\x7fé" + detailPayload[:60])
			return shown(r, next, func(d *Detail) { d.NextView() })
		}},
		{"hexfield", func() *Detail {
			r := detailRecord(detailPayload, model.Field{Name: "trace", Value: "\x00\x01\xfe\xff of a span"})
			return shown(r, next, func(d *Detail) {
				d.NextView()
				fitted(d, viewOf(t, "none", 70, 16))
				d.Move(Bottom, nil)
				d.Unfold()
				d.Unfold()
			})
		}},
		{"broken", func() *Detail { return shown(detailRecord(`{"id":"1","data":{"a":[1,2,}}`)) }},
		{"nopayload", func() *Detail {
			r := payload.Wire(model.Entry{Stream: "other", ID: model.Position{Ms: 5, Seq: 1}, Fields: []model.Field{{Name: "temperature", Value: "21.5"}, {Name: "room", Value: "küche"}}}, "events:")
			return shown(&r)
		}},
		{"gone", func() *Detail {
			r := payload.Wire(model.Entry{Stream: "events:workflow.started", ID: model.Position{Ms: 1719842531640}}, "events:")
			return shown(&r)
		}},
		{"lost", func() *Detail {
			return shown(plain(), func(d *Detail) {
				d.SetDelivery(d.Shown().Key(), nil, errors.New("NOPERM this user has no permissions to run the 'xpending' command"))
				d.gone = true
			})
		}},
		{"scrolled", func() *Detail {
			return shown(plain(), func(d *Detail) { fitted(d, viewOf(t, "none", 36, 14)); d.Move(Bottom, nil) })
		}},
		{"nothing", func() *Detail { return shown(nil) }},
	}
	for _, size := range []struct{ width, height int }{{36, 14}, {70, 16}, {118, 30}} {
		for _, c := range cases {
			t.Run(fmt.Sprintf("%s-%dx%d", c.name, size.width, size.height), func(t *testing.T) {
				golden.RequireEqual(t, framed(c.detail(), viewOf(t, "none", size.width, size.height)))
			})
		}
	}
	for _, name := range []string{"dark", "light"} {
		t.Run(name, func(t *testing.T) {
			golden.RequireEqual(t, framed(shown(plain()), viewOf(t, name, 70, 16)))
		})
		t.Run("hex-"+name, func(t *testing.T) {
			golden.RequireEqual(t, framed(shown(plain(), func(d *Detail) { d.view = viewHex }), viewOf(t, name, 78, 16)))
		})
	}
}
