package bus

import "time"

// WithPatience has the writer give up on events that it could not publish for d, counted from when the server last took some:
// they fail with [fault.ErrPatience] and the reason of the last attempt, and so does what is published after them, after one attempt each, until
// the server takes events again. 0, the default, has it try for as long as the bus is open, as a service wants it; a program
// that publishes once and ends wants some seconds. Either way [Hooks].Waiting tells what is waited for.
func WithPatience(d time.Duration) Option { return func(b *Bus) { b.publishing.patience = max(d, 0) } }
