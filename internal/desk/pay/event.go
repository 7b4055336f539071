package pay

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store/payments"
	"orderly/internal/trouble"
)

// EventCommand is what a provider told, once its signature was found good.
type EventCommand struct{ Event payment.Event }

// Report takes in what a provider told: each event once, in any order. One of a
// payment that nobody knows is kept, and counts as soon as somebody does; when
// it tells of money, a person is told.
var Report = step.Act[EventCommand]{
	Name: "payments.report", Permission: access.OrdersWrite,
	Check: func(c *EventCommand) error {
		e := &c.Event
		if e.ID == "" || len(e.ID) > payment.MaxEventID || len(e.Reference) > payment.MaxReference || len(e.Type) > payment.MaxEventType {
			return fault.New(fault.Invalid, "invalid_event", "an event has an id of at most %d characters and names its payment", payment.MaxEventID)
		}
		return checkAmounts(e.Amounts)
	},
	Load:   loadReport,
	Decide: decideReport,
}.Operation()

func loadReport(b *step.Batch, asked []desk.Asked[EventCommand]) error {
	var ids []payment.ID
	names, events := map[string][]string{}, map[string][]string{}
	for i := range asked {
		e := &asked[i].Command.Event
		ids = append(ids, e.Payment)
		names[e.Provider] = append(names[e.Provider], e.Reference)
		events[e.Provider] = append(events[e.Provider], e.ID)
	}
	for provider, refs := range names {
		known, err := payments.ByReference(b.R, provider, refs)
		if err != nil {
			return err
		}
		for _, id := range known {
			ids = append(ids, id)
		}
		kept, err := payments.Events(b.R, provider, events[provider])
		if err != nil {
			return err
		}
		b.KnowEvents(kept)
	}
	slices.Sort(ids)
	return b.LoadPaymentsByID(slices.Compact(ids))
}

func decideReport(b *step.Batch, a desk.Asked[EventCommand]) (desk.Result, error) {
	e := a.Command.Event
	if known, ok := b.KnownEvent(e.Provider, e.ID); ok {
		return desk.Result{Kind: journal.Payment, ID: int64(known.Payment), Status: "unchanged"}, nil
	}
	e.KeptAt = b.At
	p := b.Payment(e.Payment)
	if p == nil {
		p = b.PaymentNamed(e.Provider, e.Reference)
	}
	if p == nil || !e.Fits(p) || p.Reference != "" && e.Reference != "" && p.Reference != e.Reference {
		return orphan(b, a.Scope, e)
	}
	if err := apply(b, a.Scope, p, &e); err != nil {
		return desk.Result{}, err
	}
	if err := b.TellPayments(a.Scope, order.ID(p.Order)); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Payment, ID: int64(p.ID), Seq: p.Version, Status: "done"}, nil
}

// apply joins an event to its payment.
func apply(b *step.Batch, by access.Scope, p *payment.Payment, e *payment.Event) error {
	e.Payment, e.AppliedAt = p.ID, b.At
	b.KeepEvent(*e)
	var x *payment.Intent
	if e.Intent != 0 {
		if x = p.Intent(e.Intent); x != nil {
			if _, err := x.Step(payment.Succeeded, b.At); err != nil {
				return err
			}
		}
	}
	if err := learn(b, by, p, said{e.Reference, "", e.ExpiresAt, e.Amounts}); err != nil {
		return err
	}
	b.ChangedPayment(p, journal.PaymentReported, x, e.ID)
	if e.Partial {
		b.LookAt(p, e.ID)
	}
	return nil
}

// orphan keeps an event of a payment that nobody knows.
func orphan(b *step.Batch, by access.Scope, e payment.Event) (desk.Result, error) {
	e.Payment = 0
	waiting, err := payments.Waiting(b.R, e.Provider, e.Reference)
	if err != nil {
		return desk.Result{}, err
	}
	told := slices.ContainsFunc(append(waiting, b.KeptEvents(e.Provider, e.Reference)...), func(x payment.Event) bool { return x.Amounts.Authorized > 0 || x.Amounts.Captured > 0 })
	b.KeepEvent(e)
	if !told && (e.Amounts.Authorized > 0 || e.Amounts.Captured > 0) {
		b.AddTrouble(by, trouble.Trouble{Kind: trouble.Payment, Reason: "no_order", Text: e.Provider + " " + e.Reference, Quantity: max(e.Amounts.Authorized, e.Amounts.Captured)})
	}
	return desk.Result{Kind: journal.Payment, Status: "created"}, nil
}

// applyWaiting applies what was told of a payment before anybody knew it.
func applyWaiting(b *step.Batch, by access.Scope, p *payment.Payment) error {
	if p.Reference == "" {
		return nil
	}
	list, err := payments.Waiting(b.R, p.Provider, p.Reference)
	if err != nil {
		return err
	}
	for i := range list {
		if list[i].Fits(p) {
			if err := apply(b, by, p, &list[i]); err != nil {
				return err
			}
		}
	}
	b.Settle(by, trouble.Payment, func(t *trouble.Trouble) bool {
		return t.Reason == "no_order" && t.Text == p.Provider+" "+p.Reference
	})
	return nil
}
