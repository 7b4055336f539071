// Package preorders is the room of what may be ordered before it is there:
// which offers there are, which are late, who waits, and another day for them.
//
// What belongs here: reading offers and changing them. What does not: making
// one (stock, on the page of its item), and the orders that wait (orders).
package preorders

import (
	"cmp"
	"fmt"
	"strconv"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/preorder"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/preorders"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

const (
	shown   = 50 // rows of a list
	waiters = 20 // orders that the page of an offer lists
)

// Routes of the room.
func Routes() []shell.Route {
	read, write := access.StockRead, admin.ChangePreorder.Permission
	return []shell.Route{
		{Method: "GET", Path: "/preorders", Needs: read, Do: index},
		{Method: "GET", Path: "/preorders/{id}", Needs: read, Do: page},
		{Method: "POST", Path: "/preorders/{id}/day", Needs: write, Do: moveDay},
		{Method: "POST", Path: "/preorders/{id}/day/preview", Needs: write, Do: lookAtDay},
		{Method: "POST", Path: "/preorders/{id}/terms", Needs: write, Do: saveTerms},
		{Method: "POST", Path: "/preorders/{id}/end", Needs: write, Do: end},
	}
}

// listing is what the page of the list shows.
type listing struct {
	Offers []*preorder.Offer
	Done   bool
	items  map[int64]*catalog.Item
	Next   string
}

func index(v *shell.Visit) error {
	x := listing{Done: v.Query("state") == "done"}
	after, err := cursor(v)
	if err != nil {
		return err
	}
	err = v.Read(func(r *store.Reader) (err error) {
		if x.Offers, err = preorders.List(r, x.Done, after, shown+1); err != nil {
			return err
		}
		x.items, err = itemsOf(r, x.Offers)
		return err
	})
	if err != nil {
		return err
	}
	if len(x.Offers) > shown {
		x.Offers = x.Offers[:shown]
		last := x.Offers[shown-1]
		x.Next = fmt.Sprintf("%s&at=%d&id=%s", x.address(x.Done), last.AvailableAt, last.ID)
	}
	return v.Page(v.T("preorders.title"), indexPage(v, &x))
}

func (x *listing) address(done bool) string {
	if done {
		return "/preorders?state=done"
	}
	return "/preorders?state=current"
}

// cursor reads where the list goes on.
func cursor(v *shell.Visit) (a preorders.After, err error) {
	text := v.Query("at")
	if text == "" {
		return a, nil
	}
	n, err1 := strconv.ParseInt(text, 10, 64)
	id, err2 := preorder.ParseID(v.Query("id"))
	if err1 != nil || err2 != nil {
		return a, fault.New(fault.Invalid, "invalid_parameter", "this is not a place in the list; begin again at its start")
	}
	return preorders.After{AvailableAt: n, ID: id}, nil
}

func itemsOf(r *store.Reader, list []*preorder.Offer) (map[int64]*catalog.Item, error) {
	var ids []catalog.ID
	for _, o := range list {
		ids = append(ids, catalog.ID(o.Item))
	}
	found, err := items.ByID(r, ids)
	out := map[int64]*catalog.Item{}
	for _, i := range found {
		out[int64(i.ID)] = i
	}
	return out, err
}

// view is what the page of one offer shows.
type view struct {
	*preorder.Offer
	Item   *catalog.Item
	Waits  []preorders.Waiter
	Form   string // that was refused
	Faults shell.Faults
}

func load(v *shell.Visit) (*view, error) {
	id, err := preorder.ParseID(v.Path("id"))
	if err != nil {
		return nil, noSuchOffer()
	}
	x := &view{}
	err = v.Read(func(r *store.Reader) error {
		list, err := preorders.Load(r, []preorder.ID{id})
		if err == nil && len(list) == 0 {
			err = noSuchOffer()
		}
		if err != nil {
			return err
		}
		found, err := itemsOf(r, list)
		if err != nil {
			return err
		}
		x.Offer, x.Item = list[0], found[list[0].Item]
		if v.May(access.OrdersRead) {
			x.Waits, err = preorders.Waiters(r, id, waiters)
		}
		return err
	})
	return x, err
}

func noSuchOffer() error {
	return fault.New(fault.NotFound, "no_such_preorder", "there is no such offer")
}

func page(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Page(x.title(v), offerPage(v, x))
}

func (x *view) title(v *shell.Visit) string { return v.T("preorders.of", "sku", x.Item.SKU) }

func (x *view) path() string { return "/preorders/" + x.ID.String() }

// shopDay is the day of an instant where the shop is.
func shopDay(v *shell.Visit, at int64) string {
	return time.UnixMicro(at).In(v.Merchant.Location()).Format(v.T("time.date"))
}

// typedDay is a day as forms write it; "" for none.
func typedDay(v *shell.Visit, at int64) string {
	if at == 0 {
		return ""
	}
	return time.UnixMicro(at).In(v.Merchant.Location()).Format(time.DateOnly)
}

// lastDay is the last day on which an offer may be taken that ends at an
// instant.
func lastDay(at int64) int64 {
	if at == 0 {
		return 0
	}
	return at - 1
}

func state(v *shell.Visit, o *preorder.Offer) (string, ui.Tone) {
	now := v.Now().UnixMicro()
	switch {
	case o.EndedAt == 0 && !o.Open(now):
		return v.T("preorders.ended_time"), ui.Quiet
	case o.EndedAt != 0:
		return v.T("preorders.ended_" + o.Ended), ui.Quiet
	case o.Left() == 0:
		return v.T("preorders.full"), ui.Warn
	}
	return v.T("preorders.open"), ui.Good
}

func reasons(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Label: v.T("preorders.why")}}
	for _, r := range preorder.Reasons {
		out = append(out, ui.Option{Value: r, Label: v.T("preorders.because_" + r)})
	}
	return out
}

// dayCommand is another day, as the form says it.
func (x *view) dayCommand(v *shell.Visit) (admin.ChangeOfferCommand, error) {
	day := v.Form("day")
	if day == "" {
		var l fault.List
		l.Add("/available_on", "missing", "%s", v.T("preorders.say_day"))
		return admin.ChangeOfferCommand{}, l.Err()
	}
	return admin.ChangeOfferCommand{Offer: x.ID, Day: &day, Reason: v.Form("reason")}, nil
}

func moveDay(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	c, err := x.dayCommand(v)
	if err == nil {
		_, err = shell.Do(v, admin.ChangePreorder, c)
	}
	return x.done(v, "day", v.T("preorders.moved"), err)
}

// following is what another day would change, or why it cannot be.
type following struct {
	intake.Following
	Day   int64
	Fault string
}

// lookAtDay shows what another day would change, beside the form.
func lookAtDay(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	var f following
	c, err := x.dayCommand(v)
	if err == nil {
		if c.Reason == "" {
			c.Reason = preorder.Reasons[len(preorder.Reasons)-1] // it is asked for when it is kept
		}
		var got any
		r, bad := shell.Preview(v, admin.ChangePreorder, c)
		got, err = r.Value, bad
		if o, ok := got.(*preorder.Offer); ok && err == nil {
			f.Day = o.AvailableAt
			err = v.Read(func(r *store.Reader) (err error) {
				f.Following, err = intake.LookAtDay(v.Desk(), r, x.ID, o.AvailableAt)
				return err
			})
		}
	}
	if told, ok := shell.FaultsOf(err); ok {
		f.Fault, err = cmp.Or(told["available_on"], told[""], v.T("preorders.say_day")), nil
	}
	if err != nil {
		return err
	}
	return v.Part(effect(v, x, &f))
}

// saveTerms keeps the cap and the end, those that were changed.
func saveTerms(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	c := admin.ChangeOfferCommand{Offer: x.ID}
	var l fault.List
	if n := order.ParseQuantity(v.Form("cap"), x.Item.Scale); n == 0 {
		l.Add("/cap", "invalid_number", "%s", v.T("shell.not_a_number"))
	} else if n != x.Cap {
		c.Cap = &n
	}
	if text := v.Form("ends"); text != typedDay(v, lastDay(x.EndsAt)) {
		at := endOf(v, text, "/ends_at", &l)
		c.EndsAt = &at
	}
	if until := v.Form("until_stock") != ""; until != x.UntilStock {
		c.UntilStock = &until
	}
	err = l.Err()
	if err == nil && (c.Cap != nil || c.EndsAt != nil || c.UntilStock != nil) {
		_, err = shell.Do(v, admin.ChangePreorder, c)
	}
	return x.done(v, "terms", v.T("preorders.saved"), err)
}

// endOf is when a day that was typed is over; 0 without one.
func endOf(v *shell.Visit, text, at string, l *fault.List) int64 {
	if text == "" {
		return 0
	}
	day, err := time.ParseInLocation(time.DateOnly, text, v.Merchant.Location())
	if err != nil {
		l.Add(at, "invalid_date", "%s", v.T("preorders.say_day"))
		return 0
	}
	return day.AddDate(0, 0, 1).UnixMicro()
}

func end(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	_, err = shell.Do(v, admin.EndPreorder, admin.EndOfferCommand{Offer: x.ID})
	return x.done(v, "end", v.T("preorders.said_ended"), err)
}

// done goes back to the offer with a sentence, or shows it again with what was
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
	return v.Again(x.title(v), offerPage(v, x))
}

func (x *view) fault(form, field string) string {
	if x.Form != form {
		return ""
	}
	return x.Faults[field]
}

// typed is what was typed into a form that was refused.
func (x *view) typed(v *shell.Visit, form, field, otherwise string) string {
	if x.Form == form {
		return v.Form(field)
	}
	return otherwise
}
