package model

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode"
)

// Type is an event type: a family and a name joined by a dot, such as workflow.started. The key of the event's stream
// is the bus's prefix followed by the type.
type Type string

// The families of the HyperAgent event bus.
const (
	FamilyWorkflow   = "workflow"
	FamilyGeneration = "generation"
	FamilyAudit      = "audit"
	FamilyTesting    = "testing"
	FamilyDeployment = "deployment"
	FamilyA2A        = "a2a"
)

// The types that the HyperAgent event bus is known to carry. Any other family.name is legal too.
const (
	WorkflowCreated     Type = "workflow.created"
	WorkflowStarted     Type = "workflow.started"
	WorkflowProgress    Type = "workflow.progress"
	WorkflowCompleted   Type = "workflow.completed"
	WorkflowFailed      Type = "workflow.failed"
	WorkflowCancelled   Type = "workflow.cancelled"
	GenerationStarted   Type = "generation.started"
	GenerationProgress  Type = "generation.progress"
	GenerationCompleted Type = "generation.completed"
	GenerationFailed    Type = "generation.failed"
	AuditStarted        Type = "audit.started"
	AuditProgress       Type = "audit.progress"
	AuditCompleted      Type = "audit.completed"
	AuditFailed         Type = "audit.failed"
	TestingStarted      Type = "testing.started"
	TestingProgress     Type = "testing.progress"
	TestingCompleted    Type = "testing.completed"
	TestingFailed       Type = "testing.failed"
	DeploymentStarted   Type = "deployment.started"
	DeploymentProgress  Type = "deployment.progress"
	DeploymentCompleted Type = "deployment.completed"
	DeploymentFailed    Type = "deployment.failed"
	A2AMessage          Type = "a2a.message"
	A2ARequest          Type = "a2a.request"
	A2AResponse         Type = "a2a.response"
)

var knownTypes = []Type{
	WorkflowCreated, WorkflowStarted, WorkflowProgress, WorkflowCompleted, WorkflowFailed, WorkflowCancelled,
	GenerationStarted, GenerationProgress, GenerationCompleted, GenerationFailed,
	AuditStarted, AuditProgress, AuditCompleted, AuditFailed,
	TestingStarted, TestingProgress, TestingCompleted, TestingFailed,
	DeploymentStarted, DeploymentProgress, DeploymentCompleted, DeploymentFailed,
	A2AMessage, A2ARequest, A2AResponse,
}

// KnownTypes returns a new list of the types of the HyperAgent event bus, by family in the order of a workflow's
// stages.
func KnownTypes() []Type { return slices.Clone(knownTypes) }

// ErrType is wrapped by every error of [Type.Validate].
var ErrType = errors.New("not an event type")

// MaxTypeLength is the max length of a type in bytes: a stream key is repeated in every command and on every row.
const MaxTypeLength = 200

// Validate returns nil for a family.name that can be published: both parts present, no white space, no control
// characters, none of the characters that Redis reads as a pattern or a hash tag, no ":" and digits at the end (they
// mark a partition's stream, see [TypeOf]), at most [MaxTypeLength] bytes of UTF-8. Otherwise it returns an error that
// wraps [ErrType].
func (t Type) Validate() error {
	if len(t) > MaxTypeLength {
		return fmt.Errorf("%w: %q… has %d bytes (at most %d)", ErrType, t[:20], len(t), MaxTypeLength)
	}
	family, name, found := strings.Cut(string(t), ".")
	if !found || family == "" || name == "" || strings.HasSuffix(name, ".") {
		return fmt.Errorf("%w: %q (want family.name, such as workflow.started)", ErrType, t)
	}
	if rest, ok := cutPartition(string(t)); ok {
		return fmt.Errorf("%w: %q ends like a partition of %s (want family.name without a number behind ':')", ErrType, t, rest)
	}
	for _, r := range t {
		if r >= 'a' && r <= 'z' || r == '.' || r == '_' {
			continue // as in nearly every type, and quicker to tell
		}
		if r == unicode.ReplacementChar || !unicode.IsPrint(r) || strings.ContainsRune(` *?[]{}\^"'`, r) {
			return fmt.Errorf("%w: %q holds %q (want family.name of letters, digits, '-', '_' and '.')", ErrType, t, r)
		}
	}
	return nil
}

// Family returns the part before the first dot. A type without a dot is its own family.
func (t Type) Family() string {
	family, _, _ := strings.Cut(string(t), ".")
	return family
}

// Name returns the part after the first dot. A type without a dot has none.
func (t Type) Name() string {
	_, name, _ := strings.Cut(string(t), ".")
	return name
}

// Outcome classifies a type by what it says about its stage.
type Outcome uint8

// What a type can say about its stage.
const (
	OutcomeNone   Outcome = iota // says nothing of an end: created, message, a name we don't know
	OutcomeBegun                 // started, request
	OutcomeGoing                 // progress, retried
	OutcomeDone                  // completed, response
	OutcomeFailed                // failed, cancelled
)

// Outcome returns the outcome by the last word of the type's name, so it also works for unknown families.
func (t Type) Outcome() Outcome {
	name := t.Name()
	if i := strings.LastIndexAny(name, "._-"); i >= 0 {
		name = name[i+1:]
	}
	switch name {
	case "started", "request", "requested":
		return OutcomeBegun
	case "progress", "retried", "retrying":
		return OutcomeGoing
	case "completed", "succeeded", "response", "done":
		return OutcomeDone
	case "failed", "cancelled", "canceled", "error", "rejected":
		return OutcomeFailed
	default:
		return OutcomeNone
	}
}

// Known reports whether t is one of the types of the HyperAgent event bus.
func (t Type) Known() bool { return slices.Contains(knownTypes, t) }
