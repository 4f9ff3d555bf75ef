package app

import (
	"time"

	"github.com/prometheus/client_golang/prometheus"

	"github.com/cartograph-dev/cartograph/internal/delivery"
	"github.com/cartograph-dev/cartograph/internal/event"
	"github.com/cartograph-dev/cartograph/internal/recovery"
)

// meter counts what the engine does. Labels are few and fixed: no shop, no
// address, no id ever becomes one.
type meter struct {
	events    *prometheus.CounterVec
	decisions *prometheus.CounterVec
	verdicts  *prometheus.CounterVec
	calls     *prometheus.HistogramVec
	reports   *prometheus.CounterVec
	lateness  *prometheus.HistogramVec
	jobs      *prometheus.CounterVec
	steps     *prometheus.CounterVec
	purged    *prometheus.CounterVec
}

func newMeter(r prometheus.Registerer) *meter {
	counter := func(name, help string, labels ...string) *prometheus.CounterVec {
		v := prometheus.NewCounterVec(prometheus.CounterOpts{Namespace: "cartograph", Name: name, Help: help}, labels)
		r.MustRegister(v)
		return v
	}
	histogram := func(name, help string, buckets []float64, labels ...string) *prometheus.HistogramVec {
		v := prometheus.NewHistogramVec(prometheus.HistogramOpts{Namespace: "cartograph", Name: name, Help: help, Buckets: buckets}, labels)
		r.MustRegister(v)
		return v
	}
	return &meter{
		events:    counter("events_total", "Events handed in, by what became of them.", "platform", "fate"),
		decisions: counter("decisions_total", "Decisions about due steps and abandoned carts.", "outcome", "rule"),
		verdicts:  counter("provider_calls_total", "Provider calls by verdict.", "channel", "verdict"),
		calls:     histogram("provider_call_seconds", "Duration of provider calls.", prometheus.DefBuckets, "channel"),
		reports:   counter("callbacks_total", "Provider reports by status.", "provider", "status"),
		lateness:  histogram("step_lateness_seconds", "From a step's due time to the provider's acceptance.", []float64{0.1, 0.25, 0.5, 1, 2, 5, 10, 30, 60, 300, 900, 3600, 10800, 21600}, "channel"),
		jobs:      counter("alarm_jobs_total", "Alarms handled.", "kind"),
		steps:     counter("alarm_work_total", "Carts and steps handled by alarms.", "kind"),
		purged:    counter("purged_rows_total", "Rows removed or blanked because they were older than the shop keeps them.", "kind"),
	}
}

// Event counts one handed-in event.
func (m *meter) Event(platform string, fate event.Taken) {
	m.events.WithLabelValues(platform, string(fate)).Inc()
}

// Decision counts one decision. Rules that name a persona are folded into one: personas are a merchant's words.
func (m *meter) Decision(outcome, rule string) {
	if outcome == "routed" {
		rule = "persona"
	}
	m.decisions.WithLabelValues(outcome, rule).Inc()
}

// Verdict counts one provider call.
func (m *meter) Verdict(c event.Channel, o delivery.Outcome, took time.Duration) {
	m.verdicts.WithLabelValues(string(c), string(o)).Inc()
	m.calls.WithLabelValues(string(c)).Observe(took.Seconds())
}

// Report counts one provider report.
func (m *meter) Report(provider string, s delivery.Status) {
	m.reports.WithLabelValues(provider, string(s)).Inc()
}

// Late measures one accepted step.
func (m *meter) Late(c event.Channel, d time.Duration) {
	m.lateness.WithLabelValues(string(c)).Observe(max(d, 0).Seconds())
}

// Job counts one alarm with what it handled.
func (m *meter) Job(kind recovery.AlarmKind, steps int) {
	m.jobs.WithLabelValues(string(kind)).Inc()
	m.steps.WithLabelValues(string(kind)).Add(float64(steps))
}

// Purged counts rows that were removed or blanked because they were old.
func (m *meter) Purged(what string, rows int) { m.purged.WithLabelValues(what).Add(float64(rows)) }
