package schema

import (
	"cmp"
	"encoding/base64"
	"fmt"
	"strconv"

	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/reflect/protoreflect"

	"github.com/bufbuild/protocompile/linker"

	"streamdesk/model"
	"streamdesk/model/payload/decode"
	"streamdesk/model/sorting"
)

// unknownKey is the member that holds the fields that the file doesn't describe, by number.
const unknownKey = "$unknown"

// messageWriter writes a message as JSON that protojson can read. Unlike protojson, it writes 64-bit numbers as
// numbers, so that they can be compared, and loses no field.
type messageWriter struct {
	limits decode.Limits
	types  linker.Resolver
	out    []byte
}

func (w *messageWriter) message(m protoreflect.Message, depth int) error {
	if err := w.limits.CheckDepth(depth); err != nil {
		return err
	}
	if err := w.limits.CheckSize(len(w.out)); err != nil {
		return err
	}
	if m.Descriptor().ParentFile().Package() == "google.protobuf" { // times, wrappers and the like have a special JSON form
		if text, err := (protojson.MarshalOptions{AllowPartial: true, UseProtoNames: true, Resolver: w.types}).Marshal(m.Interface()); err == nil {
			w.out, err = compactJSON(w.out, text)
			return err
		}
	}
	w.out = append(w.out, '{')
	start := len(w.out)
	fields := m.Descriptor().Fields()
	for i := range fields.Len() {
		// Without presence, a missing field is zero; with presence, it is known to be missing.
		if fd := fields.Get(i); m.Has(fd) || !fd.HasPresence() && !fd.IsList() && !fd.IsMap() {
			if err := w.member(start, string(fd.Name()), fd, m.Get(fd), depth); err != nil {
				return err
			}
		}
	}
	var err error
	m.Range(func(fd protoreflect.FieldDescriptor, v protoreflect.Value) bool {
		if fd.IsExtension() {
			err = w.member(start, "["+string(fd.FullName())+"]", fd, v, depth)
		}
		return err == nil
	})
	if err != nil {
		return err
	}
	if unknown := m.GetUnknown(); len(unknown) > 0 {
		w.name(start, unknownKey)
		fields, err := decode.ProtobufFields(unknown, w.limits)
		if err != nil {
			fields = decode.AppendBytes(nil, unknown)
		}
		w.out = append(w.out, fields...)
	}
	w.out = append(w.out, '}')
	return nil
}

// name writes the name of a member of the object that begins at start.
func (w *messageWriter) name(start int, name string) {
	if len(w.out) > start {
		w.out = append(w.out, ',')
	}
	w.out = append(model.AppendString(w.out, name), ':')
}

func (w *messageWriter) member(start int, name string, fd protoreflect.FieldDescriptor, v protoreflect.Value, depth int) error {
	w.name(start, name)
	switch {
	case fd.IsMap():
		return w.object(fd, v.Map(), depth+1)
	case fd.IsList():
		list := v.List()
		w.out = append(w.out, '[')
		for i := range list.Len() {
			if i > 0 {
				w.out = append(w.out, ',')
			}
			if err := w.value(fd, list.Get(i), depth+1); err != nil {
				return err
			}
		}
		w.out = append(w.out, ']')
		return nil
	default:
		return w.value(fd, v, depth+1)
	}
}

func (w *messageWriter) object(fd protoreflect.FieldDescriptor, m protoreflect.Map, depth int) error {
	keys := make([]protoreflect.MapKey, 0, m.Len())
	m.Range(func(k protoreflect.MapKey, _ protoreflect.Value) bool { keys = append(keys, k); return true })
	sorting.By(keys, func(a, b *protoreflect.MapKey) int { return cmp.Compare(a.String(), b.String()) })
	w.out = append(w.out, '{')
	start := len(w.out)
	for _, k := range keys {
		w.name(start, k.String())
		if err := w.value(fd.MapValue(), m.Get(k), depth); err != nil {
			return err
		}
	}
	w.out = append(w.out, '}')
	return nil
}

func (w *messageWriter) value(fd protoreflect.FieldDescriptor, v protoreflect.Value, depth int) error {
	if err := w.limits.CheckSize(len(w.out)); err != nil {
		return err
	}
	switch fd.Kind() {
	case protoreflect.BoolKind:
		w.out = strconv.AppendBool(w.out, v.Bool())
	case protoreflect.EnumKind:
		if known := fd.Enum().Values().ByNumber(v.Enum()); known != nil {
			w.out = model.AppendString(w.out, string(known.Name()))
		} else {
			w.out = strconv.AppendInt(w.out, int64(v.Enum()), 10)
		}
	case protoreflect.Int32Kind, protoreflect.Sint32Kind, protoreflect.Sfixed32Kind,
		protoreflect.Int64Kind, protoreflect.Sint64Kind, protoreflect.Sfixed64Kind:
		w.out = strconv.AppendInt(w.out, v.Int(), 10)
	case protoreflect.Uint32Kind, protoreflect.Fixed32Kind, protoreflect.Uint64Kind, protoreflect.Fixed64Kind:
		w.out = strconv.AppendUint(w.out, v.Uint(), 10)
	case protoreflect.FloatKind:
		w.out = decode.AppendFloat(w.out, v.Float(), 32)
	case protoreflect.DoubleKind:
		w.out = decode.AppendFloat(w.out, v.Float(), 64)
	case protoreflect.StringKind:
		w.out = model.AppendString(w.out, v.String())
	case protoreflect.BytesKind:
		w.out = append(w.out, '"')
		w.out = append(base64.StdEncoding.AppendEncode(w.out, v.Bytes()), '"')
	case protoreflect.MessageKind, protoreflect.GroupKind:
		return w.message(v.Message(), depth)
	default:
		return fmt.Errorf("a field of kind %s", fd.Kind())
	}
	return nil
}
