package doctor

import (
	"fmt"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
)

// wrongType finds keys that block a stream's name, and streams that may not be read.
func (d *diagnosis) wrongType() []Finding {
	var found []Finding
	for _, snapshot := range []*model.Snapshot{&d.Second, &d.DeadLetters} {
		for i := range snapshot.Streams {
			s := &snapshot.Streams[i]
			switch {
			case s.Problem == "":
			case strings.HasPrefix(s.Problem, "WRONGTYPE"):
				found = append(found, Finding{
					Severity: Warning, Stream: s.Key, Message: "this key is no stream",
					Why:  "Events of that type can't be published, and consumers of all types fail on it again and again.",
					Mend: "see what it is with " + d.redis("TYPE", s.Key) + ", and move it away: " + d.redis("RENAME", s.Key, "moved:"+s.Key),
				})
			default:
				found = append(found, Finding{
					Severity: Warning, Stream: s.Key, Message: "this stream can't be looked at: " + s.Problem,
					Why:  "Whatever is wrong with it is not among these findings.",
					Mend: "allow it: " + d.redis("ACL", "SETUSER", "NAME", "%R~"+d.Prefix+"*", "+@read", "+xinfo"),
				})
			}
		}
	}
	return found
}

// secondsOfDay converts growth per second into growth per day.
const secondsOfDay = 24 * 60 * 60

// uncapped finds untrimmed streams that grow or are long.
func (d *diagnosis) uncapped() []Finding {
	var found []Finding
	for i := range d.Second.Streams {
		s := &d.Second.Streams[i]
		before := d.First.Stream(s.Key)
		if before == nil || s.Problem != "" || s.Missing || isTrimmed(before, s) {
			continue
		}
		grown := max(s.Length-before.Length, 0)
		if grown == 0 && s.Length < d.Notice {
			continue
		}
		f := Finding{
			Severity: Info, Stream: s.Key, Message: many(s.Length, "entry", "entries") + ", and nobody trims it",
			Why: "A stream that nobody trims takes more memory every day, until the server is full.", Mend: d.cap(s),
		}
		perSecond := 0.0
		if pause := d.pause(); pause > 0 {
			perSecond = float64(grown) / pause.Seconds()
		}
		if grown > 0 {
			f.Message += fmt.Sprintf("; it grew by %d in %s", grown, span(d.pause()))
		}
		if s.Length >= d.Length || float64(s.Length)+perSecond*secondsOfDay >= float64(d.Length) {
			f.Severity = Warning
		}
		found = append(found, f)
	}
	return found
}

// isTrimmed reports whether entries are removed: the first one moved between the looks, or over a tenth of all ever added is
// gone. A few deletions by hand don't count.
func isTrimmed(before, s *model.Stream) bool {
	if before.First.Before(s.First) && !before.First.IsZero() {
		return true
	}
	const share = 10
	return s.EntriesAdded.Known && (s.EntriesAdded.N-s.Length)*share > s.EntriesAdded.N
}

// cap returns the mend that trims a stream now without a loss to its groups, and keeps it short.
func (d *diagnosis) cap(s *model.Stream) string {
	lasting := "have its publishers cap it (publish.max_len in the settings, XADD … MAXLEN ~ N)"
	if len(s.Groups) == 0 {
		return lasting + ", and trim it now: " + d.desk("trim", s.Key, "--max-len", strconv.FormatInt(d.Notice, 10), "--hard", "--approx")
	}
	safe := needs(&s.Groups[0])
	for i := range s.Groups[1:] {
		if from := needs(&s.Groups[i+1]); from.Before(safe) {
			safe = from
		}
	}
	if !s.First.Before(safe) {
		return lasting + "; nothing can go now, as a group still needs its first entry"
	}
	return lasting + ", and trim what every group has acknowledged: " + d.desk("trim", s.Key, "--approx")
}

// ahead finds streams whose last ID lies ahead of the server's clock.
func (d *diagnosis) ahead() []Finding {
	var found []Finding
	for i := range d.Second.Streams {
		s := &d.Second.Streams[i]
		if _, known := s.Last.Age(d.Second.At); known || s.Problem != "" || s.Missing || s.Last.IsZero() {
			continue
		}
		by := "beyond any date"
		if s.Last.Dated() {
			by = span(s.Last.Time().Sub(d.Second.At)) + " ahead of the server's clock"
		}
		found = append(found, Finding{
			Severity: Warning, Stream: s.Key, Message: fmt.Sprintf("the last ID, %s, lies %s", s.Last, by),
			Why: "Somebody has given entries IDs of their own, or the server's clock was set back. New entries get IDs behind it, so that how " +
				"old they are can't be told until the clock has come that far, and a range or a trim by time misses them.",
			Mend: "have whoever adds entries leave the ID to the server (XADD … *), and look at the server's clock; IDs of now come with a copy: " +
				d.desk("export", s.Key, "--file", "backup.jsonl") + ", delete the stream, " + d.desk("import", "backup.jsonl", "--new-ids"),
		})
	}
	return found
}

// deadLetters finds streams of dead letters that aren't empty.
func (d *diagnosis) deadLetters() []Finding {
	var found []Finding
	for i := range d.DeadLetters.Streams {
		s := &d.DeadLetters.Streams[i]
		if s.Length == 0 || s.Problem != "" {
			continue
		}
		found = append(found, Finding{
			Severity: Warning, Stream: s.Key,
			Message: fmt.Sprintf("%s, the last one %s", many(s.Length, "dead letter waits", "dead letters wait"),
				lastLetter(s, d.DeadLetters.At)),
			Why:  "Each is an event that a group could not process and gave up; nobody will process it unless somebody sees to it.",
			Mend: "read why: " + d.desk("deadletters", s.Key) + "; and send back what can be processed now: " + d.desk("requeue", s.Key, "ID"),
		})
	}
	return found
}

// notExamined reports what the bounds of an examination left out.
func (d *diagnosis) notExamined() []Finding {
	var found []Finding
	if d.Unlooked > 0 {
		found = append(found, Finding{
			Severity: Info, Message: fmt.Sprintf("the pending entries of %d more groups were not looked at", d.Unlooked),
			Why:  fmt.Sprintf("Only the %d groups that have the most are, so that looking costs the server little.", maxGroups),
			Mend: d.desk("groups") + " lists them all",
		})
	}
	for key, rows := range d.Groups {
		if rows.Problem != "" {
			found = append(found, Finding{
				Severity: Info, Stream: key.Stream, Group: key.Group, Message: "the pending entries could not be read: " + rows.Problem,
				Why: "Whatever is wrong with them is not among these findings.", Mend: d.desk("pending", key.Stream, key.Group),
			})
		}
	}
	return found
}

// lastLetter returns how long ago the last dead letter was written.
func lastLetter(s *model.Stream, now time.Time) string {
	age, known := s.Last.Age(now)
	if !known {
		return "at a time that its ID doesn't tell"
	}
	return span(age) + " ago"
}
