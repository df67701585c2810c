package widget

import (
	"bytes"
	"encoding/json"
	"errors"
	"fmt"
	"strings"
	"unicode/utf8"

	"streamdesk/model"
)

// CheckJSON says what is wrong with a text that should be a JSON object, and where, by line and column (both from 1,
// columns in characters); "" when it is one.
func CheckJSON(text string) string {
	if strings.TrimSpace(text) == "" {
		return "nothing here: want a JSON object, such as {}"
	}
	var value json.RawMessage
	err := json.Unmarshal([]byte(text), &value)
	var syntax *json.SyntaxError
	switch {
	case errors.As(err, &syntax):
		line, column := place(text, int(syntax.Offset)-1)
		problem := jsonMend(syntax.Error())
		if int(syntax.Offset) >= len(text) && strings.Contains(problem, "unexpected end") {
			line, column = place(text, len(text))
			problem = "it ends too early: a bracket or a quote isn't closed"
		}
		return fmt.Sprintf("line %d, column %d: %s", line, column, problem)
	case err != nil:
		return err.Error()
	case strings.TrimLeft(text, " \t\r\n")[0] != '{':
		return "line 1: want a JSON object, in braces"
	case !utf8.ValidString(text):
		return "not valid UTF-8"
	}
	if err := model.ValidateData(text); err != nil {
		return err.Error()
	}
	return ""
}

// jsonMends are what to do about each of the decoder's complaints, which end in these words.
var jsonMends = []struct{ complaint, mend string }{
	{"looking for beginning of object key string", "want a key in double quotes"},
	{"after object key", "want a colon behind the key"},
	{"after object key:value pair", "want a comma or } behind the value"},
	{"after array element", "want a comma or ] behind the value"},
	{"after top-level value", "nothing may follow the object"},
	{"looking for beginning of value", "want a value, such as \"text\", 1, true or null"},
}

// jsonMend puts a complaint of the decoder in words that name the mend.
func jsonMend(complaint string) string {
	for _, m := range jsonMends {
		if before, found := strings.CutSuffix(complaint, " "+m.complaint); found {
			return m.mend + ", not " + strings.TrimPrefix(before, "invalid character ")
		}
	}
	return complaint
}

// place is the line and column of a byte of the text.
func place(text string, offset int) (line, column int) {
	before := text[:max(min(offset, len(text)), 0)]
	lineStart := strings.LastIndexByte(before, '\n') + 1
	return strings.Count(before, "\n") + 1, utf8.RuneCountInString(before[lineStart:]) + 1
}

// IndentJSON sets JSON out over lines for reading and editing; a text that isn't JSON is left as it is.
func IndentJSON(text string) string {
	var b bytes.Buffer
	if json.Indent(&b, []byte(text), "", "  ") != nil {
		return text
	}
	return b.String()
}

// CompactJSON takes out the white space between the parts of JSON and changes nothing else; a text that isn't JSON is
// left as it is.
func CompactJSON(text string) string {
	var b bytes.Buffer
	if json.Compact(&b, []byte(text)) != nil {
		return text
	}
	return b.String()
}
