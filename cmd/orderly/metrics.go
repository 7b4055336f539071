package main

import (
	"github.com/prometheus/client_golang/prometheus"
)

// What /metrics tells of the work beside the server.
var (
	jobsRun       = describe("orderly_jobs_run_total", "Jobs that this node finished, by kind.", "kind")
	jobsFailed    = describe("orderly_jobs_failed_total", "Attempts at jobs that failed on this node, by kind.", "kind")
	jobsSeconds   = describe("orderly_jobs_seconds_total", "Time that this node spent on jobs, by kind.", "kind")
	jobsLost      = describe("orderly_jobs_lost_total", "Jobs that another node took over because this one was away.")
	jobsDead      = describe("orderly_jobs_dead", "Jobs that failed for the last time and wait for somebody to look.")
	jobsOldestDue = describe("orderly_jobs_oldest_due_seconds", "How long the oldest due job that nobody was at had waited when this node last looked.")
	violations    = describe("orderly_invariant_violations", "Violations of a law that the last looks at the books of all merchants found.", "law")
	scrubbedAt    = describe("orderly_scrub_oldest_timestamp_seconds", "When the books that were looked at the longest ago were looked at.")
)

func describe(name, help string, labels ...string) *prometheus.Desc {
	return prometheus.NewDesc(name, help, labels, nil)
}

// Describe tells what there is, for prometheus.
func (b *beside) Describe(out chan<- *prometheus.Desc) {
	for _, d := range []*prometheus.Desc{jobsRun, jobsFailed, jobsSeconds, jobsLost, jobsDead, jobsOldestDue, violations, scrubbedAt} {
		out <- d
	}
}

// Collect reads the figures, for prometheus. It asks no database.
func (b *beside) Collect(out chan<- prometheus.Metric) {
	tell := func(d *prometheus.Desc, kind prometheus.ValueType, value float64, labels ...string) {
		out <- prometheus.MustNewConstMetric(d, kind, value, labels...)
	}
	s := &b.runner.Stats
	for _, name := range b.runner.Names() {
		k := s.Kind(name)
		tell(jobsRun, prometheus.CounterValue, float64(k.Done.Load()), name)
		tell(jobsFailed, prometheus.CounterValue, float64(k.Failed.Load()), name)
		tell(jobsSeconds, prometheus.CounterValue, float64(k.Nanos.Load())/1e9, name)
	}
	tell(jobsLost, prometheus.CounterValue, float64(s.Lost.Load()))
	tell(jobsDead, prometheus.GaugeValue, float64(s.Dead.Load()))
	tell(jobsOldestDue, prometheus.GaugeValue, float64(s.OldestDue.Load())/1e6)
	found, at := b.scrub.found()
	for law, n := range found {
		tell(violations, prometheus.GaugeValue, float64(n), law)
	}
	if at > 0 {
		tell(scrubbedAt, prometheus.GaugeValue, float64(at)/1e6)
	}
}
