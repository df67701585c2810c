package config

import (
	"math"
	"time"
)

const retentionKey = "retention"

// MinRetention is the shortest age of entries that may be removed: less is a slip of the pen.
const MinRetention = Duration(time.Second)

// Retention is how much of some streams is kept.
type Retention struct {
	// Pattern is a glob of the streams' keys.
	Pattern string `toml:"pattern"`
	// MaxLength is how many entries are kept, MaxAge how old they may be; 0 means any.
	MaxLength int      `toml:"max_length"`
	MaxAge    Duration `toml:"max_age"`
}

func (f *check) retention(list []Retention) {
	for i := range list {
		r, table := &list[i], elementName(retentionKey, i)
		if r.Pattern == "" {
			f.refuse(table+".pattern", `it is empty; name the streams, such as "events:*"`)
		}
		if r.MaxLength == 0 && r.MaxAge == 0 {
			f.refuse(table, "it limits nothing; set max_length, max_age or both")
		}
		f.number(table+".max_length", r.MaxLength, 0, math.MaxInt32)
		if r.MaxAge != 0 {
			f.duration(table+".max_age", r.MaxAge, MinRetention, Duration(math.MaxInt64))
		}
	}
}
