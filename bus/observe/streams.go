package observe

import (
	"cmp"
	"context"
	"fmt"
	"sync"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
	"streamdesk/model"
)

// Discover returns the bus's keys, sorted: all that start with its prefix. Keys of other types are included, so that they can be
// shown as such. It sends SCAN … MATCH until the cursor is back at 0, to every master of a cluster. If a master doesn't answer,
// the keys of the others are returned with its error.
func (rd *Reader) Discover(ctx context.Context) ([]string, error) {
	return discover(ctx, rd.look.Prefix(), rd.look.ScanKeys)
}

// DiscoverDeadLetters is [Reader.Discover] for the dead-letter streams of the bus's streams, where they have their default keys: also
// of streams that no longer exist.
func (rd *Reader) DiscoverDeadLetters(ctx context.Context) ([]string, error) {
	return discover(ctx, model.DeadLetterKey(rd.look.Prefix()), rd.look.ScanDeadLetters)
}

func discover(ctx context.Context, prefix string, scan func(context.Context, func([]wire.Reply) error) error) ([]string, error) {
	if err := fault.NeedContext(ctx); err != nil {
		return nil, fmt.Errorf("bus: discover %s*: %w", prefix, err)
	}
	found := wire.NewKeySet()
	if err := scan(ctx, found.Add); err != nil {
		return found.Sorted(), fmt.Errorf("bus: discover %s*: %w", prefix, err)
	}
	return found.Sorted(), nil
}

// scanPages is the max number of pages per look for new streams: a server with millions of other keys takes many looks.
const scanPages = 64

// discoverOn begins a walk over the keys. Each call continues at each node where the previous call ended, except at the nodes to
// leave out. If a node fails, the keys of the others are returned with its error.
func (rd *Reader) discoverOn() func(ctx context.Context, leave func(wire.Node) bool) ([]string, error) {
	last := map[wire.Node]string{}
	return func(ctx context.Context, leave func(wire.Node) bool) ([]string, error) {
		found := wire.NewKeySet()
		scans := newCursors(last)
		err := rd.look.EachMaster(ctx, func(ctx context.Context, node wire.Node) error {
			if leave(node) {
				return nil
			}
			cursor := scans.of(node)
			for range scanPages {
				next, keys, err := rd.look.ScanPage(ctx, node, cursor)
				if err != nil {
					return err
				}
				if err := found.Add(keys); err != nil {
					return err
				}
				if cursor = next; cursor == "0" {
					break
				}
			}
			scans.set(node, cursor)
			return nil
		})
		last = scans.next
		return found.Sorted(), err
	}
}

// cursors are where the SCAN of each node continues.
type cursors struct {
	mu         sync.Mutex
	last, next map[wire.Node]string
}

func newCursors(last map[wire.Node]string) *cursors {
	return &cursors{last: last, next: make(map[wire.Node]string, len(last))}
}

func (c *cursors) of(node wire.Node) string { return cmp.Or(c.last[node], "0") }

func (c *cursors) set(node wire.Node, cursor string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next[node] = cursor
}
