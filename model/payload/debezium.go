package payload

import (
	"encoding/json"
	"fmt"
	"strings"

	"streamdesk/model"
)

// debezium is what Debezium Server's Redis sink writes: one field whose name is the row's key and whose value is the
// change ("compact"), or the fields key and value with the headers beside them ("extended"). A key or change may be
// wrapped in {"schema": …, "payload": …}. Debezium's ExtractNewRecordState replaces the change with the row.
var debezium = kind{
	name: "debezium",
	marks: func(x *reading) bool {
		key, value, ok := x.change()
		return ok && (startsObject(key) && parseObject(key) != nil || isChange(payloadIn(parseObject(value))))
	},
	read: readDebezium,
}

// operations maps Debezium's operations to words.
var operations = map[string]string{"c": "create", "u": "update", "d": "delete", "r": "read", "t": "truncate", "m": "message"}

// nothing is what the sink writes by default for a missing key or value.
const nothing = "default"

// change returns the key and the value of the change in the fields; false when there can't be one.
func (x *reading) change() (key, value string, ok bool) {
	if len(x.Fields) == 1 {
		f := x.Fields[0]
		return f.Name, f.Value, startsObject(f.Name) || f.Name == nothing
	}
	key, hasKey := x.Field("key")
	value, hasValue := x.Field("value")
	return key, value, hasKey && hasValue
}

func isChange(o object) bool {
	return o.has("op", "source") && (o.has("before") || o.has("after") || o.has("message"))
}

// payloadIn returns the payload beside a schema, or the object itself.
func payloadIn(o object) object {
	if o.has("schema", "payload") {
		return o.in("payload")
	}
	return o
}

func readDebezium(x *reading) error {
	key, value, ok := x.change()
	if !ok {
		return fmt.Errorf("%w: neither a field called as a row's key nor the fields key and value", model.ErrNotEvent)
	}
	x.PayloadField = "value"
	if len(x.Fields) == 1 {
		x.PayloadField = x.Fields[0].Name
	}
	row := payloadIn(parseObject(key))
	o := payloadIn(parseObject(value))
	stream := x.Stream[strings.LastIndexByte(x.Stream, '.')+1:]
	if o == nil { // the tombstone that follows a deletion
		x.Event.Data = json.RawMessage(joinFields([]model.Field{{Name: "key"}, {Name: "value"}}, []string{x.asJSON(key), x.asJSON(value)}))
		x.Event.Type, x.Event.WorkflowID = model.Type(stream+".tombstone"), rowName(stream, row)
		return nil
	}
	x.Event.Data = json.RawMessage(value)
	if inner := parseObject(value); inner.has("schema", "payload") {
		x.Event.Data = json.RawMessage(inner.raw("payload"))
	}
	source := o.in("source")
	table := firstText(source.text("table"), source.text("collection"), o.text("__table"), stream)
	x.Event.Type = model.Type(table + "." + firstText(operations[firstText(o.text("op"), o.text("__op"))], "change"))
	x.take(partWorkflow, o.in("transaction").text("id"))
	x.take(partWorkflow, rowName(table, row))
	x.Event.SourceAgent = source.text("name")
	for _, stamp := range [...]string{source.text("ts_ms"), o.text("__source_ts_ms"), o.text("ts_ms")} {
		x.take(partTime, stamp)
	}
	if len(x.Fields) > 1 {
		x.fill(x.Fields)
	}
	return nil
}

// rowName returns a name for a row from its table and key values, which groups the changes of one row.
func rowName(table string, key object) string {
	var values []string
	for _, f := range key.plain() {
		values = append(values, f.Value)
	}
	if len(values) == 0 {
		return ""
	}
	return table + "/" + strings.Join(values, ",")
}

// asJSON returns a text as a JSON value.
func (x *reading) asJSON(text string) string {
	value, _ := x.value(text)
	return value
}

func firstText(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}
