package config

// Schema names the files to decode the payloads of some streams that don't describe themselves: protobuf or Avro; or, with Type,
// the file to check the data of events.
type Schema struct {
	// Type is a glob of event types whose data File, a JSON Schema, describes; the first that matches a type applies.
	Type string `toml:"type"`
	File string `toml:"file"`
	// Check is what happens to an event that doesn't fit before it is published; empty means [CheckWarn].
	Check string `toml:"check"`
	// Streams is a glob of stream keys; the first schema that matches a stream applies.
	Streams string `toml:"streams"`
	// Proto are .proto files, or descriptor sets.
	Proto List `toml:"proto"`
	// Import are the directories to search for imports of .proto files; default those of the files.
	Import List `toml:"import"`
	// Message is the full name of the protobuf message; empty where there is only one.
	Message string `toml:"message"`
	// Avro are .avsc files; the types that one declares are known to those after it.
	Avro List `toml:"avro"`
	// Confluent maps the number of a schema in a registry to its .avsc file.
	Confluent map[string]string `toml:"confluent"`
}

// Values of [Schema.Check].
const (
	// CheckOff publishes it.
	CheckOff = "off"
	// CheckWarn publishes and tells it.
	CheckWarn = "warn"
	// CheckRefuse doesn't publish it.
	CheckRefuse = "refuse"
)

const schemaKey = "schema"

// SchemaName returns the full name of the i-th schema, for an error about it.
func SchemaName(i int) string { return elementName(schemaKey, i) }

func (f *check) schemas(list []Schema) {
	for i := range list {
		s, table := &list[i], SchemaName(i)
		if s.Type != "" || s.File != "" || s.Check != "" {
			f.checkedType(table, s)
			continue
		}
		switch {
		case s.Streams == "":
			f.refuse(table+".streams", `it is missing; name the streams, such as streams = "orders:*", or the events to check, such as type = "order.*"`)
		case len(s.Proto)+len(s.Avro)+len(s.Confluent) == 0:
			f.refuse(table, `it names no file; add proto = ["order.proto"], avro = ["order.avsc"] or confluent = { 7 = "order.avsc" }`)
		}
		if len(s.Proto) == 0 && s.Message != "" {
			f.refuse(table+".message", `a message without files; add proto = ["order.proto"]`)
		}
		if len(s.Proto) == 0 && len(s.Import) > 0 {
			f.refuse(table+".import", `directories without files; add proto = ["order.proto"]`)
		}
	}
}

// checkedType checks a schema for the data of events.
func (f *check) checkedType(table string, s *Schema) {
	switch {
	case s.Streams != "" || len(s.Proto)+len(s.Import)+len(s.Avro)+len(s.Confluent) > 0 || s.Message != "":
		f.refuse(table, "it says how payloads are decoded and how events are checked; write two tables [[%s]]", schemaKey)
	case s.Type == "":
		f.refuse(table+".type", `it is missing; name the events to check, such as type = "order.*"`)
	case s.File == "":
		f.refuse(table+".file", `it is missing; name a JSON Schema, such as file = "order.json"`)
	}
	if s.Check != "" {
		oneOf(f, table+".check", s.Check, CheckOff, CheckWarn, CheckRefuse)
	}
}

// expand replaces ~/ at the beginning of file names with the home directory.
func (s *Schema) expand(home string) {
	for _, list := range [...]List{s.Proto, s.Import, s.Avro} {
		for i := range list {
			list[i] = underTilde(home, list[i])
		}
	}
	s.File = underTilde(home, s.File)
	for number, path := range s.Confluent {
		s.Confluent[number] = underTilde(home, path)
	}
}
