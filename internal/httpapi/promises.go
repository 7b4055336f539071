package httpapi

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	kept "orderly/internal/store/payments"
)

func (a *api) promiseRoutes() {
	read, write := access.OrdersRead, pay.Remit.Permission
	add(a, route{method: "GET", path: "/v1/customers/{id}/terms", id: "listTerms", summary: "Read within how many days a customer pays, and how much may be open", needs: access.CustomersRead}, a.listTerms)
	add(a, route{method: "POST", path: "/v1/customers/{id}/terms", id: "saveTerms", summary: "Agree on terms with a customer", needs: admin.SaveTerms.Permission, text: termsText}, a.saveTerms)
	add(a, route{method: "GET", path: "/v1/receivables", id: "listReceivables", summary: "Read what customers owe on terms, by how long it is overdue", needs: read, text: receivablesText}, a.listReceivables)
	add(a, route{method: "GET", path: "/v1/collected", id: "listCollected", summary: "List what carriers collected and did not pay out, oldest first", needs: read}, a.listCollected)
	add(a, route{method: "GET", path: "/v1/remittances", id: "listRemittances", summary: "List what carriers paid out, newest first", needs: read}, a.listRemittances)
	add(a, route{method: "POST", path: "/v1/remittances", id: "bookRemittance", summary: "Book a list by which a carrier pays out what it collected", needs: write, answers: madeOrNot, text: remittanceText}, a.bookRemittance)
	add(a, route{method: "GET", path: "/v1/remittances/{id}", id: "getRemittance", summary: "Read one with its payments", needs: read}, a.getRemittance)
}

const (
	termsText       = "In one currency; a limit of 0 ends them. They hold for what is promised from then on: `tender: terms` of `POST /v1/orders/{id}/payments`."
	receivablesText = "Those with the most overdue first. Days count from when each order was to be paid."
	remittanceText  = "Each line names an order by id, number or the channel's own id, or a parcel by its tracking number. All of the list counts or none; a carrier's list counts once, by its reference. What a carrier pays out it has collected, whether somebody told of the delivery or not. With `dry_run=true` nothing is booked."
)

// NewTerms agrees on terms.
type NewTerms struct {
	Currency string `json:"currency" minLength:"3" maxLength:"3" example:"EUR"`
	Limit    string `json:"limit" doc:"Decimal text: how much may be open at once." example:"5000.00"`
	Days     int64  `json:"days" minimum:"0" maximum:"365" doc:"Days after the promise until when it is paid." example:"30"`
}

// CustomerTerms are a customer's terms in one currency.
type CustomerTerms struct {
	Currency    string `json:"currency" example:"EUR"`
	Limit       string `json:"limit" example:"5000.00"`
	Days        int64  `json:"days" example:"30"`
	Open        int64  `json:"open" doc:"That is promised and not paid, in minor units."`
	EditVersion int64  `json:"edit_version"`
}

func (a *api) terms(c *call, text string) ([]CustomerTerms, error) {
	who, err := c.customer(text)
	if err != nil {
		return nil, err
	}
	out := []CustomerTerms{}
	err = c.read(func(r *store.Reader) error {
		list, err := kept.TermsOf(r, []int64{int64(who.ID)})
		if err != nil {
			return err
		}
		for _, t := range list {
			open, err := kept.Open(r, t.Currency, []int64{t.Customer})
			if err != nil {
				return err
			}
			of, err := money.ParseCurrency(t.Currency)
			if err != nil {
				return err
			}
			out = append(out, CustomerTerms{Currency: t.Currency, Limit: of.FormatAmount(t.Most), Days: t.Days, Open: open[t.Customer], EditVersion: t.EditVersion})
		}
		return nil
	})
	return out, err
}

func (a *api) listTerms(c *call, p *CustomerID, _ *none) (Page[CustomerTerms], error) {
	list, err := a.terms(c, p.ID)
	return pageUntil(list, func(t CustomerTerms) CustomerTerms { return t }, ""), err
}

func (a *api) saveTerms(c *call, p *CustomerID, in *NewTerms) (CustomerTerms, error) {
	who, err := c.customer(p.ID)
	if err != nil {
		return CustomerTerms{}, err
	}
	of, err := money.ParseCurrency(in.Currency)
	if err != nil {
		return CustomerTerms{}, err
	}
	cmd := admin.TermsCommand{Terms: payment.Agreed{Customer: int64(who.ID), Currency: in.Currency, Days: in.Days, Most: amount(of, "/limit", in.Limit, &c.faults)}}
	if _, err := one(c, admin.SaveTerms, cmd); err != nil {
		return CustomerTerms{}, err
	}
	list, err := a.terms(c, p.ID)
	for _, t := range list {
		if t.Currency == in.Currency {
			return t, err
		}
	}
	return CustomerTerms{}, err
}

// Receivable is what a customer owes on terms in one currency.
type Receivable struct {
	Customer string `json:"customer" example:"cus_0pmnqh2000400"`
	Currency string `json:"currency"`
	Orders   int64  `json:"orders"`
	Open     int64  `json:"open" doc:"In minor units, as all amounts here."`
	NotDue   int64  `json:"not_due"`
	To30     int64  `json:"overdue_1_30"`
	To60     int64  `json:"overdue_31_60"`
	To90     int64  `json:"overdue_61_90"`
	Beyond   int64  `json:"overdue_over_90"`
}

// maxReceivables bounds the list; behind it are those with less overdue.
const maxReceivables = 1000

func (a *api) listReceivables(c *call, _ *none, _ *none) (Page[Receivable], error) {
	var list []payment.Aging
	err := c.read(func(r *store.Reader) (err error) {
		list, err = kept.Agings(r, a.desk.DB.Now(), maxReceivables)
		return err
	})
	return pageUntil(list, func(x payment.Aging) Receivable {
		return Receivable{Customer: party.ID(x.Customer).String(), Currency: x.Currency, Orders: x.Orders, Open: x.Sum(), NotDue: x.Open[0], To30: x.Open[1], To60: x.Open[2], To90: x.Open[3], Beyond: x.Open[4]}
	}, ""), err
}

func (a *api) listCollected(c *call, p *Paging, _ *none) (Page[Payment], error) {
	after, err := p.numbers(1, 0)
	if err != nil {
		return Page[Payment]{}, err
	}
	var list []*payment.Payment
	err = c.read(func(r *store.Reader) (err error) {
		list, err = kept.Collecting(r, payment.ID(after[0]), p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderPayment, func(x *payment.Payment) string { return number(int64(x.ID)) }), err
}

// NewRemittance is a list by which a carrier pays out what it collected.
type NewRemittance struct {
	Carrier   string              `json:"carrier" maxLength:"60" example:"dhl"`
	Reference string              `json:"reference" maxLength:"200" doc:"The carrier's number of the list." example:"COD-2026-118"`
	Currency  string              `json:"currency,omitempty" maxLength:"3" doc:"The shop's when left out."`
	Fee       string              `json:"fee,omitempty" doc:"Decimal text: what the carrier kept."`
	PaidOn    string              `json:"paid_on,omitempty" format:"date" doc:"Today when left out."`
	Lines     []NewRemittanceLine `json:"lines" maxItems:"2000"`
}

// NewRemittanceLine is one of its lines.
type NewRemittanceLine struct {
	Ref    string `json:"ref" maxLength:"200" doc:"Order id, number, the channel's own id, or a tracking number." example:"1042"`
	Amount string `json:"amount,omitempty" doc:"Decimal text; all that is not paid out when left out."`
}

// Remittance is a list that was booked.
type Remittance struct {
	ID        string           `json:"id,omitempty" example:"rem_0pmnqh2000400"`
	Carrier   string           `json:"carrier"`
	Reference string           `json:"reference"`
	Currency  string           `json:"currency"`
	Collected int64            `json:"collected" doc:"In minor units, as all amounts here."`
	Fee       int64            `json:"fee"`
	Received  int64            `json:"received"`
	PaidOn    string           `json:"paid_on" format:"date"`
	CreatedAt string           `json:"created_at,omitempty" format:"date-time"`
	Parts     []RemittancePart `json:"parts,omitempty"`
	Dry       bool             `json:"dry_run,omitempty"`
}

// RemittancePart is what of one payment it pays out.
type RemittancePart struct {
	Payment string `json:"payment" example:"pay_0pmnqh2000400"`
	Order   string `json:"order" example:"ord_0pmnqh2000400"`
	Amount  int64  `json:"amount"`
	Left    *int64 `json:"left,omitempty" doc:"In the answer that books it: what the carrier still has to pay out."`
}

func renderRemittance(x *payment.Remittance) Remittance {
	out := Remittance{Carrier: x.Carrier, Reference: x.Reference, Currency: x.Currency, Collected: x.Collected, Fee: x.Fee, Received: x.Received(), PaidOn: dayText(x.PaidOn), CreatedAt: instant(x.CreatedAt)}
	if x.ID != 0 {
		out.ID = x.ID.String()
	}
	for _, p := range x.Parts {
		out.Parts = append(out.Parts, RemittancePart{Payment: p.Payment.String(), Order: order.ID(p.Order).String(), Amount: p.Amount})
	}
	return out
}

func (in *NewRemittance) command(c *call) (pay.RemitCommand, error) {
	m, err := c.merchant()
	if err != nil {
		return pay.RemitCommand{}, err
	}
	if in.Currency == "" {
		in.Currency = m.Currency
	}
	of, err := money.ParseCurrency(in.Currency)
	if err != nil {
		return pay.RemitCommand{}, err
	}
	if in.PaidOn == "" {
		in.PaidOn = time.UnixMicro(c.api.desk.DB.Now()).In(m.Location()).Format(time.DateOnly)
	}
	cmd := pay.RemitCommand{Remittance: payment.Remittance{Carrier: in.Carrier, Reference: in.Reference, Currency: in.Currency}}
	cmd.Remittance.PaidOn, _ = strconv.ParseInt(strings.ReplaceAll(in.PaidOn, "-", ""), 10, 64)
	if in.Fee != "" {
		cmd.Remittance.Fee = amount(of, "/fee", in.Fee, &c.faults)
	}
	for i, x := range in.Lines {
		line := payment.RemittanceLine{Ref: x.Ref}
		if x.Amount != "" {
			at := "/lines/" + strconv.Itoa(i) + "/amount"
			if line.Amount = amount(of, at, x.Amount, &c.faults); line.Amount <= 0 && c.faults.Len() == 0 {
				c.faults.Add(at, "out_of_range", "an amount is more than 0, or left out for all of it")
			}
		}
		cmd.Lines = append(cmd.Lines, line)
	}
	return cmd, nil
}

func (a *api) bookRemittance(c *call, p *DryRun, in *NewRemittance) (Remittance, error) {
	cmd, err := in.command(c)
	if err != nil {
		return Remittance{}, err
	}
	if p.Dry {
		c.status = http.StatusOK
		r, err := preview(c, pay.Remit, cmd)
		if err != nil {
			return Remittance{}, err
		}
		got := r.Value.(*pay.Remitted)
		out := renderRemittance(got.Remittance)
		out.ID, out.CreatedAt, out.Dry = "", "", true
		for i := range out.Parts {
			out.Parts[i].Left = &got.Left[i]
		}
		return out, nil
	}
	r, err := one(c, pay.Remit, cmd)
	if err != nil {
		return Remittance{}, err
	}
	out, err := a.remittance(c, payment.RemittanceID(r.ID))
	if got, ok := r.Value.(*pay.Remitted); ok {
		for i := range out.Parts {
			for j, q := range got.Remittance.Parts {
				if q.Payment.String() == out.Parts[i].Payment {
					out.Parts[i].Left = &got.Left[j]
				}
			}
		}
	}
	c.created("/v1/remittances/" + out.ID)
	return out, err
}

func (a *api) remittance(c *call, id payment.RemittanceID) (Remittance, error) {
	var x *payment.Remittance
	err := c.read(func(r *store.Reader) (err error) {
		x, err = kept.Remittance(r, id)
		return err
	})
	if err == nil && x == nil {
		err = fault.New(fault.NotFound, "no_such_remittance", "there is no remittance %s", id)
	}
	if err != nil {
		return Remittance{}, err
	}
	return renderRemittance(x), nil
}

type remittanceID struct {
	ID string `path:"id" example:"rem_0pmnqh2000400"`
}

func (a *api) getRemittance(c *call, p *remittanceID, _ *none) (Remittance, error) {
	id, err := payment.ParseRemittanceID(p.ID)
	if err != nil {
		return Remittance{}, fault.New(fault.NotFound, "no_such_remittance", "there is no remittance %.40q", p.ID)
	}
	return a.remittance(c, id)
}

func (a *api) listRemittances(c *call, p *Paging, _ *none) (Page[Remittance], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[Remittance]{}, err
	}
	var list []*payment.Remittance
	err = c.read(func(r *store.Reader) (err error) {
		list, err = kept.Remittances(r, payment.RemittanceID(before[0]), p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderRemittance, func(x *payment.Remittance) string { return number(int64(x.ID)) }), err
}

// merchant reads the shop.
func (c *call) merchant() (m merchants.Merchant, err error) {
	err = c.read(func(r *store.Reader) (err error) {
		m, err = merchants.Get(r, r.M)
		return err
	})
	return m, err
}
