package filter

import (
	"strings"

	"streamdesk/model"
)

// containsText reports whether a lower-case text occurs in one of the entry's fields, in its decoded payload, or in the
// stream's key.
func containsText(r *model.Record, lower string) bool {
	if containsFold(r.Stream, lower) {
		return true
	}
	for i := range r.Fields {
		if containsFold(r.Fields[i].Value, lower) || containsFold(r.Fields[i].Name, lower) {
			return true
		}
	}
	return containsFold(r.Opened, lower) || r.Envelope != "" && containsFold(string(r.Event.Data), lower)
}

// containsFold is strings.Contains for a lower-case needle that ignores the case of s. ASCII, which nearly all
// payloads are, is compared in place; anything else pays for a copy.
func containsFold(s, lower string) bool {
	if lower == "" {
		return true
	}
	for i := 0; i+len(lower) <= len(s); i++ {
		if asciiLower(s[i]) == lower[0] && equalFoldASCII(s[i:i+len(lower)], lower) {
			return true
		}
	}
	return !isASCII(lower) && strings.Contains(strings.ToLower(s), lower)
}

func equalFoldASCII(s, lower string) bool {
	for i := range len(s) {
		if asciiLower(s[i]) != lower[i] {
			return false
		}
	}
	return true
}

func asciiLower(c byte) byte {
	if c >= 'A' && c <= 'Z' {
		return c + 'a' - 'A'
	}
	return c
}

func isASCII(s string) bool {
	for i := range len(s) {
		if s[i] >= 0x80 {
			return false
		}
	}
	return true
}
