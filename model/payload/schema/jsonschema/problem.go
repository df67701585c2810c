package jsonschema

import (
	"slices"
	"strings"

	validator "github.com/santhosh-tekuri/jsonschema/v6"
	"github.com/santhosh-tekuri/jsonschema/v6/kind"
	"golang.org/x/text/language"
	"golang.org/x/text/message"

	"streamdesk/model"
)

// maxProblems is the max number of problems told of one event: who mends eight sees whether there are more.
const maxProblems = 8

// problems returns the innermost problems, ordered, each once.
func problems(e *validator.ValidationError) []string {
	var list []string
	var walk func(e *validator.ValidationError)
	walk = func(e *validator.ValidationError) {
		for _, cause := range e.Causes {
			walk(cause)
			if len(list) > maxProblems {
				return
			}
		}
		if len(e.Causes) > 0 {
			return
		}
		text := string(model.AppendVisible(nil, pointer(e.InstanceLocation)+": "+say(e.ErrorKind)))
		if !slices.Contains(list, text) {
			list = append(list, text)
		}
	}
	walk(e)
	slices.Sort(list)
	if len(list) > maxProblems {
		list = append(list[:maxProblems], "and more")
	}
	return list
}

// pointer returns a place as a JSON Pointer (RFC 6901); the whole value is "/".
func pointer(place []string) string {
	if len(place) == 0 {
		return "/"
	}
	var text strings.Builder
	for _, name := range place {
		text.WriteString("/" + strings.NewReplacer("~", "~0", "/", "~1").Replace(name))
	}
	return text.String()
}

// maxSaid is the max length of what is said about one value, in bytes: an enum may list thousands.
const maxSaid = 200

// say returns what is wrong, in one line.
func say(what validator.ErrorKind) string {
	var text string
	switch k := what.(type) {
	case *kind.Type:
		text = "want " + strings.Join(k.Want, " or ") + ", got " + k.Got
	case *kind.Required:
		text = "it lacks " + strings.Join(k.Missing, ", ")
	case *kind.AdditionalProperties:
		text = "it may not have " + strings.Join(k.Properties, ", ")
	default:
		text = what.LocalizedString(message.NewPrinter(language.English))
	}
	text = oneLine(text)
	if len(text) > maxSaid {
		text = strings.ToValidUTF8(text[:maxSaid], "") + "…"
	}
	return text
}

// oneLine returns a text with single blanks for white space.
func oneLine(text string) string { return strings.Join(strings.Fields(text), " ") }
