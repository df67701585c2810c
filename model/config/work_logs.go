package config

import "time"

const (
	// DefaultLogPath is where a user's programs keep what they note; {consumer} keeps processes apart.
	DefaultLogPath = "~/.local/state/streamdesk/events-{consumer}.log"
	// DefaultLogSize in MiB is what an editor still opens, about 300,000 events.
	DefaultLogSize = 100
	// MaxLogSize in MiB is a terabyte; more is a mistyped unit.
	MaxLogSize = 1 << 20
	// DefaultLogEvery is the day that people look for events by.
	DefaultLogEvery = Duration(24 * time.Hour)
	// MaxLogEvery is a year.
	MaxLogEvery = Duration(366 * 24 * time.Hour)
	// DefaultLogKeep with the size bounds what the logs of a process take: 1.5 GB.
	DefaultLogKeep = 14
	// MaxLogKeep bounds the files in a directory.
	MaxLogKeep = 100_000
)

// LogAggregators is how events are logged.
type LogAggregators struct {
	// Types are globs of the event types that are logged; empty means all.
	Types List `toml:"types"`
	// Path is the file, or "-" for standard output; {consumer} stands for the process's name in the group.
	Path string `toml:"path"`
	// MaxSize is the size in MiB from which on a file is rotated; 0 means never.
	MaxSize int `toml:"max_size"`
	// RotateEvery is the span of time that goes into one file; 0 means any.
	RotateEvery Duration `toml:"rotate_every"`
	// KeepFiles is how many rotated files are kept; 0 means all.
	KeepFiles int `toml:"keep_files"`
	// Fsync has an event acknowledged only once it is on the disk.
	Fsync bool `toml:"fsync"`
}

func defaultLogAggregators() LogAggregators {
	return LogAggregators{
		Types: List{}, Path: DefaultLogPath, MaxSize: DefaultLogSize, RotateEvery: DefaultLogEvery, KeepFiles: DefaultLogKeep,
	}
}

func (f *check) logAggregators(table string, l LogAggregators) {
	f.types(table+".types", l.Types)
	if l.Path == "" {
		f.refuse(table+".path", `it is empty; name a file, or "-" for standard output`)
	}
	f.number(table+".max_size", l.MaxSize, 0, MaxLogSize)
	f.number(table+".keep_files", l.KeepFiles, 0, MaxLogKeep)
	if l.RotateEvery != 0 {
		f.duration(table+".rotate_every", l.RotateEvery, Duration(time.Minute), MaxLogEvery)
	}
}
