package recording

import (
	"reflect"
	"testing"
	"time"

	"streamdesk/model"
)

// FuzzDecode reads bytes as a stored moment, and as one before it was compressed: whatever they are, it ends with a moment or
// ErrDamaged, and a moment is written and read again as the same.
func FuzzDecode(f *testing.F) {
	known := newNames()
	var p packer
	for _, at := range []time.Time{began, time.Unix(0, 1)} {
		moment := sample(at)
		state, err := p.pack(&moment, known.id)
		if err != nil {
			f.Fatal(err)
		}
		f.Add(append([]byte(nil), state...), true)
		f.Add(append([]byte(nil), p.raw.b...), false)
	}
	f.Fuzz(func(t *testing.T, b []byte, packed bool) {
		u := unpacker{names: known.back}
		read := u.unpack
		if !packed {
			read = func(b []byte, at time.Time) (model.Snapshot, error) {
				d := decoder{left: b, names: known.back, at: at.UnixMilli()}
				return d.snapshot()
			}
		}
		moment, err := read(b, began)
		if err != nil {
			return
		}
		var p packer
		state, err := p.pack(&moment, known.id)
		if err != nil {
			t.Fatal(err)
		}
		again, err := u.unpack(state, began)
		if err != nil || !reflect.DeepEqual(again, moment) {
			t.Errorf("%v\n%+v\nwant\n%+v", err, again, moment)
		}
	})
}
