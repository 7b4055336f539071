package main

import (
	"context"
	"encoding/json"
	"log/slog"
	"maps"
	"sync"
	"time"

	"orderly/internal/jobs"
	"orderly/internal/kit/verify"
	"orderly/internal/store"
)

// The scrub looks at the books of every merchant once a day, one merchant at a
// time on a node and with a fifth of one core at most.
const (
	scrubFirst   = time.Hour
	scrubEvery   = 24 * time.Hour
	scrubTimeout = 12 * time.Hour
	scrubRest    = 4
	scrubListed  = 10 // violations of a law that are logged
)

// scrub verifies the books beside the server and remembers, of each merchant,
// what the last look found on whichever node.
type scrub struct {
	db  *store.DB
	log *slog.Logger
	mu  sync.Mutex
	by  map[int64]scrubbed
}

// scrubbed is what a look found. It is kept in the job.
type scrubbed struct {
	At         int64            `json:"at"`
	Orders     int64            `json:"orders"`
	Violations map[string]int64 `json:"violations"` // by law, of every law
}

func newScrub(db *store.DB, log *slog.Logger) *scrub {
	return &scrub{db: db, log: log, by: map[int64]scrubbed{}}
}

func (s *scrub) kind() jobs.Kind {
	return jobs.Kind{Name: "scrub", Every: scrubEvery, First: scrubFirst, Timeout: scrubTimeout, AtOnce: 1, Run: s.run, Noted: s.noted}
}

func (s *scrub) run(ctx context.Context, c *jobs.Claim) error {
	r, err := verify.Run(ctx, s.db, verify.Options{Level: verify.Quick, Merchant: c.M, Rest: scrubRest, MaxViolations: scrubListed})
	if err != nil {
		return err
	}
	found := scrubbed{At: s.db.Now(), Orders: r.Orders, Violations: map[string]int64{}}
	for _, law := range r.Checks {
		found.Violations[law.ID] = law.Violations
	}
	for _, v := range r.Violations {
		s.log.Error("the books are wrong; see orderly verify", "law", v.ID, "merchant", v.Merchant, "subject", v.Subject, "what", v.Message)
	}
	if r.Clean() {
		s.log.Info("looked at the books; they are right", "merchant", c.M, "orders", r.Orders, "took", time.Duration(r.Seconds*float64(time.Second)).Round(time.Millisecond))
	}
	text, err := json.Marshal(found)
	c.Data = string(text)
	s.noted(c.M, c.Data)
	return err
}

// noted takes in what a look found.
func (s *scrub) noted(m int64, data string) {
	var found scrubbed
	if data == "" || json.Unmarshal([]byte(data), &found) != nil {
		return // not looked at yet
	}
	s.mu.Lock()
	defer s.mu.Unlock()
	s.by[m] = found
}

// found sums the violations of all merchants by law, and tells when the look
// that is the longest ago was; at is 0 before the first.
func (s *scrub) found() (violations map[string]int64, at int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	violations = map[string]int64{}
	for x := range maps.Values(s.by) {
		for law, n := range x.Violations {
			violations[law] += n
		}
		if at == 0 || x.At < at {
			at = x.At
		}
	}
	return violations, at
}
