package embedded

import (
	"bufio"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"
)

// TestOrderedIsASortedList compares ordered with the plainest list that could do its work.
func TestOrderedIsASortedList(t *testing.T) {
	rapid.Check(t, func(rt *rapid.T) {
		var list ordered[entry]
		var plain []uint64
		steps := rapid.SliceOfN(rapid.Uint64Range(0, 299), 1, 400).Draw(rt, "steps")
		for _, step := range steps {
			v := step % 100
			at, there := slices.BinarySearch(plain, v)
			switch {
			case step >= 280:
				n := min(len(plain), int(v)%5)
				list.removeFirst(n)
				plain = slices.Delete(plain, 0, n)
			case there:
				if !list.remove(id{ms: v}) {
					rt.Fatalf("%d is there and was not removed", v)
				}
				plain = slices.Delete(plain, at, at+1)
			default:
				list.insert(entry{id: id{ms: v}})
				plain = slices.Insert(plain, at, v)
			}
			var got []uint64
			for _, e := range list.live() {
				got = append(got, e.id.ms)
			}
			if !slices.Equal(got, plain) {
				rt.Fatalf("holds %v, want %v", got, plain)
			}
			if _, _, found := list.find(id{ms: v}); found != slices.Contains(plain, v) {
				rt.Fatalf("finding %d says %t", v, found)
			}
		}
	})
}

func TestBoundedStreamKeepsItsMemory(t *testing.T) {
	const bound, entries = 100, 100_000
	s := &stream{}
	for i := range entries {
		s.add(entry{id: id{ms: uint64(i + 1)}, fields: []string{"data", "{}"}})
		s.trim(boundTo(bound))
	}
	if room := cap(s.entries.items); room > 8*bound {
		t.Errorf("%d entries occupy room for %d", s.entries.len(), room)
	}
	if want := int64(bound) * s.entries.live()[0].size(); s.bytes != want {
		t.Errorf("%d entries are said to take %d bytes, want %d", s.entries.len(), s.bytes, want)
	}
}

func boundTo(n int64) bound { return bound{kind: byLength, maxLen: n} }

func FuzzReadRequest(f *testing.F) {
	for _, seed := range []string{"*1\r\n$4\r\nPING\r\n", "PING\r\n", "*2\r\n$1\r\na\r\n$0\r\n\r\n", "*-1\r\n", "*1\r\n$-1\r\n", "\r\n", "*x\r\n"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, raw string) {
		args, err := readRequest(bufio.NewReader(strings.NewReader(raw)))
		if err != nil || !strings.HasPrefix(raw, "*") {
			return
		}
		again, err := readRequest(bufio.NewReader(strings.NewReader(encode(args))))
		if err != nil || !slices.Equal(again, args) {
			t.Errorf("%q was read as %q, which was read back as %q, %v", raw, args, again, err)
		}
	})
}

func encode(args []string) string {
	r := reply{}
	r.strings(args...)
	return string(r.buf)
}

func FuzzParseID(f *testing.F) {
	for _, seed := range []string{"1-1", "0", "18446744073709551615-18446744073709551615", "-", "1-", "x", "1-*"} {
		f.Add(seed)
	}
	f.Fuzz(func(t *testing.T, text string) {
		v, err := parseID(text, 7)
		if err != nil {
			return
		}
		again, err := parseID(string(v.append(nil)), 0)
		if err != nil || again != v {
			t.Errorf("%q is %v, which reads back as %v, %v", text, v, again, err)
		}
		if after, ok := v.next(); ok {
			if before, _ := after.previous(); before != v || !v.less(after) {
				t.Errorf("next and previous of %v disagree: %v, %v", v, after, before)
			}
		}
	})
}
