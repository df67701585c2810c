package recording

import "context"

// File is where a recording is. The zero File is none.
type File struct {
	Path string
	// MaxBytes is the max size of what is kept; 0 means [DefaultMaxBytes].
	MaxBytes int64
}

// None reports whether there is no recording.
func (f File) None() bool { return f.Path == "" }

// Create opens the recording to write to; see [Create].
func (f File) Create(ctx context.Context) (*Store, error) { return Create(ctx, f.Path, f.MaxBytes) }

// Open opens the recording to read from; see [Open].
func (f File) Open(ctx context.Context) (*Store, error) { return Open(ctx, f.Path) }
