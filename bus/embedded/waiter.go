package embedded

import (
	"slices"
	"time"
)

// waiter is a blocked XREAD or XREADGROUP.
type waiter struct {
	conn     *conn
	reading  *reading
	after    map[string]id // the ID an XREAD continues after, by key
	answered bool
	answer   chan []byte // holds the reply once there is one
}

// wait blocks the request's connection until one of the streams has something for it.
func (r *request) wait(q *reading, sources []source) {
	if q.count == 0 {
		q.count = blockedCount
	}
	w := &waiter{conn: r.conn, reading: q, after: map[string]id{}, answer: make(chan []byte, 1)}
	for _, src := range sources {
		if _, twice := w.after[src.key]; twice {
			continue
		}
		w.after[src.key] = src.after
		r.srv.waiting[src.key] = append(r.srv.waiting[src.key], w)
	}
	r.conn.waiter = w
}

// await waits until the waiter is answered, its timeout expires, the client is gone, or the server closes.
func (c *conn) await(w *waiter) {
	var timeout <-chan time.Time
	if w.reading.block > 0 {
		timer := time.NewTimer(w.reading.block)
		defer timer.Stop()
		timeout = timer.C
	}
	select {
	case answer := <-w.answer:
		c.out.buf = append(c.out.buf, answer...)
		return
	case <-timeout:
	case <-c.gone:
	case <-c.srv.closing:
	}
	c.srv.mu.Lock()
	c.srv.answer(w, func(out *reply) { out.nullArray() })
	c.srv.mu.Unlock()
	c.out.buf = append(c.out.buf, <-w.answer...)
}

// answer ends the wait with the reply of write, unless it has ended already.
func (s *Server) answer(w *waiter, write func(out *reply)) {
	if w.answered {
		return
	}
	w.answered = true
	w.conn.waiter = nil
	for key := range w.after {
		left := slices.DeleteFunc(s.waiting[key], func(other *waiter) bool { return other == w })
		if len(left) == 0 {
			delete(s.waiting, key)
		} else {
			s.waiting[key] = left
		}
	}
	out := reply{resp3: w.conn.out.resp3}
	write(&out)
	w.answer <- out.buf
}

// touch marks a key whose blocked readers have to be checked when the command is done.
func (s *Server) touch(key string) {
	if len(s.waiting[key]) > 0 && !slices.Contains(s.touched, key) {
		s.touched = append(s.touched, key)
	}
}

// serveWaiting answers blocked readers whose streams changed, longest waiting first.
func (s *Server) serveWaiting() {
	for len(s.touched) > 0 {
		key := s.touched[0]
		s.touched = s.touched[1:]
		for _, w := range slices.Clone(s.waiting[key]) {
			s.serveWaiter(w, key)
		}
	}
	s.touched = nil
}

func (s *Server) serveWaiter(w *waiter, key string) {
	r := &request{srv: s, conn: w.conn, context: &w.conn.context, now: s.clock().UnixMilli()}
	src := source{key: key, after: w.after[key]}
	st, err := r.stream(key)
	if st == nil || err != nil {
		if w.reading.grouped {
			s.answer(w, func(out *reply) { out.fail(errKeyGone) })
		}
		return
	}
	src.stream = st
	if w.reading.grouped {
		var ok bool
		if src.group, ok = st.groups.find(w.reading.group); !ok {
			s.answer(w, func(out *reply) { out.fail(errGroupGone) })
			return
		}
		src.after = src.group.last
	}
	if !src.after.less(st.last) {
		return
	}
	s.answer(w, func(out *reply) {
		r.out = out
		out.streams(1)
		src.reply(r, w.reading)
	})
}
