package cli

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

func TestAPlainURLOfOneNodeServesTheWholeCluster(t *testing.T) {
	t.Parallel()
	cluster := redistest.StartCluster(t, 3)
	client := cluster.Client()
	defer client.Close()
	const streams = 12
	for i := range streams {
		if err := client.XAdd(t.Context(), &redis.XAddArgs{Stream: fmt.Sprintf("events:s.k%02d", i), Values: []any{"data", "x"}}).Err(); err != nil {
			t.Fatal(err)
		}
	}
	h := newHost(t, cluster.Nodes[1].Addr())
	h.env["STREAMDESK_REDIS"] = "redis://" + cluster.Nodes[1].Addr()
	const said = "is a node of a cluster: all of its 3 masters are used"
	for _, args := range [][]string{
		{"streams", "--output", "json"}, {"export", "*"}, {"publish", "s.new", "--data", "{}"}, {"tail", "--from", "1h", "--count", "12"}, {"doctor"},
	} {
		r := h.run(t.Context(), "", args...)
		if r.code != program.ExitDone || strings.Count(r.err, said) != 1 || strings.Contains(r.err+r.out, "CROSSSLOT") {
			t.Errorf("%v: %d, %s", args, r.code, r.err)
		}
		switch args[0] {
		case "streams", "export", "tail":
			for i := range streams {
				if key := fmt.Sprintf("s.k%02d", i); !strings.Contains(r.out, key) {
					t.Errorf("%v has no %s", args, key)
				}
			}
		}
	}
}

func TestAClusterThatCantBeUsedIsSaidToBeOne(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t, redistest.WithConfig("cluster-enabled", "yes"))
	refused := func(t *testing.T, url string, wants ...string) {
		t.Helper()
		h := newHost(t, "")
		h.env["STREAMDESK_REDIS"] = url
		began := time.Now()
		r := h.run(t.Context(), "", "streams")
		if r.code != program.ExitFailed {
			t.Errorf("%s ends with %d", url, r.code)
		}
		for _, want := range append(wants, strings.TrimPrefix(url, "redis://")) {
			if !strings.Contains(r.err, want) {
				t.Errorf("%s: %q is missing in %s", url, want, r.err)
			}
		}
		if took := time.Since(began); took > patience {
			t.Errorf("%s took %s", url, took)
		}
	}
	refused(t, "redis://"+server.Addr(), "no slots yet", "redis-cli --cluster create")
	refused(t, "redis://"+server.Addr()+"/3", "only database 0 is used", "leave database 3 out")

	ofOneNode(t, server)
	h := newHost(t, "")
	h.env["STREAMDESK_REDIS"] = "redis://" + server.Addr()
	if r := h.run(t.Context(), "", "streams"); r.code != program.ExitDone || !strings.Contains(r.err, "with one master") {
		t.Errorf("a cluster of one node: %+v", r)
	}
	// 192.0.2.0/24 is for documentation: nobody is there.
	announcing := redistest.Start(t, redistest.WithConfig("cluster-enabled", "yes"), redistest.WithConfig("cluster-announce-ip", "192.0.2.1"))
	ofOneNode(t, announcing)
	refused(t, "redis://"+announcing.Addr(), "192.0.2.1:", "can be reached from here", "cluster-announce-ip")
}

// ofOneNode gives a node all slots, so that it is a cluster by itself.
func ofOneNode(t *testing.T, server *redistest.Server) {
	t.Helper()
	client := server.Client()
	if err := client.ClusterAddSlotsRange(t.Context(), 0, 16383).Err(); err != nil {
		t.Fatal(err)
	}
	redistest.Eventually(t, patience, func() bool {
		return strings.Contains(client.ClusterInfo(t.Context()).Val(), "cluster_state:ok")
	}, "the cluster is up")
}
