package tokens

import (
	"sort"

	"orderly/internal/order"
	"orderly/internal/store"
)

// periodOrders is how many orders a period takes before the next is opened:
// some 1.4 MB of words. A rare word costs a look into every period, so a
// million orders are 250 looks of a few µs.
const periodOrders = 4096

// Period is a stretch of order ids whose words stand together: from Start up
// to the Start of the next.
type Period struct {
	Start   order.ID
	n       int64
	last    order.ID // the highest of its orders
	changed bool
}

// Periods are neighbors, oldest first.
type Periods []Period

// PeriodsFrom reads the period that holds an order, and all later ones.
func PeriodsFrom(r *store.Reader, id order.ID) (Periods, error) {
	var out Periods
	err := r.Each("SELECT period, n, last FROM search_period WHERE m = $1 AND period >= "+
		"(SELECT coalesce(max(p.period), 0) FROM search_period AS p WHERE p.m = $2 AND p.period <= $3) ORDER BY period", []any{r.M, r.M, int64(id)},
		func(scan func(...any) error) error {
			var p Period
			err := scan(&p.Start, &p.n, &p.last)
			out = append(out, p)
			return err
		})
	return out, err
}

// Of is the start of the period that holds an order.
func (p Periods) Of(id order.ID) order.ID {
	if i := p.at(id); i >= 0 {
		return p[i].Start
	}
	return 0
}

func (p Periods) at(id order.ID) int {
	return sort.Search(len(p), func(i int) bool { return p[i].Start > id }) - 1
}

// add makes room for an order that has no words yet. Only an order above all
// others may open a period: what stands already must stay where it is.
func (p *Periods) add(id order.ID) {
	if len(*p) == 0 {
		*p = Periods{{}}
	}
	if newest := &(*p)[len(*p)-1]; id > newest.last && newest.n >= periodOrders {
		*p = append(*p, Period{Start: newest.last + 1})
	}
	if i := p.at(id); i >= 0 {
		x := &(*p)[i]
		x.n, x.last, x.changed = x.n+1, max(x.last, id), true
	}
}

var savePeriod = store.Upsert("search_period", 2, "m", "period", "n", "last")

func (p Periods) save(tx *store.Tx) error {
	var changed Periods
	for _, x := range p {
		if x.changed {
			changed = append(changed, x)
		}
	}
	return savePeriod.Run(tx, len(changed), func(a []any, n int) []any {
		return append(a, tx.M, int64(changed[n].Start), changed[n].n, int64(changed[n].last))
	})
}
