// Package replenishment is the room of what should be bought and moved: what is
// proposed and why, ordering or dismissing it, and the policies it follows from.
//
// What belongs here: showing proposals by where they come from, and deciding on
// them. What does not: purchase orders that they become (purchases), and what is
// proposed (restocking).
package replenishment

import (
	"orderly/internal/access"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/floor"
	"orderly/internal/money"
	"orderly/internal/replenish"
	"orderly/internal/restocking"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	kept "orderly/internal/store/replenishment"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
	"orderly/internal/web/shell"
)

const (
	shown   = 100 // lines of what is over
	shownUp = 500 // lines that are open
)

// Routes of the room.
func Routes() []shell.Route {
	read, write := access.PurchasesRead, access.PurchasesWrite
	return []shell.Route{
		{Method: "GET", Path: "/replenishment", Needs: read, Do: index},
		{Method: "POST", Path: "/replenishment/run", Needs: write, Do: run},
		{Method: "POST", Path: "/replenishment/decide", Needs: write, Do: decide},
		{Method: "POST", Path: "/replenishment/preview", Needs: write, Do: look},
		{Method: "GET", Path: "/replenishment/policies", Needs: read, Do: policies},
		{Method: "POST", Path: "/replenishment/policies", Needs: write, Do: savePolicy},
	}
}

// group is what is proposed from one source for one place.
type group struct {
	*replenish.Group
	From     string // who sells or gives
	Place    string
	Currency string
	Sold     bool // by a supplier
}

// listing is what the page of proposals shows.
type listing struct {
	State  string
	Groups []group
	More   bool
	names  map[int64]kept.Named
	Fault  string
}

// tabs are the states that have a tab of their own.
var tabs = []string{replenish.Open, replenish.Accepted, replenish.Dismissed, replenish.Replaced}

func load(v *shell.Visit) (*listing, error) {
	x := &listing{State: replenish.Open}
	limit := shownUp
	for _, s := range tabs {
		if v.Query("state") == s && s != replenish.Open {
			x.State, limit = s, shown
		}
	}
	return x, v.Read(func(r *store.Reader) error {
		lines, err := kept.PageLines(r, x.State, 0, limit+1)
		if err != nil {
			return err
		}
		if x.More = len(lines) > limit; x.More {
			lines = lines[:limit]
		}
		return x.group(r, lines)
	})
}

// group puts lines together and names what they name.
func (x *listing) group(r *store.Reader, lines []*replenish.Line) error {
	var items []int64
	var sellers []supplier.ID
	var seen []*replenish.Line
	for _, l := range lines {
		if r.Scope.Sees(l.Location) {
			seen = append(seen, l)
			items, sellers = append(items, l.Item), append(sellers, supplier.ID(l.Supplier))
		}
	}
	var err error
	if x.names, err = kept.NamesOf(r, items); err != nil {
		return err
	}
	by, err := suppliers.ByID(r, sellers)
	if err != nil {
		return err
	}
	places, err := placeNames(r)
	if err != nil {
		return err
	}
	minimum := func(id int64) int64 {
		if s := by[supplier.ID(id)]; s != nil {
			return s.MinOrder
		}
		return 0
	}
	for _, g := range replenish.Groups(seen, x.value, minimum) {
		out := group{Group: g, From: places[g.GroupKey.From], Place: places[g.Location]}
		if s := by[supplier.ID(g.GroupKey.Supplier)]; s != nil {
			out.From, out.Sold = s.Name, true
			out.Currency = s.Currency
		}
		x.Groups = append(x.Groups, out)
	}
	return nil
}

// value is what a line comes to, in minor units.
func (x *listing) value(l *replenish.Line) int64 {
	c, err := money.ParseCurrency(l.Currency)
	if err != nil {
		return 0
	}
	total, _, err := money.LineTotal(l.Quantity, x.names[l.Item].Scale, l.Cost, c, money.HalfAwayFromZero)
	if err != nil {
		return 0
	}
	return total
}

func placeNames(r *store.Reader) (map[int64]string, error) {
	all, err := locations.All(r)
	out := map[int64]string{}
	for _, l := range all {
		out[int64(l.ID)] = l.Name
	}
	return out, err
}

func index(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("replenishment.title"), indexPage(v, x))
}

// reason is why a line is proposed, in the item's unit.
func (x *listing) reason(l *replenish.Line) string {
	return l.Why.Reason(replenish.Written(x.names[l.Item].Scale))
}

// run proposes anew.
func run(v *shell.Visit) error {
	got, err := restocking.Run(v.Context(), v.Desk(), v.Scope, restocking.ByPerson, nil)
	if err != nil {
		return err
	}
	v.Toast(v.T("replenishment.ran", "n", got.Made, "same", got.Same, "items", got.Items))
	if n := len(got.Missing); n > 0 {
		v.Warn(v.T("replenishment.missing", "n", n))
	}
	return v.Go("/replenishment")
}

// ticked are the lines that a form names.
func ticked(v *shell.Visit) []replenish.LineID {
	v.Form("line") // has the form read
	var out []replenish.LineID
	for _, text := range v.R.PostForm["line"] {
		if id, err := replenish.ParseLineID(text); err == nil {
			out = append(out, id)
		}
	}
	return out
}

// decide orders, moves or dismisses what is ticked.
func decide(v *shell.Visit) error {
	ids := ticked(v)
	if len(ids) == 0 {
		v.Warn(v.T("replenishment.none_ticked"))
		return v.Go("/replenishment")
	}
	said, err := "", error(nil)
	switch v.Form("act") {
	case "transfer":
		_, err = shell.Do(v, floor.Restock, floor.RestockCommand{Lines: ids})
		said = v.T("replenishment.moved", "n", len(ids))
	case "dismiss":
		_, err = shell.Do(v, buy.Dismiss, buy.DecideCommand{Lines: ids})
		said = v.T("replenishment.said_dismissed", "n", len(ids))
	default:
		_, err = shell.Do(v, buy.Accept, buy.AcceptCommand{Lines: ids, Below: v.Form("below") != ""})
		said = v.T("replenishment.ordered", "n", len(ids))
	}
	if err == nil {
		v.Toast(said)
		return v.Go("/replenishment")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x, err := load(v)
	if err != nil {
		return err
	}
	x.Fault = first(faults)
	return v.Again(v.T("replenishment.title"), indexPage(v, x))
}

// first is one sentence of those that say what is wrong.
func first(f shell.Faults) string {
	for _, name := range []string{"below_minimum", "lines/0", "lines/0/quantity", ""} {
		if f[name] != "" {
			return f[name]
		}
	}
	for _, text := range f {
		return text
	}
	return ""
}

// look tells what is ticked comes to, beside the form.
func look(v *shell.Visit) error {
	ids := ticked(v)
	if len(ids) == 0 {
		return v.Part(comesTo(v, nil, v.T("replenishment.none_ticked")))
	}
	r, err := shell.Preview(v, buy.Accept, buy.AcceptCommand{Lines: ids, Below: true})
	if faults, ok := shell.FaultsOf(err); ok {
		return v.Part(comesTo(v, nil, first(faults)))
	}
	if err != nil {
		return err
	}
	groups, _ := r.Value.([]*buy.AcceptedGroup)
	return v.Part(comesTo(v, groups, ""))
}

func supplierText(id int64) string {
	if id == 0 {
		return ""
	}
	return supplier.ID(id).String()
}

func locationText(id int64) string {
	if id == 0 {
		return ""
	}
	return stock.LocationID(id).String()
}
