package filter_test

import (
	"errors"
	"testing"

	"streamdesk/model/filter"
)

// Whatever is typed: it is read or refused at a place within it, it reads the same when it is written out, and it
// matches or it doesn't.
func FuzzParseFilter(f *testing.F) {
	for _, text := range []string{
		"", "wf:wf-8f31 type:workflow.*,audit.* -agent:x", `"two words" -"not these"`, "age<5m age>1h", "state:pending|dead",
		"jq:.a > 5", `-jq:'.a | test("x")' wf:y`, "stream:events:*", "id:1-0", "wf:", "a:b", `"`, "jq:'", "-", "--", `wf:"a, b",c`,
		"\u00a0x", "\xff", "state:,", "age<", "jq:", "wf:a type:b.*,c.? -agent:x", `"a b" -"c"`, `-"-a"`, `""`, "age<5m age>1h2d",
		"a\u00a0b\nc", "\xffa", `a"b c"d`, `wf:"a b"`, "http://x", "ÄÖ", "agee<5m", "age:", "a<b:c", `"a<b"`, "-jp:.a",
	} {
		f.Add(text)
	}
	f.Fuzz(func(t *testing.T, text string) {
		parsed, err := filter.Parse(text)
		if err != nil {
			var problem *filter.Error
			if !errors.As(err, &problem) || problem.Problem == "" || problem.Column < 0 || problem.Column > len(text) {
				t.Fatalf("%q: %v", text, err)
			}
			return
		}
		again, err := filter.Parse(parsed.String())
		if err != nil || again.String() != parsed.String() || again.Empty() != parsed.Empty() {
			t.Fatalf("%q reads %q, and again %q, %v", text, parsed, again, err)
		}
		r := filterRecord
		v, why := parsed.Judge(&r, filterNow)
		if w, _ := again.Judge(&r, filterNow); w != v {
			t.Fatalf("%q: %v, and written out %v", text, v, w)
		}
		if parsed.Empty() && v != filter.Passes {
			t.Fatalf("%q is empty and refuses", text)
		}
		if (v == filter.Undecided) != (why != "") {
			t.Fatalf("%q: %v because %q", text, v, why)
		}
	})
}
