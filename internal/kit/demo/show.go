package demo

import (
	"fmt"
	"io"
	"maps"
	"slices"
	"strings"
	"time"

	"orderly/internal/journal"
)

// How often the figures are told: often enough to look alive on a terminal,
// seldom enough for a log.
const (
	redrawEvery = 500 * time.Millisecond
	logEvery    = 5 * time.Second
)

// Show tells people what happens: on a terminal a line for each word, drawn
// anew in place; elsewhere one line now and then. It is used by one goroutine.
type Show struct {
	Out      io.Writer
	Terminal bool
	Since    time.Time // the start of the program

	drawn int // lines that the figures take on the terminal now
	last  time.Time
	first bool // the first delivery was told
	err   error
}

// write keeps the first failure: when nobody can be told, the demo ends.
func (s *Show) write(format string, args ...any) {
	if _, err := fmt.Fprintf(s.Out, format, args...); err != nil && s.err == nil {
		s.err = fmt.Errorf("cannot tell what happens: %w", err)
	}
}

// say prints a line that stays.
func (s *Show) say(format string, args ...any) {
	s.erase()
	s.write(format+"\n", args...)
}

func (s *Show) erase() {
	if s.drawn > 0 {
		s.write("\x1b[%dA\x1b[J", s.drawn)
		s.drawn = 0
	}
}

// step tells of what a step brought about, and the figures when it is time.
func (s *Show) step(m *Demo, events []Event) {
	for _, e := range events {
		if !s.first && e.Type == journal.ParcelStepped+"delivered" && e.Stage == "delivered" {
			s.first = true
			s.say("first order delivered after %.1f s: order %d", time.Since(s.Since).Seconds(), e.Order)
		}
	}
	s.figures(m)
}

// figures tells the tally, unless it was told a moment ago.
func (s *Show) figures(m *Demo) {
	every := logEvery
	if s.Terminal {
		every = redrawEvery
	}
	if time.Since(s.last) < every {
		return
	}
	s.last = time.Now()
	t := &m.tally
	if !s.Terminal {
		parts := make([]string, 0, wordCount)
		for w := range wordCount {
			parts = append(parts, fmt.Sprintf("%s %d", w, t.Count[w]))
		}
		s.write("orders: %s\n", strings.Join(parts, " · "))
		return
	}
	s.erase()
	for w := range wordCount {
		s.write("  %-12s%7d   %s\n", w, t.Count[w], t.Last[w])
	}
	s.drawn = int(wordCount)
}

// Sum prints what happened in all.
func (s *Show) Sum(m *Demo) {
	s.erase()
	t := &m.tally
	s.write("\nIn %.0f s (%s of simulated time):\n", time.Since(s.Since).Seconds(), days(m.now))
	for w := range wordCount {
		s.write("  %7d  orders %s\n", t.Count[w], w)
	}
	for _, of := range [...]struct{ typ, what string }{
		{journal.FulPicked, "picks"}, {journal.FulShortPicked, "short picks"}, {journal.FulPacked, "parcels packed"},
		{journal.OrderServed, "backorders served"}, {journal.PurchaseReceived, "deliveries received"}, {journal.StockCounted, "counts that differed"},
		{journal.StockAdjusted, "adjustments"}, {journal.StockTransferred, "transfers"},
	} {
		s.write("  %7d  %s\n", t.Entries[of.typ], of.what)
	}
	for _, what := range slices.Sorted(maps.Keys(t.Refusals)) {
		s.write("  %7d  refused: %s\n", t.Refusals[what], what)
	}
	s.write("  %7d  journal entries\n", m.cursor)
}

func days(d time.Duration) string {
	return fmt.Sprintf("%d days %d hours", d/(24*time.Hour), d%(24*time.Hour)/time.Hour)
}
