package order

import (
	"encoding/json"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"orderly/internal/catalog"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/tax"
)

// Request is an order as somebody asks for it, before items are looked up.
// Amounts are minor units of the currency.
type Request struct {
	Channel    string
	ExternalID string
	Currency   string
	CustomerID party.ID
	Parties    party.Parties
	Lines      []RequestLine
	Fees       []Fee
	Payments   []Payment
	Holds      []Hold
	Tags       []string
	Note       string
	Priority   int64
	PlacedAt   int64 // zero: now
	DueAt      int64
	NotBefore  int64  `json:",omitempty"` // work begins no earlier; zero: at once
	Method     string `json:",omitempty"` // by which delivery method; the usual one when empty
	Claim      int64  `json:",omitempty"` // stock that was kept back for it, by a name that order does not know
	Custom     json.RawMessage
	Exchange   money.Exchange `json:",omitzero"` // as the channel says
}

// RequestLine asks for a quantity of an item at a price.
type RequestLine struct {
	SKU      string
	Quantity int64
	Price    money.Price
	Title    string // replaces the item's name on this order when given
	Discount int64
	Tax      int64
	Taxed    *tax.Basis `json:",omitempty"` // how it is taxed; on top, the tax follows from it when none is given
	Custom   json.RawMessage
}

// Payment is money that the channel has already taken.
type Payment struct {
	Amount      int64
	Reference   string
	Means       string `json:",omitempty"` // by which it was paid, in the channel's words
	Instalments int64  `json:",omitempty"` // in which the customer pays the channel
}

// Limits of what a channel says of a payment.
const (
	MaxMeans       = 40
	MaxInstalments = 120
)

// CheckMeans lists the faults of how a channel says that it was paid.
func CheckMeans(at, means string, instalments int64, l *fault.List) {
	text(l, at+"/means", means, 0, MaxMeans)
	if instalments < 0 || instalments > MaxInstalments {
		l.Add(at+"/instalments", "out_of_range", "1 to %d instalments, or none said", MaxInstalments)
	}
}

// Check lists every fault that can be seen without looking anything up.
func (r *Request) Check() error {
	var l fault.List
	text(&l, "/channel", r.Channel, 1, 60)
	text(&l, "/external_id", r.ExternalID, 0, 200)
	if _, err := money.ParseCurrency(r.Currency); err != nil {
		l.AddError("/currency", err)
	}
	r.Parties.Customer.Check("/customer", &l)
	r.Parties.ShipTo.Check("/ship_to", &l)
	r.Parties.BillTo.Check("/bill_to", &l)
	r.checkLines(&l)
	r.checkExtras(&l)
	return l.Err()
}

func (r *Request) checkLines(l *fault.List) {
	if len(r.Lines) == 0 {
		l.Add("/lines", "missing", "an order has at least one line")
	}
	if len(r.Lines) > MaxLines {
		l.Add("/lines", "too_many_lines", "%d lines; an order has at most %d", len(r.Lines), MaxLines)
		return
	}
	for i := range r.Lines {
		line := &r.Lines[i]
		bad := line.SKU == "" || line.Quantity < 1 || line.Quantity > MaxQuantity || line.Price < 0 || line.Discount < 0 ||
			line.Tax < 0 || line.Tax > money.MaxTotal || line.Taxed != nil || len(line.SKU) > catalog.MaxSKU || len(line.Title) > 0 || len(line.Custom) > 0
		if bad {
			line.check(fmt.Sprintf("/lines/%d", i), l)
		}
	}
}

func (r *RequestLine) check(at string, l *fault.List) {
	text(l, at+"/sku", r.SKU, 1, catalog.MaxSKU)
	text(l, at+"/title", r.Title, 0, MaxTextLength)
	switch {
	case r.Quantity < 1:
		l.Add(at+"/quantity", "not_positive", "quantity is %d; it must be 1 or more", r.Quantity)
	case r.Quantity > MaxQuantity:
		l.Add(at+"/quantity", "too_large", "quantity is %d; at most %d", r.Quantity, MaxQuantity)
	}
	if r.Price < 0 {
		l.Add(at+"/unit_price", "negative", "a unit price is not negative; give a discount or a fee of kind adjustment instead")
	}
	if r.Discount < 0 {
		l.Add(at+"/discount", "negative", "a discount is given as a positive amount")
	}
	if r.Tax < 0 || r.Tax > money.MaxTotal {
		l.Add(at+"/tax", "out_of_range", "a tax is between 0 and %d minor units", int64(money.MaxTotal))
	}
	checkTaxed(at, r.Taxed, r.Tax, l)
	catalog.CheckCustom(at+"/custom", r.Custom, l)
}

// checkTaxed lists the faults of how an amount is said to be taxed.
func checkTaxed(at string, b *tax.Basis, amount int64, l *fault.List) {
	switch {
	case b == nil:
	case b.Rate < 0 || b.Rate > tax.MaxRate:
		l.Add(at+"/tax_rate", "invalid_rate", "a rate is between 0 and 100 percent")
	case b.Contained && amount != 0:
		l.Add(at+"/tax", "tax_twice", "the price contains its tax, so none comes on top; leave tax out")
	}
}

func (r *Request) checkExtras(l *fault.List) {
	if len(r.Fees) > MaxFees {
		l.Add("/fees", "too_many", "at most %d fees an order", MaxFees)
	}
	for i := range r.Fees {
		r.Fees[i].check(fmt.Sprintf("/fees/%d", i), l)
	}
	if len(r.Payments) > MaxFees {
		l.Add("/payments", "too_many", "at most %d payments an order", MaxFees)
	}
	for i, p := range r.Payments {
		if p.Amount <= 0 || p.Amount > money.MaxTotal {
			l.Add(fmt.Sprintf("/payments/%d/amount", i), "out_of_range", "a payment is more than 0")
		}
		at := fmt.Sprintf("/payments/%d", i)
		text(l, at+"/reference", p.Reference, 0, 200)
		if p.Means != "" || p.Instalments != 0 {
			CheckMeans(at, p.Means, p.Instalments, l)
		}
	}
	CheckTags("/tags", r.Tags, l)
	text(l, "/method", r.Method, 0, MaxMethod)
	note(l, "/note", r.Note)
	if r.Priority < -1000 || r.Priority > 1000 {
		l.Add("/priority", "out_of_range", "priority is between -1000 and 1000; 0 is usual, higher is served first")
	}
	if len(r.Holds) > MaxHolds {
		l.Add("/holds", "too_many", "at most %d holds an order", MaxHolds)
	}
	for i := range r.Holds {
		at := fmt.Sprintf("/holds/%d", i)
		for _, f := range r.Holds[i].faults() {
			l.Add(at+f.Pointer, f.Code, "%s", f.Message)
		}
	}
	if r.Exchange < 0 || r.Exchange > money.MaxExchange {
		l.Add("/exchange_rate", "out_of_range", "an exchange rate is more than 0 and at most %s", money.MaxExchange)
	}
	catalog.CheckCustom("/custom", r.Custom, l)
}

func (f *Fee) check(at string, l *fault.List) {
	if !slices.Contains([]string{"shipping", "fee", "adjustment"}, f.Kind) {
		l.Add(at+"/kind", "unknown_kind", "kind is shipping, fee or adjustment")
	}
	if f.Amount < 0 && f.Kind != "adjustment" {
		l.Add(at+"/amount", "negative", "only a fee of kind adjustment may be negative")
	}
	if f.Amount > money.MaxTotal || f.Amount < -money.MaxTotal {
		l.Add(at+"/amount", "too_large", "an amount is at most %d minor units", int64(money.MaxTotal))
	}
	if f.Tax > money.MaxTotal || f.Tax < -money.MaxTotal {
		l.Add(at+"/tax", "too_large", "a tax is at most %d minor units", int64(money.MaxTotal))
	}
	checkTaxed(at, &f.Taxed, f.Tax, l)
	text(l, at+"/code", f.Code, 0, 60)
	text(l, at+"/label", f.Label, 0, MaxTextLength)
}

// CheckTags lists the faults of tags.
func CheckTags(at string, tags []string, l *fault.List) {
	if len(tags) > MaxTags {
		l.Add(at, "too_many", "at most %d tags an order", MaxTags)
		return
	}
	for i, t := range tags {
		text(l, fmt.Sprintf("%s/%d", at, i), t, 1, MaxTagLength)
		if strings.TrimSpace(t) != t {
			l.Add(fmt.Sprintf("%s/%d", at, i), "invalid_text", "a tag has no space at its ends")
		}
	}
}

func text(l *fault.List, at, s string, least, most int) {
	n := len(s)
	if n > most {
		n = utf8.RuneCountInString(s)
	}
	switch {
	case n < least:
		l.Add(at, "missing", "must not be empty")
	case n > most:
		l.Add(at, "too_long", "at most %d characters", most)
	case !utf8.ValidString(s) || strings.ContainsFunc(s, func(r rune) bool { return r < ' ' || r == 0x7f }):
		l.Add(at, "invalid_text", "contains control characters or is not UTF-8")
	}
}

// note lists the faults of free text, which may have lines and tabs.
func note(l *fault.List, at, s string) {
	if len(s) > MaxNoteBytes {
		l.Add(at, "too_long", "a note takes at most %d bytes", MaxNoteBytes)
	}
	if !utf8.ValidString(s) || strings.ContainsRune(s, 0) {
		l.Add(at, "invalid_text", "contains a zero byte or is not UTF-8")
	}
}

// Header is what the desk gives a new order beside what the request says.
type Header struct {
	ID       ID
	Number   int64
	Now      int64
	PlacedOn int64
	Hash     []byte
	Mode     Mode
	Rounding money.Rounding
	Customer int64          // when the request named none by id
	Taxes    tax.Scheme     // for orders that say nothing of taxes
	Exchange money.Exchange // for orders that say nothing of it
}

// Find looks an item up by SKU or by id; nil means unknown.
type Find interface {
	BySKU(sku string) *catalog.Item
	ByID(id catalog.ID) *catalog.Item
}

// New makes the order that the request asks for, every unit still unsourced.
// Unknown and archived items are told all at once.
func New(h Header, r *Request, items Find) (*Order, error) {
	currency, err := money.ParseCurrency(r.Currency)
	if err != nil {
		return nil, err
	}
	o := &Order{
		ID: h.ID, Number: h.Number, Channel: r.Channel, ExternalID: r.ExternalID, RequestHash: h.Hash,
		Customer: int64(r.CustomerID), Mode: h.Mode, Currency: currency, Priority: r.Priority, Tags: r.Tags, Custom: r.Custom, Exchange: r.Exchange,
		PlacedAt: r.PlacedAt, PlacedOn: h.PlacedOn, DueAt: r.DueAt, Method: r.Method, CreatedAt: h.Now, UpdatedAt: h.Now,
		Fees: slices.Clone(r.Fees), Party: r.Parties,
		Lines: make([]Line, 0, len(r.Lines)),
	}
	if o.Customer == 0 {
		o.Customer = h.Customer
	}
	if o.Exchange == 0 {
		o.Exchange = h.Exchange
	}
	if o.PlacedAt == 0 {
		o.PlacedAt = h.Now
	}
	for i := range o.Fees {
		o.Fees[i].N = i + 1
	}
	var faults fault.List
	setting := Setting{Items: items, Rounding: h.Rounding}
	if !r.saysTax() {
		setting.Taxes = h.Taxes
	}
	for i := range r.Lines {
		o.addLine(fmt.Sprintf("/lines/%d", i), &r.Lines[i], &setting, &faults)
	}
	o.taxFees(&setting)
	if len(o.Lines) > MaxLines {
		faults.Add("/lines", "too_many_lines", "%d lines with the components of bundles; an order has at most %d", len(o.Lines), MaxLines)
	}
	if err := faults.Err(); err != nil {
		return nil, err
	}
	if o.Totals, err = sumTotals(o.Lines, o.Fees); err != nil {
		return nil, err
	}
	for i := range o.Lines {
		o.Sums.Add(o.Lines[i].Q)
	}
	o.derive()
	return o, nil
}

func (o *Order) addLine(at string, r *RequestLine, s *Setting, faults *fault.List) {
	items := s.Items
	item := items.BySKU(r.SKU)
	switch {
	case item == nil:
		faults.Add(at+"/sku", "unknown_sku", "no item has the SKU %q; create it first or mend the spelling", r.SKU)
		return
	case item.Archived:
		faults.Add(at+"/sku", "archived_item", "the item %q is archived and cannot be ordered", r.SKU)
		return
	}
	total, moved, err := money.LineTotal(r.Quantity, item.Scale, r.Price, o.Currency, s.Rounding)
	if err != nil {
		faults.AddError(at, err)
		return
	}
	if r.Discount > total {
		faults.Add(at+"/discount", "too_large", "the discount is more than the line costs")
		return
	}
	n := len(o.Lines) + 1
	line := Line{
		N: n, Item: int64(item.ID), SKU: item.SKU, Title: r.Title, Unit: item.Unit, Scale: item.Scale, Stocked: item.Stocked(),
		Quantity: r.Quantity, Price: r.Price, Total: total, Moved: moved, Discount: r.Discount, Tax: r.Tax, Custom: r.Custom,
	}
	if line.Title == "" {
		line.Title = item.Name
	}
	line.tax(r, s.Taxes.Of(item.TaxClass), s.Rounding)
	if item.Kind != catalog.Bundle {
		line.Q = Buckets{Ordered: r.Quantity, Unsourced: r.Quantity}
		o.Lines = append(o.Lines, line)
		return
	}
	o.Lines = append(o.Lines, line)
	for _, c := range item.Components {
		part := items.ByID(c.Item)
		if part == nil {
			faults.Add(at+"/sku", "broken_bundle", "the bundle %q has a component that does not exist", r.SKU)
			continue
		}
		q := r.Quantity * c.Quantity // at most 10⁹ × 10⁶, far from overflow
		if q > MaxQuantity {
			faults.Add(at+"/quantity", "too_large", "%d bundles need %d of %q; at most %d", r.Quantity, q, part.SKU, MaxQuantity)
			continue
		}
		o.Lines = append(o.Lines, Line{
			N: len(o.Lines) + 1, Item: int64(part.ID), SKU: part.SKU, Title: part.Name, Unit: part.Unit, Scale: part.Scale,
			Stocked: part.Stocked(), Parent: n, PerParent: c.Quantity, Quantity: q,
			Q: Buckets{Ordered: q, Unsourced: q},
		})
	}
}
