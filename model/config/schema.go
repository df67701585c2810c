package config

import (
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"streamdesk/model/words"
)

// field is one named part of a settings struct.
type field struct {
	name  string // as the toml tag has it
	value reflect.Value
}

// fields returns the named parts of a struct in the order of their declaration, including those of embedded structs.
func fields(structure reflect.Value) []field {
	parts := make([]field, 0, structure.NumField())
	for i := range structure.NumField() {
		if structure.Type().Field(i).Anonymous {
			parts = append(parts, fields(structure.Field(i))...)
			continue
		}
		if name := structure.Type().Field(i).Tag.Get("toml"); name != "" {
			parts = append(parts, field{name: name, value: structure.Field(i)})
		}
	}
	return parts
}

// single returns every setting below structure that one word of text can hold, including a [List] with commas, by its
// name with dots. Maps and lists of tables are left out: only the file can set them.
func single(structure reflect.Value, table string) map[string]reflect.Value {
	found := map[string]reflect.Value{}
	for _, part := range fields(structure) {
		name := keyName(table, part.name)
		_, list := reflect.TypeAssert[List](part.value)
		switch kind := part.value.Kind(); {
		case kind == reflect.Struct:
			maps.Copy(found, single(part.value, name))
		case list, kind != reflect.Map && kind != reflect.Slice:
			found[name] = part.value
		}
	}
	return found
}

// unknownKey returns the text that a table has no such key, with the key that may have been meant.
func unknownKey(key string, known []field) string {
	switch tables := tablesWith(key); {
	case len(tables) == 1 && tables[0] == "":
		return "unknown key here; it stands at the top of the file, before the first table"
	case len(tables) == 1:
		return fmt.Sprintf("unknown key here; it belongs in [%s]", tables[0])
	}
	names := make([]string, len(known))
	for i, part := range known {
		names[i] = part.name
	}
	if meant := words.Nearest(strings.ToLower(key), names); meant != "" {
		return fmt.Sprintf("unknown key; did you mean %q?", meant)
	}
	return "unknown key; known here: " + strings.Join(names, ", ")
}

// tablesWith returns the tables that have a key of this name, which the current table doesn't have.
func tablesWith(key string) []string {
	config, profile := reflect.ValueOf(Default()), reflect.ValueOf(DefaultProfile())
	var tables []string
	for _, name := range slices.Concat(slices.Collect(maps.Keys(single(config, ""))),
		slices.Collect(maps.Keys(single(profile, "profiles.NAME")))) {
		if table := parentOf(name); keyName(table, key) == name {
			tables = append(tables, table)
		}
	}
	return tables
}

// parentOf returns the table or the list that holds a key; the top of the file is "".
func parentOf(key string) string {
	return key[:max(0, strings.LastIndexAny(key, ".["))]
}
