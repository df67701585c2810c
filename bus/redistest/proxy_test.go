package redistest_test

import (
	"io"
	"net"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
)

// throughProxy returns a proxy, a client that goes through it and never retries, and one that goes straight.
func throughProxy(t *testing.T) (p *redistest.Proxy, client, straight *redis.Client) {
	t.Helper()
	s := redistest.Start(t)
	p = redistest.StartProxy(t, s.Addr())
	return p, impatient(t, &redis.Options{Addr: p.Addr()}), s.Client()
}

func add(stream string) *redis.XAddArgs {
	return &redis.XAddArgs{Stream: stream, Values: []string{"data", "{}"}}
}

func TestProxyForwards(t *testing.T) {
	p, client, straight := throughProxy(t)
	if err := client.XAdd(t.Context(), add("s")).Err(); err != nil {
		t.Fatal(err)
	}
	if n := straight.XLen(t.Context(), "s").Val(); n != 1 {
		t.Errorf("XLEN = %d", n)
	}
	if p.Accepted() != 1 || p.Connections() != 1 {
		t.Errorf("accepted %d, open %d; want one of each", p.Accepted(), p.Connections())
	}
}

func TestLostReplyTookEffect(t *testing.T) {
	p, client, straight := throughProxy(t)
	lost := p.DropReply("xadd")
	if err := client.XAdd(t.Context(), add("s")).Err(); err == nil {
		t.Fatal("the client heard the reply that was to be lost")
	}
	<-lost
	if n := straight.XLen(t.Context(), "s").Val(); n != 1 {
		t.Errorf("XLEN = %d, want 1: the command takes effect", n)
	}
	if err := client.XAdd(t.Context(), add("s")).Err(); err != nil {
		t.Errorf("the fault struck twice: %v", err)
	}
}

func TestLostReplyOfABlockedRead(t *testing.T) {
	p, client, straight := throughProxy(t)
	if err := straight.XGroupCreateMkStream(t.Context(), "s", "g", "$").Err(); err != nil {
		t.Fatal(err)
	}
	lost := p.DropReply("xreadgroup")
	result := make(chan error, 1)
	go func() {
		result <- client.XReadGroup(t.Context(), &redis.XReadGroupArgs{
			Group: "g", Consumer: "c", Streams: []string{"s", ">"}, Block: patience,
		}).Err()
	}()
	redistest.Eventually(t, patience, func() bool {
		return infoField(t, straight, "blocked_clients") == "1"
	}, "the reader blocks")
	if err := straight.XAdd(t.Context(), add("s")).Err(); err != nil {
		t.Fatal(err)
	}
	<-lost
	if err := <-result; err == nil {
		t.Fatal("the client heard the reply that was to be lost")
	}
	pending, err := straight.XPending(t.Context(), "s", "g").Result()
	if err != nil || pending.Count != 1 {
		t.Errorf("pending %v, %v; want the entry the client never saw", pending, err)
	}
}

func TestPipelineLosesOnlyTheMatchedReply(t *testing.T) {
	p, _, straight := throughProxy(t)
	lost := p.DropReply("xlen")
	conn, err := net.Dial("tcp", p.Addr())
	if err != nil {
		t.Fatal(err)
	}
	defer func() { _ = conn.Close() }()
	if _, err := io.WriteString(conn, "SET a 1\r\nINCR a\r\nXLEN s\r\nINCR a\r\n"); err != nil {
		t.Fatal(err)
	}
	<-lost
	heard, err := io.ReadAll(conn)
	if err != nil {
		t.Fatal(err)
	}
	if string(heard) != "+OK\r\n:2\r\n" {
		t.Errorf("heard %q, want the replies before the lost one and nothing else", heard)
	}
	if v := straight.Get(t.Context(), "a").Val(); v < "2" {
		t.Errorf("the pipeline left %q", v)
	}
}

func TestTransactionLosesTheReplyOfExec(t *testing.T) {
	p, client, straight := throughProxy(t)
	lost := p.DropReply("xadd")
	if _, err := client.TxPipelined(t.Context(), func(pipe redis.Pipeliner) error {
		pipe.XAdd(t.Context(), add("s"))
		pipe.XAdd(t.Context(), add("s"))
		return nil
	}); err == nil {
		t.Fatal("the client heard the transaction")
	}
	<-lost
	if n := straight.XLen(t.Context(), "s").Val(); n != 2 {
		t.Errorf("XLEN = %d, want 2", n)
	}
}

func TestDroppedRequestHasNoEffect(t *testing.T) {
	p, client, straight := throughProxy(t)
	dropped := p.DropRequest("xadd")
	if err := client.XAdd(t.Context(), add("s")).Err(); err == nil {
		t.Fatal("a dropped request was answered")
	}
	<-dropped
	if n := straight.XLen(t.Context(), "s").Val(); n != 0 {
		t.Errorf("XLEN = %d, want 0", n)
	}
}

func TestCutAllAndReconnect(t *testing.T) {
	p, client, _ := throughProxy(t)
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	p.CutAll()
	redistest.Eventually(t, patience, func() bool { return p.Connections() == 0 }, "all connections are cut")
	redistest.Eventually(t, patience, func() bool {
		return client.Ping(t.Context()).Err() == nil
	}, "the client comes back")
	if p.Accepted() < 2 {
		t.Errorf("accepted %d connections, want a second one", p.Accepted())
	}
}

func TestPausedProxyDeliversLater(t *testing.T) {
	p, client, straight := throughProxy(t)
	if err := client.Ping(t.Context()).Err(); err != nil {
		t.Fatal(err)
	}
	p.Pause()
	result := make(chan error, 1)
	go func() { result <- client.Set(t.Context(), "k", "v", 0).Err() }()
	// A second connection, made after the request was sent, is accepted but forwards nothing either.
	redistest.Eventually(t, patience, func() bool {
		second := redis.NewClient(&redis.Options{Addr: p.Addr(), MaxRetries: -1, ReadTimeout: 1e6})
		defer func() { _ = second.Close() }()
		return second.Ping(t.Context()).Err() != nil
	}, "a paused proxy answers nobody")
	if n := straight.Exists(t.Context(), "k").Val(); n != 0 {
		t.Error("a request passed a paused proxy")
	}
	p.Resume()
	if err := <-result; err != nil {
		t.Errorf("after Resume: %v", err)
	}
}

// infoField reads one field of INFO.
func infoField(t *testing.T, client *redis.Client, field string) string {
	t.Helper()
	info, err := client.InfoMap(t.Context()).Result()
	if err != nil {
		t.Fatal(err)
	}
	for _, section := range info {
		if v, ok := section[field]; ok {
			return v
		}
	}
	return ""
}
