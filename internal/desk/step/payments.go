package step

import (
	"encoding/json"
	"errors"
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/credit"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store/jobs"
	"orderly/internal/store/payments"
)

// PaymentJob is the kind of the durable job that carries an intent out. Its
// dedupe and data are the intent's id.
const PaymentJob = "payment"

// LookJob is the kind of the durable job that asks a provider how a payment
// stands, once for each event that did not say. Its data is the payment's id.
const LookJob = "payment_look"

// payBook is what a batch knows and changes of payments. It is empty in all
// batches but those that move money beside the channel's.
type payBook struct {
	byID    map[payment.ID]*openPayment
	of      map[order.ID][]*payment.Payment // every payment of an order that was looked at
	events  map[string]payment.Event        // by provider and id, to be kept
	told    map[string]payment.Event        // that were kept before
	untold  []untold
	begun   []payment.IntentID
	looks   []unseen
	offered map[string]payments.Provider
	terms   map[string]payment.Policy
	agreed  []payment.Agreed // with customers that were looked at
	owing   map[owner]int64  // on terms
	remits  []*payment.Remittance
	channel []payments.ChanneledRow // that this batch keeps
	said    []payments.ChanneledRow // that were kept before
}

// owner is a customer in one currency.
type owner struct {
	customer int64
	currency string
}

// openPayment is a payment in the batch.
type openPayment struct {
	p       *payment.Payment
	changed bool
	intents map[payment.IntentID]bool // changed
}

// unseen is a payment whose provider is to be asked for the whole picture, and
// the event that did not tell it.
type unseen struct {
	of    payment.ID
	event string
}

// untold is a change of a payment that the journal is not told of yet.
type untold struct {
	p    *payment.Payment
	typ  string
	x    *payment.Intent
	note string
}

// LoadPayments reads all payments of loaded orders.
func (b *Batch) LoadPayments(ids []order.ID) error {
	if b.pay.of == nil {
		b.pay.byID, b.pay.of, b.pay.events = map[payment.ID]*openPayment{}, map[order.ID][]*payment.Payment{}, map[string]payment.Event{}
	}
	var missing []int64
	for _, id := range ids {
		if _, known := b.pay.of[id]; !known && b.Order(id) != nil {
			b.pay.of[id] = []*payment.Payment{}
			missing = append(missing, int64(id))
		}
	}
	found, err := payments.OfOrders(b.R, missing)
	for _, p := range found {
		b.knowPayment(p)
	}
	return err
}

func (b *Batch) knowPayment(p *payment.Payment) {
	b.pay.byID[p.ID] = &openPayment{p: p, intents: map[payment.IntentID]bool{}}
	b.pay.of[order.ID(p.Order)] = append(b.pay.of[order.ID(p.Order)], p)
}

// LoadPaymentsByID reads payments with their whole orders and all that else was
// paid on these.
func (b *Batch) LoadPaymentsByID(ids []payment.ID) error {
	found, err := payments.Load(b.R, ids)
	if err != nil {
		return err
	}
	of := make([]order.ID, len(found))
	for i, p := range found {
		of[i] = order.ID(p.Order)
	}
	if err := b.LoadOrders(of); err != nil {
		return err
	}
	return b.LoadPayments(of)
}

// LoadProviders reads which providers are set up.
func (b *Batch) LoadProviders() error {
	list, err := payments.Providers(b.R)
	b.pay.offered = map[string]payments.Provider{}
	for _, p := range list {
		b.pay.offered[p.Code] = p
	}
	return err
}

// LoadPaymentPolicies reads when channels capture and unpaid orders expire.
func (b *Batch) LoadPaymentPolicies() (err error) {
	b.pay.terms, err = payments.Policies(b.R)
	return err
}

// PaymentPolicy is what holds for a channel.
func (b *Batch) PaymentPolicy(channel string) payment.Policy {
	return payment.PolicyOf(b.pay.terms, channel)
}

// Provider finds one that is set up and takes new payments.
func (b *Batch) Provider(code string) (payments.Provider, bool) {
	p, ok := b.pay.offered[code]
	return p, ok && p.Active
}

// OfferedProvider is the provider by which customers pay at a page, the first
// by code of those that take new payments; "" when there is none.
func (b *Batch) OfferedProvider() string {
	for _, code := range slices.Sorted(maps.Keys(b.pay.offered)) {
		if b.pay.offered[code].Active {
			return code
		}
	}
	return ""
}

// Payment is a loaded payment; nil when there is none.
func (b *Batch) Payment(id payment.ID) *payment.Payment {
	if x := b.pay.byID[id]; x != nil {
		return x.p
	}
	return nil
}

// PaymentNamed finds a loaded payment by the provider's name of it.
func (b *Batch) PaymentNamed(provider, reference string) *payment.Payment {
	for _, x := range b.pay.byID {
		if reference != "" && x.p.Provider == provider && x.p.Reference == reference {
			return x.p
		}
	}
	return nil
}

// PaymentsOf are an order's payments, the oldest first.
func (b *Batch) PaymentsOf(id order.ID) ([]*payment.Payment, error) {
	err := b.LoadPayments([]order.ID{id})
	return b.pay.of[id], err
}

// AddPayment adds a new payment of a loaded order.
func (b *Batch) AddPayment(p *payment.Payment) {
	p.ID, p.CreatedAt = payment.ID(b.NewID()), b.At
	b.knowPayment(p)
	b.owe(p, journal.PaymentAdded, nil, "")
}

// owe notes that the journal must be told of a payment, and that it changed.
func (b *Batch) owe(p *payment.Payment, typ string, x *payment.Intent, note string) {
	open := b.pay.byID[p.ID]
	open.changed = true
	if x != nil {
		open.intents[x.ID] = true
		copied := *x
		x = &copied
	}
	b.pay.untold = append(b.pay.untold, untold{p, typ, x, note})
}

// ChangedPayment notes a change of a payment, or of one of its intents.
func (b *Batch) ChangedPayment(p *payment.Payment, typ string, x *payment.Intent, note string) {
	b.owe(p, typ, x, note)
}

// Intend keeps that something is to happen outside, and the job that does it.
// Whatever the intent is refused for has changed nothing.
func (b *Batch) Intend(by access.Actor, p *payment.Payment, x payment.Intent) (*payment.Intent, error) {
	x.ID, x.CreatedAt = payment.IntentID(b.NewID()), b.At
	if by.Kind != "" { // else it is who tells of it
		x.Actor = by.String()
	}
	begun, err := p.Begin(x)
	if err != nil {
		return nil, err
	}
	b.owe(p, journal.PaymentAsked, begun, "")
	b.pay.begun = append(b.pay.begun, begun.ID)
	return begun, nil
}

// LearnPayment joins what is known of a payment with what somebody tells, and
// lets the ledger and the order follow. The caller tells the payment's change.
func (b *Batch) LearnPayment(by access.Scope, p *payment.Payment, a payment.Amounts) error {
	before := p.Learn(a)
	b.AddMoney(payment.Bookings(b.NewID, p, before, p.Amounts, b.At))
	if n := p.Captured - before.Captured; n > 0 {
		if p.Tender.Stored() {
			if err := b.moveStored(by, p, credit.Pay, -n); err != nil {
				return err
			}
		}
		if err := b.Apply(by, journal.OrderPaid, order.ID(p.Order), &order.Delta{Paid: n}); err != nil {
			return err
		}
	}
	if n := p.Refunded - before.Refunded; n > 0 {
		return b.Apply(by, journal.OrderRefunded, order.ID(p.Order), &order.Delta{Refunded: n})
	}
	return nil
}

// GiveBack gives an amount back out of what the order was paid by, tender by
// tender. What a person moves is booked and added to the delta that will tell
// of it; of what a provider moves, intents are kept, and the order has it
// refunded when it is. A refusal has changed nothing.
func (b *Batch) GiveBack(by access.Scope, o *order.Order, d *order.Delta, amount int64, ref string, tenders []payment.Tender) ([]payment.Share, error) {
	list, err := b.PaymentsOf(o.ID)
	if err != nil {
		return nil, err
	}
	purses := payment.Purses(list, o.Paid+d.Paid, o.Refunded+d.Refunded)
	all := payment.Returnable(list, o.Paid+d.Paid, o.Refunded+d.Refunded)
	shares, err := payment.Spread(amount, purses, tenders)
	if err != nil || amount > all { // each purse is within what is left, together they may not be
		return nil, tooMuch(o, purses, tenders, amount, all)
	}
	for _, s := range shares {
		switch p := s.Payment; {
		case p == nil:
			d.Refunded += s.Amount
			b.AddMoney(payment.PaidAtChannel([2]int64{b.NewID(), b.NewID()}, int64(o.ID), o.Currency.Code(), -s.Amount, ref, b.At))
		case p.Provider != "":
			if _, err := b.Intend(by.Actor, p, payment.Intent{Kind: payment.Refund, Amount: s.Amount}); err != nil {
				return nil, err
			}
		default:
			if err := b.GiveBackByHand(by, d, p, s.Amount); err != nil {
				return nil, err
			}
		}
	}
	return shares, nil
}

// GiveBackByHand books that a person gave back some of a payment that no
// provider moves, at most what is left of it. A gift card or store credit has it
// again to spend, whether it is blocked or not.
func (b *Batch) GiveBackByHand(by access.Scope, d *order.Delta, p *payment.Payment, amount int64) error {
	more := p.Amounts
	more.Refunded += amount
	before := p.Learn(more)
	d.Refunded += amount
	b.AddMoney(payment.Bookings(b.NewID, p, before, p.Amounts, b.At))
	b.owe(p, journal.PaymentRefunded, nil, "")
	if p.Tender.Stored() {
		return b.moveStored(by, p, credit.Refund, amount)
	}
	return nil
}

func tooMuch(o *order.Order, purses []payment.Purse, tenders []payment.Tender, amount, all int64) error {
	left := int64(0)
	for _, p := range purses {
		if len(tenders) == 0 || slices.Contains(tenders, p.Tender) {
			left += p.Left
		}
	}
	left = min(left, all)
	return fault.New(fault.Conflict, "more_than_paid", "order %d: %s can be given back, not %s", o.Number, o.Currency.FormatAmount(left), o.Currency.FormatAmount(amount))
}

// TellPayments tells the journal of what changed in an order's payments. Apply
// does so too.
func (b *Batch) TellPayments(by access.Scope, of order.ID) error {
	rest := b.pay.untold[:0]
	for _, u := range b.pay.untold {
		if order.ID(u.p.Order) != of {
			rest = append(rest, u)
			continue
		}
		u.p.Version, u.p.UpdatedAt = u.p.Version+1, b.At
		if u.x != nil && u.x.Actor == "" {
			u.p.Intent(u.x.ID).Actor = by.Actor.String()
		}
		data, err := json.Marshal(dataOf(&u))
		if err != nil {
			return err
		}
		entry := b.tell(journal.Payment, int64(u.p.ID), u.p.Version, u.typ, by, data)
		for i := range b.money { // a dispute is no change of the order
			if b.money[i].Seq == 0 && b.money[i].Ref == u.p.ID.String() {
				b.money[i].Seq = entry
			}
		}
	}
	b.pay.untold = rest
	return nil
}

func dataOf(u *untold) payment.Told {
	t := payment.Told{Order: order.ID(u.p.Order).String(), Tender: u.p.Tender, Amount: u.p.Amount, Known: u.p.Amounts, State: u.p.State(), Name: u.p.Reference, Expires: u.p.ExpiresAt, Event: u.note}
	if u.x != nil {
		t.Intent, t.Effect, t.Of, t.Outcome, t.Reason = u.x.ID.String(), u.x.Kind, u.x.Amount, u.x.State, u.x.Reason
	}
	return t
}

// KeepEvent keeps what a provider told.
func (b *Batch) KeepEvent(e payment.Event) { b.pay.events[e.Provider+"\x00"+e.ID] = e }

// LookAt has the payment's provider be asked how it stands, after the commit.
func (b *Batch) LookAt(p *payment.Payment, event string) {
	b.pay.looks = append(b.pay.looks, unseen{p.ID, event})
}

// KnowEvents adds events that were read.
func (b *Batch) KnowEvents(list map[string]payment.Event) {
	if b.pay.told == nil {
		b.pay.told = map[string]payment.Event{}
	}
	for _, e := range list {
		b.pay.told[e.Provider+"\x00"+e.ID] = e
	}
}

// KnownEvent finds an event that was read, or that an earlier command has kept.
func (b *Batch) KnownEvent(provider, id string) (payment.Event, bool) {
	key := provider + "\x00" + id
	if e, ok := b.pay.events[key]; ok {
		return e, true
	}
	e, ok := b.pay.told[key]
	return e, ok
}

// KeptEvents are those of a provider's payment that earlier commands have kept.
func (b *Batch) KeptEvents(provider, reference string) (out []payment.Event) {
	for _, e := range b.pay.events {
		if e.Provider == provider && e.Reference == reference {
			out = append(out, e)
		}
	}
	return out
}

// Intent finds an intent of a loaded payment; nil when there is none.
func (b *Batch) Intent(id payment.IntentID) (*payment.Payment, *payment.Intent) {
	for _, x := range b.pay.byID {
		if i := x.p.Intent(id); i != nil {
			return x.p, i
		}
	}
	return nil, nil
}

func (b *Batch) writePayments() error {
	if len(b.pay.untold) > 0 {
		return errors.New("payments were changed and no entry tells of it")
	}
	var changed []*payment.Payment
	var intents []payment.Intent
	for _, id := range slices.Sorted(maps.Keys(b.pay.byID)) {
		x := b.pay.byID[id]
		if x.changed {
			changed = append(changed, x.p)
		}
		for _, i := range x.p.Intents {
			if x.intents[i.ID] {
				intents = append(intents, i)
			}
		}
	}
	if err := payments.Save(b.tx, changed); err != nil {
		return err
	}
	if err := payments.SaveIntents(b.tx, intents); err != nil {
		return err
	}
	for _, x := range b.pay.remits {
		if err := payments.SaveRemittance(b.tx, x); err != nil {
			return err
		}
	}
	if err := payments.SaveChanneled(b.tx, b.pay.channel); err != nil {
		return err
	}
	var events []payment.Event
	for _, key := range slices.Sorted(maps.Keys(b.pay.events)) {
		events = append(events, b.pay.events[key])
	}
	if err := payments.SaveEvents(b.tx, events); err != nil {
		return err
	}
	for _, id := range b.pay.begun {
		if _, err := jobs.Enqueue(b.tx, jobs.Job{Kind: PaymentJob, Dedupe: id.String(), Due: b.At, Data: id.String()}); err != nil {
			return err
		}
	}
	for _, x := range b.pay.looks {
		if _, err := jobs.Enqueue(b.tx, jobs.Job{Kind: LookJob, Dedupe: x.of.String() + " " + x.event, Due: b.At, Data: x.of.String()}); err != nil {
			return err
		}
	}
	return nil
}
