package wire

import (
	"context"
	"fmt"
	"slices"
	"strings"
	"sync"
	"time"

	"streamdesk/bus/fault"
)

// Shared lets those who ask the same within a moment share one answer of the server. The zero Shared shares nothing.
type Shared struct {
	// Window is how long an answer is handed out after it came; 0 shares nothing.
	Window time.Duration

	mu    sync.Mutex
	asked map[string]*sharedAnswer
}

// sharedAnswer is an answer that has come once done is closed.
type sharedAnswer struct {
	done    chan struct{}
	replies []Reply
	err     error
	until   time.Time // zero while it hasn't come
}

// ask returns the answer to reads of a node, which it gets with put unless somebody else has it or is getting it.
func (s *Shared) ask(ctx context.Context, node Node, reads []Read, put func() ([]Reply, error)) ([]Reply, error) {
	if s.Window <= 0 {
		return put()
	}
	if err := fault.NeedContext(ctx); err != nil {
		return nil, err
	}
	question := questionOf(node, reads)
	s.mu.Lock()
	for other, a := range s.asked {
		if !a.until.IsZero() && time.Now().After(a.until) {
			delete(s.asked, other)
		}
	}
	a, known := s.asked[question]
	if !known {
		a = &sharedAnswer{done: make(chan struct{})}
		if s.asked == nil {
			s.asked = map[string]*sharedAnswer{}
		}
		s.asked[question] = a
	}
	s.mu.Unlock()
	if !known {
		a.replies, a.err = put()
		s.mu.Lock()
		a.until = time.Now().Add(s.Window)
		if a.err != nil && s.asked[question] == a {
			delete(s.asked, question)
		}
		s.mu.Unlock()
		close(a.done)
		return slices.Clone(a.replies), a.err
	}
	select {
	case <-a.done:
	case <-ctx.Done():
		return nil, ctx.Err()
	}
	if a.err != nil { // such as the end of the other's context
		return put()
	}
	return slices.Clone(a.replies), nil
}

// forget makes everything be asked again, because something was changed.
func (s *Shared) forget() {
	s.mu.Lock()
	defer s.mu.Unlock()
	clear(s.asked)
}

func questionOf(node Node, reads []Read) string {
	var b strings.Builder
	fmt.Fprintf(&b, "%p", node.sender)
	for _, r := range reads {
		fmt.Fprintf(&b, "\x00%q", r.args)
	}
	return b.String()
}
