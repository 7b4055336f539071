package step

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/party"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store/customers"
	"orderly/internal/store/unreceipted"
)

// CustomerOf is the customer with an address, made when there is none.
func (b *Batch) CustomerOf(by access.Scope, c party.Contact) (*party.Customer, error) {
	for _, known := range b.config.customers {
		if known.Contact.Email == c.Email {
			return known, nil
		}
	}
	found, err := customers.Page(b.R, c.Email, 1<<62, 1)
	if err != nil || len(found) > 0 {
		return append(found, nil)[0], err
	}
	made := &party.Customer{ID: party.ID(b.NewID()), Contact: c, CreatedAt: b.At, UpdatedAt: b.At}
	b.SaveCustomer(made)
	b.Tell(by, journal.Customer, int64(made.ID), 1, journal.CustomerSaved, []byte(`{"fields":["contact"]}`))
	return made, nil
}

// NumberUnreceipted gives the number that the next goods without a receipt have.
func (b *Batch) NumberUnreceipted() (int64, error) {
	last, err := unreceipted.LastNumber(b.R)
	return last + 1 + int64(len(b.taken)), err
}

// Take keeps goods without a receipt, tells of them and puts their units where
// their disposition says.
func (b *Batch) Take(by access.Scope, u *returns.Unreceipted) error {
	type line struct {
		Item        string `json:"item"`
		Quantity    int64  `json:"quantity"`
		Disposition string `json:"disposition"`
		Lowest      int64  `json:"lowest"`
	}
	lines := make([]line, len(u.Lines))
	for i, l := range u.Lines {
		lines[i] = line{catalog.ID(l.Item).String(), l.Quantity, string(l.Disposition), l.Lowest}
	}
	data, err := json.Marshal(map[string]any{"location": u.Location.String(), "amount": u.Amount, "currency": u.Currency, "credit": ident.Text(journal.Credit, u.Credit), "lines": lines})
	if err != nil {
		return err
	}
	if len(data) > journal.MaxData {
		return fault.New(fault.Invalid, "too_many", "these are too many lines for one act; take some of them by themselves")
	}
	b.taken = append(b.taken, u)
	b.Tell(by, journal.Unreceipted, int64(u.ID), 1, journal.UnreceiptedTaken, data)
	for _, l := range u.Lines {
		state, lies := l.Disposition.State()
		if !lies {
			continue
		}
		m := stock.Movement{State: state, Quantity: l.Quantity, Reason: "unreceipted", RefKind: journal.Unreceipted, RefID: int64(u.ID), Entry: b.LastEntry()}
		if err := b.Move(stock.Cell{Item: l.Item, Location: u.Location}, m); err != nil {
			return err
		}
	}
	return nil
}

func (b *Batch) writeTaken() error { return unreceipted.Insert(b.tx, b.taken) }
