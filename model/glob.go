package model

import "strings"

// MatchGlob reports whether pattern matches the whole of s, where '*' matches any run of bytes and '?' one byte.
// Everything else is literal, so a type or an agent never needs quoting.
func MatchGlob(pattern, s string) bool {
	// The usual two-pointer walk: on a mismatch, go back to the last star and let it match one byte more.
	p, i := 0, 0
	star, mark := -1, 0
	for i < len(s) {
		switch {
		case p < len(pattern) && pattern[p] == '*':
			star, mark = p, i
			p++
		case p < len(pattern) && (pattern[p] == '?' || pattern[p] == s[i]):
			p++
			i++
		case star >= 0:
			mark++
			p, i = star+1, mark
		default:
			return false
		}
	}
	return strings.Trim(pattern[p:], "*") == ""
}

// HasGlob reports whether pattern holds a character that [MatchGlob] treats as a wildcard.
func HasGlob(pattern string) bool { return strings.ContainsAny(pattern, "*?") }
