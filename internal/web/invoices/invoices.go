// Package invoices is the room of invoices and credit notes: all of them by
// date, as paper, and as a table for a period.
//
// What belongs here: seeing documents. What does not: issuing them (orders) and
// saying what stands on them (settings).
package invoices

import (
	"encoding/csv"
	"errors"
	"net/url"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/formula"
	"orderly/internal/invoice"
	"orderly/internal/listing"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/invoices"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

const (
	pageSize = 50
	tableRow = 500 // rows of a table in one snapshot
)

// Routes of the room.
func Routes() []shell.Route {
	read := access.OrdersRead
	return []shell.Route{
		{Method: "GET", Path: "/invoices", Needs: read, Do: list},
		{Method: "GET", Path: "/invoices/table.csv", Needs: read, Do: table},
		{Method: "GET", Path: "/invoices/{id}/document.pdf", Needs: read, Do: document},
	}
}

// listed is a page of the list.
type listed struct {
	Q        string
	From, To string // as typed
	Fault    string
	Rows     []invoices.Row
	Next     string
}

// list shows documents of a period or of a number, the newest first.
func list(v *shell.Visit) error {
	l := listed{Q: v.Query("q"), From: v.Query("from"), To: v.Query("to")}
	f, err := l.filter()
	if err == nil {
		f.Before, err = place(v.Query("before"))
	}
	if err != nil {
		l.Fault = err.Error()
		return v.Page(v.T("invoices.title"), listPage(v, l))
	}
	f.Limit = pageSize + 1
	err = v.Read(func(r *store.Reader) (err error) {
		l.Rows, err = invoices.List(r, f)
		return err
	})
	if len(l.Rows) > pageSize {
		l.Rows = l.Rows[:pageSize]
		last := l.Rows[pageSize-1]
		q := l.query()
		q.Set("before", strconv.FormatInt(last.IssuedOn, 10)+"."+strconv.FormatInt(int64(last.ID), 10))
		l.Next = "/invoices?" + q.Encode()
	}
	if err != nil {
		return err
	}
	return v.Page(v.T("invoices.title"), listPage(v, l))
}

func (l *listed) query() url.Values {
	q := url.Values{}
	for name, value := range map[string]string{"q": l.Q, "from": l.From, "to": l.To} {
		if value != "" {
			q.Set(name, value)
		}
	}
	return q
}

func (l *listed) filter() (invoices.Filter, error) {
	f := invoices.Filter{Code: l.Q}
	for text, into := range map[*string]*int64{&l.From: &f.From, &l.To: &f.To} {
		if *text == "" {
			continue
		}
		day, ok := listing.Day(*text)
		if !ok {
			return f, fault.New(fault.Invalid, "invalid_date", "%.20q is no day; write one such as 2026-01-31", *text)
		}
		*into = day
	}
	return f, nil
}

// place reads where a page ended.
func place(text string) (invoices.Place, error) {
	if text == "" {
		return invoices.Place{}, nil
	}
	a, b, _ := strings.Cut(text, ".")
	on, err1 := strconv.ParseInt(a, 10, 64)
	id, err2 := strconv.ParseInt(b, 10, 64)
	if err1 != nil || err2 != nil {
		return invoices.Place{}, fault.New(fault.NotFound, "no_such_page", "there is no such page")
	}
	return invoices.Place{On: on, ID: id}, nil
}

// table gives a period for a spreadsheet; what credit notes take back is below
// zero, so that columns can be added up.
func table(v *shell.Visit) error {
	l := listed{Q: v.Query("q"), From: v.Query("from"), To: v.Query("to")}
	f, err := l.filter()
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "text/csv; charset=utf-8")
	h.Set("Content-Disposition", `attachment; filename="issued.csv"`)
	w := csv.NewWriter(v.W)
	first := w.Write(strings.Fields("number kind issued_on order currency net tax gross id"))
	f.Limit = tableRow
	for more := true; more && err == nil; {
		var rows []invoices.Row
		err = v.Read(func(r *store.Reader) (err error) {
			rows, err = invoices.List(r, f)
			return err
		})
		for i := range rows {
			x := &rows[i]
			_ = w.Write(cells(x))
			f.Before = invoices.Place{On: x.IssuedOn, ID: int64(x.ID)}
		}
		more = len(rows) == tableRow
	}
	w.Flush()
	return errors.Join(first, err, w.Error())
}

func cells(x *invoices.Row) []string {
	show := func(amount int64) string { return strconv.FormatInt(x.Kind.Sign()*amount, 10) }
	if c, err := money.ParseCurrency(x.Currency); err == nil {
		show = func(amount int64) string { return c.FormatAmount(x.Kind.Sign() * amount) }
	}
	return []string{formula.Harmless(x.Code), string(x.Kind), listing.DayText(x.IssuedOn), strconv.FormatInt(x.OrderNumber, 10), x.Currency, show(x.Net), show(x.Tax), show(x.Gross), x.ID.String()}
}

// document prints one.
func document(v *shell.Visit) error {
	id, err := invoice.ParseID(v.Path("id"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_invoice", "there is no such invoice")
	}
	return v.Paper(func(r *store.Reader, _ int64) (shell.Paper, error) { return shell.Filled(walk.Invoice(r, id)) })
}
