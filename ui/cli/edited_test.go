package cli

import (
	"bytes"
	"compress/gzip"
	"context"
	"encoding/base64"
	"encoding/binary"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"github.com/bufbuild/protocompile"
	"github.com/fxamacker/cbor/v2"
	"github.com/hamba/avro/v2"
	"github.com/hamba/avro/v2/soe"
	"github.com/klauspost/compress/zstd"
	"github.com/redis/go-redis/v9"
	"github.com/vmihailenco/msgpack/v5"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/dynamicpb"

	"streamdesk/bus/redistest"
	"streamdesk/ui/cli/program"
)

const (
	orderProto = `syntax = "proto3";
package shop;
message Order {
  int64 n = 1;
  string who = 2;
}
`
	orderAvro = `{"type":"record","name":"Order","namespace":"shop","fields":[{"name":"n","type":"long"},{"name":"who","type":"string"}]}`

	schemaSettings = `[[schema]]
streams = "f:proto*"
proto = ["DIR/order.proto"]
[[schema]]
streams = "f:avro*"
avro = ["DIR/order.avsc"]
confluent = { 7 = "DIR/order.avsc" }
`
)

// settingsIn writes files into a directory, and settings in which DIR stands for it.
func settingsIn(t *testing.T, h *host, settings string, files map[string]string) (path string) {
	t.Helper()
	dir := t.TempDir()
	files["config.toml"] = strings.ReplaceAll(settings, "DIR", dir)
	for name, text := range files {
		if err := os.WriteFile(filepath.Join(dir, name), []byte(text), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	path = filepath.Join(dir, "config.toml")
	h.env["STREAMDESK_CONFIG"] = path
	return path
}

// orderMessage is the message of order.proto as the library has it.
func orderMessage(t *testing.T) protoreflect.MessageDescriptor {
	t.Helper()
	files, err := (&protocompile.Compiler{Resolver: &protocompile.SourceResolver{
		Accessor: protocompile.SourceAccessorFromMap(map[string]string{"order.proto": orderProto}),
	}}).Compile(t.Context(), "order.proto")
	if err != nil {
		t.Fatal(err)
	}
	return files[0].Messages().Get(0)
}

type order struct {
	N   int64  `json:"n" msgpack:"n" cbor:"n" avro:"n"`
	Who string `json:"who" msgpack:"who" cbor:"who" avro:"who"`
}

// codec writes and reads an order with a format's own library.
type codec struct {
	write func(o order) ([]byte, error)
	read  func(b []byte) (order, error)
}

func unmarshals(unmarshal func([]byte, any) error) func([]byte) (order, error) {
	return func(b []byte) (o order, err error) {
		err = unmarshal(b, &o)
		return o, err
	}
}

func zipped(b []byte, err error) ([]byte, error) {
	var out bytes.Buffer
	w := gzip.NewWriter(&out)
	_, wrong := w.Write(b)
	err = errors.Join(err, wrong, w.Close())
	return out.Bytes(), err
}

func unzipped(b []byte) ([]byte, error) {
	r, err := gzip.NewReader(bytes.NewReader(b))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(r)
}

// codecs are by the stream that they are written to.
func codecs(t *testing.T) map[string]codec {
	t.Helper()
	fields := orderMessage(t)
	schema, err := avro.Parse(orderAvro)
	if err != nil {
		t.Fatal(err)
	}
	single, err := soe.NewCodec(schema)
	if err != nil {
		t.Fatal(err)
	}
	writeProto := func(o order) ([]byte, error) {
		m := dynamicpb.NewMessage(fields)
		m.Set(fields.Fields().ByName("n"), protoreflect.ValueOfInt64(o.N))
		m.Set(fields.Fields().ByName("who"), protoreflect.ValueOfString(o.Who))
		return proto.Marshal(m)
	}
	readProto := func(b []byte) (o order, err error) {
		m := dynamicpb.NewMessage(fields)
		err = proto.Unmarshal(b, m)
		return order{m.Get(fields.Fields().ByName("n")).Int(), m.Get(fields.Fields().ByName("who")).String()}, err
	}
	const confluent = 5
	return map[string]codec{
		"json":    {func(o order) ([]byte, error) { return json.Marshal(o) }, unmarshals(json.Unmarshal)},
		"msgpack": {func(o order) ([]byte, error) { return msgpack.Marshal(o) }, unmarshals(msgpack.Unmarshal)},
		"gzip-msgpack": {
			func(o order) ([]byte, error) { return zipped(msgpack.Marshal(o)) },
			func(b []byte) (o order, err error) {
				inner, err := unzipped(b)
				err = errors.Join(err, msgpack.Unmarshal(inner, &o))
				return o, err
			},
		},
		"zstd-cbor": {
			func(o order) ([]byte, error) {
				inner, err := cbor.Marshal(o)
				w, wrong := zstd.NewWriter(nil)
				return w.EncodeAll(inner, nil), errors.Join(err, wrong)
			},
			func(b []byte) (o order, err error) {
				r, err := zstd.NewReader(nil)
				if err != nil {
					return o, err
				}
				defer r.Close()
				inner, err := r.DecodeAll(b, nil)
				err = errors.Join(err, cbor.Unmarshal(inner, &o))
				return o, err
			},
		},
		"base64": {
			func(o order) ([]byte, error) {
				inner, err := json.Marshal(o)
				return base64.StdEncoding.AppendEncode(nil, inner), err
			},
			func(b []byte) (o order, err error) {
				inner, err := base64.StdEncoding.AppendDecode(nil, b)
				err = errors.Join(err, json.Unmarshal(inner, &o))
				return o, err
			},
		},
		"proto": {writeProto, readProto},
		"proto-gzip": {
			func(o order) ([]byte, error) { return zipped(writeProto(o)) },
			func(b []byte) (order, error) {
				inner, err := unzipped(b)
				o, wrong := readProto(inner)
				return o, errors.Join(err, wrong)
			},
		},
		"avro":      {func(o order) ([]byte, error) { return single.Encode(o) }, unmarshals(single.Decode)},
		"avro-bare": {func(o order) ([]byte, error) { return avro.Marshal(schema, o) }, unmarshals(func(b []byte, v any) error { return avro.Unmarshal(schema, b, v) })},
		"avro-confluent": {
			func(o order) ([]byte, error) {
				inner, err := avro.Marshal(schema, o)
				return append(binary.BigEndian.AppendUint32([]byte{0}, 7), inner...), err
			},
			unmarshals(func(b []byte, v any) error { return avro.Unmarshal(schema, b[confluent:], v) }),
		},
	}
}

// Payloads that libraries of each format wrote are read by tail, edited by republish, and read again by the libraries.
//
//nolint:tparallel // its parts share a server
func TestAnEditedRepublishIsOfTheFormThatTheEntryHas(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	h := newHost(t, server.Addr())
	h.env["STREAMDESK_PREFIX"] = "f:"
	settingsIn(t, h, schemaSettings, map[string]string{"order.proto": orderProto, "order.avsc": orderAvro})
	for name, c := range codecs(t) {
		t.Run(name, func(t *testing.T) {
			stream := "f:" + name
			wire, err := c.write(order{7, "ann"})
			if err != nil {
				t.Fatal(err)
			}
			id := client.XAdd(t.Context(), &redis.XAddArgs{Stream: stream, Values: []any{"x", "\xff", "data", wire}}).Val()
			if out := h.want(t, "tail", name, "--last", "1", "--output", "json", "--where", `jq:.n == 7`); !strings.Contains(out, `"data":{"n":7,"who":"ann"}`) {
				t.Errorf("tail: %s", out)
			}
			h.want(t, "republish", name, id, "--payload", `{"n": 8, "who": "bob"}`, "--no-origin", "--yes")
			after := client.XRange(t.Context(), stream, "-", "+").Val()
			if len(after) != 2 || after[1].Values["x"] != "\xff" || after[0].Values["data"] != string(wire) {
				t.Fatalf("there are %v", after)
			}
			edited, _ := after[1].Values["data"].(string)
			if o, err := c.read([]byte(edited)); err != nil || o != (order{8, "bob"}) {
				t.Errorf("the library reads %+v off %q: %v", o, edited, err)
			}
		})
	}
}

func TestWhatCantBeWrittenAgainIsRefusedBeforeAnythingIsSent(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	client := server.Client()
	h := newHost(t, server.Addr())
	wire, err := codecs(t)["proto"].write(order{7, "ann"})
	if err != nil {
		t.Fatal(err)
	}
	id := client.XAdd(t.Context(), &redis.XAddArgs{Stream: "events:orders", Values: []any{"data", wire}}).Val()
	for _, c := range []struct {
		args []string
		code int
		says string
	}{
		{[]string{id, "--payload", `{"1":8}`, "--yes"}, program.ExitFailed, "protobuf by wire type: can't be written in this form again: name its .proto file"},
		{[]string{id, "--payload", `{"1":8}`, "--dry-run"}, program.ExitFailed, "name its .proto file"},
		{[]string{id, "--payload", `{"1":`, "--yes"}, program.ExitWrongUse, "--payload: not JSON"},
		{[]string{id, "--payload", "-"}, program.ExitWrongUse, "add --yes"},
		{[]string{"--all", "--payload", `{}`, "--yes"}, program.ExitWrongUse, "--payload: it is for one entry"},
	} {
		r := h.run(context.Background(), "{}", append([]string{"republish", "orders"}, c.args...)...)
		if r.code != c.code || !strings.Contains(r.err, c.says) {
			t.Errorf("%v: exit %d, %q; want it to say %q", c.args, r.code, r.err, c.says)
		}
	}
	if n := client.XLen(t.Context(), "events:orders").Val(); n != 1 {
		t.Errorf("there are %d entries", n)
	}
}

// What is wrong with a schema's files is told with the line of the settings, the line of the file, and the mend.
func TestASchemaThatCantBeReadIsToldWhereItStands(t *testing.T) {
	t.Parallel()
	server := redistest.Start(t)
	h := newHost(t, server.Addr())
	path := settingsIn(t, h, "[[schema]]\nstreams = \"a:*\"\nproto = [\"DIR/order.proto\"]\nmessage = \"shop.Ordre\"\n", map[string]string{"order.proto": orderProto})
	if r := h.run(t.Context(), "", "streams"); r.code != program.ExitWrongUse || !strings.Contains(r.err, fmt.Sprintf(`%s:4:1: schema[0].message: there is no message "shop.Ordre"; did you mean "shop.Order"?`, path)) {
		t.Errorf("exit %d, %q", r.code, r.err)
	}
	path = settingsIn(t, h, "[[schema]]\nstreams = \"a:*\"\nproto = [\"DIR/order.proto\"]\n", map[string]string{"order.proto": "syntax = \"proto3\";\nmessage Order {\n  int64 n = ;\n}\n"})
	if r := h.run(t.Context(), "", "streams"); r.code != program.ExitWrongUse || !strings.Contains(r.err, path+":3:1: schema[0].proto: order.proto:3:13: syntax error") {
		t.Errorf("exit %d, %q", r.code, r.err)
	}
}
