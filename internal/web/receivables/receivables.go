// Package receivables is the room of money that was promised: what customers
// owe on terms and for how long, and what carriers collected at doors and paid
// out.
//
// What belongs here: looking at both, and booking carriers' lists. What does
// not: promising (orders) and agreeing on terms (customers).
package receivables

import (
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/listing"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
	"orderly/internal/store/payments"
	"orderly/internal/web/shell"
)

const (
	pageSize = 50
	mostAged = 500 // customers of the list
)

// Routes of the room.
func Routes() []shell.Route {
	read, write := access.OrdersRead, pay.Remit.Permission
	return []shell.Route{
		{Method: "GET", Path: "/receivables", Needs: read, Do: terms},
		{Method: "GET", Path: "/receivables/customers/{id}", Needs: read, Do: owed},
		{Method: "GET", Path: "/receivables/delivery", Needs: read, Do: delivery},
		{Method: "POST", Path: "/receivables/delivery", Needs: write, Do: book},
		{Method: "GET", Path: "/receivables/remittances/{id}", Needs: read, Do: remittance},
	}
}

// aged is what customers owe on terms.
type aged struct {
	Rows []payment.Aging
	Sums []payment.Aging // by currency
	Who  map[int64]*party.Customer
}

func terms(v *shell.Visit) error {
	var x aged
	err := v.Read(func(r *store.Reader) (err error) {
		if x.Rows, err = payments.Agings(r, v.Desk().DB.Now(), mostAged); err != nil {
			return err
		}
		x.Who, err = who(v, r, x.Rows)
		return err
	})
	if err != nil {
		return err
	}
	x.Sums = sums(x.Rows)
	return v.Page(v.T("receivables.title"), termsPage(v, &x))
}

// sums adds up what is owed by currency.
func sums(rows []payment.Aging) (out []payment.Aging) {
	at := map[string]int{}
	for _, a := range rows {
		i, ok := at[a.Currency]
		if !ok {
			i, out = len(out), append(out, payment.Aging{Currency: a.Currency})
			at[a.Currency] = i
		}
		out[i].Orders += a.Orders
		for k, n := range a.Open {
			out[i].Open[k] += n
		}
	}
	return out
}

func who(v *shell.Visit, r *store.Reader, rows []payment.Aging) (map[int64]*party.Customer, error) {
	out := map[int64]*party.Customer{}
	if !v.May(access.CustomersRead) {
		return out, nil
	}
	ids := make([]party.ID, len(rows))
	for i, a := range rows {
		ids[i] = party.ID(a.Customer)
	}
	found, err := customers.ByID(r, ids)
	for _, c := range found {
		out[int64(c.ID)] = c
	}
	return out, err
}

// called is the name of a customer whom the visitor may know.
func called(c *party.Customer, id int64) string {
	if c == nil {
		return party.ID(id).String()
	}
	return c.Called()
}

// debts are the orders that one customer owes.
type debts struct {
	ID   party.ID
	Who  *party.Customer
	Rows []*payment.Payment
	Nos  map[int64]int64
}

func owed(v *shell.Visit) error {
	x := debts{}
	var err error
	if x.ID, err = party.ParseID(v.Path("id")); err != nil {
		return fault.New(fault.NotFound, "no_such_customer", "there is no customer %.40q", v.Path("id"))
	}
	err = v.Read(func(r *store.Reader) error {
		found, err := customers.ByID(r, []party.ID{x.ID})
		if err == nil && len(found) == 0 {
			err = fault.New(fault.NotFound, "no_such_customer", "there is no customer %s", x.ID)
		}
		if err != nil {
			return err
		}
		if v.May(access.CustomersRead) {
			x.Who = found[0]
		}
		if x.Rows, err = payments.OnTerms(r, int64(x.ID), 500); err != nil {
			return err
		}
		x.Nos, err = numbers(r, x.Rows)
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(called(x.Who, int64(x.ID)), debtsPage(v, &x))
}

// numbers are those of the orders of payments.
func numbers(r *store.Reader, list []*payment.Payment) (map[int64]int64, error) {
	ids := make([]order.ID, len(list))
	for i, p := range list {
		ids[i] = order.ID(p.Order)
	}
	found, err := orders.Load(r, ids, orders.Parts{})
	out := map[int64]int64{}
	for id, o := range found {
		out[int64(id)] = o.Number
	}
	return out, err
}

// doors is what carriers collected, the form for their lists, and what they
// paid out.
type doors struct {
	Rows     []*payment.Payment
	Nos      map[int64]int64
	Next     string
	Sums     map[string]int64
	Lists    []*payment.Remittance
	Currency string
	Typed    typed
	Faults   shell.Faults
	Would    *pay.Remitted
}

// typed is the form as it was filled in.
type typed struct{ Carrier, Reference, Fee, PaidOn, Lines string }

func delivery(v *shell.Visit) error {
	return doorsAgain(v, doors{Typed: typed{PaidOn: today(v)}})
}

func doorsAgain(v *shell.Visit, x doors) error {
	after := payment.ID(0)
	if text := v.Query("after"); text != "" {
		id, err := payment.ParseID(text)
		if err != nil {
			return pay.NoSuchPayment(text)
		}
		after = id
	}
	err := v.Read(func(r *store.Reader) (err error) {
		if x.Rows, err = payments.Collecting(r, after, pageSize+1); err != nil {
			return err
		}
		x.Next = ""
		if len(x.Rows) > pageSize {
			x.Rows = x.Rows[:pageSize]
			x.Next = "/receivables/delivery?after=" + x.Rows[pageSize-1].ID.String()
		}
		if x.Nos, err = numbers(r, x.Rows); err != nil {
			return err
		}
		if x.Sums, err = payments.Collectable(r); err != nil {
			return err
		}
		if x.Lists, err = payments.Remittances(r, 1<<62, 10); err != nil {
			return err
		}
		m, err := merchants.Get(r, r.M)
		x.Currency = m.Currency
		return err
	})
	switch {
	case err != nil:
		return err
	case len(x.Faults) > 0:
		return v.Again(v.T("receivables.title"), doorsPage(v, &x))
	}
	return v.Page(v.T("receivables.title"), doorsPage(v, &x))
}

// book books a carrier's list, or shows what it would.
func book(v *shell.Visit) error {
	x := doors{Typed: typed{v.Form("carrier"), v.Form("reference"), v.Form("fee"), v.Form("paid_on"), v.Form("lines")}}
	var faults fault.List
	c, err := command(v, x.Typed, &faults)
	if err == nil {
		err = faults.Err()
	}
	preview := v.Form("act") == "preview"
	var r desk.Result
	if err == nil && preview {
		r, err = shell.Preview(v, pay.Remit, c)
	} else if err == nil {
		r, err = shell.Do(v, pay.Remit, c)
	}
	if err != nil {
		told, ok := shell.FaultsOf(err)
		if !ok {
			return err
		}
		x.Faults = told
		return doorsAgain(v, x)
	}
	if preview {
		x.Would = r.Value.(*pay.Remitted)
		return doorsAgain(v, x)
	}
	v.Toast(v.T("receivables.booked"))
	return v.Go("/receivables/remittances/" + payment.RemittanceID(r.ID).String())
}

// command reads the form: a line of text for each line of the list, the
// reference first and the amount behind a tab, a semicolon or the last space.
func command(v *shell.Visit, t typed, faults *fault.List) (pay.RemitCommand, error) {
	var m merchants.Merchant
	err := v.Read(func(r *store.Reader) (err error) {
		m, err = merchants.Get(r, r.M)
		return err
	})
	if err != nil {
		return pay.RemitCommand{}, err
	}
	of, err := money.ParseCurrency(m.Currency)
	if err != nil {
		return pay.RemitCommand{}, err
	}
	c := pay.RemitCommand{Remittance: payment.Remittance{Carrier: t.Carrier, Reference: t.Reference, Currency: m.Currency}}
	if t.Fee != "" {
		c.Remittance.Fee, err = of.ParseAmount(t.Fee)
		faults.AddError("/fee", err)
	}
	var ok bool
	if c.Remittance.PaidOn, ok = listing.Day(t.PaidOn); !ok {
		faults.Add("/paid_on", "invalid_date", "a day such as 2026-01-31")
	}
	for i, text := range strings.Split(strings.TrimSpace(t.Lines), "\n") {
		ref, amount := cut(strings.TrimSpace(text))
		if ref == "" {
			continue
		}
		line := payment.RemittanceLine{Ref: ref}
		if amount != "" {
			if line.Amount, err = of.ParseAmount(amount); err != nil {
				faults.Add("/lines", "invalid_amount", "line %s: %s", strconv.Itoa(i+1), err.Error())
			}
		}
		c.Lines = append(c.Lines, line)
	}
	return c, nil
}

// cut parts a line of the form into what it names and the amount.
func cut(text string) (ref, amount string) {
	for _, sep := range []string{"\t", ";"} {
		if a, b, ok := strings.Cut(text, sep); ok {
			return strings.TrimSpace(a), strings.TrimSpace(b)
		}
	}
	if i := strings.LastIndexByte(text, ' '); i > 0 {
		return strings.TrimSpace(text[:i]), text[i+1:]
	}
	return text, ""
}

// paidOut is one list with its payments.
type paidOut struct {
	*payment.Remittance
	Nos map[int64]int64
}

func remittance(v *shell.Visit) error {
	missing := fault.New(fault.NotFound, "no_such_remittance", "there is no list %.40q", v.Path("id"))
	id, err := payment.ParseRemittanceID(v.Path("id"))
	if err != nil {
		return missing
	}
	var x paidOut
	err = v.Read(func(r *store.Reader) (err error) {
		if x.Remittance, err = payments.Remittance(r, id); err != nil || x.Remittance == nil {
			return err
		}
		list := make([]*payment.Payment, len(x.Parts))
		for i, p := range x.Parts {
			list[i] = &payment.Payment{Order: p.Order}
		}
		x.Nos, err = numbers(r, list)
		return err
	})
	if err == nil && x.Remittance == nil {
		err = missing
	}
	if err != nil {
		return err
	}
	return v.Page(x.Carrier+" "+x.Reference, remittancePage(v, &x))
}

// today is the day on the shop's clock.
func today(v *shell.Visit) string {
	var m merchants.Merchant
	_ = v.Read(func(r *store.Reader) (err error) { // without it, that of UTC
		m, err = merchants.Get(r, r.M)
		return err
	})
	return time.UnixMicro(v.Desk().DB.Now()).In(m.Location()).Format(time.DateOnly)
}

// day writes yyyymmdd as a date.
func day(n int64) string {
	text := strconv.FormatInt(n, 10)
	if len(text) != 8 {
		return text
	}
	return text[:4] + "-" + text[4:6] + "-" + text[6:]
}

// all are the faults that stand at no field of the form.
func all(told shell.Faults) string {
	var out []string
	for at, text := range told {
		if at != "carrier" && at != "reference" && at != "fee" && at != "paid_on" {
			out = append(out, text)
		}
	}
	return strings.Join(out, " ")
}
