package exporter

import (
	"context"
	"io"
	"strings"
	"sync"
	"testing"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/testutil"
	dto "github.com/prometheus/client_model/go"
	"github.com/prometheus/common/expfmt"
	"github.com/prometheus/common/model"
	"github.com/redis/go-redis/v9"
	"go.uber.org/goleak"

	"streamdesk/bus"
	"streamdesk/bus/redistest"
	"streamdesk/model/health"
)

func TestMain(m *testing.M) { goleak.VerifyTestMain(m) }

// deadline is for a slow machine; nothing waits for it.
const deadline = 60 * time.Second

// open returns the figures of a server.
func open(t *testing.T, address string, o Options) *Figures {
	t.Helper()
	return openAs(t, &redis.Options{Addr: address}, o)
}

// openAs returns the figures that a user of a server sees.
func openAs(t *testing.T, with *redis.Options, o Options) *Figures {
	t.Helper()
	with.MaxRetries, with.DialerRetries = -1, 1
	client := redis.NewClient(with)
	b, err := bus.Open(t.Context(), client)
	if err != nil {
		t.Fatal(err)
	}
	t.Cleanup(func() {
		_ = b.Close(context.WithoutCancel(t.Context())) // nothing was published
		_ = client.Close()
	})
	o.Groups, o.Streams, o.Limits, o.All = NewLabels(3), NewLabels(3), health.Defaults, true
	f := New(o)
	f.Read(b.Reader())
	return f
}

// scrape returns what Prometheus's own parser reads of a scrape. promlint has to find nothing.
func scrape(t *testing.T, f *Figures) map[string]*dto.MetricFamily {
	t.Helper()
	registry := prometheus.NewPedanticRegistry()
	registry.MustRegister(f)
	families, err := registry.Gather()
	if err != nil {
		t.Fatal(err)
	}
	reader, to := io.Pipe()
	go func() {
		encoder := expfmt.NewEncoder(to, expfmt.NewFormat(expfmt.TypeTextPlain))
		for _, family := range families {
			_ = encoder.Encode(family) // the parser tells
		}
		_ = to.Close()
	}()
	parser := expfmt.NewTextParser(model.LegacyValidation)
	parsed, err := parser.TextToMetricFamilies(reader)
	if err != nil {
		t.Fatal(err)
	}
	problems, err := testutil.CollectAndLint(f)
	if err != nil || len(problems) > 0 {
		t.Errorf("promlint: %v, %v", problems, err)
	}
	return parsed
}

// value returns the value of the series whose labels are given as name=value; false when there is none.
func value(families map[string]*dto.MetricFamily, name string, labels ...string) (float64, bool) {
	family := families[name]
	for _, m := range family.GetMetric() {
		var has []string
		for _, l := range m.GetLabel() {
			has = append(has, l.GetName()+"="+l.GetValue())
		}
		if strings.Join(has, ",") == strings.Join(labels, ",") {
			return m.GetGauge().GetValue() + m.GetCounter().GetValue(), true
		}
	}
	return 0, false
}

func send(t *testing.T, client redis.UniversalClient, lines ...string) {
	t.Helper()
	for _, line := range lines {
		var args []any
		for word := range strings.FieldsSeq(line) {
			args = append(args, word)
		}
		if err := client.Do(t.Context(), args...).Err(); err != nil {
			t.Fatalf("%s: %v", line, err)
		}
	}
}

func TestFiguresAreWhatRedisSays(t *testing.T) {
	server := redistest.Start(t)
	send(t, server.Client(),
		"XADD events:a.b 1-1 data {}", "XADD events:a.b 2-1 data {}", "XADD events:a.b 3-1 data {}", "XGROUP CREATE events:a.b g 0",
		"XREADGROUP GROUP g c COUNT 2 STREAMS events:a.b >", "XCLAIM events:a.b g c 0 1-1 IDLE 90000 RETRYCOUNT 7 JUSTID", "SET events:no.stream x")
	got := scrape(t, open(t, server.Addr(), Options{}))
	of := []string{"group=g", "stream=events:a.b"}
	for _, c := range []struct {
		name   string
		labels []string
		want   float64
	}{
		{"streamdesk_redis_up", nil, 1},
		{"streamdesk_scrape_errors_total", nil, 0},
		{"streamdesk_unreadable_streams", nil, 1},
		{"streamdesk_stream_entries", of[1:], 3},
		{"streamdesk_group_pending_entries", of, 2},
		{"streamdesk_group_consumers", of, 1},
		{"streamdesk_group_oldest_pending_deliveries", of, 7},
		{"streamdesk_group_state", []string{"group=g", "state=stuck", "stream=events:a.b"}, 1},
	} {
		if v, ok := value(got, c.name, c.labels...); !ok || v != c.want {
			t.Errorf("%s %v is %v, %v, want %v", c.name, c.labels, v, ok, c.want)
		}
	}
	for _, name := range []string{"streamdesk_stream_entries_added_total", "streamdesk_group_entries_read_total", "streamdesk_group_lag_entries"} {
		labels := of
		if strings.Contains(name, "_stream_") {
			labels = of[1:]
		}
		if _, ok := value(got, name, labels...); ok != redistest.Has(t, redistest.Lag) {
			t.Errorf("%s is there: %v", name, ok)
		}
	}
	if v, ok := value(got, "streamdesk_group_oldest_pending_idle_seconds", of...); !ok || v < 90 {
		t.Errorf("idle is %v, %v", v, ok)
	}
	if v, ok := value(got, "streamdesk_redis_memory_bytes"); !ok || v < 1 {
		t.Errorf("the memory is %v, %v", v, ok)
	}
	if v, ok := value(got, "streamdesk_redis_memory_max_bytes"); ok {
		t.Errorf("without a limit it is %v", v)
	}
}

// The two gauges of what people have set for groups: one that is absent says that nothing is known, or set.
func TestFiguresSayWhatIsSetForGroups(t *testing.T) {
	server := redistest.Start(t, redistest.WithACL("blind on >pw ~events:* +@all"))
	send(t, server.Client(), "XGROUP CREATE events:a.b g 0 MKSTREAM", "XGROUP CREATE events:a.b h 0", "XGROUP CREATE events:a.c h 0 MKSTREAM",
		"SET paused:events:g {} PX 60000", "HSET limit:events:h per_second 2.5")
	got := scrape(t, open(t, server.Addr(), Options{}))
	for _, c := range []struct {
		name, group, stream string
		want                float64
		there               bool
	}{
		{"streamdesk_group_paused", "g", "events:a.b", 1, true},
		{"streamdesk_group_paused", "h", "events:a.b", 0, true},
		{"streamdesk_group_paused", "h", "events:a.c", 0, true},
		{"streamdesk_group_limit_per_second", "g", "events:a.b", 0, false},
		{"streamdesk_group_limit_per_second", "h", "events:a.b", 2.5, true},
		{"streamdesk_group_limit_per_second", "h", "events:a.c", 2.5, true},
	} {
		if v, ok := value(got, c.name, "group="+c.group, "stream="+c.stream); ok != c.there || v != c.want {
			t.Errorf("%s of %s on %s is %v, %t, want %v, %t", c.name, c.group, c.stream, v, ok, c.want, c.there)
		}
	}
	blind := scrape(t, openAs(t, &redis.Options{Addr: server.Addr(), Username: "blind", Password: "pw"}, Options{}))
	for _, name := range []string{"streamdesk_group_paused", "streamdesk_group_limit_per_second"} {
		if v, ok := value(blind, name, "group=g", "stream=events:a.b"); ok {
			t.Errorf("%s can't be read, and is %v", name, v)
		}
	}
	if v, ok := value(blind, "streamdesk_group_consumers", "group=g", "stream=events:a.b"); !ok || v != 0 {
		t.Errorf("what can be read is %v, %t", v, ok)
	}
}

func TestManyStreamsShareALabel(t *testing.T) {
	server := redistest.Start(t)
	for _, key := range []string{"a.a", "a.b", "a.c", "a.d", "a.e"} {
		send(t, server.Client(), "XADD events:"+key+" 1-1 data {}", "XGROUP CREATE events:"+key+" g_"+key[2:]+" 0")
	}
	got := scrape(t, open(t, server.Addr(), Options{}))
	if v, ok := value(got, "streamdesk_stream_entries", "stream=other"); !ok || v != 2 || len(got["streamdesk_stream_entries"].GetMetric()) != 4 {
		t.Errorf("others have %v, %v of %v", v, ok, got["streamdesk_stream_entries"])
	}
	if n := len(got["streamdesk_group_state"].GetMetric()); n != 4 {
		t.Errorf("%d states of groups", n)
	}
}

func TestManyScrapersCostOneRead(t *testing.T) {
	server := redistest.Start(t)
	send(t, server.Client(), "XADD events:a.b 1-1 data {}")
	f := open(t, server.Addr(), Options{MaxAge: time.Hour})
	scrape(t, f)
	send(t, server.Client(), "CONFIG RESETSTAT")
	var all sync.WaitGroup
	for range 20 {
		all.Go(func() { testutil.CollectAndCount(f) })
	}
	all.Wait()
	if stats := server.Client().Info(t.Context(), "commandstats").Val(); strings.Contains(stats, "xinfo") {
		t.Errorf("they sent %s", stats)
	}
}

func TestAServerThatIsAwayHasNoFigures(t *testing.T) {
	server := redistest.Start(t)
	send(t, server.Client(), "XADD events:a.b 1-1 data {}")
	f := open(t, server.Addr(), Options{MaxAge: time.Nanosecond})
	if v, ok := value(scrape(t, f), "streamdesk_stream_entries", "stream=events:a.b"); !ok || v != 1 {
		t.Fatalf("%v, %v", v, ok)
	}
	server.Kill()
	got := scrape(t, f)
	up, _ := value(got, "streamdesk_redis_up")
	failed, _ := value(got, "streamdesk_scrape_errors_total")
	if up != 0 || failed > 1 || got["streamdesk_stream_entries"] != nil || got["streamdesk_redis_memory_bytes"] != nil || f.Err() == nil {
		t.Errorf("up is %v, %v errors, %v", up, failed, got)
	}
	if again, _ := value(scrape(t, f), "streamdesk_scrape_errors_total"); again <= failed {
		t.Errorf("%v errors after %v", again, failed)
	}
	server.Restart()
	redistest.Eventually(t, deadline, func() bool { return f.Err() == nil }, "it stays away")
}
