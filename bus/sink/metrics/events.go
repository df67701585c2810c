package metrics

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"streamdesk/bus/exporter"
	"streamdesk/model"
	"streamdesk/model/workflow"
)

// Buckets of the histograms, in seconds: stages take from a moment to hours.
var stageBuckets = []float64{0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60, 120, 300, 600, 1800, 3600, 14400}

// eventMetrics are the metrics of the events' content.
type eventMetrics struct {
	types, families *exporter.Labels

	events, failures, ended, unmatched *prometheus.CounterVec
	workflow, stage                    *prometheus.HistogramVec
}

func newEventMetrics(most int) *eventMetrics {
	return &eventMetrics{
		types: exporter.NewLabels(most, knownTypes()...), families: exporter.NewLabels(most, stages()...),
		events: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "streamdesk_events_total", Help: "Events that this process got, by type.",
		}, []string{"type"}),
		failures: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "streamdesk_failures_total", Help: "Events that tell of a failure, by stage.",
		}, []string{"stage"}),
		ended: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "streamdesk_workflows_ended_total", Help: "Workflows that ended, by how.",
		}, []string{"state"}),
		unmatched: prometheus.NewCounterVec(prometheus.CounterOpts{
			Name: "streamdesk_durations_unmatched_total", Help: "Ends of stages whose beginning was not seen, so that they have no duration.",
		}, []string{"stage"}),
		workflow: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "streamdesk_workflow_duration_seconds", Help: "Time from a workflow's creation to its end, by how it ended.", Buckets: stageBuckets,
		}, []string{"state"}),
		stage: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "streamdesk_stage_duration_seconds", Help: "Time from the last start of a stage to its end, by how it ended.", Buckets: stageBuckets,
		}, []string{"stage", "state"}),
	}
}

func (m *eventMetrics) all() []prometheus.Collector {
	return []prometheus.Collector{m.events, m.failures, m.ended, m.unmatched, m.workflow, m.stage}
}

// Describe implements prometheus.Collector.
func (m *eventMetrics) Describe(to chan<- *prometheus.Desc) {
	for _, c := range m.all() {
		c.Describe(to)
	}
}

// Collect implements prometheus.Collector.
func (m *eventMetrics) Collect(to chan<- prometheus.Metric) {
	for _, c := range m.all() {
		c.Collect(to)
	}
}

// endState returns how a type ends its stage; empty when it doesn't.
func endState(t model.Type) string {
	switch t.Outcome() {
	case model.OutcomeDone:
		return workflow.StageCompleted.String()
	case model.OutcomeFailed:
		if cancels(t) {
			return workflow.StageCancelled.String()
		}
		return workflow.StageFailed.String()
	default:
		return ""
	}
}

func cancels(t model.Type) bool {
	e := workflow.NewEvent(&model.Record{Event: model.Event{Type: t}})
	return e.Cancelled()
}

// take counts an event.
func (c *Collector) take(r *model.Record) {
	m, kind := c.events, r.Event.Type
	m.events.WithLabelValues(m.types.Label(string(kind))).Inc()
	c.starts.begin(r)
	state := endState(kind)
	if state == "" {
		return
	}
	family := kind.Family()
	stage := m.families.Label(family)
	if state == workflow.StageFailed.String() {
		m.failures.WithLabelValues(stage).Inc()
	}
	if family == model.FamilyWorkflow {
		m.ended.WithLabelValues(state).Inc()
	}
	if family == model.FamilyA2A || r.Event.WorkflowID == "" {
		return // agents have several requests open at once, and answers don't name theirs
	}
	c.starts.end(r, time.Now(), func(took time.Duration, known bool) {
		switch {
		case !known:
			m.unmatched.WithLabelValues(stage).Inc()
		case family == model.FamilyWorkflow:
			m.workflow.WithLabelValues(state).Observe(took.Seconds())
		default:
			m.stage.WithLabelValues(stage, state).Observe(took.Seconds())
		}
	})
}
