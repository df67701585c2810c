package groups

import (
	"cmp"
	"slices"

	"streamdesk/model"
	"streamdesk/ui/live"
)

// worstGroup returns the group in the worst trouble; when all are well, the one with the most pending.
func worstGroup(d *live.Data, s *model.Stream) string {
	worst := slices.MaxFunc(s.Groups, func(a, b model.Group) int {
		return cmp.Or(
			cmp.Compare(d.Health(s, &a), d.Health(s, &b)),
			cmp.Compare(a.Pending, b.Pending),
			cmp.Compare(b.Name, a.Name),
		)
	})
	return worst.Name
}
