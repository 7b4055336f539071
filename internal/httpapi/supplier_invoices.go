package httpapi

import (
	"fmt"
	"net/http"

	"orderly/internal/desk"
	"orderly/internal/desk/buy"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
)

const (
	takeInvoiceText = "It is held against what was agreed and what came: prices within the supplier's `price_percent`, no more units than came and were not invoiced before, charges no more than are known, and a sum that is what it lists. " +
		"`matched`, or `differs` with each difference named. A number of a supplier is taken once."
	decideInvoiceText = "What differs is approved with a note alone, and a dispute always has one. What a disputed invoice asks for counts as not invoiced."
)

// NewSupplierInvoice is what a supplier asks for.
type NewSupplierInvoice struct {
	Number  string                   `json:"number" maxLength:"80" doc:"Of the supplier." example:"R-2027-118"`
	At      string                   `json:"at,omitempty" format:"date-time" doc:"Of the document; now when left out."`
	DueAt   string                   `json:"due_at,omitempty" format:"date-time" doc:"By the supplier's terms when left out."`
	Total   string                   `json:"total" doc:"That it says, with charges and tax; decimal text."`
	Charges string                   `json:"charges,omitempty" doc:"In it, for freight and the like."`
	Tax     string                   `json:"tax,omitempty" doc:"In it."`
	Note    string                   `json:"note,omitempty" maxLength:"2000"`
	Lines   []NewSupplierInvoiceLine `json:"lines" maxItems:"500"`
}

// NewSupplierInvoiceLine is what it asks for a line.
type NewSupplierInvoiceLine struct {
	Line     int    `json:"line" minimum:"1"`
	Quantity int64  `json:"quantity" minimum:"1" maximum:"1000000000"`
	Cost     string `json:"cost" doc:"Of one unit; decimal text." example:"4.10"`
}

// SupplierInvoice is what a supplier asked for, and how it stands.
type SupplierInvoice struct {
	ID          string                `json:"id" example:"sin_0pmnqh2000400"`
	Purchase    string                `json:"purchase" example:"pur_0pmnqh2000400"`
	Supplier    string                `json:"supplier" example:"sup_0pmnqh2000400"`
	Number      string                `json:"number"`
	State       string                `json:"state" enum:"matched,differs,approved,disputed"`
	At          string                `json:"at" format:"date-time"`
	DueAt       string                `json:"due_at" format:"date-time"`
	Currency    string                `json:"currency,omitempty"`
	Total       string                `json:"total,omitempty"`
	Charges     string                `json:"charges,omitempty"`
	Tax         string                `json:"tax,omitempty"`
	Note        string                `json:"note,omitempty"`
	Lines       []SupplierInvoiceLine `json:"lines"`
	Differences []InvoiceDifference   `json:"differences,omitempty" doc:"As things stand now."`
	Version     int64                 `json:"version"`
	Actions     []string              `json:"actions"`
	DryRun      bool                  `json:"dry_run,omitempty"`
}

// SupplierInvoiceLine is what it asks for a line.
type SupplierInvoiceLine struct {
	Line     int    `json:"line"`
	Quantity int64  `json:"quantity"`
	Cost     string `json:"cost"`
}

// InvoiceDifference is one thing in which an invoice is not what was agreed.
type InvoiceDifference struct {
	Line     int    `json:"line,omitempty" doc:"Absent: of the whole."`
	Kind     string `json:"kind" enum:"price,quantity,charges,sum"`
	Agreed   string `json:"agreed"`
	Invoiced string `json:"invoiced"`
}

func renderSupplierInvoice(v *purchase.Invoice, currency string, differ []purchase.Difference) SupplierInvoice {
	out := SupplierInvoice{
		ID: v.ID.String(), Purchase: v.Purchase.String(), Supplier: ident.Text("sup", v.Supplier), Number: v.Number, State: string(v.State), At: instant(v.At), DueAt: instant(v.DueAt), Currency: currency, Note: v.Note,
		Lines: make([]SupplierInvoiceLine, len(v.Lines)), Version: v.Version, Actions: v.Actions(),
	}
	if c, err := money.ParseCurrency(currency); err == nil {
		out.Total, out.Charges, out.Tax = c.FormatAmount(v.Total), c.FormatAmount(v.Charges), c.FormatAmount(v.Tax)
	}
	for i, l := range v.Lines {
		out.Lines[i] = SupplierInvoiceLine{l.Line, l.Quantity, l.Cost.String()}
	}
	for _, d := range differ {
		out.Differences = append(out.Differences, InvoiceDifference(d))
	}
	return out
}

func (a *api) takeInvoice(c *call, p *purchaseID, in *NewSupplierInvoice) (SupplierInvoice, error) {
	id, err := c.purchaseByID(p.ID)
	if err != nil {
		return SupplierInvoice{}, err
	}
	currency, err := c.boughtIn(id)
	if err != nil {
		return SupplierInvoice{}, err
	}
	v := purchase.Invoice{
		Number: in.Number, At: parseInstant("/at", in.At, &c.faults), DueAt: parseInstant("/due_at", in.DueAt, &c.faults), Note: in.Note,
		Total: amount(currency, "/total", in.Total, &c.faults), Charges: amount(currency, "/charges", in.Charges, &c.faults), Tax: amount(currency, "/tax", in.Tax, &c.faults),
	}
	for i, x := range in.Lines {
		v.Lines = append(v.Lines, purchase.InvoiceLine{Line: x.Line, Quantity: x.Quantity, Cost: price(fmt.Sprintf("/lines/%d/cost", i), x.Cost, &c.faults)})
	}
	return invoicing(c, p.Dry, buy.TakeInvoice, buy.InvoiceCommand{Purchase: id, Invoice: v}, in.Number)
}

// invoicing carries out an act on a supplier's invoice, or shows what it would do.
// number finds the invoice again for the answer to a repeated request.
func invoicing[C any](c *call, dry bool, op *desk.Operation[C], cmd C, number string) (SupplierInvoice, error) {
	do := one[C]
	if dry {
		do, c.status = preview[C], http.StatusOK
	}
	r, err := do(c, op, cmd)
	if err != nil {
		return SupplierInvoice{}, err
	}
	var out SupplierInvoice
	err = c.read(func(rd *store.Reader) error {
		done, ok := r.Value.(*buy.Asked)
		if !ok {
			done, err = invoicedBefore(rd, purchase.ID(r.ID), number)
			if err != nil {
				return err
			}
		}
		differ := done.Differences
		if differ == nil && !dry {
			if differ, err = buy.DifferencesOf(rd, done.Purchase, done.Invoice); err != nil {
				return err
			}
		}
		out = renderSupplierInvoice(done.Invoice, done.Purchase.Currency, differ)
		return nil
	})
	out.DryRun = dry
	return out, err
}

func invoicedBefore(r *store.Reader, id purchase.ID, number string) (*buy.Asked, error) {
	p, err := purchases.Get(r, id)
	if err != nil {
		return nil, err
	}
	v, err := purchases.InvoiceByNumber(r, p.Supplier, number)
	return &buy.Asked{Purchase: p, Invoice: v}, err
}

func (a *api) purchaseInvoices(c *call, p *struct {
	ID string `path:"id" example:"pur_0pmnqh2000400"`
}, _ *none) (Page[SupplierInvoice], error) {
	id, err := c.purchaseByID(p.ID)
	if err != nil {
		return Page[SupplierInvoice]{}, err
	}
	out := Page[SupplierInvoice]{Data: []SupplierInvoice{}}
	err = c.read(func(r *store.Reader) error {
		of, err := c.purchaseSeen(r, id)
		if err != nil {
			return err
		}
		list, err := purchases.InvoicesOf(r, id)
		for i := range list {
			differ, err := buy.DifferencesOf(r, of, &list[i])
			if err != nil {
				return err
			}
			out.Data = append(out.Data, renderSupplierInvoice(&list[i], of.Currency, differ))
		}
		return err
	})
	return out, err
}

type invoiceStateQuery struct {
	Paging
	State string `query:"state" enum:"matched,differs,approved,disputed" doc:"differs when left out: what a person must look at."`
}

func (a *api) listSupplierInvoices(c *call, p *invoiceStateQuery, _ *none) (Page[SupplierInvoice], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[SupplierInvoice]{}, err
	}
	state := purchase.Matching(p.State)
	if state == "" {
		state = purchase.Differs
	}
	var list []purchase.Invoice
	of := map[purchase.ID]*purchase.Purchase{}
	err = c.read(func(r *store.Reader) error {
		if list, err = purchases.InvoicesIn(r, state, purchase.InvoiceID(before[0]), p.Limit+1); err != nil {
			return err
		}
		ids := make([]purchase.ID, len(list))
		for i := range list {
			ids[i] = list[i].Purchase
		}
		of, err = purchases.Load(r, ids)
		return err
	})
	return page(p.Limit, list, func(v purchase.Invoice) SupplierInvoice {
		currency := ""
		if x := of[v.Purchase]; x != nil {
			currency = x.Currency
		}
		return renderSupplierInvoice(&v, currency, nil)
	}, func(v purchase.Invoice) string { return number(int64(v.ID)) }), err
}

// InvoiceDecision says why.
type InvoiceDecision struct {
	Note string `json:"note,omitempty" maxLength:"2000"`
}

type supplierInvoiceID struct {
	ID string `path:"id" example:"sin_0pmnqh2000400"`
	DryRun
}

func (a *api) decideInvoice(approve bool) func(*call, *supplierInvoiceID, *InvoiceDecision) (SupplierInvoice, error) {
	return func(c *call, p *supplierInvoiceID, in *InvoiceDecision) (SupplierInvoice, error) {
		id, err := purchase.ParseInvoiceID(p.ID)
		if err != nil {
			return SupplierInvoice{}, fault.New(fault.NotFound, "no_such_invoice", "there is no invoice %.40q of a supplier", p.ID)
		}
		number := ""
		err = c.read(func(r *store.Reader) error {
			v, err := purchases.Invoice(r, id)
			if v != nil {
				number = v.Number
			}
			return err
		})
		if err != nil {
			return SupplierInvoice{}, err
		}
		return invoicing(c, p.Dry, buy.DecideInvoice, buy.DecideInvoiceCommand{Invoice: id, Approve: approve, Note: in.Note}, number)
	}
}
