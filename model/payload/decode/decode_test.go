package decode_test

import (
	"bytes"
	"compress/gzip"
	"encoding/base64"
	"encoding/hex"
	"encoding/json"
	"errors"
	"reflect"
	"slices"
	"strings"
	"testing"

	"pgregory.net/rapid"

	"streamdesk/model/payload/decode"
)

func unhex(t *testing.T, text string) string {
	t.Helper()
	b, err := hex.DecodeString(strings.ReplaceAll(text, " ", ""))
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

// The bytes of these were written by the programs named, not by this package.
func TestAPayloadIsOpenedAsItsProducerWroteIt(t *testing.T) {
	for _, c := range []struct{ name, payload, way, json string }{
		{"JSON", `{"a":1}`, "", `{"a":1}`},
		{"text", "hello", "", ""},
		{"a word that could be base64", "order", "", ""},
		{"a number", "42", "", "42"},
		{"JSON in a string", `"{\"a\":\"b\"}"`, "JSON string", `{"a":"b"}`},
		{"plain text in a string", `"hello"`, "", `"hello"`},
		{"python: gzip.compress", unhex(t, "1f8b0800000000000203ab564a54b232ac0500afac1b5607000000"), "gzip", `{"a":1}`},
		{"python: zlib.compress", unhex(t, "789cab564a54b232ac0500082a0209"), "zlib", `{"a":1}`},
		{"python: base64.b64encode", "eyJhIjoxfQ==", "base64", `{"a":1}`},
		{"base64 without padding", "eyJhIjoxfQ", "base64 without padding", `{"a":1}`},
		{"msgpack.packb({'a': 1, 'b': [True, None, 'x']})", unhex(t, "82 a1 61 01 a1 62 93 c3 c0 a1 78"), "msgpack", `{"a":1,"b":[true,null,"x"]}`},
		{"msgpack with bytes", unhex(t, "81 a1 61 c4 02 ff 00"), "msgpack", `{"a":{"$bytes":"/wA="}}`},
		{"msgpack with a time", unhex(t, "81 a1 74 d6 ff 00 00 00 01"), "msgpack", `{"t":"1970-01-01T00:00:01Z"}`},
		{"msgpack with numbers as keys", unhex(t, "81 01 a1 78"), "msgpack", `{"1":"x"}`},
		{"cbor2.dumps({'a': 1, 'b': [True, None, 1.5]})", unhex(t, "a2 61 61 01 61 62 83 f5 f6 f9 3e00"), "CBOR", `{"a":1,"b":[true,null,1.5]}`},
		{"CBOR with its tag", unhex(t, "d9d9f7 a1 61 61 01"), "CBOR with its tag", `{"a":1}`},
		{"protobuf, undescribed", unhex(t, "08 96 01 12 07 74 65 73 74 69 6e 67 1a 02 08 01"), "protobuf by wire type", `{"1":150,"2":"testing","3":{"1":1}}`},
		{"base64 of gzip of msgpack", base64.StdEncoding.EncodeToString([]byte(gzipped(t, unhex(t, "81 a1 61 01")))), "base64 → gzip → msgpack", `{"a":1}`},
		{"nothing", "", "", ""},
	} {
		v := decode.Opener{}.Open(c.payload)
		if v.Way() != c.way || v.JSON != c.json || v.Err != nil {
			t.Errorf("%s: opened as %q to %s (%v), want %q, %s", c.name, v.Way(), v.JSON, v.Err, c.way, c.json)
		}
	}
}

func gzipped(t *testing.T, text string) string {
	t.Helper()
	var b bytes.Buffer
	w := gzip.NewWriter(&b)
	if _, err := w.Write([]byte(text)); err != nil {
		t.Fatal(err)
	}
	if err := w.Close(); err != nil {
		t.Fatal(err)
	}
	return b.String()
}

// What is edited is of the form that it was, however often it is wrapped.
func TestAValueIsPackedAsItWasOpened(t *testing.T) {
	ways := []string{"gzip", "zstd", "lz4", "snappy", "snappy block", "zlib", "base64", "JSON string"}
	ends := []string{"", "msgpack", "CBOR", "CBOR with its tag"}
	rapid.Check(t, func(t *rapid.T) {
		steps := rapid.SliceOfN(rapid.SampledFrom(ways), 0, 3).Draw(t, "wrappings")
		if end := rapid.SampledFrom(ends).Draw(t, "form"); end != "" {
			steps = append(steps, end)
		}
		// A JSON string holds text only, and text is opened only when what is inside bears a mark.
		for i := 0; i+1 < len(steps); i++ {
			if steps[i] == "JSON string" && steps[i+1] != "base64" && steps[i+1] != "JSON string" {
				steps = slices.Insert(steps, i+1, "base64")
			} else if steps[i] == "base64" && steps[i+1] == "snappy block" {
				steps[i+1] = "snappy"
			}
		}
		value := map[string]any{
			"id": rapid.String().Draw(t, "id"), "n": rapid.Int32().Draw(t, "n"), "f": rapid.Float64Range(-1e9, 1e9).Draw(t, "f"),
			"list": []any{true, nil, "é", map[string]any{}},
		}
		text, err := json.Marshal(value)
		if err != nil {
			t.Fatal(err)
		}
		packed, err := decode.Opener{}.Pack(steps, string(text))
		if err != nil {
			t.Fatal(err)
		}
		v := decode.Opener{}.Open(packed)
		var got, want any
		if err := errors.Join(v.Err, json.Unmarshal([]byte(v.JSON), &got), json.Unmarshal(text, &want)); err != nil {
			t.Fatalf("%v: %v (opened as %v)", steps, err, v.Steps)
		}
		if !reflect.DeepEqual(got, want) || !slices.Equal(v.Steps, steps) && len(steps) > 0 {
			t.Fatalf("%v: opened as %v to %s, want %s", steps, v.Steps, v.JSON, text)
		}
	})
}

func TestABombIsRefusedAtTheLimitThatIsSaid(t *testing.T) {
	o := decode.Opener{Limits: decode.Limits{Bytes: 1 << 20}}
	zeros := strings.Repeat(`[`, 1) + strings.Repeat("0,", 2<<20) + "0]"
	for _, step := range []string{"gzip", "zstd", "lz4", "snappy", "zlib", "snappy block"} {
		bomb, err := decode.Opener{}.Pack([]string{step}, zeros)
		if err != nil {
			t.Fatal(err)
		}
		if v := o.Open(bomb); !errors.Is(v.Err, decode.ErrLimit) || !strings.Contains(v.Err.Error(), "1 MB") || v.Bytes != bomb {
			t.Errorf("%s: %v, %d bytes", step, v.Err, len(v.Bytes))
		}
	}
	for name, payload := range map[string]string{
		"nested msgpack":                     strings.Repeat("\x91", 100_000) + "\x01",
		"nested CBOR":                        "\xd9\xd9\xf7" + strings.Repeat("\x81", 100_000) + "\x01",
		"an array of 4 billion in six bytes": "\xdd\xff\xff\xff\xff\x01",
		"a string of 4 GB in six bytes":      "\x91\xdb\xff\xff\xff\xff\x01",
		"bytes of 4 GB in CBOR":              "\xd9\xd9\xf7\x5a\xff\xff\xff\xff\x01",
	} {
		if v := o.Open(payload); v.JSON != "" {
			t.Errorf("%s: %.40s", name, v.JSON)
		}
	}
	wrapped := `{"a":1}`
	for range 20 {
		wrapped = gzipped(t, wrapped)
	}
	if v := (decode.Opener{}).Open(wrapped); !errors.Is(v.Err, decode.ErrLimit) || len(v.Steps) != 8 {
		t.Errorf("20 times wrapped: %v, %v", v.Steps, v.Err)
	}
	expired := decode.Opener{Limits: decode.Limits{Expired: func() bool { return true }}}
	if v := expired.Open(gzipped(t, zeros)); !errors.Is(v.Err, decode.ErrLimit) {
		t.Errorf("without time: %v", v.Err)
	}
}

func TestABrokenWrappingSaysSo(t *testing.T) {
	whole := gzipped(t, `{"a":1}`)
	v := decode.Opener{}.Open(whole[:len(whole)-4])
	if v.Err == nil || !strings.HasPrefix(v.Err.Error(), "gzip: ") || v.JSON != "" || v.Bytes != whole[:len(whole)-4] {
		t.Errorf("half a gzip: %+v", v)
	}
	if _, err := (decode.Opener{}).Pack([]string{"protobuf by wire type"}, `{}`); !errors.Is(err, decode.ErrPack) {
		t.Errorf("what can't be written: %v", err)
	}
}

// Whatever the bytes are, opening them ends, within its limits, with JSON or none.
func FuzzOpen(f *testing.F) {
	for _, seed := range []string{`{"a":1}`, `"{}"`, "eyJhIjoxfQ==", "\x82\xa1a\x01\xa1b\x93\xc3\xc0\xa1x", "\xa1aa\x01", "\x1f\x8b\x08", "\x28\xb5\x2f\xfd", "\x08\x96\x01", "\xd9\xd9\xf7\xa0"} {
		f.Add(seed)
	}
	o := decode.Opener{Limits: decode.Limits{Bytes: 1 << 20, Depth: 64}}
	f.Fuzz(func(t *testing.T, payload string) {
		v := o.Open(payload)
		if v.JSON != "" && !json.Valid([]byte(v.JSON)) {
			t.Errorf("%q became %q, which isn't JSON", payload, v.JSON)
		}
		if len(v.JSON) > 8<<20 {
			t.Errorf("%d bytes of %d", len(v.JSON), len(payload))
		}
	})
}

// The hot path: an event of our own, in JSON as it stands.
func BenchmarkOpenJSON(b *testing.B) {
	const payload = `{"id":"0197","type":"workflow.progress","workflow_id":"wf-1","timestamp":"2026-11-05T12:00:00.000000+00:00","data":{"step":"self-review","tokens":1655},"source_agent":"coder"}`
	for b.Loop() {
		if v := (decode.Opener{}).Open(payload); v.JSON == "" {
			b.Fatal("not opened")
		}
	}
}
