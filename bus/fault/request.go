package fault

import (
	"errors"
	"fmt"

	"streamdesk/model"
)

// ErrRequest is wrapped by the error about a request that is incomplete or contradicts itself. Nothing was sent.
var ErrRequest = errors.New("invalid request")

// Request returns an error that says what is wrong with a request and how to fix it.
func Request(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRequest, fmt.Sprintf(format, args...))
}

// NeedStream returns an error for an empty stream name, which Redis would accept as a name.
func NeedStream(stream string) error {
	if stream == "" {
		return Request("no stream named (give the stream's key, such as events:workflow.started)")
	}
	return nil
}

// NeedGroup returns an error when the name of the stream or the group is empty.
func NeedGroup(stream, group string) error {
	if err := NeedStream(stream); err != nil {
		return err
	}
	if group == "" {
		return Request("no consumer group named on %s (give the group's name)", stream)
	}
	return nil
}

// NeedConsumer returns an error when the name of the stream, the group or the consumer is empty.
func NeedConsumer(stream, group, consumer string) error {
	if err := NeedGroup(stream, group); err != nil {
		return err
	}
	if consumer == "" {
		return Request("no consumer named in group %s on %s (give the consumer's name)", group, stream)
	}
	return nil
}

// NeedIDs returns an error for an empty list of entries.
func NeedIDs(stream string, ids []model.Position) error {
	if len(ids) == 0 {
		return Request("no entry IDs on %s (give at least one)", stream)
	}
	return nil
}
