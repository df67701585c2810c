package consequence

import (
	"fmt"

	"streamdesk/bus/change"
	"streamdesk/model"
	"streamdesk/model/words"
)

func removes(approx bool) string {
	if approx {
		return "Removes up to "
	}
	return "Removes "
}

// Trim is what a trim that heeds the groups removes, and what stays.
func Trim(plan *change.TrimPlan, approx bool) string {
	stay := model.Exactly(plan.Length).Minus(plan.Removable)
	switch {
	case plan.HeldBy == "" && stay == model.Exactly(0):
		return removes(approx) + words.CountedEntries(plan.Removable) + ", all there are: no group reads this stream, so none waits for any."
	case plan.HeldBy == "":
		return removes(approx) + words.CountedEntries(plan.Removable) + "; no group reads this stream, so none waits for any."
	case plan.Removable == model.Exactly(0):
		return "Removes nothing: " + plan.HeldBy + " has not acknowledged the oldest entry."
	case stay == model.Exactly(0):
		return removes(approx) + words.CountedEntries(plan.Removable) + ", all there are: every group has acknowledged them."
	default:
		return fmt.Sprintf("%s%s that every group has acknowledged; %s stay because %s has not.",
			removes(approx), words.CountedEntries(plan.Removable), words.Counted(stay), plan.HeldBy)
	}
}

// TrimBefore is what a trim to an ID that a person has chosen removes.
func TrimBefore(plan *change.TrimPlan, approx bool) string {
	text := removes(approx) + words.CountedEntries(plan.Removable) + " before " + plan.MinID.String()
	if plan.HeldBy == "" {
		return text + "; no group reads this stream, so none waits for any."
	}
	return text + ", which every group has acknowledged."
}

// MaxLen is what a hard trim removes, whoever still needs it.
func MaxLen(plan *change.MaxLenPlan, approx bool) string {
	if plan.Removed == 0 {
		return "Removes nothing: the stream has no more than " + words.Entries(int(plan.MaxLen)) + "."
	}
	return fmt.Sprintf("%s%s and keeps the newest %s, whoever still needs them.",
		removes(approx), words.Entries(int(plan.Removed)), words.Grouped(plan.MaxLen))
}

// Costs say what a hard trim costs each group, a line for each.
func Costs(plan *change.MaxLenPlan) []string {
	var lines []string
	for _, c := range plan.Costs {
		if c.Pending == model.Exactly(0) && c.Undelivered == model.Exactly(0) {
			lines = append(lines, c.Group+" loses nothing.")
			continue
		}
		lines = append(lines, fmt.Sprintf("%s loses %s that it has not acknowledged and %s that it never came to.",
			c.Group, words.CountedEntries(c.Pending), words.Counted(c.Undelivered)))
	}
	return lines
}
