package config

import (
	"maps"
	"os"
	"reflect"
	"regexp"
	"slices"
	"testing"
)

const exampleFile = "../../config.example.toml"

func readExample(t *testing.T) []byte {
	t.Helper()
	document, err := os.ReadFile(exampleFile)
	if err != nil {
		t.Fatal(err)
	}
	return document
}

// uncommented turns every example line, a # with no blank after it, into a setting.
func uncommented(document []byte) []byte {
	return regexp.MustCompile(`(?m)^#([^# \n])`).ReplaceAll(document, []byte("$1"))
}

func TestTheExampleFileStatesTheDefaults(t *testing.T) {
	got, err := Decode("config.example.toml", readExample(t))
	if err != nil {
		t.Fatal(err)
	}
	if want := Default(); !reflect.DeepEqual(got, want) {
		t.Errorf("the example decodes to\n%+v\nbut the defaults are\n%+v", got, want)
	}
}

func TestTheExampleFileHasEveryKey(t *testing.T) {
	config := Default()
	decoder := decode("config.example.toml", uncommented(readExample(t)), &config)
	if problems := decoder.finish(config); len(problems) > 0 {
		t.Fatal(&Error{Problems: problems})
	}
	stated := decoder.places

	var profile Profile
	var template Template
	var colors Colors
	want := slices.Concat(
		slices.Collect(maps.Keys(single(reflect.ValueOf(config), ""))),
		slices.Collect(maps.Keys(single(reflect.ValueOf(profile), "profiles.default"))),
		slices.Collect(maps.Keys(single(reflect.ValueOf(template), "templates[0]"))),
		slices.Collect(maps.Keys(single(reflect.ValueOf(colors), "themes.night"))),
		[]string{
			"keys", "filters", "workflow.profile[0].streams", "workflow.profile[0].stages",
			"watch[0].url", "watch[0].headers", "watch[0].form", "watch[0].timeout", "watch[1].url_env", "watch[2].url_file", "watch[3].command",
			"schema[0].streams", "schema[0].proto", "schema[0].import", "schema[0].message", "schema[1].avro", "schema[2].confluent",
			"schema[3].type", "schema[3].file", "schema[3].check",
		},
	)
	for _, key := range slices.Sorted(slices.Values(want)) {
		if _, ok := stated[key]; !ok {
			t.Errorf("%s is missing from config.example.toml", key)
		}
	}
	if len(config.Keys) == 0 || len(config.Filters) == 0 || len(config.Profiles) < 2 {
		t.Error("the example shows no key, no filter or no second profile")
	}
}

// Whoever adds a field has to give it a name to be written by, or it could never be set.
func TestEveryFieldHasANameInTheFile(t *testing.T) {
	seen := make(map[reflect.Type]bool)
	structures(reflect.TypeFor[Config](), seen)
	if !seen[reflect.TypeFor[HTTP]()] || !seen[reflect.TypeFor[Watch]()] {
		t.Fatalf("of the settings only %v are found", slices.Collect(maps.Keys(seen)))
	}
	for kind := range seen {
		for field := range kind.Fields() {
			shares := kind == reflect.TypeFor[Config]() && field.Name == "Envelopes" // the key of Envelope
			if !field.Anonymous && !shares && field.Tag.Get("toml") == "" {
				t.Errorf("%s.%s has no toml tag", kind, field.Name)
			}
		}
	}
}

// structures adds the structures of this package that a setting of type of consists of.
func structures(of reflect.Type, seen map[reflect.Type]bool) {
	switch of.Kind() {
	case reflect.Pointer, reflect.Slice, reflect.Array, reflect.Map:
		structures(of.Elem(), seen)
	case reflect.Struct:
		if seen[of] || of.PkgPath() != reflect.TypeFor[Config]().PkgPath() {
			return
		}
		seen[of] = true
		for field := range of.Fields() {
			structures(field.Type, seen)
		}
	default:
	}
}
