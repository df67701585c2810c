package doctor_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus"
	"streamdesk/bus/doctor"
	"streamdesk/bus/redistest"
)

// sickBus puts one of everything that can be wrong on a server, each on a stream of its own.
func sickBus(t *testing.T, client *redis.Client) {
	t.Helper()
	send(
		t, client,
		"XADD events:lone.ly 1762341000000-0 data {}",
		"XGROUP CREATE events:lone.ly nobody 0",

		"XADD events:st.uck 1762341000000-0 data {}",
		"XADD events:st.uck 1762341000001-0 data {}",
		"XGROUP CREATE events:st.uck workers 0",
		"XREADGROUP GROUP workers gone COUNT 2 STREAMS events:st.uck >",
		"XCLAIM events:st.uck workers live 0 1762341000001-0 JUSTID", // a consumer that holds nothing any more
		"XCLAIM events:st.uck workers gone 0 1762341000001-0 JUSTID",
		"XCLAIM events:st.uck workers gone 0 1762341000000-0 IDLE 90000 JUSTID",

		"XADD events:poi.son 1762341000000-0 data {}",
		"XGROUP CREATE events:poi.son workers 0",
		"XREADGROUP GROUP workers one COUNT 1 STREAMS events:poi.son >",
		"XCLAIM events:poi.son workers one 0 1762341000000-0 RETRYCOUNT 7 JUSTID",

		"SET events:not.astream x",
		"XADD dead:events:lone.ly 1762341000000-0 data {} origin events:lone.ly/1-1 group g attempt 10 reason broken",
		"XADD dead:events:no.more 1762341000000-0 data {}",
		"XTRIM dead:events:no.more MAXLEN 0",
	)
	for i := range 4 {
		send(t, client, fmt.Sprintf("XADD events:trim.med 176234100000%d-0 data {}", i))
	}
	send(
		t, client,
		"XGROUP CREATE events:trim.med workers 0",
		"XREADGROUP GROUP workers one COUNT 4 STREAMS events:trim.med >",
		"XTRIM events:trim.med MAXLEN 3",
		"XDEL events:trim.med 1762341000002-0",
	)
}

func TestEveryKindOfTroubleIsFound(t *testing.T) {
	client := start(t)
	sickBus(t, client)
	findings := diagnose(t, client)
	waits := "1 undelivered and nobody reads"
	if !redistest.Has(t, redistest.Lag) {
		waits = "nobody reads"
	}
	for _, w := range []want{
		{"no_consumers", doctor.Critical, "events:lone.ly", "nobody", "", []string{waits, "start a consumer of nobody", "streamdesk group destroy events:lone.ly nobody"}},
		{"stuck", doctor.Critical, "events:st.uck", "workers", "gone", []string{
			"1 entry is pending and untouched for 1m or more, the longest (1762341000000-0) for 1m3", "streamdesk claim events:st.uck workers --for live --idle 1m --just-id",
		}},
		{"poison", doctor.Critical, "events:poi.son", "workers", "one", []string{
			"1 entry was delivered 3 times or more, the most (1762341000000-0) 7 times", "streamdesk pending events:poi.son workers --payloads",
		}},
		{"gone", doctor.Critical, "events:trim.med", "workers", "", []string{
			"2 entries were trimmed or deleted while pending: from 1762341000000-0 to 1762341000002-0",
			"streamdesk ack events:trim.med workers 1762341000000-0 1762341000002-0",
		}},
		{"wrong_type", doctor.Warning, "events:not.astream", "", "", []string{"no stream", "TYPE events:not.astream", "RENAME"}},
		{"dead_letters", doctor.Warning, "dead:events:lone.ly", "", "", []string{"1 dead letter waits, the last one ", "streamdesk deadletters dead:events:lone.ly"}},
		{"behind", doctor.OK, "", "", "", nil},
		{"clutter", doctor.OK, "", "", "", nil},
		{"dead_consumer", doctor.OK, "", "", "", nil},
		{"uncapped", doctor.OK, "", "", "", nil},
	} {
		t.Run(w.check, func(t *testing.T) { w.hold(t, client, findings) })
	}
	if doctor.Worst(findings) != doctor.Critical || findings[0].Check != "gone" {
		t.Errorf("the worst is %+v", findings[0])
	}
	want{check: "wrong_type"}.hold(t, nil, diagnose(t, client)) // its mend was a command for redis-cli, and was run
}

func TestALateGroupIsFound(t *testing.T) {
	client := start(t)
	send(t, client, "XADD events:a.b 1762341000000-0 data {}", "XGROUP CREATE events:a.b workers 0", "XREADGROUP GROUP workers one COUNT 1 STREAMS events:a.b >")
	want{"late", doctor.Warning, "events:a.b", "workers", "one", []string{"oldest pending ", "(limit 1m00s)", "streamdesk pending events:a.b workers --payloads"}}.
		hold(t, client, diagnose(t, client))
	limits := doctor.DefaultLimits
	limits.Oldest = 0
	want{check: "late"}.hold(t, nil, doctor.Diagnose(examine(t, client), limits, doctor.Programs{}))
}

func TestAnEmptyBusIsWell(t *testing.T) {
	client := start(t, redistest.WithAppendOnly("always"), redistest.WithConfig("maxmemory", "1gb"))
	if findings := diagnose(t, client); doctor.Worst(findings) > doctor.Info {
		t.Errorf("%+v", findings)
	}
}

func TestAGroupThatFallsBehindIsToldFromOneThatCatchesUp(t *testing.T) {
	redistest.Needs(t, redistest.Lag)
	client := start(t)
	for i := range 150 {
		send(t, client, fmt.Sprintf("XADD events:a.b %d-1 data {}", i+1))
	}
	send(t, client, "XGROUP CREATE events:a.b slow 0", "XGROUP CREATECONSUMER events:a.b slow one")
	want{"behind", doctor.Warning, "events:a.b", "slow", "", []string{"151 undelivered (limit 100), 1 more than", "start more consumers of slow"}}.
		hold(t, client, diagnose(t, client, "XADD events:a.b * data {}"))
	want{"behind", doctor.Info, "events:a.b", "slow", "", []string{"131 undelivered (limit 100), 20 fewer than", "catching up"}}.
		hold(t, client, diagnose(t, client, "XREADGROUP GROUP slow one COUNT 20 STREAMS events:a.b >"))
	want{"behind", doctor.Warning, "events:a.b", "slow", "", []string{"131 undelivered (limit 100)\n"}}.
		hold(t, client, diagnose(t, client))
}

func TestWhyALagIsUnknown(t *testing.T) {
	redistest.Needs(t, redistest.Lag) // an older server knows none at all
	client := start(t)
	for i := range 400 { // more than are counted
		send(t, client, fmt.Sprintf("XADD events:a.b %d-1 data {}", i+1))
	}
	send(t, client, "XGROUP CREATE events:a.b holes 0", "XREADGROUP GROUP holes one COUNT 150 STREAMS events:a.b >", "XDEL events:a.b 200-1")
	want{"lag_unknown", doctor.Info, "events:a.b", "holes", "", []string{"deleted one by one, up to 200-1"}}.hold(t, nil, diagnose(t, client))
	send(t, client, "XGROUP DESTROY events:a.b holes", "XGROUP CREATE events:a.b middle 150-1")
	want{"lag_unknown", doctor.Info, "events:a.b", "middle", "", []string{"in the middle of the stream"}}.hold(t, nil, diagnose(t, client))
}

// TestR30_EntriesThatAGroupNeverSawAreFound: the figures tell of them; what the server says wrong of the lag is told too.
func TestR30_EntriesThatAGroupNeverSawAreFound(t *testing.T) {
	redistest.Needs(t, redistest.Lag)
	client := start(t)
	for i := range 7 {
		send(t, client, fmt.Sprintf("XADD events:a.b %d-1 data {}", i+1))
	}
	send(t, client, "XGROUP CREATE events:a.b slow 0", "XREADGROUP GROUP slow one COUNT 1 NOACK STREAMS events:a.b >")
	want{check: "never_delivered"}.hold(t, nil, diagnose(t, client))
	want{"never_delivered", doctor.Warning, "events:a.b", "slow", "", []string{
		"5 entries were never delivered to slow", "of 7 ever added it has read 1, and 1 wait", "streamdesk group setid events:a.b slow 1-1",
	}}.hold(t, nil, diagnose(t, client, "XTRIM events:a.b MAXLEN 1"))
	if groups, err := client.XInfoGroups(t.Context(), "events:a.b").Result(); err != nil || groups[0].Lag != 1 {
		want{"contradiction", doctor.Info, "events:a.b", "slow", "", []string{"its lag is 6, where 1 of the stream's entries"}}.hold(t, nil, diagnose(t, client))
	} else {
		want{check: "contradiction"}.hold(t, nil, diagnose(t, client))
	}
	want{"behind", doctor.OK, "", "", "", nil}.hold(t, nil, diagnose(t, client))
}

func TestAStreamThatNobodyTrims(t *testing.T) {
	client := start(t)
	limits := doctor.DefaultLimits
	limits.Notice, limits.Length = 10, 1<<62
	add := "XADD events:a.b * data {}"
	for range 12 {
		send(t, client, add)
	}
	found := func(between ...string) []doctor.Finding {
		return doctor.Diagnose(examine(t, client, between...), limits, doctor.Programs{})
	}
	want{"uncapped", doctor.Info, "events:a.b", "", "", []string{"15 entries, and nobody trims it; it grew by 3 in ", "streamdesk trim events:a.b --max-len 10 --hard --approx"}}.
		hold(t, nil, found(add, add, add))
	limits.Length = 14
	want{"uncapped", doctor.Warning, "events:a.b", "", "", []string{"15 entries, and nobody trims it\n"}}.hold(t, nil, found())
	send(t, client, "XGROUP CREATE events:a.b workers 0")
	want{"uncapped", doctor.Warning, "events:a.b", "", "", []string{"a group still needs its first entry"}}.hold(t, nil, found())
	send(t, client, "XREADGROUP GROUP workers one COUNT 15 NOACK STREAMS events:a.b >")
	want{"uncapped", doctor.Warning, "events:a.b", "", "", []string{"streamdesk trim events:a.b --approx"}}.hold(t, client, found())
	for range 20 {
		send(t, client, "XADD events:a.b MAXLEN 15 * data {}")
	}
	want{check: "uncapped"}.hold(t, nil, found("XADD events:a.b MAXLEN 15 * data {}"))
}

func TestConsumersThatAreLongDead(t *testing.T) {
	client := start(t)
	send(t, client, "XADD events:a.b 1-1 data {}", "XGROUP CREATE events:a.b workers 0",
		"XREADGROUP GROUP workers holder COUNT 1 STREAMS events:a.b >", "XCLAIM events:a.b workers name 0 1-1 JUSTID", "XCLAIM events:a.b workers holder 0 1-1 JUSTID")
	limits := doctor.DefaultLimits
	limits.Dead, limits.Clutter = 20*time.Millisecond, 20*time.Millisecond
	var findings []doctor.Finding
	redistest.Eventually(t, patience, func() bool {
		findings = doctor.Diagnose(examine(t, client), limits, doctor.Programs{})
		return len(of("dead_consumer", findings)) == 1 && of("dead_consumer", findings)[0].Severity > doctor.OK &&
			of("clutter", findings)[0].Severity > doctor.OK
	}, "the consumers are idle")
	want{"dead_consumer", doctor.Warning, "events:a.b", "workers", "holder", []string{"holds 1 pending entry", "give them to a consumer that works"}}.
		hold(t, nil, findings)
	want{"clutter", doctor.Info, "events:a.b", "workers", "name", []string{"holds nothing", "streamdesk consumer delete events:a.b workers name"}}.
		hold(t, client, findings)
	want{check: "clutter"}.hold(t, nil, diagnose(t, client))
}

func TestALongPendingListIsLookedAtInPart(t *testing.T) {
	client := start(t)
	pipe := client.Pipeline()
	for i := range 1100 {
		pipe.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:a.b", ID: fmt.Sprintf("%d-1", i+1), Values: []any{"data", "{}"}})
	}
	if _, err := pipe.Exec(t.Context()); err != nil {
		t.Fatal(err)
	}
	send(t, client, "XGROUP CREATE events:a.b workers 0", "XREADGROUP GROUP workers one COUNT 1100 STREAMS events:a.b >")
	send(t, client, "XTRIM events:a.b MAXLEN 1")
	want{"gone", doctor.Critical, "events:a.b", "workers", "", []string{"at least 1000 entries were trimmed", "(and the other 990)"}}.
		hold(t, nil, diagnose(t, client))
}

func TestAStreamThatMayNotBeLookedAt(t *testing.T) {
	s := redistest.Start(t, redistest.WithACL("shy on >secret ~events:mine.* ~dead:* ~events:? +@all"))
	send(t, s.Client(), "XADD events:mine.a 1-1 data {}", "XADD events:theirs.b 1-1 data {}")
	o := s.Options()
	o.Username, o.Password = "shy", "secret"
	client := redis.NewClient(o)
	defer client.Close()
	want{"wrong_type", doctor.Warning, "events:theirs.b", "", "", []string{"can't be looked at: NOPERM", "ACL SETUSER"}}.
		hold(t, nil, diagnose(t, client))
}

func TestMendsReachTheServerWhateverTheNames(t *testing.T) {
	client := start(t)
	if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:it's $HOME", ID: "1-1", Values: []any{"data", "{}"}}).Err(); err != nil {
		t.Fatal(err)
	}
	if err := client.XGroupCreate(t.Context(), "events:it's $HOME", "a\nb", "0").Err(); err != nil {
		t.Fatal(err)
	}
	found := of("no_consumers", doctor.Diagnose(examine(t, client), doctor.DefaultLimits, doctor.Programs{Streamdesk: "streamdesk --profile p"}))
	if len(found) != 1 || !strings.HasSuffix(found[0].Mend, `streamdesk --profile p group destroy 'events:it'\''s $HOME' $'a\x0ab'`) {
		t.Errorf("%+v", found)
	}
}

func TestDeadLettersAreNoStreamsOfABusWithoutPrefix(t *testing.T) {
	client := start(t)
	send(t, client, "XADD dead:a.b 1-1 data {}", "XGROUP CREATE dead:a.b nobody 0")
	b, err := bus.Open(t.Context(), client, bus.WithPrefix(""))
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = b.Close(t.Context()) }()
	e, err := doctor.Examine(t.Context(), b, doctor.Options{})
	if err != nil {
		t.Fatal(err)
	}
	findings := doctor.Diagnose(e, doctor.DefaultLimits, doctor.Programs{})
	want{check: "no_consumers"}.hold(t, nil, findings)
	want{check: "dead_letters", severity: doctor.Warning, stream: "dead:a.b"}.hold(t, nil, findings)
}
