package schema

import (
	"bytes"
	"context"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"io/fs"
	"path/filepath"
	"slices"
	"strings"

	"github.com/bufbuild/protocompile"
	"github.com/bufbuild/protocompile/linker"
	"github.com/bufbuild/protocompile/reporter"
	"google.golang.org/protobuf/encoding/protojson"
	"google.golang.org/protobuf/proto"
	"google.golang.org/protobuf/reflect/protoreflect"
	"google.golang.org/protobuf/types/descriptorpb"
	"google.golang.org/protobuf/types/dynamicpb"

	"streamdesk/model/payload/decode"
	"streamdesk/model/words"
)

// protobuf is one message of .proto files.
type protobuf struct {
	message protoreflect.MessageDescriptor
	types   linker.Resolver // what extensions and google.protobuf.Any may name
}

// maxMessage is the max size of a message, which takes about twenty times its size once decoded. gRPC has the same
// limit.
const maxMessage = 4 << 20

// Name returns the form and its message.
func (p *protobuf) Name() string { return "protobuf " + string(p.message.FullName()) }

// Fits returns true: a message has no mark.
func (p *protobuf) Fits([]byte) bool { return true }

// Decode returns a message as JSON, with the field names of the file and 64-bit numbers as numbers. Fields that the
// file doesn't describe are under [unknownKey]. Bytes with only such fields aren't accepted as the message.
func (p *protobuf) Decode(b []byte, l decode.Limits) ([]byte, error) {
	if len(b) == 0 {
		return nil, errors.New("it is empty")
	}
	if len(b) > maxMessage {
		return nil, fmt.Errorf("%w: a message of more than %d MB", decode.ErrLimit, maxMessage>>20)
	}
	m := dynamicpb.NewMessage(p.message)
	if err := (proto.UnmarshalOptions{AllowPartial: true, Resolver: p.types, RecursionLimit: l.Depth}).Unmarshal(b, m); err != nil {
		return nil, err
	}
	known := false
	m.Range(func(protoreflect.FieldDescriptor, protoreflect.Value) bool { known = true; return false })
	if !known && len(m.GetUnknown()) > 0 {
		return nil, errors.New("it has none of the message's fields")
	}
	w := messageWriter{limits: l, types: p.types}
	err := w.message(m, 0)
	return w.out, err
}

// Encode encodes protojson's JSON, which includes what Decode returns.
func (p *protobuf) Encode(value []byte) ([]byte, error) {
	if bytes.Contains(value, []byte(`"`+unknownKey+`"`)) {
		return nil, fmt.Errorf("%w: it holds fields that %s doesn't describe (%s); name a newer file, or take them out",
			decode.ErrPack, filepath.Base(p.message.ParentFile().Path()), unknownKey)
	}
	m := dynamicpb.NewMessage(p.message)
	if err := (protojson.UnmarshalOptions{AllowPartial: true, Resolver: p.types}).Unmarshal(value, m); err != nil {
		return nil, errors.New(strings.TrimPrefix(strings.ReplaceAll(err.Error(), "\u00a0", " "), "proto: "))
	}
	return proto.MarshalOptions{AllowPartial: true, Deterministic: true}.Marshal(m)
}

func loadProtobuf(read func(string) ([]byte, error), f *Files) (*protobuf, error) {
	sources := protoSources{read: read, imports: slices.Clone(f.Import), described: map[string]*descriptorpb.FileDescriptorProto{}}
	var names []string
	for _, path := range f.Proto {
		found, err := sources.add(path)
		if err != nil {
			return nil, &Error{KeyProto, err}
		}
		names = append(names, found...)
	}
	compiler := protocompile.Compiler{Resolver: protocompile.WithStandardImports(&sources), MaxParallelism: 1}
	files, err := compiler.Compile(context.Background(), names...)
	if err != nil {
		return nil, &Error{KeyProto, sources.explain(err)}
	}
	message, err := findMessage(files, f.Message)
	if err != nil {
		return nil, &Error{KeyMessage, err}
	}
	return &protobuf{message, files.AsResolver()}, nil
}

// protoSources finds the files to compile by their import names.
type protoSources struct {
	read      func(string) ([]byte, error)
	imports   []string
	described map[string]*descriptorpb.FileDescriptorProto // from descriptor sets
}

// add adds a file and returns the names under which its content is compiled.
func (s *protoSources) add(path string) ([]string, error) {
	text, err := s.read(path)
	missing := errors.Is(err, fs.ErrNotExist)
	if filepath.Ext(path) == ".proto" {
		for _, dir := range s.imports {
			if name, err := filepath.Rel(dir, path); err == nil && filepath.IsLocal(name) {
				return []string{filepath.ToSlash(name)}, nil
			}
		}
		switch {
		case missing && len(s.imports) > 0:
			return []string{filepath.ToSlash(path)}, nil // relative to one of them
		case err == nil:
			s.imports = append(s.imports, filepath.Dir(path))
			return []string{filepath.Base(path)}, nil
		}
	}
	switch {
	case missing:
		return nil, fmt.Errorf("there is no file %s; write its path from where streamdesk is started, or from / or ~", path)
	case err != nil:
		return nil, err
	}
	var set descriptorpb.FileDescriptorSet
	if err := proto.Unmarshal(text, &set); err != nil || len(set.GetFile()) == 0 {
		return nil, fmt.Errorf("%s is no descriptor set; make one with protoc --include_imports --descriptor_set_out=FILE, or name a .proto file", path)
	}
	var names []string
	for _, file := range set.GetFile() {
		s.described[file.GetName()] = file
		names = append(names, file.GetName())
	}
	return names, nil
}

// FindFileByPath returns a file to the compiler.
func (s *protoSources) FindFileByPath(name string) (protocompile.SearchResult, error) {
	if file := s.described[name]; file != nil {
		return protocompile.SearchResult{Proto: file}, nil
	}
	sources := protocompile.SourceResolver{ImportPaths: s.imports, Accessor: func(path string) (io.ReadCloser, error) {
		text, err := s.read(path)
		return io.NopCloser(bytes.NewReader(text)), err
	}}
	if len(s.imports) == 0 { // else it searches the working directory
		return protocompile.SearchResult{}, fs.ErrNotExist
	}
	return sources.FindFileByPath(name)
}

// explain adds to a compiler's error the place in the file, and the remedy for a missing import.
func (s *protoSources) explain(err error) error {
	if at, ok := errors.AsType[reporter.ErrorWithPos](err); ok {
		position, inner := at.GetPosition(), at.Unwrap()
		where := fmt.Sprintf("%s:%d:%d", position.Filename, position.Line, position.Col)
		if errors.Is(inner, fs.ErrNotExist) || strings.Contains(inner.Error(), "could not resolve path") {
			return fmt.Errorf("%s: %w; name the directory that it is imported from in import, or make descriptor sets with --include_imports", where, inner)
		}
		return fmt.Errorf("%s: %w", where, inner)
	}
	if errors.Is(err, fs.ErrNotExist) {
		return fmt.Errorf("%w; name the directory in import (searched: %s), or make descriptor sets with --include_imports",
			err, strings.Join(s.imports, ", "))
	}
	return err
}

// findMessage returns the message with that name, or the only one.
func findMessage(files linker.Files, name string) (protoreflect.MessageDescriptor, error) {
	var all []protoreflect.MessageDescriptor
	for _, file := range files {
		all = appendMessages(all, file.Messages())
	}
	names := make([]string, len(all))
	for i, m := range all {
		names[i] = string(m.FullName())
	}
	at := slices.Index(names, name)
	switch {
	case at >= 0:
		return all[at], nil
	case name == "" && len(all) == 1:
		return all[0], nil
	case len(all) == 0:
		return nil, errors.New("there is no message in the files of proto")
	case name == "":
		return nil, fmt.Errorf("say which message it is: one of %s", fewOf(names))
	}
	if meant := words.Nearest(name, names); meant != "" {
		return nil, fmt.Errorf("there is no message %q; did you mean %q?", name, meant)
	}
	return nil, fmt.Errorf("there is no message %q; there are %s", name, fewOf(names))
}

// fewOf returns a list of as many names as fit on a line.
func fewOf(names []string) string {
	const few = 12
	if len(names) > few {
		return strings.Join(names[:few], ", ") + fmt.Sprintf(" and %d more", len(names)-few)
	}
	return strings.Join(names, ", ")
}

// appendMessages appends messages and those declared in them, except map entries.
func appendMessages(all []protoreflect.MessageDescriptor, messages protoreflect.MessageDescriptors) []protoreflect.MessageDescriptor {
	for i := range messages.Len() {
		if m := messages.Get(i); !m.IsMapEntry() {
			all = appendMessages(append(all, m), m.Messages())
		}
	}
	return all
}

// compactJSON removes the white space that protojson adds at random.
func compactJSON(out, text []byte) ([]byte, error) {
	b := bytes.NewBuffer(out)
	err := json.Compact(b, text)
	return b.Bytes(), err
}
