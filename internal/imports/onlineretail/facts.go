package onlineretail

import (
	"time"

	"orderly/internal/money"
)

// Fact is one of *Sale, *Cancellation, *Adjustment and *MoneyAdjustment. Facts
// are made anew for each reading and may be kept.
type Fact interface {
	// Time is when the fact took place.
	Time() time.Time
	// Net is what it adds to the merchant's revenue, exactly.
	Net() Exact
}

// Line is one line of the file in its sale.
type Line struct {
	SKU         string // in upper case, see Article
	Code        string // as written
	Description string // without spaces around it, may be empty
	Kind        Kind
	Quantity    int64
	Price       money.Price
	SourceLine  int
	Rule        Rule
}

func (l *Line) net() Exact { return Exact(l.Quantity) * Exact(l.Price) }

// Sale is an invoice without a letter. At is the time of its first line; an
// invoice that was keyed in over two minutes ends at LastAt. Lines and Fees
// are in the order of the file. One article may stand on several lines, at
// different prices too, and they stay apart.
type Sale struct {
	Invoice    string
	At, LastAt time.Time
	CustomerID string // "" when unknown
	Country    string // as written, see CountryCode
	Lines      []Line // of kind goods and service
	Fees       []Line // of the other kinds
	Rule       Rule
}

func (s *Sale) Time() time.Time { return s.At }
func (s *Sale) Net() Exact      { return sum(s.Lines) + sum(s.Fees) }

func sum(lines []Line) (n Exact) {
	for i := range lines {
		n += lines[i].net()
	}
	return n
}

// Cancellation is a C invoice: goods that came back or were never sent, and
// charges taken back. At is the time of its last line, so that every sale it
// names is a fact before it.
type Cancellation struct {
	Invoice     string
	FirstAt, At time.Time
	CustomerID  string
	Country     string
	Lines       []CancelLine
	Fees        []CancelLine
	Rule        Rule
}

func (c *Cancellation) Time() time.Time { return c.At }
func (c *Cancellation) Net() (n Exact) {
	for _, lines := range [][]CancelLine{c.Lines, c.Fees} {
		for i := range lines {
			n -= lines[i].net()
		}
	}
	return n
}

// CancelLine takes back Quantity, which is above zero. What Matches do not
// cover is Unmatched: a return or credit without a known sale.
type CancelLine struct {
	Line
	Matches   []Match
	Unmatched int64
	Reason    string // why units are unmatched, "" when none are
}

// Match is a part of an earlier sale that a cancellation consumes.
type Match struct {
	SaleInvoice string
	// Index is the position in the sale's Lines for a line and in its Fees for
	// a fee, or -1 where the earlier line is a MoneyAdjustment.
	Index      int
	SourceLine int
	Quantity   int64
}

// Adjustment is a change of stock keyed in as an invoice at price 0.
type Adjustment struct {
	Invoice    string
	At         time.Time
	SKU, Code  string
	Quantity   int64 // of either sign
	Stocked    bool  // false for charges and services: nothing lies anywhere
	Cause      Cause
	Note       string // the description as written
	SourceLine int
	Rule       Rule
}

func (a *Adjustment) Time() time.Time { return a.At }
func (a *Adjustment) Net() Exact      { return 0 }

// MoneyAdjustment is a change of the merchant's own money: no goods move.
type MoneyAdjustment struct {
	Invoice    string
	At         time.Time
	CustomerID string
	Country    string
	Line               // Quantity and Price as in the file, of either sign
	Matches    []Match // where a C line of a customer takes back an earlier one
	Unmatched  int64   // units of a C line beyond Matches
}

func (m *MoneyAdjustment) Time() time.Time { return m.At }
func (m *MoneyAdjustment) Net() Exact      { return m.net() }
