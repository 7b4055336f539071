package counter

import (
	"net/url"
	"strconv"
	"strings"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/preorder"
	"orderly/internal/selling"
	"orderly/internal/stock"
	"orderly/internal/store/orders"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

// Modes of the form.
const (
	byPhone = "phone"
	counter = "counter" // sold and taken
)

// line is a line as it is typed.
type line struct {
	SKU, Quantity, Price, Discount string
	item                           *catalog.Item // nil when nobody knows the SKU
}

// draft is the form as it is typed, with what is known about it.
type draft struct {
	Mode     string
	Customer party.ID
	Contact  party.Contact
	Keep     bool // as a customer
	ShipTo   party.Address
	Lines    []line
	Shipping string
	Channel  string
	Method   string // of delivery; "" promises nothing
	Due      string
	Tags     string
	Note     string
	Hold     string
	HoldNote string
	Location stock.LocationID
	Pay      string // cash, card, later
	Given    string // in cash

	Find   string // who is looked for
	Scan   string // what was scanned and not found
	Paste  string // rows that could not be taken
	Faults shell.Faults
	Rows   []order.Row // with faults
	People []*party.Customer
	Orders []orders.Row // of people without a record, who were looked for
	Items  []*catalog.Item
	Gone   []order.Gone
	From   string // the number of the order that is repeated

	Places []*stock.Location // where one may sell
	Past   order.Past
	terms  *selling.Terms            // of the channel
	ahead  map[int64]*preorder.Offer // by which items are pre-ordered
	Effect effect
	Offers intake.Offers // of delivery
}

func newDraft(v *shell.Visit) *draft {
	d := &draft{Mode: byPhone, Channel: byPhone, Pay: "cash"}
	if !v.May(intake.Sell.Permission) {
		return d
	}
	if v.Query("mode") == counter || v.Query("mode") == "" && v.Form("mode") == counter {
		d.Mode, d.Channel = counter, counter
	}
	return d
}

// typed reads the form, and drops lines without an item and those with the
// quantity 0.
func typed(v *shell.Visit) *draft {
	v.Form("") // parses
	d := newDraft(v)
	d.Customer, _ = party.ParseID(v.Form("customer")) // else nobody known
	d.Contact = party.Contact{Name: v.Form("name"), Company: v.Form("company"), Email: v.Form("email"), Phone: v.Form("phone")}
	d.Keep = v.Form("keep") != ""
	d.ShipTo = party.Address{
		Line1: v.Form("line1"), Line2: v.Form("line2"), PostalCode: v.Form("postal_code"), City: v.Form("city"), Region: v.Form("region"),
		Country: strings.ToUpper(v.Form("country")),
	}
	d.Shipping, d.Due, d.Tags, d.Note = v.Form("shipping"), v.Form("due"), v.Form("tags"), v.Form("note")
	d.Hold, d.HoldNote, d.Given = v.Form("hold"), v.Form("hold_note"), v.Form("given")
	if d.Mode != counter {
		d.Method = v.Form("method")
	}
	if c := v.Form("channel"); c != "" {
		d.Channel = c
	}
	if p := v.Form("pay"); p != "" {
		d.Pay = p
	}
	d.Location, _ = stock.ParseLocationID(v.Form("location")) // else the first
	form := v.R.PostForm
	for i := range form["sku"] {
		if i >= order.MaxLines {
			break
		}
		l := line{SKU: at(form, "sku", i), Quantity: at(form, "quantity", i), Price: at(form, "price", i), Discount: at(form, "discount", i)}
		if l.SKU != "" && strings.Trim(l.Quantity, "0 ") != "" || l.SKU != "" && l.Quantity == "" {
			d.Lines = append(d.Lines, l)
		}
	}
	return d
}

func at(form url.Values, name string, i int) string {
	if list := form[name]; i < len(list) && len(list[i]) < 400 {
		return strings.TrimSpace(list[i])
	}
	return ""
}

// request is the order that the draft asks for. Faults of what was typed have
// the names of the form's fields: "lines/0/price".
func (d *draft) request(v *shell.Visit, l *fault.List) order.Request {
	r := order.Request{
		Channel: d.Channel, Currency: v.Merchant.Currency, CustomerID: d.Customer, Parties: party.Parties{Customer: d.Contact, ShipTo: d.ShipTo}, Note: d.Note, Method: d.Method,
		Tags: strings.FieldsFunc(d.Tags, func(r rune) bool { return r == ',' || r == ' ' }),
	}
	if !d.ShipTo.IsZero() {
		r.Parties.ShipTo.Name, r.Parties.ShipTo.Company = d.Contact.Name, d.Contact.Company
	}
	currency, err := money.ParseCurrency(v.Merchant.Currency)
	if err != nil {
		l.AddError("/currency", err)
	}
	for i := range d.Lines {
		r.Lines = append(r.Lines, d.Lines[i].asked(v, "/lines/"+strconv.Itoa(i), currency, l))
	}
	if fee := amount(d.Shipping, "/shipping", currency, l); fee != 0 && d.Mode != counter {
		r.Fees = []order.Fee{{Kind: "shipping", Code: "shipping", Label: v.T("counter.shipping"), Amount: fee}}
	}
	if d.Due != "" {
		day, err := time.ParseInLocation(time.DateOnly, d.Due, v.Merchant.Location())
		if err != nil {
			l.Add("/due", "invalid_date", "%s", v.T("counter.no_date"))
		} else {
			r.DueAt = day.AddDate(0, 0, 1).Add(-time.Second).UnixMicro()
		}
	}
	if d.Hold != "" && d.Mode != counter {
		r.Holds = []order.Hold{{Reason: d.Hold, Note: d.HoldNote}}
	}
	return r
}

func (x *line) asked(v *shell.Visit, at string, currency money.Currency, l *fault.List) order.RequestLine {
	out := order.RequestLine{SKU: x.SKU}
	scale := 0
	if x.item != nil {
		scale = x.item.Scale
	}
	if out.Quantity = order.ParseQuantity(x.Quantity, scale); out.Quantity == 0 {
		l.Add(at+"/quantity", "invalid_quantity", "%s", v.T("counter.no_quantity", "sku", x.SKU))
	}
	if text := order.Decimal(x.Price); text != "" {
		var err error
		if out.Price, err = money.ParsePrice(text); err != nil {
			l.AddError(at+"/unit_price", err)
		}
	}
	out.Discount = amount(x.Discount, at+"/discount", currency, l)
	return out
}

// amount reads typed money; nothing is 0.
func amount(text, at string, currency money.Currency, l *fault.List) int64 {
	if text = order.Decimal(text); text == "" {
		return 0
	}
	n, err := currency.ParseAmount(text)
	if err != nil {
		l.AddError(at, err)
	}
	return n
}

// add puts units of an item into the draft: into the line that has it at its
// usual price, or as a new one.
func (d *draft) add(item *catalog.Item, steps int64, price string) {
	usual := priceText(item)
	if price == "" {
		price = usual
	}
	for i := range d.Lines {
		if x := &d.Lines[i]; x.SKU == item.SKU && x.Price == price {
			if had := order.ParseQuantity(x.Quantity, item.Scale); had > 0 {
				x.Quantity = walk.Quantity(had+steps, item.Scale, "")
				return
			}
		}
	}
	d.Lines = append(d.Lines, line{SKU: item.SKU, Quantity: walk.Quantity(steps, item.Scale, ""), Price: price, item: item})
}

func priceText(item *catalog.Item) string {
	if item.Price == 0 {
		return ""
	}
	return item.Price.String()
}

// know makes the draft one of a customer: contact and address are filled where
// they are known.
func (d *draft) know(c *party.Customer) {
	d.Customer, d.Contact = c.ID, c.Contact
	if !c.Address.IsZero() {
		d.ShipTo = c.Address
	}
	d.Find, d.People, d.Orders = "", nil, nil
}
