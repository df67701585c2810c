package config

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"reflect"
	"slices"
	"strings"

	"github.com/pelletier/go-toml/v2"

	"streamdesk/model/sorting"
)

// maxDocument is the max size of a document: a settings file is a few kilobytes, and a megabyte is some other file.
const maxDocument = 1 << 20

// Decode reads a TOML document over the defaults and checks it. Name stands for the document in errors, usually its
// path. Unknown keys, values of the wrong type and values out of range are all collected in one *Error, each with
// its line, its column and its key.
func Decode(name string, document []byte) (Config, error) {
	config := Default()
	decoder := decode(name, document, &config)
	if problems := decoder.finish(config); len(problems) > 0 {
		return Config{}, &Error{Problems: problems}
	}
	return config, nil
}

// decoder decodes a document into a Config.
type decoder struct {
	name       string
	places     map[string]place
	sources    map[string]Source // of every key that was set
	problems   []Problem
	unreadable bool // the document can't be parsed, so that nothing in it is known
}

// decode fills config and returns the decoder with the sources and problems it found.
func decode(name string, document []byte, config *Config) *decoder {
	d := &decoder{name: name, sources: map[string]Source{}}
	if len(document) > maxDocument {
		d.unreadable = true
		d.refuse("", "the file is larger than 1 MiB; give the settings file itself")
		return d
	}
	var tooLong *place
	if d.places, tooLong = places(document); tooLong != nil {
		d.unreadable = true
		d.problems = append(d.problems, Problem{
			Source: Source{Layer: FromFile, Name: d.name, Line: tooLong.line, Column: tooLong.column},
			Text:   fmt.Sprintf("a key here has a whole name of more than %d bytes, and no setting has; take it out", maxName),
		})
		return d
	}
	var tree map[string]any
	if err := toml.Unmarshal(document, &tree); err != nil {
		d.syntax(err)
		return d
	}
	d.envelopes(&config.Envelopes, tree)
	d.structure("", reflect.ValueOf(config).Elem(), tree)
	return d
}

// finish checks the config and returns all problems, ordered by layer and, within the file, by line. A setting that
// couldn't be decoded still has its default, and is not reported twice.
func (d *decoder) finish(config Config) []Problem {
	if d.unreadable {
		return d.problems
	}
	problems := d.problems
	for _, problem := range config.problems() {
		if !slices.ContainsFunc(d.problems, func(p Problem) bool { return p.Key == problem.Key }) {
			problem.Source = d.written(problem.Key)
			problems = append(problems, problem)
		}
	}
	sorting.By(problems, func(a, b *Problem) int {
		return cmp.Or(cmp.Compare(a.Source.Layer, b.Source.Layer),
			cmp.Compare(a.Source.Line, b.Source.Line), cmp.Compare(a.Source.Column, b.Source.Column))
	})
	return problems
}

// written returns where a setting, or else the table that lacks it, was written.
func (d *decoder) written(key string) Source {
	for ; key != ""; key = parentOf(key) {
		if source, ok := d.sources[key]; ok {
			return source
		}
	}
	return Source{}
}

func (d *decoder) syntax(err error) {
	d.unreadable = true
	problem := Problem{Source: Source{Layer: FromFile, Name: d.name}}
	if syntax, ok := errors.AsType[*toml.DecodeError](err); ok {
		problem.Source.Line, problem.Source.Column = syntax.Position()
		problem.Key = strings.Join(syntax.Key(), ".")
	}
	problem.Text = "not TOML: " + strings.TrimPrefix(err.Error(), "toml: ")
	d.problems = append(d.problems, problem)
}

// source returns the place of a key; a key that is only implied has the place of its table.
func (d *decoder) source(key string) Source {
	at, known := d.places[key]
	for parent := parentOf(key); !known && parent != ""; parent = parentOf(parent) {
		at, known = d.places[parent]
	}
	return Source{Layer: FromFile, Name: d.name, Line: at.line, Column: at.column}
}

func (d *decoder) refuse(key, format string, args ...any) {
	d.problems = append(d.problems, Problem{Source: d.source(key), Key: key, Text: fmt.Sprintf(format, args...)})
}

func (d *decoder) structure(table string, into reflect.Value, raw any) {
	tree, ok := raw.(map[string]any)
	if !ok {
		d.refuse(table, "%s where a table is wanted; write [%s] and its keys below", kindOf(raw), table)
		return
	}
	if table != "" {
		d.sources[table] = d.source(table)
	}
	parts := fields(into)
	for _, key := range slices.Sorted(maps.Keys(tree)) {
		i := slices.IndexFunc(parts, func(part field) bool { return part.name == key })
		if i < 0 {
			d.refuse(keyName(table, key), "%s", unknownKey(key, parts))
			continue
		}
		d.value(keyName(table, key), parts[i].value, tree[key])
	}
}

// value stores one TOML value of any type.
func (d *decoder) value(key string, into reflect.Value, raw any) {
	switch into.Kind() {
	case reflect.Struct:
		d.structure(key, into, raw)
		return
	case reflect.Map:
		d.mapping(key, into, raw)
		return
	}
	before := len(d.problems)
	switch target := into.Addr().Interface().(type) {
	case *KeyList:
		d.texts(key, (*[]string)(target), raw, `a key is wanted; write it as a string, such as "ctrl+r" or ["X", "delete"]`)
	case *List:
		d.texts(key, (*[]string)(target), raw, `text is wanted; write a list such as ["a", "b"], or one text in double quotes`)
	case *Hue:
		d.hue(key, target, raw)
	case *[]Template:
		tables(d, key, target, raw)
	case *[]WorkflowProfile:
		tables(d, key, target, raw)
	case *[]Watch:
		tables(d, key, target, raw)
	case *[]Retention:
		tables(d, key, target, raw)
	case *[]Schema:
		tables(d, key, target, raw)
	default:
		if _, isTable := raw.(map[string]any); isTable && key == "profile" {
			d.refuse(key, "this is the name of the profile to use; the table of a profile begins with [profiles.NAME]")
		} else if err := assign(into, raw); err != nil {
			d.refuse(key, "%s", err)
		}
	}
	if len(d.problems) == before {
		d.sources[key] = d.source(key)
	}
}

// mapping fills a map whose keys a person chose. An entry begins empty, and a profile with the defaults of a profile.
func (d *decoder) mapping(table string, into reflect.Value, raw any) {
	tree, ok := raw.(map[string]any)
	if !ok {
		d.refuse(table, "%s where a table is wanted; write [%s] and its entries below", kindOf(raw), table)
		return
	}
	if into.IsNil() {
		into.Set(reflect.MakeMap(into.Type()))
	}
	for _, name := range slices.Sorted(maps.Keys(tree)) {
		entry := reflect.New(into.Type().Elem()).Elem()
		if profile, ok := reflect.TypeAssert[*Profile](entry.Addr()); ok {
			*profile = DefaultProfile()
		}
		d.value(keyName(table, name), entry, tree[name])
		into.SetMapIndex(reflect.ValueOf(name), entry)
	}
}

// texts decodes one text or a list of them; wanted ends the error message about anything else.
func (d *decoder) texts(key string, into *[]string, raw any, wanted string) {
	elements, isList := raw.([]any)
	if !isList {
		elements = []any{raw}
	}
	list := make([]string, 0, len(elements))
	for _, element := range elements {
		text, ok := element.(string)
		if !ok {
			d.refuse(key, "%s where %s", kindOf(element), wanted)
			return
		}
		list = append(list, text)
	}
	*into = list
}

// tables decodes a list of tables, each of which begins with [[key]].
func tables[T any](d *decoder, key string, into *[]T, raw any) {
	elements, ok := raw.([]any)
	if !ok {
		d.refuse(key, "%s where a list is wanted; begin each table with [[%s]]", kindOf(raw), key)
		return
	}
	list := make([]T, len(elements))
	for i, element := range elements {
		if _, ok := element.(map[string]any); !ok {
			d.refuse(elementName(key, i), "%s where a table is wanted; begin each with [[%s]]", kindOf(element), key)
			return
		}
		d.structure(elementName(key, i), reflect.ValueOf(&list[i]).Elem(), element)
	}
	*into = list
}
