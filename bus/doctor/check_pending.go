package doctor

import (
	"cmp"
	"fmt"
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
)

// eachRows calls do for every group with pending entries, with the rows whose entries still exist. For a group whose rows
// were not or could not be read, the only row is the group's oldest pending entry.
func (d *diagnosis) eachRows(do func(s *model.Stream, g *model.Group, looked PendingRows, rows []model.Pending)) {
	d.eachGroup(func(s *model.Stream, g *model.Group) {
		looked, ok := d.Groups[GroupKey{s.Key, g.Name}]
		if !ok || looked.Problem != "" {
			if g.Oldest == nil {
				return
			}
			looked.Rows = []model.Pending{*g.Oldest}
		}
		rows := slices.DeleteFunc(slices.Clone(looked.Rows), func(p model.Pending) bool {
			return slices.Contains(looked.Gone, p.ID)
		})
		do(s, g, looked, rows)
	})
}

// atLeast returns the prefix of a number that was counted in only a part of a group's rows.
func (r PendingRows) atLeast() string {
	if r.All {
		return ""
	}
	return "at least "
}

// gone finds pending entries that were trimmed or deleted before they were acknowledged.
func (d *diagnosis) gone() []Finding {
	var found []Finding
	d.eachRows(func(s *model.Stream, g *model.Group, looked PendingRows, _ []model.Pending) {
		n := int64(len(looked.Gone))
		if n == 0 {
			return
		}
		which := looked.Gone[0].String()
		if n > 1 {
			which = "from " + which + " to " + looked.Gone[n-1].String()
		}
		ids := []string{"ack", s.Key, g.Name}
		for _, id := range looked.Gone[:min(n, maxNamed)] {
			ids = append(ids, id.String())
		}
		mend := "what is gone stays gone; take it off the list: " + d.desk(ids...)
		if n > maxNamed {
			mend += fmt.Sprintf(" (and the other %d)", n-maxNamed)
		}
		found = append(found, Finding{
			Severity: Critical, Stream: s.Key, Group: g.Name, IDs: looked.Gone,
			Message: fmt.Sprintf("%s%s trimmed or deleted while pending: %s", looked.atLeast(),
				many(n, "entry was", "entries were"), which),
			Why:  "The group had not acknowledged what it was given, so what should have been done may never have been.",
			Mend: mend + "; and trim no further than the groups have acknowledged",
		})
	})
	return found
}

// maxNamed is the max number of IDs that a mend names: as many as fit on a few lines.
const maxNamed = 10

// stuck finds pending entries that no consumer has touched for a while.
func (d *diagnosis) stuck() []Finding {
	var found []Finding
	d.eachRows(func(s *model.Stream, g *model.Group, looked PendingRows, rows []model.Pending) {
		if g.PausedFor() != nil {
			return // nobody is to claim them before it goes on
		}
		rows = slices.DeleteFunc(rows, func(p model.Pending) bool { return !d.Untouched(p.Idle) })
		if len(rows) == 0 {
			return
		}
		longest := slices.MaxFunc(rows, func(p, q model.Pending) int { return cmp.Compare(p.Idle, q.Idle) })
		holders := map[string]bool{}
		for _, row := range rows {
			holders[row.Consumer] = true
		}
		consumer := ""
		if len(holders) == 1 {
			consumer = longest.Consumer
		}
		found = append(found, Finding{
			Severity: health.Stuck.Severity(), Stream: s.Key, Group: g.Name, Consumer: consumer, IDs: idsOf(rows),
			Message: fmt.Sprintf("%s%s pending and untouched for %s or more, the longest (%s) for %s", looked.atLeast(),
				many(int64(len(rows)), "entry is", "entries are"), span(d.Idle), longest.ID, span(longest.Idle)),
			Why:  "Whoever holds such entries has died, hangs or forgets to acknowledge, and nobody else works on them.",
			Mend: d.claim(s, g, consumer, d.Idle),
		})
	})
	return found
}

// poison finds pending entries that were delivered again and again.
func (d *diagnosis) poison() []Finding {
	var found []Finding
	d.eachRows(func(s *model.Stream, g *model.Group, looked PendingRows, rows []model.Pending) {
		rows = slices.DeleteFunc(rows, func(p model.Pending) bool { return !d.Failing(p.Deliveries) })
		if len(rows) == 0 {
			return
		}
		worst := slices.MaxFunc(rows, func(p, q model.Pending) int { return cmp.Compare(p.Deliveries, q.Deliveries) })
		found = append(found, Finding{
			Severity: health.Poison.Severity(), Stream: s.Key, Group: g.Name, Consumer: worst.Consumer, IDs: idsOf(rows),
			Message: fmt.Sprintf("%s%s delivered %d times or more, the most (%s) %d times", looked.atLeast(),
				many(int64(len(rows)), "entry was", "entries were"), d.Deliveries, worst.ID, worst.Deliveries),
			Why: "A handler most likely fails on it each time, and will the next time too.",
			Mend: "see what it is: " + d.desk("pending", s.Key, g.Name, "--payloads") + "; when it can't be processed, give it up: " +
				d.desk("deadletter", s.Key, g.Name, worst.ID.String()),
		})
	})
	return found
}

func idsOf(rows []model.Pending) []model.Position {
	ids := make([]model.Position, len(rows))
	for i := range rows {
		ids[i] = rows[i].ID
	}
	return ids
}

// claim returns the mend that moves entries from a consumer that doesn't work to one that does.
func (d *diagnosis) claim(s *model.Stream, g *model.Group, from string, minIdle time.Duration) string {
	live := ""
	var idle time.Duration
	for i := range g.Consumers {
		if c := &g.Consumers[i]; c.Name != from && !d.Untouched(c.Idle) && (live == "" || c.Idle < idle) {
			live, idle = c.Name, c.Idle
		}
	}
	look := d.desk("pending", s.Key, g.Name, "--idle", span(minIdle))
	if live == "" {
		return "start a consumer of " + g.Name + ", which takes them over by itself when it uses the bus; " + look + " lists them"
	}
	words := []string{"claim", s.Key, g.Name, "--for", live, "--idle", span(minIdle), "--just-id"}
	if from != "" {
		words = append(words, "--consumer", from)
	}
	return "give them to a consumer that works: " + d.desk(words...)
}
