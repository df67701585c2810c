// Package schema decodes and encodes payloads that don't describe themselves, by schema files: protobuf by .proto files
// or descriptor sets, Avro by .avsc files. It is separate from package decode so that a program without schemas doesn't
// compile their parsers. Callers decide which payloads and streams it applies to. Start reading at [Load].
package schema

import (
	"errors"
	"fmt"
	"maps"
	"slices"
	"strconv"

	"streamdesk/model/payload/decode"
)

// Files describe the payloads of some streams.
type Files struct {
	// Proto are .proto files, or descriptor sets as protoc --descriptor_set_out writes them.
	Proto []string
	// Import are the directories in which imports are searched, in order; default the directories of Proto. The files
	// that come with protoc (google/protobuf/timestamp.proto and the like) are built in.
	Import []string
	// Message is the full name of the message in payloads; may be empty when the files have only one.
	Message string
	// Avro are .avsc files. Types that one declares are known to the following ones. A payload names its schema by
	// fingerprint (single-object encoding). With only one file, a payload may also have no mark.
	Avro []string
	// Confluent are .avsc files by their number in a schema registry. Payloads begin with that number (0x00 and 32
	// bits).
	Confluent map[string]string
}

// Keys of [Error].
const (
	KeyProto     = "proto"
	KeyMessage   = "message"
	KeyAvro      = "avro"
	KeyConfluent = "confluent"
)

// Error is a problem with schema files.
type Error struct {
	// Key names the part of [Files] that it is about. Err says what is wrong, where in the file, and the remedy.
	Key string
	Err error
}

// Error returns the key and the problem.
func (e *Error) Error() string { return e.Key + ": " + e.Err.Error() }

// Unwrap returns Err.
func (e *Error) Unwrap() error { return e.Err }

// maxFile is the max size of a schema file: descriptor sets of whole companies have a few megabytes.
const maxFile = 64 << 20

// Load parses the files. An error is an [*Error].
func Load(read func(path string) ([]byte, error), f Files) ([]decode.Schema, error) {
	bounded := func(path string) ([]byte, error) {
		text, err := read(path)
		if err == nil && len(text) > maxFile {
			err = fmt.Errorf("%s: larger than %d MB; name a file that describes payloads", path, maxFile>>20)
		}
		return text, err
	}
	var list []decode.Schema
	if len(f.Proto) > 0 {
		message, err := loadProtobuf(bounded, &f)
		if err != nil {
			return nil, err
		}
		list = append(list, message)
	}
	marked, last, wrong := loadAvro(bounded, f.Avro)
	if wrong != nil {
		return nil, wrong
	}
	list = append(list, marked...)
	for _, number := range slices.Sorted(maps.Keys(f.Confluent)) {
		id, err := strconv.ParseUint(number, 10, 32)
		if err != nil {
			return nil, &Error{KeyConfluent, fmt.Errorf("%q is no number of a schema; write digits only, such as 7", number)}
		}
		_, numbered, wrong := loadAvro(bounded, []string{f.Confluent[number]})
		if wrong != nil {
			wrong.Key = KeyConfluent
			return nil, wrong
		}
		list = append(list, confluent(numbered, uint32(id)))
	}
	if len(f.Avro) == 1 {
		list = append(list, bare(last)) // last, as any bytes may happen to be one
	}
	return list, nil
}

// errTrailing is the error for a payload that continues after the value.
var errTrailing = errors.New("something follows the value")
