package httpapi

import (
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/promises"
)

// offerRoutes are what may be promised, what was, and how it was kept.
func (a *api) offerRoutes() {
	add(a, route{method: "POST", path: "/v1/promise", id: "promise", summary: "Ask when a cart would be there, by which method, for how much", needs: access.OrdersRead, text: promiseText}, a.promise)
	add(a, route{method: "GET", path: "/v1/promises", id: "promiseFigures", summary: "How first promises that were due in a period were kept", needs: access.OrdersRead, whole: true, text: promiseFiguresText}, a.promiseFigures)
	add(a, route{method: "GET", path: "/v1/orders/{id}/promises", id: "listPromises", summary: "Read what was promised of an order, first to last", needs: access.OrdersRead}, a.listPromises)
	add(a, route{method: "POST", path: "/v1/orders/{id}/promise", id: "promiseAgain", summary: "Promise another day", needs: intake.PromiseAgain.Permission, tagged: true, text: promiseAgainText}, a.promiseAgain)
}

const (
	promiseText = "One option for each delivery method that goes there, sourced as an order would be now. It reads a snapshot and keeps nothing back: an order placed before `expires_at` is promised the same dates if the stock is still there. " +
		"Without any delivery method the option `parcel` says when it leaves, and nothing of cost and arrival."
	promiseFiguresText = "By the first promise, never by one that was made later. A promise of an arrival is kept when all units that were not canceled arrived by then. At most 20,000 promises are counted."
	promiseAgainText   = "The order is due then, and so is the work on it. What was promised before stays in the ledger, and figures go by the first. With If-Match only if the order was not edited meanwhile."
)

// maxDue bounds the promises that are counted at once.
const maxDue = 20_000

func (a *api) promise(c *call, _ *none, in *Cart) (Offers, error) {
	cart := in.cart(&c.faults)
	if err := c.faults.Err(); err != nil {
		return Offers{}, err
	}
	var out Offers
	err := c.read(func(r *store.Reader) error {
		found, err := intake.PromiseFor(a.desk, r, cart)
		if err != nil {
			return err
		}
		m, err := merchants.Get(r, r.M)
		out = renderOffers(&found, m.Currency, m.Location())
		return err
	})
	return out, err
}

func (a *api) listPromises(c *call, p *OrderID, _ *none) (Page[MadePromise], error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Page[MadePromise]{}, err
	}
	out := Page[MadePromise]{Data: []MadePromise{}}
	err = c.read(func(r *store.Reader) error {
		if _, err := viewOf(r, id); err != nil { // only of an order that the caller sees
			return err
		}
		list, err := promises.Of(r, []order.ID{id})
		if err != nil {
			return err
		}
		done, err := promises.DoneOf(r, id)
		for i := range list[id] {
			out.Data = append(out.Data, renderPromise(&list[id][i], done, a.desk.DB.Now()))
		}
		return err
	})
	return out, err
}

func (a *api) promiseAgain(c *call, p *OrderID, in *NewPromise) (Order, error) {
	return actOn(c, p.ID, intake.PromiseAgain, func(id order.ID) (cmd intake.PromiseCommand, err error) {
		cmd = intake.PromiseCommand{Order: id, ShipBy: parseInstant("/ship_by", in.ShipBy, &c.faults), DeliverBy: parseInstant("/deliver_by", in.DeliverBy, &c.faults), Cause: in.Cause}
		cmd.Version, err = c.ifMatch(false)
		return cmd, err
	})
}

func (a *api) promiseFigures(c *call, p *PromisePeriod, _ *none) (PromiseFigures, error) {
	var out PromiseFigures
	err := c.read(func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		from, err1 := time.ParseInLocation(time.DateOnly, p.From, m.Location())
		to, err2 := time.ParseInLocation(time.DateOnly, p.To, m.Location())
		if err1 != nil || err2 != nil || to.Before(from) || to.Sub(from) > 367*24*time.Hour {
			return fault.New(fault.Invalid, "invalid_period", "from and to are days such as 2026-11-30, at most 366 days apart")
		}
		list, err := promises.DueIn(r, from.UnixMicro(), to.AddDate(0, 0, 1).UnixMicro(), [2]int64{}, maxDue+1)
		more := len(list) > maxDue
		out = renderKept(list[:min(len(list), maxDue)], a.desk.DB.Now(), more)
		return err
	})
	return out, err
}
