package model_test

import (
	"testing"

	"pgregory.net/rapid"

	"streamdesk/model"
)

// naiveGlob is the definition of a match, word for word; its time is exponential.
func naiveGlob(pattern, s string) bool {
	switch {
	case pattern == "":
		return s == ""
	case pattern[0] == '*':
		return naiveGlob(pattern[1:], s) || (s != "" && naiveGlob(pattern, s[1:]))
	default:
		return s != "" && (pattern[0] == '?' || pattern[0] == s[0]) && naiveGlob(pattern[1:], s[1:])
	}
}

func TestMatchGlobAgreesWithItsDefinition(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		pattern := rapid.StringMatching(`[ab*?]{0,8}`).Draw(t, "pattern")
		s := rapid.StringMatching(`[ab.]{0,8}`).Draw(t, "s")
		if got, want := model.MatchGlob(pattern, s), naiveGlob(pattern, s); got != want {
			t.Fatalf("MatchGlob(%q, %q) = %v", pattern, s, got)
		}
	})
}

func TestMatchGlob(t *testing.T) {
	for _, c := range []struct {
		pattern, s string
		want       bool
	}{
		{"workflow.*", "workflow.started", true},
		{"workflow.*", "workflow", false},
		{"*.failed", "audit.failed", true},
		{"*", "", true},
		{"", "", true},
		{"", "x", false},
		{"a[b]*", "a[b]c", true},
		{"a[b]*", "abc", false},
		{`a\*`, `a\b`, true},
		{"wf-?f31", "wf-8f31", true},
		{"*a*a*a*a*a*a*a*b", "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa", false},
	} {
		if got := model.MatchGlob(c.pattern, c.s); got != c.want {
			t.Errorf("MatchGlob(%q, %q) = %v", c.pattern, c.s, got)
		}
	}
}

func TestHasGlob(t *testing.T) {
	for pattern, want := range map[string]bool{"": false, "wf-1": false, "wf-*": true, "wf-?": true, "[a]": false} {
		if got := model.HasGlob(pattern); got != want {
			t.Errorf("HasGlob(%q) = %v", pattern, got)
		}
	}
}
