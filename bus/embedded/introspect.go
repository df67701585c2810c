package embedded

import (
	"maps"
	"slices"
	"strings"
)

// commandInfo runs COMMAND, COMMAND COUNT, COMMAND LIST and COMMAND INFO [name …], for clients that probe a server's
// abilities. Commands that miniredis answers are known by name only.
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
		r.docs(r.args[2:])
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

// documented are the arguments by which a client can tell a server's age: XGROUP has ENTRIESREAD since entries-read and lag
// came, in 7.0.
var documented = map[string][]string{"XGROUP": {"MKSTREAM", "ENTRIESREAD"}}

// docs runs COMMAND DOCS with only the part that clients use to find a server's abilities: the names of arguments.
func (r *request) docs(names []string) {
	known := slices.DeleteFunc(slices.Clone(names), func(name string) bool {
		_, ok := r.srv.commands[strings.ToUpper(name)]
		return !ok || slices.Contains(refused, strings.ToUpper(name))
	})
	r.out.fields(len(known))
	for _, name := range known {
		r.out.bulk(strings.ToLower(name))
		r.out.fields(1)
		r.out.bulk("arguments")
		tokens := documented[strings.ToUpper(name)]
		r.out.array(len(tokens))
		for _, token := range tokens {
			r.out.fields(2)
			r.out.bulk("name")
			r.out.bulk(strings.ToLower(token))
			r.out.bulk("token")
			r.out.bulk(token)
		}
	}
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

// memory runs MEMORY USAGE key [SAMPLES count], an estimate.
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

// object runs OBJECT ENCODING for streams; miniredis answers the rest.
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
