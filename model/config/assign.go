package config

import (
	"encoding"
	"errors"
	"fmt"
	"reflect"
	"strconv"
	"strings"
	"time"

	"github.com/pelletier/go-toml/v2"
)

// assign stores a TOML value in a setting of one word. The error doesn't repeat the text of a setting that may be
// secret.
func assign(into reflect.Value, raw any) error {
	if target, ok := reflect.TypeAssert[encoding.TextUnmarshaler](into.Addr()); ok {
		text, ok := raw.(string)
		if !ok {
			return fmt.Errorf(`%s where a duration is wanted; write it as a string with its unit, such as "30s"`, kindOf(raw))
		}
		return target.UnmarshalText([]byte(text))
	}
	switch into.Kind() {
	case reflect.String:
		if text, ok := raw.(string); ok {
			into.SetString(text)
			return nil
		}
		return fmt.Errorf("%s where text is wanted; put it in double quotes", kindOf(raw))
	case reflect.Bool:
		if on, ok := raw.(bool); ok {
			into.SetBool(on)
			return nil
		}
		return fmt.Errorf("%s where a switch is wanted; write true or false, without quotes", kindOf(raw))
	case reflect.Int:
		if number, ok := raw.(int64); ok && !into.OverflowInt(number) {
			into.SetInt(number)
			return nil
		}
		return fmt.Errorf("%s where a whole number is wanted; write digits only, without quotes", kindOf(raw))
	}
	panic("config: a setting of type " + into.Type().String() + " has no decoder")
}

// assignText stores the text of an environment variable or of a flag.
func assignText(into reflect.Value, text string) error {
	if _, ok := reflect.TypeAssert[encoding.TextUnmarshaler](into.Addr()); ok {
		return assign(into, text)
	}
	if list, ok := reflect.TypeAssert[*List](into.Addr()); ok {
		*list = splitList(text)
		return nil
	}
	switch into.Kind() {
	case reflect.Bool:
		on, err := parseSwitch(text)
		if err != nil {
			return err
		}
		return assign(into, on)
	case reflect.Int:
		number, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return fmt.Errorf("%q is not a whole number; write digits only", text)
		}
		return assign(into, number)
	}
	return assign(into, text)
}

// splitList returns the parts of a text between commas.
func splitList(text string) List {
	list := List{}
	for part := range strings.SplitSeq(text, ",") {
		list = append(list, strings.TrimSpace(part))
	}
	return list
}

func parseSwitch(text string) (bool, error) {
	switch strings.ToLower(text) {
	case "true", "1", "yes", "on":
		return true, nil
	case "false", "0", "no", "off":
		return false, nil
	}
	return false, errors.New(strconv.Quote(text) + " is no switch; write true or false")
}

// kindOf returns the type of a decoded TOML value, in plain words.
func kindOf(raw any) string {
	switch raw.(type) {
	case string:
		return "text"
	case bool:
		return "true or false"
	case int64:
		return "a whole number"
	case float64:
		return "a number with a fraction"
	case time.Time, toml.LocalDate, toml.LocalTime, toml.LocalDateTime:
		return "a date or time"
	case []any:
		return "a list"
	case map[string]any:
		return "a table"
	}
	return "a value of another type"
}
