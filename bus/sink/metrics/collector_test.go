package metrics

import (
	"context"
	"encoding/json"
	"fmt"
	"net/http/httptest"
	"os"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/bus/sink"
	"streamdesk/model"
)

// deadline is for a slow machine with a race detector; nothing waits for it.
const deadline = 60 * time.Second

// start runs a collector with a bus of its own until the test ends.
func startCollector(t *testing.T, server *redistest.Server) *Collector {
	t.Helper()
	c := New(sink.Setup{}, Options{})
	b, err := bus.Open(t.Context(), server.Client(), bus.WithHooks(c.Hooks()))
	if err != nil {
		t.Fatal(err)
	}
	ctx, cancel := context.WithCancel(context.Background())
	done := make(chan error, 1)
	go func() { done <- c.Run(ctx, b) }()
	t.Cleanup(func() {
		cancel()
		if err := <-done; err != nil {
			t.Error(err)
		}
		closing, end := context.WithTimeout(context.Background(), deadline)
		defer end()
		if err := b.Close(closing); err != nil {
			t.Error(err)
		}
	})
	return c
}

// scrape is what /metrics answers.
func scrape(t *testing.T, c *Collector) string {
	t.Helper()
	to := httptest.NewRecorder()
	c.Routes()["GET /metrics"].ServeHTTP(to, httptest.NewRequestWithContext(t.Context(), "GET", "/metrics", nil))
	if to.Code != 200 {
		t.Fatalf("%d: %s", to.Code, to.Body)
	}
	return to.Body.String()
}

// sum adds up the values of all series whose line begins with one of the texts.
func sum(t *testing.T, series string, scrapes ...string) float64 {
	t.Helper()
	total := 0.0
	for _, text := range scrapes {
		for line := range strings.Lines(text) {
			if rest, ok := strings.CutPrefix(strings.TrimSpace(line), series); ok && !strings.HasPrefix(line, "#") {
				value, err := strconv.ParseFloat(rest[strings.LastIndexByte(rest, ' ')+1:], 64)
				if err != nil {
					t.Fatal(err)
				}
				total += value
			}
		}
	}
	return total
}

func publish(t *testing.T, server *redistest.Server, events ...model.Event) {
	t.Helper()
	b, err := bus.Open(t.Context(), server.Client())
	if err != nil {
		t.Fatal(err)
	}
	if _, err := b.PublishSync(t.Context(), events...); err != nil {
		t.Fatal(err)
	}
	if err := b.Close(t.Context()); err != nil {
		t.Fatal(err)
	}
}

func TestTwoProcessesTogetherCountEachEventAndMeasureEachStage(t *testing.T) {
	server := redistest.Start(t)
	one, two := startCollector(t, server), startCollector(t, server)
	const workflows = 50
	var events []model.Event
	for i := range workflows {
		for _, kind := range []model.Type{
			model.WorkflowCreated, model.WorkflowStarted, model.AuditStarted, model.AuditFailed, model.WorkflowFailed, model.A2AMessage,
		} {
			events = append(events, model.Event{Type: kind, WorkflowID: fmt.Sprint("wf-", i)})
		}
	}
	publish(t, server, events...)
	var a, b string
	redistest.Eventually(t, deadline, func() bool {
		a, b = scrape(t, one), scrape(t, two)
		return sum(t, "streamdesk_events_total", a, b) == float64(len(events)) &&
			sum(t, `streamdesk_workflow_duration_seconds_count{state="failed"}`, a, b) == workflows &&
			sum(t, `streamdesk_stage_duration_seconds_count{stage="audit",state="failed"}`, a, b) == workflows &&
			sum(t, "streamdesk_acknowledged_entries_total", a, b) == float64(len(events)) &&
			sum(t, "streamdesk_stream_entries", a, b) == float64(2*len(events)) && // each process tells
			sum(t, "streamdesk_group_pending_entries", a, b) == 0 && sum(t, "streamdesk_group_consumers", a, b) > 0
	}, "not everything is counted")
	for series, want := range map[string]float64{
		`streamdesk_events_total{type="audit.failed"}`:                workflows,
		`streamdesk_failures_total{stage="audit"}`:                    workflows,
		`streamdesk_workflows_ended_total{state="failed"}`:            workflows,
		`streamdesk_durations_unmatched_total`:                        0,
		`streamdesk_delivery_latency_seconds_count`:                   float64(len(events)),
		`streamdesk_deliveries_total{group="metrics_collectors",`:     float64(len(events)),
		`streamdesk_stream_entries{stream="events:workflow.started"}`: 2 * workflows, // each process tells
		`streamdesk_group_lag_entries{group="metrics_collectors",`:    0,
		`streamdesk_group_oldest_pending_seconds{group="metrics_coll`: 0,
		`streamdesk_redis_up`:                                         2,
	} {
		if got := sum(t, series, a, b); got != want {
			t.Errorf("%s is %v, want %v", series, got, want)
		}
	}
	for _, c := range []*Collector{one, two} {
		problems, err := testutil.GatherAndLint(c.registry)
		if err != nil {
			t.Fatal(err)
		}
		for _, p := range problems {
			t.Errorf("promlint: %s: %s", p.Metric, p.Text)
		}
	}
}

func TestRedisAwayIsSaidAndNoFigureInvented(t *testing.T) {
	server := redistest.Start(t)
	c := startCollector(t, server)
	publish(t, server, model.Event{Type: model.WorkflowStarted, WorkflowID: "wf"})
	redistest.Eventually(t, deadline, func() bool { return sum(t, "streamdesk_stream_entries", scrape(t, c)) == 1 }, "no figures")
	server.Kill()
	var text string
	redistest.Eventually(t, deadline, func() bool {
		text = scrape(t, c)
		return strings.Contains(text, "streamdesk_redis_up 0")
	}, "redis is up")
	if strings.Contains(text, "streamdesk_stream_entries{") {
		t.Error("there are figures of a server that is away")
	}
	server.Restart()
	redistest.Eventually(t, deadline, func() bool { return strings.Contains(scrape(t, c), "streamdesk_redis_up 1") }, "redis is away")
}

func TestNamesThatAreNotUTF8AreLabelsOfTheirOwn(t *testing.T) {
	server := redistest.Start(t)
	client := server.Client()
	const one, two = "events:\x9b", "events:\x9c"
	for _, stream := range []string{one, two, two} {
		if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, Values: []string{"other", "x"}}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	if err := client.XGroupCreate(t.Context(), two, "g\xff\ufffd", "0").Err(); err != nil {
		t.Fatal(err)
	}
	c := startCollector(t, server)
	var text string
	redistest.Eventually(t, deadline, func() bool {
		text = scrape(t, c)
		return sum(t, "streamdesk_dead_letters_total", text) == 3 && sum(t, "streamdesk_stream_entries", text) == 3
	}, "every entry is counted, each a dead letter for its lack of data")
	for _, label := range []string{
		`streamdesk_stream_entries{stream="events:\\x9b"} 1`, `streamdesk_stream_entries{stream="events:\\x9c"} 2`,
		`streamdesk_group_pending_entries{group="g\\xff�",stream="events:\\x9c"} 0`,
	} {
		if !strings.Contains(text, label) {
			t.Errorf("no %s in\n%s", label, text)
		}
	}
}

func TestInventedTypesShareALabel(t *testing.T) {
	c := New(sink.Setup{}, Options{MaxTypes: 3})
	for i := range 20 {
		r := model.Record{Event: model.Event{Type: model.Type(fmt.Sprintf("order%d.started", i))}}
		c.take(&r)
	}
	known := model.Record{Event: model.Event{Type: model.DeploymentFailed}}
	c.take(&known)
	text := scrape(t, c)
	if got := sum(t, `streamdesk_events_total{type="other"}`, text); got != 17 {
		t.Errorf("%v are other", got)
	}
	if got := sum(t, `streamdesk_events_total{type="deployment.failed"}`, text); got != 1 {
		t.Error("a known type has no series of its own")
	}
	c.busses.hooks().Acked("g", "events:x", 2)
	for i := range 20 {
		c.busses.hooks().Acked(fmt.Sprint("group", i), fmt.Sprint("events:x", i), 1)
	}
	if n := testutil.CollectAndCount(c.busses.acked); n != 4 {
		t.Errorf("%d series of 21 groups", n)
	}
}

func TestTheDashboardAsksForMetricsThatThereAre(t *testing.T) {
	document, err := os.ReadFile("dashboard.json")
	if err != nil {
		t.Fatal(err)
	}
	var dashboard struct {
		Panels []struct {
			Title   string
			Targets []struct{ Expr string }
		}
	}
	if err := json.Unmarshal(document, &dashboard); err != nil {
		t.Fatal(err)
	}
	names := described(t)
	asked := map[string]bool{}
	for _, p := range dashboard.Panels {
		for _, target := range p.Targets {
			for _, name := range regexp.MustCompile(`streamdesk_[a-z0-9_]+`).FindAllString(target.Expr, -1) {
				name = regexp.MustCompile(`_(bucket|sum|count)$`).ReplaceAllString(name, "")
				asked[name] = true
				if !slices.Contains(names, name) {
					t.Errorf("%s asks for %s, which isn't there", p.Title, name)
				}
			}
		}
	}
	for _, name := range names {
		if !asked[name] {
			t.Errorf("no panel shows %s", name)
		}
	}
}

// described are the names of all metrics of the package.
func described(t *testing.T) []string {
	t.Helper()
	c := New(sink.Setup{}, Options{})
	var names []string
	for _, from := range []prometheus.Collector{c.events, c.busses, c.snapshot} {
		descs := make(chan *prometheus.Desc, 100)
		from.Describe(descs)
		close(descs)
		for d := range descs {
			names = append(names, regexp.MustCompile(`fqName: "([^"]+)"`).FindStringSubmatch(d.String())[1])
		}
	}
	return names
}
