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
	"slices"
	"sync"
	"time"

	"orderly/internal/fault"
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

	// Laws are the only ones that are looked at, by id; none means all. Others
	// that are seen to in the same passes are told with them.
	Laws []string

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
	{ID: "Q1", Title: "what a partner is asked and answers is what the fulfillment says, and the clock has an eye on what is owed"},
	{ID: "Q2", Title: "what was booked of a difference between a partner's word and the books is a part of it, and its movement says the same"},
	{ID: "Q3", Title: "nothing that a partner did is accepted twice, and its invoices are as their lines are"},
	{ID: "K10", Title: "what was taken of an offer for pre-order is what lines say, never more than its cap, and one whose time is over has ended"},
	{ID: "K11", Title: "what waits to be put away came by its movement, and what was put away are movements into bins that make no unit"},
	{ID: "B1", Title: "what is incoming is what lines of purchase orders await"},
	{ID: "B2", Title: "what came of a purchase order is what its receipts say, each line of which has its movement, and the other way round; its numbers have no gap"},
	{ID: "B3", Title: "what is bought for a line of an order is of its item, and no more than it is of"},
	{ID: "B4", Title: "what went back to suppliers left by movements that its returns name, and is no more than came"},
	{ID: "L1", Title: "every promise to a customer has the act that made it, and the last is what the order is due by"},
	{ID: "W1", Title: "rules had their turns at entries that are there, by versions that are kept, and what they did has its run"},
	{ID: "E1", Title: "histories are gapless, and folding them gives the rows"},
	{ID: "E3", Title: "the journal is gapless, and movements name entries of it"},
	{ID: "A1", Title: "receipts name what is there, and external ids have a request hash"},
	{ID: "A2", Title: "names that outsiders give are unique, and what they told counts once"},
	{ID: "A3", Title: "members sign in by a login of the first merchant and nothing else lets them in, and who may not sign in has no session"},
	{ID: "X1", Title: "no effect outside without an intent that was committed before"},
	{ID: "X2", Title: "each effect outside came to one end, and what succeeded is in the payment's amounts"},
	{ID: "X3", Title: "no intent stays open for long"},
	{ID: "X4", Title: "what went to a trading partner has its control numbers without gaps, what came was taken once, and every file is kept whole and stands as its documents do"},
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
	laws []string // whose time it is
	run  func(*run) error
	also []string // laws that it tells of as well, or whose pass asks for what it saw
}

// passes go side by side, in each list one after the other.
var passes = [...][]pass{
	{
		{[]string{"K4", "K7", "M1", "M2", "M3", "M4", "E1"}, (*run).orders, []string{"A1", "R1", "T1"}},
	},
	{
		{[]string{"K1", "K3", "K5", "K6"}, (*run).stock, []string{"E3", "T1", "R1"}},
		{[]string{"E3"}, (*run).journal, []string{"E1", "K5", "T1"}},
		{[]string{"K2"}, (*run).claims, nil},
		{[]string{"N1"}, (*run).numbers, nil},
		{[]string{"I1", "I2"}, (*run).invoices, nil},
		{[]string{"A1"}, (*run).receipts, nil},
		{[]string{"A2"}, (*run).names, nil},
		{[]string{"A3"}, (*run).members, nil},
		{[]string{"X1", "X2", "X3"}, (*run).payments, []string{"A2", "E1"}},
		{[]string{"P1"}, (*run).erased, nil},
		{[]string{"M5"}, (*run).credits, nil},
		{[]string{"M6"}, (*run).promises, nil},
		{[]string{"H1"}, (*run).holds, nil},
		{[]string{"H2"}, (*run).approvals, nil},
		{[]string{"D2"}, (*run).decisions, nil},
		{[]string{"F1"}, (*run).flows, nil},
		{[]string{"J1"}, (*run).yields, nil},
		{[]string{"L1"}, (*run).promised, nil},
		{[]string{"K8"}, (*run).checkouts, nil},
		{[]string{"K9"}, (*run).pickups, nil},
		{[]string{"K10"}, (*run).preorders, nil},
		{[]string{"K11"}, (*run).putAways, nil},
		{[]string{"Q1"}, (*run).requests, nil},
		{[]string{"Q2"}, (*run).differences, nil},
		{[]string{"Q3"}, (*run).partnerInvoices, nil},
		{[]string{"X4"}, (*run).exchanges, nil},
		{[]string{"B1"}, (*run).awaited, []string{"B2"}},
		{[]string{"B2"}, (*run).purchases, nil},
		{[]string{"B3"}, (*run).chained, nil},
		{[]string{"B4"}, (*run).sentBack, nil},
		{[]string{"W1"}, (*run).rules, nil},
		{[]string{"S1"}, (*run).cases, nil},
		{[]string{"T1"}, (*run).references, nil},
		{[]string{"R1"}, (*run).counters, nil},
		{[]string{"R1"}, (*run).search, nil},
		{[]string{"R2"}, (*run).figures, nil},
	},
}

// asked reports whether a run is to look at any of some laws.
func (o *Options) asked(laws ...string) bool {
	return len(o.Laws) == 0 || slices.ContainsFunc(laws, func(id string) bool { return slices.Contains(o.Laws, id) })
}

// check refuses laws that there are not.
func (o *Options) check() error {
	for _, id := range o.Laws {
		if !slices.ContainsFunc(laws, func(c Check) bool { return c.ID == id }) {
			return fault.New(fault.Invalid, "unknown_law", "there is no law %.20q; docs/invariants.md lists them", id)
		}
	}
	return nil
}

// Run checks every law over every merchant. The error is of the machinery;
// violations stand in the report.
func Run(ctx context.Context, db *store.DB, o Options) (*Report, error) {
	if o.MaxViolations <= 0 {
		o.MaxViolations = DefaultViolations
	}
	if err := o.check(); err != nil {
		return nil, err
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
	if !o.asked("D1") {
		return x.end(start), nil
	}
	if err := x.timed([]string{"D1"}, func() error { return x.acknowledged(all) }); err != nil {
		return nil, err
	}
	return x.end(start), nil
}

func (x *run) end(start time.Time) *Report {
	x.report.Seconds = time.Since(start).Seconds()
	return x.report
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
	if !x.opts.asked("T1") {
		return all, nil
	}
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
				if !x.opts.asked(slices.Concat(p.laws, p.also)...) {
					continue
				}
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
