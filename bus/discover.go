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

// scanCount is the COUNT of one SCAN: the server looks at about so many keys in one go, well under a millisecond.
const scanCount = 1000

// Discover finds the bus's keys, sorted: all that start with its prefix, those that hold something other than a stream
// too, so that they can be shown for what they are. It sends SCAN … MATCH until the cursor is back, to every master of
// a cluster.
func (rd *Reader) Discover(ctx context.Context) ([]string, error) {
	if err := fault.NeedContext(ctx); err != nil {
		return nil, fmt.Errorf("bus: discover %s*: %w", rd.conn.Prefix, err)
	}
	found := newKeySet()
	err := rd.conn.EachMaster(ctx, func(ctx context.Context, node wire.Sender) error {
		var walk scanWalk
		for cursor := "0"; ; {
			next, keys, err := rd.scan(ctx, node, cursor)
			if err == nil {
				err = walk.step(next)
			}
			if err == nil {
				err = found.add(keys)
			}
			if cursor = next; err != nil || cursor == "0" {
				return err
			}
		}
	})
	if err != nil {
		return nil, fmt.Errorf("bus: discover %s*: %w", rd.conn.Prefix, err)
	}
	return found.sorted(), nil
}

// A walk over the keys of a server ends: its cursor comes back to 0, at most once through a billion buckets of its table. While the
// table shrinks, a cursor may come a second time.
const (
	maxScanPages  = 1 << 20
	maxScanRepeat = 3
	// maxKeys is how many keys of one prefix are gathered: 100 MB of names, and more than anything here could show.
	maxKeys = 1 << 20
)

// scanWalk watches the cursor of one walk.
type scanWalk struct {
	pages int
	seen  map[string]int
}

// step takes in the next cursor; the error wraps ErrReply.
func (w *scanWalk) step(cursor string) error {
	if w.seen == nil {
		w.seen = map[string]int{}
	}
	w.pages++
	w.seen[cursor]++
	if w.seen[cursor] >= maxScanRepeat || w.pages > maxScanPages {
		return fmt.Errorf("%w: SCAN never ends: after %d pages its cursor is %.40q again", ErrReply, w.pages, cursor)
	}
	return nil
}

// scan reads one page of the bus's keys.
func (rd *Reader) scan(ctx context.Context, node wire.Sender, cursor string) (string, []wire.Reply, error) {
	r, err := rd.conn.DoOn(ctx, node, "SCAN", cursor, "MATCH", escapeGlob(rd.conn.Prefix)+"*", "COUNT", scanCount)
	if err != nil {
		return "", nil, err
	}
	next := r.At(0).Text
	if next == "" {
		return "", nil, fmt.Errorf("%w: SCAN without a cursor", ErrReply)
	}
	return next, r.At(1).Elems, nil
}

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

// escapeGlob makes a pattern that matches s alone.
func escapeGlob(s string) string {
	var b strings.Builder
	for i := range len(s) {
		if strings.IndexByte(`*?[]^\`, s[i]) >= 0 {
			b.WriteByte('\\')
		}
		b.WriteByte(s[i])
	}
	return b.String()
}

// cursors are where the SCAN of each node goes on.
type cursors struct {
	mu         sync.Mutex
	last, next map[wire.Sender]string
}

func newCursors(last map[wire.Sender]string) *cursors {
	return &cursors{last: last, next: make(map[wire.Sender]string, len(last))}
}

func (c *cursors) of(node wire.Sender) string { return cmp.Or(c.last[node], "0") }

func (c *cursors) set(node wire.Sender, cursor string) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.next[node] = cursor
}
