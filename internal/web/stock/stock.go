// Package stock is the room of stock: what lies where, what is low, who waits,
// why a figure is what it is, and corrections of it.
//
// What belongs here: levels and movements as people see and correct them. What
// does not: the item itself (items), and receiving, counting and picking with
// a scanner (floor).
package stock

import (
	"cmp"
	"net/url"
	"slices"
	"strconv"

	"github.com/a-h/templ"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/preorder"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/items"
	"orderly/internal/store/locations"
	"orderly/internal/store/purchases"
	"orderly/internal/store/shelves"
	"orderly/internal/supplier"
	"orderly/internal/web/shell"
)

// Routes of the room.
func Routes() []shell.Route {
	return []shell.Route{
		{Method: "GET", Path: "/stock", Needs: access.StockRead, Do: list},
		{Method: "GET", Path: "/stock/{item}", Needs: access.StockRead, Do: page},
		{Method: "GET", Path: "/stock/{item}/explain", Needs: access.StockRead, Do: explain},
		{Method: "POST", Path: "/stock/{item}/adjust", Needs: access.StockWrite, Do: adjust},
		{Method: "POST", Path: "/stock/{item}/adjust/preview", Needs: access.StockWrite, Do: adjustPreview},
		{Method: "POST", Path: "/stock/{item}/transfer", Needs: access.StockWrite, Do: transfer},
		{Method: "POST", Path: "/stock/{item}/transfer/preview", Needs: access.StockWrite, Do: transferPreview},
		{Method: "POST", Path: "/stock/{item}/settings", Needs: access.StockWrite, Do: settings},
		{Method: "POST", Path: "/stock/{item}/preorder", Needs: admin.OfferPreorder.Permission, Do: offer},
		{Method: "POST", Path: "/stock/{item}/channels", Needs: access.SettingsWrite, Do: saveShares},
	}
}

const (
	pageSize      = 50
	movementsSize = 20
	waitersSize   = 20
)

// places are the locations that the visitor sees, by id.
type places struct {
	List []*stock.Location
	by   map[stock.LocationID]*stock.Location
}

func readPlaces(r *store.Reader) (places, error) {
	all, err := locations.All(r)
	p := places{by: map[stock.LocationID]*stock.Location{}}
	for _, l := range all {
		p.by[l.ID] = l
		if r.Scope.Sees(int64(l.ID)) {
			p.List = append(p.List, l)
		}
	}
	slices.SortStableFunc(p.List, func(a, b *stock.Location) int {
		return cmp.Or(map[bool]int{true: 0, false: 1}[a.Active]-map[bool]int{true: 0, false: 1}[b.Active], cmp.Compare(a.Code, b.Code))
	})
	return p, err
}

func (p places) code(id stock.LocationID) string {
	if l := p.by[id]; l != nil {
		return l.Code
	}
	return id.String()
}

func (p places) name(id stock.LocationID) string {
	if l := p.by[id]; l != nil {
		return l.Name
	}
	return ""
}

// listing is what the page of the list shows.
type listing struct {
	shelves.Page
	places
	Q, Only, At string
	Fault       string
}

func list(v *shell.Visit) error {
	l := listing{Q: v.Query("q"), Only: v.Query("only"), At: v.Query("location")}
	f := shelves.Filter{Text: l.Q, Only: shelves.Only(l.Only), After: v.Query("after"), Limit: pageSize}
	if l.At != "" {
		id, err := stock.ParseLocationID(l.At)
		if err != nil {
			return fault.New(fault.NotFound, "no_such_page", "there is no such location")
		}
		f.Location = id
	}
	err := v.Read(func(r *store.Reader) (err error) {
		if l.places, err = readPlaces(r); err != nil {
			return err
		}
		l.Page, err = shelves.List(r, f)
		return err
	})
	if faults, ok := shell.FaultsOf(err); ok {
		l.Fault, err = faults[""], nil
	}
	if err != nil {
		return err
	}
	return v.Page(v.T("stock.title"), listPage(v, l))
}

// address is that of the list with one thing changed.
func (l listing) address(change ...string) string {
	q := url.Values{}
	set := func(name, value string) {
		if value != "" {
			q.Set(name, value)
		}
	}
	set("only", l.Only)
	set("location", l.At)
	set("q", l.Q)
	for i := 0; i+1 < len(change); i += 2 {
		q.Del(change[i])
		set(change[i], change[i+1])
	}
	if len(q) == 0 {
		return "/stock"
	}
	return "/stock?" + q.Encode()
}

func (l listing) next() string {
	if l.Next == "" {
		return ""
	}
	return l.address("after", l.Next)
}

// view is what the page of one item shows.
type view struct {
	shelves.Row
	places
	Waits []shelves.Wait
	At    stock.LocationID // whose figures are explained; 0 for none
	Cell  *cell

	Shares []channelShare // what each channel may sell

	Offers   []*preorder.Offer // by which it may be, or was, pre-ordered
	channels []channels.Channel

	Coming  []purchases.Coming // of purchase orders, the first to come
	Choices []supplier.Choice  // what suppliers offer, for who may see costs
}

// cell is the explanation of one figure's cell.
type cell struct {
	shelves.Explanation
	Numbers map[int64]int64
	Next    int64 // movements go on before this
}

func itemOf(v *shell.Visit, r *store.Reader) (*catalog.Item, error) {
	id, err := catalog.ParseID(v.Path("item"))
	var found []*catalog.Item
	if err == nil {
		found, err = items.ByID(r, []catalog.ID{id})
	} else {
		err = nil
	}
	if err == nil && len(found) == 0 {
		err = fault.New(fault.NotFound, "no_such_item", "there is no such item")
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func load(v *shell.Visit) (*view, error) {
	x := &view{}
	err := v.Read(func(r *store.Reader) error {
		item, err := itemOf(v, r)
		if err != nil {
			return err
		}
		if x.places, err = readPlaces(r); err != nil {
			return err
		}
		if x.Row, err = shelves.Of(r, item); err != nil {
			return err
		}
		if x.Waits, err = shelves.WaitingFor(r, int64(item.ID), waitersSize); err != nil {
			return err
		}
		if err := x.readShares(v, r); err != nil {
			return err
		}
		if err := x.readComing(v, r); err != nil {
			return err
		}
		if err := x.readOffers(v, r); err != nil {
			return err
		}
		x.At, _ = stock.ParseLocationID(v.Query("location"))
		if x.At == 0 || !r.Scope.Sees(int64(x.At)) || x.by[x.At] == nil {
			x.At = 0
			return nil
		}
		x.Cell, err = explained(r, stock.Cell{Item: int64(item.ID), Location: x.At}, before(v))
		return err
	})
	return x, err
}

func before(v *shell.Visit) int64 {
	if n, err := strconv.ParseInt(v.Query("before"), 36, 64); err == nil && n > 0 {
		return n
	}
	return 1<<63 - 1
}

func explained(r *store.Reader, c stock.Cell, before int64) (*cell, error) {
	x := &cell{}
	var err error
	if x.Explanation, err = shelves.Explain(r, c, before, movementsSize+1); err != nil {
		return nil, err
	}
	if len(x.Movements) > movementsSize {
		x.Movements = x.Movements[:movementsSize]
		x.Next = x.Movements[movementsSize-1].ID
	}
	var ids []int64
	for _, claim := range x.Claims {
		ids = append(ids, claim.Order)
	}
	for _, m := range x.Movements {
		if m.RefKind == "ord" {
			ids = append(ids, m.RefID)
		}
	}
	slices.Sort(ids)
	x.Numbers, err = shelves.Numbers(r, slices.Compact(ids))
	return x, err
}

func page(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Page(x.Item.SKU, itemPage(v, x, form{}))
}

// explain shows what the figures of one location are made of, beneath them.
func explain(v *shell.Visit) error {
	x, err := load(v)
	if err == nil && x.Cell == nil {
		err = fault.New(fault.NotFound, "no_such_location", "there is no such location")
	}
	if err != nil {
		return err
	}
	return v.Part(explanation(v, x))
}

func (x *view) path() string { return "/stock/" + x.Item.ID.String() }

// level is that of one location, an empty one where nothing ever lay.
func (x *view) level(at stock.LocationID) stock.Level {
	for _, l := range x.Levels {
		if l.Location == at {
			return l
		}
	}
	return stock.Level{Cell: stock.Cell{Item: int64(x.Item.ID), Location: at}}
}

func (x *view) q(v *shell.Visit, n int64) string { return v.Quantity(n, x.Item.Scale) }

// unit is what quantities count, left out where it is pieces.
func (x *view) unit() string {
	if x.Item.Unit == "pcs" {
		return ""
	}
	return x.Item.Unit
}

// opens has a link show its explanation beneath the figures, without leaving.
func (x *view) opens(at stock.LocationID) templ.Attributes {
	return templ.Attributes{
		"hx-get": x.path() + "/explain?location=" + at.String(), "hx-target": "#explanation", "hx-swap": "innerHTML", "hx-boost": "false",
		"hx-push-url": x.path() + "?location=" + at.String(),
	}
}

// older is the address of the movements before those that are shown.
func (x *view) older() string {
	if x.Cell.Next == 0 {
		return ""
	}
	return x.path() + "/explain?location=" + x.At.String() + "&before=" + strconv.FormatInt(x.Cell.Next, 36)
}

// first is the location that a form begins with: the one looked at, else the
// first that holds something.
func (x *view) first(v *shell.Visit) string {
	for _, name := range [...]string{"location", "from"} {
		if at := v.Form(name); at != "" {
			return at
		}
	}
	if x.At != 0 {
		return x.At.String()
	}
	for _, l := range x.Levels {
		if l.OnHand > 0 {
			return l.Location.String()
		}
	}
	return ""
}

// plain is a quantity as forms take it.
func (x *view) plain(n int64) string {
	text := strconv.FormatInt(n, 10)
	if x.Item.Scale == 0 {
		return text
	}
	for len(text) <= x.Item.Scale {
		text = "0" + text
	}
	cut := len(text) - x.Item.Scale
	whole, part := text[:cut], text[cut:]
	for len(part) > 0 && part[len(part)-1] == '0' {
		part = part[:len(part)-1]
	}
	if part == "" {
		return whole
	}
	return whole + "." + part
}
