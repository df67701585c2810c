package schema_test

import (
	"bytes"
	"encoding/json"
	"errors"
	"io/fs"
	"math/big"
	"reflect"
	"strings"
	"testing"
	"time"

	"github.com/hamba/avro/v2"
	"github.com/hamba/avro/v2/soe"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protodesc"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/protoutil"

	"streamdesk/model/payload/decode"
	"streamdesk/model/payload/schema"
)

// files are those that the tests read.
var files = map[string]string{
	"protos/shop/order.proto": `syntax = "proto3";
package shop;
import "google/protobuf/timestamp.proto";
import "shop/money.proto";
message Order {
  enum State { PLACED = 0; PAID = 1; }
  string order_id = 1;
  int64 number = 2;
  State state = 3;
  google.protobuf.Timestamp at = 4;
  Money total = 5;
  repeated string tags = 6;
  map<string, int32> stock = 7;
  bytes seal = 8;
  optional double weight = 9;
  oneof pay { string card = 10; bool cash = 11; }
}
`,
	"protos/shop/money.proto": `syntax = "proto3";
package shop;
message Money { string currency = 1; sint64 cents = 2; }
`,
	"protos/one.proto":  `syntax = "proto3"; message One { int32 n = 1; }`,
	"protos/bad.proto":  "syntax = \"proto3\";\nmessage Bad {\n  strin name = 1;\n}\n",
	"protos/lost.proto": "syntax = \"proto3\";\nimport \"shop/nowhere.proto\";\nmessage Lost {}\n",
	"money.avsc":        `{"type":"record","name":"Money","namespace":"shop","fields":[{"name":"currency","type":"string"},{"name":"cents","type":"long"}]}`,
	"payment.avsc": `{"type":"record","name":"Payment","namespace":"shop","doc":"x","fields":[
  {"name":"id","type":"string"},
  {"name":"at","type":{"type":"long","logicalType":"timestamp-millis"}},
  {"name":"day","type":{"type":"int","logicalType":"date"}},
  {"name":"price","type":{"type":"bytes","logicalType":"decimal","precision":8,"scale":2}},
  {"name":"total","type":"shop.Money"},
  {"name":"note","type":["null","string"],"default":null},
  {"name":"by","type":["string","long","shop.Money"]},
  {"name":"state","type":{"type":"enum","name":"State","symbols":["OPEN","DONE"]}},
  {"name":"tags","type":{"type":"array","items":"string"}},
  {"name":"stock","type":{"type":"map","values":"int"}},
  {"name":"seal","type":{"type":"fixed","name":"Seal","size":2}},
  {"name":"raw","type":"bytes"},
  {"name":"ratio","type":"float"},
  {"name":"weight","type":"double"},
  {"name":"ok","type":"boolean"}]}`,
	"plain.avsc": `{"type":"record","name":"Plain","fields":[{"name":"n","type":"int"},{"name":"s","type":"string"}]}`,
	"bad.avsc":   "{\"type\":\n  \"record\",,}",
	"none.avsc":  `{"type":"record","name":"None","fields":[{"name":"m","type":"shop.Money"}]}`,
}

func read(path string) ([]byte, error) {
	if text, ok := files[path]; ok {
		return []byte(text), nil
	}
	return nil, fs.ErrNotExist
}

func load(t *testing.T, f schema.Files) decode.Opener {
	t.Helper()
	forms, err := schema.Load(read, f)
	if err != nil {
		t.Fatal(err)
	}
	return decode.Opener{Schemas: forms}
}

// orders are the order's files, found by the import path.
var orders = schema.Files{Proto: []string{"protos/shop/order.proto"}, Import: []string{"protos"}, Message: "shop.Order"}

// newOrder is a message of the same file as the library has it, filled from its own JSON.
func newOrder(t *testing.T, text string) *dynamicpb.Message {
	t.Helper()
	compiled, err := (&protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		ImportPaths: []string{"protos"}, Accessor: protocompile.SourceAccessorFromMap(files),
	})}).Compile(t.Context(), "shop/order.proto")
	if err != nil {
		t.Fatal(err)
	}
	m := dynamicpb.NewMessage(compiled[0].Messages().ByName("Order"))
	if err := protojson.Unmarshal([]byte(text), m); err != nil {
		t.Fatal(err)
	}
	return m
}

func marshal(t *testing.T, m proto.Message) string {
	t.Helper()
	b, err := proto.Marshal(m)
	if err != nil {
		t.Fatal(err)
	}
	return string(b)
}

const (
	orderJSON = `{"orderId":"o-7","number":"9007199254740993","state":"PAID","at":"2025-11-05T13:07:09.500Z","total":{"currency":"EUR","cents":"-1250"},` +
		`"tags":["a","b"],"stock":{"x":1,"y":2},"seal":"/wA=","weight":1,"cash":false}`
	orderShown = `{"order_id":"o-7","number":9007199254740993,"state":"PAID","at":"2025-11-05T13:07:09.500Z","total":{"currency":"EUR","cents":-1250},` +
		`"tags":["a","b"],"stock":{"x":1,"y":2},"seal":"/wA=","weight":1.0,"cash":false}`
)

func TestProtobufIsReadAndWrittenByItsFile(t *testing.T) {
	o := load(t, orders)
	wire := marshal(t, newOrder(t, orderJSON))
	v := o.Open(wire)
	if v.JSON != orderShown || v.Way() != "protobuf shop.Order" || v.Err != nil {
		t.Fatalf("opened as %q to\n%s (%v), want\n%s", v.Way(), v.JSON, v.Err, orderShown)
	}
	for _, steps := range [][]string{nil, {"gzip"}, {"base64"}, {"base64", "zstd"}} {
		packed, err := o.Pack(append(steps, "protobuf shop.Order"), orderShown)
		if err != nil {
			t.Fatal(err)
		}
		if again := o.Open(packed); again.JSON != orderShown || len(again.Steps) != len(steps)+1 {
			t.Errorf("in %v: opened as %v to %s: %v", steps, again.Steps, again.JSON, again.Err)
		}
	}
	edited, err := o.Repack(wire, strings.Replace(orderShown, `"PAID"`, `"PLACED"`, 1))
	if err != nil {
		t.Fatal(err)
	}
	want := newOrder(t, strings.Replace(orderJSON, `"PAID"`, `"PLACED"`, 1))
	got := want.New().Interface()
	if err := proto.Unmarshal([]byte(edited), got); err != nil || !proto.Equal(want, got) {
		t.Errorf("the library reads the edited one as %v, want %v: %v", got, want, err)
	}
	for value, why := range map[string]string{
		`{"order_id":7}`:            "invalid value for string field orderId",
		`{"nowhere":7}`:             `unknown field "nowhere"`,
		`{"$unknown":{"12":1}}`:     "name a newer file",
		`{"state":"SOLD"}`:          "invalid value for enum field state",
		`{"number":1e99,"tags":[]}`: "invalid value for int64 field number",
	} {
		if _, err := o.Repack(wire, value); err == nil || !strings.Contains(err.Error(), why) {
			t.Errorf("%s: %v, want it to say %q", value, err, why)
		}
	}
}

// A message of a newer producer shows what the file doesn't describe, and isn't written without it unless it is taken out.
func TestFieldsThatTheFileDoesntKnowAreNotLost(t *testing.T) {
	o := load(t, orders)
	wire := marshal(t, newOrder(t, `{"orderId":"o-7"}`)) + "\xa2\x01\x03new"
	v := o.Open(wire)
	if v.JSON != `{"order_id":"o-7","number":0,"state":"PLACED","seal":"","$unknown":{"20":"new"}}` {
		t.Fatalf("opened to %s: %v", v.JSON, v.Err)
	}
	if _, err := o.Repack(wire, v.JSON); !errors.Is(err, decode.ErrPack) {
		t.Errorf("written with them: %v", err)
	}
	if v := o.Open("\xa2\x01\x03new"); v.Way() != "protobuf by wire type" {
		t.Errorf("nothing but unknown fields is opened as %q to %s", v.Way(), v.JSON)
	}
}

func TestADescriptorSetIsAsGoodAsItsFiles(t *testing.T) {
	compiled, err := (&protocompile.Compiler{Resolver: protocompile.WithStandardImports(&protocompile.SourceResolver{
		ImportPaths: []string{"protos"}, Accessor: protocompile.SourceAccessorFromMap(files),
	})}).Compile(t.Context(), "shop/order.proto", "shop/money.proto")
	if err != nil {
		t.Fatal(err)
	}
	order := protoutil.ProtoFromFileDescriptor(compiled[0])
	whole := marshal(t, &descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{order, protodesc.ToFileDescriptorProto(compiled[1])}})
	set := func(text string) func(string) ([]byte, error) {
		return func(string) ([]byte, error) { return []byte(text), nil }
	}
	forms, err := schema.Load(set(whole), schema.Files{Proto: []string{"shop.binpb"}, Message: "shop.Order"})
	if err != nil {
		t.Fatal(err)
	}
	if v := (decode.Opener{Schemas: forms}).Open(marshal(t, newOrder(t, orderJSON))); v.JSON != orderShown {
		t.Errorf("opened to %s: %v", v.JSON, v.Err)
	}
	without := marshal(t, &descriptorpb.FileDescriptorSet{File: []*descriptorpb.FileDescriptorProto{order}})
	if _, err := schema.Load(set(without), schema.Files{Proto: []string{"shop.binpb"}, Message: "shop.Order"}); err == nil || !strings.Contains(err.Error(), "--include_imports") {
		t.Errorf("without its imports: %v", err)
	}
	if _, err := schema.Load(set("text"), schema.Files{Proto: []string{"shop.binpb"}}); err == nil || !strings.Contains(err.Error(), "no descriptor set") {
		t.Errorf("another file: %v", err)
	}
}

func TestWhatIsWrongWithFilesSaysWhereAndHowToMendIt(t *testing.T) {
	for _, c := range []struct {
		files    schema.Files
		key, why string
	}{
		{schema.Files{Proto: []string{"protos/bad.proto"}}, "proto", "bad.proto:3:3: field Bad.name: unknown type strin"},
		{schema.Files{Proto: []string{"protos/lost.proto"}}, "proto", "lost.proto:2:8: "},
		{schema.Files{Proto: []string{"protos/lost.proto"}}, "proto", "name the directory that it is imported from in import"},
		{schema.Files{Proto: []string{"none.proto"}}, "proto", "there is no file none.proto"},
		{schema.Files{Proto: []string{"none.proto"}, Import: []string{"protos"}}, "proto", "searched: protos"},
		{schema.Files{Proto: append(orders.Proto, "protos/shop/money.proto"), Import: orders.Import}, "message", "one of shop.Order, shop.Money"},
		{schema.Files{Proto: orders.Proto, Import: orders.Import, Message: "shop.Ordre"}, "message", `did you mean "shop.Order"?`},
		{schema.Files{Avro: []string{"bad.avsc"}}, "avro", "bad.avsc:2:12: not JSON"},
		{schema.Files{Avro: []string{"none.avsc"}}, "avro", "name the file that declares it before this one"},
		{schema.Files{Avro: []string{"nowhere.avsc"}}, "avro", "there is no file nowhere.avsc"},
		{schema.Files{Confluent: map[string]string{"x": "plain.avsc"}}, "confluent", `"x" is no number`},
		{schema.Files{Confluent: map[string]string{"7": "nowhere.avsc"}}, "confluent", "there is no file nowhere.avsc"},
	} {
		_, err := schema.Load(read, c.files)
		wrong, ok := errors.AsType[*schema.Error](err)
		if !ok || wrong.Key != c.key || !strings.Contains(wrong.Error(), c.why) {
			t.Errorf("%+v: %v, want it to say %q", c.files, err, c.why)
		}
	}
	one := load(t, schema.Files{Proto: []string{"protos/one.proto"}})
	if v := one.Open("\x08\x07"); v.JSON != `{"n":7}` {
		t.Errorf("the only message: %s, %v", v.JSON, v.Err)
	}
}

// payment is a value as hamba/avro takes it.
func payment() map[string]any {
	return map[string]any{
		"id": "p-7", "at": time.UnixMilli(1762348029500).UTC(), "day": time.Date(2025, 11, 5, 0, 0, 0, 0, time.UTC), "price": big.NewRat(-1250, 100),
		"total": map[string]any{"currency": "EUR", "cents": int64(-1250)}, "note": nil, "by": map[string]any{"shop.Money": map[string]any{"currency": "x", "cents": int64(1)}},
		"state": "DONE", "tags": []any{"a", "b"}, "stock": map[string]any{"x": 1}, "seal": [2]byte{0xff, 0}, "raw": []byte("hi"),
		"ratio": float32(0.5), "weight": 1.25, "ok": true,
	}
}

const paymentShown = `{"id":"p-7","at":"2025-11-05T13:07:09.5Z","day":"2025-11-05","price":"-12.50","total":{"currency":"EUR","cents":-1250},` +
	`"note":null,"by":{"shop.Money":{"currency":"x","cents":1}},"state":"DONE","tags":["a","b"],"stock":{"x":1},"seal":{"$bytes":"/wA="},"raw":"hi",` +
	`"ratio":0.5,"weight":1.25,"ok":true}`

func parsed(t *testing.T, names ...string) (last avro.Schema) {
	t.Helper()
	cache := &avro.SchemaCache{}
	for _, name := range names {
		s, err := avro.ParseBytesWithCache([]byte(files[name]), "", cache)
		if err != nil {
			t.Fatal(err)
		}
		last = s
	}
	return last
}

// What hamba/avro writes is read, and what is written is read by it.
func TestAvroIsReadAndWrittenByItsSchema(t *testing.T) {
	s := parsed(t, "money.avsc", "payment.avsc")
	codec, err := soe.NewCodec(s)
	if err != nil {
		t.Fatal(err)
	}
	single, err := codec.Encode(payment())
	if err != nil {
		t.Fatal(err)
	}
	o := load(t, schema.Files{Avro: []string{"money.avsc", "payment.avsc"}})
	v := o.Open(string(single))
	if v.JSON != paymentShown || !strings.HasPrefix(v.Way(), "Avro shop.Payment") {
		t.Fatalf("opened as %q to\n%s (%v), want\n%s", v.Way(), v.JSON, v.Err, paymentShown)
	}
	edited, err := o.Repack(string(single), strings.NewReplacer(`"-12.50"`, `"129.99"`, `"note":null`, `"note":"hi"`, "09.5Z", "10Z").Replace(paymentShown))
	if err != nil {
		t.Fatal(err)
	}
	want := payment()
	want["price"], want["note"], want["at"] = big.NewRat(12999, 100), "hi", time.UnixMilli(1762348030000).UTC()
	var got map[string]any
	if err := codec.Decode([]byte(edited), &got); err != nil || !reflect.DeepEqual(plainly(t, got), plainly(t, want)) {
		t.Errorf("the library reads\n%v, want\n%v: %v", got, want, err)
	}
	for from, c := range map[string]struct{ to, why string }{
		`"cents":-1250`:      {`"cents":1.5`, "total.cents: 1.5 where a whole number of 64 bits is wanted"},
		`"state":"DONE"`:     {`"state":"GONE"`, "one of OPEN, DONE is wanted"},
		`"price":"-12.50"`:   {`"price":"1.5"`, "2 digits behind the point"},
		`"ok":true`:          {`"ok":true,"x":1`, "x is no field of shop.Payment"},
		`"id":"p-7",`:        {``, "id is missing"},
		`{"shop.Money":`:     {`{"shop.Coin":`, `by: {"shop.Coin":`},
		`"tags":["a","b"]`:   {`"tags":["a",1]`, "tags[1]: 1 where text"},
		`"day":"2025-11-05"`: {`"day":"soon"`, "a time such as 1970-01-01"},
		`"/wA="`:             {`"/wAA"`, "2 bytes is wanted"},
	} {
		if _, err := o.Repack(string(single), strings.Replace(paymentShown, from, c.to, 1)); err == nil || !strings.Contains(err.Error(), c.why) {
			t.Errorf("%s: %v, want it to say %q", c.to, err, c.why)
		}
	}
}

// plainly is a value with times and numbers as text.
func plainly(t *testing.T, v map[string]any) map[string]any {
	t.Helper()
	text, err := json.Marshal(v)
	if err != nil {
		t.Fatal(err)
	}
	var plain map[string]any
	if err := json.Unmarshal(text, &plain); err != nil {
		t.Fatal(err)
	}
	return plain
}

func TestAvroWithoutAMarkAndWithARegistrysNumber(t *testing.T) {
	s := parsed(t, "plain.avsc")
	datum, err := avro.Marshal(s, map[string]any{"n": 7, "s": "héllo"})
	if err != nil {
		t.Fatal(err)
	}
	o := load(t, schema.Files{Avro: []string{"plain.avsc"}, Confluent: map[string]string{"258": "plain.avsc"}})
	for way, wire := range map[string]string{
		"Avro Plain without a mark":        string(datum),
		"Confluent schema 258, Avro Plain": "\x00\x00\x00\x01\x02" + string(datum),
	} {
		v := o.Open(wire)
		if v.Way() != way || v.JSON != `{"n":7,"s":"héllo"}` {
			t.Errorf("%s: opened as %q to %s: %v", way, v.Way(), v.JSON, v.Err)
		}
		edited, err := o.Repack(wire, `{"s":"bye","n":-8}`)
		var got map[string]any
		err = errors.Join(err, avro.Unmarshal(s, []byte(edited[len(edited)-5:]), &got))
		if err != nil || got["n"] != -8 || got["s"] != "bye" || !strings.HasPrefix(edited, wire[:len(wire)-len(datum)]) {
			t.Errorf("%s: edited %q, which the library reads as %v: %v", way, edited, got, err)
		}
	}
}

// FuzzSchemas has any bytes read by each schema: it ends within the limits with JSON or an error, and what is read is written so that
// it reads the same.
func FuzzSchemas(f *testing.F) {
	for _, seed := range []string{"\x0a\x03o-7", "\x08\x07", "\x0e\x06hey", "\xc3\x01", "\x00\x00\x00\x00\x07\x0e\x02x", "\x22\x02\x08\x01", "\xa2\x01\x03new"} {
		f.Add([]byte(seed))
	}
	var forms []decode.Schema
	for _, files := range []schema.Files{orders, {Proto: []string{"protos/one.proto"}}, {Avro: []string{"plain.avsc"}}, {Confluent: map[string]string{"7": "plain.avsc"}}, {Avro: []string{"money.avsc", "payment.avsc"}}} {
		list, err := schema.Load(read, files)
		if err != nil {
			f.Fatal(err)
		}
		forms = append(forms, list...)
	}
	limits := decode.Limits{Bytes: 1 << 20, Depth: 64, Steps: 8}
	f.Fuzz(func(t *testing.T, b []byte) {
		for _, s := range forms {
			at := b
			if !s.Fits(at) {
				continue
			}
			value, err := s.Decode(at, limits)
			if err != nil {
				continue
			}
			if !json.Valid(value) || len(value) > 2<<20 {
				t.Fatalf("%s: %d bytes that are no JSON: %.100q", s.Name(), len(value), value)
			}
			packed, err := s.Encode(value)
			if err != nil {
				if strings.Contains(string(value), "$unknown") {
					continue
				}
				t.Fatalf("%s: %s can't be written: %v", s.Name(), value, err)
			}
			if len(packed) == 0 {
				continue // a message of zeros, which nobody tells from nothing
			}
			if again, err := s.Decode(packed, limits); err != nil || !bytes.Equal(again, value) {
				t.Fatalf("%s: %s is written as %q, and read as %s: %v", s.Name(), value, packed, again, err)
			}
		}
	})
}
