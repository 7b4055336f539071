// Package costs is the room of what partners take: their rate cards, and what
// their work comes to by them.
//
// What belongs here: showing cards and charges, adding and withdrawing versions, and
// providers side by side. What does not: what a charge is (tariff), what is compared
// (comparison), what partners are asked (requests), and
// what goods cost (purchases, suppliers).
package costs

import (
	"fmt"
	"slices"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	"orderly/internal/figures"
	"orderly/internal/ident"
	terms "orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/tariffs"
	"orderly/internal/tariff"
	"orderly/internal/web/shell"
)

const shown = 100 // charges that a page lists

// Routes of the room.
func Routes() []shell.Route {
	read, write := access.PurchasesRead, partner.AddCard.Permission
	return []shell.Route{
		{Method: "GET", Path: "/costs", Needs: read, Do: index},
		{Method: "GET", Path: "/costs/compare", Needs: read, Do: compare},
		{Method: "GET", Path: "/costs/{id}", Needs: read, Do: page},
		{Method: "POST", Path: "/costs/{id}/cards", Needs: write, Do: add},
		{Method: "POST", Path: "/costs/{id}/cards/preview", Needs: write, Do: foresee},
		{Method: "POST", Path: "/costs/{id}/cards/{card}/withdraw", Needs: write, Do: withdraw},
		{Method: "POST", Path: "/costs/{id}/invoices", Needs: write, Do: takeInvoice, MaxBytes: tableSize + shell.MaxFormBytes},
		{Method: "GET", Path: "/costs/{id}/invoices/{invoice}", Needs: read, Do: invoicePageOf},
		{Method: "POST", Path: "/costs/{id}/invoices/{invoice}", Needs: write, Do: decide},
	}
}

// row is a partner's place in the list.
type row struct {
	*stock.Location
	Card *tariff.Card // that holds; nil when none does
}

func index(v *shell.Visit) error {
	var rows []row
	err := v.Read(func(r *store.Reader) error {
		all, err := partnersOf(r)
		if err != nil {
			return err
		}
		books, err := tariffs.Books(r)
		for _, l := range all {
			rows = append(rows, row{l, books[int64(l.ID)].On(today(v))})
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("costs.title"), indexPage(v, rows))
}

// partnersOf are the places of partners that the reader sees.
func partnersOf(r *store.Reader) ([]*stock.Location, error) {
	all, err := locations.All(r)
	return slices.DeleteFunc(all, func(l *stock.Location) bool { return !terms.Asks(l.Kind) || !r.Scope.Sees(int64(l.ID)) }), err
}

// today is the day in the shop's zone.
func today(v *shell.Visit) int64 {
	return figures.Days(v.Merchant.Location())(v.Now().UnixMicro())
}

// view is what the page of one place shows.
type view struct {
	*stock.Location
	Book     tariff.Book
	From, To int64
	By       *tariff.Card // that the days are priced by; nil for those that held
	Costs    tariff.Costs
	Invoices []*tariff.Invoice // the latest
	Today    int64
	Form     string // that was refused
	Faults   shell.Faults
}

// placeOf is the place that an address names.
func placeOf(v *shell.Visit, r *store.Reader) (*stock.Location, error) {
	all, err := partnersOf(r)
	for _, l := range all {
		if l.ID.String() == v.Path("id") {
			return l, err
		}
	}
	if err == nil {
		err = fault.New(fault.NotFound, "no_such_partner", "there is no such supplier or 3PL")
	}
	return nil, err
}

func read(v *shell.Visit) (*view, error) {
	x := &view{Today: today(v)}
	x.From, x.To = span(v, "from", "to", x.Today/100*100+1, x.Today)
	return x, v.Read(func(r *store.Reader) (err error) {
		if x.Location, err = placeOf(v, r); err != nil {
			return err
		}
		if x.Book, err = tariffs.Book(r, int64(x.ID)); err != nil {
			return err
		}
		if x.Invoices, err = tariffs.Invoices(r, int64(x.ID), "", 1<<62, listed); err != nil {
			return err
		}
		book := x.Book
		if id, bad := tariff.ParseCardID(v.Query("card")); bad == nil {
			if x.By, err = tariffs.Card(r, id); err != nil {
				return err
			}
			if x.By != nil && r.Scope.Sees(x.By.Location) {
				book = tariff.Only(x.By)
			}
		}
		x.Costs, err = tariffs.Costs(r, x.period(v), book)
		return err
	})
}

func (x *view) period(v *shell.Visit) tariffs.Period {
	return tariffs.Period{Location: int64(x.ID), Goods: x.Kind == "3pl", From: x.From, To: x.To, Today: x.Today, Zone: v.Merchant.Location()}
}

// beforeMonth is the last day of the month before a day's.
func beforeMonth(day int64) int64 { return figures.After(day/100*100+1, -1) }

// span is the days that an address names, else others: what cannot be read is not
// asked for, and no more than may be read at once.
func span(v *shell.Visit, from, to string, first, last int64) (int64, int64) {
	if d := tariff.ParseDay(v.Query(from)); d != 0 {
		first = d
	}
	if d := tariff.ParseDay(v.Query(to)); d != 0 {
		last = d
	}
	if last < first {
		last = first
	}
	return first, min(last, figures.After(first, figures.MaxDays-1))
}

func page(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	return v.Page(x.Name, placePage(v, x))
}

func (x *view) path() string { return "/costs/" + x.ID.String() }

// versions are those of the book, the latest first.
func (x *view) versions() []*tariff.Card {
	out := slices.Clone(x.Book)
	slices.Reverse(out)
	return out
}

// done goes back to the place with a sentence, or shows it again with what was
// refused beside the form of that name.
func (x *view) done(v *shell.Visit, form, said string, err error) error {
	if err == nil {
		v.Toast(said)
		return v.Go(x.path())
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Form, x.Faults = form, faults
	return v.Again(x.Name, placePage(v, x))
}

func withdraw(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	id, bad := tariff.ParseCardID(v.Path("card"))
	if bad != nil {
		return fault.New(fault.NotFound, "no_such_card", "there is no such rate card")
	}
	_, err = shell.Do(v, partner.WithdrawCard, partner.WithdrawCommand{Card: id})
	return x.done(v, "withdraw", v.T("costs.withdrawn"), err)
}

// about is what a charge is about, and where that is shown; "" for nowhere.
func about(v *shell.Visit, f *tariff.Fact) (label, href string) {
	switch {
	case f.Number != 0 && f.Tracking != "":
		return fmt.Sprintf("%d · %s", f.Number, f.Tracking), "/orders/" + ident.Text("ord", f.Order)
	case f.Number != 0:
		return fmt.Sprint(f.Number), "/orders/" + ident.Text("ord", f.Order)
	case f.Subject == "pur":
		return v.T("costs.purchase"), "/purchases/" + ident.Text("pur", f.ID)
	case f.Subject == "month":
		return time.Date(int(f.ID/100), time.Month(f.ID%100), 1, 0, 0, 0, 0, time.UTC).Format("2006-01"), ""
	}
	return v.T("costs.stock_act"), ""
}

func number(n int64) string { return fmt.Sprint(n) }
