package model_test

import (
	"errors"
	"fmt"
	"testing"

	"pgregory.net/rapid"

	"streamdesk/model"
)

func TestTypeOf(t *testing.T) {
	for key, want := range map[string]model.Type{
		"events:workflow.started":      "workflow.started",
		"events:workflow.started:3":    "workflow.started",
		"events:workflow.started:1023": "workflow.started",
		"events:billing.a:b:7":         "billing.a:b",
		"events:a.b:":                  "a.b:",
		"events:a.b:x3":                "a.b:x3",
		"events:a.b3":                  "a.b3",
		"events:orders:7":              "orders:7", // no type of ours
		"events:7":                     "7",
		"events::7":                    ":7",
		"events:":                      "events:",
		"orders.new:7":                 "orders.new:7", // not under the prefix
		"":                             "",
	} {
		if got := model.TypeOf(key, "events:"); got != want {
			t.Errorf("TypeOf(%q) = %q, want %q", key, got, want)
		}
	}
}

func TestATypeIsToldFromEachOfItsPartitions(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		kind := model.Type(rapid.StringMatching(`[a-z0-9]{1,5}\.[a-z0-9.:_-]{1,12}`).Draw(t, "type"))
		if kind.Validate() != nil {
			t.Skip("no type")
		}
		prefix := rapid.SampledFrom([]string{"events:", "", "a.b:", "7:"}).Draw(t, "prefix")
		k := rapid.IntRange(1, 1<<20).Draw(t, "partition")
		for _, key := range []string{prefix + string(kind), fmt.Sprintf("%s%s:%d", prefix, kind, k)} {
			if got := model.TypeOf(key, prefix); got != kind {
				t.Errorf("TypeOf(%q, %q) = %q, want %q", key, prefix, got, kind)
			}
		}
	})
}

func TestATypeCannotEndLikeAPartition(t *testing.T) {
	for _, kind := range []model.Type{"workflow.started:3", "a.b:0", "a.b:c:12"} {
		if err := kind.Validate(); !errors.Is(err, model.ErrType) {
			t.Errorf("%q: %v, want ErrType", kind, err)
		}
	}
	for _, kind := range []model.Type{"a.b3", "a.b:c3", "a:3.b", "a.3"} {
		if err := kind.Validate(); err != nil {
			t.Errorf("%q: %v", kind, err)
		}
	}
}
