package bus

import "streamdesk/bus/report"

// Hooks are told what the bus does, each where it is not nil.
type Hooks = report.Hooks

// JoinHooks makes hooks that tell each of several listeners in turn. What none of them listens to stays nil, and costs nothing.
func JoinHooks(all ...Hooks) Hooks { return report.Join(all...) }
