package floor

import (
	"net/http"
	"slices"
	"strconv"
	"strings"

	deskfloor "orderly/internal/desk/floor"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

// shown is how many parcels of each kind the screen lists; the hand-over list
// has them all.
const shown = 100

// leaving is what is ready to leave, and what has left today.
type leaving struct {
	here
	Ready, Left []parcelRow
	More        bool
	Key         string
}

type parcelRow struct {
	*fulfillment.Parcel
	Number int64
	To     string
}

func toShip(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	l := leaving{Key: v.NewKey()}
	err = v.Read(func(r *store.Reader) (err error) {
		if l.here, err = readHere(r, at, v.Now().UnixMicro()); err != nil {
			return err
		}
		ready, left, err := walk.Leaving(r, at, l.Zone, v.Now().UnixMicro(), shown+1)
		if err != nil {
			return err
		}
		l.More = len(ready) > shown
		l.Ready, err = parcelRows(r, ready[:min(shown, len(ready))])
		if err == nil {
			l.Left, err = parcelRows(r, left[:min(shown, len(left))])
		}
		return err
	})
	if err != nil {
		return err
	}
	return v.Page(v.T("floor.ship"), shipPage(v, l))
}

func parcelRows(r *store.Reader, list []*fulfillment.Parcel) ([]parcelRow, error) {
	ids := make([]order.ID, len(list))
	for i, p := range list {
		ids[i] = p.Order
	}
	found, err := orders.Load(r, ids, orders.Parts{Party: true})
	out := make([]parcelRow, 0, len(list))
	for _, p := range list {
		row := parcelRow{Parcel: p}
		if o := found[p.Order]; o != nil {
			row.Number, row.To = o.Number, strings.TrimSpace(o.Party.ShipTo.PostalCode+" "+o.Party.ShipTo.City)
		}
		out = append(out, row)
	}
	return out, err
}

// parcelCode is what the script knows of a parcel.
type parcelCode struct {
	ID    string   `json:"id"`
	Name  string   `json:"name"`
	Left  bool     `json:"left"`
	Codes []string `json:"codes"`
}

// script is the parcels of the page for its script.
func (l *leaving) script() string {
	out := []parcelCode{}
	for _, list := range [][]parcelRow{l.Ready, l.Left} {
		for _, p := range list {
			codes := []string{p.ID.String(), p.Fulfillment.String()}
			if p.Tracking != "" {
				codes = append(codes, p.Tracking)
			}
			out = append(out, parcelCode{ID: p.ID.String(), Name: "#" + strconv.FormatInt(p.Number, 10), Left: p.Status != "packed", Codes: codes})
		}
	}
	return asJSON(out)
}

// shipScan ships the parcel behind a scan, or takes it back into the building.
func shipScan(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	act, done := "ship", "floor.shipped"
	if v.Form("back") != "" {
		act, done = "unship", "floor.unshipped"
	}
	id, err := scannedParcel(v, at, v.Form("code"), act)
	if err == nil {
		_, err = shell.Do(v, deskfloor.Parcel, deskfloor.ParcelCommand{Parcel: id, Act: act})
	}
	if !wantsJSON(v) {
		return back(v, err, v.T(done), "/floor/ship")
	}
	if f, ok := shell.FaultsOf(err); err != nil && ok {
		return answerJSON(v, http.StatusConflict, scanned{Text: sentence(f)})
	}
	if err != nil {
		return err
	}
	return answerJSON(v, http.StatusOK, scanned{OK: true, Done: true})
}

// scannedParcel finds the parcel of a place by its id, its tracking number, or
// its fulfillment when that has one parcel alone. One that has been moved on by
// the act already is given too, so that the act itself says so, or knows the
// scan again.
func scannedParcel(v *shell.Visit, at stock.LocationID, code, act string) (fulfillment.ParcelID, error) {
	if id, err := fulfillment.ParseParcelID(strings.ToLower(code)); err == nil {
		return id, nil
	}
	var found []*fulfillment.Parcel
	err := v.Read(func(r *store.Reader) error {
		h, err := readHere(r, at, v.Now().UnixMicro())
		if err != nil {
			return err
		}
		ready, left, err := walk.Leaving(r, at, h.Zone, v.Now().UnixMicro(), walk.MaxLeaving)
		first, second := ready, left
		if act == "unship" {
			first, second = left, ready
		}
		for _, list := range [][]*fulfillment.Parcel{first, second} {
			for _, p := range list {
				if len(found) < 2 && (p.Tracking == code || p.Fulfillment.String() == strings.ToLower(code)) {
					found = append(found, p)
				}
			}
			if len(found) > 0 {
				break
			}
		}
		return err
	})
	switch {
	case err != nil:
		return 0, err
	case len(found) == 0:
		return 0, fault.New(fault.NotFound, "no_such_parcel", "%s", v.T("floor.ship_unknown", "code", code))
	case len(found) > 1:
		return 0, fault.New(fault.Conflict, "many_parcels", "%s", v.T("floor.ship_many", "code", code))
	}
	return found[0].ID, nil
}

// carriers are the carriers of the parcels that are ready, for one hand-over
// list each.
func (l *leaving) carriers() []string {
	var out []string
	for _, list := range [][]parcelRow{l.Ready, l.Left} {
		for _, p := range list {
			if p.Carrier != "" && !slices.Contains(out, p.Carrier) {
				out = append(out, p.Carrier)
			}
		}
	}
	slices.Sort(out)
	return out
}
