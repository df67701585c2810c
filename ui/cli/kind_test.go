package cli

import (
	"fmt"
	"strings"
	"testing"

	"streamdesk/ui/cli/program"
)

// TestAcknowledgingAndDeletingByCommand, on whatever server there is.
func TestAcknowledgingAndDeletingByCommand(t *testing.T) {
	t.Parallel()
	client := holding(t, "c", 3)
	h := newHost(t, client.Options().Addr)
	dry := h.want(t, "ackdel", "a.b", "g", "1-0", "2-0", "--dry-run")
	if n := client.XLen(t.Context(), "events:a.b").Val(); n != 3 || !strings.Contains(dry, "1-0 2-0\n") || !strings.HasPrefix(dry, "XACK") {
		t.Errorf("a dry run says %s, and %d entries are left", dry, n)
	}
	o := objects(t, h.want(t, "ackdel", "a.b", "g", "1-0", "2-0", "--yes", "--output", "json"))
	if len(o) != 1 || o[0]["action"] != "ackdel" || fmt.Sprint(o[0]["outcomes"]) != "map[acked_and_deleted:2]" || o[0]["changed"] != 2.0 {
		t.Errorf("as JSON it is %v", o)
	}
	if n := client.XLen(t.Context(), "events:a.b").Val(); n != 1 || pendingOf(t, client, "events:a.b", "g") != 1 {
		t.Errorf("%d entries are left, %d pending", n, pendingOf(t, client, "events:a.b", "g"))
	}
	if written := auditOf(t, h); len(written) == 0 {
		t.Error("it isn't written down")
	}
}

// TestAGroupIsCreatedWithItsStreamOnlyWhenThatIsAskedFor, on whatever server there is.
func TestAGroupIsCreatedWithItsStreamOnlyWhenThatIsAskedFor(t *testing.T) {
	t.Parallel()
	client := holding(t, "c", 1)
	h := newHost(t, client.Options().Addr)
	for _, c := range []struct{ args, says string }{
		{"new.one readers", "--mkstream creates it"},
		{"a.b g", "'streamdesk group setid' moves it"},
	} {
		r := h.run(t.Context(), "", append(append([]string{"group", "create"}, strings.Fields(c.args)...), "--yes")...)
		if r.code != program.ExitFailed || !strings.Contains(r.err, c.says) {
			t.Errorf("%s: %+v", c.args, r)
		}
	}
	h.want(t, "group", "create", "new.one", "readers", "--mkstream", "--yes")
	if groups := client.XInfoGroups(t.Context(), "events:new.one").Val(); len(groups) != 1 || groups[0].Name != "readers" {
		t.Errorf("the groups are %v", groups)
	}
}
