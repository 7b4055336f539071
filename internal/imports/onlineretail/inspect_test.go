package onlineretail_test

import (
	"fmt"
	"time"

	"orderly/internal/imports/onlineretail"
)

// ledger is what the facts of a book say, line by line.
type ledger struct {
	net     onlineretail.Exact
	rules   map[int]onlineretail.Rule    // by source line
	matches map[int][]onlineretail.Match // by source line of the cancellation
	faults  []string
}

func (l *ledger) fault(format string, args ...any) {
	if len(l.faults) < 20 {
		l.faults = append(l.faults, fmt.Sprintf(format, args...))
	}
}

// inspect goes through all facts and holds them against what facts promise:
// time goes on, each line is in one fact, a match names a sale told before, of
// the same code and customer, and no unit is taken back twice.
func inspect(b *onlineretail.Book) *ledger {
	l := &ledger{rules: map[int]onlineretail.Rule{}, matches: map[int][]onlineretail.Match{}}
	sales := map[string]*onlineretail.Sale{}
	left := map[int]int64{}
	var now time.Time
	for f := range b.Facts() {
		if f.Time().Before(now) {
			l.fault("%T at %v comes after %v", f, f.Time(), now)
		}
		now = f.Time()
		l.net += f.Net()
		switch f := f.(type) {
		case *onlineretail.Sale:
			sales[f.Invoice] = f
			l.sale(f, left)
		case *onlineretail.Cancellation:
			for i, lines := range [][]onlineretail.CancelLine{f.Lines, f.Fees} {
				for j := range lines {
					l.cancelLine(f, &lines[j], i == 1, sales, left)
				}
			}
		case *onlineretail.Adjustment:
			l.line(f.SourceLine, f.Rule)
			if f.Quantity == 0 {
				l.fault("line %d adjusts by nothing", f.SourceLine)
			}
		case *onlineretail.MoneyAdjustment:
			l.line(f.SourceLine, f.Rule)
			l.matches[f.SourceLine] = f.Matches
			left[f.SourceLine] = f.Quantity
			l.consume(f.SourceLine, f.Matches, left)
		}
	}
	return l
}

func (l *ledger) line(n int, r onlineretail.Rule) {
	if _, twice := l.rules[n]; twice {
		l.fault("line %d is in two facts", n)
	}
	l.rules[n] = r
}

func (l *ledger) sale(s *onlineretail.Sale, left map[int]int64) {
	for _, lines := range [][]onlineretail.Line{s.Lines, s.Fees} {
		for _, one := range lines {
			l.line(one.SourceLine, one.Rule)
			left[one.SourceLine] = one.Quantity
			if one.Quantity <= 0 || one.Price < 0 {
				l.fault("line %d of a sale has %d at %s", one.SourceLine, one.Quantity, one.Price)
			}
		}
	}
	if len(s.Lines)+len(s.Fees) == 0 || len(s.Lines) > onlineretail.MaxOrderLines {
		l.fault("sale %s has %d lines", s.Invoice, len(s.Lines))
	}
}

func (l *ledger) cancelLine(c *onlineretail.Cancellation, one *onlineretail.CancelLine, fee bool, sales map[string]*onlineretail.Sale, left map[int]int64) {
	l.line(one.SourceLine, one.Rule)
	l.matches[one.SourceLine] = one.Matches
	sum := one.Unmatched
	for _, m := range one.Matches {
		sum += m.Quantity
		if m.Index < 0 {
			continue
		}
		s := sales[m.SaleInvoice]
		if s == nil {
			l.fault("line %d takes back of invoice %s, which is not told yet", one.SourceLine, m.SaleInvoice)
			continue
		}
		lines := s.Lines
		if fee {
			lines = s.Fees
		}
		if m.Index >= len(lines) || lines[m.Index].SourceLine != m.SourceLine || lines[m.Index].Code != one.Code || s.CustomerID != c.CustomerID {
			l.fault("line %d takes back a line %d of invoice %s that is another", one.SourceLine, m.Index, m.SaleInvoice)
		}
	}
	if sum != one.Quantity || one.Quantity <= 0 || (one.Unmatched > 0) != (one.Reason != "") {
		l.fault("line %d takes back %d: matched and unmatched are %d (%q)", one.SourceLine, one.Quantity, sum, one.Reason)
	}
	l.consume(one.SourceLine, one.Matches, left)
}

func (l *ledger) consume(n int, matches []onlineretail.Match, left map[int]int64) {
	for _, m := range matches {
		if left[m.SourceLine] -= m.Quantity; left[m.SourceLine] < 0 {
			l.fault("line %d takes back more of line %d than it sold", n, m.SourceLine)
		}
	}
}
