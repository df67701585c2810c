package workflow

import (
	"encoding/json"
	"math"
	"strconv"
	"strings"
	"unicode"
	"unicode/utf8"

	"streamdesk/model"
	"streamdesk/model/jsontext"
)

const (
	// noteLength is the max number of characters of a note: a few lines of a pane.
	noteLength = 240
	// noteBytes is the payload size from which no progress note is read: a payload that large isn't progress.
	noteBytes = 64 << 10
	// noteDepth is the max depth at which texts are searched: {"error": {"detail": {"message": …}}}.
	noteDepth = 4
)

// Keys under which producers put the reason of a failure, the most specific first, and keys for what is going on.
var (
	reasonKeys = [...]string{`"error"`, `"reason"`, `"message"`, `"error_message"`, `"failedReason"`, `"detail"`, `"exception"`, `"cause"`}
	noteKeys   = [...]string{`"step"`, `"message"`, `"note"`, `"reason"`, `"stage"`, `"phase"`, `"tool"`, `"suite"`, `"status"`, `"text"`, `"content"`, `"body"`}
	// percentKeys hold progress as a percentage.
	percentKeys = [...]string{`"progress_percentage"`, `"percentage"`, `"percent"`, `"progress"`}
)

// reasonOf returns in a few words why something failed, from the record's data or its dead-letter reason.
func reasonOf(r *model.Record) string {
	if text := textUnder(jsontext.View(r.Event.Data), reasonKeys[:], noteDepth); text != "" {
		return text
	}
	reason, _ := r.Field(model.FieldReason)
	return shorten(reason)
}

// noteOf returns what a payload says about progress: how far it is, and at what.
func noteOf(data json.RawMessage) string {
	if len(data) == 0 || len(data) > noteBytes {
		return ""
	}
	text := jsontext.View(data)
	note := textUnder(text, noteKeys[:], 1)
	percent := percentIn(text)
	if percent == "" || note == "" {
		return percent + note
	}
	return percent + " " + note
}

// textUnder returns the text under the first of the keys that holds one, directly or nested. When data is a text, it
// returns that. It returns "" when there is none.
func textUnder(data string, keys []string, depth int) string {
	switch {
	case data == "" || depth == 0:
		return ""
	case data[0] == '"':
		s := jsontext.Scanner{Text: data}
		if s.Quoted() != nil {
			return ""
		}
		return shorten(jsontext.Unquote(s.Text[:s.At]))
	}
	values := make([]string, len(keys))
	var inner []string
	// What was read before a syntax error is still used.
	_ = model.ScanObject(data, func(key, value string) {
		for i, k := range keys {
			if k == key && values[i] == "" {
				values[i] = value
				return
			}
		}
		if value[0] == '{' {
			inner = append(inner, value)
		}
	})
	for _, value := range values {
		if value != "" && (value[0] == '"' || value[0] == '{') {
			if text := textUnder(value, keys, depth-1+isText(value)); text != "" {
				return text
			}
		}
	}
	for _, value := range inner {
		if text := textUnder(value, keys, depth-1); text != "" {
			return text
		}
	}
	return ""
}

// isText returns 1 for a string, which adds no depth, else 0.
func isText(value string) int {
	if value[0] == '"' {
		return 1
	}
	return 0
}

// percentIn returns the progress, such as "40%".
func percentIn(data string) string {
	var values [len(percentKeys)]string
	_ = model.ScanObject(data, func(key, value string) {
		for i, k := range percentKeys {
			if k == key {
				values[i] = value
			}
		}
	})
	for i, value := range values {
		if value == "" {
			continue
		}
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || f < 0 || f > 100 {
			continue
		}
		if percentKeys[i] == `"progress"` && f <= 1 && strings.Contains(value, ".") {
			f *= 100 // the one key that some write as a fraction of 1
		}
		return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) + "%"
	}
	return ""
}

// shorten returns a copy of the beginning of a text, on one line.
func shorten(text string) string {
	var b strings.Builder
	gap := false
	for n := 0; text != "" && n < noteLength; {
		r, size := utf8.DecodeRuneInString(text)
		text = text[size:]
		if unicode.IsSpace(r) {
			gap = b.Len() > 0
			continue
		}
		if gap {
			b.WriteByte(' ')
			n++
		}
		gap = false
		b.WriteRune(r)
		n++
	}
	if strings.TrimSpace(text) != "" {
		b.WriteString("…")
	}
	return b.String()
}
