package costs

import (
	"errors"
	"fmt"
	"io"
	"net/http"
	"strings"

	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

const (
	listed    = 20        // invoices that the page of a place lists
	tableSize = 1_000_000 // bytes of a table of lines
)

// typedInvoice is the invoice that was typed, with its lines from the field or the
// file.
func (x *view) typedInvoice(v *shell.Visit) (tariff.Invoice, error) {
	var l fault.List
	out := tariff.Invoice{Location: int64(x.ID), Number: v.Form("number"), From: tariff.ParseDay(v.Form("from")), To: tariff.ParseDay(v.Form("to")), Currency: strings.ToUpper(v.Form("currency")), Note: v.Form("note")}
	text := v.R.PostFormValue("csv")
	if file, _, err := v.R.FormFile("file"); err == nil {
		defer file.Close()
		b, err := io.ReadAll(io.LimitReader(file, tableSize+1))
		if err != nil || len(b) > tableSize {
			l.Add("/csv", "too_long", "%s", v.T("costs.too_long"))
		}
		text = string(b)
	} else if !errors.Is(err, http.ErrMissingFile) && !errors.Is(err, http.ErrNotMultipart) {
		l.Add("/csv", "unreadable", "%s", v.T("costs.too_long"))
	}
	c, bad := money.ParseCurrency(out.Currency)
	l.AddError("/currency", bad)
	if bad == nil {
		out.Total = typedAmount(c, "/total", v.Form("total"), &l)
		out.Tolerance = typedAmount(c, "/tolerance", v.Form("tolerance"), &l)
		out.Lines = tariff.ParseLines(text, c, &l)
	}
	return out, l.Err()
}

func typedAmount(c money.Currency, at, text string, l *fault.List) int64 {
	if text == "" {
		return 0
	}
	n, err := c.ParseAmount(text)
	l.AddError(at, err)
	return n
}

func takeInvoice(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	in, err := x.typedInvoice(v)
	if err != nil {
		return x.done(v, "invoice", "", err)
	}
	r, err := shell.Do(v, partner.TakeInvoice, partner.InvoiceCommand{Invoice: in})
	if err != nil {
		return x.done(v, "invoice", "", err)
	}
	v.Toast(v.T("costs.taken"))
	return v.Go(x.path() + "/invoices/" + tariff.InvoiceID(r.ID).String())
}

// asked is what the page of an invoice shows.
type asked struct {
	*tariff.Invoice
	Place *stock.Location
	Left  []tariff.Charge // done in its days, and asked for by no invoice
	Fault string
}

func readInvoice(v *shell.Visit) (*asked, error) {
	none := fault.New(fault.NotFound, "no_such_invoice", "there is no such invoice")
	id, err := tariff.ParseInvoiceID(v.Path("invoice"))
	if err != nil {
		return nil, none
	}
	x := &asked{}
	return x, v.Read(func(r *store.Reader) error {
		if x.Invoice, err = tariffs.Invoice(r, id); err == nil && (x.Invoice == nil || !r.Scope.Sees(x.Location) || stock.LocationID(x.Location).String() != v.Path("id")) {
			err = none
		}
		if err != nil {
			return err
		}
		all, err := locations.All(r)
		if err != nil {
			return err
		}
		for _, l := range all {
			if int64(l.ID) == x.Location {
				x.Place = l
			}
		}
		if x.Place == nil {
			return none
		}
		p := tariffs.Period{Location: x.Location, Goods: x.Place.Kind == "3pl", From: x.From, To: x.To, Today: today(v), Zone: v.Merchant.Location()}
		x.Left, err = tariffs.Unbilled(r, x.Invoice, p)
		return err
	})
}

func invoicePageOf(v *shell.Visit) error {
	x, err := readInvoice(v)
	if err != nil {
		return err
	}
	return v.Page(x.Number, invoicePage(v, x))
}

func decide(v *shell.Visit) error {
	x, err := readInvoice(v)
	if err != nil {
		return err
	}
	v.Form("act") // has the form read
	var lines []int
	for _, text := range v.R.PostForm["line"] {
		var n int
		if _, err := fmt.Sscan(text, &n); err == nil {
			lines = append(lines, n)
		}
	}
	if len(lines) == 0 {
		v.Warn(v.T("costs.none_ticked"))
		return v.Go(x.path())
	}
	_, err = shell.Do(v, partner.DecideInvoice, partner.DecideInvoiceCommand{Invoice: x.Invoice.ID, Lines: lines, Accept: v.Form("act") == "accept", Note: v.Form("note")})
	if err == nil {
		v.Toast(v.T("costs.decided", "n", len(lines)))
		return v.Go(x.path())
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Fault = faults["note"]
	for i := range lines {
		if x.Fault == "" {
			x.Fault = faults[fmt.Sprintf("lines/%d", i)]
		}
	}
	if x.Fault == "" {
		x.Fault = faults[""]
	}
	return v.Again(x.Number, invoicePage(v, x))
}

func (x *asked) path() string {
	return "/costs/" + x.Place.ID.String() + "/invoices/" + x.Invoice.ID.String()
}

// open reports whether any line can be decided on.
func (x *asked) open() bool {
	for i := range x.Lines {
		if x.Lines[i].State != tariff.Accepted {
			return true
		}
	}
	return false
}

func outcomeTone(outcome string) ui.Tone {
	switch outcome {
	case tariff.Equal:
		return ui.Good
	case tariff.Unders:
		return ui.Quiet
	case tariff.Overs:
		return ui.Warn
	}
	return ui.Bad
}

func stateTone(state string) ui.Tone {
	switch state {
	case tariff.Accepted:
		return ui.Good
	case tariff.Open:
		return ui.Accent
	case tariff.Mixed:
		return ui.Warn
	}
	return ui.Bad
}

// kindText is what a line is for: a rate's kind, or the partner's own word.
func kindText(v *shell.Visit, kind string) string {
	for _, k := range tariff.Kinds {
		if k == kind {
			return v.T("costs.kind_" + kind)
		}
	}
	return kind
}
