package fault

import (
	"errors"
	"fmt"

	"streamdesk/model"
)

// ErrRequest is wrapped by the error about a request that lacks something or contradicts itself. Nothing was sent.
var ErrRequest = errors.New("invalid request")

// Request says what is wrong with a request, and how to mend it.
func Request(format string, args ...any) error {
	return fmt.Errorf("%w: %s", ErrRequest, fmt.Sprintf(format, args...))
}

// NeedStream refuses a name that is missing: Redis would take the empty string for a name.
func NeedStream(stream string) error {
	if stream == "" {
		return Request("no stream named (give the stream's key, such as events:workflow.started)")
	}
	return nil
}

// NeedGroup refuses a name of a stream or a group that is missing.
func NeedGroup(stream, group string) error {
	if err := NeedStream(stream); err != nil {
		return err
	}
	if group == "" {
		return Request("no consumer group named on %s (give the group's name)", stream)
	}
	return nil
}

// NeedConsumer refuses a name of a stream, a group or a consumer that is missing.
func NeedConsumer(stream, group, consumer string) error {
	if err := NeedGroup(stream, group); err != nil {
		return err
	}
	if consumer == "" {
		return Request("no consumer named in group %s on %s (give the consumer's name)", group, stream)
	}
	return nil
}

// NeedIDs refuses an empty list of entries.
func NeedIDs(stream string, ids []model.Position) error {
	if len(ids) == 0 {
		return Request("no entry IDs on %s (give at least one)", stream)
	}
	return nil
}
