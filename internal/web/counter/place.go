package counter

import (
	"database/sql"
	"errors"
	"net/http"
	"net/url"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/orders"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
	"orderly/internal/web/words"
)

// begin shows an empty form, one filled from an old order or for a customer,
// or what was just placed.
func begin(v *shell.Visit) error {
	d := newDraft(v)
	if text := v.Query("placed"); text != "" {
		return done(v, d, text)
	}
	err := v.Read(func(r *store.Reader) error {
		if id := v.Query("customer"); id != "" {
			if err := d.pick(r, v, id); err != nil {
				return err
			}
		}
		if id := v.Query("repeat"); id != "" {
			return d.repeat(r, id, v.Merchant.Currency)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if err := d.weigh(v); err != nil {
		return err
	}
	return v.Page(v.T("counter.title"), page(v, d))
}

// repeat fills the draft from an old order, at the prices of today.
func (d *draft) repeat(r *store.Reader, text, currency string) error {
	id, err := order.ParseID(text)
	if err != nil {
		return noSuchOrder()
	}
	old, err := orders.Get(r, id)
	if errors.Is(err, sql.ErrNoRows) {
		return noSuchOrder()
	}
	if err != nil {
		return err
	}
	var skus []string
	for i := range old.Lines {
		skus = append(skus, old.Lines[i].SKU)
	}
	s := newShelf()
	if err := s.load(r, skus); err != nil {
		return err
	}
	if err := orders.LoadParties(r, []order.ID{id}, map[order.ID]*order.Order{id: old}); err != nil {
		return err
	}
	again, gone := order.Repeat(old, s, currency)
	d.Gone, d.From = gone, words.Number(old.Number)
	d.Customer, d.Contact, d.ShipTo, d.Tags = again.CustomerID, again.Parties.Customer, again.Parties.ShipTo, strings.Join(again.Tags, ", ")
	for _, l := range again.Lines {
		item := s.sku[l.SKU]
		d.Lines = append(d.Lines, line{SKU: l.SKU, Quantity: walk.Quantity(l.Quantity, item.Scale, ""), Price: l.Price.String(), item: item})
	}
	return nil
}

func noSuchOrder() error { return fault.New(fault.NotFound, "no_such_order", "there is no such order") }

// change does one thing to the draft and shows it again. The script takes the
// parts of the answer that changed.
func change(v *shell.Visit) error {
	d := typed(v)
	err := v.Read(func(r *store.Reader) error {
		switch {
		case v.Form("pick") != "":
			return d.pick(r, v, v.Form("pick"))
		case v.Form("find") != "" || v.Form("default") != "" && v.Form("scan") == "" && v.Form("find_text") != "":
			d.Find = v.Form("find_text")
			return d.find(r, v)
		case v.Form("unpick") != "":
			d.Customer, d.Contact, d.ShipTo = 0, party.Contact{}, party.Address{}
		case v.Form("item") != "":
			got, err := items.BySKU(r, []string{v.Form("item")})
			if err == nil && len(got) == 1 {
				d.add(got[0], unit(got[0]), "")
			}
			return err
		case v.Form("scan") != "":
			return d.scan(r, v, v.Form("scan"))
		}
		if rows := v.R.PostFormValue("rows"); strings.TrimSpace(rows) != "" {
			return d.paste(r, v, rows)
		}
		return nil
	})
	if err != nil {
		return err
	}
	if n := v.Form("drop"); n != "" {
		d.drop(n)
	}
	if err := d.weigh(v); err != nil {
		return err
	}
	if v.R.Header.Get("X-Draft") != "" {
		return v.Part(form(v, d))
	}
	return v.Page(v.T("counter.title"), page(v, d))
}

func (d *draft) drop(sku string) {
	for i := range d.Lines {
		if d.Lines[i].SKU == sku {
			d.Lines = append(d.Lines[:i], d.Lines[i+1:]...)
			return
		}
	}
}

// check shows what the order would be, while somebody types.
func check(v *shell.Visit) error {
	d := typed(v)
	if err := d.weigh(v); err != nil {
		return err
	}
	return v.Part(checked(v, d))
}

// suggest offers items while somebody types.
func suggest(v *shell.Visit) error {
	d := newDraft(v)
	text := v.Query("scan")
	if _, rest, ok := strings.Cut(text, "*"); ok {
		text = strings.TrimSpace(rest)
	}
	if len(text) < 2 {
		return v.Part(suggestions(v, d))
	}
	err := v.Read(func(r *store.Reader) (err error) {
		d.Items, err = items.Search(r, text, offered)
		if fault.KindOf(err) == fault.Invalid { // too many words: nothing is offered
			d.Items, err = nil, nil
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.Part(suggestions(v, d))
}

// place places or sells the draft, and shows it again when it is refused.
func place(v *shell.Visit) error {
	if v.Form("scan") != "" { // typed and not added yet: nobody means to leave it out
		return change(v)
	}
	d := typed(v)
	if err := d.weigh(v); err != nil {
		return err
	}
	var l fault.List
	r := d.request(v, &l)
	if len(r.Lines) == 0 {
		l.Add("/lines", "missing", "%s", v.T("counter.no_lines"))
	}
	sells := d.Mode == counter && v.Form("act") != "place"
	if sells {
		d.pay(v, &r, &l)
	}
	err := l.Err()
	if err == nil {
		err = d.keep(v, &r)
	}
	var got desk.Result
	switch {
	case err != nil:
	case sells:
		got, err = shell.Do(v, intake.Sell, intake.SellCommand{Request: r, Location: d.Location})
	default:
		got, err = shell.Do(v, intake.Place, intake.PlaceCommand{Request: r})
	}
	if err == nil {
		to := url.Values{"placed": {order.ID(got.ID).String()}, "mode": {d.Mode}}
		if back, ok := d.change(v); ok && sells && d.Pay == "cash" {
			to.Set("change", v.Money(back, v.Merchant.Currency))
		}
		http.Redirect(v.W, v.R, "/orders/new?"+to.Encode(), http.StatusSeeOther)
		return nil
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	d.Faults = told
	return v.Again(v.T("counter.title"), page(v, d))
}

// pay puts what was paid at the counter into the request: all of it, or nothing
// when it is paid later.
func (d *draft) pay(v *shell.Visit, r *order.Request, l *fault.List) {
	total := d.Effect.Totals.Total
	if d.Pay == "later" || total <= 0 {
		return
	}
	if _, enough := d.change(v); d.Pay == "cash" && d.Given != "" && !enough {
		l.Add("/given", "too_little", "%s", v.T("counter.too_little", "total", v.Money(total, v.Merchant.Currency)))
	}
	r.Payments = []order.Payment{{Amount: total, Reference: d.Pay}}
}

// keep makes a customer of who is not one yet, when that was asked for. A
// second submit of the form gets the same one.
func (d *draft) keep(v *shell.Visit, r *order.Request) error {
	if !d.Keep || d.Customer != 0 || !v.May(access.CustomersWrite) {
		return nil
	}
	got, err := shell.Do(v, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{Contact: d.Contact, Address: r.Parties.ShipTo}, Only: "create"})
	if err != nil {
		return err
	}
	d.Customer = party.ID(got.ID)
	r.CustomerID = d.Customer
	return nil
}

// done shows what was placed, and what comes next.
func done(v *shell.Visit, d *draft, text string) error {
	id, err := order.ParseID(text)
	if err != nil {
		return noSuchOrder()
	}
	var o *order.Order
	err = v.Read(func(r *store.Reader) (err error) {
		if o, err = orders.Get(r, id); errors.Is(err, sql.ErrNoRows) {
			err = noSuchOrder()
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("counter.placed", "number", words.Number(o.Number)), placedPage(v, d, o, v.Query("change")))
}
