package bus_test

import (
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// readers are users who may look and nothing else, each with less beside it than the one before.
var readers = map[string]string{
	"who may read, PING and SELECT":           "reader on >pw ~events:* +@read +ping +select",
	"who may read":                            "reader on >pw ~events:* +@read",
	"who may read, and neither SCAN nor KEYS": "reader on >pw ~events:* +@read -scan -keys",
	"who may read, without HELLO and CLIENT":  "reader on >pw ~events:* +@read +time +info -hello -client",
}

// TestR31_AUserWithReadRightsSeesWhatThoseAllow: streams, groups, consumers, pending and entries; nothing cosmetic is required.
func TestR31_AUserWithReadRightsSeesWhatThoseAllow(t *testing.T) {
	t.Parallel()
	for name, acl := range readers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			server := redistest.Start(t, redistest.WithACL(acl))
			all := serve(t, server.Client())
			all.add(t, "events:a", 1, 5)
			all.deliver(t, "events:a", "g", "c", 2)
			all.run(t, "XCLAIM", "events:a", "g", "c", "0", "1-0", "IDLE", "3600000")
			all.run(t, "SET", "events:text", "x")
			o := server.Options()
			o.Username, o.Password = "reader", "pw"
			client := redis.NewClient(o)
			t.Cleanup(func() { _ = client.Close() })
			s := serve(t, client)
			if keys, err := s.Reader().Discover(t.Context()); name != "who may read, and neither SCAN nor KEYS" && (err != nil || len(keys) != 2) {
				t.Errorf("found %q, %v", keys, err)
			}
			for range 2 { // what it has learned at the first look is made use of at the second
				snap := must(s.Reader().Snapshot(t.Context(), []string{"events:a", "events:text"}))(t)
				g := snap.Stream("events:a").Group("g")
				if g == nil || g.Pending != 2 || !s.tells(t, g.Lag, 3) || len(g.Consumers) != 1 || snap.Stream("events:text").Problem == "" {
					t.Fatalf("saw %+v", snap)
				}
				if g.Oldest == nil || g.Oldest.Idle < time.Hour || g.Oldest.Idle > time.Hour+time.Minute {
					t.Errorf("the oldest pending is %+v, want it idle for an hour", g.Oldest)
				}
				if since := time.Since(snap.At).Abs(); since > time.Minute {
					t.Errorf("at %s, %s from now", snap.At, since)
				}
			}
			if rows := must(s.Reader().Range(t.Context(), "events:a", model.Position{}, model.MaxPosition, 10))(t); len(rows) != 5 {
				t.Errorf("%d entries", len(rows))
			}
			d := must(s.Reader().Delivery(t.Context(), model.Key{Stream: "events:a", ID: at(1)}))(t)
			if len(d.Groups) != 1 || d.Groups[0].State != model.DeliveryPending {
				t.Errorf("delivery %+v", d)
			}
			told := must(s.Reader().Server(t.Context()))(t)
			whole := must(all.Reader().Server(t.Context()))(t)
			if told.Can.Lag != whole.Can.Lag || told.Can.FullInfo != whole.Can.FullInfo || told.Can.Idempotent != whole.Can.Idempotent {
				t.Errorf("it can %+v, and to who may ask all %+v", told.Can, whole.Can)
			}
			if (told.Withheld == "") != (told.Version != "") {
				t.Errorf("the server is %+v", told)
			}
		})
	}
}

// TestR31_RenamedCommandsAreDoneWithout: managed servers rename what they don't want sent.
func TestR31_RenamedCommandsAreDoneWithout(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.WithConfig("rename-command", "CLIENT", ""), redistest.WithConfig("rename-command", "TIME", ""),
		redistest.WithConfig("rename-command", "COMMAND", ""))
	s := serve(t, server.Client())
	s.add(t, "events:a", 1, 5)
	s.deliver(t, "events:a", "g", "c", 2)
	snap := must(s.Reader().Snapshot(t.Context(), []string{"events:a"}))(t)
	if g := snap.Streams[0].Group("g"); !snap.OwnClock || g == nil || g.Pending != 2 || !s.tells(t, g.Lag, 3) {
		t.Errorf("saw %+v", snap)
	}
}
