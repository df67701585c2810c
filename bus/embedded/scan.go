package embedded

import (
	"bufio"
	"bytes"
	"cmp"
	"hash/fnv"
	"slices"
	"strconv"
	"strings"

	"github.com/alicebob/miniredis/v2/server"
)

// scanCount is the default COUNT of SCAN.
const scanCount = 10

// scan runs SCAN cursor [MATCH pattern] [COUNT count] [TYPE type].
//
// Miniredis returns all keys at once. Here they are walked in the order of their hash, and the cursor is the next hash. A key
// that exists from the first call to the last is returned, whatever is created or deleted meanwhile.
func scan(r *request) error {
	cursor, err := strconv.ParseUint(r.args[1], 10, 64)
	if err != nil {
		return failure("ERR invalid cursor")
	}
	count := scanCount
	var filter []string
	for i := 2; i < len(r.args); i += 2 {
		if i+1 == len(r.args) {
			return errSyntax
		}
		switch option, value := strings.ToUpper(r.args[i]), r.args[i+1]; option {
		case "COUNT":
			n, err := parseInt(value)
			if err != nil {
				return err
			}
			if n < 1 {
				return errSyntax
			}
			count = int(min(n, 1<<30))
		case "MATCH", "TYPE":
			filter = append(filter, option, value)
		default:
			return errSyntax
		}
	}
	next, walked := walk(r.keys(), cursor, count)
	if len(filter) > 0 {
		wanted := map[string]bool{}
		for _, key := range r.keys(filter...) {
			wanted[key] = true
		}
		walked = slices.DeleteFunc(walked, func(key string) bool { return !wanted[key] })
	}
	r.out.array(2)
	r.out.bulk(strconv.FormatUint(next, 10))
	r.out.strings(walked...)
	return nil
}

// walk returns count keys from the cursor on, or more when hashes collide, and the next cursor, which is 0 at the end.
func walk(keys []string, cursor uint64, count int) (next uint64, walked []string) {
	slices.SortFunc(keys, func(a, b string) int { return cmp.Or(cmp.Compare(place(a), place(b)), strings.Compare(a, b)) })
	from, _ := slices.BinarySearchFunc(keys, cursor, func(key string, cursor uint64) int {
		return cmp.Compare(place(key), cursor)
	})
	to := min(from+count, len(keys))
	for to > from && to < len(keys) && place(keys[to]) == place(keys[to-1]) {
		to++
	}
	if to < len(keys) {
		next = place(keys[to])
	}
	return next, keys[from:to]
}

// place returns a key's position in the walk; 0 is reserved for the start.
func place(key string) uint64 {
	h := fnv.New32a()
	_, _ = h.Write([]byte(key)) // writing to a hash cannot fail
	return uint64(h.Sum32()) + 1
}

// keys returns all keys, or those that match a SCAN filter.
func (r *request) keys(filter ...string) []string {
	said := r.srv.rest.call(r.context, false, append([]string{"SCAN", "0"}, filter...)...)
	parsed, err := server.ParseReply(bufio.NewReader(bytes.NewReader(said)))
	if err != nil {
		return nil
	}
	list, ok := parsed.([]any)
	if !ok || len(list) != 2 {
		return nil
	}
	found, _ := list[1].([]any)
	keys := make([]string, 0, len(found))
	for _, item := range found {
		if key, ok := item.(string); ok {
			keys = append(keys, key)
		}
	}
	return keys
}
