package cli

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/bus/sink/metrics"
	"streamdesk/model"
	"streamdesk/model/config"
	"streamdesk/model/health"
	"streamdesk/ui/live"
	"streamdesk/ui/pane"
	"streamdesk/ui/pane/groups"
	"streamdesk/ui/theme"
)

// inEachState puts a stream with one group in each state on a server, and returns the states by stream.
func inEachState(t *testing.T, client *redis.Client) map[string]health.State {
	t.Helper()
	const added = "1762341000000-0"
	for _, key := range []string{"be.hind", "la.te", "lone.ly", "poi.son", "st.uck", "we.ll"} {
		send(t, client, "XGROUP CREATE events:"+key+" g 0 MKSTREAM")
	}
	for i := range 6 {
		send(t, client, fmt.Sprintf("XADD events:be.hind %d-0 data {}", 1762341000000+i))
	}
	send(t, client, "XGROUP CREATECONSUMER events:be.hind g one")
	for _, key := range []string{"la.te", "poi.son", "st.uck", "we.ll"} {
		send(t, client, "XADD events:"+key+" "+added+" data {}")
		send(t, client, "XREADGROUP GROUP g one COUNT 1 STREAMS events:"+key+" >")
	}
	for _, line := range []string{
		"XACK events:we.ll g " + added,
		"XCLAIM events:poi.son g one 0 " + added + " RETRYCOUNT 13 JUSTID",
		"XCLAIM events:st.uck g one 0 " + added + " IDLE 90000000 RETRYCOUNT 13 JUSTID",
		"XADD events:lone.ly " + added + " data {}",
	} {
		send(t, client, line)
	}
	return map[string]health.State{
		"events:be.hind": health.Behind, "events:la.te": health.Late, "events:lone.ly": health.NoConsumers,
		"events:poi.son": health.Poison, "events:st.uck": health.Stuck, "events:we.ll": health.KeepingUp,
	}
}

// TestTheSameGroupHasTheSameWordEverywhere: in the pane, the command, doctor, the alerts and the metrics, by limits that
// come from the settings.
func TestTheSameGroupHasTheSameWordEverywhere(t *testing.T) {
	t.Parallel()
	redistest.Needs(t, redistest.Lag)
	server := redistest.Start(t)
	states := inEachState(t, server.Client())
	h := newHost(t, server.Addr())
	h.env["STREAMDESK_ALERTS_LAG"], h.env["STREAMDESK_ALERTS_IDLE"] = "5", "10h"
	settings := config.Default()
	settings.Alerts.Lag, settings.Alerts.Idle = 5, config.Duration(10*time.Hour)
	limits := settings.Alerts.Limits()
	b, err := bus.Open(t.Context(), server.Client())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close(context.WithoutCancel(t.Context())) }()
	snapshot, err := b.Reader().Snapshot(t.Context(), sortedKeys(states))
	if err != nil {
		t.Fatal(err)
	}
	told := map[string]map[string]string{ // by who says it, by stream
		"the pane": inThePane(t, &snapshot, limits), "the groups command": byTheCommand(t, h), "doctor": byDoctor(t, h),
		"the alerts": byTheAlerts(&snapshot, limits), "the metrics": inTheMetrics(t, b, limits),
	}
	for who, words := range told {
		for key, want := range states {
			if got := words[key]; got != want.String() {
				t.Errorf("%s says %q of %s, which is %q", who, got, key, want)
			}
		}
	}
}

func sortedKeys(states map[string]health.State) []string {
	var keys []string
	for key := range states {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// inThePane are the words that the footer of the groups begins with.
func inThePane(t *testing.T, s *model.Snapshot, limits health.Limits) map[string]string {
	t.Helper()
	th, err := theme.New("none", theme.Settings{})
	if err != nil {
		t.Fatal(err)
	}
	d := live.NewData(1)
	d.Limits = limits
	d.Apply(live.Batch{Snapshot: s}, s.At)
	words := map[string]string{}
	for i := range s.Streams {
		p := groups.New("events:")
		p.Refresh(pane.Scope{Stream: s.Streams[i].Key}, d)
		v := pane.View{Theme: th, Data: d, Width: 120, Height: 10, Now: s.At, Location: time.UTC}
		p.Fit(v)
		f := p.Draw(v)
		words[s.Streams[i].Key], _, _ = strings.Cut(f.Footer, ":")
	}
	return words
}

func byTheCommand(t *testing.T, h *host) map[string]string {
	t.Helper()
	var rows []struct {
		Stream, State string
		Why           *string
	}
	if err := json.Unmarshal([]byte(h.want(t, "groups", "--output", "json")), &rows); err != nil {
		t.Fatal(err)
	}
	words := map[string]string{}
	for i := range rows {
		words[rows[i].Stream] = rows[i].State
		if (rows[i].Why == nil) != (rows[i].State == health.KeepingUp.String()) {
			t.Errorf("%s is %s without a reason, or with one too many", rows[i].Stream, rows[i].State)
		}
	}
	return words
}

// byDoctor are the checks that found the streams, the worst of each.
func byDoctor(t *testing.T, h *host) map[string]string {
	t.Helper()
	var rows []jsonFinding
	if err := json.Unmarshal([]byte(h.want(t, "doctor", "--interval", "0s", "--output", "json")), &rows); err != nil {
		t.Fatal(err)
	}
	words := map[string]string{"events:we.ll": health.KeepingUp.String()}
	for state := health.Behind; state <= health.NoConsumers; state++ {
		for i := range rows {
			if rows[i].Stream != nil && strings.ReplaceAll(rows[i].Check, "_", " ") == state.String() {
				words[*rows[i].Stream] = state.String()
			}
		}
	}
	return words
}

func byTheAlerts(s *model.Snapshot, limits health.Limits) map[string]string {
	words := map[string]string{}
	for i := range s.Streams {
		words[s.Streams[i].Key] = health.KeepingUp.String()
	}
	alerts, _ := limits.Review(nil, nil, s)
	slices.SortStableFunc(alerts, func(a, b health.Alert) int { return int(a.State) - int(b.State) })
	for i := range alerts {
		words[alerts[i].Stream], _, _ = strings.Cut(alerts[i].What(), ":")
	}
	return words
}

// inTheMetrics are the states that have a series.
func inTheMetrics(t *testing.T, b *bus.Bus, limits health.Limits) map[string]string {
	t.Helper()
	c := metrics.New(sink.Setup{}, metrics.Options{Limits: limits})
	ctx, cancel := context.WithCancel(t.Context())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx, b) }()
	defer func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
	}()
	words := map[string]string{}
	redistest.Eventually(t, patience, func() bool {
		answer := httptest.NewRecorder()
		c.Routes()["GET /metrics"].ServeHTTP(answer, httptest.NewRequestWithContext(ctx, "GET", "/metrics", nil))
		for line := range strings.Lines(answer.Body.String()) {
			var state, stream string
			if labels, ok := strings.CutPrefix(line, `streamdesk_group_state{group="g",state="`); ok {
				state, labels, _ = strings.Cut(labels, `",stream="`)
				stream, _, _ = strings.Cut(labels, `"`)
				words[stream] = state
			}
		}
		return len(words) > 0
	}, "the collector tells of groups")
	return words
}
