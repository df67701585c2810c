// Package schema reads and writes payloads that don't describe themselves, by files that do: protobuf by .proto files or descriptor
// sets, Avro by .avsc files. It stands apart from package decode so that a program that knows no schemas doesn't compile what reads
// them. Which payloads there are, and on which streams, is for its caller to say. Start reading at [Load].
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
	// Import are the directories in which imports are looked for, in order; without any the directories of Proto. What protoc brings
	// along (google/protobuf/timestamp.proto and the like) is known.
	Import []string
	// Message is the full name of the message that payloads hold; empty where there is only one in the files.
	Message string
	// Avro are .avsc files. Types that one declares are known to those behind it. Payloads are of any of them that names itself by its
	// fingerprint (single-object encoding), or, where there is one file, without any mark.
	Avro []string
	// Confluent are .avsc files by their number in a schema registry, which stands in front of payloads (0x00 and 32 bits).
	Confluent map[string]string
}

// Keys of [Error].
const (
	KeyProto     = "proto"
	KeyMessage   = "message"
	KeyAvro      = "avro"
	KeyConfluent = "confluent"
)

// Error is what is wrong with files.
type Error struct {
	// Key names the part of [Files] that it is about, Err says what is wrong, with its place in the file, and the mend.
	Key string
	Err error
}

// Error is the problem behind the key.
func (e *Error) Error() string { return e.Key + ": " + e.Err.Error() }

// Unwrap is Err.
func (e *Error) Unwrap() error { return e.Err }

// maxFile bounds what is read as a schema: descriptor sets of whole companies have a few megabytes.
const maxFile = 64 << 20

// Load reads the files. An error is an [*Error].
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

// errTrailing is that of a payload which goes on behind the value.
var errTrailing = errors.New("something follows the value")
