package payload

import (
	"encoding/json"
	"fmt"
	"slices"

	"streamdesk/model"
)

// springClass are the fields in which Spring's hash mappers write the class: ObjectHashMapper's, and Jackson's.
var springClass = [...]string{"_class", "@class"}

// springSimple are the fields of a value that isn't an object, such as a text.
var springSimple = [...]string{"_raw", "payload"}

// spring is what Spring Data Redis, and Spring Cloud through it, writes for an object: its class, and its properties as
// fields. Names of nested properties have dots.
var spring = kind{
	name:  "spring",
	marks: func(x *reading) bool { return x.springType() != "" },
	read:  readSpring,
}

// springType returns the class, which a JSON serializer may have put in quotes.
func (x *reading) springType() string {
	for _, name := range springClass {
		if class, ok := x.Field(name); ok && class != "" {
			return unquoted(class)
		}
	}
	return ""
}

// unquoted returns the text of a JSON string, and any other text unchanged.
func unquoted(text string) string {
	if len(text) > 1 && text[0] == '"' && json.Valid([]byte(text)) {
		return plainText(text)
	}
	return text
}

func readSpring(x *reading) error {
	class := x.springType()
	if class == "" {
		return fmt.Errorf("%w %q", model.ErrNoPayload, springClass[0])
	}
	x.Event.Type = model.Type(class)
	for _, name := range springSimple {
		if text, ok := x.Field(name); ok && len(x.Fields) == 2 {
			x.Event.Type = ""
			x.carry(name, text)
			x.fill(parseObject(string(x.Event.Data)).plain())
			return nil
		}
	}
	whole := x.Fields
	x.Fields = slices.Clone(whole)
	for i := range x.Fields {
		x.Fields[i].Value = unquoted(x.Fields[i].Value)
	}
	err := readFlat(x)
	x.Fields = whole
	return err
}
