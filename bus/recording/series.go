package recording

import (
	"context"
	"iter"
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
// knew the key. It keeps one moment in memory. The rules of [Store.Moments] hold.
func (s *Store) Stream(ctx context.Context, key string, from, to time.Time) iter.Seq2[StreamPoint, error] {
	return func(yield func(StreamPoint, error) bool) {
		for moment, err := range s.Moments(ctx, from, to) {
			stream := moment.Stream(key)
			if err == nil && stream == nil {
				continue
			}
			point := StreamPoint{At: moment.At}
			if stream != nil {
				point.Stream = *stream
			}
			if !yield(point, err) {
				return
			}
		}
	}
}

// Group returns how a group was from one time to another, both included, oldest first: a point for each moment and stream that
// had a group of that name. It keeps one moment in memory. The rules of [Store.Moments] hold.
func (s *Store) Group(ctx context.Context, name string, from, to time.Time) iter.Seq2[GroupPoint, error] {
	return func(yield func(GroupPoint, error) bool) {
		for moment, err := range s.Moments(ctx, from, to) {
			if err != nil {
				yield(GroupPoint{}, err)
				return
			}
			for i := range moment.Streams {
				group := moment.Streams[i].Group(name)
				if group != nil && !yield(GroupPoint{At: moment.At, Stream: moment.Streams[i].Key, Group: *group}, nil) {
					return
				}
			}
		}
	}
}
