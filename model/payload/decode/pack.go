package decode

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// ErrPack is wrapped by the errors that say that a form can't be written, or would lose something on the way.
var ErrPack = errors.New("can't be written in this form again")

// Repack is a payload with another value, given as JSON, in place of the one that [Opener.Open] finds in it: in the same form, closed
// in the same wrappings. The bytes may differ where a form leaves a choice, such as how well to compress. The error wraps
// [ErrPack] where the payload holds what JSON can't tell apart, such as a time of msgpack and the text of one.
func (o Opener) Repack(payload, value string) (string, error) {
	was := o.Open(payload)
	if was.JSON == "" {
		return o.repackText(&was, value)
	}
	if len(was.Steps) > 0 {
		if err := o.keeps(was.Steps[len(was.Steps)-1], &was); err != nil {
			return "", err
		}
	}
	return o.Pack(was.Steps, value)
}

// repackText puts a JSON string, or the bytes that an object stands for, where text or bytes were; any other value as JSON.
func (o Opener) repackText(was *Value, value string) (string, error) {
	n, err := parse([]byte(value))
	if err != nil {
		return "", err
	}
	inner := []byte(value)
	if b, ok := n.bytes(); ok {
		inner = b
	} else if n.kind == '"' {
		inner = []byte(n.text)
	}
	return o.pack(was.Steps, inner)
}

// keeps says whether the value is still the same when it goes into the form that it came from.
func (o Opener) keeps(step string, was *Value) error {
	i := slices.IndexFunc(forms, func(f form) bool { return f.name == step })
	if i < 0 || forms[i].exact == nil {
		return nil
	}
	f := &forms[i]
	packed, err := f.pack([]byte(was.JSON))
	if err != nil {
		return fmt.Errorf("%s: %w", step, err)
	}
	before, err := f.exact([]byte(was.Bytes))
	after, again := f.exact(packed)
	if errors.Join(err, again) != nil || !reflect.DeepEqual(before, after) {
		return fmt.Errorf("%s: %w: it holds a time, bytes or keys that JSON has no words for", step, ErrPack)
	}
	return nil
}

// Pack closes the steps of [Value] around a value in JSON, from the inside out, so that an edited payload is of the form that
// it was. The bytes may differ from the original's where a form leaves a choice, such as how well to compress.
func (o Opener) Pack(steps []string, value string) (string, error) {
	return o.pack(steps, []byte(value))
}

func (o Opener) pack(steps []string, b []byte) (string, error) {
	for _, step := range slices.Backward(steps) {
		packed, err := o.close(step, b)
		if err != nil {
			return "", fmt.Errorf("%s: %w", step, err)
		}
		b = packed
	}
	return string(b), nil
}

// close closes one step around bytes, or JSON.
func (o Opener) close(step string, b []byte) ([]byte, error) {
	for _, s := range o.Schemas {
		if s.Name() == step {
			return s.Encode(b)
		}
	}
	for _, f := range forms {
		switch {
		case f.name != step:
		case f.pack == nil:
			return nil, fmt.Errorf("%w: %s", ErrPack, f.mend)
		default:
			return f.pack(b)
		}
	}
	return nil, ErrPack
}
