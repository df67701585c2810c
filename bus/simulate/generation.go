package simulate

import (
	"fmt"
	"time"

	"streamdesk/model"
)

const generationFails = 0.14

// compilerErrors are error messages of solc.
var compilerErrors = []string{
	"CompilerError: Stack too deep. Try compiling with `--via-ir` (cli) or the equivalent `viaIR: true` (standard JSON) while enabling the optimizer. Otherwise, try removing local variables.",
	"CompilerError: Stack too deep, try removing local variables.",
	"TypeError: Member \"mint\" not found or not visible after argument-dependent lookup in contract IERC20.",
	"ParserError: Expected ';' but got '}'\n  --> contracts/Generated.sol:118:5:",
	"DeclarationError: Undeclared identifier. \"_beforeTokenTransfer\" is not (or not yet) visible at this point.",
	"Warning: Contract code size is 25116 bytes and exceeds 24576 bytes (a limit introduced in Spurious Dragon).",
}

type generationStarted struct {
	Model       string  `json:"model"`
	Attempt     int     `json:"attempt"`
	Temperature float64 `json:"temperature"`
	Templates   int     `json:"templates_retrieved"`
}

type generationProgress struct {
	Percent int    `json:"progress_percentage"`
	Step    string `json:"step"`
	Tokens  int    `json:"tokens"`
}

type generationCompleted struct {
	ContractName string `json:"contract_name"`
	ContractCode string `json:"contract_code"`
	Lines        int    `json:"lines"`
	Bytecode     int    `json:"bytecode_bytes"`
	SolcVersion  string `json:"solc_version"`
	TokensUsed   int    `json:"tokens_used"`
	DurationMS   int64  `json:"duration_ms"`
}

type stageFailed struct {
	Error      string `json:"error"`
	ErrorType  string `json:"error_type"`
	Attempt    int    `json:"attempt"`
	Retryable  bool   `json:"retryable"`
	DurationMS int64  `json:"duration_ms"`
}

// failedStage returns the data of a failed stage.
func failedStage(failure, errorType string, attempt int, took time.Duration) func(*workflow) any {
	return func(*workflow) any {
		return stageFailed{failure, errorType, attempt, attempt < maxAttempts, took.Milliseconds()}
	}
}

func planGeneration(w *workflow) (failure string) {
	began, attempt := w.length, w.attempt
	w.add(200*time.Millisecond, 700*time.Millisecond, model.GenerationStarted, generator, func(w *workflow) any {
		return generationStarted{"solidity-coder-34b", attempt, float64(w.upTo(1, 7)) / 10, w.upTo(3, 12)}
	})
	steps := []string{"retrieve templates", "draft", "resolve imports", "compile", "self-review", "format"}
	for i, name := range steps[:w.upTo(3, len(steps))] {
		w.add(700*time.Millisecond, 3*time.Second, model.GenerationProgress, generator, func(w *workflow) any {
			return generationProgress{(i + 1) * 100 / (len(steps) + 1), name, (i + 1) * w.upTo(300, 900)}
		})
	}
	if w.chance(generationFails) {
		failure = oneOf(w, compilerErrors)
		took := w.length - began
		w.add(400*time.Millisecond, 2*time.Second, model.GenerationFailed, generator, failedStage(failure, "compilation", attempt, took))
		return failure
	}
	took := w.length - began
	w.add(400*time.Millisecond, 2*time.Second, model.GenerationCompleted, generator, func(w *workflow) any {
		return generatedContract(w, took)
	})
	return ""
}

// generatedContract returns data with the source: usually a few kilobytes, sometimes twenty.
func generatedContract(w *workflow, took time.Duration) generationCompleted {
	size := w.upTo(900, 4_000)
	if w.chance(0.04) {
		size = w.upTo(19_000, 22_000)
	}
	code := w.contract.source(w, size)
	lines := 1
	for _, c := range code {
		if c == '\n' {
			lines++
		}
	}
	return generationCompleted{
		w.contract.name, code, lines, len(code)/2 + w.upTo(2_000, 9_000), fmt.Sprintf("0.8.%d", w.upTo(20, 28)),
		len(code)/3 + w.upTo(0, 800), took.Milliseconds(),
	}
}
