package simulate

import (
	"fmt"
	"time"

	"streamdesk/model"
)

const auditFails = 0.1

// finding is one result of an audit tool.
type finding struct {
	ID       string `json:"id"`
	Severity string `json:"severity"`
	Title    string `json:"title"`
	Line     int    `json:"line"`
	Tool     string `json:"tool"`
}

var (
	auditTools    = []string{"slither", "mythril", "semgrep", "echidna"}
	knownFindings = []struct{ severity, title string }{
		{"low", "State variable could be declared constant"},
		{"low", "Floating pragma"},
		{"informational", "Event is missing an indexed field"},
		{"medium", "Block timestamp is used for a comparison"},
		{"medium", "Return value of a low-level call isn't checked"},
		{"medium", "Division before multiplication loses precision"},
		{"high", "Owner can drain deposits without a delay"},
	}
	fatalFindings = []string{
		"critical: reentrancy in withdraw(): state is written after the external call",
		"critical: unprotected initializer lets anyone become the owner",
		"high: price oracle can be moved within one transaction",
	}
)

type auditStarted struct {
	Tools   []string `json:"tools"`
	Attempt int      `json:"attempt"`
}

type auditProgress struct {
	Tool     string `json:"tool"`
	Percent  int    `json:"progress_percentage"`
	Findings int    `json:"findings_so_far"`
}

type auditCompleted struct {
	Score      float64        `json:"score"`
	Findings   []finding      `json:"findings"`
	BySeverity map[string]int `json:"by_severity"`
	DurationMS int64          `json:"duration_ms"`
}

func planAudit(w *workflow) (failure string) {
	began, attempt := w.length, w.attempt
	w.findings = w.drawFindings()
	tools, findings := auditTools[:w.upTo(2, len(auditTools))], w.findings
	w.add(200*time.Millisecond, 600*time.Millisecond, model.AuditStarted, auditor, func(*workflow) any {
		return auditStarted{tools, attempt}
	})
	for i, tool := range tools {
		w.add(900*time.Millisecond, 3500*time.Millisecond, model.AuditProgress, auditor, func(*workflow) any {
			return auditProgress{tool, (i + 1) * 100 / (len(tools) + 1), len(findings) * (i + 1) / len(tools)}
		})
	}
	if w.chance(0.3) {
		w.add(100*time.Millisecond, 500*time.Millisecond, model.A2AMessage, auditor,
			chatterData(auditor, generator, fmt.Sprintf("%d findings so far, none blocks the tests", len(findings))))
	}
	took := w.length - began
	if w.chance(auditFails) {
		failure = oneOf(w, fatalFindings)
		w.add(400*time.Millisecond, 1500*time.Millisecond, model.AuditFailed, auditor, failedStage(failure, "vulnerability", attempt, took))
		return failure
	}
	w.add(400*time.Millisecond, 1500*time.Millisecond, model.AuditCompleted, auditor, func(*workflow) any {
		return auditReport(findings, took)
	})
	return ""
}

func (w *workflow) drawFindings() []finding {
	findings := make([]finding, w.upTo(0, 9))
	for i := range findings {
		known := oneOf(w, knownFindings)
		findings[i] = finding{fmt.Sprintf("HA-%03d", w.upTo(1, 400)), known.severity, known.title, w.upTo(8, 240), oneOf(w, auditTools)}
	}
	return findings
}

func auditReport(findings []finding, took time.Duration) auditCompleted {
	weight := map[string]float64{"informational": 0.5, "low": 1, "medium": 4, "high": 9}
	r := auditCompleted{Score: 100, Findings: findings, BySeverity: map[string]int{}, DurationMS: took.Milliseconds()}
	for _, f := range findings {
		r.BySeverity[f.Severity]++
		r.Score -= weight[f.Severity]
	}
	return r
}
