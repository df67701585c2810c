package bus_test

import (
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/change"
	"streamdesk/bus/fault"
	"streamdesk/bus/observe"
	"streamdesk/bus/redistest"
	"streamdesk/model"
)

// awkward are fields that a careless way through the bus would change: binary, empty, repeated, large.
var awkward = []model.Field{
	{Name: "data", Value: "\x00\xff\r\n$3\r\n"},
	{Name: "data", Value: ""},
	{Name: "", Value: "no name"},
	{Name: "origin", Value: "somebody else's"},
	{Name: "large", Value: strings.Repeat("x", 1<<20)},
	{Name: "z", Value: "1"},
	{Name: "a", Value: "2"},
}

func TestEveryChangeSaysBeforehandWhatItSends(t *testing.T) {
	t.Parallel()
	entry := model.Entry{Stream: "events:a", ID: at(5), Fields: []model.Field{{Name: "data", Value: `{"a":1}`}, {Name: "origin", Value: "x/1-1"}}}
	hour, three := time.Hour, int64(3)
	letter := model.ReadDeadLetter(model.Entry{Stream: "dead:events:a", ID: at(9), Fields: []model.Field{
		{Name: "data", Value: "d"}, {Name: "origin", Value: "events:a/5-0"}, {Name: "group", Value: "g"}, {Name: "attempt", Value: "3"}, {Name: "reason", Value: "why"},
	}})
	for _, test := range []struct {
		request interface{ Commands() []model.Command }
		want    string
	}{
		{change.AckRequest{Stream: "s", Group: "g", IDs: ids(1, 2, 1)}, `XACK s g 1-0 2-0`},
		{change.ClaimRequest{Stream: "s", Group: "g", Consumer: "c", IDs: ids(1)}, `XCLAIM s g c 0 1-0`},
		{
			change.ClaimRequest{Stream: "s", Group: "g", Consumer: "c", MinIdle: time.Minute, IDs: ids(1), SetIdle: &hour, RetryCount: &three, Force: true, JustID: true},
			`XCLAIM s g c 60000 1-0 IDLE 3600000 RETRYCOUNT 3 FORCE JUSTID`,
		},
		{change.AppendRequest{Stream: "s", Fields: entry.Fields[:1]}, `XADD s * data '{"a":1}'`},
		{change.AppendRequest{Stream: "s", Fields: entry.Fields[:1]}, `XADD s * data '{"a":1}'`},
		{change.RepublishRequest{Entry: entry}, `XADD events:a * data '{"a":1}' origin x/1-1`},
		{
			change.RepublishRequest{Entry: entry, To: "events:b", Provenance: true, AckGroup: "g"},
			`XADD events:b * data '{"a":1}' origin events:a/5-0; XACK events:a g 5-0`,
		},
		{change.DeleteRequest{Stream: "s", IDs: ids(1, 2)}, `XDEL s 1-0 2-0`},
		{change.TrimRequest{Stream: "s", MinID: at(7)}, `XTRIM s MINID = 7-0`},
		{change.TrimRequest{Stream: "s", MaxLen: 7, Approx: true, Hard: true}, `XTRIM s MAXLEN ~ 7`},
		{change.CreateGroupRequest{Stream: "s", Group: "g", At: model.MaxPosition, MkStream: true}, `XGROUP CREATE s g $ MKSTREAM`},
		{change.SetGroupIDRequest{Stream: "s", Group: "g"}, `XGROUP SETID s g 0`},
		{change.DestroyGroupRequest{Stream: "s", Group: "g"}, `XGROUP DESTROY s g`},
		{
			change.DeadLetterRequest{Entry: entry, Group: "g", Reason: "it broke", Deliveries: 4},
			`XADD dead:events:a * data '{"a":1}' origin x/1-1 origin events:a/5-0 group g attempt 4 reason 'it broke'; XACK events:a g 5-0`,
		},
		{change.RequeueRequest{Letter: letter}, `XADD events:a * data d; XDEL dead:events:a 9-0`},
	} {
		var got []string
		for _, c := range test.request.Commands() {
			got = append(got, c.String())
		}
		if got := strings.Join(got, "; "); got != test.want {
			t.Errorf("%T says\n%s, want\n%s", test.request, got, test.want)
		}
	}
}

func TestManyIDsGoInSeveralCommands(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	entries := s.add(t, "events:a", 1, 1201)
	s.deliver(t, "events:a", "g", "c", 1201)
	all := make([]model.Position, len(entries))
	for i := range entries {
		all[i] = entries[i].ID
	}
	got := must(s.Writer().Ack(t.Context(), change.AckRequest{Stream: "events:a", Group: "g", IDs: all}))(t)
	if got.Acked != 1201 || len(got.Receipts) != 3 {
		t.Errorf("acked %d in %d commands, want 1201 in 3", got.Acked, len(got.Receipts))
	}
}

func TestAckReportsWhatItDidNotDo(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 3)
			s.deliver(t, "events:a", "g", "c", 2)
			got := must(s.Writer().Ack(t.Context(), change.AckRequest{Stream: "events:a", Group: "g", IDs: ids(1, 3, 99)}))(t)
			if got.Acked != 1 || got.Receipts[0].Reply != "(integer) 1" {
				t.Errorf("got %+v", got)
			}
			got = must(s.Writer().Ack(t.Context(), change.AckRequest{Stream: "events:a", Group: "nobody", IDs: ids(2)}))(t)
			if got.Acked != 0 {
				t.Errorf("a group that isn't there acked %d", got.Acked)
			}
		})
	}
}

func TestClaimTellsTheMissedFromTheClaimed(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 5)
			s.deliver(t, "events:a", "g", "old", 4)
			s.run(t, "XCLAIM", "events:a", "g", "old", "0", "1-0", "2-0", "IDLE", "100000", "JUSTID")
			s.run(t, "XDEL", "events:a", "2-0")
			got := must(s.Writer().Claim(t.Context(), change.ClaimRequest{
				Stream: "events:a", Group: "g", Consumer: "new", MinIdle: time.Minute, IDs: ids(1, 2, 3, 5),
			}))(t)
			if !slices.Equal(got.Claimed, ids(1)) || !slices.Equal(got.Missed, ids(2, 3, 5)) {
				t.Errorf("claimed %v, missed %v", got.Claimed, got.Missed)
			}
			rows := must(s.Reader().Pending(t.Context(), observe.PendingQuery{Stream: "events:a", Group: "g", Consumer: "new"}))(t)
			has := 1
			if name == "redis-server" && !redistest.Has(t, redistest.ClaimForgets) { // what was deleted moves along
				has = 2
			}
			if len(rows) != has || rows[0].ID != at(1) || rows[0].Deliveries != 2 {
				t.Errorf("the new consumer has %+v", rows)
			}
		})
	}
}

func TestClaimSetsWhatItIsToldTo(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 2)
			s.deliver(t, "events:a", "g", "old", 1)
			idle, count := time.Hour, int64(7)
			got := must(s.Writer().Claim(t.Context(), change.ClaimRequest{
				Stream: "events:a", Group: "g", Consumer: "new", IDs: ids(1, 2),
				SetIdle: &idle, RetryCount: &count, Force: true, JustID: true,
			}))(t)
			if !slices.Equal(got.Claimed, ids(1, 2)) || got.Missed != nil {
				t.Errorf("claimed %v, missed %v", got.Claimed, got.Missed)
			}
			for _, row := range must(s.Reader().Pending(t.Context(), observe.PendingQuery{Stream: "events:a", Group: "g"}))(t) {
				if row.Consumer != "new" || row.Deliveries != 7 || row.Idle < time.Hour {
					t.Errorf("got %+v", row)
				}
			}
		})
	}
}

func TestAppendKeepsFieldsByteForByte(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			got := must(s.Writer().Append(t.Context(), change.AppendRequest{Stream: "events:a", Fields: awkward}))(t)
			back := must(s.Reader().Range(t.Context(), "events:a", got.ID, got.ID, 1))(t)
			if len(back) != 1 || !reflect.DeepEqual(back[0].Fields, awkward) {
				t.Error("the fields came back changed")
			}
		})
	}
}

func TestAppendIsSentOnceAndSaysWhenItCannotTell(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	proxy := redistest.StartProxy(t, server.Addr())
	client := redis.NewClient(&redis.Options{Addr: proxy.Addr()})
	t.Cleanup(func() { _ = client.Close() })
	s := serve(t, client)
	lost := proxy.DropReply("XADD")
	got, err := s.Writer().Append(t.Context(), change.AppendRequest{Stream: "events:a", Fields: awkward[:1]})
	wantError(t, err, fault.ErrUncertain)
	<-lost
	if len(got.Receipts) != 1 || !strings.HasPrefix(got.Receipts[0].Reply, "(no reply)") {
		t.Errorf("the receipts are %+v", got.Receipts)
	}
	if n := server.Client().XLen(t.Context(), "events:a").Val(); n != 1 {
		t.Errorf("%d entries, want 1", n)
	}
}

func TestARefusalIsCertain(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	s.run(t, "SET", "events:text", "x")
	got, err := s.Writer().Append(t.Context(), change.AppendRequest{Stream: "events:text", Fields: awkward[:1]})
	if err == nil || errors.Is(err, fault.ErrUncertain) {
		t.Errorf("got %v", err)
	}
	if reply := got.Receipts[0].Reply; !strings.HasPrefix(reply, "(error) WRONGTYPE") {
		t.Errorf("the receipt says %q", reply)
	}
}

func TestRepublishKeepsThePayloadByteForByte(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			first := must(s.Writer().Append(t.Context(), change.AppendRequest{Stream: "events:a", Fields: awkward}))(t)
			s.deliver(t, "events:a", "g", "c", 1)
			entry := must(s.Reader().Range(t.Context(), "events:a", first.ID, first.ID, 1))(t)[0]
			same := must(s.Writer().Republish(t.Context(), change.RepublishRequest{Entry: entry}))(t)
			if back := must(s.Reader().Range(t.Context(), "events:a", same.Added.ID, same.Added.ID, 1))(t); !reflect.DeepEqual(back[0].Fields, awkward) {
				t.Error("the fields came back changed")
			}
			other := must(s.Writer().Republish(t.Context(), change.RepublishRequest{
				Entry: entry, To: "events:b", Provenance: true, AckGroup: "g",
			}))(t)
			if other.Added.Stream != "events:b" || other.Acked != 1 || len(other.Receipts) != 2 {
				t.Errorf("got %+v", other.Added)
			}
			back := must(s.Reader().Range(t.Context(), "events:b", model.Position{}, model.Position{}, 9))(t)[0]
			want := slices.DeleteFunc(slices.Clone(awkward), func(f model.Field) bool { return f.Name == "origin" })
			want = append(want, model.Field{Name: "origin", Value: entry.Key().String()})
			if !reflect.DeepEqual(back.Fields, want) {
				t.Error("the fields with provenance are not as they should be")
			}
		})
	}
}

func TestWhatIsGoneCannotBeRepublished(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	_, err := s.Writer().Republish(t.Context(), change.RepublishRequest{Entry: model.Entry{Stream: "events:a", ID: at(1)}})
	wantError(t, err, model.ErrGone)
	_, err = s.Writer().DeadLetter(t.Context(), change.DeadLetterRequest{Entry: model.Entry{Stream: "events:a", ID: at(1)}, Group: "g"})
	wantError(t, err, model.ErrGone)
}

func TestDeleteReportsWhatWasThere(t *testing.T) {
	t.Parallel()
	for name, start := range bothServers {
		t.Run(name, func(t *testing.T) {
			t.Parallel()
			s := start(t)
			s.add(t, "events:a", 1, 3)
			got := must(s.Writer().Delete(t.Context(), change.DeleteRequest{Stream: "events:a", IDs: ids(1, 2, 9)}))(t)
			if got.Deleted != 2 {
				t.Errorf("deleted %d, want 2", got.Deleted)
			}
		})
	}
}

func TestIncompleteRequestsAreRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	s := onRedis(t)
	ctx := t.Context()
	negative, minus := -time.Second, int64(-1)
	for name, do := range map[string]func() error{
		"ack without IDs":      func() error { _, err := s.Writer().Ack(ctx, change.AckRequest{Stream: "s", Group: "g"}); return err },
		"ack without a stream": func() error { _, err := s.Writer().Ack(ctx, change.AckRequest{Group: "g", IDs: ids(1)}); return err },
		"ack without a group":  func() error { _, err := s.Writer().Ack(ctx, change.AckRequest{Stream: "s", IDs: ids(1)}); return err },
		"claim without a consumer": func() error {
			_, err := s.Writer().Claim(ctx, change.ClaimRequest{Stream: "s", Group: "g", IDs: ids(1)})
			return err
		},
		"claim idle below zero": func() error {
			_, err := s.Writer().Claim(ctx, change.ClaimRequest{Stream: "s", Group: "g", Consumer: "c", IDs: ids(1), SetIdle: &negative})
			return err
		},
		"claim count below zero": func() error {
			_, err := s.Writer().Claim(ctx, change.ClaimRequest{Stream: "s", Group: "g", Consumer: "c", IDs: ids(1), RetryCount: &minus})
			return err
		},
		"append without fields": func() error { _, err := s.Writer().Append(ctx, change.AppendRequest{Stream: "s"}); return err },
		"republish to nowhere": func() error {
			_, err := s.Writer().Republish(ctx, change.RepublishRequest{Fields: awkward})
			return err
		},
		"delete without IDs": func() error { _, err := s.Writer().Delete(ctx, change.DeleteRequest{Stream: "s"}); return err },
		"trim by both": func() error {
			_, err := s.Writer().Trim(ctx, change.TrimRequest{Stream: "s", MinID: at(1), MaxLen: 1})
			return err
		},
		"trim below nothing": func() error {
			_, err := s.Writer().Trim(ctx, change.TrimRequest{Stream: "s", MaxLen: -1, Hard: true})
			return err
		},
		"a group without a name": func() error {
			_, err := s.Writer().CreateGroup(ctx, change.CreateGroupRequest{Stream: "s"})
			return err
		},
		"a consumer without a name": func() error {
			_, err := s.Writer().DeleteConsumer(ctx, change.DeleteConsumerRequest{Stream: "s", Group: "g"})
			return err
		},
		"a move to itself": func() error {
			_, err := s.Writer().MoveConsumer(ctx, change.MoveConsumerRequest{Stream: "s", Group: "g", From: "c", To: "c"})
			return err
		},
		"a reversed range":      func() error { _, err := s.Reader().Range(ctx, "s", at(2), at(1), 1); return err },
		"a reversed range back": func() error { _, err := s.Reader().RangeBack(ctx, "s", at(1), at(2), 1); return err },
		"a range of none":       func() error { _, err := s.Reader().Range(ctx, "s", at(1), at(2), 0); return err },
		"a range of nowhere":    func() error { _, err := s.Reader().Range(ctx, "", at(1), at(2), 1); return err },
		"reversed pending": func() error {
			_, err := s.Reader().Pending(ctx, observe.PendingQuery{Stream: "s", Group: "g", From: at(2), To: at(1)})
			return err
		},
		"delivery of nowhere":        func() error { _, err := s.Reader().Delivery(ctx, model.Key{}); return err },
		"requeue of nothing":         func() error { _, err := s.Writer().Requeue(ctx, change.RequeueRequest{}); return err },
		"plan to trim nowhere":       func() error { _, err := change.PlanTrim(ctx, s.Reader(), ""); return err },
		"plan for less than nothing": func() error { _, err := change.PlanMaxLen(ctx, s.Reader(), "s", -1); return err },
		"replay of nothing": func() error {
			for _, err := range s.Reader().Replay(ctx, nil, model.Position{}, model.Position{}) {
				return err
			}
			return nil
		},
	} {
		if err := do(); !errors.Is(err, fault.ErrRequest) {
			t.Errorf("%s: got error %v, want one that is %v", name, err, fault.ErrRequest)
		}
	}
	if keys := s.client.Keys(ctx, "*").Val(); len(keys) != 0 {
		t.Errorf("there are keys now: %q", keys)
	}
}
