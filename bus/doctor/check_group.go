package doctor

import (
	"fmt"

	"streamdesk/model"
	"streamdesk/model/health"
)

// needs returns the first position that a group has not acknowledged.
func needs(g *model.Group) model.Position {
	if g.Oldest != nil && g.Oldest.ID.Before(g.LastDelivered) {
		return g.Oldest.ID
	}
	return g.LastDelivered.Next()
}

// noConsumers finds groups with entries to process and no consumers.
func (d *diagnosis) noConsumers() []Finding {
	var found []Finding
	d.eachSign(health.NoConsumers, func(s *model.Stream, g *model.Group, sign *health.Alert) {
		found = append(found, Finding{
			Severity: health.NoConsumers.Severity(), Stream: s.Key, Group: g.Name,
			Message: sign.Reason(),
			Why:     "Until somebody does, a trim that heeds groups can't remove them.",
			Mend: "start a consumer of " + g.Name + ", or, when nobody needs the group any more: " +
				d.desk("group", "destroy", s.Key, g.Name),
		})
	})
	return found
}

// behind finds groups that read slower than events come, or acknowledge slower than they read. A group whose lag shrinks is
// catching up.
func (d *diagnosis) behind() []Finding {
	var found []Finding
	d.eachSign(health.Behind, func(s *model.Stream, g *model.Group, sign *health.Alert) {
		if len(g.Consumers) == 0 {
			return
		}
		f := Finding{
			Severity: health.Behind.Severity(), Stream: s.Key, Group: g.Name, Message: sign.Reason(),
			Why:  "The group works slower than events come, so what it shows or stores is late, and gets later.",
			Mend: "start more consumers of " + g.Name + ", and see whether those there are wait for their store: " + d.desk("groups", s.Key),
		}
		if before := d.before(s.Key, g.Name); sign.Kind == health.AlertLag && before != nil && before.Lag.Known && d.pause() > 0 {
			change := g.Lag.N - before.Lag.N
			switch {
			case change > 0:
				f.Message += fmt.Sprintf(", %d more than %s before", change, span(d.pause()))
			case change < 0:
				f.Severity = Info
				f.Message += fmt.Sprintf(", %d fewer than %s before", -change, span(d.pause()))
				f.Why = "The group is catching up; until it has, what it shows or stores is late."
				f.Mend = "nothing has to be done, or start more consumers of " + g.Name
			}
		}
		found = append(found, f)
	})
	return found
}

// late finds groups whose oldest pending entry is too old, though it is still being delivered.
func (d *diagnosis) late() []Finding {
	var found []Finding
	d.eachSign(health.Late, func(s *model.Stream, g *model.Group, sign *health.Alert) {
		var ids []model.Position
		if !sign.Entry.IsZero() {
			ids = []model.Position{sign.Entry}
		}
		found = append(found, Finding{
			Severity: health.Late.Severity(), Stream: s.Key, Group: g.Name, Consumer: sign.Consumer, IDs: ids, Message: sign.Reason(),
			Why:  "Its handler is slow, or fails and is tried again, or the group only now reads what came long ago.",
			Mend: "see what it is, and how often it was delivered: " + d.desk("pending", s.Key, g.Name, "--payloads"),
		})
	})
	return found
}

// before returns a group at the first look, or nil when it wasn't there.
func (d *diagnosis) before(stream, group string) *model.Group {
	s := d.First.Stream(stream)
	if s == nil {
		return nil
	}
	return s.Group(group)
}

// lagUnknown finds groups whose lag Redis can't tell, and says why.
func (d *diagnosis) lagUnknown() []Finding {
	var found []Finding
	unknown := 0
	d.eachGroup(func(s *model.Stream, g *model.Group) {
		if !g.Lag.Known {
			unknown++
		}
		if g.Lag.Known || !d.Server.Can.Lag {
			return
		}
		f := Finding{
			Severity: Info, Stream: s.Key, Group: g.Name, Message: "the group's lag is unknown",
			Why: "Entries behind its position were deleted one by one, up to " + s.MaxDeleted.String() +
				", and Redis doesn't count how many of them the group never saw.",
			Mend: "nothing has to be done; it is known again when the group has read past that entry",
		}
		switch {
		case g.Contradiction != "":
			f.Why = "What the server says of it can't be true: " + g.Contradiction + "."
		case !g.EntriesRead.Known:
			f.Why = "The group was created or set at an entry in the middle of the stream, and Redis doesn't know how many lie before it."
			f.Mend = "nothing has to be done; it is known again when the group has read to the end"
		}
		found = append(found, f)
	})
	if unknown > 0 && !d.Server.Can.Lag {
		found = append(found, Finding{
			Severity: Info, Message: "the lag of " + many(int64(unknown), "group is", "groups is") + " unknown",
			Why:  "The server doesn't count what a group has read (" + d.came("Redis 7.0") + "). Only the lag of a group that has read all, or nothing, shows by the IDs.",
			Mend: "nothing has to be done; whether anything waits is told by " + d.desk("groups"),
		})
	}
	return found
}

// deadConsumers finds consumers that have stopped and hold entries. In a paused group nobody is to take them over.
func (d *diagnosis) deadConsumers() []Finding {
	var found []Finding
	d.eachGroup(func(s *model.Stream, g *model.Group) {
		if g.PausedFor() != nil {
			return
		}
		for i := range g.Consumers {
			c := &g.Consumers[i]
			if c.Idle < d.Dead || c.Pending == 0 {
				continue
			}
			found = append(found, Finding{
				Severity: Warning, Stream: s.Key, Group: g.Name, Consumer: c.Name,
				Message: fmt.Sprintf("the consumer has done nothing for %s and holds %s", span(c.Idle),
					many(c.Pending, "pending entry", "pending entries")),
				Why:  "It has most likely died; what it holds is processed by nobody until another consumer claims it.",
				Mend: d.claim(s, g, c.Name, d.Dead),
			})
		}
	})
	return found
}

// clutter finds consumers that are idle for long and hold nothing. Those of a paused group have nothing to do.
func (d *diagnosis) clutter() []Finding {
	var found []Finding
	d.eachGroup(func(s *model.Stream, g *model.Group) {
		if g.PausedFor() != nil {
			return
		}
		for i := range g.Consumers {
			c := &g.Consumers[i]
			if c.Idle < d.Clutter || c.Pending > 0 {
				continue
			}
			found = append(found, Finding{
				Severity: Info, Stream: s.Key, Group: g.Name, Consumer: c.Name,
				Message: "the consumer has done nothing for " + span(c.Idle) + " and holds nothing",
				Why:     "It makes the group look as if somebody read it.",
				Mend:    d.desk("consumer", "delete", s.Key, g.Name, c.Name),
			})
		}
	})
	return found
}

// neverDelivered finds groups that lost entries before they had read them.
func (d *diagnosis) neverDelivered() []Finding {
	var found []Finding
	d.eachGroup(func(s *model.Stream, g *model.Group) {
		never := s.NeverDelivered(g)
		if never.N <= 0 {
			return
		}
		found = append(found, Finding{
			Severity: Warning, Stream: s.Key, Group: g.Name,
			Message: many(never.N, "entry was", "entries were") + " never delivered to " + g.Name,
			Why: fmt.Sprintf("They were trimmed or deleted before the group had read them: of %d ever added it has read %d, and %d wait.",
				s.EntriesAdded.N, g.EntriesRead.N, g.Lag.N),
			Mend: "they are gone; have whoever trims wait for the groups, as " + d.desk("trim", s.Key) +
				" does; to have this no longer told, while no consumer of " + g.Name + " reads: " +
				d.desk("group", "setid", s.Key, g.Name, g.LastDelivered.String()),
		})
	})
	return found
}

// contradictions finds groups whose figures from the server can't be true.
func (d *diagnosis) contradictions() []Finding {
	var found []Finding
	d.eachGroup(func(s *model.Stream, g *model.Group) {
		if g.Contradiction == "" {
			return
		}
		found = append(found, Finding{
			Severity: Info, Stream: s.Key, Group: g.Name, Message: "the server's figures can't be true: " + g.Contradiction,
			Why: "A trim leaves the counters of groups wrong (before Redis 8.6), and so does ENTRIESREAD set by hand; " +
				"what can't be true is not shown, but counted, worked out or unknown.",
			Mend: "nothing has to be done",
		})
	})
	return found
}
