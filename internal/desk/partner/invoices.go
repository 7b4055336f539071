package partner

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
)

// InvoiceCommand takes in what a partner asks for.
type InvoiceCommand struct {
	Invoice tariff.Invoice // ID, times and how lines stand are ignored
}

// Billed is the Value of an act on an invoice: as it stands, and, as it is taken in,
// what was done in its days that no invoice asks for.
type Billed struct {
	Invoice *tariff.Invoice
	Left    []tariff.Charge
}

// TakeInvoice keeps a partner's invoice and holds each line against what was done
// and the card that held. A number of a partner is kept once.
var TakeInvoice = step.Act[InvoiceCommand]{
	Name: "partners.invoice", Permission: access.PurchasesWrite,
	Check: func(c *InvoiceCommand) error {
		var l fault.List
		c.Invoice.Check(&l)
		return l.Err()
	},
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
		v.Lines = append([]tariff.InvoiceLine(nil), v.Lines...)
		for i := range v.Lines {
			v.Lines[i].N, v.Lines[i].Note, v.Lines[i].DecidedAt, v.Lines[i].DecidedBy = i+1, "", 0, ""
		}
		left, err := tariffs.Match(b.R, &v, tariffs.Period{Location: v.Location, Goods: place.Kind == "3pl", From: v.From, To: v.To, Today: today(b), Zone: b.Zone()})
		if err != nil {
			return desk.Result{}, err
		}
		return billed(b, a.Scope, &v, left, journal.TariffInvoiced, "created")
	},
}.Operation()

// billed tells of an invoice and keeps it. Sums are in no entry.
func billed(b *step.Batch, by access.Scope, v *tariff.Invoice, left []tariff.Charge, typ, status string) (desk.Result, error) {
	count := map[string]int{}
	for i := range v.Lines {
		count[v.Lines[i].Outcome]++
	}
	data, err := json.Marshal(map[string]any{"location": stock.LocationID(v.Location).String(), "number": v.Number, "state": v.State(), "lines": len(v.Lines), "outcomes": count})
	if err != nil {
		return desk.Result{}, err
	}
	b.Tell(by, journal.PartnerInvoice, int64(v.ID), v.Version, typ, data)
	return desk.Result{Kind: journal.PartnerInvoice, ID: int64(v.ID), Seq: v.Version, Status: status, Value: &Billed{v, left}}, b.Keep(func(tx *store.Tx) error { return tariffs.SaveInvoice(tx, v) })
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
			keys = append(keys, was.Lines[i].Keys...)
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
		return billed(b, a.Scope, &v, nil, typ, "done")
	},
}.Operation()
