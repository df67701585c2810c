package workflows

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
	"time"

	"streamdesk/model"
	"streamdesk/model/health"
	"streamdesk/model/sorting"
	"streamdesk/model/words"
	"streamdesk/model/workflow"
)

// Rows returns the workflows of an index in the order that the pane shows them in, the worst first. now is the server's clock.
func Rows(index *workflow.Index, limits health.Limits, now time.Time) []Row {
	usual := once(index.Usual)
	rows := make([]Row, 0, index.Len())
	for s := range index.All() {
		rows = append(rows, Row{Summary: s, verdict: limits.Workflow(s, usual, now), index: index, limits: limits, now: now})
	}
	order := Columns.Order()
	sorting.By(rows, func(a, b *Row) int {
		return cmp.Or(Columns.Compare(&order, a, b), strings.Compare(a.ID, b.ID))
	})
	return rows
}

// Verdict returns the verdict on the workflow.
func (r *Row) Verdict() health.Verdict { return r.verdict }

// Matches reports whether each of the words, in lower case, is in the row: in its ID, verdict, newest event, agent or stage.
func (r *Row) Matches(all []string) bool {
	text := strings.ToLower(r.text() + " " + r.stage())
	return !slices.ContainsFunc(all, func(word string) bool { return !strings.Contains(text, word) })
}

// age returns how long the workflow has taken, with a ">" when its beginning wasn't seen.
func (r *Row) age() string {
	text := words.Age(max(r.until().Sub(r.Start), 0))
	if !r.StartSeen {
		return ">" + text
	}
	return text
}

// stage returns the family of the stage that runs, or of the last one; empty when none was seen. What agents say to each other is no
// stage.
func (r *Row) stage() string {
	stage := ""
	for i := range r.Steps {
		if r.Steps[i].Family == model.FamilyA2A {
			continue
		}
		if r.Steps[i].State == workflow.StageRunning {
			return r.Steps[i].Family
		}
		if r.Steps[i].Attempts > 0 {
			stage = r.Steps[i].Family
		}
	}
	return stage
}

// failures returns the number of failures, with a ">" when not all events are kept.
func (r *Row) failures() string {
	text := strconv.Itoa(r.Failures)
	if r.Truncated {
		return ">" + text
	}
	return text
}

// agents returns the sender of the newest event, and how many others there are.
func (r *Row) agents() string {
	if r.Agents > 1 {
		return r.Agent + " +" + strconv.Itoa(r.Agents-1)
	}
	return r.Agent
}
