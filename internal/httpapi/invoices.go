package httpapi

import (
	"errors"
	"net/http"
	"strconv"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/bill"
	"orderly/internal/fault"
	"orderly/internal/invoice"
	"orderly/internal/listing"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/invoices"
	"orderly/internal/walk"
)

// invoiceRoutes are the documents of orders, and the books that tell of money.
func (a *api) invoiceRoutes() {
	add(a, route{method: "POST", path: "/v1/orders/{id}/invoices", id: "issueInvoice", summary: "Issue what the order should have been billed by now", needs: bill.Issue.Permission, answers: madeOrNot, text: issueText}, a.issueInvoice)
	add(a, route{method: "GET", path: "/v1/invoices", id: "listInvoices", summary: "List invoices and credit notes, newest first", needs: access.OrdersRead}, a.listInvoices)
	add(a, route{method: "GET", path: "/v1/invoices/{id}", id: "getInvoice", summary: "Read an invoice or a credit note as it was issued", needs: access.OrdersRead}, a.getInvoice)
	addPaper(a, route{method: "GET", path: "/v1/invoices/{id}/document.pdf", id: "invoicePDF", summary: "Print an invoice or a credit note, A4", needs: access.OrdersRead}, invoicePDF)
	add(a, route{method: "GET", path: "/v1/invoice-settings", id: "getInvoiceSettings", summary: "Read what stands on documents", needs: access.OrdersRead, tagged: true}, a.invoiceSettings)
	add(a, route{method: "PATCH", path: "/v1/invoice-settings", id: "editInvoiceSettings", summary: "Change what stands on documents from now on", needs: bill.SaveSettings.Permission, edit: true, tagged: true, text: settingsText}, a.editInvoiceSettings)
	add(a, route{method: "POST", path: "/v1/invoice-settings/channels", id: "setInvoiceChannels", summary: "Say when documents of channels' orders are issued by themselves", needs: bill.SavePolicies.Permission, text: channelsText}, a.invoiceChannels)
	a.ledgerRoutes()
}

const (
	issueText = "What the order's lines and fees should have been billed by now, less what its documents have billed, is issued: what is more as an invoice, what is less as a credit note, or both. " +
		"Units that came back are credited when their money was given back. Asked again it answers 409 `nothing_to_bill`. Documents never change; numbers are gapless."
	channelsText = "At placement bills all of an order when it is placed, at shipping what of it was shipped when it is; by hand nothing is issued by itself. What later changes of an order ask for that was billed so follows by itself, credit notes too. It holds for what happens from now on; channels that are not named stay as they are."
	settingsText = "Documents that were issued stay as they are. A series begins with 1; numbers begin anew each year when `{year}` is in the pattern."
)

// InvoiceDocument is an invoice or a credit note. A credit note's amounts are
// what it takes back.
type InvoiceDocument struct {
	ID          string        `json:"id,omitempty" example:"inv_0pmnqh2000400"`
	Kind        string        `json:"kind" enum:"invoice,credit_note"`
	Number      string        `json:"number,omitempty" example:"INV-2026-00001" doc:"As it is written; absent before it is issued."`
	Series      string        `json:"series,omitempty"`
	Year        int           `json:"year,omitempty" doc:"In which the number was counted; absent when numbers go on over the years."`
	Sequence    int64         `json:"sequence,omitempty" doc:"Gapless within kind, series and year."`
	Order       string        `json:"order" example:"ord_0pmnqh2000400"`
	OrderNumber int64         `json:"order_number"`
	Of          []InvoiceRef  `json:"of,omitempty" doc:"Of a credit note: the invoices that it corrects, newest first."`
	Units       string        `json:"units" enum:"all,shipped" doc:"Which units were billed."`
	IssuedAt    string        `json:"issued_at" format:"date-time"`
	IssuedOn    string        `json:"issued_on" format:"date" doc:"In the merchant's zone."`
	Currency    string        `json:"currency" example:"EUR"`
	Seller      InvoiceSeller `json:"seller"`
	Buyer       InvoiceBuyer  `json:"buyer"`
	Lines       []InvoiceLine `json:"lines"`
	Discount    string        `json:"discount"`
	Net         string        `json:"net"`
	Tax         string        `json:"tax"`
	Gross       string        `json:"gross"`
	SHA256      string        `json:"sha256,omitempty" doc:"Of the document as it is kept, byte for byte."`
}

// InvoiceRef names another document.
type InvoiceRef struct {
	ID     string `json:"id,omitempty"`
	Number string `json:"number,omitempty"`
}

// InvoiceSeller is whose document it is, as it was then.
type InvoiceSeller struct {
	Name    string   `json:"name"`
	Address []string `json:"address"`
	TaxID   string   `json:"tax_id,omitempty"`
	Terms   string   `json:"terms,omitempty"`
	Footer  string   `json:"footer,omitempty"`
}

// InvoiceBuyer is who was billed, as it was then.
type InvoiceBuyer struct {
	Name    string   `json:"name,omitempty"`
	Address []string `json:"address"`
	Email   string   `json:"email,omitempty"`
}

// InvoiceLine is one position; gross = net + tax.
type InvoiceLine struct {
	Kind      string `json:"kind" enum:"goods,return,fee,fee_return,other" doc:"goods and return are of an order's line, fee and fee_return of a fee; other is money given back for a reason of its own."`
	Line      int    `json:"line,omitempty" doc:"Of the order, or the fee's."`
	SKU       string `json:"sku,omitempty"`
	Text      string `json:"text"`
	Quantity  int64  `json:"quantity,omitempty" doc:"Steps of the item's unit."`
	Scale     int    `json:"scale,omitempty" doc:"Decimals of the unit that a step is."`
	Unit      string `json:"unit,omitempty"`
	UnitPrice string `json:"unit_price,omitempty"`
	Discount  string `json:"discount"`
	Net       string `json:"net"`
	Tax       string `json:"tax"`
	Gross     string `json:"gross"`
}

func renderDocument(d *invoice.Document, hash string) InvoiceDocument {
	show := d.Currency.FormatAmount
	out := InvoiceDocument{
		Kind: string(d.Kind), Number: d.Code, Series: d.Series, Year: d.Year, Sequence: d.Number, Order: d.Order.String(), OrderNumber: d.OrderNumber, Units: string(d.Basis),
		IssuedAt: instant(d.IssuedAt), IssuedOn: listing.DayText(d.IssuedOn), Currency: d.Currency.Code(), Lines: []InvoiceLine{}, SHA256: hash,
		Seller: InvoiceSeller(d.Seller), Buyer: InvoiceBuyer(d.Buyer), Discount: show(d.Totals.Discount), Net: show(d.Totals.Net), Tax: show(d.Totals.Tax), Gross: show(d.Totals.Gross),
	}
	if out.Buyer.Address == nil {
		out.Buyer.Address = []string{}
	}
	if d.ID != 0 {
		out.ID = d.ID.String()
	}
	for _, of := range d.Of {
		ref := InvoiceRef{Number: of.Code}
		if of.ID != 0 {
			ref.ID = of.ID.String()
		}
		out.Of = append(out.Of, ref)
	}
	for i := range d.Lines {
		l := &d.Lines[i]
		x := InvoiceLine{Kind: l.Kind, SKU: l.SKU, Text: l.Text, Quantity: l.Quantity, Scale: l.Scale, Unit: l.Unit, Discount: show(l.Discount), Net: show(l.Net), Tax: show(l.Tax), Gross: show(l.Gross)}
		if l.Kind == invoice.Goods || l.Kind == invoice.Return {
			x.UnitPrice = l.Price.String()
		}
		if l.Kind != invoice.Other {
			x.Line = l.N
		}
		out.Lines = append(out.Lines, x)
	}
	return out
}

// NewInvoice says what to issue. All of it may be left out.
type NewInvoice struct {
	Units  string         `json:"units,omitempty" enum:"all,shipped" doc:"Which units to bill: all that are not canceled, which is usual, or those that were shipped. Once all were billed it stays so."`
	Credit *InvoiceCredit `json:"credit,omitempty" doc:"Money that was given back and that no line explains, such as a kindness. It becomes a line of a credit note."`
}

// InvoiceCredit is money that was given back for a reason of its own.
type InvoiceCredit struct {
	Amount string `json:"amount" example:"5.00"`
	Reason string `json:"reason" maxLength:"300" doc:"As the customer reads it."`
}

// IssuedInvoices is what one request issued.
type IssuedInvoices struct {
	DryRun bool              `json:"dry_run,omitempty"`
	Data   []InvoiceDocument `json:"data" doc:"An invoice, a credit note, or both."`
}

type issueQuery struct {
	OrderID
	DryRun
}

func (a *api) issueInvoice(c *call, p *issueQuery, in *NewInvoice) (IssuedInvoices, error) {
	out := IssuedInvoices{DryRun: p.Dry, Data: []InvoiceDocument{}}
	id, err := orderByID(p.ID)
	if err != nil {
		return out, err
	}
	cmd := bill.IssueCommand{Order: id, Basis: invoice.Basis(in.Units)}
	if in.Credit != nil {
		currency, err := c.currencyOf(id)
		if err != nil {
			return out, err
		}
		cmd.Credit, cmd.Reason = amount(currency, "/credit/amount", in.Credit.Amount, &c.faults), in.Credit.Reason
		if cmd.Credit == 0 && c.faults.Len() == 0 {
			c.faults.Add("/credit/amount", "missing", "say how much was given back")
		}
	}
	if p.Dry {
		c.status = http.StatusOK
		r, err := preview(c, bill.Issue, cmd)
		if err == nil {
			for _, d := range r.Value.(*bill.Issued).Documents {
				out.Data = append(out.Data, renderDocument(d, ""))
			}
		}
		return out, err
	}
	r, err := one(c, bill.Issue, cmd)
	if err != nil {
		return out, err
	}
	err = c.read(func(rd *store.Reader) error { return out.after(rd, id, r) })
	if err == nil {
		c.created("/v1/invoices/" + out.Data[0].ID)
	}
	return out, err
}

// after reads what an act has issued, now or when its key was used first.
func (out *IssuedInvoices) after(r *store.Reader, id order.ID, done desk.Result) error {
	list, err := invoices.After(r, id, invoice.ID(done.ID), done.Seq)
	for _, k := range list {
		out.Data = append(out.Data, renderDocument(k.Document, k.Hash))
	}
	if err == nil && len(list) == 0 {
		err = errors.New("the documents that were just issued are not there")
	}
	return err
}

// InvoiceRow is a document in a list.
type InvoiceRow struct {
	ID          string `json:"id" example:"inv_0pmnqh2000400"`
	Kind        string `json:"kind" enum:"invoice,credit_note"`
	Number      string `json:"number"`
	Order       string `json:"order"`
	OrderNumber int64  `json:"order_number"`
	Of          string `json:"of,omitempty" doc:"The newest invoice that a credit note corrects."`
	IssuedAt    string `json:"issued_at" format:"date-time"`
	IssuedOn    string `json:"issued_on" format:"date"`
	Currency    string `json:"currency"`
	Net         string `json:"net"`
	Tax         string `json:"tax"`
	Gross       string `json:"gross"`
}

func renderInvoiceRow(x invoices.Row) InvoiceRow {
	show := currencyNamed(x.Currency).FormatAmount
	out := InvoiceRow{
		ID: x.ID.String(), Kind: string(x.Kind), Number: x.Code, Order: x.Order.String(), OrderNumber: x.OrderNumber, IssuedAt: instant(x.IssuedAt), IssuedOn: listing.DayText(x.IssuedOn),
		Currency: x.Currency, Net: show(x.Net), Tax: show(x.Tax), Gross: show(x.Gross),
	}
	if x.Of != 0 {
		out.Of = x.Of.String()
	}
	return out
}

type invoiceQuery struct {
	Paging
	Order      string `query:"order" doc:"Only an order's: its id."`
	Number     string `query:"number" maxLength:"80" doc:"Only the one with this number, as it is written."`
	IssuedFrom string `query:"issued_from" format:"date" doc:"Issued on or after this day, in the merchant's zone."`
	IssuedTo   string `query:"issued_to" format:"date" doc:"Issued on or before this day."`
}

func (a *api) listInvoices(c *call, p *invoiceQuery, _ *none) (Page[InvoiceRow], error) {
	place, err := p.numbers(2, 0)
	if err != nil {
		return Page[InvoiceRow]{}, err
	}
	f := invoices.Filter{Code: p.Number, Limit: p.Limit + 1, Before: invoices.Place{On: place[0], ID: place[1]}}
	f.From, f.To = dayOf("issued_from", p.IssuedFrom, &c.faults), dayOf("issued_to", p.IssuedTo, &c.faults)
	if p.Order != "" {
		f.Order, err = order.ParseID(p.Order)
		c.faults.AddError(parameterMark+"order", err)
	}
	if err := c.parameters(); err != nil {
		return Page[InvoiceRow]{}, err
	}
	var list []invoices.Row
	err = c.read(func(r *store.Reader) (err error) {
		list, err = invoices.List(r, f)
		return err
	})
	return page(p.Limit, list, renderInvoiceRow, func(x invoices.Row) string {
		return strconv.FormatInt(x.IssuedOn, 10) + "." + strconv.FormatInt(int64(x.ID), 10)
	}), err
}

type invoiceID struct {
	ID string `path:"id" example:"inv_0pmnqh2000400"`
}

func (p *invoiceID) parse() (invoice.ID, error) {
	id, err := invoice.ParseID(p.ID)
	if err != nil {
		return 0, noSuchInvoice(p.ID)
	}
	return id, nil
}

func noSuchInvoice(id string) error {
	return fault.New(fault.NotFound, "no_such_invoice", "there is no invoice %.40q", id)
}

func (a *api) getInvoice(c *call, p *invoiceID, _ *none) (InvoiceDocument, error) {
	id, err := p.parse()
	if err != nil {
		return InvoiceDocument{}, err
	}
	var k invoices.Kept
	err = c.read(func(r *store.Reader) (err error) {
		k, err = invoices.Get(r, id)
		return err
	})
	if errors.Is(err, invoices.ErrUnknown) {
		err = noSuchInvoice(p.ID)
	}
	if err != nil {
		return InvoiceDocument{}, err
	}
	return renderDocument(k.Document, k.Hash), nil
}

func invoicePDF(_ *call, p *invoiceID) (func(*store.Reader, int64) (printed, error), error) {
	id, err := p.parse()
	return func(r *store.Reader, _ int64) (printed, error) { return filled(walk.Invoice(r, id)) }, err
}

// InvoiceSettings are what stands on documents as their seller, and how they
// are numbered.
type InvoiceSettings struct {
	LegalName    string            `json:"legal_name"`
	Address      string            `json:"address" doc:"As lines."`
	TaxID        string            `json:"tax_id"`
	Series       string            `json:"series" example:"INV-"`
	CreditSeries string            `json:"credit_series" example:"CN-" doc:"Of credit notes."`
	Pattern      string            `json:"pattern" example:"{series}{year}-{number:5}"`
	Terms        string            `json:"terms" doc:"How to pay."`
	Footer       string            `json:"footer"`
	Channels     map[string]string `json:"channels" doc:"When documents of a channel's orders are issued by themselves: shipping, placement; hand for those that are not named."`
	EditVersion  int64             `json:"edit_version"`
	UpdatedAt    string            `json:"updated_at,omitempty" format:"date-time"`
}

func renderSettings(s invoices.Settings, list []invoices.Policy) InvoiceSettings {
	channels := map[string]string{}
	for _, p := range list {
		channels[p.Channel] = p.When
	}
	return InvoiceSettings{s.LegalName, s.Address, s.TaxID, s.Series, s.CreditSeries, string(s.Pattern), s.Terms, s.Footer, channels, s.EditVersion, instant(s.UpdatedAt)}
}

// InvoiceSettingsEdit changes the fields that are there.
type InvoiceSettingsEdit struct {
	LegalName    *string `json:"legal_name,omitempty" maxLength:"200"`
	Address      *string `json:"address,omitempty" maxLength:"1000"`
	TaxID        *string `json:"tax_id,omitempty" maxLength:"60"`
	Series       *string `json:"series,omitempty" maxLength:"20"`
	CreditSeries *string `json:"credit_series,omitempty" maxLength:"20"`
	Pattern      *string `json:"pattern,omitempty" maxLength:"60"`
	Terms        *string `json:"terms,omitempty" maxLength:"1000"`
	Footer       *string `json:"footer,omitempty" maxLength:"1000"`
}

func (c *call) settingsOf() (s invoices.Settings, list []invoices.Policy, err error) {
	err = c.read(func(r *store.Reader) (err error) {
		if s, err = invoices.SettingsOf(r); err != nil {
			return err
		}
		list, err = invoices.Policies(r)
		return err
	})
	return s, list, err
}

func (a *api) invoiceSettings(c *call, _ *none, _ *none) (InvoiceSettings, error) {
	s, list, err := c.settingsOf()
	c.tag(s.EditVersion)
	return renderSettings(s, list), err
}

func (a *api) editInvoiceSettings(c *call, _ *none, in *InvoiceSettingsEdit) (InvoiceSettings, error) {
	version, err := c.ifMatch(true)
	if err != nil {
		return InvoiceSettings{}, err
	}
	s, _, err := c.settingsOf()
	if err != nil {
		return InvoiceSettings{}, err
	}
	pattern := string(s.Pattern)
	for to, from := range map[*string]*string{
		&s.LegalName: in.LegalName, &s.Address: in.Address, &s.TaxID: in.TaxID, &s.Series: in.Series, &s.CreditSeries: in.CreditSeries,
		&pattern: in.Pattern, &s.Terms: in.Terms, &s.Footer: in.Footer,
	} {
		if from != nil {
			*to = *from
		}
	}
	s.Pattern = invoice.Pattern(pattern)
	if _, err := one(c, bill.SaveSettings, bill.SettingsCommand{Settings: s, Version: version}); err != nil {
		return InvoiceSettings{}, err
	}
	s, list, err := c.settingsOf()
	c.tag(s.EditVersion)
	return renderSettings(s, list), err
}

// InvoiceChannels says when documents are issued by themselves.
type InvoiceChannels struct {
	Channels map[string]string `json:"channels" doc:"By channel: hand, shipping or placement."`
}

func (a *api) invoiceChannels(c *call, _ *none, in *InvoiceChannels) (InvoiceSettings, error) {
	if _, err := one(c, bill.SavePolicies, bill.PolicyCommand{When: in.Channels}); err != nil {
		return InvoiceSettings{}, err
	}
	s, list, err := c.settingsOf()
	return renderSettings(s, list), err
}
