package counter

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/orders"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

// standing is a line of an order that is changed, as it was shown and as it is
// typed now. What is as it was shown does not change.
type standing struct {
	*order.Line
	Live       int64 // units that are not canceled
	Shown      [3]string
	Quantity   string
	Price      string
	Discount   string
	Substitute string // the SKU of what stands in
}

// alteration is the form of a change: what is typed about the order, and its
// draft has the lines that join.
type alteration struct {
	*draft
	o       *order.Order
	Lines   []standing
	Fees    []string // amounts of fees that are there
	NewFee  string   // what a further one is for
	FeeCost string
	Refund  bool
	Version int64 // the edit version that was shown
	Stale   bool
	Change  *intake.Changed // as it would be; nil when nothing changes or it is refused
	Refused []string
}

// alter shows the form of a change.
func alter(v *shell.Visit) error {
	a, err := alterationOf(v)
	if err != nil {
		return err
	}
	if err := a.weigh(v); err != nil {
		return err
	}
	return a.show(v)
}

func (a *alteration) show(v *shell.Visit) error {
	return v.Page(v.T("alter.title", "number", numberOf(a.o)), alterPage(v, a))
}

// alterationOf reads the order and what is typed about it.
func alterationOf(v *shell.Visit) (*alteration, error) {
	id, err := order.ParseID(v.Path("id"))
	if err != nil {
		return nil, noSuchOrder()
	}
	a := &alteration{draft: &draft{}}
	if v.R.Method == "POST" {
		a.draft = typed(v)
	}
	err = v.Read(func(r *store.Reader) (err error) {
		if a.o, err = orders.Get(r, id); errors.Is(err, sql.ErrNoRows) {
			return noSuchOrder()
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	a.draft.Mode, a.draft.Channel = byPhone, a.o.Channel
	a.fill(v)
	return a, nil
}

// fill takes what was typed, or what the order says where nothing was.
func (a *alteration) fill(v *shell.Visit) {
	sent := v.R.Method == "POST"
	form := v.R.PostForm
	a.Version = a.o.EditVersion
	if n := v.EditVersion(); n != nil {
		a.Version = *n
	}
	a.Lines, a.Fees = nil, nil
	n := 0
	for i := range a.o.Lines {
		l := &a.o.Lines[i]
		if l.Parent != 0 {
			continue
		}
		s := standing{Line: l}
		q := a.o.Quantities(l)
		s.Live = q.Live()
		is := [3]string{walk.Quantity(s.Live, l.Scale, ""), l.Price.String(), amountText(l.Discount, a.o.Currency)}
		s.Shown, s.Quantity, s.Price, s.Discount = is, is[0], is[1], is[2]
		if sent && at(form, "line", n) == strconv.Itoa(l.N) {
			s.Shown = [3]string{at(form, "quantity_was", n), at(form, "price_was", n), at(form, "discount_was", n)}
			s.Quantity, s.Price, s.Discount, s.Substitute = at(form, "quantity_now", n), at(form, "price_now", n), at(form, "discount_now", n), at(form, "substitute", n)
		}
		a.Lines = append(a.Lines, s)
		n++
	}
	for i := range a.o.Fees {
		text := amountText(a.o.Fees[i].Amount, a.o.Currency)
		if sent && i < len(form["fee"]) {
			text = at(form, "fee", i)
		}
		a.Fees = append(a.Fees, text)
	}
	a.NewFee, a.FeeCost, a.Refund = v.Form("new_fee"), v.Form("fee_cost"), v.Form("refund") != ""
	if !sent {
		a.draft.Contact, a.draft.ShipTo = a.o.Party.Customer, a.o.Party.ShipTo
	}
}

func amountText(n int64, c money.Currency) string {
	if n == 0 {
		return ""
	}
	return c.FormatAmount(n)
}

// asked is the change that is typed. Faults have the names of the form's
// fields.
func (a *alteration) asked(v *shell.Visit, l *fault.List) order.Change {
	var c order.Change
	for i := range a.Lines {
		if x, ok := a.Lines[i].asked(v, "/lines/"+strconv.Itoa(len(c.Lines)), a.o.Currency, l); ok {
			c.Lines = append(c.Lines, x)
		}
	}
	for i := range a.draft.Lines {
		r := a.draft.Lines[i].asked(v, "/add/"+strconv.Itoa(i), a.o.Currency, l)
		c.Add = append(c.Add, order.NewLine{SKU: r.SKU, Quantity: r.Quantity, Price: &r.Price, Discount: r.Discount})
	}
	for i, text := range a.Fees {
		if n := amount(text, "/fees/"+strconv.Itoa(i), a.o.Currency, l); n != a.o.Fees[i].Amount {
			c.Fees = append(c.Fees, order.FeeChange{N: i + 1, Amount: &n})
		}
	}
	if n := amount(a.FeeCost, "/fee_cost", a.o.Currency, l); n != 0 {
		kind := "fee"
		if n < 0 {
			kind = "adjustment"
		}
		c.Fees = append(c.Fees, order.FeeChange{Kind: kind, Label: or(a.NewFee, v.T("alter.fee")), Amount: &n})
	}
	a.people(&c)
	return c
}

// people asks for what was written differently about them.
func (a *alteration) people(c *order.Change) {
	was := a.o.Party
	if who := a.draft.Contact; who != was.Customer {
		c.Customer = &who
	}
	to := a.draft.ShipTo
	to.Name, to.Company, to.Phone = was.ShipTo.Name, was.ShipTo.Company, was.ShipTo.Phone
	if to.Name == was.Customer.Name {
		to.Name = a.draft.Contact.Name
	}
	if to.Company == was.Customer.Company {
		to.Company = a.draft.Contact.Company
	}
	same := was.ShipTo
	same.Latitude, same.Longitude = 0, 0
	if to != same && (!was.ShipTo.IsZero() || a.draft.ShipTo != (party.Address{})) {
		c.ShipTo = &to
	}
}

// asked is what is typed about a line that is there; false when nothing is.
func (s *standing) asked(v *shell.Visit, at string, currency money.Currency, l *fault.List) (order.LineChange, bool) {
	x := order.LineChange{Line: s.N}
	if s.Substitute != "" {
		x.Substitute = &order.NewLine{SKU: s.Substitute}
		if s.Quantity != s.Shown[0] {
			x.Substitute.Quantity = order.ParseQuantity(s.Quantity, s.Scale)
		}
		if p := s.price(at+"/unit_price", l); p != nil {
			x.Substitute.Price = p
		}
		return x, true
	}
	if s.Quantity != s.Shown[0] {
		q := order.ParseQuantity(s.Quantity, s.Scale)
		if q == 0 && strings.Trim(s.Quantity, "0., ") != "" {
			l.Add(at+"/quantity", "invalid_quantity", "%s", v.T("counter.no_quantity", "sku", s.SKU))
		}
		x.Quantity = &q
	}
	x.Price = s.price(at+"/unit_price", l)
	if s.Discount != s.Shown[2] {
		d := amount(s.Discount, at+"/discount", currency, l)
		x.Discount = &d
	}
	return x, x.Quantity != nil || x.Price != nil || x.Discount != nil
}

// price is what was typed, nil when it is as it was shown.
func (s *standing) price(at string, l *fault.List) *money.Price {
	text := order.Decimal(s.Price)
	if s.Price == s.Shown[1] {
		return nil
	}
	var p money.Price
	if text != "" {
		var err error
		if p, err = money.ParsePrice(text); err != nil {
			l.AddError(at, err)
		}
	}
	return &p
}

// command is the change that is typed, with the faults of its form.
func (a *alteration) command(v *shell.Visit) (intake.ChangeCommand, error) {
	var l fault.List
	c := intake.ChangeCommand{Order: a.o.ID, Change: a.asked(v, &l), Version: &a.Version, Refund: a.Refund}
	return c, l.Err()
}

// weigh previews what is typed. It changes nothing.
func (a *alteration) weigh(v *shell.Visit) error {
	var s *shelf
	err := v.Read(func(r *store.Reader) (err error) {
		s, err = a.draft.read(r, v)
		return err
	})
	if err != nil {
		return err
	}
	c, err := a.command(v)
	if err == nil && empty(&c.Change) {
		return nil
	}
	if err == nil {
		got, refused := shell.Preview(v, intake.Change, c)
		if err = refused; err == nil {
			a.Change = got.Value.(*intake.Changed)
			return a.warn(v, s)
		}
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	for _, text := range told {
		a.Refused = append(a.Refused, text)
	}
	return nil
}

func empty(c *order.Change) bool {
	return len(c.Lines)+len(c.Add)+len(c.Fees) == 0 && c.Customer == nil && c.ShipTo == nil
}

// warn looks at what the change asks for as at a new order. Items of lines that
// are there are read for it.
func (a *alteration) warn(v *shell.Visit, s *shelf) error {
	r, _ := a.Change.Order.Asks(&a.Change.Delta)
	err := v.Read(func(rd *store.Reader) error {
		var skus []string
		var asked []int64
		for i := range r.Lines {
			skus = append(skus, r.Lines[i].SKU)
		}
		if err := s.load(rd, skus); err != nil {
			return err
		}
		for _, sku := range skus {
			if item := s.sku[sku]; item != nil {
				asked = append(asked, int64(item.ID))
			}
		}
		past, err := orders.Past(rd, party.ID(a.o.Customer), asked)
		past.Currency, a.draft.Past = v.Merchant.Currency, past
		return err
	})
	if err != nil {
		return err
	}
	a.draft.Effect.Warnings = a.Change.Order.Oddities(&a.Change.Delta, s, a.draft.Past, v.Now().UnixMicro())
	return nil
}

// alterDraft does one thing to the form and shows it again.
func alterDraft(v *shell.Visit) error {
	a, err := alterationOf(v)
	if err != nil {
		return err
	}
	err = v.Read(func(r *store.Reader) error {
		if sku := v.Form("item"); sku != "" {
			got, err := items.BySKU(r, []string{sku})
			if err == nil && len(got) == 1 {
				a.draft.add(got[0], unit(got[0]), "")
			}
			return err
		}
		if v.Form("scan") != "" && v.Form("drop") == "" {
			return a.draft.scan(r, v, v.Form("scan"))
		}
		return nil
	})
	if err != nil {
		return err
	}
	if sku := v.Form("drop"); sku != "" {
		a.draft.drop(sku)
	}
	if err := a.weigh(v); err != nil {
		return err
	}
	if v.R.Header.Get("X-Draft") != "" {
		return v.Part(alterForm(v, a))
	}
	return a.show(v)
}

// alterCheck shows what the change would come to, while somebody types.
func alterCheck(v *shell.Visit) error {
	a, err := alterationOf(v)
	if err == nil {
		err = a.weigh(v)
	}
	if err != nil {
		return err
	}
	return v.Part(alterEffect(v, a))
}

// alterNow carries the change out.
func alterNow(v *shell.Visit) error {
	if v.Form("scan") != "" { // typed and not added yet: nobody means to leave it out
		return alterDraft(v)
	}
	a, err := alterationOf(v)
	if err != nil {
		return err
	}
	if err := a.weigh(v); err != nil {
		return err
	}
	c, err := a.command(v)
	if err == nil && empty(&c.Change) {
		err = fault.New(fault.Invalid, "empty", "%s", v.T("alter.nothing"))
	}
	if err == nil {
		_, err = shell.Do(v, intake.Change, c)
	}
	if err == nil {
		v.Toast(v.T("alter.said"))
		return v.Go("/orders/" + a.o.ID.String())
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	if a.draft.Faults, a.Stale = told, shell.Stale(err); a.Stale {
		a.Version = a.o.EditVersion // who has looked at what is new sends it again
	}
	return v.Again(v.T("alter.title", "number", numberOf(a.o)), alterPage(v, a))
}
