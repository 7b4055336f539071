// Package exchange is the room where documents come from trading partners and
// go to them: the partners, files that came in, files that are written, and
// what was answered.
//
// What belongs here is keeping: each text once, each control number once, each
// document with what became of it. What a document does to an order, a purchase
// or stock is done by the acts of other rooms, which exchanging asks.
package exchange

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/edi"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/exchanges"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
	"orderly/internal/trading"
)

// PartnerCommand makes a partner when its ID is zero, and changes the one of
// that ID otherwise; code, kind and standard stay.
type PartnerCommand struct {
	Partner trading.Partner
	Version *int64 // that the caller saw; nil changes whatever it is
}

// SavePartner keeps a trading partner. The Value of the result is the partner.
var SavePartner = step.Act[PartnerCommand]{
	Name: "trading_partners.save", Permission: access.SettingsWrite,
	Check: func(c *PartnerCommand) error {
		p := &c.Partner
		if p.ID != 0 {
			return nil
		}
		if p.Release == "" && p.Standard == edi.X12 {
			p.Release = "005010"
		}
		if p.Release == "" && p.Standard == edi.Edifact {
			p.Release = "D.96A"
		}
		if p.In == nil && p.Out == nil {
			p.In, p.Out = trading.Usual(p.Kind, p.Standard)
		}
		var l fault.List
		p.Check(&l)
		return l.Err()
	},
	Load:   func(*step.Batch, []desk.Asked[PartnerCommand]) error { return nil },
	Decide: decidePartner,
}.Operation()

func decidePartner(b *step.Batch, a desk.Asked[PartnerCommand]) (desk.Result, error) {
	p, old, err := edited(b, a.Command)
	if err != nil {
		return desk.Result{}, err
	}
	if err := standsFor(b, p); err != nil {
		return desk.Result{}, err
	}
	var names []string
	if old != nil {
		if names = old.Edited(p); len(names) == 0 {
			return desk.Result{Kind: journal.Trading, ID: int64(p.ID), Seq: p.Version, Status: "unchanged", Value: p}, nil
		}
	} else {
		p.ID = trading.ID(b.NewID())
	}
	p.UpdatedAt, p.Version = b.At, p.Version+1
	told := map[string]any{"code": p.Code, "active": p.Active}
	if len(names) > 0 {
		told["edited"] = names
	}
	status := "done"
	if old == nil {
		status, p.Since = "created", b.Told()
	}
	if err := tell(b, a.Scope, journal.Trading, int64(p.ID), journal.TradingPartnerSaved, told); err != nil {
		return desk.Result{}, err
	}
	err = b.Keep(func(tx *store.Tx) error { return exchanges.SavePartner(tx, p) })
	return desk.Result{Kind: journal.Trading, ID: int64(p.ID), Seq: p.Version, Status: status, Value: p}, err
}

func tell(b *step.Batch, by access.Scope, kind string, subject int64, typ string, data map[string]any) error {
	raw, err := json.Marshal(data)
	if err != nil {
		return err
	}
	return b.TellNow(by, kind, subject, typ, raw)
}

// edited is the partner as the command leaves it, and as it was.
func edited(b *step.Batch, c PartnerCommand) (p, old *trading.Partner, err error) {
	made := c.Partner
	if made.ID == 0 {
		taken, err := exchanges.PartnerByCode(b.R, made.Code)
		if err == nil && taken != nil {
			err = fault.New(fault.Conflict, "code_taken", "the code %q belongs to partner %s", made.Code, taken.ID)
		}
		made.CreatedAt, made.Version, made.Sent = b.At, 0, 0
		return &made, nil, err
	}
	if old, err = partnerOf(b, made.ID); err != nil {
		return nil, nil, err
	}
	if c.Version != nil && *c.Version != old.Version {
		return nil, nil, fault.New(fault.Conflict, "edited_meanwhile", "partner %q was changed meanwhile: you saw version %d, it is %d now; read it again", old.Code, *c.Version, old.Version)
	}
	made = old.With(made)
	var l fault.List
	made.Check(&l)
	return &made, old, l.Err()
}

func partnerOf(b *step.Batch, id trading.ID) (*trading.Partner, error) {
	p, err := exchanges.Partner(b.R, id)
	if err == nil && p == nil {
		err = fault.New(fault.NotFound, "no_such_partner", "there is no trading partner %s", id)
	}
	return p, err
}

// standsFor refuses what a partner stands for and there is not, and addresses
// that another partner has.
func standsFor(b *step.Batch, p *trading.Partner) error {
	var l fault.List
	other, err := exchanges.PartnerAt(b.R, p.Standard, p.Theirs, p.Ours)
	if err != nil {
		return err
	}
	if other != nil && other.ID != p.ID {
		l.Add("/theirs", "address_taken", "files between these addresses are those of partner %q", other.Code)
	}
	if p.Customer != 0 {
		found, err := customers.ByID(b.R, []party.ID{party.ID(p.Customer)})
		if err != nil {
			return err
		}
		if len(found) == 0 {
			l.Add("/customer", "unknown_customer", "there is no such customer")
		}
	}
	if p.Supplier != 0 {
		found, err := suppliers.Get(b.R, supplier.ID(p.Supplier))
		if err != nil {
			return err
		}
		if found == nil {
			l.Add("/supplier", "unknown_supplier", "there is no such supplier")
		}
	}
	if p.Location != 0 && b.Catalog.Location(stock.LocationID(p.Location)) == nil {
		l.Add("/location", "unknown_location", "there is no such location")
	}
	return l.Err()
}
