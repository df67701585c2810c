package change

import "time"

// LieIdle makes a loader's connection one that wasn't used for long.
func (l *Loader) LieIdle() { l.used = time.Time{} }
