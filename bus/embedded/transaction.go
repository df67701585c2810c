package embedded

import "strings"

// transaction holds the commands that a connection has queued since MULTI.
type transaction struct {
	queued [][]string
	failed bool // a command could not be queued, so EXEC will refuse
}

// watched is a stream under WATCH; miniredis keeps the other keys.
type watched struct {
	stream  *stream
	version uint64
}

// endsTransaction reports whether a command is run, not queued, between MULTI and EXEC.
func endsTransaction(name string) bool {
	switch name {
	case "EXEC", "DISCARD", "MULTI", "WATCH", "QUIT", "RESET":
		return true
	}
	return false
}

func (r *request) enqueue(name string) {
	if err := known(r.srv, name, r.args); err != nil {
		r.conn.tx.failed = true
		r.out.fail(err)
		return
	}
	r.conn.tx.queued = append(r.conn.tx.queued, r.args)
	r.out.simple("QUEUED")
}

func multi(r *request) error {
	if r.conn.tx != nil {
		return failure("ERR MULTI calls can not be nested")
	}
	r.conn.tx = &transaction{}
	r.out.ok()
	return nil
}

func discard(r *request) error {
	if r.conn.tx == nil {
		return failure("ERR DISCARD without MULTI")
	}
	r.conn.tx = nil
	r.unwatch()
	r.out.ok()
	return nil
}

func watch(r *request) error {
	if r.conn.tx != nil {
		return failure("ERR WATCH inside MULTI is not allowed")
	}
	for _, key := range r.args[1:] {
		// A key without a stream is watched by miniredis, which also notices when a stream is created or removed.
		if s, err := r.stream(key); s != nil && err == nil {
			r.conn.watched = append(r.conn.watched, watched{s, s.version})
		}
	}
	r.forward()
	return nil
}

func unwatch(r *request) error {
	r.unwatch()
	r.out.ok()
	return nil
}

func (r *request) unwatch() {
	r.conn.watched = nil
	r.srv.rest.call(r.context, false, "UNWATCH")
}

func exec(r *request) error {
	tx := r.conn.tx
	if tx == nil {
		return failure("ERR EXEC without MULTI")
	}
	r.conn.tx = nil
	unchanged := r.watchesHold()
	r.unwatch()
	if tx.failed {
		return errExecAborted
	}
	if !unchanged {
		r.out.nullArray()
		return nil
	}
	r.out.array(len(tx.queued))
	for _, args := range tx.queued {
		step := *r
		step.args, step.inTx = args, true
		step.run(strings.ToUpper(args[0]))
	}
	return nil
}

// watchesHold reports whether nothing watched has changed. Miniredis only reports this for an empty transaction.
func (r *request) watchesHold() bool {
	for _, w := range r.conn.watched {
		if w.stream.version != w.version {
			return false
		}
	}
	r.srv.rest.call(r.context, false, "MULTI")
	return string(r.srv.rest.call(r.context, false, "EXEC")) == "*0\r\n"
}
