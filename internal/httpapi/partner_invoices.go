package httpapi

import (
	"fmt"
	"net/http"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
)

// partnerInvoiceRoutes are what partners ask for, and how it stands.
func (a *api) partnerInvoiceRoutes() {
	read, write := access.PurchasesRead, access.PurchasesWrite
	add(a, route{method: "POST", path: "/v1/locations/{id}/partner-invoices", id: "takePartnerInvoice", summary: "Take in what a partner asks for", needs: write, answers: madeOrNot, text: takePartnerInvoiceText}, a.takePartnerInvoice)
	add(a, route{method: "GET", path: "/v1/partner-invoices", id: "listPartnerInvoices", summary: "List what partners ask for, newest first", needs: read}, a.listPartnerInvoices)
	add(a, route{method: "GET", path: "/v1/partner-invoices/{id}", id: "getPartnerInvoice", summary: "Read what a partner asks for, and how each line stands", needs: read}, a.getPartnerInvoice)
	add(a, route{method: "POST", path: "/v1/partner-invoices/{id}/accept", id: "acceptPartnerInvoice", summary: "Accept lines of it", needs: write, text: decidePartnerInvoiceText}, a.decidePartnerInvoice(true))
	add(a, route{method: "POST", path: "/v1/partner-invoices/{id}/dispute", id: "disputePartnerInvoice", summary: "Dispute lines of it", needs: write, text: decidePartnerInvoiceText}, a.decidePartnerInvoice(false))
}

const (
	takePartnerInvoiceText = "Each line is held against what was done in the invoice's days, and for the orders that its lines name, whenever, by the rate card that held: `equal` within the tolerance and half a minor unit for each charge it is made of, `over`, `under`, " +
		"`twice` when another line that is not disputed asks for all of it, `unknown` when nothing like it is booked. A reference is a fulfillment, parcel, order (id or number), return or purchase order, a tracking number, or a month; without one a line is for all of its kind. " +
		"`lines`, or `csv` with the columns kind, reference, quantity and amount. `unbilled` is what was done in its days and no invoice asks for."
	decidePartnerInvoiceText = "All lines that are open when none are named. What is `over`, `twice` or `unknown` is accepted with a note alone, and a dispute always has one. Nothing is accepted twice; what was accepted stays so, what was disputed may be accepted later."
)

// NewPartnerInvoice is what a partner asks for.
type NewPartnerInvoice struct {
	Number    string                  `json:"number" maxLength:"80" example:"INV-2027-01"`
	From      string                  `json:"from" format:"date"`
	To        string                  `json:"to" format:"date"`
	Currency  string                  `json:"currency" example:"EUR"`
	Total     string                  `json:"total" doc:"That it says, without tax."`
	Tolerance string                  `json:"tolerance,omitempty" doc:"By how much a line may differ." example:"0.01"`
	Note      string                  `json:"note,omitempty" maxLength:"2000"`
	Lines     []NewPartnerInvoiceLine `json:"lines,omitempty" maxItems:"5000"`
	CSV       string                  `json:"csv,omitempty" doc:"The lines as a table, instead."`
}

// NewPartnerInvoiceLine is one thing that it asks for.
type NewPartnerInvoiceLine struct {
	Kind      string `json:"kind" maxLength:"80" doc:"Of a rate; another word is the partner's own." example:"order"`
	Reference string `json:"reference,omitempty" maxLength:"80"`
	Quantity  int64  `json:"quantity,omitempty" minimum:"0" doc:"1 when left out."`
	Amount    string `json:"amount" example:"2.50"`
}

// PartnerInvoice is what a partner asks for, and how it stands.
type PartnerInvoice struct {
	ID          string               `json:"id,omitempty" example:"pti_0pmnqh2000400"`
	Location    string               `json:"location"`
	Number      string               `json:"number"`
	State       string               `json:"state" enum:"open,accepted,disputed,mixed"`
	From        string               `json:"from" format:"date"`
	To          string               `json:"to" format:"date"`
	Currency    string               `json:"currency"`
	Total       string               `json:"total"`
	Off         string               `json:"off" doc:"By how much its lines come to more than it says."`
	Tolerance   string               `json:"tolerance"`
	Note        string               `json:"note,omitempty"`
	Lines       []PartnerInvoiceLine `json:"lines"`
	Unbilled    []PartnerCharge      `json:"unbilled,omitempty" doc:"Done in its days and asked for by no invoice; at most 100."`
	UnbilledAll int                  `json:"unbilled_count"`
	CreatedAt   string               `json:"created_at" format:"date-time"`
	CreatedBy   string               `json:"created_by"`
	Version     int64                `json:"version"`
	DryRun      bool                 `json:"dry_run,omitempty"`
}

// PartnerInvoiceLine is one thing that it asks for, and how that stands.
type PartnerInvoiceLine struct {
	Line      int    `json:"line"`
	Kind      string `json:"kind"`
	Reference string `json:"reference,omitempty"`
	Quantity  int64  `json:"quantity"`
	Amount    string `json:"amount"`
	Outcome   string `json:"outcome" enum:"equal,over,under,twice,unknown"`
	Expected  string `json:"expected" doc:"By the card, of what was not asked for before."`
	Units     int64  `json:"expected_quantity"`
	Before    string `json:"asked_before_by,omitempty" doc:"Number and line; of what is taken by the month, who asks for the days that are left out."`
	State     string `json:"state" enum:"open,accepted,disputed"`
	Note      string `json:"note,omitempty"`
	DecidedAt string `json:"decided_at,omitempty" format:"date-time"`
	DecidedBy string `json:"decided_by,omitempty"`
}

// PartnerInvoiceDecision says which lines, and why.
type PartnerInvoiceDecision struct {
	Lines []int  `json:"lines,omitempty" maxItems:"5000"`
	Note  string `json:"note,omitempty" maxLength:"2000"`
}

func renderPartnerInvoice(v *tariff.Invoice, left []tariff.Charge) PartnerInvoice {
	out := PartnerInvoice{
		Location: stock.LocationID(v.Location).String(), Number: v.Number, State: v.State(), From: tariff.DayText(v.From), To: tariff.DayText(v.To), Currency: v.Currency, Total: amountIn(v.Currency, v.Total), Off: amountIn(v.Currency, v.Off()),
		Tolerance: amountIn(v.Currency, v.Tolerance), Note: v.Note, Lines: make([]PartnerInvoiceLine, len(v.Lines)), UnbilledAll: len(left), CreatedAt: instant(v.CreatedAt), CreatedBy: v.CreatedBy, Version: v.Version,
	}
	if v.ID != 0 {
		out.ID = v.ID.String()
	}
	for i, x := range v.Lines {
		out.Lines[i] = PartnerInvoiceLine{
			Line: x.N, Kind: x.Kind, Reference: x.Reference, Quantity: x.Quantity, Amount: amountIn(v.Currency, x.Amount), Outcome: x.Outcome, Expected: amountIn(v.Currency, x.Expected), Units: x.Units, Before: x.Other,
			State: x.State, Note: x.Note, DecidedAt: instant(x.DecidedAt), DecidedBy: x.DecidedBy,
		}
	}
	for _, c := range left[:min(len(left), maxUnrated)] {
		out.Unbilled = append(out.Unbilled, renderCharge(c))
	}
	return out
}

func (a *api) takePartnerInvoice(c *call, p *cardParams, in *NewPartnerInvoice) (PartnerInvoice, error) {
	at, err := c.locationRow(p.ID)
	if err != nil {
		return PartnerInvoice{}, err
	}
	currency, _ := money.ParseCurrency(in.Currency) // a bad one is told by the act
	v := tariff.Invoice{
		Location: int64(at.ID), Number: in.Number, From: tariff.ParseDay(in.From), To: tariff.ParseDay(in.To), Currency: in.Currency, Note: in.Note,
		Total: amount(currency, "/total", in.Total, &c.faults), Tolerance: amount(currency, "/tolerance", in.Tolerance, &c.faults),
	}
	for i, x := range in.Lines {
		v.Lines = append(v.Lines, tariff.InvoiceLine{Kind: x.Kind, Reference: x.Reference, Quantity: max(1, x.Quantity), Amount: amount(currency, fmt.Sprintf("/lines/%d/amount", i), x.Amount, &c.faults)})
	}
	switch {
	case in.CSV != "" && len(in.Lines) > 0:
		c.faults.Add("/csv", "unexpected", "send lines or a table, not both")
	case in.CSV != "" && !currency.IsZero():
		v.Lines = tariff.ParseLines(in.CSV, currency, &c.faults)
	}
	return invoicedBy(c, p.Dry, partner.TakeInvoice, partner.InvoiceCommand{Invoice: v})
}

// invoicedBy carries out an act on a partner's invoice, or shows what it would do.
func invoicedBy[C any](c *call, dry bool, op *desk.Operation[C], cmd C) (PartnerInvoice, error) {
	do := one[C]
	if dry {
		do, c.status = preview[C], http.StatusOK
	}
	r, err := do(c, op, cmd)
	if err != nil {
		return PartnerInvoice{}, err
	}
	x, told := r.Value.(*partner.Billed)
	if dry && told {
		out := renderPartnerInvoice(x.Invoice, x.Left)
		if out.DryRun = true; op.Name == partner.TakeInvoice.Name {
			out.ID = ""
		}
		return out, nil
	}
	return c.partnerInvoice(tariff.InvoiceID(r.ID).String())
}

// partnerInvoice reads an invoice, and what was done in its days and is asked for by
// none.
func (c *call) partnerInvoice(text string) (out PartnerInvoice, err error) {
	none := fault.New(fault.NotFound, "no_such_invoice", "there is no invoice %.40q of a partner; an id looks like pti_0pmnqh2000400", text)
	id, err := tariff.ParseInvoiceID(text)
	if err != nil {
		return out, none
	}
	err = c.read(func(r *store.Reader) error {
		v, err := tariffs.Invoice(r, id)
		if err == nil && (v == nil || !c.scope.Sees(v.Location)) {
			err = none
		}
		if err != nil {
			return err
		}
		zone, today, err := c.shopDay(r)
		if err != nil {
			return err
		}
		places, err := locations.All(r)
		if err != nil {
			return err
		}
		p := tariffs.Period{Location: v.Location, From: v.From, To: v.To, Today: today, Zone: zone}
		for _, l := range places {
			p.Goods = p.Goods || int64(l.ID) == v.Location && l.Kind == "3pl"
		}
		left, err := tariffs.Unbilled(r, v, p)
		out = renderPartnerInvoice(v, left)
		return err
	})
	return out, err
}

type partnerInvoiceID struct {
	ID string `path:"id" example:"pti_0pmnqh2000400"`
}

type partnerInvoiceAct struct {
	ID string `path:"id" example:"pti_0pmnqh2000400"`
	DryRun
}

func (a *api) getPartnerInvoice(c *call, p *partnerInvoiceID, _ *none) (PartnerInvoice, error) {
	return c.partnerInvoice(p.ID)
}

func (a *api) decidePartnerInvoice(accept bool) func(*call, *partnerInvoiceAct, *PartnerInvoiceDecision) (PartnerInvoice, error) {
	return func(c *call, p *partnerInvoiceAct, in *PartnerInvoiceDecision) (PartnerInvoice, error) {
		id, err := tariff.ParseInvoiceID(p.ID)
		if err != nil {
			return c.partnerInvoice(p.ID)
		}
		return invoicedBy(c, p.Dry, partner.DecideInvoice, partner.DecideInvoiceCommand{Invoice: id, Lines: in.Lines, Accept: accept, Note: in.Note})
	}
}

type partnerInvoiceQuery struct {
	Paging
	Location string `query:"location" doc:"Code or id."`
	State    string `query:"state" enum:"open,accepted,disputed,mixed"`
}

func (a *api) listPartnerInvoices(c *call, p *partnerInvoiceQuery, _ *none) (Page[PartnerInvoice], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[PartnerInvoice]{}, err
	}
	at, err := c.location(parameterMark+"location", p.Location, &c.faults)
	if err == nil {
		err = c.parameters()
	}
	if err != nil {
		return Page[PartnerInvoice]{}, err
	}
	var list []*tariff.Invoice
	err = c.read(func(r *store.Reader) error {
		list, err = tariffs.Invoices(r, int64(at), p.State, tariff.InvoiceID(before[0]), p.Limit+1)
		return err
	})
	return page(p.Limit, list, func(v *tariff.Invoice) PartnerInvoice { return renderPartnerInvoice(v, nil) }, func(v *tariff.Invoice) string { return number(int64(v.ID)) }), err
}
