package pay

import (
	"orderly/internal/access"
	"orderly/internal/asking"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
)

// maxPages bounds how many pages to pay at a customer opens for one order: each
// is asked of the provider.
const maxPages = 10

// PageCommand opens a page on which the customer pays what is due, by the link
// of a question.
type PageCommand struct {
	Order order.ID
	Ask   asking.ID
}

// OpenPage is the customer's own act. Where a page is open or being made, or
// nothing is due, it changes nothing.
var OpenPage = step.Act[PageCommand]{
	Name: "payments.page", Permission: access.Track,
	Load: func(b *step.Batch, asked []desk.Asked[PageCommand]) error {
		var asks []asking.ID
		var of []order.ID
		for i := range asked {
			asks, of = append(asks, asked[i].Command.Ask), append(of, asked[i].Command.Order)
		}
		if err := b.LoadAsks(asks); err != nil {
			return err
		}
		if err := b.LoadOrders(of); err != nil {
			return err
		}
		if err := b.LoadPayments(of); err != nil {
			return err
		}
		return b.LoadProviders()
	},
	Decide: decidePage,
}.Operation()

func decidePage(b *step.Batch, a desk.Asked[PageCommand]) (desk.Result, error) {
	x, o := b.Ask(a.Command.Ask), b.Order(a.Command.Order)
	if x == nil || o == nil || x.Order != o.ID || x.Kind != asking.Payment || a.Scope.Order != int64(o.ID) {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_link", "there is no such link")
	}
	if err := x.May(asking.Pay, b.At); err != nil {
		return desk.Result{}, err
	}
	list, err := b.PaymentsOf(o.ID)
	if err != nil {
		return desk.Result{}, err
	}
	due, pages := payment.Due(o.Totals.Payable(), o.Paid, o.Refunded, list), 0
	for _, p := range list {
		for _, in := range p.Intents {
			if in.Kind == payment.Link {
				pages++
			}
		}
		if p.Provider != "" && p.UnderWay(b.At) {
			return done(o, p, nil, Nothing), nil
		}
		if p.Page() != "" && p.ExpiresAt != 0 && p.ExpiresAt <= b.At && p.State() == payment.Waiting {
			due += p.Amount // its page has ended, and nobody paid at it
		}
	}
	due = min(due, o.Totals.Payable()-o.Paid+o.Refunded)
	code := b.OfferedProvider()
	switch {
	case o.Statuses.Status == "canceled" || due <= 0:
		return desk.Result{}, fault.New(fault.Conflict, "nothing_due", "there is nothing to pay")
	case code == "":
		return desk.Result{}, fault.New(fault.Conflict, "no_such_provider", "cards are not taken here")
	case pages >= maxPages || len(list) >= payment.MaxPayments:
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "pages to pay at were opened %d times; write to the shop", pages)
	}
	p := &payment.Payment{Order: int64(o.ID), Tender: payment.Card, Provider: code, Currency: o.Currency.Code(), Amount: due, AtOnce: true}
	b.AddPayment(p)
	begun, err := begin(b, a.Scope, p, AddCommand{Begin: payment.Link, Amount: due})
	if err == nil {
		err = b.TellPayments(a.Scope, o.ID)
	}
	if err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Payment, ID: int64(p.ID), Seq: p.Version, Status: "created", Value: &Done{Order: o, Payment: p, Intent: begun}}, nil
}
