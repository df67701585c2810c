package embedded

import (
	"maps"
	"slices"
	"strings"
)

// commandInfo is COMMAND, COMMAND COUNT, COMMAND LIST and COMMAND INFO [name …], for clients that probe what a server
// can do. Commands miniredis answers are known by name only.
func commandInfo(r *request) error {
	if len(r.args) == 1 {
		r.describe(slices.Sorted(maps.Keys(r.srv.commands)))
		return nil
	}
	switch strings.ToUpper(r.args[1]) {
	case "COUNT":
		r.out.int(int64(len(r.srv.commands)))
	case "LIST":
		names := slices.Sorted(maps.Keys(r.srv.commands))
		r.out.array(len(names))
		for _, name := range names {
			r.out.bulk(strings.ToLower(name))
		}
	case "DOCS":
		r.out.fields(0)
	case "INFO":
		names := r.args[2:]
		if len(names) == 0 {
			names = slices.Sorted(maps.Keys(r.srv.commands))
		}
		r.describe(names)
	default:
		return errSubcommand("COMMAND", r.args[1])
	}
	return nil
}

func (r *request) describe(names []string) {
	r.out.array(len(names))
	for _, name := range names {
		name = strings.ToUpper(name)
		cmd, ok := r.srv.commands[name]
		if !ok && r.srv.rest.knows(name) {
			cmd, ok = command{arity: -1}, true
		}
		if !ok || slices.Contains(refused, name) {
			r.out.nullArray()
			continue
		}
		flags := strings.Fields(cmd.flags)
		r.out.array(10)
		r.out.bulk(strings.ToLower(name))
		r.out.int(int64(cmd.arity))
		r.out.array(len(flags))
		for _, flag := range flags {
			r.out.simple(flag)
		}
		step := min(cmd.key, 1)
		r.out.int(int64(cmd.key))
		r.out.int(int64(cmd.key))
		r.out.int(int64(step))
		for range 4 { // categories, tips, key specifications, subcommands: not kept
			r.out.array(0)
		}
	}
}

// memory is MEMORY USAGE key [SAMPLES count], an estimate.
func memory(r *request) error {
	if len(r.args) > 2 && strings.EqualFold(r.args[1], "USAGE") {
		if s, err := r.stream(r.args[2]); s != nil && err == nil {
			r.out.int(s.size())
			return nil
		}
		r.args = r.args[:3]
	}
	r.forward()
	return nil
}

// object is OBJECT ENCODING for streams; the rest is miniredis's.
func object(r *request) error {
	if len(r.args) == 3 && strings.EqualFold(r.args[1], "ENCODING") {
		if s, err := r.stream(r.args[2]); s != nil && err == nil {
			r.out.bulk(typeStream)
			return nil
		}
	}
	r.forward()
	return nil
}
