package bus

import (
	"cmp"
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"

	"streamdesk/bus/fault"
	"streamdesk/bus/internal/wire"
)

// Discover finds the bus's keys, sorted: all that start with its prefix, those that hold something other than a stream
// too, so that they can be shown for what they are. It sends SCAN … MATCH until the cursor is back, to every master of
// a cluster.
func (rd *Reader) Discover(ctx context.Context) ([]string, error) {
	if err := fault.NeedContext(ctx); err != nil {
		return nil, fmt.Errorf("bus: discover %s*: %w", rd.look.Prefix(), err)
	}
	found := newKeySet()
	if err := rd.look.ScanKeys(ctx, found.add); err != nil {
		return nil, fmt.Errorf("bus: discover %s*: %w", rd.look.Prefix(), err)
	}
	return found.sorted(), nil
}

// maxKeys is how many keys of one prefix are gathered: 100 MB of names, and more than anything here could show.
const maxKeys = 1 << 20

// keySet gathers keys from several nodes at once.
type keySet struct {
	mu   sync.Mutex
	keys map[string]struct{}
}

func newKeySet() *keySet { return &keySet{keys: map[string]struct{}{}} }

// add copies the keys, so that they don't keep the reply they were cut out of alive.
func (s *keySet) add(keys []wire.Reply) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, key := range keys {
		if _, ok := s.keys[key.Text]; !ok {
			s.keys[strings.Clone(key.Text)] = struct{}{}
		}
	}
	if len(s.keys) > maxKeys {
		return fault.Request("there are more than %d keys with this prefix (name a longer one)", maxKeys)
	}
	return nil
}

func (s *keySet) sorted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys := make([]string, 0, len(s.keys))
	for key := range s.keys {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}

// scanPages bounds one look for new streams: a server with millions of other keys is looked through over many of them.
const scanPages = 64

// discoverOn begins a walk over the keys: each call goes on at each node where the one before has ended.
func (rd *Reader) discoverOn() func(ctx context.Context) ([]string, error) {
	last := map[wire.Node]string{}
	return func(ctx context.Context) ([]string, error) {
		found := newKeySet()
		scans := newCursors(last)
		err := rd.look.EachMaster(ctx, func(ctx context.Context, node wire.Node) error {
			cursor := scans.of(node)
			for range scanPages {
				next, keys, err := rd.look.ScanPage(ctx, node, cursor)
				if err != nil {
					return err
				}
				if err := found.add(keys); err != nil {
					return err
				}
				if cursor = next; cursor == "0" {
					break
				}
			}
			scans.set(node, cursor)
			return nil
		})
		if err != nil {
			return nil, err
		}
		last = scans.next
		return found.sorted(), nil
	}
}

// cursors are where the SCAN of each node goes on.
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
