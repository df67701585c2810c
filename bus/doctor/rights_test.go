package doctor_test

import (
	"strings"
	"testing"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/doctor"
	"streamdesk/bus/redistest"
)

// TestR31_AReaderWithoutInfoIsToldOfStreamsAndGroups, and of what may not be read.
func TestR31_AReaderWithoutInfoIsToldOfStreamsAndGroups(t *testing.T) {
	server := redistest.Start(t, redistest.WithACL("reader on >pw ~events:* ~dead:* +@read -time"))
	sickBus(t, server.Client())
	o := server.Options()
	o.Username, o.Password = "reader", "pw"
	client := redis.NewClient(o)
	defer client.Close()
	findings := diagnose(t, client)
	for _, w := range []want{
		{"server", doctor.Info, "", "", "", []string{"the server doesn't say what it is: NOPERM", "+info"}},
		{"clock", doctor.Info, "", "", "", []string{"TIME is denied", "+time"}},
		{"no_consumers", doctor.Critical, "events:lone.ly", "nobody", "", []string{"1 undelivered and nobody reads"}},
		{"stuck", doctor.Critical, "events:st.uck", "workers", "gone", []string{"for 1m3"}},
		{"wrong_type", doctor.Warning, "events:not.astream", "", "", []string{"no stream"}},
		{"dead_letters", doctor.Warning, "dead:events:lone.ly", "", "", []string{"1 dead letter waits"}},
	} {
		w.hold(t, nil, findings)
	}
	for _, check := range []string{"durability", "eviction", "memory"} {
		if found := of(check, findings); len(found) != 0 {
			t.Errorf("%s can't be told: %+v", check, found)
		}
	}
	for _, f := range of("capabilities", findings) {
		if strings.Contains(f.Message, "lacks") {
			t.Errorf("it wasn't asked: %+v", f)
		}
	}
}
