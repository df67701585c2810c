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
	// noteLength is how many characters a note has at most: some lines of a pane.
	noteLength = 240
	// noteBytes is from which size on a payload isn't read for a note about progress: that much isn't progress.
	noteBytes = 64 << 10
	// noteDepth is how deep texts are looked for: {"error": {"detail": {"message": …}}}.
	noteDepth = 4
)

// Keys that producers put the reason of a failure under, the most telling first, and those they say under what goes on.
var (
	reasonKeys = [...]string{`"error"`, `"reason"`, `"message"`, `"error_message"`, `"failedReason"`, `"detail"`, `"exception"`, `"cause"`}
	noteKeys   = [...]string{`"step"`, `"message"`, `"note"`, `"reason"`, `"stage"`, `"phase"`, `"tool"`, `"suite"`, `"status"`, `"text"`, `"content"`, `"body"`}
	// percentKeys hold how far something is, of a hundred.
	percentKeys = [...]string{`"progress_percentage"`, `"percentage"`, `"percent"`, `"progress"`}
)

// reasonOf is why something failed, in a few words, as the record's data says, or whoever dead-lettered it.
func reasonOf(r *model.Record) string {
	if text := textUnder(jsontext.View(r.Event.Data), reasonKeys[:], noteDepth); text != "" {
		return text
	}
	reason, _ := r.Field(model.FieldReason)
	return shorten(reason)
}

// noteOf is what a payload says of what goes on: how far it is, and at what.
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

// textUnder is the text under the first of the keys that holds one, itself or further in; the data itself when that is
// a text. Empty when there is none.
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
	// What was read before a text breaks off is as good as the rest.
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

// isText is 1 for a string, which is as deep as what holds it.
func isText(value string) int {
	if value[0] == '"' {
		return 1
	}
	return 0
}

// percentIn is how far something is, such as "40%".
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
		f, err := strconv.ParseFloat(value, 64)
		if err != nil || f < 0 || f > 100 {
			continue
		}
		if percentKeys[i] == `"progress"` && f <= 1 && strings.Contains(value, ".") {
			f *= 100 // the one key that some write a share of 1 under
		}
		return strconv.FormatFloat(math.Round(f*10)/10, 'f', -1, 64) + "%"
	}
	return ""
}

// shorten makes a copy of the beginning of a text, on one line.
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
