package partner

import (
	"context"
	"encoding/json"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/journal"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
)

// InvoiceCommand takes in what a partner asks for.
type InvoiceCommand struct {
	Invoice tariff.Invoice // ID, times and how lines stand are ignored
	done    *tariffs.Done  // what it is held against, read ahead
}

// Billed is the Value of an act on an invoice: as it stands, and, as it is taken in,
// what was done in its days that no invoice asks for.
type Billed struct {
	Invoice *tariff.Invoice
	Left    []tariff.Charge
}

// TakeInvoice keeps a partner's invoice and holds each line against what was done
// and the card that held. A number of a partner is kept once. What was done is read
// before the lock is taken, which a month of a busy place would keep for long: under
// it only what another invoice has asked for meanwhile is read anew.
var TakeInvoice = step.Act[InvoiceCommand]{
	Name: "partners.invoice", Permission: access.PurchasesWrite,
	Check: func(c *InvoiceCommand) error {
		var l fault.List
		c.Invoice.Check(&l)
		return l.Err()
	},
	Ahead:  doneFor,
	Weight: func(c *InvoiceCommand) int { return len(c.Invoice.Lines) },
	Load:   func(*step.Batch, []desk.Asked[InvoiceCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[InvoiceCommand]) (desk.Result, error) {
		v := a.Command.Invoice
		place, err := partnerPlace(b, a.Scope, stock.LocationID(v.Location))
		if err != nil {
			return desk.Result{}, err
		}
		known, err := tariffs.InvoiceByNumber(b.R, v.Location, v.Number)
		if err == nil && known != 0 {
			err = fault.New(fault.Conflict, "number_taken", "invoice %q of %s was taken in before, as %s", v.Number, place.Name, known)
		}
		if err != nil {
			return desk.Result{}, err
		}
		v.ID, v.CreatedAt, v.CreatedBy, v.Version = tariff.InvoiceID(b.NewID()), b.At, a.Scope.Actor.String(), 1
		if err := stillSo(b.R, a.Command.done, &v); err != nil {
			return desk.Result{}, err
		}
		v.Lines = a.Command.done.Lines
		return billed(b, a.Scope, &v, v.Lines, a.Command.done.Left, journal.TariffInvoiced, "created")
	},
}.Operation()

// doneFor reads what an invoice is held against. Of a place that Decide refuses
// nothing is read.
func doneFor(ctx context.Context, d *desk.Desk, by access.Scope, c *InvoiceCommand) error {
	v := &c.Invoice
	v.Lines = slices.Clone(v.Lines)
	for i := range v.Lines {
		v.Lines[i].N, v.Lines[i].Note, v.Lines[i].DecidedAt, v.Lines[i].DecidedBy = i+1, "", 0, ""
	}
	return d.DB.Read(ctx, by, func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		places, err := locations.All(r)
		if err != nil {
			return err
		}
		at := slices.IndexFunc(places, func(l *stock.Location) bool { return int64(l.ID) == v.Location })
		if at < 0 || !by.Sees(v.Location) || !partner.Asks(places[at].Kind) {
			return nil
		}
		zone := m.Location()
		c.done, err = tariffs.DoneFor(r, v, tariffs.Period{Location: v.Location, Goods: places[at].Kind == "3pl", From: v.From, To: v.To, Today: figures.Days(zone)(d.DB.Now()), Zone: zone})
		return err
	})
}

// stillSo sees to it that what was read ahead is what an invoice is to be held
// against under the lock.
func stillSo(r *store.Reader, done *tariffs.Done, v *tariff.Invoice) error {
	now, err := tariffs.MarkOf(r, v.Location)
	if err != nil {
		return err
	}
	if done == nil || done.Mark.Cards != now.Cards {
		return fault.New(fault.Conflict, "changed_meanwhile", "the rate card of this place was changed at this very moment; try again")
	}
	if done.Mark.Invoices != now.Invoices {
		err = done.Match(r, v)
	}
	return err
}

// billed tells of an invoice and keeps it, with the lines that are others now. Sums
// are in no entry.
func billed(b *step.Batch, by access.Scope, v *tariff.Invoice, lines []tariff.InvoiceLine, left []tariff.Charge, typ, status string) (desk.Result, error) {
	count := map[string]int{}
	for i := range v.Lines {
		count[v.Lines[i].Outcome]++
	}
	data, err := json.Marshal(map[string]any{"location": stock.LocationID(v.Location).String(), "number": v.Number, "state": v.State(), "lines": len(v.Lines), "outcomes": count})
	if err != nil {
		return desk.Result{}, err
	}
	b.Tell(by, journal.PartnerInvoice, int64(v.ID), v.Version, typ, data)
	return desk.Result{Kind: journal.PartnerInvoice, ID: int64(v.ID), Seq: v.Version, Status: status, Value: &Billed{v, left}}, b.Keep(func(tx *store.Tx) error { return tariffs.SaveInvoice(tx, v, lines) })
}

// DecideInvoiceCommand accepts lines of a partner's invoice, or disputes them; all
// that are open when none are named.
type DecideInvoiceCommand struct {
	Invoice tariff.InvoiceID
	Lines   []int
	Accept  bool
	Note    string
}

// DecideInvoice says of lines whether they are paid. Nothing is accepted twice, and
// what is accepted stays so.
var DecideInvoice = step.Act[DecideInvoiceCommand]{
	Name: "partners.decide_invoice", Permission: access.PurchasesWrite,
	Load: func(*step.Batch, []desk.Asked[DecideInvoiceCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[DecideInvoiceCommand]) (desk.Result, error) {
		c := a.Command
		was, err := tariffs.Invoice(b.R, c.Invoice)
		if err == nil && (was == nil || !a.Scope.Sees(was.Location)) {
			err = fault.New(fault.NotFound, "no_such_invoice", "there is no invoice %s of a partner", c.Invoice)
		}
		if err != nil {
			return desk.Result{}, err
		}
		var keys []string
		for i := range was.Lines {
			if x := &was.Lines[i]; len(c.Lines) == 0 && x.State == tariff.Open || slices.Contains(c.Lines, x.N) {
				keys = append(keys, x.Keys...)
			}
		}
		accepted, err := tariffs.TakenOf(b.R, was.Location, keys, was.ID, tariff.Accepted)
		if err != nil {
			return desk.Result{}, err
		}
		v, err := was.Decide(c.Lines, c.Accept, c.Note, accepted, a.Scope.Actor.String(), b.At)
		if err != nil {
			return desk.Result{}, err
		}
		v.Version++
		typ := journal.TariffDisputed
		if c.Accept {
			typ = journal.TariffAccepted
		}
		var lines []tariff.InvoiceLine
		for i := range v.Lines {
			if x := &v.Lines[i]; x.State != was.Lines[i].State || x.DecidedAt != was.Lines[i].DecidedAt {
				lines = append(lines, *x)
			}
		}
		return billed(b, a.Scope, &v, lines, nil, typ, "done")
	},
}.Operation()
