package check

import (
	"context"
	"slices"

	"streamdesk/model"
	"streamdesk/ui/cli/program"
)

// choice says which streams and groups are judged: names or patterns of them, none for all.
type choice struct{ streams, groups []string }

// keyed returns the choice with the keys of its streams.
func (c choice) keyed(s *program.Session) choice {
	keyed := choice{groups: c.groups}
	for _, name := range c.streams {
		keyed.streams = append(keyed.streams, s.Stream(name))
	}
	return keyed
}

// observe reads the streams that are chosen, and no others where all are named in full.
func (c choice) observe(ctx context.Context, s *program.Session) (model.Snapshot, error) {
	if len(c.streams) == 0 || slices.ContainsFunc(c.streams, model.HasGlob) {
		return s.Observe(ctx, "")
	}
	return s.Reader().Snapshot(ctx, c.streams)
}

// all stands for every stream or every group.
var all = []string{"*"}

func (c choice) streamPatterns() []string {
	if len(c.streams) == 0 {
		return all
	}
	return c.streams
}

func (c choice) groupPatterns() []string {
	if len(c.groups) == 0 {
		return all
	}
	return c.groups
}

// names reports whether one of the patterns has a name.
func names(patterns []string, name string) bool {
	return slices.ContainsFunc(patterns, func(pattern string) bool { return model.MatchGlob(pattern, name) })
}

// missing returns what was asked for by name or pattern and isn't there: a stream, or a group of a stream.
func (c choice) missing(snapshot *model.Snapshot) []string {
	var lacking []string
	for _, pattern := range c.streamPatterns() {
		streams := slices.DeleteFunc(slices.Clone(snapshot.Streams), func(s model.Stream) bool {
			return s.Missing || !model.MatchGlob(pattern, s.Key)
		})
		if len(streams) == 0 {
			if len(c.streams) > 0 {
				lacking = append(lacking, "there is no stream "+pattern)
			}
			continue
		}
		lacking = append(lacking, c.missingGroups(pattern, streams)...)
	}
	return lacking
}

func (c choice) missingGroups(pattern string, streams []model.Stream) []string {
	var lacking []string
	for _, group := range c.groups {
		if slices.ContainsFunc(streams, func(s model.Stream) bool {
			return s.Problem != "" || slices.ContainsFunc(s.Groups, func(g model.Group) bool { return model.MatchGlob(group, g.Name) })
		}) {
			continue
		}
		where := " on " + pattern
		if len(c.streams) == 0 {
			where = " on any stream"
		}
		lacking = append(lacking, "there is no group "+group+where)
	}
	return lacking
}
