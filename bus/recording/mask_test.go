package recording

import (
	"encoding/json"
	"errors"
	"reflect"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamdesk/model"
)

func TestMasksReplaceValuesByTheirPathsAndNothingElse(t *testing.T) {
	for _, c := range []struct{ masks, name, value, want string }{
		{".api_key", "data", `{"id":1.50,"api_key":"s3cret"}`, `{"id":1.50,"api_key":"•••"}`},
		{".api_key", "data", `{ "a" : [ {"api_key": 17 , "b":1e400}, {"api_key":{"x":[1]}} ] }`, `{ "a" : [ {"api_key": "•••" , "b":1e400}, {"api_key":"•••"} ] }`},
		{".customer.email", "data", `{"email":"kept","customer":{"email":"gone","name":"kept"}}`, `{"email":"kept","customer":{"email":"•••","name":"kept"}}`},
		{".items[].token", "data", `{"items":[{"token":"a"},{"token":"b"}]}`, `{"items":[{"token":"•••"},{"token":"•••"}]}`},
		{`."card number"`, "data", `{"card number":"4111"}`, `{"card number":"•••"}`},
		{".api_key", "data", `{"body":"{\"api_key\":\"s\"}"}`, `{"body":"{\"api_key\":\"•••\"}"}`},
		{".api_key", "api_key", "s3cret", Masked},
		{".data.api_key", "data", `{"api_key":"s"}`, `{"api_key":"•••"}`},
		{".api_key", "data", "api_key=s3cret", "api_key=s3cret"},
		{".api_key", "data", "{broken", "{broken"},
		{".api_key", "data", "\xff\x00", Masked},
		{".a; .b", "data", `{"a":1,"b":2,"a":3}`, `{"a":"•••","b":"•••","a":"•••"}`},
	} {
		masks, err := ParseMasks(strings.Split(c.masks, "; "))
		if err != nil {
			t.Fatal(err)
		}
		if got := masks.Fields([]model.Field{{Name: c.name, Value: c.value}}); got[0].Value != c.want {
			t.Errorf("%s on %s: %s, want %s", c.masks, c.value, got[0].Value, c.want)
		}
	}
}

func TestAPathThatIsNoneSaysWhatItIs(t *testing.T) {
	for _, text := range []string{"", "api_key", ".", "..a", `."a`, ".a b", "[]"} {
		if _, err := ParseMasks([]string{text}); !errors.Is(err, errPath) {
			t.Errorf("%q: %v", text, err)
		}
	}
}

// TestAMaskLeavesNoValueAndChangesNoOther masks a name in any JSON text.
func TestAMaskLeavesNoValueAndChangesNoOther(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		var value func(depth int) any
		value = func(depth int) any {
			switch kind := rapid.IntRange(0, 5).Draw(t, "kind"); {
			case kind < 2 && depth > 0:
				object := map[string]any{}
				for range rapid.IntRange(0, 3).Draw(t, "size") {
					object[rapid.SampledFrom([]string{"secret", "a", "b"}).Draw(t, "name")] = value(depth - 1)
				}
				return object
			case kind == 2 && depth > 0:
				array := make([]any, rapid.IntRange(0, 3).Draw(t, "length"))
				for i := range array {
					array[i] = value(depth - 1)
				}
				return array
			case kind == 3:
				return rapid.Float64().Draw(t, "number")
			default:
				return rapid.StringMatching(`[a-z{}\[\]"\\ é]{0,8}`).Draw(t, "text")
			}
		}
		before := map[string]any{"x": value(4)}
		text, err := json.Marshal(before)
		if err != nil {
			t.Fatal(err)
		}
		masks, err := ParseMasks([]string{".secret"})
		if err != nil {
			t.Fatal(err)
		}
		var after map[string]any
		if err := json.Unmarshal([]byte(masks.Fields([]model.Field{{Name: "data", Value: string(text)}})[0].Value), &after); err != nil {
			t.Fatal(err)
		}
		if want := withoutSecrets(before); !reflect.DeepEqual(any(after), want) {
			t.Fatalf("%s became %v, want %v", text, after, want)
		}
	})
}

func withoutSecrets(v any) any {
	switch v := v.(type) {
	case map[string]any:
		out := map[string]any{}
		for name, inner := range v {
			if out[name] = withoutSecrets(inner); name == "secret" {
				out[name] = Masked
			}
		}
		return out
	case []any:
		out := make([]any, len(v))
		for i := range v {
			out[i] = withoutSecrets(v[i])
		}
		return out
	default:
		return v
	}
}
