package wire

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// scanCount is the COUNT of one SCAN: the server scans about that many keys at a time, in well under a millisecond.
const scanCount = 1000

// A walk over the keys of a server ends when its cursor is 0 again, after max a billion buckets of its table. While the table
// shrinks, a cursor may occur a second time.
const (
	maxScanPages  = 1 << 20
	maxScanRepeat = 3
)

// ScanKeys finds the bus's keys: all that start with its prefix. It sends SCAN … MATCH to every master of a cluster until the
// cursor is 0, and passes each page to each as it arrives. Nodes are scanned concurrently, so each may be called from several
// goroutines at once. A page that takes longer than patience is an error of its node, where the client keeps deadlines; 0
// leaves the limit to the client. The first error is returned when all nodes are done.
func (c *Conn) ScanKeys(ctx context.Context, on Sender, patience time.Duration, each func(keys []Reply) error) error {
	return c.scanMatching(ctx, on, patience, c.pattern(), each)
}

// ScanScheduled is [Conn.ScanKeys] for the sorted sets of scheduled entries, of any prefix.
func (c *Conn) ScanScheduled(ctx context.Context, on Sender, patience time.Duration, each func(keys []Reply) error) error {
	return c.scanMatching(ctx, on, patience, model.ScheduledPrefix+"*", each)
}

// ScanDeadLetters is [Conn.ScanKeys] for the dead-letter streams of the bus's streams, where they have their default keys.
func (c *Conn) ScanDeadLetters(ctx context.Context, on Sender, patience time.Duration, each func(keys []Reply) error) error {
	return c.scanMatching(ctx, on, patience, escapeGlob(model.DeadLetterKey(c.Prefix))+"*", each)
}

func (c *Conn) scanMatching(ctx context.Context, on Sender, patience time.Duration, pattern string, each func(keys []Reply) error) error {
	return eachMaster(ctx, on, func(ctx context.Context, node Sender) error {
		var walk scanWalk
		for cursor := "0"; ; {
			next, keys, err := c.patientScan(ctx, node, cursor, pattern, patience)
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

func (c *Conn) patientScan(ctx context.Context, node Sender, cursor, pattern string, patience time.Duration) (string, []Reply, error) {
	ctx, cancel := patient(ctx, patience)
	defer cancel()
	return c.scanPage(ctx, node, cursor, pattern)
}

// patient returns a context that ends after patience; 0 means never.
func patient(ctx context.Context, patience time.Duration) (context.Context, context.CancelFunc) {
	if patience == 0 {
		return ctx, func() {}
	}
	return context.WithTimeout(ctx, patience)
}

// ScanPage returns one page of the bus's keys of a node, and the cursor of the next one; "0" after the last.
func (c *Conn) ScanPage(ctx context.Context, node Sender, cursor string) (next string, keys []Reply, err error) {
	return c.scanPage(ctx, node, cursor, c.pattern())
}

// pattern matches the bus's keys.
func (c *Conn) pattern() string { return escapeGlob(c.Prefix) + "*" }

func (c *Conn) scanPage(ctx context.Context, node Sender, cursor, pattern string) (next string, keys []Reply, err error) {
	r, err := c.DoOn(ctx, node, scan(cursor, pattern, scanCount).args...)
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

// step records the next cursor; its error wraps fault.ErrReply.
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

// escapeGlob returns a pattern that matches only s.
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

// maxKeys is the max number of keys with one prefix: 100 MB of names, and more than anything here could show.
const maxKeys = 1 << 20

// KeySet collects keys from several nodes at once.
type KeySet struct {
	mu   sync.Mutex
	keys map[string]struct{}
}

// NewKeySet returns an empty set.
func NewKeySet() *KeySet { return &KeySet{keys: map[string]struct{}{}} }

// Add copies the keys, so that they don't keep their reply alive.
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

// Sorted returns the keys in order.
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
