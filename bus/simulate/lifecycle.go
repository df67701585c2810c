package simulate

import "time"

type created struct {
	Name         string   `json:"name"`
	ContractType string   `json:"contract_type"`
	Network      string   `json:"network"`
	Prompt       string   `json:"prompt"`
	Stages       []string `json:"stages"`
	RequestedBy  string   `json:"requested_by"`
}

func createdData(w *workflow) any {
	return created{
		Name: w.contract.name, ContractType: w.contract.kind, Network: w.contract.network, Prompt: w.contract.prompt,
		Stages:      []string{"generation", "audit", "testing", "deployment"},
		RequestedBy: oneOf(w, []string{"dana@example.org", "lee@example.org", "müller@example.org", "佐藤@example.org", "ci"}),
	}
}

type started struct {
	Attempt  int    `json:"attempt"`
	Priority string `json:"priority"`
	Queue    int    `json:"queue_position"`
}

func startedData(w *workflow) any {
	return started{Attempt: 1, Priority: oneOf(w, []string{"low", "normal", "normal", "high"}), Queue: w.upTo(0, 12)}
}

type stageProgress struct {
	Stage   string `json:"stage"`
	Percent int    `json:"progress_percentage"`
	Next    string `json:"next,omitempty"`
}

// progressData reports that the i-th stage is done.
func progressData(i int) func(*workflow) any {
	return func(*workflow) any {
		p := stageProgress{Stage: stages[i].name, Percent: 100 * (i + 1) / len(stages)}
		if i+1 < len(stages) {
			p.Next = stages[i+1].name
		}
		return p
	}
}

type completed struct {
	Status     string `json:"status"`
	DurationMS int64  `json:"duration_ms"`
	Attempts   int    `json:"attempts"`
	Contract   string `json:"contract"`
	Network    string `json:"network"`
}

func completedData(w *workflow, took time.Duration) any {
	return completed{"completed", took.Milliseconds(), w.attempt, w.contract.name, w.contract.network}
}

type failed struct {
	Status     string `json:"status"`
	Stage      string `json:"stage"`
	Error      string `json:"error"`
	Attempts   int    `json:"attempts"`
	DurationMS int64  `json:"duration_ms,omitempty"`
}

func failedData(s stage, failure string, attempts int, took time.Duration) func(*workflow) any {
	return func(*workflow) any { return failed{"failed", s.name, failure, attempts, took.Milliseconds()} }
}

type retried struct {
	Stage   string `json:"stage"`
	From    string `json:"from_stage"`
	Attempt int    `json:"attempt"`
	Of      int    `json:"max_attempts"`
	Reason  string `json:"reason"`
}

func retriedData(s stage, failure string, attempt int) func(*workflow) any {
	return func(*workflow) any {
		return retried{stages[s.retryAt].name, s.name, attempt, maxAttempts, failure}
	}
}

type cancelled struct {
	Status string `json:"status"`
	By     string `json:"by"`
	Reason string `json:"reason"`
}

func cancelledData(w *workflow) any {
	return cancelled{"cancelled", "user", oneOf(w, []string{"superseded by a newer request", "wrong network", "budget exhausted"})}
}
