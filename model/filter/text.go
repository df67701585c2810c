package filter

import (
	"strings"

	"streamdesk/model"
)

// containsText says whether a lower-case text occurs in one of the entry's fields, or in the stream's key.
func containsText(e *model.Entry, lower string) bool {
	if containsFold(e.Stream, lower) {
		return true
	}
	for i := range e.Fields {
		if containsFold(e.Fields[i].Value, lower) || containsFold(e.Fields[i].Name, lower) {
			return true
		}
	}
	return false
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
