package httpapi

import (
	"fmt"
	"net/http"
	"slices"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	terms "orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/merchants"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
)

// tariffRoutes are what partners take for their work.
func (a *api) tariffRoutes() {
	read, write := access.PurchasesRead, access.PurchasesWrite
	add(a, route{method: "GET", path: "/v1/locations/{id}/rate-cards", id: "listRateCards", summary: "List what a partner takes, every version", needs: read}, a.listRateCards)
	add(a, route{method: "POST", path: "/v1/locations/{id}/rate-cards", id: "addRateCard", summary: "Add a version of what a partner takes", needs: write, answers: madeOrNot, text: addCardText}, a.addRateCard)
	add(a, route{method: "GET", path: "/v1/rate-cards/{id}", id: "getRateCard", summary: "Read a version of what a partner takes", needs: read}, a.getRateCard)
	add(a, route{method: "POST", path: "/v1/rate-cards/{id}/withdraw", id: "withdrawRateCard", summary: "Keep a version from coming into force", needs: write}, a.withdrawRateCard)
	add(a, route{method: "GET", path: "/v1/locations/{id}/partner-costs", id: "partnerCosts", summary: "What a partner's work on some days comes to", needs: read, text: partnerCostsText}, a.partnerCosts)
	add(a, route{method: "GET", path: "/v1/locations/{id}/partner-charges", id: "partnerCharges", summary: "List each charge of a partner's work on some days", needs: read, text: partnerCostsText}, a.partnerCharges)
	add(a, route{method: "GET", path: "/v1/orders/{id}/partner-costs", id: "orderPartnerCosts", summary: "What partners took for an order, each charge with its reason", needs: read}, a.orderPartnerCosts)
	add(a, route{method: "GET", path: "/v1/fulfillments/{id}/partner-costs", id: "fulfillmentPartnerCosts", summary: "What a partner took for a fulfillment, each charge with its reason", needs: read}, a.fulfillmentPartnerCosts)
}

const (
	addCardText = "A version never changes. It holds from its day until the next does, and no day that has come gets another than held: a new one begins tomorrow at the earliest, unless none held before. " +
		"What a supplier stores and takes in are its own goods: it charges for neither."
	partnerCostsText = "From what is booked: parcels that left, units taken in and returned, what lay there at the end of each day that has ended. Days are those of the shop's zone; both ends count. " +
		"What is taken by the month is taken by the day of a month that is there in part. With `card` the days are priced by that version, be it of another place, whatever held: what they would have cost."

	maxUnrated = 100
)

// booksAt reads the versions of a partner's place, and which day it is.
func (c *call) booksAt(id string) (at *stock.Location, b tariff.Book, today int64, zone *time.Location, err error) {
	if at, err = c.locationRow(id); err != nil {
		return nil, nil, 0, nil, err
	}
	if !terms.Asks(at.Kind) {
		return nil, nil, 0, nil, fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL at location %s", id)
	}
	err = c.read(func(r *store.Reader) error {
		if zone, today, err = c.shopDay(r); err == nil {
			b, err = tariffs.Book(r, int64(at.ID))
		}
		return err
	})
	return at, b, today, zone, err
}

// shopDay is the shop's zone, and its day.
func (c *call) shopDay(r *store.Reader) (*time.Location, int64, error) {
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return nil, 0, err
	}
	zone := m.Location()
	return zone, figures.Days(zone)(c.api.desk.DB.Now()), nil
}

func (a *api) listRateCards(c *call, p *locationID, _ *none) (Page[RateCard], error) {
	_, b, today, _, err := c.booksAt(p.ID)
	slices.Reverse(b)
	return pageUntil(b, func(x *tariff.Card) RateCard { return renderCard(x, b, today) }, ""), err
}

type cardParams struct {
	ID string `path:"id" doc:"The location's id, or its code as code:LEEDS." example:"loc_0pmnqh2000400"`
	DryRun
}

func (a *api) addRateCard(c *call, p *cardParams, in *NewRateCard) (RateCard, error) {
	at, err := c.locationRow(p.ID)
	if err != nil {
		return RateCard{}, err
	}
	card := tariff.Card{Location: int64(at.ID), From: tariff.ParseDay(in.From), Currency: in.Currency, Note: in.Note}
	for i, x := range in.Rates {
		if x.Price == "" {
			c.faults.Add(fmt.Sprintf("/rates/%d/price", i), "missing", "say what it costs")
		}
		card.Rates = append(card.Rates, tariff.Rate{Kind: x.Kind, Label: x.Label, Price: price(fmt.Sprintf("/rates/%d/price", i), x.Price, &c.faults), Included: x.Included, UpTo: x.UpTo, Carrier: x.Carrier})
	}
	return carded(c, p.Dry, partner.AddCard, partner.CardCommand{Card: card})
}

// carded carries out an act on a rate card, or shows what it would do.
func carded[C any](c *call, dry bool, op *desk.Operation[C], cmd C) (RateCard, error) {
	do := one[C]
	if dry {
		do, c.status = preview[C], http.StatusOK
	}
	r, err := do(c, op, cmd)
	if err != nil {
		return RateCard{}, err
	}
	x, told := r.Value.(*tariff.Card)
	var out RateCard
	err = c.read(func(rd *store.Reader) error {
		if !told { // told before, under the same key
			if x, err = tariffs.Card(rd, tariff.CardID(r.ID)); err != nil || x == nil {
				return err
			}
		}
		_, today, err := c.shopDay(rd)
		if err != nil {
			return err
		}
		b, err := tariffs.Book(rd, x.Location)
		if dry {
			b = append(b, x)
		}
		out = renderCard(x, b, today)
		return err
	})
	if out.DryRun = dry; dry {
		out.ID = ""
	}
	return out, err
}

type cardID struct {
	ID string `path:"id" example:"rtc_0pmnqh2000400"`
}

type cardAct struct {
	ID string `path:"id" example:"rtc_0pmnqh2000400"`
	DryRun
}

func noSuchCard(text string) error {
	return fault.New(fault.NotFound, "no_such_card", "there is no rate card %.40q; an id looks like rtc_0pmnqh2000400", text)
}

// card reads a version that the caller may see.
func (c *call) card(r *store.Reader, text string) (*tariff.Card, error) {
	id, err := tariff.ParseCardID(text)
	if err != nil {
		return nil, noSuchCard(text)
	}
	x, err := tariffs.Card(r, id)
	if err == nil && (x == nil || !c.scope.Sees(x.Location)) {
		err = noSuchCard(text)
	}
	return x, err
}

func (a *api) getRateCard(c *call, p *cardID, _ *none) (RateCard, error) {
	var out RateCard
	err := c.read(func(r *store.Reader) error {
		x, err := c.card(r, p.ID)
		if err != nil {
			return err
		}
		b, err := tariffs.Book(r, x.Location)
		if err != nil {
			return err
		}
		_, today, err := c.shopDay(r)
		out = renderCard(x, b, today)
		return err
	})
	return out, err
}

func (a *api) withdrawRateCard(c *call, p *cardAct, _ *none) (RateCard, error) {
	id, err := tariff.ParseCardID(p.ID)
	if err != nil {
		return RateCard{}, noSuchCard(p.ID)
	}
	return carded(c, p.Dry, partner.WithdrawCard, partner.WithdrawCommand{Card: id})
}

// CostSpan is some days at a place.
type CostSpan struct {
	ID   string `path:"id" doc:"The location's id, or its code as code:LEEDS." example:"loc_0pmnqh2000400"`
	From string `query:"from" format:"date" doc:"First day; the first of this month when left out."`
	To   string `query:"to" format:"date" doc:"Last day; today when left out."`
	Card string `query:"card" doc:"Price the days by this version." example:"rtc_0pmnqh2000400"`
}

// costs reads what a partner took, or would have taken by another card.
func (p *CostSpan) costs(c *call) (out tariff.Costs, at *stock.Location, from, to int64, err error) {
	at, b, today, zone, err := c.booksAt(p.ID)
	if err == nil {
		from, to, err = spanOf(p.From, p.To, today)
	}
	if err != nil {
		return out, nil, 0, 0, err
	}
	err = c.read(func(r *store.Reader) error {
		if p.Card != "" {
			x, err := c.card(r, p.Card)
			if err != nil {
				return err
			}
			b = tariff.Only(x)
		}
		out, err = tariffs.Costs(r, tariffs.Period{Location: int64(at.ID), Goods: at.Kind == "3pl", From: from, To: to, Today: today, Zone: zone}, b)
		return err
	})
	return out, at, from, to, err
}

func (a *api) partnerCosts(c *call, p *CostSpan, _ *none) (PartnerCosts, error) {
	costs, at, from, to, err := p.costs(c)
	if err != nil {
		return PartnerCosts{}, err
	}
	out := renderCosts(int64(at.ID), &costs)
	out.From, out.To, out.Card = tariff.DayText(from), tariff.DayText(to), p.Card
	return out, nil
}

type chargesQuery struct {
	CostSpan
	Paging
}

func (a *api) partnerCharges(c *call, p *chargesQuery, _ *none) (Page[PartnerCharge], error) {
	after, err := p.numbers(1, 0)
	if err != nil {
		return Page[PartnerCharge]{}, err
	}
	costs, _, _, _, err := p.costs(c)
	if err != nil {
		return Page[PartnerCharge]{}, err
	}
	list := costs.InOrder()
	begin := min(max(0, after[0]), int64(len(list)))
	next := ""
	if list = list[begin:]; len(list) > p.Limit {
		list, next = list[:p.Limit], number(begin+int64(p.Limit))
	}
	return pageUntil(list, renderCharge, next), nil
}

type orderCostsOf struct {
	ID string `path:"id" example:"ord_0pmnqh2000400"`
}

func (a *api) orderPartnerCosts(c *call, p *orderCostsOf, _ *none) (OrderPartnerCosts, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return OrderPartnerCosts{}, err
	}
	return c.partnerCostsOf(int64(id), func(*tariff.Fact) bool { return true })
}

// partnerCostsOf reads what partners took for an order, as far as it is kept.
func (c *call) partnerCostsOf(id int64, keep func(*tariff.Fact) bool) (out OrderPartnerCosts, err error) {
	err = c.read(func(r *store.Reader) error {
		zone, _, err := c.shopDay(r)
		if err != nil {
			return err
		}
		if _, err := viewOf(r, order.ID(id)); err != nil {
			return err
		}
		all, err := tariffs.OfOrder(r, id, zone)
		for i := range all {
			all[i].Charges = slices.DeleteFunc(all[i].Charges, func(x tariff.Charge) bool { return !keep(&x.Fact) })
			all[i].Unrated = slices.DeleteFunc(all[i].Unrated, func(f tariff.Fact) bool { return !keep(&f) })
		}
		out = renderOrderCosts(id, all)
		return err
	})
	return out, err
}

func (a *api) fulfillmentPartnerCosts(c *call, p *fulfillmentID, _ *none) (OrderPartnerCosts, error) {
	id, err := fulfillmentByID(p.ID)
	if err != nil {
		return OrderPartnerCosts{}, err
	}
	var source int64
	err = c.read(func(r *store.Reader) error {
		found, err := fulfillments.Load(r, []fulfillment.ID{id})
		if err == nil && (len(found) == 0 || !c.scope.Sees(int64(found[0].Location))) {
			err = noSuchFulfillment(p.ID)
		}
		if err == nil {
			source = found[0].Source
		}
		return err
	})
	if err != nil {
		return OrderPartnerCosts{}, err
	}
	out, err := c.partnerCostsOf(source, func(f *tariff.Fact) bool { return f.Fulfillment == int64(id) })
	out.Places = slices.DeleteFunc(out.Places, func(x PartnerCosts) bool { return len(x.Charges) == 0 && x.Unrated == 0 })
	return out, err
}
