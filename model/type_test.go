package model_test

import (
	"errors"
	"strings"
	"testing"

	"streamdesk/model"
)

func TestKnownTypesAreLegal(t *testing.T) {
	known := model.KnownTypes()
	if len(known) != 25 {
		t.Errorf("%d known types", len(known))
	}
	for _, kind := range known {
		if err := kind.Validate(); err != nil {
			t.Error(err)
		}
		if kind != model.Type(kind.Family()+"."+kind.Name()) {
			t.Errorf("%s = %s + %s", kind, kind.Family(), kind.Name())
		}
	}
	known[0] = "x"
	if model.KnownTypes()[0] != model.WorkflowCreated {
		t.Error("KnownTypes hands out its own list")
	}
}

func TestTypeValidate(t *testing.T) {
	for _, kind := range []model.Type{"a.b", "workflow.retried", "billing.invoice.sent", "a-b_c.d:e", "工作.流", model.Type("a." + strings.Repeat("b", 198))} {
		if err := kind.Validate(); err != nil {
			t.Errorf("%q: %v", kind, err)
		}
	}
	for _, kind := range []model.Type{
		"", "workflow", ".", "a.", ".b", "a.b.", "a b.c", "a.*", "a.b?", "a.[b]", "{a}.b", `a.b"`, "a.b'", `a\.b`, "a.b\n",
		"a.\x1b", "a.\xff", "a.\u200b", "a.\uFFFD", model.Type("a." + strings.Repeat("b", 199)),
	} {
		if err := kind.Validate(); !errors.Is(err, model.ErrType) {
			t.Errorf("%q: %v, want ErrType", kind, err)
		}
	}
}

func TestOutcomeReadsTheLastWord(t *testing.T) {
	for kind, want := range map[model.Type]model.Outcome{
		"workflow.created": model.OutcomeNone, "workflow.started": model.OutcomeBegun, "a2a.request": model.OutcomeBegun,
		"audit.progress": model.OutcomeGoing, "workflow.retried": model.OutcomeGoing, "audit.completed": model.OutcomeDone,
		"a2a.response": model.OutcomeDone, "workflow.cancelled": model.OutcomeFailed, "testing.failed": model.OutcomeFailed,
		"billing.invoice.failed": model.OutcomeFailed, "billing.invoice_started": model.OutcomeBegun,
		"a2a.message": model.OutcomeNone, "workflow": model.OutcomeNone, "": model.OutcomeNone,
	} {
		if got := kind.Outcome(); got != want {
			t.Errorf("%q.Outcome() = %d, want %d", kind, got, want)
		}
	}
}
