// Package bill is the room where orders are billed: invoices and credit notes
// are issued, and it is said what stands on them.
//
// What belongs here: the acts. What does not: what a document says (invoice)
// and how it looks (papers). Orders are read here and never changed.
package bill

import (
	"cmp"
	"errors"
	"fmt"
	"maps"
	"slices"
	"strings"
	"time"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/invoice"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/invoices"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
)

// MaxReason bounds what a credit note says of money that no line explains.
const MaxReason = 300

// IssueCommand issues what an order should have been billed by now and was not.
type IssueCommand struct {
	Order  order.ID
	Basis  invoice.Basis // "" for all; once everything was billed it stays all
	Credit int64         // minor units given back that no line explains, 0 for none
	Reason string        // for Credit, as the customer reads it
}

// Issued is the result's Value: what was issued, or in a preview would be,
// without numbers.
type Issued struct {
	Order     *order.Order
	Documents []*invoice.Document
}

// Issue makes the next invoice of an order, or its next credit note, or both.
// Doing it again issues nothing twice: a document says what those before it do
// not. The result names the first document, and Seq how many there are.
var Issue = &desk.Operation[IssueCommand]{
	Name: "invoices.issue", Permission: access.OrdersWrite,
	Check: func(c *IssueCommand) error {
		var l fault.List
		c.Basis, c.Reason = cmp.Or(c.Basis, invoice.All), strings.TrimSpace(c.Reason)
		if c.Basis != invoice.All && c.Basis != invoice.Shipped {
			l.Add("/units", "unknown_basis", "bill all units, or those that were shipped")
		}
		if c.Credit < 0 || c.Credit > money.MaxTotal {
			l.Add("/credit/amount", "out_of_range", "a credit is more than zero")
		}
		if utf8.RuneCountInString(c.Reason) > MaxReason || !utf8.ValidString(c.Reason) {
			l.Add("/credit/reason", "too_long", "a reason has at most %d characters", MaxReason)
		}
		if c.Credit > 0 && c.Reason == "" {
			l.Add("/credit/reason", "missing", "say what the credit is for: it stands on the credit note")
		}
		return l.Err()
	},
	Run: func(t *desk.Turn, asked []desk.Asked[IssueCommand]) ([]desk.Result, error) {
		b, err := begin(&t.Reader, asked, t.At, t.IDs().Next)
		if err != nil {
			return nil, err
		}
		out, err := b.decide(asked)
		if err == nil {
			err = b.write(t.Tx)
		}
		return out, err
	},
	Preview: func(d *desk.Desk, r *store.Reader, asked []desk.Asked[IssueCommand]) ([]desk.Result, error) {
		b, err := begin(r, asked, d.DB.Now(), nil)
		if err != nil {
			return nil, err
		}
		return b.decide(asked)
	},
}

// batch is what one batch of commands is decided on, and what it has issued.
type batch struct {
	r        *store.Reader
	at       int64
	zone     *time.Location
	settings invoices.Settings
	orders   map[order.ID]*order.Order
	docs     map[order.ID][]*invoice.Document
	ids      func() int64 // nil in a preview
	numbers  map[invoices.Sequence]int64
	issued   []issued
}

type issued struct {
	*invoice.Document
	by access.Scope
}

func begin(r *store.Reader, asked []desk.Asked[IssueCommand], at int64, ids func() int64) (*batch, error) {
	b := &batch{r: r, at: at, ids: ids, numbers: map[invoices.Sequence]int64{}}
	var of []order.ID
	for i := range asked {
		of = append(of, asked[i].Command.Order)
	}
	slices.Sort(of)
	of = slices.Compact(of)
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return nil, err
	}
	b.zone = m.Location()
	if b.settings, err = invoices.SettingsOf(r); err != nil {
		return nil, err
	}
	if b.orders, err = orders.Load(r, of, orders.Parts{Fees: true, Party: true}); err != nil {
		return nil, err
	}
	b.docs, err = invoices.OfOrders(r, of)
	return b, err
}

func (b *batch) decide(asked []desk.Asked[IssueCommand]) ([]desk.Result, error) {
	out := make([]desk.Result, len(asked))
	for i := range asked {
		r, err := b.issue(asked[i].Scope, asked[i].Command)
		var f *fault.Error
		if errors.As(err, &f) && f.Kind != fault.Internal && f.Kind != fault.Unavailable {
			r, err = desk.Result{Err: f}, nil
		}
		if err != nil {
			return nil, err
		}
		out[i] = r
	}
	return out, nil
}

// issue decides one command. All that can be refused is before the first
// number is taken.
func (b *batch) issue(by access.Scope, c IssueCommand) (desk.Result, error) {
	o := b.orders[c.Order]
	if o == nil {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_order", "there is no order %s", c.Order)
	}
	if o.Mode == order.History {
		return desk.Result{}, fault.New(fault.Conflict, "history", "order %d was recorded from before these books began; it was billed elsewhere", o.Number)
	}
	if b.settings.LegalName == "" || b.settings.Address == "" {
		return desk.Result{}, fault.New(fault.Conflict, "seller_incomplete", "first say under which legal name and address documents are issued: Settings, Invoices")
	}
	docs := b.docs[c.Order]
	basis := invoice.BasisOf(docs, c.Basis)
	owed := invoice.Owed(o, basis, docs)
	bill, credit := invoice.Next(owed, docs)
	if c.Credit > 0 {
		l, err := other(o, owed, docs, c)
		if err != nil {
			return desk.Result{}, err
		}
		credit = append(credit, l)
	}
	if len(bill)+len(credit) == 0 {
		return desk.Result{}, fault.New(fault.Conflict, "nothing_to_bill", "order %d: %s", o.Number, nothing(o, basis, docs))
	}
	var made []*invoice.Document
	for _, x := range [...]struct {
		kind  invoice.Kind
		lines []invoice.Line
	}{{invoice.Invoice, bill}, {invoice.Credit, credit}} {
		if len(x.lines) == 0 {
			continue
		}
		d := b.document(o, x.kind, basis, x.lines)
		if x.kind == invoice.Credit {
			d.Of = invoice.Corrects(x.lines, append(slices.Clip(docs), made...))
		}
		made = append(made, d)
	}
	if b.ids != nil {
		if err := b.number(made); err != nil {
			return desk.Result{}, err
		}
		for _, d := range made {
			b.issued = append(b.issued, issued{d, by})
		}
		b.docs[c.Order] = append(slices.Clip(docs), made...)
	}
	return desk.Result{Kind: journal.Invoice, ID: int64(made[0].ID), Seq: int64(len(made)), Status: "created", Value: &Issued{o, made}}, nil
}

func nothing(o *order.Order, basis invoice.Basis, docs []*invoice.Document) string {
	switch {
	case len(docs) > 0:
		return "what it owes is billed"
	case basis == invoice.Shipped && o.Sums[order.Canceled] < o.Sums[order.Ordered]:
		return "nothing has been shipped yet, and only what has is billed"
	}
	return "there is nothing to bill"
}

// other is the line of a credit that no line of the order explains: no more
// than was given back, with its share of the tax that was billed.
func other(o *order.Order, owed []invoice.Line, docs []*invoice.Document, c IssueCommand) (invoice.Line, error) {
	if free := invoice.Unexplained(o, owed); c.Credit > free {
		return invoice.Line{}, fault.New(fault.Conflict, "more_than_given_back", "order %d: %s were given back beside what its lines explain, not %s; book the refund first",
			o.Number, o.Currency.FormatAmount(free), o.Currency.FormatAmount(c.Credit))
	}
	all := invoice.Sum(owed)
	l := invoice.Line{Kind: invoice.Other, N: invoice.NextOther(docs), Text: c.Reason, Gross: c.Credit, Tax: money.Share(all.Tax, c.Credit, all.Gross)}
	l.Net = l.Gross - l.Tax
	return l, nil
}

// document is one without a number.
func (b *batch) document(o *order.Order, kind invoice.Kind, basis invoice.Basis, lines []invoice.Line) *invoice.Document {
	s := &b.settings
	d := &invoice.Document{
		Kind: kind, Order: o.ID, Basis: basis, IssuedAt: b.at, IssuedOn: date(time.UnixMicro(b.at).In(b.zone)), Currency: o.Currency,
		OrderNumber: o.Number, Reference: o.ExternalID, OrderedOn: o.PlacedOn, Buyer: buyer(&o.Party), Lines: lines, Totals: invoice.Sum(lines),
		Seller: invoice.Seller{Name: s.LegalName, Address: strings.Split(s.Address, "\n"), TaxID: s.TaxID, Terms: s.Terms, Footer: s.Footer},
	}
	if b.ids != nil {
		d.ID = invoice.ID(b.ids())
	}
	return d
}

func date(t time.Time) int64 {
	return int64(t.Year())*10000 + int64(t.Month())*100 + int64(t.Day())
}

func buyer(p *party.Parties) invoice.Buyer {
	a := p.BillTo
	if a.IsZero() {
		a = p.ShipTo
	}
	a.Name, a.Company = cmp.Or(a.Name, p.Customer.Name), cmp.Or(a.Company, p.Customer.Company)
	return invoice.Buyer{Name: cmp.Or(a.Company, a.Name), Address: a.Lines(), Email: p.Customer.Email}
}

// number gives each document the next number of its sequence, all or none.
func (b *batch) number(made []*invoice.Document) error {
	next := map[invoices.Sequence]int64{}
	var codes []string
	for _, d := range made {
		s := invoices.Sequence{Kind: d.Kind, Series: b.settings.Series}
		if d.Kind == invoice.Credit {
			s.Series = b.settings.CreditSeries
		}
		if b.settings.Pattern.Yearly() {
			s.Year = int(d.IssuedOn / 10000)
		}
		last, known := b.numbers[s]
		if !known {
			var err error
			if last, err = invoices.LastNumber(b.r, s); err != nil {
				return err
			}
		}
		next[s] = last + 1
		d.Series, d.Year, d.Number, d.Code = s.Series, s.Year, last+1, b.settings.Pattern.Write(s.Series, s.Year, last+1)
		codes = append(codes, d.Code)
	}
	if len(codes) == 2 && made[1].Kind == invoice.Credit && made[1].Of != nil { // it may correct the one beside it
		for i := range made[1].Of {
			if made[1].Of[i].ID == made[0].ID {
				made[1].Of[i].Code = made[0].Code
			}
		}
	}
	taken, err := invoices.Codes(b.r, codes)
	if err != nil {
		return err
	}
	for code := range taken {
		return fault.New(fault.Conflict, "number_taken", "the next number would be %s, which there is already; choose another series: Settings, Invoices", code)
	}
	maps.Copy(b.numbers, next)
	return nil
}

// write keeps what was issued and how far the numbers have come.
func (b *batch) write(tx *store.Tx) error {
	if len(b.issued) == 0 {
		return nil
	}
	for _, s := range slices.SortedFunc(maps.Keys(b.numbers), compare) {
		if err := invoices.SetLastNumber(tx, s, b.numbers[s]); err != nil {
			return err
		}
	}
	var rows []invoices.Issued
	var told []journal.Entry
	for _, d := range b.issued {
		data := fmt.Sprintf(`{"order":%q,"kind":%q,"number":%s,"currency":%q,"net":%d,"tax":%d,"gross":%d}`,
			d.Order, d.Kind, quoted(d.Code), d.Currency, d.Totals.Net, d.Totals.Tax, d.Totals.Gross)
		e := entries.New(tx, journal.Invoice, int64(d.ID), 1, journal.InvoiceIssued, d.by, []byte(data))
		told, rows = append(told, e), append(rows, invoices.Issued{Document: d.Document, Entry: e.Seq})
	}
	if err := invoices.Insert(tx, rows); err != nil {
		return err
	}
	return entries.Append(tx, told)
}

func compare(x, y invoices.Sequence) int {
	return cmp.Or(cmp.Compare(x.Kind, y.Kind), cmp.Compare(x.Series, y.Series), cmp.Compare(x.Year, y.Year))
}
