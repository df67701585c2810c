package embedded

import (
	"bytes"
	"strings"
)

const (
	typeNone   = "none"
	typeStream = "stream"
)

// typeOf asks miniredis, which holds every key or a stand-in for it.
func (s *Server) typeOf(context *any, key string) string {
	said := s.rest.call(context, false, "TYPE", key)
	switch {
	case bytes.Equal(said, []byte("+stream\r\n")):
		return typeStream
	case bytes.Equal(said, []byte("+none\r\n")):
		return typeNone
	default:
		return strings.TrimSpace(string(said[1:]))
	}
}

// stream returns the stream at key, nil when there is no such key, or WRONGTYPE.
func (r *request) stream(key string) (*stream, error) {
	switch r.srv.typeOf(r.context, key) {
	case typeStream:
		return r.srv.streams[key], nil
	case typeNone:
		r.srv.drop(key)
		return nil, nil
	default:
		r.srv.drop(key)
		return nil, errWrongType
	}
}

// create creates an empty stream at key, which must not exist.
func (r *request) create(key string) *stream {
	r.srv.rest.call(r.context, false, "XADD", key, "1-1", "stand", "in")
	st := &stream{}
	r.srv.streams[key] = st
	return st
}

// drop removes a stream whose key is gone.
func (s *Server) drop(key string) {
	if _, ok := s.streams[key]; ok {
		delete(s.streams, key)
		s.touch(key)
	}
}

// check drops the stream at key when miniredis no longer has its stand-in.
func (s *Server) check(context *any, key string) {
	if _, ok := s.streams[key]; ok && s.typeOf(context, key) != typeStream {
		s.drop(key)
	}
}

// checkAllKeys calls check for all streams. It must not be called from a script.
func (s *Server) checkAllKeys() {
	var context any
	for key := range s.streams {
		s.check(&context, key)
	}
}

// checkKeysAfter checks the streams that a command of miniredis may have removed or replaced.
func (s *Server) checkKeysAfter(r *request, name string) {
	if r.conn != nil && (strings.HasPrefix(name, "EVAL") || name == "SCRIPT") {
		s.checkAllKeys()
		return
	}
	for _, arg := range r.args[1:] {
		s.check(r.context, arg)
	}
}

// rename runs RENAME and RENAMENX.
func rename(r *request) error {
	from, to := r.args[1], r.args[2]
	moved := r.srv.streams[from]
	r.forward()
	r.srv.check(r.context, from)
	if moved != nil && r.srv.streams[from] == nil {
		r.srv.streams[to] = moved
		r.srv.touch(to)
		return nil
	}
	r.srv.check(r.context, to)
	return nil
}

// copyKey runs COPY.
func copyKey(r *request) error {
	from, to := r.args[1], r.args[2]
	for i, arg := range r.args {
		if strings.EqualFold(arg, "DB") && i > 2 && i+1 < len(r.args) && r.args[i+1] != "0" {
			return errDBIndex
		}
	}
	var original *stream
	if r.srv.typeOf(r.context, from) == typeStream {
		original = r.srv.streams[from]
	}
	if said := r.forward(); !bytes.Equal(said, []byte(":1\r\n")) {
		return nil
	}
	// In miniredis a replaced key keeps its old time to live.
	if bytes.Equal(r.srv.rest.call(r.context, false, "TTL", from), []byte(":-1\r\n")) {
		r.srv.rest.call(r.context, false, "PERSIST", to)
	}
	if original == nil {
		r.srv.check(r.context, to)
		return nil
	}
	r.srv.streams[to] = original.clone()
	r.srv.touch(to)
	return nil
}

// flush runs FLUSHALL and FLUSHDB, which are the same with one database.
func flush(r *request) error {
	if len(r.args) > 2 || len(r.args) == 2 && !strings.EqualFold(r.args[1], "ASYNC") && !strings.EqualFold(r.args[1], "SYNC") {
		return errSyntax
	}
	r.args = r.args[:1]
	r.forward()
	for key := range r.srv.streams {
		r.srv.drop(key)
	}
	return nil
}
