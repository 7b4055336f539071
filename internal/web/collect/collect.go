// Package collect is the room of the counter where customers come for their
// orders: what is to be put on a shelf, what waits on one, and handing it over.
//
// What belongs here: the list of a place, finding by code, number or name, and
// the page of one pickup. What does not: the rules (desk/collect decides), and
// selling over the counter (counter).
//
// Codes come in forms and never stand in an address.
package collect

import (
	"slices"
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/delivery"
	desk "orderly/internal/desk/collect"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/pickup"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/locations"
	"orderly/internal/store/methods"
	"orderly/internal/store/orders"
	"orderly/internal/store/pickups"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// Routes of the room.
func Routes() []shell.Route {
	see, work := access.FulfillmentRead, desk.Permission
	return []shell.Route{
		{Method: "GET", Path: "/collect", Needs: see, Do: list},
		{Method: "POST", Path: "/collect/find", Needs: work, Do: find},
		{Method: "GET", Path: "/collect/{id}", Needs: see, Do: show},
		{Method: "POST", Path: "/collect/{id}/shelve", Needs: work, Do: shelve},
		{Method: "POST", Path: "/collect/{id}/give", Needs: work, Do: give},
		{Method: "POST", Path: "/collect/{id}/extend", Needs: work, Do: extend},
		{Method: "POST", Path: "/collect/{id}/back", Needs: work, Do: back},
	}
}

const (
	shown   = 200                 // rows of each list
	looked  = 1000                // pickups that a name is looked for among
	lately  = 30 * 24 * time.Hour // of figures
	extends = 7                   // days that are offered
)

// counter is the page of a place.
type counter struct {
	Places  []*stock.Location // where orders are collected
	Place   *stock.Location   // nil when there is none
	Shelves []string
	Packed  []pickups.Row
	Lying   []pickups.Row
	More    bool
	Figures pickups.Figures
	Asked   string // what was looked for
	Found   []pickups.Row
	Fault   string
}

func list(v *shell.Visit) error {
	c, err := read(v, v.Query("at"))
	if err != nil {
		return err
	}
	return v.Page(v.T("collect.title"), listPage(v, c))
}

// read reads a place: the one that is named, or the first.
func read(v *shell.Visit, at string) (c counter, err error) {
	err = v.Read(func(r *store.Reader) error {
		c = counter{}
		codes, err := c.places(r, at)
		if err != nil || c.Place == nil {
			return err
		}
		list, err := pickups.ToShelve(r, c.Place.ID, codes, shown)
		if err == nil {
			c.Packed, err = pickups.Rows(r, list)
		}
		if err != nil {
			return err
		}
		if list, err = pickups.Lying(r, c.Place.ID, pickups.After{}, shown+1); err != nil {
			return err
		}
		c.More = len(list) > shown
		if c.Lying, err = pickups.Rows(r, list[:min(shown, len(list))]); err != nil {
			return err
		}
		c.Figures, err = pickups.FiguresOf(r, c.Place.ID, v.Now().Add(-lately).UnixMicro())
		return err
	})
	return c, err
}

// places finds where orders are collected, and by which methods at the one that
// is looked at.
func (c *counter) places(r *store.Reader, at string) (codes []string, err error) {
	all, err := locations.All(r)
	if err != nil {
		return nil, err
	}
	ways, err := methods.All(r)
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		here := slices.ContainsFunc(ways, func(m *delivery.Method) bool { return m.Kind == delivery.Collect && m.SentFrom(l.ID) })
		if here && r.Scope.Sees(int64(l.ID)) {
			c.Places = append(c.Places, l)
			if c.Place == nil || l.ID.String() == at {
				c.Place = l
			}
		}
	}
	for _, m := range ways {
		if c.Place != nil && m.Kind == delivery.Collect && m.SentFrom(c.Place.ID) {
			codes = append(codes, m.Code)
			c.Shelves = append(c.Shelves, m.Shelves...)
		}
	}
	slices.Sort(c.Shelves)
	c.Shelves = slices.Compact(c.Shelves)
	return codes, nil
}

// find looks for a code, the number of an order, or a name. A code that opens
// one pickup leads to it and is kept in its form.
func find(v *shell.Visit) error {
	c, err := read(v, v.Form("at"))
	if err != nil {
		return err
	}
	c.Asked = v.Form("q")
	code := ""
	if c.Place != nil && c.Asked != "" {
		if c.Found, code, err = c.find(v); err != nil {
			f, ok := shell.FaultsOf(err)
			if !ok {
				return err
			}
			c.Fault = f[""]
		}
	}
	if len(c.Found) == 1 {
		x, err := load(v, c.Found[0].Fulfillment)
		if err != nil {
			return err
		}
		x.Code = code
		return v.Page(x.title(v), cardPage(v, x))
	}
	if len(c.Found) == 0 {
		return v.Again(v.T("collect.title"), listPage(v, c))
	}
	return v.Page(v.T("collect.title"), listPage(v, c))
}

func (c *counter) find(v *shell.Visit) (rows []pickups.Row, code string, err error) {
	number, bad := strconv.ParseInt(strings.TrimPrefix(c.Asked, "#"), 10, 64)
	if bad == nil {
		if rows, err = c.lying(v, func(x pickups.Row) bool { return x.Number == number }); err != nil || len(rows) > 0 {
			return rows, "", err
		}
	}
	if pickup.Looks(c.Asked) {
		list, err := desk.Find(v.Context(), v.Desk(), v.Scope, c.Place.ID, c.Asked)
		if err != nil || len(list) > 0 {
			return c.rows(v, list), c.Asked, err
		}
	}
	name := strings.ToLower(c.Asked)
	rows, err = c.lying(v, func(x pickups.Row) bool { return strings.Contains(strings.ToLower(x.Name), name) })
	return rows, "", err
}

func (c *counter) rows(v *shell.Visit, list []*pickup.Pickup) (rows []pickups.Row) {
	err := v.Read(func(r *store.Reader) (err error) { rows, err = pickups.Rows(r, list); return err })
	if err != nil {
		v.Log("names of pickups", err)
	}
	return rows
}

// lying are those on the shelves of the place that fit, among the first.
func (c *counter) lying(v *shell.Visit, fits func(pickups.Row) bool) (out []pickups.Row, err error) {
	err = v.Read(func(r *store.Reader) error {
		list, err := pickups.Lying(r, c.Place.ID, pickups.After{}, looked)
		if err != nil {
			return err
		}
		rows, err := pickups.Rows(r, list)
		out = slices.DeleteFunc(rows, func(x pickups.Row) bool { return !fits(x) })
		return err
	})
	return out, err
}

// card is the page of one pickup.
type card struct {
	pickups.Row
	Order  *order.Order
	Lines  []fulfillment.Line
	Code   string // as it was typed or scanned
	Name   string
	Faults shell.Faults
}

func (x *card) title(v *shell.Visit) string {
	return v.T("collect.of", "number", strconv.FormatInt(x.Number, 10))
}

func load(v *shell.Visit, id fulfillment.ID) (*card, error) {
	x := &card{}
	err := v.Read(func(r *store.Reader) error {
		list, err := pickups.Load(r, []fulfillment.ID{id})
		if err == nil && (len(list) == 0 || !r.Scope.Sees(int64(list[0].Location))) {
			err = fault.New(fault.NotFound, "no_such_pickup", "fulfillment %s never lay on a shelf for its customer", id)
		}
		if err != nil {
			return err
		}
		rows, err := pickups.Rows(r, list)
		if err != nil {
			return err
		}
		x.Row = rows[0]
		if x.Order, err = orders.Get(r, x.Pickup.Order); err != nil {
			return err
		}
		found, err := fulfillments.Load(r, []fulfillment.ID{id})
		if err == nil && len(found) > 0 {
			x.Lines = found[0].Lines
		}
		return err
	})
	return x, err
}

func ful(v *shell.Visit) (fulfillment.ID, error) {
	id, err := fulfillment.ParseID(v.Path("id"))
	if err != nil {
		return 0, fault.New(fault.NotFound, "no_such_fulfillment", "there is no fulfillment %.60q", v.Path("id"))
	}
	return id, nil
}

func show(v *shell.Visit) error {
	id, err := ful(v)
	if err != nil {
		return err
	}
	x, err := load(v, id)
	if err != nil {
		return err
	}
	return v.Page(x.title(v), cardPage(v, x))
}

// shelve puts something on a shelf, from the list of the place.
func shelve(v *shell.Visit) error {
	id, err := ful(v)
	if err != nil {
		return err
	}
	if _, err = shell.Do(v, desk.Shelve, desk.ShelveCommand{Fulfillment: id, Shelf: v.Form("shelf")}); err == nil {
		v.Toast(v.T("collect.shelved"))
		return v.Go("/collect?at=" + v.Form("at"))
	}
	f, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	c, err := read(v, v.Form("at"))
	if err != nil {
		return err
	}
	c.Fault = first(f, "shelf")
	return v.Again(v.T("collect.title"), listPage(v, c))
}

func first(f shell.Faults, name string) string {
	if f[name] != "" {
		return f[name]
	}
	return f[""]
}

// give hands it over.
func give(v *shell.Visit) error {
	id, err := ful(v)
	if err != nil {
		return err
	}
	x, err := load(v, id)
	if err != nil {
		return err
	}
	cmd := desk.HandOverCommand{Fulfillment: id, Proof: pickup.Proof{Code: v.Form("code"), Name: v.Form("received_by")}}
	if cmd.Proof.Code == "" {
		cmd.Proof.Document, cmd.Proof.Reason = v.Form("document"), v.Form("reason")
	}
	var faults fault.List
	for i := range x.Lines {
		n := strconv.Itoa(x.Lines[i].Order)
		if v.Form("refused-"+n) == "" {
			continue
		}
		if q := v.FormInt("refused-"+n, &faults); q > 0 {
			cmd.Refused = append(cmd.Refused, fulfillment.Part{Line: x.Lines[i].Order, Quantity: q})
		}
	}
	err = faults.Err()
	if err == nil {
		r, bad := shell.Do(v, desk.HandOver, cmd)
		if err = bad; err == nil {
			err = desk.Refusal(r)
		}
	}
	if err != nil {
		x.Name = cmd.Proof.Name
		return x.told(v, err)
	}
	v.Toast(v.T("collect.given"))
	return v.Go("/collect?at=" + x.Location.String())
}

// told shows the page again with what was wrong.
func (x *card) told(v *shell.Visit, err error) error {
	f, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	fresh, err := load(v, x.Fulfillment)
	if err != nil {
		return err
	}
	fresh.Name, fresh.Faults = x.Name, f
	return v.Again(fresh.title(v), cardPage(v, fresh))
}

func extend(v *shell.Visit) error {
	return act(v, func(id fulfillment.ID) error {
		var faults fault.List
		days := v.FormInt("days", &faults)
		if err := faults.Err(); err != nil {
			return err
		}
		_, err := shell.Do(v, desk.Extend, desk.ExtendCommand{Fulfillment: id, Days: int(min(max(days, -1), 1<<20))})
		return err
	}, "collect.extended")
}

func back(v *shell.Visit) error {
	return act(v, func(id fulfillment.ID) error {
		_, err := shell.Do(v, desk.TakeBack, desk.Act{Fulfillment: id})
		return err
	}, "collect.taken_back")
}

func act(v *shell.Visit, do func(fulfillment.ID) error, said string) error {
	id, err := ful(v)
	if err != nil {
		return err
	}
	x, err := load(v, id)
	if err != nil {
		return err
	}
	if err := do(id); err != nil {
		return x.told(v, err)
	}
	v.Toast(v.T(said))
	return v.Go("/collect/" + id.String())
}

// hours says a span in words.
func hours(v *shell.Visit, micros int64) string {
	return v.T("collect.hours", "n", micros/time.Hour.Microseconds())
}

func tone(state string) ui.Tone {
	switch state {
	case pickup.Ready:
		return ui.Accent
	case pickup.Expired:
		return ui.Warn
	case pickup.Collected:
		return ui.Good
	}
	return ui.Quiet
}

func choices(v *shell.Visit, word string, values []string) []ui.Option {
	out := make([]ui.Option, len(values))
	for i, x := range values {
		out[i] = ui.Option{Value: x, Label: v.T("collect." + word + "." + x)}
	}
	return out
}

func shelfOptions(names []string) []ui.Option {
	out := make([]ui.Option, len(names))
	for i, n := range names {
		out[i] = ui.Option{Value: n, Label: n}
	}
	return out
}

func (x *card) line(n int) *order.Line { return x.Order.Line(n) }
