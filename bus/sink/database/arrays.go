package database

import (
	"encoding/binary"
	"time"

	"github.com/jackc/pgx/v5/pgtype"
)

// arrays are arrays of PostgreSQL of the same length in its binary form, one after the other: the number of dimensions, whether
// there are NULLs, the type, the length, the lowest index; then each value behind its length, which is -1 for NULL.
type arrays struct {
	length int
	bytes  []byte
	ends   []int
	types  []uint32
}

// texts appends an array of what of returns for each index.
func (a *arrays) texts(of func(i int) string) {
	a.begin(pgtype.TextOID)
	for i := range a.length {
		text := of(i)
		a.bytes = append(appendLength(a.bytes, len(text)), text...)
	}
	a.end(pgtype.TextArrayOID)
}

// times appends an array of times, with NULL for those that are zero.
func (a *arrays) times(of func(i int) time.Time) {
	a.begin(pgtype.TimestamptzOID)
	for i := range a.length {
		a.bytes = appendTime(a.bytes, of(i))
	}
	a.end(pgtype.TimestamptzArrayOID)
}

func (a *arrays) begin(of uint32) {
	const dimensions, nulls, lowest = 1, 1, 1
	for _, n := range [...]uint32{dimensions, nulls, of, uint32(a.length), lowest} {
		a.bytes = binary.BigEndian.AppendUint32(a.bytes, n)
	}
}

func (a *arrays) end(of uint32) {
	a.ends, a.types = append(a.ends, len(a.bytes)), append(a.types, of)
}

// values returns the arrays as a statement's parameters.
func (a *arrays) values() [][]byte {
	values, start := make([][]byte, len(a.ends)), 0
	for i, end := range a.ends {
		values[i], start = a.bytes[start:end], end
	}
	return values
}

// formats returns that each array is binary.
func (a *arrays) formats() []int16 { return []int16{pgtype.BinaryFormatCode} }
