// Package simulate makes the traffic of a HyperAgent system out of a seed: workflows that are created, generated,
// audited, tested, deployed, and that fail, are retried or cancelled, with the talk of their agents in between; and the
// four consumer groups that work on it, with faults worth seeing. It stores nothing and draws nothing: events go to
// whatever publishes them. Start reading at [Simulator] for the events, and at [RunGroups] for the consumers.
package simulate
