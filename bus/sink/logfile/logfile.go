// Package logfile works as log_aggregators: it writes each event as one line of JSON ([sink.AppendLine]) to standard output
// or to a file that is rotated by size and time. An event is acknowledged once its line is written, or with fsync, once it is
// on the disk. When writing fails, the event stays pending and is retried with growing pauses: a line may appear twice in the
// log and is never missing. Start reading at [New].
package logfile

import (
	"context"
	"errors"
	"fmt"
	"io"
	"log/slog"
	"slices"
	"strings"
	"sync"
	"syscall"
	"time"

	"streamdesk/bus"
	"streamdesk/bus/sink"
)

// Options say where and how events are logged.
type Options struct {
	// Path is the file; "-" is Stdout, to which size, age and Fsync don't apply. {group} and {consumer} stand for those
	// names, so that processes with the same configuration don't share a file. A missing directory is created.
	Path string
	// Stdout is where "-" writes to.
	Stdout io.Writer
	// MaxSize is the size in bytes at which the file is rotated; 0 means never. One write, up to a batch of events, may
	// exceed it.
	MaxSize int64
	// Every is the time span of one file, a day counted from midnight UTC; 0 means no limit.
	Every time.Duration
	// Keep is the number of rotated files to keep; 0 means all.
	Keep int
	// Fsync delays the ack of an event until its line is on the disk.
	Fsync bool
}

// Service is one consumer of the group. It implements [sink.Service].
type Service struct {
	setup sink.Setup
	log   *slog.Logger
	store sink.Store

	mu     sync.Mutex
	out    output
	buffer []byte
}

// output is where lines go. Write writes all lines, to the disk with Fsync, or nothing that a reader would see as a whole
// line.
type output interface {
	Write(lines []byte) error
	// Reopen closes the file, so that the next write opens the file now at its path.
	Reopen() error
	Close() error
}

// New opens the file. The error says what is wrong with it, and is a [sink.AwayError] when the disk is full or doesn't
// answer, which may pass.
func New(setup sink.Setup, o Options) (*Service, error) {
	s := &Service{setup: setup, log: setup.Logger()}
	if o.Path == "-" {
		s.out = stream{o.Stdout}
		return s, nil
	}
	f := &file{
		path: strings.NewReplacer("{group}", setup.Group, "{consumer}", setup.Consumer).Replace(o.Path), maxSize: o.MaxSize, every: o.Every, keep: o.Keep,
		fsync: o.Fsync, now: time.Now,
	}
	if err := f.open(); err != nil {
		err = errors.Join(err, f.Close())
		if slices.ContainsFunc(passing[:], func(fault error) bool { return errors.Is(err, fault) }) {
			err = &sink.AwayError{Err: err}
		}
		return nil, err
	}
	s.out = f
	return s, nil
}

// passing are disk faults that may pass: the disk is full, or the server behind it is away.
var passing = [...]error{syscall.ENOSPC, syscall.EDQUOT, syscall.EIO, syscall.ESTALE, syscall.ETIMEDOUT, syscall.EHOSTDOWN}

// Name returns the group's name.
func (s *Service) Name() string { return s.setup.Group }

// Run consumes until ctx ends.
func (s *Service) Run(ctx context.Context, b *bus.Bus) error {
	return b.ConsumeBatch(ctx, s.setup.Group, s.Handle, s.setup.Options()...)
}

// Health returns nil, or the reason why the last write failed.
func (s *Service) Health() error { return s.store.Health() }

// Reopen opens the file anew after it was moved away.
func (s *Service) Reopen() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Reopen()
}

// Close closes the file.
func (s *Service) Close() error {
	s.mu.Lock()
	defer s.mu.Unlock()
	return s.out.Close()
}

// maxBuffer is the max size of the buffer kept between batches; a larger one is left to the garbage collector.
const maxBuffer = 4 << 20

// Handle writes a batch with one call; it is Run's [bus.BatchHandler].
func (s *Service) Handle(_ context.Context, messages []bus.Message) error {
	s.mu.Lock()
	defer s.mu.Unlock()
	lines := s.buffer[:0]
	for i := range messages {
		lines = append(sink.AppendLine(lines, &messages[i].Record), '\n')
	}
	if s.buffer = lines; cap(lines) > maxBuffer {
		s.buffer = nil
	}
	if err := s.out.Write(lines); err != nil {
		pause, first := s.store.Failed(err)
		if first {
			s.log.Error("the log can't be written; events stay pending", "error", err)
		}
		return bus.RetryAfter(pause, err)
	}
	if s.store.Well() {
		s.log.Info("the log can be written again")
	}
	return nil
}

// stream is an output that isn't a file of this package.
type stream struct{ to io.Writer }

func (s stream) Write(lines []byte) error {
	if _, err := s.to.Write(lines); err != nil {
		return fmt.Errorf("standard output: %w", err)
	}
	return nil
}

func (s stream) Reopen() error { return nil }
func (s stream) Close() error  { return nil }
