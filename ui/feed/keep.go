package feed

import (
	"context"
	"errors"
	"fmt"

	"streamdesk/bus/recording"
	"streamdesk/model"
)

// keep records each snapshot until ctx ends. What can't be written is missing from the recording, and is told once.
func (f *Feed) keep(ctx context.Context) {
	store, err := f.Recording.Create(ctx)
	if err != nil {
		f.unkept(err)
		return
	}
	defer func() { f.unkept(store.Close()) }()
	recorder := recording.Recorder{
		Store: store, Ticks: f.seen, Look: f.newest, Server: f.described, Actions: f.Actions,
		Wrote: func(*model.Snapshot) { f.unkept(nil) },
	}
	for ctx.Err() == nil {
		if err := recorder.Run(ctx); err != nil {
			f.unkept(err) // the next snapshot may find room on the disk
		}
	}
}

// see has a snapshot recorded. When the disk is slower than the snapshots come, some are left out.
func (f *Feed) see(s *model.Snapshot) {
	f.mu.Lock()
	f.snapshot = s
	f.mu.Unlock()
	select {
	case f.seen <- s.At:
	default:
	}
}

// newest returns the snapshot that was seen last.
func (f *Feed) newest(context.Context) (model.Snapshot, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	return *f.snapshot, nil
}

// errUndescribed means that the server hasn't told yet how it is.
var errUndescribed = errors.New("the server wasn't asked yet")

// described returns the server as it was told last.
func (f *Feed) described(context.Context) (model.Server, error) {
	f.mu.Lock()
	defer f.mu.Unlock()
	if f.server == nil {
		return model.Server{}, errUndescribed
	}
	return *f.server, nil
}

// unkept notes why a snapshot wasn't recorded, unless that is known; nil means that it was.
func (f *Feed) unkept(err error) {
	if errors.Is(err, context.Canceled) {
		return
	}
	f.mu.Lock()
	defer f.mu.Unlock()
	if err != nil && f.keepErr == nil {
		f.keepNews = fmt.Errorf("nothing is recorded: %w (record = false in [desk] switches it off)", err)
	}
	f.keepErr = err
}

// KeepNews returns why snapshots aren't recorded any more; nil after the first time, and while they are.
func (f *Feed) KeepNews() error {
	f.mu.Lock()
	defer f.mu.Unlock()
	news := f.keepNews
	f.keepNews = nil
	return news
}
