// Package worked reads what was done for a merchant in a month, place by place.
//
// What counts is not decided here (the nouns tariff and worked), and the rows are
// read where partners' charges are (store/tariffs).
package worked

import (
	"context"
	"slices"
	"time"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
	"orderly/internal/worked"
)

// Needs is what somebody must be able to see of what they count.
var Needs = []access.Permission{access.OrdersRead, access.StockRead}

// May reports whether a scope may read the counts.
func May(s access.Scope) bool {
	return !slices.ContainsFunc(Needs, func(p access.Permission) bool { return !s.May(p) })
}

// Place is what was done at one of the merchant's own locations.
type Place struct {
	Location *stock.Location
	worked.Count
}

// Report is a merchant's month. An order that left two places is one in Total.
type Report struct {
	Month  worked.Month
	Until  int64 // the last day of which storage is counted: the last that has ended
	Places []Place
	Total  worked.Count
}

// ours are the kinds of location where a house works with a merchant's goods.
var ours = []string{"warehouse", "store"}

// Read counts a merchant's month at the locations that the scope sees. Each place
// is read on a snapshot of its own, and in parts when it did more than one reading
// takes: of a month that goes on, the last days may hold what came meanwhile.
func Read(ctx context.Context, db *store.DB, scope access.Scope, m worked.Month) (Report, error) {
	for _, p := range Needs {
		if err := scope.Require(p); err != nil {
			return Report{}, err
		}
	}
	var zone *time.Location
	var places []*stock.Location
	err := db.Read(ctx, scope, func(r *store.Reader) error {
		x, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		zone = x.Location()
		places, err = locations.All(r)
		return err
	})
	if err != nil {
		return Report{}, err
	}
	today := figures.Days(zone)(db.Now())
	out := Report{Month: m, Until: min(m.Last(), figures.After(today, -1))}
	var total worked.Tally
	for _, l := range places {
		if !slices.Contains(ours, l.Kind) || !scope.Sees(int64(l.ID)) {
			continue
		}
		var at worked.Tally
		if days, some := m.Days(today); some {
			p := tariffs.Period{Location: int64(l.ID), Goods: true, From: days.From, To: days.To, Today: today, Zone: zone}
			facts, err := happened(ctx, db, scope, p)
			if err != nil {
				return Report{}, err
			}
			at.Add(facts)
			total.Add(facts)
		}
		out.Places = append(out.Places, Place{l, at.Count})
	}
	out.Total = total.Count
	return out, nil
}

// happened reads some days of a place; where more was done than can be read at once,
// each half of them by itself.
func happened(ctx context.Context, db *store.DB, scope access.Scope, p tariffs.Period) (facts []tariff.Fact, err error) {
	err = db.Read(ctx, scope, func(r *store.Reader) (err error) {
		facts, err = tariffs.Happened(r, p)
		return err
	})
	if fault.CodeOf(err) != tariffs.TooLong || p.From == p.To {
		return facts, err
	}
	first, rest := p, p
	first.To = figures.After(p.From, (figures.Length(p.From, p.To)-1)/2)
	rest.From = figures.After(first.To, 1)
	if facts, err = happened(ctx, db, scope, first); err != nil {
		return nil, err
	}
	more, err := happened(ctx, db, scope, rest)
	return append(facts, more...), err
}
