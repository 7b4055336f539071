package httpapi

import (
	"net/http"
	"strconv"
	"sync"
	"time"

	"github.com/prometheus/client_golang/prometheus"
	"github.com/prometheus/client_golang/prometheus/collectors"
	"github.com/prometheus/client_golang/prometheus/promhttp"

	"orderly/internal/desk"
	"orderly/internal/live"
)

// meter counts for /metrics, in a registry of its own.
type meter struct {
	registry *prometheus.Registry
	requests *prometheus.CounterVec
	seconds  *prometheus.HistogramVec
	known    sync.Map // series → *pair
}

// series is one route with one status; routes and statuses are few.
type series struct {
	route  string
	status int
}

type pair struct {
	requests prometheus.Counter
	seconds  prometheus.Observer
}

func newMeter(d *desk.Desk, more []prometheus.Collector) *meter {
	m := &meter{
		registry: prometheus.NewRegistry(),
		requests: prometheus.NewCounterVec(prometheus.CounterOpts{Name: "orderly_http_requests_total", Help: "Requests by route and status."}, []string{"route", "status"}),
		seconds: prometheus.NewHistogramVec(prometheus.HistogramOpts{
			Name: "orderly_http_request_seconds", Help: "Time from a request to the end of its answer, by route.",
			Buckets: []float64{.0005, .001, .0025, .005, .01, .025, .05, .1, .25, .5, 1, 2.5, 5, 10},
		}, []string{"route"}),
	}
	m.registry.MustRegister(more...)
	m.registry.MustRegister(m.requests, m.seconds, collectors.NewGoCollector(), collectors.NewProcessCollector(collectors.ProcessCollectorOpts{}))
	total := func(name, help string, value func() int64) {
		m.registry.MustRegister(prometheus.NewCounterFunc(prometheus.CounterOpts{Name: name, Help: help}, func() float64 { return float64(value()) }))
	}
	s := &d.Stats
	total("orderly_turns_total", "Transactions that carried out commands.", s.Turns.Load)
	total("orderly_commands_total", "Commands that were carried out or refused.", s.Commands.Load)
	total("orderly_commands_refused_total", "Commands that were refused.", s.Refused.Load)
	total("orderly_calls_shed_total", "Calls that were sent away because the queue was full.", s.Shed.Load)
	total("orderly_turn_replays_total", "Transactions that were tried again.", s.Replays.Load)
	m.registry.MustRegister(
		prometheus.NewCounterFunc(prometheus.CounterOpts{Name: "orderly_turn_seconds_total", Help: "Time spent in transactions."},
			func() float64 { return time.Duration(s.TurnNanos.Load()).Seconds() }),
		prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "orderly_calls_waiting", Help: "Calls that wait for a transaction."},
			func() float64 { return float64(d.Waiting()) }),
	)
	return m
}

// watch adds how many live viewers there are.
func (m *meter) watch(h *live.Hub) {
	m.registry.MustRegister(prometheus.NewGaugeFunc(prometheus.GaugeOpts{Name: "orderly_live_viewers", Help: "Open streams of live updates."},
		func() float64 { return float64(h.Viewers()) }))
}

func (m *meter) handler() http.Handler {
	return promhttp.HandlerFor(m.registry, promhttp.HandlerOpts{})
}

// observe counts one request. What it looks up by name it looks up once.
func (m *meter) observe(route string, status int, took time.Duration) {
	key := series{route, status}
	p, ok := m.known.Load(key)
	if !ok {
		made := &pair{m.requests.WithLabelValues(route, strconv.Itoa(status)), m.seconds.WithLabelValues(route)}
		p, _ = m.known.LoadOrStore(key, made)
	}
	p.(*pair).requests.Inc()
	p.(*pair).seconds.Observe(took.Seconds())
}
