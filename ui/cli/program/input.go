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
	// InputBuffer is what is read from a pipe in one go, which is what Linux keeps in one.
	InputBuffer = 64 << 10
	// moreWithin is how long more input is waited for before what is there is dealt with: long enough for a program that is
	// writing, too short for a person to notice.
	moreWithin = 2 * time.Millisecond
	// maxSmallFile bounds settings, passwords, certificates and the data of one event. The bus takes less.
	maxSmallFile = 4 << 20
)

// Input is a stream that may keep its reader waiting, such as a pipe or a terminal. The waiting ends with the program's
// context; what was read by then is still given out. It isn't safe for concurrent use.
type Input struct {
	from        io.Reader
	interrupted <-chan struct{}
	// awaited says what is read, once its reader has waited for a while; nil says nothing.
	awaited func() (done func())

	reading bool
	read    chan fetched
	buffer  []byte
	rest    []byte // read, and not given out
	err     error  // comes after rest
}

type fetched struct {
	n   int
	err error
}

// newInput is from itself where that never waits.
func newInput(from io.Reader, interrupted <-chan struct{}) io.Reader {
	if from == nil || isRegular(from) {
		return from
	}
	return &Input{from: from, interrupted: interrupted, read: make(chan fetched, 1)}
}

// isRegular says whether a stream is a file on a disk.
func isRegular(stream any) bool {
	file := fileOf(stream)
	if file == nil {
		return false
	}
	info, err := file.Stat()
	return err == nil && info.Mode().IsRegular()
}

// Read gives out what there is, and waits while there is nothing. Its error is [context.Canceled] when it was interrupted.
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

// Ready says whether Read has something to give out now or in a moment, an end included.
func (in *Input) Ready() bool {
	if len(in.rest) > 0 || in.err != nil {
		return true
	}
	if !in.start() {
		return true // Read says so
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

// start begins to read, unless that is under way; not when the program is ending.
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

// Stdin is the standard input as the source of what, such as "events": when nothing comes, that is said.
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

// OpenInput opens a file, and waits for somebody to write to it where it is a named pipe. The file is to be closed.
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

// openFile opens a file that may be one end of a named pipe, whose other end is waited for.
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

// PlainPathError is an error of a file without the operation and the name, which are told already.
func PlainPathError(err error) error {
	if path, ok := errors.AsType[*os.PathError](err); ok {
		return path.Err
	}
	return err
}

// ByteOrderMark is what some programs begin a file of UTF-8 with; it is no part of the text.
const ByteOrderMark = "\uFEFF"

// SkipMark passes over a mark at the beginning, and says how many bytes that were.
func SkipMark(from *bufio.Reader) int {
	if head, _ := from.Peek(len(ByteOrderMark)); string(head) != ByteOrderMark {
		return 0
	}
	n, _ := from.Discard(len(ByteOrderMark)) // it was peeked at
	return n
}

// ReadSmall reads to the end, and no more than a small file has.
func ReadSmall(from io.Reader) ([]byte, error) {
	text, err := io.ReadAll(io.LimitReader(from, maxSmallFile+1))
	if err == nil && len(text) > maxSmallFile {
		return nil, fmt.Errorf("it is longer than %d MiB, so it is something else than is wanted here", maxSmallFile>>20)
	}
	return bytes.TrimPrefix(text, []byte(ByteOrderMark)), err
}

// ReadData reads JSON from where a flag says.
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
