package recording

import (
	"context"
	"time"

	"streamdesk/model"
)

// StreamPoint is how a stream was at one moment.
type StreamPoint struct {
	At     time.Time
	Stream model.Stream
}

// GroupPoint is how a group of a stream was at one moment.
type GroupPoint struct {
	At     time.Time
	Stream string
	Group  model.Group
}

// Stream returns how the stream at key was from one time to another, both included, oldest first: a point for each moment that
// knew the key.
func (s *Store) Stream(ctx context.Context, key string, from, to time.Time) ([]StreamPoint, error) {
	var points []StreamPoint
	for moment, err := range s.Moments(ctx, from, to) {
		if err != nil {
			return nil, err
		}
		if stream := moment.Stream(key); stream != nil {
			points = append(points, StreamPoint{At: moment.At, Stream: *stream})
		}
	}
	return points, nil
}

// Group returns how a group was from one time to another, both included, oldest first: a point for each moment and stream that
// had a group of that name.
func (s *Store) Group(ctx context.Context, name string, from, to time.Time) ([]GroupPoint, error) {
	var points []GroupPoint
	for moment, err := range s.Moments(ctx, from, to) {
		if err != nil {
			return nil, err
		}
		for i := range moment.Streams {
			if group := moment.Streams[i].Group(name); group != nil {
				points = append(points, GroupPoint{At: moment.At, Stream: moment.Streams[i].Key, Group: *group})
			}
		}
	}
	return points, nil
}
