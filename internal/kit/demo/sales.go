package demo

import (
	"context"
	"encoding/json"
	"errors"
	"slices"
	"time"

	"orderly/internal/desk/intake"
	"orderly/internal/kit/demo/world"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/orders"
)

// Odds of what happens to an order before it is sent, in a thousand.
const (
	cancelOdds = 30
	fraudOdds  = 150 // of those held for payment
	noteOdds   = 25
)

// collectTag marks orders that are collected in the shop.
const collectTag = "collect"

func collected(o *order.Order) bool { return slices.Contains(o.Tags, collectTag) }

// arrive places the orders of a window, and plans when the next comes.
func (m *Demo) arrive(ctx context.Context, due []task) error {
	at := due[0].at
	var cmds []intake.PlaceCommand
	var when []time.Duration
	for end := horizon(at); at <= end && len(cmds) < maxTogether; at += m.nextGap(at) {
		o := m.world.NextOrder(epoch.Add(at))
		r, err := m.request(&o)
		if err != nil {
			return err
		}
		cmds, when = append(cmds, intake.PlaceCommand{Request: r}), append(when, at)
	}
	m.agenda.plan(actArrive, task{at: at})
	got, err := do(ctx, m, intake.Place, channel, cmds)
	for i := range got {
		if got[i].Err == nil {
			m.expect(order.ID(got[i].ID), when[i], &cmds[i].Request)
		}
	}
	return err
}

// nextGap draws the time until the next order.
func (m *Demo) nextGap(at time.Duration) time.Duration {
	mean := m.gap
	switch {
	case at < rush:
		mean = pastGap
	case at < Opening:
		mean = rushGap
	}
	return m.between(mean/5, 2*mean-mean/5)
}

// expect plans what clerks and customers will do about a new order.
func (m *Demo) expect(id order.ID, at time.Duration, r *order.Request) {
	m.orders[id] = &progress{ours: true}
	m.moment[id] = at
	later := func(k act, low, high time.Duration) {
		m.agenda.plan(k, task{at: at + m.between(low, high), order: id})
	}
	paid := len(r.Payments) > 0
	fraud := false
	for _, h := range r.Holds {
		fraud = h.Reason == holdPayment && m.chance(fraudOdds)
	}
	switch {
	case fraud:
		later(actCancel, 40*time.Minute, 3*time.Hour)
	case len(r.Holds) > 0:
		later(actLift, 20*time.Minute, 150*time.Minute)
	case r.Channel != world.ChannelShop && m.chance(cancelOdds):
		later(actCancel, 5*time.Minute, 2*time.Hour)
	case m.chance(noteOdds):
		later(actNote, 5*time.Minute, time.Hour)
	}
	if !paid && !fraud {
		later(actSettle, 3*time.Hour, 44*time.Hour) // by invoice, or a payment that came late
	}
}

// Reasons of holds.
const (
	holdAddress = "address"
	holdPayment = "payment_review"
)

// request translates an order of the world.
func (m *Demo) request(o *world.Order) (order.Request, error) {
	c := &m.world.Customers[o.Customer]
	who := contact(c)
	who.Email, who.Phone = o.Email, o.Phone
	r := order.Request{
		Channel: o.Channel, ExternalID: o.ExternalID, Currency: o.Currency, CustomerID: m.customers[o.Customer],
		Parties: party.Parties{Customer: who, ShipTo: m.shipTo(o), BillTo: address(&o.BillTo)},
		Tags:    slices.Clone(o.Tags), Priority: priority(o), DueAt: m.due(o),
	}
	if o.GiftNote != "" {
		r.Note = "Gift card: " + o.GiftNote
	}
	if o.Service == world.ServiceStandard || o.Service == world.ServiceExpress {
		r.Method = o.Service
	}
	if o.Collect != "" {
		r.Tags = append(r.Tags, collectTag)
	}
	if o.Paid {
		r.Payments = []order.Payment{{Amount: o.Total, Reference: o.Channel + " " + o.ExternalID}}
	}
	r.Holds = holds(o)
	custom, err1 := json.Marshal(map[string]string{"service": o.Service})
	r.Custom = custom
	return r, errors.Join(err1, amounts(o, &r))
}

func amounts(o *world.Order, r *order.Request) error {
	currency, err := money.ParseCurrency(o.Currency)
	if err != nil {
		return err
	}
	for _, l := range o.Lines {
		price, err := money.ParsePrice(l.UnitPrice)
		if err != nil {
			return err
		}
		r.Lines = append(r.Lines, order.RequestLine{SKU: l.SKU, Quantity: l.Quantity, Price: price})
	}
	for _, f := range o.Fees {
		amount, err := currency.ParseAmount(f.Amount)
		if err != nil {
			return err
		}
		kind := "fee"
		if f.Code == world.FeeShipping {
			kind = "shipping"
		}
		r.Fees = append(r.Fees, order.Fee{Kind: kind, Code: f.Code, Label: f.Label, Amount: amount})
	}
	return nil
}

// shipTo gives collected orders the shop's position, so that it is nearest.
func (m *Demo) shipTo(o *world.Order) party.Address {
	a := address(&o.ShipTo)
	for i := range m.world.Locations {
		if x := &m.world.Locations[i]; x.Code == o.Collect {
			a.Latitude, a.Longitude = x.Latitude, x.Longitude
		}
	}
	return a
}

func priority(o *world.Order) int64 {
	switch {
	case slices.Contains(o.Tags, "vip"):
		return 10
	case o.Service == world.ServiceExpress:
		return 5
	}
	return 0
}

// due is what was promised, by the real clock as screens compare it.
func (m *Demo) due(o *world.Order) int64 {
	days := 3
	switch {
	case o.Service == world.ServiceExpress:
		days = 1
	case o.ShipTo.Country != m.world.Merchant.Country:
		days = 7
	}
	return m.db.Now() + (time.Duration(days) * 24 * time.Hour).Microseconds()
}

func holds(o *world.Order) []order.Hold {
	var out []order.Hold
	if slices.Contains(o.Tags, "check-address") {
		out = append(out, order.Hold{Reason: holdAddress, Note: "The postcode does not belong to the town. Ask the customer."})
	}
	if !o.Paid && o.Channel == world.ChannelWeb && len(out) == 0 {
		out = append(out, order.Hold{Reason: holdPayment, Note: "The card payment has not been confirmed."})
	}
	return out
}

// lift has clerks end the holds that they have looked into.
func (m *Demo) lift(ctx context.Context, due []task) error {
	var cmds []intake.LiftCommand
	for _, t := range due {
		cmds = append(cmds, intake.LiftCommand{Order: t.order})
	}
	_, err := do(ctx, m, intake.Lift, clerk, cmds)
	return err
}

// cancel has customers change their minds, and what they paid given back.
func (m *Demo) cancel(ctx context.Context, due []task) error {
	var cmds []intake.CancelCommand
	for _, t := range due {
		cmds = append(cmds, intake.CancelCommand{Order: t.order, Remaining: true})
	}
	got, err := do(ctx, m, intake.Cancel, customer, cmds)
	for i := range got {
		if got[i].Err == nil {
			m.agenda.plan(actSettle, task{at: due[i].at + m.between(10*time.Minute, time.Hour), order: due[i].order})
		}
	}
	return err
}

var remarks = []string{
	"Customer rang: please leave it with the neighbour at number 12.",
	"Asked to be told before the van comes.",
	"Third order this month. A thank-you card would be nice.",
	"Check the glaze before packing, the last one had a chip.",
	"Wants the invoice by post.",
}

// note has clerks write down what customers say.
func (m *Demo) note(ctx context.Context, due []task) error {
	var cmds []intake.EditCommand
	for _, t := range due {
		cmds = append(cmds, intake.EditCommand{Order: t.order, Note: remarks[m.random.IntN(len(remarks))], AddTags: []string{"called"}})
	}
	_, err := do(ctx, m, intake.Edit, clerk, cmds)
	return err
}

// settle books what is still owed to or by the customer.
func (m *Demo) settle(ctx context.Context, due []task) error {
	found, err := m.load(ctx, due)
	if err != nil {
		return err
	}
	var cmds []intake.PayCommand
	for _, t := range due {
		o := found[t.order]
		if o == nil {
			continue
		}
		owed := o.Totals.Payable() - (o.Paid - o.Refunded)
		switch {
		case owed > 0:
			cmds = append(cmds, intake.PayCommand{Order: o.ID, Amount: owed, Reference: "bank transfer"})
		case owed < 0:
			cmds = append(cmds, intake.PayCommand{Order: o.ID, Amount: -owed, Refund: true, Reference: "refund"})
		}
	}
	_, err = do(ctx, m, intake.Pay, clerk, cmds)
	return err
}

// load reads the orders of tasks.
func (m *Demo) load(ctx context.Context, due []task) (found map[order.ID]*order.Order, err error) {
	var ids []order.ID
	for _, t := range due {
		if !slices.Contains(ids, t.order) {
			ids = append(ids, t.order)
		}
	}
	err = m.db.Read(ctx, m.as(clerk), func(r *store.Reader) error {
		found, err = orders.Load(r, ids, orders.Parts{})
		return err
	})
	return found, err
}
