package doctor_test

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/doctor"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

func TestDurabilityIsToldInWords(t *testing.T) {
	for name, c := range map[string]struct {
		options  []redistest.Option
		severity doctor.Severity
		parts    []string
	}{
		"nothing":    {nil, doctor.Warning, []string{"nothing is written to disk", "every event, group and pending entry is lost", "appendonly yes"}},
		"always":     {[]redistest.Option{redistest.WithAppendOnly("always")}, doctor.OK, []string{"what the server has confirmed is on disk"}},
		"everysec":   {[]redistest.Option{redistest.WithAppendOnly("everysec")}, doctor.Info, []string{"about one second of events", "appendfsync always"}},
		"the system": {[]redistest.Option{redistest.WithAppendOnly("no")}, doctor.Warning, []string{"operating system decides", "appendfsync everysec"}},
		"snapshots": {
			[]redistest.Option{redistest.WithConfig("save", "3600", "1"), redistest.WithConfig("save", "300", "100")},
			doctor.Warning,
			[]string{"only snapshots", "since the last snapshot, up to 1h of them", "appendonly yes"},
		},
		"both": {
			[]redistest.Option{redistest.WithAppendOnly("everysec"), redistest.WithConfig("save", "3600", "1")},
			doctor.Info,
			[]string{"about one second"},
		},
	} {
		t.Run(name, func(t *testing.T) {
			client := start(t, c.options...)
			want{check: "durability", severity: c.severity, parts: c.parts}.hold(t, client, diagnose(t, client))
		})
	}
}

func TestAServerThatTellsNothingOfItsDisk(t *testing.T) {
	s := redistest.Start(t, redistest.WithACL("shy on >secret ~* +@all -config"))
	o := s.Options()
	o.Username, o.Password = "shy", "secret"
	client := redis.NewClient(o)
	defer client.Close()
	want{check: "durability", severity: doctor.Info, parts: []string{"doesn't tell", "+config|get"}}.hold(t, nil, diagnose(t, client))
}

func TestEvictionAndMemory(t *testing.T) {
	client := start(t)
	for _, c := range []struct {
		maxMemory, policy string
		severity          doctor.Severity
		part              string
	}{
		{"0", "noeviction", doctor.OK, "evicts nothing"},
		{"0", "allkeys-lru", doctor.Warning, "with no maxmemory yet"},
		{"500mb", "allkeys-lru", doctor.Critical, "deletes whole streams"},
		{"500mb", "allkeys-random", doctor.Critical, "deletes whole streams"},
		{"500mb", "volatile-ttl", doctor.Info, "time to live"},
	} {
		send(t, client, "CONFIG SET maxmemory "+c.maxMemory, "CONFIG SET maxmemory-policy "+c.policy)
		want{check: "eviction", severity: c.severity, parts: []string{c.part}}.hold(t, nil, diagnose(t, client))
	}
	send(t, client, "CONFIG SET maxmemory-policy noeviction")
	for _, c := range []struct {
		times    float64 // what is used
		severity doctor.Severity
		part     string
	}{
		{0, doctor.Info, "with no limit"},
		{10, doctor.OK, "used ("},
		{1.25, doctor.Warning, "refuses every publish"},
		{1.02, doctor.Critical, "refuses every publish"},
	} {
		used := infoOf(t, client, "memory", "used_memory")
		send(t, client, fmt.Sprintf("CONFIG SET maxmemory %d", int(c.times*float64(used))))
		findings := diagnose(t, client)
		want{check: "memory", severity: c.severity, parts: []string{c.part}}.hold(t, client, findings)
	}
}

// infoOf is a number that INFO tells.
func infoOf(t *testing.T, client *redis.Client, section, name string) int {
	t.Helper()
	for line := range strings.Lines(client.Info(t.Context(), section).Val()) {
		if value, ok := strings.CutPrefix(strings.TrimSpace(line), name+":"); ok {
			n, err := strconv.Atoi(value)
			if err != nil {
				t.Fatal(err)
			}
			return n
		}
	}
	t.Fatalf("INFO %s has no %s", section, name)
	return 0
}

// TestWhatAServerLacksIsSaidInTermsOfItsMake: a version of Redis says nothing to who runs Valkey.
func TestWhatAServerLacksIsSaidInTermsOfItsMake(t *testing.T) {
	client := start(t)
	findings := diagnose(t, client)
	name := examine(t, client).Server.Name
	for _, f := range findings {
		if text := f.Message + f.Why + f.Mend; name == "valkey" && f.Check == "capabilities" && strings.Contains(text, "with Redis") {
			t.Errorf("on Valkey: %+v", f)
		}
	}
	lacking := doctor.Examination{Server: model.Server{Name: "valkey"}}
	for _, f := range of("capabilities", doctor.Diagnose(&lacking, doctor.DefaultLimits, doctor.Programs{})) {
		if strings.Contains(f.Message+f.Why+f.Mend, "with Redis") || !strings.Contains(f.Mend, "of Valkey") {
			t.Errorf("on Valkey: %+v", f)
		}
	}
}

func TestTheServerIsIntroduced(t *testing.T) {
	client := start(t)
	want{check: "server", parts: []string{redistest.Version(t) + ", standalone, master"}}.hold(t, nil, diagnose(t, client))
	master := redistest.Start(t)
	send(t, client, "REPLICAOF 127.0.0.1 "+strconv.Itoa(master.Port()))
	found := of("server", diagnose(t, client))
	if len(found) != 2 || found[0].Severity != doctor.Warning || !strings.Contains(found[0].Message, "replica") {
		t.Errorf("a replica: %+v", found)
	}
}

// TestLookingChangesNothing: every command that reaches the server only reads, or is refused because it asks about what
// isn't there.
func TestLookingChangesNothing(t *testing.T) {
	client := start(t)
	sickBus(t, client)
	before := infoOf(t, client, "persistence", "rdb_changes_since_last_save")
	send(t, client, "CONFIG RESETSTAT")
	diagnose(t, client)
	reads := []string{
		"hello", "client|setinfo", "client|maint_notifications", "client|setname", "ping", "info", "config|get", "config|resetstat", "command|info",
		"command|docs", "scan", "time", "xinfo|stream", "xinfo|help", "xpending", "xrange", "get", "pttl", "hget", "zcard", "zrange",
	}
	stats := client.Info(t.Context(), "commandstats").Val()
	if strings.Contains(stats, "cmdstat_config:") {
		// Before Redis 7 all of CONFIG is counted as one, and what was refused isn't counted apart.
		reads = append(reads, "config", "client", "cluster", "command", "xinfo")
	}
	for line := range strings.Lines(stats) {
		stat, ok := strings.CutPrefix(strings.TrimSpace(line), "cmdstat_")
		if !ok {
			continue
		}
		name, numbers, _ := strings.Cut(stat, ":")
		calls, _, _ := strings.Cut(strings.TrimPrefix(numbers, "calls="), ",")
		refused := strings.HasSuffix(numbers, "failed_calls="+calls) || strings.HasPrefix(numbers, "calls=0,")
		if !slices.Contains(reads, name) && !refused {
			t.Errorf("%s was sent: %s", name, numbers)
		}
	}
	if after := infoOf(t, client, "persistence", "rdb_changes_since_last_save"); after != before {
		t.Errorf("%d changes were made", after-before)
	}
}

func TestTheNewerCommandsThatAreUsedAreTold(t *testing.T) {
	for ability, name := range map[redistest.Ability]string{
		redistest.TrimAcked: "XTRIM … ACKED", "XDELEX": "XDELEX … DELREF", redistest.ReadClaims: "XREADGROUP … CLAIM", redistest.Idempotence: "XADD … IDMP",
	} {
		severity, says := doctor.Info, "the server lacks "+name
		if redistest.Has(t, ability) {
			severity, says = doctor.OK, "used where they serve: "
		}
		findings := diagnose(t, start(t))
		if !slices.ContainsFunc(findings, func(f doctor.Finding) bool {
			return f.Severity == severity && strings.HasPrefix(f.Message, says) && strings.Contains(f.Message, name)
		}) {
			t.Errorf("%s isn't told of: %+v", name, findings)
		}
	}
}
