package decode

import (
	"bytes"
	"errors"
	"fmt"
	"io"

	"github.com/klauspost/compress/gzip"
	"github.com/klauspost/compress/s2"
	"github.com/klauspost/compress/snappy"
	"github.com/klauspost/compress/zlib"
	"github.com/klauspost/compress/zstd"
	"github.com/pierrec/lz4/v4"
)

// compressions are the compressed forms that begin with a mark of their own.
var compressions = []form{
	{
		name: "gzip", fits: begins("\x1f\x8b\x08"), sure: true,
		open: reads(func(from io.Reader) (io.Reader, error) { return gzip.NewReader(from) }),
		pack: writes(func(to io.Writer) (io.WriteCloser, error) { return gzip.NewWriter(to), nil }),
	},
	{
		name: "zstd", fits: begins("\x28\xb5\x2f\xfd"), sure: true, open: openZstd,
		pack: writes(func(to io.Writer) (io.WriteCloser, error) { return zstd.NewWriter(to, zstd.WithEncoderConcurrency(1)) }),
	},
	{
		name: "lz4", fits: begins("\x04\x22\x4d\x18"), sure: true,
		open: reads(func(from io.Reader) (io.Reader, error) { return lz4.NewReader(from), nil }),
		pack: writes(func(to io.Writer) (io.WriteCloser, error) { return lz4.NewWriter(to), nil }),
	},
	{
		name: "snappy", fits: begins("\xff\x06\x00\x00sNaPpY"), sure: true,
		open: reads(func(from io.Reader) (io.Reader, error) {
			return s2.NewReader(from, s2.ReaderMaxBlockSize(maxSnappyBlock)), nil
		}),
		pack: writes(func(to io.Writer) (io.WriteCloser, error) { return snappy.NewBufferedWriter(to), nil }),
	},
}

// maxSnappyBlock is the max block size of the snappy framing format. Memory for larger blocks would be allocated before
// they are read.
const maxSnappyBlock = 1 << 20

// zlibForm has no mark except a two-byte number divisible by 31, as is every 31st. It fits only when all of it can be
// decoded.
var zlibForm = form{
	name: "zlib",
	fits: func(b []byte, _ Limits) bool {
		const deflate = 8
		return len(b) > 6 && b[0]&0x0F == deflate && b[0]>>4 <= 7 && (uint(b[0])<<8|uint(b[1]))%31 == 0
	},
	open: reads(func(from io.Reader) (io.Reader, error) { return zlib.NewReader(from) }),
	pack: writes(func(to io.Writer) (io.WriteCloser, error) { return zlib.NewWriter(to), nil }),
}

// snappyBlock is snappy without framing, as producers in Kafka and Go write it: a length, then copies. It has no mark
// either.
var snappyBlock = form{
	name: "snappy block",
	fits: func(b []byte, _ Limits) bool {
		n, err := snappy.DecodedLen(b)
		const best = 64 // no block compresses better than this
		return err == nil && n > 0 && n <= best*len(b) && !isText(b)
	},
	open: func(b []byte, l Limits) ([]byte, error) {
		n, err := snappy.DecodedLen(b)
		if err == nil {
			err = l.CheckSize(n)
		}
		if err != nil {
			return nil, err
		}
		return snappy.Decode(nil, b)
	},
	pack: func(b []byte) ([]byte, error) { return snappy.Encode(nil, b), nil },
}

func begins(mark string) func([]byte, Limits) bool {
	return func(b []byte, _ Limits) bool { return bytes.HasPrefix(b, []byte(mark)) }
}

// reads returns an open function that decompresses with a reader.
func reads(reader func(io.Reader) (io.Reader, error)) func([]byte, Limits) ([]byte, error) {
	return func(b []byte, l Limits) ([]byte, error) {
		r, err := reader(bytes.NewReader(b))
		if err != nil {
			return nil, err
		}
		return l.readAll(r)
	}
}

// openZstd limits the window, for which a frame may request gigabytes, to the max size of the output.
func openZstd(b []byte, l Limits) ([]byte, error) {
	const least = 1 << 20
	r, err := zstd.NewReader(bytes.NewReader(b), zstd.WithDecoderConcurrency(1), zstd.WithDecoderLowmem(true),
		zstd.WithDecoderMaxMemory(uint64(max(l.Bytes, least))+1), zstd.WithDecoderMaxWindow(uint64(max(l.Bytes, least))))
	if err != nil {
		return nil, err
	}
	defer r.Close()
	all, err := l.readAll(r)
	if errors.Is(err, zstd.ErrWindowSizeExceeded) || errors.Is(err, zstd.ErrDecoderSizeExceeded) {
		err = fmt.Errorf("%w: more than %d MB when opened", ErrLimit, l.Bytes>>20)
	}
	return all, err
}

// writes returns a pack function that compresses with a writer.
func writes(writer func(io.Writer) (io.WriteCloser, error)) func([]byte) ([]byte, error) {
	return func(b []byte) ([]byte, error) {
		var out bytes.Buffer
		w, err := writer(&out)
		if err != nil {
			return nil, err
		}
		if _, err := w.Write(b); err != nil {
			return nil, err
		}
		err = w.Close()
		return out.Bytes(), err
	}
}
