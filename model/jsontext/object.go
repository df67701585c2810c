package jsontext

import (
	"bytes"
	"reflect"
)

// Member is a member of an [Object].
type Member struct {
	Key   string
	Value any
}

// Object is a JSON object whose members are known only when the program runs, in their order.
type Object []Member

// MarshalJSON writes the object as [Marshal] writes a struct: a text that is no UTF-8 has one in base64 beside it.
func (o Object) MarshalJSON() ([]byte, error) {
	var b bytes.Buffer
	b.WriteByte('{')
	for i := range o {
		if err := writeMember(&b, o[i].Key, reflect.ValueOf(&o[i].Value).Elem()); err != nil {
			return nil, err
		}
	}
	b.WriteByte('}')
	return b.Bytes(), nil
}
