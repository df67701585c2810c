package model

import "strings"

// MatchGlob says whether s matches pattern as a whole, where '*' stands for any run of bytes and '?' for one byte.
// Everything else stands for itself, so a type or an agent never needs quoting.
func MatchGlob(pattern, s string) bool {
	// The usual two-pointer walk: on a mismatch, go back to the last star and let it take one byte more.
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

// HasGlob says whether pattern holds a character that [MatchGlob] treats as a wildcard.
func HasGlob(pattern string) bool { return strings.ContainsAny(pattern, "*?") }
