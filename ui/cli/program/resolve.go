package program

import (
	"context"
	"errors"
	"fmt"
	"slices"

	"streamdesk/bus/fault"
	"streamdesk/model"
	"streamdesk/model/filter"
)

// Resolve finds the streams that a person names: by key, by event type, or by a glob of either such as 'workflow.*'. It
// returns each key once, sorted. A name that matches nothing is an error.
func (s *Session) Resolve(ctx context.Context, names []string) ([]string, error) {
	var keys, found []string
	for _, name := range names {
		if !model.HasGlob(name) {
			keys = append(keys, s.Stream(name))
			continue
		}
		if found == nil {
			var err error
			if found, err = s.Reader().Discover(ctx); err != nil {
				return nil, err
			}
		}
		matches := 0
		for _, key := range found {
			if model.MatchGlob(name, key) || model.MatchGlob(name, string(model.TypeOf(key, s.Reader().Prefix()))) {
				keys = append(keys, key)
				matches++
			}
		}
		if matches == 0 {
			return nil, fmt.Errorf("no stream fits %q: %w; 'streamdesk streams' lists those there are", name, fault.ErrNoStream)
		}
	}
	slices.Sort(keys)
	return slices.Compact(keys), nil
}

// StreamsNow returns the current state of the streams. A stream that can't be read is an error.
func (s *Session) StreamsNow(ctx context.Context, keys []string) (model.Snapshot, error) {
	snapshot, err := s.Reader().Snapshot(ctx, keys)
	if err != nil {
		return snapshot, err
	}
	for i := range snapshot.Streams {
		if err := OneStream(&snapshot.Streams[i]); err != nil {
			return snapshot, err
		}
	}
	return snapshot, nil
}

// ParseWhere parses a filter for entries that are read from streams. Terms that need the desk are wrong use.
func ParseWhere(text string) (filter.Filter, error) {
	parsed, err := filter.Parse(text)
	switch {
	case err != nil:
		return parsed, WrongUse("--where: %w", err)
	case parsed.AsksState():
		return parsed, WrongUse("--where: state: and group: need the desk, which knows how entries stand; 'streamdesk pending' lists what is pending")
	default:
		return parsed, nil
	}
}

// OneStream returns an error when the requested stream is missing or can't be read.
func OneStream(s *model.Stream) error {
	switch {
	case s.Missing:
		return fmt.Errorf("%s: %w; 'streamdesk streams' lists those there are", s.Key, fault.ErrNoStream)
	case s.Problem != "":
		return fmt.Errorf("%s: %w", s.Key, errors.New(s.Problem))
	default:
		return nil
	}
}

// OneGroup returns an error when the stream or its group is missing or can't be read. An empty name means no group.
func OneGroup(s *model.Stream, group string) error {
	if group != "" && !s.Missing && s.Problem == "" && s.Group(group) == nil {
		return fmt.Errorf("%s: %w %s; 'streamdesk groups %s' lists those there are", s.Key, fault.ErrNoGroup, group, s.Key)
	}
	return OneStream(s)
}

// OriginOf returns where a dead letter came from, as stream/ID; "?" when it doesn't say.
func OriginOf(l *model.DeadLetter) string {
	if l.Origin.Stream == "" {
		return "?"
	}
	return l.Origin.String()
}
