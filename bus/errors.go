package bus

import (
	"streamdesk/bus/fault"
)

// Errors that a caller handles. They come wrapped with the operation and the key. Package fault defines them, and has others.
var (
	// ErrClosed is [fault.ErrClosed]: the bus was closed before the call, or while it waited.
	ErrClosed = fault.ErrClosed
	// ErrTooLarge is [fault.ErrTooLarge]: the encoded event is over the limit of [WithMaxEventSize].
	ErrTooLarge = fault.ErrTooLarge
	// ErrMemory is [fault.ErrMemory]: the server is at its maxmemory and may not evict (OOM).
	ErrMemory = fault.ErrMemory
	// ErrReplicas is [fault.ErrReplicas]: the entry was added, but fewer replicas have it than [WithWait] asks for.
	ErrReplicas = fault.ErrReplicas
	// ErrBlock is [fault.ErrBlock]: a block time under a millisecond would reach Redis as BLOCK 0, which waits forever.
	ErrBlock = fault.ErrBlock
	// ErrHandlerStuck is [fault.ErrHandlerStuck]: a handler had not returned when the grace period was over.
	ErrHandlerStuck = fault.ErrHandlerStuck
	// ErrUnpublished is [fault.ErrUnpublished]: the bus was closed with events that the server has not added; they are lost.
	ErrUnpublished = fault.ErrUnpublished
)

type (
	// PublishError is the failure of one event that could not be published.
	PublishError = fault.PublishError
	// LostError means that a server acknowledged events and then lost them.
	LostError = fault.LostError
	// BatchError is a [BatchHandler]'s error about some of the messages, by their index; the others have succeeded.
	BatchError = fault.BatchError
)
