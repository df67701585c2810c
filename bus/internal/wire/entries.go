package wire

import (
	"fmt"
	"strings"

	"streamdesk/bus/fault"
	"streamdesk/model"
)

// ParseStreams parses the reply of XREAD and XREADGROUP: entries of many streams, in the order of the reply. It is the hot
// path of consuming: it uses one slice for all entries and one for all fields, and every string is a part of raw, which must
// not change afterwards. An entry whose fields are nil (deleted while pending) has nil Fields.
func ParseStreams(raw []byte) ([]model.Entry, error) {
	p := Parser{S: TextOf(raw)}
	// RESP2 wraps each stream's key and entries in an array of two; RESP3 uses a map.
	pairs := strings.HasPrefix(p.S, "%")
	n, err := p.length("*%")
	if err != nil || n <= 0 {
		return nil, err
	}
	if pairs {
		n /= 2
	}
	batch := EntryBatch{streams: n}
	for range n {
		if !pairs {
			if _, err := p.length("*"); err != nil {
				return nil, err
			}
		}
		stream, err := p.bulk()
		if err != nil {
			return nil, err
		}
		if err := batch.Read(&p, stream); err != nil {
			return nil, err
		}
	}
	return batch.Entries, nil
}

// EntryBatch collects entries whose fields are in one slice.
type EntryBatch struct {
	Entries []model.Entry
	fields  []model.Field
	streams int // how many there are; 0 for one
}

// Read appends the array of entries at p's position.
func (b *EntryBatch) Read(p *Parser, stream string) error {
	n, err := p.length("*")
	if err != nil || n <= 0 {
		return err
	}
	if b.fields == nil {
		b.fields = []model.Field{} // an entry without fields is not one whose fields are nil
	}
	for range n {
		begin := p.i
		if _, err := p.length("*"); err != nil {
			return err
		}
		text, err := p.bulk()
		if err != nil {
			return err
		}
		id, err := model.ParsePosition(text)
		if err != nil {
			return fmt.Errorf("%w: %w", fault.ErrReply, err)
		}
		entry := model.Entry{Stream: stream, ID: id}
		if entry.Fields, err = b.readFields(p); err != nil {
			return err
		}
		if b.Entries = append(b.Entries, entry); len(b.Entries) == 1 {
			b.reserve(n-1, p.i-begin, len(p.S)-p.i)
		}
	}
	return nil
}

// reserve makes room after the first entry, which took size bytes of a reply of which left bytes follow: for n more entries of its
// stream, and for those of other streams, as many as there may be if they are like it; no stream has more than were asked for. The
// bytes that are left limit the memory that a broken reply can claim.
func (b *EntryBatch) reserve(n, size, left int) {
	n = max(min(n, left/minElement), min(left/size, (n+1)*b.streams))
	if n <= 0 || n < cap(b.Entries) { // there is none, or there is room of an earlier reply
		return
	}
	fields := min(n*len(b.fields), left/minElement)
	b.Entries = append(make([]model.Entry, 0, n+1), b.Entries...)
	b.fields = make([]model.Field, 0, fields) // the first entry keeps its own
}

func (b *EntryBatch) readFields(p *Parser) ([]model.Field, error) {
	n, err := p.length("*")
	if err != nil || n < 0 {
		return nil, err
	}
	start := len(b.fields)
	for range n / 2 {
		name, err := p.bulk()
		if err != nil {
			return nil, err
		}
		value, err := p.bulk()
		if err != nil {
			return nil, err
		}
		b.fields = append(b.fields, model.Field{Name: name, Value: value})
	}
	// The full slice expression keeps an append to one entry's fields out of its neighbour's.
	return b.fields[start:len(b.fields):len(b.fields)], nil
}
