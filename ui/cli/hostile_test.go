package cli

import (
	"streamdesk/model"
)

// hostile are texts that a terminal obeys, or that turn the direction of writing.
var hostile = map[string]string{
	"an escape":       "a\x1b[2Jb",
	"a clipboard":     "a\x1b]52;c;ZXZpbA==\x07b",
	"a title":         "a\x1b]0;evil\x1b\\b",
	"a carriage":      "a\rgo ahead? [y/N] ",
	"a bell":          "a\x07\x08b",
	"DEL":             "a\x7fb",
	"C1 as UTF-8":     "a\u009b31mb",
	"C1 as a byte":    "a\x9b31mb",
	"a direction":     "a\u202egpj.exe",
	"an isolate":      "a\u2066b\u2069",
	"marks":           "a\u200e\u200f\u061cb",
	"separators":      "a\u2028b\u2029",
	"half a letter":   "a\xe2\x82",
	"an overlong one": "a\xc0\x9bb",
}

// rawAt is what of a text a terminal would obey, with what stands around; "" when there is nothing.
func rawAt(text string) string {
	at, size := model.NextObeyed(text)
	if size == 0 {
		return ""
	}
	return text[max(at-30, 0):min(at+30, len(text))]
}
