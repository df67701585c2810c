package check

import (
	"cmp"
	"slices"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/sorting"
	"streamdesk/model/words"
)

// result is what a check found.
type result struct {
	status  Status
	summary string
	at      time.Time // by the server's clock
	streams int
	faults  []string // what is missing or can't be read
	wrong   []string // all that is wrong, the worst first
	groups  []group  // the worst first
	limits  health.Limits
}

// group is one group of one stream, judged.
type group struct {
	stream string
	health.State
	status    Status
	why       string
	figures   model.Group
	lag       model.Count
	oldest    time.Duration
	hasOldest bool // false when the ID of the oldest entry tells no age
}

// judge judges what is chosen of a snapshot.
func judge(snapshot *model.Snapshot, chosen choice, limits health.Limits) result {
	r := result{at: snapshot.At, limits: limits, faults: chosen.missing(snapshot)}
	if len(r.faults) > 0 {
		r.status = Critical
	}
	for i := range snapshot.Streams {
		s := &snapshot.Streams[i]
		if s.Missing || !names(chosen.streamPatterns(), s.Key) {
			continue
		}
		r.streams++
		if s.Problem != "" {
			r.faults = append(r.faults, s.Key+" can't be read: "+s.Problem)
			r.status = worse(r.status, Unknown)
			continue
		}
		for j := range s.Groups {
			if g := &s.Groups[j]; names(chosen.groupPatterns(), g.Name) {
				r.add(s, g)
			}
		}
	}
	sorting.By(r.groups, func(a, b *group) int {
		return cmp.Or(b.status.rank()-a.status.rank(), cmp.Compare(b.State, a.State))
	})
	r.sum()
	return r
}

func (r *result) add(s *model.Stream, g *model.Group) {
	judged := group{
		stream: s.Key, State: health.Of(s, g, r.at, r.limits), why: health.Why(s, g, r.at, r.limits), figures: *g, lag: g.Lag,
	}
	judged.status = statusOf(judged.State)
	judged.oldest, judged.hasOldest = g.OldestAge(r.at)
	judged.hasOldest = judged.hasOldest || g.Oldest == nil
	r.groups = append(r.groups, judged)
	r.status = worse(r.status, judged.status)
}

// sum puts the result into one sentence. A check that found nothing to judge knows nothing.
func (r *result) sum() {
	bad := slices.IndexFunc(r.groups, func(g group) bool { return g.status == OK })
	if bad < 0 {
		bad = len(r.groups)
	}
	r.wrong = slices.Concat(r.faults, r.texts(bad))
	if bad > 0 && r.groups[0].status == r.status {
		r.wrong = slices.Concat(r.texts(bad), r.faults)
	}
	switch {
	case len(r.wrong) == 1:
		r.summary = r.wrong[0]
	case len(r.wrong) > 1:
		r.summary = r.wrong[0] + " (and " + words.Grouped(int64(len(r.wrong)-1)) + " more)"
	case r.streams == 0:
		r.status, r.summary = Unknown, "there are no streams"
	case len(r.groups) == 0:
		r.status, r.summary = Unknown, "there are no consumer groups on "+words.Plural(r.streams, "stream")
	case len(r.groups) == 1:
		r.summary = r.groups[0].text()
	default:
		r.summary = words.Plural(len(r.groups), "group") + " on " + words.Plural(r.streams, "stream") + " keep up" + r.paused()
	}
}

// paused says how many of the groups a person has paused, and since when and for how long one of them is.
func (r *result) paused() string {
	n, text := 0, ""
	for i := range r.groups {
		if r.groups[i].State != health.Paused {
			continue
		}
		n++
		if n == 1 {
			text = ", or are paused: " + r.groups[i].text()
		}
	}
	if n > 1 {
		text += " (and " + words.Grouped(int64(n-1)) + " more)"
	}
	return text
}

// texts returns one text for each of the first n groups.
func (r *result) texts(n int) []string {
	texts := make([]string, n)
	for i := range texts {
		texts[i] = r.groups[i].text()
	}
	return texts
}

// text says how the group fares, and why.
func (g *group) text() string {
	text := g.figures.Name + " on " + g.stream + ": " + g.State.String()
	if g.why != "" {
		text += ": " + g.why
	}
	return text
}
