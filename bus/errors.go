package bus

import (
	"streamdesk/bus/fault"
)

// Errors that a caller decides on. They come wrapped, with what was being done and to which key. They are those of package
// fault, which has the others as well.
var (
	// ErrClosed is [fault.ErrClosed]: the bus was closed before the call, or while it waited.
	ErrClosed = fault.ErrClosed
	// ErrTooLarge is [fault.ErrTooLarge]: the encoded event is over the limit of [WithMaxEventSize].
	ErrTooLarge = fault.ErrTooLarge
	// ErrMemory is [fault.ErrMemory]: the server is at its maxmemory and may not evict (OOM).
	ErrMemory = fault.ErrMemory
	// ErrReplicas is [fault.ErrReplicas]: the entry was added, and fewer replicas than [WithWait] asks for have it.
	ErrReplicas = fault.ErrReplicas
	// ErrBlock is [fault.ErrBlock]: a block time under a millisecond would reach Redis as BLOCK 0, which waits forever.
	ErrBlock = fault.ErrBlock
	// ErrHandlerStuck is [fault.ErrHandlerStuck]: a handler had not returned when the grace period was over.
	ErrHandlerStuck = fault.ErrHandlerStuck
	// ErrUnpublished is [fault.ErrUnpublished]: the bus was closed with events that the server has not taken; they are lost.
	ErrUnpublished = fault.ErrUnpublished
)

type (
	// PublishError is what became of one event that could not be published.
	PublishError = fault.PublishError
	// LostError is that a server took events, acknowledged them, and is gone with them.
	LostError = fault.LostError
	// BatchError is a [BatchHandler]'s error about some of the messages, by their index; the others have succeeded.
	BatchError = fault.BatchError
)
