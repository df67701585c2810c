package simulate

import (
	"time"

	"streamdesk/model"
)

const testingFails = 0.12

var testFailures = []string{
	"revert: ERC20InsufficientBalance(0x5B38Da6a701c568545dCfcB03FcB875f56beddC4, 0, 1000000000000000000)",
	"Assertion failed: expected 1000000000000000000 to equal 999999999999999999",
	"Fuzz test invariant_totalSupply broke after 412 runs (counterexample: calldata=0x40c10f19)",
	"EvmError: OutOfGas in test_batchTransfer() (gas: 30000000)",
}

type testingStarted struct {
	Framework string `json:"framework"`
	Suites    int    `json:"suites"`
	Attempt   int    `json:"attempt"`
}

type testingProgress struct {
	Suite  string `json:"suite"`
	Passed int    `json:"passed"`
	Failed int    `json:"failed"`
}

type gasReport struct {
	Function string `json:"function"`
	Min      int    `json:"min"`
	Avg      int    `json:"avg"`
	Max      int    `json:"max"`
}

type testingCompleted struct {
	Passed     int         `json:"tests_passed"`
	Failed     int         `json:"tests_failed"`
	Coverage   float64     `json:"coverage"`
	Gas        []gasReport `json:"gas"`
	DurationMS int64       `json:"duration_ms"`
}

func planTesting(w *workflow) (failure string) {
	began, attempt := w.length, w.attempt
	suites := []string{"unit", "fuzz", "invariants", "fork", "upgrade"}[:w.upTo(2, 5)]
	w.add(200*time.Millisecond, 600*time.Millisecond, model.TestingStarted, tester, func(*workflow) any {
		return testingStarted{"foundry", len(suites), attempt}
	})
	for _, suite := range suites {
		w.add(600*time.Millisecond, 2800*time.Millisecond, model.TestingProgress, tester, func(w *workflow) any {
			return testingProgress{suite, w.upTo(6, 60), 0}
		})
	}
	took := w.length - began
	if w.chance(testingFails) {
		failure = oneOf(w, testFailures)
		w.add(300*time.Millisecond, 1200*time.Millisecond, model.TestingFailed, tester, failedStage(failure, "test", attempt, took))
		return failure
	}
	w.add(300*time.Millisecond, 1200*time.Millisecond, model.TestingCompleted, tester, func(w *workflow) any {
		return testReport(w, took)
	})
	return ""
}

func testReport(w *workflow, took time.Duration) testingCompleted {
	r := testingCompleted{Passed: w.upTo(30, 180), Coverage: float64(w.upTo(820, 1000)) / 10, DurationMS: took.Milliseconds()}
	for _, verb := range verbs[:w.upTo(2, len(verbs))] {
		least := w.upTo(21_000, 60_000)
		r.Gas = append(r.Gas, gasReport{verb, least, least + w.upTo(500, 9_000), least + w.upTo(10_000, 90_000)})
	}
	return r
}
