// Package verify recomputes the laws of the books over the whole database and
// names each violation.
//
// What belongs here: what each law demands of the rows, how a breach is told,
// and the repairs that are offered, of counters, search words and figures.
// What does not: SQL (store/audit) and the rules of a noun, which are asked of the noun itself.
//
// It runs while others write. What must agree is read in one snapshot, a page
// at a time; what no page can hold is compared where nothing was written
// meanwhile, or confirmed in a snapshot of its own, or told as skipped. So a
// violation is always one, however busy the database is.
package verify

import (
	"context"
	"errors"
	"fmt"
	"io"
	"sync"
	"time"

	"orderly/internal/ident"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
)

// Level says how thorough a run is. Each contains the one before.
type Level int

const (
	Quick Level = iota // sums over every table; orders that look wrong are judged one by one
	Full               // every order is judged by the nouns; every 50th is folded from its journal
	Deep               // every order is folded from its journal
)

var levelNames = [...]string{"quick", "full", "deep"}

func (l Level) String() string {
	if l >= 0 && int(l) < len(levelNames) {
		return levelNames[l]
	}
	return fmt.Sprintf("level %d", int(l))
}

// MarshalText gives the name.
func (l Level) MarshalText() ([]byte, error) { return []byte(l.String()), nil }

// DefaultViolations is how many violations of one law are listed.
const DefaultViolations = 100

// Options say what to look at.
type Options struct {
	Level         Level
	MaxViolations int // listed for each law; more are counted. 0 means DefaultViolations

	// Merchant is the only one that is looked at; 0 means all, and that no rows
	// are of a merchant that there is not.
	Merchant int64

	// Rest makes a run that serving does not feel: passes go one after another,
	// pages stay small, and after each read it rests that many times as long as
	// the read took.
	Rest int

	// Progress is called after each page with the laws under way, separated by
	// spaces, and how far they are. total is an estimate, 0 where there is none.
	// Passes go side by side, so calls for different laws alternate; there is
	// never more than one at a time.
	Progress func(id string, done, total int64)

	// Acknowledged is the log that somebody outside kept of acknowledged
	// orders, one a line: an order id, a number or an external id; or all of
	// them in this order, separated by tabs, of which any may be empty. Empty
	// lines and lines that begin with # are passed over.
	Acknowledged io.Reader
}

// Report is what a run found.
type Report struct {
	Level       Level         `json:"level"`
	Engine      store.Engine  `json:"engine"`
	Merchants   int           `json:"merchants"`
	Orders      int64         `json:"orders"`
	Checks      []Check       `json:"checks"`
	Violations  []Violation   `json:"violations"`
	Total       int64         `json:"violations_total"`
	Seconds     float64       `json:"seconds"`
	LongestRead time.Duration `json:"longest_read_ns"` // the longest snapshot that was held
}

// Clean reports whether nothing is wrong.
func (r *Report) Clean() bool { return r.Total == 0 }

// Check is one law: how many rows were held to it and how many broke it.
type Check struct {
	ID         string        `json:"id"`
	Title      string        `json:"title"`
	Rows       int64         `json:"rows"`
	Violations int64         `json:"violations"`
	Skipped    string        `json:"skipped,omitempty"` // what could not be looked at, and why
	Took       time.Duration `json:"took_ns"`           // laws that are checked in one pass share its time
}

// Violation is one breach of one law.
type Violation struct {
	ID       string `json:"id"`
	Merchant int64  `json:"merchant"`
	Subject  string `json:"subject"` // ids in text form
	Message  string `json:"message"` // one sentence with the figures
}

// laws are all laws, in the order in which they are told.
var laws = []Check{
	{ID: "K1", Title: "levels are the sums of their movements"},
	{ID: "K2", Title: "reserved is what open claims hold"},
	{ID: "K3", Title: "0 <= reserved <= on hand, and no level is negative"},
	{ID: "K4", Title: "every unit of a line is in one place, and order, fulfillments, parcels, returns and statuses say the same"},
	{ID: "K5", Title: "transfers neither make nor lose units"},
	{ID: "K6", Title: "what became of returned units is what their movements say"},
	{ID: "K7", Title: "bundles ask for what they are made of, and only leaves carry buckets"},
	{ID: "M1", Title: "totals are the sums of lines and fees, each line rounded once"},
	{ID: "M2", Title: "0 <= refunded <= paid, and of each payment refunded <= captured <= authorized"},
	{ID: "M3", Title: "paid and refunded are what the ledger says, tender by tender, and debits equal credits"},
	{ID: "M4", Title: "what lines and fees have given back is what they are worth, and no more than was refunded"},
	{ID: "M5", Title: "gift cards and store credit are the sums of their movements, never below nothing, and each movement has its payment, sale or reason"},
	{ID: "M6", Title: "what carriers paid out is what their lists say, and promises to pay say by whom and by when and take no more than was promised"},
	{ID: "D2", Title: "whatever holds stock for an order was decided, by a decision that names its place"},
	{ID: "H1", Title: "holds that end at a time have ended, and not before"},
	{ID: "H2", Title: "what needs an approval was asked for it, and went on only when those had approved it who might"},
	{ID: "F1", Title: "orders go on under the flow that they were placed under, and none was forgotten when its time came"},
	{ID: "J1", Title: "what an order gave up to one of a higher priority is what both histories tell"},
	{ID: "K8", Title: "a claim of a checkout holds something while it is open, and nothing past its time"},
	{ID: "K9", Title: "what waits for its customer lies packed on a shelf, under a code, until a day that was not passed over, and went one way when it left"},
	{ID: "L1", Title: "every promise to a customer has the act that made it, and the last is what the order is due by"},
	{ID: "W1", Title: "rules had their turns at entries that are there, by versions that are kept, and what they did has its run"},
	{ID: "E1", Title: "histories are gapless, and folding them gives the rows"},
	{ID: "E3", Title: "the journal is gapless, and movements name entries of it"},
	{ID: "A1", Title: "receipts name what is there, and external ids have a request hash"},
	{ID: "A2", Title: "names that outsiders give are unique, and what they told counts once"},
	{ID: "X1", Title: "no effect outside without an intent that was committed before"},
	{ID: "X2", Title: "each effect outside came to one end, and what succeeded is in the payment's amounts"},
	{ID: "X3", Title: "no intent stays open for long"},
	{ID: "D1", Title: "everything acknowledged is there"},
	{ID: "T1", Title: "every row belongs to rows of the same merchant"},
	{ID: "N1", Title: "order numbers are unique and gapless"},
	{ID: "I1", Title: "invoices and credit notes are numbered without a gap"},
	{ID: "I2", Title: "documents are what was issued, and orders were billed what they owe"},
	{ID: "S1", Title: "what a case says of its state, clocks and answers is what its entries and thread tell"},
	{ID: "P1", Title: "nothing is left of who was erased"},
	{ID: "R1", Title: "counters, search words, marks of low levels and copied columns are what they follow from"},
	{ID: "R2", Title: "figures are the sums of what the journal tells of each order"},
}

// pass is a walk over one merchant's rows, and the laws that it sees to.
type pass struct {
	laws []string
	run  func(*run) error
}

// passes go side by side, in each list one after the other.
var passes = [...][]pass{
	{
		{[]string{"K4", "K7", "M1", "M2", "M3", "M4", "E1"}, (*run).orders},
	},
	{
		{[]string{"K1", "K3", "K5", "K6"}, (*run).stock}, // before the journal, which asks for what it saw
		{[]string{"E3"}, (*run).journal},
		{[]string{"K2"}, (*run).claims},
		{[]string{"N1"}, (*run).numbers},
		{[]string{"I1", "I2"}, (*run).invoices},
		{[]string{"A1"}, (*run).receipts},
		{[]string{"A2"}, (*run).names},
		{[]string{"X1", "X2", "X3"}, (*run).payments},
		{[]string{"P1"}, (*run).erased},
		{[]string{"M5"}, (*run).credits},
		{[]string{"M6"}, (*run).promises},
		{[]string{"H1"}, (*run).holds},
		{[]string{"H2"}, (*run).approvals},
		{[]string{"D2"}, (*run).decisions},
		{[]string{"F1"}, (*run).flows},
		{[]string{"J1"}, (*run).yields},
		{[]string{"L1"}, (*run).promised},
		{[]string{"K8"}, (*run).checkouts},
		{[]string{"K9"}, (*run).pickups},
		{[]string{"W1"}, (*run).rules},
		{[]string{"S1"}, (*run).cases},
		{[]string{"T1"}, (*run).references},
		{[]string{"R1"}, (*run).counters},
		{[]string{"R1"}, (*run).search},
		{[]string{"R2"}, (*run).figures},
	},
}

// Run checks every law over every merchant. The error is of the machinery;
// violations stand in the report.
func Run(ctx context.Context, db *store.DB, o Options) (*Report, error) {
	if o.MaxViolations <= 0 {
		o.MaxViolations = DefaultViolations
	}
	start := time.Now()
	x := newRun(ctx, db, o)
	all, err := x.all()
	if err != nil {
		return nil, err
	}
	for _, m := range all {
		if err := x.merchant(m); err != nil {
			return nil, fmt.Errorf("verify merchant %d: %w", m, err)
		}
	}
	if err := x.timed([]string{"D1"}, func() error { return x.acknowledged(all) }); err != nil {
		return nil, err
	}
	x.report.Seconds = time.Since(start).Seconds()
	return x.report, nil
}

// all is whom a run looks at.
func (x *run) all() ([]int64, error) {
	if x.opts.Merchant != 0 {
		x.report.Merchants = 1
		return []int64{x.opts.Merchant}, nil
	}
	all, err := merchants.All(x.ctx, x.db)
	if err != nil {
		return nil, err
	}
	x.report.Merchants = len(all)
	return all, x.timed([]string{"T1"}, func() error { return x.owners(all) })
}

// text is an id as the outside knows it.
func text(prefix string, id int64) string {
	if prefix == "seq" {
		return fmt.Sprint(id)
	}
	return ident.Text(prefix, id)
}

// merchant checks one merchant.
func (x *run) merchant(m int64) error {
	known, err := x.begin(m)
	if err != nil || !known {
		return err
	}
	ctx, cancel := context.WithCancel(x.ctx)
	defer cancel()
	var errs [len(passes)]error
	var all sync.WaitGroup
	for i, list := range passes {
		side := x.beside(ctx)
		if x.opts.Rest > 0 {
			all.Wait()
		}
		all.Go(func() {
			for _, p := range list {
				if errs[i] = side.timed(p.laws, func() error { return p.run(side) }); errs[i] != nil {
					errs[i] = fmt.Errorf("%v: %w", p.laws, errs[i])
					cancel()
					return
				}
			}
		})
	}
	all.Wait()
	for _, err := range errs { // of two, the one that made the other stop
		if err != nil && !errors.Is(err, context.Canceled) {
			return err
		}
	}
	return errors.Join(errs[:]...)
}
