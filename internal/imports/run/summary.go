package run

import (
	"math/big"
	"strings"
	"time"
)

// Summary is what became of a file. Lines are those below the header that are
// not blank: each was imported or rejected. Counts and sums are of the whole
// file as it stands in the books, also when earlier runs have brought some of
// it. Sums are decimal texts of the major unit.
type Summary struct {
	Run  string `json:"run"`
	What string `json:"what"`
	As   string `json:"as,omitempty"`

	LinesRead     int64 `json:"lines_read"`
	LinesImported int64 `json:"lines_imported"`
	LinesRejected int64 `json:"lines_rejected"`

	Items         int64 `json:"items"`
	Customers     int64 `json:"customers"`
	Orders        int64 `json:"orders"`        // all that the file has in the books, credits too
	Credits       int64 `json:"credits"`       // of those: fees alone, and no goods
	Cancellations int64 `json:"cancellations"` // orders of which units were canceled before they were sent
	Returns       int64 `json:"returns"`
	Adjustments   int64 `json:"adjustments"` // lines of stock acts
	Payments      int64 `json:"payments"`    // that a channel took
	Purchases     int64 `json:"purchases"`   // orders placed with suppliers
	Suppliers     int64 `json:"suppliers"`   // of those, new or not
	Unchanged     int64 `json:"unchanged"`   // rows or orders that were in the books as they are
	WithoutEffect int64 `json:"without_effect"`
	Unfinished    int64 `json:"unfinished"` // steps of the live pipeline that were refused

	Currency           string `json:"currency,omitempty"`
	NetExact           string `json:"net_exact"`           // of imported lines, quantity times price
	NetRejected        string `json:"net_rejected"`        // of rejected lines, as far as they could be read
	RejectedUnknown    int64  `json:"rejected_unknown"`    // rejected lines without a known quantity and price
	RoundingDifference string `json:"rounding_difference"` // what the books say in minor units, minus NetExact

	Differences map[string]Differences `json:"differences,omitempty"` // of what was paid and what orders cost, by cause

	Rejects       string   `json:"rejects_file,omitempty"`
	Warnings      []string `json:"warnings,omitempty"`
	DryRun        bool     `json:"dry_run,omitempty"`
	Resumed       bool     `json:"resumed,omitempty"`
	ChunksSkipped int64    `json:"chunks_skipped,omitempty"` // done by earlier runs

	Seconds   float64 `json:"seconds"`
	PeakRSSMB float64 `json:"peak_rss_mb"`

	net, rejected, booked nanos
	currencies            map[string]bool
}

// maxWarnings bounds how many different remarks a summary holds.
const maxWarnings = 20

func (s *Summary) warn(text string) {
	for _, w := range s.Warnings {
		if w == text {
			return
		}
	}
	if len(s.Warnings) < maxWarnings {
		s.Warnings = append(s.Warnings, text)
	}
}

// money notes in which currency sums are counted.
func (s *Summary) money(currency string) {
	if s.currencies == nil {
		s.currencies = map[string]bool{}
	}
	s.currencies[currency] = true
}

func (x *importer) finish() {
	s := &x.sum
	s.Run, s.What, s.As, s.DryRun = x.run, x.o.What, x.o.As, x.o.DryRun
	s.LinesImported = s.LinesRead - s.LinesRejected
	if x.rejects.count() > 0 {
		s.Rejects = x.rejects.path
	}
	for c := range s.currencies {
		s.Currency = c
	}
	if len(s.currencies) > 1 {
		s.Currency = ""
		s.warn("the file has more than one currency; its sums add up different money")
	}
	s.NetExact, s.NetRejected = s.net.String(), s.rejected.String()
	s.RoundingDifference = s.booked.minus(&s.net).String()
	s.Seconds = float64(time.Since(x.began).Milliseconds()) / 1000
	s.PeakRSSMB = peakMemory()
}

// nanos is an exact sum in 10^-9 of the major unit: the finest that a quantity
// times a price can be. The zero value is zero.
type nanos struct{ sum, one big.Int }

var (
	nanosInMicro = big.NewInt(1000)
	billion      = big.NewInt(1_000_000_000)
)

// product adds steps of a scale times a price in millionths.
func (n *nanos) product(steps int64, scale int, price int64) {
	var p, q big.Int
	p.Mul(q.SetInt64(steps), n.one.SetInt64(price))
	for range 3 - scale {
		p.Mul(&p, q.SetInt64(10))
	}
	n.sum.Add(&n.sum, &p)
}

// micros adds millionths.
func (n *nanos) micros(v int64) {
	n.sum.Add(&n.sum, n.one.Mul(n.one.SetInt64(v), nanosInMicro))
}

// minor adds minor units of a currency with so many decimals.
func (n *nanos) minor(v int64, decimals int) {
	n.one.SetInt64(v)
	for range 9 - decimals {
		n.one.Mul(&n.one, big.NewInt(10))
	}
	n.sum.Add(&n.sum, &n.one)
}

func (n *nanos) add(m *nanos) { n.sum.Add(&n.sum, &m.sum) }

func (n *nanos) minus(m *nanos) *nanos {
	var out nanos
	out.sum.Sub(&n.sum, &m.sum)
	return &out
}

// String is the shortest decimal text with at least two decimals.
func (n *nanos) String() string {
	var whole, part big.Int
	whole.QuoRem(new(big.Int).Abs(&n.sum), billion, &part)
	decimals := part.String()
	decimals = strings.Repeat("0", 9-len(decimals)) + decimals
	for len(decimals) > 2 && decimals[len(decimals)-1] == '0' {
		decimals = decimals[:len(decimals)-1]
	}
	text := whole.String() + "." + decimals
	if n.sum.Sign() < 0 {
		text = "-" + text
	}
	return text
}
