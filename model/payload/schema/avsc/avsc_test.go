package avsc

import (
	"strings"
	"testing"

	"github.com/hamba/avro/v2"
)

const node = `{"type":"record","name":"Node","namespace":"a.b","aliases":["Old"],"fields":[
	{"name":"next","type":["null","Node"],"default":null},
	{"name":"old","type":["null","a.b.Old"]},
	{"name":"kind","type":{"type":"enum","name":"c.Kind","symbols":["ONE","TWO"]}},
	{"name":"again","type":{"type":"array","items":"c.Kind"}},
	{"name":"seal","type":{"type":"fixed","name":"Seal","size":4,"logicalType":"decimal","precision":6,"scale":2}},
	{"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
	{"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":4}},
	{"name":"map","type":{"type":"map","values":{"type":"array","items":["int","string","Seal"]}}}]}`

// What a schema comes to is what another library makes of it: the fingerprints in payloads depend on each byte.
func TestCanonicalFormsAreThoseOfHambaAvro(t *testing.T) {
	for _, text := range []string{
		node, `"int"`, `["null","string"]`, `{"type":"int","logicalType":"date"}`, `{"type":"int","logicalType":"timestamp-millis"}`,
		`{"type":"string","logicalType":"uuid"}`, `{"type":"bytes","logicalType":"decimal"}`, `{"type":"bytes","logicalType":"decimal","precision":2,"scale":3}`,
		`{"type":"fixed","name":"F","size":2,"logicalType":"decimal","precision":9}`, `{"type":"fixed","name":"D","size":12,"logicalType":"duration"}`,
		`{"type":"error","name":"E","fields":[]}`, `{"type":["null","int"]}`,
		`{"type":"record","name":"x.R","fields":[{"name":"a","type":{"type":"record","name":"S","fields":[{"name":"r","type":["null","R"]}]}}]}`,
		`["int",{"type":"int","logicalType":"date"}]`,
	} {
		theirs, err := avro.ParseWithCache(text, "", &avro.SchemaCache{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		ours, err := Parse([]byte(text), Known{})
		if err != nil {
			t.Errorf("%s: %v", text, err)
			continue
		}
		if got, want := ours.Canonical(true), theirs.String(); got != want {
			t.Errorf("%s:\n%s, want\n%s", text, got, want)
		}
	}
}

func TestTheCanonicalFormLeavesOutWhatIsNoPartOfIt(t *testing.T) {
	s, err := Parse([]byte(node), Known{})
	if err != nil {
		t.Fatal(err)
	}
	const want = `{"name":"a.b.Node","type":"record","fields":[{"name":"next","type":["null","a.b.Node"]},{"name":"old","type":["null","a.b.Node"]},` +
		`{"name":"kind","type":{"name":"c.Kind","type":"enum","symbols":["ONE","TWO"]}},{"name":"again","type":{"type":"array","items":"c.Kind"}},` +
		`{"name":"seal","type":{"name":"a.b.Seal","type":"fixed","size":4}},{"name":"at","type":"long"},{"name":"price","type":"bytes"},` +
		`{"name":"map","type":{"type":"map","values":{"type":"array","items":["int","string","a.b.Seal"]}}}]}`
	if got := s.Canonical(false); got != want {
		t.Errorf("%s, want\n%s", got, want)
	}
}

func TestTypesOfEarlierSchemasAreKnown(t *testing.T) {
	known := Known{}
	if _, err := Parse([]byte(node), known); err != nil {
		t.Fatal(err)
	}
	s, err := Parse([]byte(`{"type":"array","items":"a.b.Old"}`), known)
	if err != nil || s.Of.Name != "a.b.Node" || s.Of.Fields[0].Type.Types[1] != s.Of {
		t.Errorf("%+v, %v", s, err)
	}
}

func TestSchemasThatAreNoneSayWhy(t *testing.T) {
	for text, why := range map[string]string{
		`{`:                            "not JSON",
		`7`:                            "unknown type: 7",
		`"Money"`:                      "unknown type: Money",
		`{"name":"x"}`:                 "unknown type",
		`{"type":"record","name":"R"}`: "the record R has no list of fields",
		`{"type":"record","name":"1R","fields":[]}`:                                                              `has the name "1R"`,
		`{"type":"record","fields":[]}`:                                                                          `has the name ""`,
		`{"type":"record","name":"R","fields":[{"name":"a"}]}`:                                                   "the field a of R has no type",
		`{"type":"record","name":"R","fields":[{"name":"a b","type":"int"}]}`:                                    `a field of R has the name "a b"`,
		`{"type":"record","name":"R","fields":[{"name":"a","type":"int"},{"name":"a","type":"int"}]}`:            "R has the field a twice",
		`{"type":"record","name":"R","fields":[{"name":"a","type":{"type":"enum","name":"R","symbols":["x"]}}]}`: "R is declared twice",
		`{"type":"enum","name":"K","symbols":["a-b"]}`:                                                           "the enum K has the symbol",
		`{"type":"enum","name":"K"}`:                                                                             "the enum K has no symbols",
		`{"type":"fixed","name":"F"}`:                                                                            "the fixed F has no size",
		`{"type":"array"}`:                                                                                       "type array without items",
		`["int","int"]`:                                                                                          "a union has the type int twice",
		`["int",["null","string"]]`:                                                                              "a union inside a union",
		`{"type":"map","values":"X"}`:                                                                            "unknown type: X",
		`{"type":"fixed","name":"F","size":-1}`:                                                                  "the fixed F has no size",
	} {
		if _, err := Parse([]byte(text), Known{}); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want it to say %q", text, err, why)
		}
	}
}

// FuzzParse parses anything: it ends with an error or a schema that is written so that it parses to the same.
func FuzzParse(f *testing.F) {
	f.Add([]byte(node))
	f.Add([]byte(`{"type":{"type":"array","items":["null","long"]}}`))
	f.Fuzz(func(t *testing.T, text []byte) {
		s, err := Parse(text, Known{})
		if err != nil {
			return
		}
		again, err := Parse([]byte(s.Canonical(true)), Known{})
		if err != nil || again.Canonical(true) != s.Canonical(true) {
			t.Errorf("%s parses, and is written as %s: %v", text, s.Canonical(true), err)
		}
	})
}
