package websocket_test

import (
	"fmt"
	"net/http"
	"slices"
	"strings"
	"testing"

	ws "github.com/coder/websocket"

	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/websocket"
	"streamdesk/model"
)

func TestEachClientGetsWhatItsFilterLetsThrough(t *testing.T) {
	server := redistest.Start(t)
	w := start(t, server.Addr(), "a", websocket.Options{})
	all, one := w.listen(t, ""), w.listen(t, "workflow_id=wf-1")
	some := w.listen(t, "type=audit.*&type=workflow.failed")
	both := w.listen(t, "workflow_id=wf-1&workflow_id=wf-2&type=*.started")
	p := newPublisher(t, server.Client())
	for _, e := range []struct {
		kind     model.Type
		workflow string
	}{
		{"workflow.started", "wf-1"},
		{"workflow.started", "wf-2"},
		{"audit.started", "wf-1"},
		{"audit.failed", "wf-2"},
		{"workflow.failed", "wf-3"},
		{"workflow.started", "wf-3"},
		{"custom.thing", ""},
	} {
		p.publish(t, e.kind, e.workflow)
		p.flush(t)
	}
	for _, c := range []struct {
		who  *listener
		want []string
	}{
		{all, []string{"e000001", "e000002", "e000003", "e000004", "e000005", "e000006", "e000007"}},
		{one, []string{"e000001", "e000003"}},
		{some, []string{"e000003", "e000004", "e000005"}},
		{both, []string{"e000001", "e000002", "e000003"}},
	} {
		got := ids(c.who.await(t, len(c.want)))
		slices.Sort(got)
		if !slices.Equal(got, c.want) {
			t.Errorf("got %v, want %v", got, c.want)
		}
	}
}

func TestEveryClientGetsEveryEventInTheOrderOfItsWorkflowWhicheverProcessReadIt(t *testing.T) {
	server := redistest.Start(t)
	workers := []*worker{
		start(t, server.Addr(), "a", websocket.Options{Buffer: 100}), start(t, server.Addr(), "b", websocket.Options{}),
	}
	var clients []*listener
	for _, w := range workers {
		clients = append(clients, w.listen(t, ""), w.listen(t, ""))
	}
	p := newPublisher(t, server.Client())
	const workflows, each = 50, 40
	kinds := model.KnownTypes()
	for i := range each {
		for n := range workflows {
			p.publish(t, kinds[(i*7+n)%len(kinds)], fmt.Sprintf("wf-%d", n))
		}
	}
	p.flush(t)
	for _, c := range clients {
		got := c.await(t, workflows*each)
		unique(t, got)
		last := map[string]model.Position{}
		for _, m := range got {
			at, err := model.ParsePosition(m.ID)
			if err != nil {
				t.Fatal(err)
			}
			if at.Ms < last[m.Workflow].Ms {
				t.Fatalf("%s: %s after %s", m.Workflow, at, last[m.Workflow])
			}
			last[m.Workflow] = at
		}
	}
	redistest.Eventually(t, patience, func() bool { return pending(t, p) == 0 }, "everything is acknowledged")
}

// pending counts what is pending or not delivered in the group.
func pending(t *testing.T, p *publisher) int64 {
	t.Helper()
	keys, err := p.Reader().Discover(t.Context())
	if err != nil {
		t.Fatal(err)
	}
	snapshot, err := p.Reader().Snapshot(t.Context(), keys)
	if err != nil {
		t.Fatal(err)
	}
	var n int64
	for _, s := range snapshot.Streams {
		found := false
		for _, g := range s.Groups {
			if g.Name == sink.WebsocketWorkers {
				found = true
				n += g.Pending + g.Lag.N
			}
		}
		if !found {
			n += s.Length
		}
	}
	return n
}

func TestFromCatchesUpAndGoesOverToLiveWithNoGapAndNothingTwice(t *testing.T) {
	server := redistest.Start(t)
	w := start(t, server.Addr(), "a", websocket.Options{})
	p := newPublisher(t, server.Client())
	kinds := model.KnownTypes()
	const before, during = 4000, 12000
	for i := range before {
		p.publish(t, kinds[i%len(kinds)], fmt.Sprintf("wf-%d", i%10))
	}
	p.flush(t)
	var clients []*listener
	for i := range during {
		p.publish(t, kinds[i%len(kinds)], fmt.Sprintf("wf-%d", i%10))
		if i%2000 == 0 {
			clients = append(clients, w.listen(t, "from=0"), w.listen(t, "from=0-1&workflow_id=wf-3&type=*"))
		}
	}
	p.flush(t)
	for i, c := range clients {
		want := before + during
		if i%2 == 1 {
			want /= 10
		}
		unique(t, c.await(t, want))
	}
	// In the middle: from the entry that is named on, itself included.
	all := clients[0].messages()
	middle := all[len(all)/2]
	at, err := model.ParsePosition(middle.ID)
	if err != nil {
		t.Fatal(err)
	}
	want := 0
	for _, m := range all {
		if id, _ := model.ParsePosition(m.ID); !id.Before(at) {
			want++
		}
	}
	unique(t, w.listen(t, "from="+middle.ID).await(t, want))
}

func TestRequestsThatAreWrongAreRefusedWithTheReason(t *testing.T) {
	server := redistest.Start(t)
	const token = "s3cret-token"
	w := start(t, server.Addr(), "a", websocket.Options{Token: token, Origins: []string{"app.example.com", "https://*.example.org"}, MaxClients: 3})
	bearer := func(token string) http.Header { return http.Header{"Authorization": {"Bearer " + token}} }
	with := func(origin string) http.Header {
		h := bearer(token)
		h.Set("Origin", origin)
		return h
	}
	for _, c := range []struct {
		name, query string
		header      http.Header
		protocols   []string
		code        int
		says        string
	}{
		{"no token", "", nil, nil, 401, "work.websocket_workers.token_env"},
		{"a wrong token", "", bearer("s3cret-tokem"), nil, 401, "wrong or missing token"},
		{"a wrong token as a subprotocol", "", nil, []string{websocket.Protocol, "bearer.x"}, 401, "wrong or missing token"},
		{"the token", "", bearer(token), nil, 101, ""},
		{"the token as a subprotocol", "", nil, []string{websocket.Protocol, "bearer." + token}, 101, ""},
		{"another origin", "", with("https://evil.example"), nil, 403, "work.websocket_workers.origins"},
		{"the server's own origin", "", with(w.url), nil, 101, ""},
		{"an allowed host", "", with("http://app.example.com"), nil, 101, ""},
		{"an allowed scheme and host", "", with("https://a.example.org"), nil, 101, ""},
		{"another scheme", "", with("http://a.example.org"), nil, 403, "http://a.example.org is not allowed"},
		{"a file's origin", "", with("null"), nil, 403, "not allowed"},
		{"a malformed from", "from=yesterday", bearer(token), nil, 400, `from: "yesterday" is no entry ID; want milliseconds-sequence`},
		{"the end as from", "from=%2B", bearer(token), nil, 400, "from:"},
		{"an empty type", "type=", bearer(token), nil, 400, "type: it is empty"},
		{"an unknown parameter", "workflow=wf-1", bearer(token), nil, 400, "workflow: there is no such parameter"},
	} {
		code, text := w.refusal(t, c.query, c.header, c.protocols...)
		if code != c.code || !strings.Contains(text, c.says) {
			t.Errorf("%s: %d %q, want %d and %q", c.name, code, text, c.code, c.says)
		}
	}
	redistest.Eventually(t, patience, func() bool {
		code, _ := w.refusal(t, "", bearer(token))
		return code == 101
	}, "the clients of before are gone")
	for range 2 {
		conn := w.dial(t, "", &ws.DialOptions{HTTPHeader: bearer(token)})
		t.Cleanup(func() { _ = conn.CloseNow() })
	}
	redistest.Eventually(t, patience, func() bool {
		conn, response, err := ws.Dial(t.Context(), w.url+"/ws", &ws.DialOptions{HTTPHeader: bearer(token)}) //nolint:bodyclose // read in full already
		if err == nil {
			t.Cleanup(func() { _ = conn.CloseNow() })
			return false
		}
		return response.StatusCode == http.StatusServiceUnavailable
	}, "one client too many is refused")
}
