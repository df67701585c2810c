package program

import (
	"bufio"
	"bytes"
	"context"
	"errors"
	"fmt"
	"io"
	"os"
	"strings"
	"time"
)

const (
	// InputBuffer is the size of one read from a pipe, which is the capacity of a pipe on Linux.
	InputBuffer = 64 << 10
	// moreWithin is the max time to wait for more input before the input so far is processed. It is long enough for a
	// program that is writing, and too short for a person to notice.
	moreWithin = 2 * time.Millisecond
	// maxSmallFile is the max size of settings, passwords, certificates and the data of one event. The bus accepts
	// less.
	maxSmallFile = 4 << 20
)

// Input is a stream that may block its reader, such as a pipe or a terminal. Blocking ends with the program's context;
// what was read by then is still returned. It isn't safe for concurrent use.
type Input struct {
	from        io.Reader
	interrupted <-chan struct{}
	// awaited prints what is awaited once the reader has waited for a while; nil prints nothing.
	awaited func() (done func())

	reading bool
	read    chan fetched
	buffer  []byte
	rest    []byte // read, and not returned yet
	err     error  // returned after rest
}

type fetched struct {
	n   int
	err error
}

// newInput wraps from, unless reading it never blocks.
func newInput(from io.Reader, interrupted <-chan struct{}) io.Reader {
	if from == nil || isRegular(from) {
		return from
	}
	return &Input{from: from, interrupted: interrupted, read: make(chan fetched, 1)}
}

// isRegular reports whether a stream is a file on a disk.
func isRegular(stream any) bool {
	file := fileOf(stream)
	if file == nil {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode().IsRegular()
}

// Read returns what is available, and blocks when nothing is. Its error is [context.Canceled] when it was interrupted.
func (in *Input) Read(b []byte) (int, error) {
	if len(b) == 0 {
		return 0, nil
	}
	if len(in.rest) == 0 && in.err == nil {
		if err := in.wait(); err != nil {
			return 0, err
		}
	}
	if n := copy(b, in.rest); n > 0 {
		in.rest = in.rest[n:]
		return n, nil
	}
	return 0, in.err
}

// Ready reports whether Read returns at once or within moreWithin. The end of the input counts, too.
func (in *Input) Ready() bool {
	if len(in.rest) > 0 || in.err != nil {
		return true
	}
	if !in.start() {
		return true // Read returns the error
	}
	timer := time.NewTimer(moreWithin)
	defer timer.Stop()
	select {
	case f := <-in.read:
		in.take(f)
		return true
	case <-timer.C:
		return false
	}
}

// start begins to read unless a read is in progress. It returns false when the program is ending.
func (in *Input) start() bool {
	if in.reading {
		return true
	}
	select {
	case <-in.interrupted:
		return false
	default:
	}
	if in.buffer == nil {
		in.buffer = make([]byte, InputBuffer)
	}
	in.reading = true
	go func() {
		n, err := in.from.Read(in.buffer)
		in.read <- fetched{n, err}
	}()
	return true
}

func (in *Input) take(f fetched) {
	in.reading = false
	in.rest, in.err = in.buffer[:f.n], f.err
}

func (in *Input) wait() error {
	if in.awaited != nil {
		done := in.awaited()
		defer done()
		in.awaited = nil // once is enough: a live feed has pauses
	}
	for len(in.rest) == 0 && in.err == nil {
		if !in.start() {
			return context.Canceled
		}
		select {
		case f := <-in.read:
			in.take(f)
		case <-in.interrupted:
			select {
			case f := <-in.read:
				in.take(f)
			default:
				return context.Canceled
			}
		}
	}
	return nil
}

// Stdin returns the standard input. what is its content, such as "events"; a message says so when nothing comes.
func (p *Program) Stdin(what string) io.Reader {
	if in, ok := p.In.(*Input); ok {
		text := what + " on stdin"
		if IsTerminal(p.In) {
			text += " (type them, and end with ctrl+d)"
		}
		in.awaited = func() func() { return p.Awaits(text) }
	}
	return p.In
}

// OpenInput opens a file. When it is a named pipe, it waits for a writer. The caller closes the file.
func (p *Program) OpenInput(path string) (*os.File, io.Reader, error) {
	file, err := p.openFile(path, "somebody to write to "+path, func() (*os.File, error) { return os.Open(path) })
	if err != nil {
		return nil, nil, err
	}
	from := newInput(file, p.interrupted)
	if in, ok := from.(*Input); ok {
		in.awaited = func() func() { return p.Awaits("something to read in " + path) }
	}
	return file, from, nil
}

// openFile opens a file. When it is a named pipe, it waits for the other end to be opened.
func (p *Program) openFile(path, awaited string, open func() (*os.File, error)) (*os.File, error) {
	if info, err := os.Stat(path); err != nil || info.Mode().IsRegular() {
		return open()
	}
	type opened struct {
		file *os.File
		err  error
	}
	result := make(chan opened)
	go func() {
		file, err := open()
		select {
		case result <- opened{file, err}:
		case <-p.interrupted:
			if err == nil {
				_ = file.Close() // nobody has used it
			}
		}
	}()
	done := p.Awaits(awaited)
	defer done()
	select {
	case o := <-result:
		return o.file, o.err
	case <-p.interrupted:
		return nil, context.Canceled
	}
}

// ReadFile reads a small file, such as settings or a certificate.
func (p *Program) ReadFile(path string) ([]byte, error) {
	file, from, err := p.OpenInput(path)
	if err != nil {
		return nil, err
	}
	defer func() { _ = file.Close() }() // it was only read from
	text, err := ReadSmall(from)
	if err != nil && !errors.Is(err, context.Canceled) {
		err = &os.PathError{Op: "read", Path: path, Err: PlainPathError(err)}
	}
	return text, err
}

// PlainPathError returns an error of a file without the operation and the name, for messages that contain these
// already.
func PlainPathError(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}

// ByteOrderMark is the mark with which some programs begin a UTF-8 file. It is not part of the text.
const ByteOrderMark = "\uFEFF"

// SkipMark skips a mark at the beginning and returns its length in bytes.
func SkipMark(from *bufio.Reader) int {
	if head, _ := from.Peek(len(ByteOrderMark)); string(head) != ByteOrderMark {
		return 0
	}
	n, _ := from.Discard(len(ByteOrderMark)) // these bytes are buffered
	return n
}

// ReadSmall reads to the end. More than maxSmallFile bytes are an error.
func ReadSmall(from io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxSmallFile+1))
	if err == nil && len(text) > maxSmallFile {
		return nil, fmt.Errorf("it is longer than %d MiB, so it is something else than is wanted here", maxSmallFile>>20)
	}
	return bytes.TrimPrefix(text, []byte(ByteOrderMark)), err
}

// ReadData reads the JSON of a flag: the text itself, @FILE, or - for stdin.
func ReadData(p *Program, flag, from string) ([]byte, error) {
	var data []byte
	var err error
	switch path, isFile := strings.CutPrefix(from, "@"); {
	case from == "-":
		data, err = ReadSmall(p.Stdin(flag))
	case isFile:
		data, err = p.ReadFile(path)
	default:
		data = []byte(from)
	}
	if err != nil {
		return nil, fmt.Errorf("--%s %s: %w", flag, from, err)
	}
	return bytes.TrimSpace(data), nil
}
