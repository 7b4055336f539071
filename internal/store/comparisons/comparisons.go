// Package comparisons reads what a place was asked to send on some days, what
// became of it, and what that comes to.
//
// What figures are made of it belongs to comparison; what work is charged, to
// tariff, whose rows store/tariffs reads.
package comparisons

import (
	"context"
	"time"

	"orderly/internal/access"
	"orderly/internal/comparison"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
)

// MaxAsked bounds the fulfillments of a side: of more, a shorter time is asked for.
const MaxAsked = 50_000

// Shop is whose days and goods they are.
type Shop struct {
	Zone *time.Location
	Now  int64
}

// Read makes the account of a side, which lies at a place that the scope sees. What
// it was asked and what its work comes to are read one after the other, each on a
// snapshot of its own, so that neither keeps one for long.
func Read(ctx context.Context, db *store.DB, scope access.Scope, at *stock.Location, s comparison.Side, shop Shop) (comparison.Account, error) {
	out := comparison.Account{Side: s}
	if int64(at.ID) != s.Location || !scope.Sees(s.Location) {
		return out, fault.New(fault.NotFound, "no_such_location", "there is no such location")
	}
	goods := at.Kind != "supplier"
	var known comparison.Stock
	err := db.Read(ctx, scope, func(r *store.Reader) error {
		book, err := bookOf(r, s)
		if err != nil {
			return err
		}
		p := tariffs.Period{Location: s.Location, Goods: goods, From: s.From, To: s.To, Today: figures.Days(shop.Zone)(shop.Now), Zone: shop.Zone}
		facts, off, err := tariffs.HappenedAndOff(r, p)
		if err != nil {
			return err
		}
		costs, err := book.Charge(facts)
		if err == nil {
			err = book.Months(&costs, s.From, s.To)
		}
		out.Cost = comparison.CostOf(book, facts, &costs)
		known = comparison.Stock{Known: goods, Off: off, Moved: out.Cost.Moved}
		return err
	})
	if err != nil {
		return out, err
	}
	err = db.Read(ctx, scope, func(r *store.Reader) error {
		list, err := Asked(r, s.Location, figures.Start(s.From, shop.Zone), figures.Start(figures.After(s.To, 1), shop.Zone))
		out.Service = comparison.Serve(list, known, shop.Now)
		return err
	})
	return out, err
}

// bookOf is what a side is priced by.
func bookOf(r *store.Reader, s comparison.Side) (tariff.Book, error) {
	if s.Card == 0 {
		return tariffs.Book(r, s.Location)
	}
	c, err := tariffs.Card(r, s.Card)
	if err != nil {
		return nil, err
	}
	if c == nil || !r.Scope.Sees(c.Location) {
		return nil, fault.New(fault.NotFound, "no_such_card", "there is no such rate card")
	}
	return tariff.Only(c), nil
}
