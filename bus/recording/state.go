package recording

import (
	"bytes"
	"compress/flate"
	"io"
	"time"

	"streamdesk/model"
)

// stateVersion is the first byte of a stored moment, so that a later form can be told from this one.
const stateVersion = 1

// stateMost is the max size of a moment before it is compressed, 64 MiB: a hundred times that of 1,000 streams. It bounds what a
// damaged file can make a reader use.
const stateMost = 64 << 20

// packer makes the stored form of moments, and keeps its memory for the next one.
type packer struct {
	raw   encoder
	state bytes.Buffer
	to    *flate.Writer
}

// pack returns a moment in its stored form, which is valid until the next call. Compressed it is a third: a day of a bus then
// takes tens of megabytes, and a moment well below a millisecond.
func (p *packer) pack(s *model.Snapshot, id func(name string) uint64) ([]byte, error) {
	p.raw.b, p.raw.id = p.raw.b[:0], id
	p.raw.snapshot(s)
	p.state.Reset()
	p.state.WriteByte(stateVersion)
	if p.to == nil {
		to, err := flate.NewWriter(&p.state, flate.BestSpeed)
		if err != nil {
			return nil, err
		}
		p.to = to
	} else {
		p.to.Reset(&p.state)
	}
	if _, err := p.to.Write(p.raw.b); err != nil {
		return nil, err
	}
	if err := p.to.Close(); err != nil {
		return nil, err
	}
	return p.state.Bytes(), nil
}

// unpacker reads stored moments, and keeps its memory for the next one.
type unpacker struct {
	names map[uint64]string
	raw   bytes.Buffer
	from  io.ReadCloser
}

// unpack is the reverse of pack. The error is [ErrDamaged].
func (u *unpacker) unpack(state []byte, at time.Time) (model.Snapshot, error) {
	if len(state) == 0 || state[0] != stateVersion {
		return model.Snapshot{}, damaged(at)
	}
	packed := bytes.NewReader(state[1:])
	if u.from == nil {
		u.from = flate.NewReader(packed)
	} else if err := u.from.(flate.Resetter).Reset(packed, nil); err != nil { //nolint:forcetypeassert // package flate says that it is one
		return model.Snapshot{}, damaged(at)
	}
	u.raw.Reset()
	n, err := io.Copy(&u.raw, io.LimitReader(u.from, stateMost+1))
	if err != nil || n > stateMost {
		return model.Snapshot{}, damaged(at)
	}
	d := decoder{left: u.raw.Bytes(), names: u.names, at: at.UnixMilli()}
	return d.snapshot()
}
