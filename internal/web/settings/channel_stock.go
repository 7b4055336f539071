package settings

import (
	"net/url"
	"strconv"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/selling"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/items"
	sells "orderly/internal/store/selling"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// maxShown is how many buffers of single items the page lists; the API lists all.
const maxShown = 200

// leaving is what a channel leaves to others, as its page shows it.
type leaving struct {
	channels.Channel
	places  []*stock.Location
	from    map[stock.LocationID]bool
	all     *int64           // of every item, everywhere
	buffers []selling.Buffer // the others
	more    bool
	skus    map[int64]string
	Form    string // that was refused
	Faults  shell.Faults
}

func readLeaving(v *shell.Visit, code string) (*leaving, error) {
	x := &leaving{from: map[stock.LocationID]bool{}}
	var err error
	if x.places, err = places(v); err != nil {
		return nil, err
	}
	err = v.Read(func(r *store.Reader) (err error) {
		if x.Channel, err = channels.ByCode(r, code); err != nil {
			return err
		}
		at, err := sells.Places(r, code)
		if err != nil {
			return err
		}
		for _, id := range at {
			x.from[id] = true
		}
		list, err := sells.Buffers(r, code, stock.Cell{Item: -1}, maxShown+2)
		if err != nil {
			return err
		}
		var ids []int64
		for _, b := range list {
			if b.Cell == (stock.Cell{}) {
				x.all = &b.Units
				continue
			}
			x.buffers = append(x.buffers, b)
			ids = append(ids, b.Item)
		}
		if x.more = len(x.buffers) > maxShown; x.more {
			x.buffers = x.buffers[:maxShown]
		}
		x.skus, err = items.SKUs(r, ids)
		return err
	})
	return x, err
}

func (x *leaving) path() string { return "/settings/channels/stock?code=" + url.QueryEscape(x.Code) }

func (x *leaving) place(id stock.LocationID) string {
	for _, l := range x.places {
		if l.ID == id {
			return l.Name
		}
	}
	return ""
}

func (x *leaving) fault(form, field string) string {
	if x.Form != form {
		return ""
	}
	return x.Faults["lines/0/"+field]
}

func (x *leaving) options(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Label: v.T("selling.everywhere")}}
	for _, l := range x.places {
		out = append(out, ui.Option{Value: l.ID.String(), Label: l.Code + " · " + l.Name})
	}
	return out
}

func leavingPage(v *shell.Visit) error {
	code := v.Query("code")
	if code == "" {
		return v.Go("/settings/channels")
	}
	x, err := readLeaving(v, code)
	if err != nil {
		return err
	}
	return v.Page(x.Label, leavingView(v, x))
}

func saveFrom(v *shell.Visit) error {
	var at []stock.LocationID
	for _, text := range v.R.PostForm["place"] {
		if id, err := stock.ParseLocationID(text); err == nil {
			at = append(at, id)
		}
	}
	was, err := readLeaving(v, v.Form("code"))
	if err != nil {
		return err
	}
	for id := range was.from { // what the visitor does not see stays
		if !v.Scope.Sees(int64(id)) {
			at = append(at, id)
		}
	}
	_, err = shell.Do(v, admin.SetPlaces, admin.PlacesCommand{Channel: v.Form("code"), Locations: at})
	return left(v, "places", err)
}

// saveBuffer sets one buffer, or takes it away where no number is given.
func saveBuffer(v *shell.Visit) error {
	var faults fault.List
	line := selling.Line{SKU: v.Form("sku")}
	if text := v.Form("location"); text != "" {
		id, err := stock.ParseLocationID(text)
		if err != nil {
			faults.Add("/lines/0/location", "unknown_location", "%s", v.T("selling.buffer_location"))
		}
		line.Location = id
	}
	if text := v.Form("units"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			faults.Add("/lines/0/units", "invalid_number", "%s", v.T("shell.not_a_number"))
		}
		line.Units = &n
	}
	err := faults.Err()
	if err == nil {
		_, err = shell.Do(v, admin.SetBuffers, admin.BuffersCommand{Channel: v.Form("code"), Lines: []selling.Line{line}})
	}
	return left(v, v.Form("which"), err)
}

func left(v *shell.Visit, form string, err error) error {
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/channels/stock?code=" + url.QueryEscape(v.Form("code")))
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x, bad := readLeaving(v, v.Form("code"))
	if bad != nil {
		return bad
	}
	x.Form, x.Faults = form, faults
	return v.Again(x.Label, leavingView(v, x))
}

func unitsText(n *int64) string {
	if n == nil {
		return ""
	}
	return strconv.FormatInt(*n, 10)
}

// typedIn is what was typed into a form that was refused.
func (x *leaving) typedIn(v *shell.Visit, form, field, otherwise string) string {
	if x.Form == form {
		return v.Form(field)
	}
	return otherwise
}
