package config

// Schema names the files to decode the payloads of some streams that don't describe themselves: protobuf or Avro.
type Schema struct {
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

const schemaKey = "schema"

// SchemaName returns the full name of the i-th schema, for an error about it.
func SchemaName(i int) string { return elementName(schemaKey, i) }

func (f *check) schemas(list []Schema) {
	for i, s := range list {
		table := SchemaName(i)
		switch {
		case s.Streams == "":
			f.refuse(table+".streams", `it is missing; name the streams, such as streams = "orders:*"`)
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

// expand replaces ~/ at the beginning of file names with the home directory.
func (s *Schema) expand(home string) {
	for _, list := range [...]List{s.Proto, s.Import, s.Avro} {
		for i := range list {
			list[i] = underTilde(home, list[i])
		}
	}
	for number, path := range s.Confluent {
		s.Confluent[number] = underTilde(home, path)
	}
}
