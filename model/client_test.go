package model

import (
	"testing"
	"time"
)

func TestParseClients(t *testing.T) {
	// The first is of Redis 7, the second of Redis 5, which has fewer names, the third says nothing.
	got := ParseClients("id=3 addr=10.0.0.7:55888 laddr=10.0.0.1:6379 fd=8 name=worker-1 age=75 idle=2 flags=b db=3 sub=0 multi=-1 tot-mem=22298 cmd=xreadgroup user=bus redir=-1 resp=2 lib-name=go-redis(,go1.24) lib-ver=9.7.0\n" +
		"id=4 addr=[::1]:9 fd=9 name= age=1 idle=0 flags=S db=0 cmd=replconf\r\nnothing\n")
	want := []Client{
		{
			Name: "worker-1", Library: "go-redis(,go1.24) 9.7.0", Address: "10.0.0.7:55888", Server: "10.0.0.1:6379", User: "bus", Command: "xreadgroup",
			Database: 3, Age: 75 * time.Second, Idle: 2 * time.Second, Blocked: true, Memory: Exactly(22298),
		},
		{Address: "[::1]:9", Command: "replconf", Age: time.Second, Replica: true},
	}
	if len(got) != len(want) {
		t.Fatalf("%+v", got)
	}
	for i := range want {
		if got[i] != want[i] {
			t.Errorf("%+v, want %+v", got[i], want[i])
		}
	}
}
