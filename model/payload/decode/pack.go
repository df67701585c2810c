package decode

import (
	"errors"
	"fmt"
	"reflect"
	"slices"
)

// ErrPack is wrapped by the errors about a form that can't be written, or would lose something.
var ErrPack = errors.New("can't be written in this form again")

// Repack returns the payload with the value that [Opener.Open] finds replaced by another, given as JSON. The form and
// the wrappings stay the same. The bytes may differ where a form leaves a choice, such as the compression level. The
// error wraps [ErrPack] when the payload holds distinctions that JSON can't make, such as a msgpack time and its text.
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

// repackText replaces text or bytes by a JSON string's text or by the bytes that an object represents. Any other value
// is written as JSON.
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

// keeps returns an error when the value changes on the way back into its original form.
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

// Pack applies the steps of [Value] to a JSON value, from the inside out, so that an edited payload keeps its form. The
// bytes may differ from the original's where a form leaves a choice, such as the compression level.
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

// close applies one step to bytes or JSON.
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
