package wire

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"github.com/redis/go-redis/v9"

	"streamdesk/bus/fault"
)

// scanCount is the COUNT of one SCAN: the server looks at about so many keys in one go, well under a millisecond.
const scanCount = 1000

// A walk over the keys of a server ends: its cursor comes back to 0, at most once through a billion buckets of its table. While the
// table shrinks, a cursor may come a second time.
const (
	maxScanPages  = 1 << 20
	maxScanRepeat = 3
)

// ScanKeys finds the bus's keys: all that start with its prefix. It sends SCAN … MATCH until the cursor is back, to every master
// of a cluster, and hands over each page as it comes: nodes are walked side by side, and so each may be called from several goroutines at once.
// A page that isn't there after patience is an error of its node, where the client keeps deadlines; 0 leaves the limit to the client.
// The first error is returned when all nodes are done.
func (c *Conn) ScanKeys(ctx context.Context, on redis.UniversalClient, patience time.Duration, each func(keys []Reply) error) error {
	return eachMaster(ctx, on, func(ctx context.Context, node Sender) error {
		var walk scanWalk
		for cursor := "0"; ; {
			next, keys, err := c.patientScan(ctx, node, cursor, patience)
			if err == nil {
				err = walk.step(next)
			}
			if err == nil {
				err = each(keys)
			}
			if cursor = next; err != nil || cursor == "0" {
				return err
			}
		}
	})
}

func (c *Conn) patientScan(ctx context.Context, node Sender, cursor string, patience time.Duration) (string, []Reply, error) {
	ctx, cancel := patient(ctx, patience)
	defer cancel()
	return c.ScanPage(ctx, node, cursor)
}

// patient is a context that ends after so long; 0 is never.
func patient(ctx context.Context, patience time.Duration) (context.Context, context.CancelFunc) {
	if patience == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, patience)
}

// ScanPage reads one page of the bus's keys of a node, and the cursor of the next one; "0" after the last.
func (c *Conn) ScanPage(ctx context.Context, node Sender, cursor string) (next string, keys []Reply, err error) {
	r, err := c.DoOn(ctx, node, scan(cursor, escapeGlob(c.Prefix)+"*", scanCount).args...)
	if err != nil {
		return "", nil, err
	}
	if next = r.At(0).Text; next == "" {
		return "", nil, fmt.Errorf("%w: SCAN without a cursor", fault.ErrReply)
	}
	return next, r.At(1).Elems, nil
}

// scanWalk watches the cursor of one walk.
type scanWalk struct {
	pages int
	seen  map[string]int
}

// step takes in the next cursor; the error wraps fault.ErrReply.
func (w *scanWalk) step(cursor string) error {
	if w.seen == nil {
		w.seen = map[string]int{}
	}
	w.pages++
	w.seen[cursor]++
	if w.seen[cursor] >= maxScanRepeat || w.pages > maxScanPages {
		return fmt.Errorf("%w: SCAN never ends: after %d pages its cursor is %.40q again", fault.ErrReply, w.pages, cursor)
	}
	return nil
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

// maxKeys is how many keys of one prefix are gathered: 100 MB of names, and more than anything here could show.
const maxKeys = 1 << 20

// KeySet gathers keys from several nodes at once.
type KeySet struct {
	mu   sync.Mutex
	keys map[string]struct{}
}

// NewKeySet is an empty set.
func NewKeySet() *KeySet { return &KeySet{keys: map[string]struct{}{}} }

// Add copies the keys, so that they don't keep the reply they were cut out of alive.
func (s *KeySet) Add(keys []Reply) error {
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

// Sorted are the keys in order.
func (s *KeySet) Sorted() []string {
	s.mu.Lock()
	defer s.mu.Unlock()
	keys := make([]string, 0, len(s.keys))
	for key := range s.keys {
		keys = append(keys, key)
	}
	slices.Sort(keys)
	return keys
}
