package step

import (
	"encoding/json"
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/credit"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store/credits"
)

// creditBook is what a batch knows and changes of gift cards and store credit.
type creditBook struct {
	byID  map[credit.ID]*openCredit
	moves []credit.Movement
}

// openCredit is an account in the batch, with what it was when it was read.
type openCredit struct {
	a            *credit.Account
	before, held int64
	isNew        bool
}

func (b *Batch) knowCredits(list []*credit.Account) {
	if b.credits.byID == nil {
		b.credits.byID = map[credit.ID]*openCredit{}
	}
	for _, a := range list {
		if b.credits.byID[a.ID] == nil { // else it may have changed since
			b.credits.byID[a.ID] = &openCredit{a: a, before: a.Version, held: a.Balance}
		}
	}
}

// LoadCredits reads accounts by id.
func (b *Batch) LoadCredits(ids []credit.ID) error {
	list, err := credits.ByID(b.R, ids)
	b.knowCredits(list)
	return err
}

// LoadCodes reads the gift cards whose codes hash to these.
func (b *Batch) LoadCodes(hashes []string) error {
	list, err := credits.ByCode(b.R, hashes)
	b.knowCredits(list)
	return err
}

// LoadStoreCredit reads what customers have.
func (b *Batch) LoadStoreCredit(customers []int64) error {
	list, err := credits.OfCustomers(b.R, customers)
	b.knowCredits(list)
	return err
}

// Credit is a loaded account; nil when there is none.
func (b *Batch) Credit(id credit.ID) *credit.Account {
	if x := b.credits.byID[id]; x != nil {
		return x.a
	}
	return nil
}

// Card is the loaded gift card of a code's hash; nil when there is none.
func (b *Batch) Card(hash string) *credit.Account {
	for _, x := range b.credits.byID {
		if hash != "" && x.a.CodeHash == hash {
			return x.a
		}
	}
	return nil
}

// StoreCredit is a customer's loaded credit in a currency; nil when there is none.
func (b *Batch) StoreCredit(customer int64, currency string) *credit.Account {
	for _, x := range b.credits.byID {
		if x.a.Kind == credit.StoreCredit && x.a.Customer == customer && x.a.Currency == currency {
			return x.a
		}
	}
	return nil
}

// AddCredit opens an account with nothing on it.
func (b *Batch) AddCredit(a *credit.Account) *credit.Account {
	a.ID, a.CreatedAt, a.UpdatedAt = credit.ID(b.NewID()), b.At, b.At
	b.knowCredits(nil)
	b.credits.byID[a.ID] = &openCredit{a: a, isNew: true}
	return a
}

// OpenStoreCredit is a customer's credit in a currency, opened when there is none.
func (b *Batch) OpenStoreCredit(customer int64, currency string) (*credit.Account, error) {
	if err := b.LoadStoreCredit([]int64{customer}); err != nil {
		return nil, err
	}
	if a := b.StoreCredit(customer, currency); a != nil {
		return a, nil
	}
	return b.AddCredit(&credit.Account{Kind: credit.StoreCredit, Customer: customer, Currency: currency}), nil
}

// MoveCredit changes a balance, and tells of it.
func (b *Batch) MoveCredit(by access.Scope, a *credit.Account, x credit.Movement) error {
	x.ID, x.At, x.Actor = b.NewID(), b.At, by.Actor.String()
	done, err := a.Move(x)
	if err != nil {
		return err
	}
	b.credits.moves = append(b.credits.moves, done)
	data := map[string]any{"kind": done.Kind, "amount": done.Amount, "balance": done.Balance, "currency": a.Currency}
	if done.Order != 0 {
		data["order"] = order.ID(done.Order).String()
	}
	if done.Payment != 0 {
		data["payment"] = payment.ID(done.Payment).String()
	}
	return b.TellCredit(by, a, journal.CreditMoved, data)
}

// TellCredit tells of a change of an account.
func (b *Batch) TellCredit(by access.Scope, a *credit.Account, typ string, data map[string]any) error {
	text, err := json.Marshal(data)
	if err != nil {
		return err
	}
	a.Version, a.UpdatedAt = a.Version+1, b.At
	b.tell(journal.Credit, int64(a.ID), a.Version, typ, by, text)
	return nil
}

// moveStored lets the account behind a payment follow what was taken from it or
// given back to it.
func (b *Batch) moveStored(by access.Scope, p *payment.Payment, kind string, amount int64) error {
	id, err := credit.ParseID(p.Reference)
	if err != nil {
		return err
	}
	if b.Credit(id) == nil {
		if err := b.LoadCredits([]credit.ID{id}); err != nil {
			return err
		}
	}
	a := b.Credit(id)
	if a == nil {
		return fault.New(fault.NotFound, "no_such_credit", "there is no %s, by which payment %s was made", id, p.ID)
	}
	return b.MoveCredit(by, a, credit.Movement{Kind: kind, Amount: amount, Payment: int64(p.ID), Order: p.Order})
}

// TurnIntoCredit gives an amount of an order's money back as store credit: the
// tenders keep what they hold, and the customer has it to spend.
func (b *Batch) TurnIntoCredit(by access.Scope, o *order.Order, d *order.Delta, amount int64) (*payment.Payment, error) {
	list, err := b.mayTurn(o, d, amount)
	if err != nil {
		return nil, err
	}
	if len(list) >= payment.MaxPayments {
		return nil, fault.New(fault.Conflict, "too_many", "order %d has %d payments already", o.Number, len(list))
	}
	a, err := b.OpenStoreCredit(o.Customer, o.Currency.Code())
	if err != nil {
		return nil, err
	}
	p := &payment.Payment{Order: int64(o.ID), Tender: payment.StoreCredit, Reference: a.ID.String(), Currency: a.Currency, Amount: amount}
	b.AddPayment(p)
	before := p.Learn(payment.Amounts{Credited: amount})
	b.AddMoney(payment.Bookings(b.NewID, p, before, p.Amounts, b.At))
	d.Refunded += amount
	return p, b.moveStored(by, p, credit.Turn, amount)
}

// Repaid is how an amount of a return goes back: so much as store credit, the
// rest out of what the order was paid by, and on top of the credit a bonus.
type Repaid struct {
	Amount int64
	Turned int64  // of Amount
	Bonus  int64  // beside Amount
	Reason string // of the bonus
	Ref    string
	Cash   bool // the rest out of the drawer, whatever the order was paid by
}

// Repay gives an amount of an order's money back, some of it as store credit.
// A refusal has changed nothing. Like Refund it is the last that an act decides.
func (b *Batch) Repay(by access.Scope, o *order.Order, d *order.Delta, r Repaid) error {
	var to *credit.Account
	if r.Turned > 0 {
		var err error
		if to, err = b.turnable(o, d, r); err != nil {
			return err
		}
	}
	give := b.Refund
	if r.Cash {
		give = b.payCash
	}
	if rest := r.Amount - r.Turned; rest > 0 {
		if err := give(by, o, d, rest, r.Ref); err != nil {
			return err
		}
	}
	if to == nil {
		return nil
	}
	if _, err := b.TurnIntoCredit(by, o, d, r.Turned); err != nil {
		return err
	}
	if r.Bonus == 0 {
		return nil
	}
	return b.MoveCredit(by, to, credit.Movement{Kind: credit.Grant, Amount: r.Bonus, Order: int64(o.ID), Reason: r.Reason})
}

// payCash gives an amount back out of the drawer: first what was paid in cash,
// then what another tender holds, which keeps it. A refusal has changed nothing.
func (b *Batch) payCash(by access.Scope, o *order.Order, d *order.Delta, amount int64, ref string) error {
	list, err := b.PaymentsOf(o.ID)
	if err != nil {
		return err
	}
	if left := payment.Returnable(list, o.Paid+d.Paid, o.Refunded+d.Refunded); amount > left {
		return fault.New(fault.Conflict, "more_than_paid", "order %d: %s can be given back, not %s", o.Number, o.Currency.FormatAmount(left), o.Currency.FormatAmount(amount))
	}
	own := int64(0)
	for _, p := range payment.Purses(list, o.Paid+d.Paid, o.Refunded+d.Refunded) {
		if p.Tender == payment.Cash {
			own += p.Left
		}
	}
	own = min(own, amount)
	if amount > own && len(list) >= payment.MaxPayments {
		return fault.New(fault.Conflict, "too_many", "order %d has %d payments already", o.Number, len(list))
	}
	if own > 0 {
		if _, err := b.GiveBack(by, o, d, own, ref, []payment.Tender{payment.Cash}); err != nil {
			return err
		}
	}
	if rest := amount - own; rest > 0 {
		p := &payment.Payment{Order: int64(o.ID), Tender: payment.Cash, Reference: ref, Currency: o.Currency.Code(), Amount: rest}
		b.AddPayment(p)
		before := p.Learn(payment.Amounts{Credited: rest})
		b.AddMoney(payment.Bookings(b.NewID, p, before, p.Amounts, b.At))
		d.Refunded += rest
	}
	return nil
}

// turnable is the store credit that some of an amount goes to, when all of the
// amount can be given back and the credit can take its part.
func (b *Batch) turnable(o *order.Order, d *order.Delta, r Repaid) (*credit.Account, error) {
	list, err := b.mayTurn(o, d, r.Amount)
	if err != nil {
		return nil, err
	}
	if len(list) >= payment.MaxPayments {
		return nil, fault.New(fault.Conflict, "too_many", "order %d has %d payments already", o.Number, len(list))
	}
	a, err := b.OpenStoreCredit(o.Customer, o.Currency.Code())
	if err != nil {
		return nil, err
	}
	then := *a
	_, err = then.Move(credit.Movement{Amount: r.Turned + r.Bonus})
	return a, err
}

// mayTurn refuses to turn what cannot be given back, and money of nobody. It
// gives the order's payments.
func (b *Batch) mayTurn(o *order.Order, d *order.Delta, amount int64) ([]*payment.Payment, error) {
	if o.Customer == 0 {
		return nil, fault.New(fault.Conflict, "no_customer", "order %d is of no known customer; store credit needs one", o.Number)
	}
	list, err := b.PaymentsOf(o.ID)
	if err != nil {
		return nil, err
	}
	if left := payment.Returnable(list, o.Paid+d.Paid, o.Refunded+d.Refunded); amount > left {
		return nil, fault.New(fault.Conflict, "more_than_paid", "order %d: %s can be given back, not %s", o.Number, o.Currency.FormatAmount(left), o.Currency.FormatAmount(amount))
	}
	return list, nil
}

func (b *Batch) writeCredits() error {
	var made []*credit.Account
	var changed []credits.Changed
	for _, id := range slices.Sorted(maps.Keys(b.credits.byID)) {
		switch x := b.credits.byID[id]; {
		case x.isNew && x.a.Version > 0:
			made = append(made, x.a)
		case x.a.Version != x.before:
			changed = append(changed, credits.Changed{Account: x.a, Before: x.before, Held: x.held})
		}
	}
	if err := credits.Insert(b.tx, made); err != nil {
		return err
	}
	if err := credits.Update(b.tx, changed); err != nil {
		return err
	}
	return credits.Append(b.tx, b.credits.moves)
}

// SoldCredits is how many cards were issued for a line of an order.
func (b *Batch) SoldCredits(id order.ID, line int) (n int64, err error) {
	list, err := credits.Sold(b.R, []int64{int64(id)})
	for _, x := range append(list, b.credits.moves...) {
		if x.Kind == credit.Sell && x.Order == int64(id) && x.Line == int64(line) {
			n++
		}
	}
	return n, err
}
