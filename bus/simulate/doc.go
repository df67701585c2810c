// Package simulate generates the traffic of a HyperAgent system from a seed: workflows that are created, generated, audited,
// tested and deployed, and that fail, are retried or cancelled, with the messages of their agents in between. It also runs
// the four consumer groups that process it, with typical faults. It stores nothing and shows nothing; a publisher gets the
// events. Start reading at [Simulator] for the events, and at [RunGroups] for the consumers.
package simulate
