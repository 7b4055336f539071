// Package floor is the room of the warehouse: pick, pack, ship, receive, count
// and transfer, scan first.
//
// What belongs here: screens with big targets for a phone or a tablet beside
// the shelf, and the same queues as dense tables for a desk. What does not: any
// rule of the work (desk/floor decides), reading it (walk), and how papers look.
//
// Every act works by forms alone. The script floor.js listens to a scanner,
// which types, resolves a scan against what the page says is needed, and sends
// it under an id of its own: what a lost connection held back is sent in order
// when it is there again, and counts once.
package floor

import (
	"net/http"
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/counters"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/locations"
	"orderly/internal/store/putaways"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
)

// Routes of the room.
func Routes() []shell.Route {
	see, work, move := access.FulfillmentRead, access.FulfillmentWrite, access.StockWrite
	return []shell.Route{
		{Method: "GET", Path: "/floor", Needs: see, Do: station},
		{Method: "POST", Path: "/floor/place", Needs: see, Do: choosePlace},
		{Method: "GET", Path: "/floor/find", Needs: see, Do: find},
		{Method: "GET", Path: "/floor/pick", Needs: see, Do: toPick},
		{Method: "GET", Path: "/floor/pick/{id}", Needs: see, Do: pickPage},
		{Method: "POST", Path: "/floor/pick/{id}/scan", Needs: work, Do: pickScan},
		{Method: "POST", Path: "/floor/pick/{id}/short", Needs: work, Do: shortPick},
		{Method: "POST", Path: "/floor/pick/{id}/act", Needs: work, Do: pickAct},
		{Method: "GET", Path: "/floor/pack", Needs: see, Do: toPack},
		{Method: "GET", Path: "/floor/pack/{id}", Needs: see, Do: packPage},
		{Method: "POST", Path: "/floor/pack/{id}", Needs: work, Do: pack},
		{Method: "GET", Path: "/floor/ship", Needs: see, Do: toShip},
		{Method: "POST", Path: "/floor/ship", Needs: work, Do: shipScan},
		{Method: "POST", Path: "/floor/parcel/{id}", Needs: work, Do: moveParcel},
		{Method: "GET", Path: "/floor/receive", Needs: move, Do: receiving.page},
		{Method: "POST", Path: "/floor/receive", Needs: move, Do: receiving.post},
		{Method: "POST", Path: "/floor/receive/{id}/reverse", Needs: move, Do: reverseReceipt},
		{Method: "GET", Path: "/floor/put-away", Needs: move, Do: toPutAway},
		{Method: "POST", Path: "/floor/put-away", Needs: move, Do: putAway},
		{Method: "GET", Path: "/floor/count", Needs: move, Do: counting.page},
		{Method: "POST", Path: "/floor/count", Needs: move, Do: counting.post},
		{Method: "GET", Path: "/floor/transfer", Needs: move, Do: transferring.page},
		{Method: "POST", Path: "/floor/transfer", Needs: move, Do: transferring.post},
		{Method: "GET", Path: "/floor/queue", Needs: see, Do: queue},
		{Method: "POST", Path: "/floor/queue", Needs: work, Do: queueAct},
		{Method: "GET", Path: "/floor/paper/pick.pdf", Needs: see, Do: pickListPaper},
		{Method: "GET", Path: "/floor/paper/slip.pdf", Needs: see, Do: slipPaper},
		{Method: "GET", Path: "/floor/paper/label.pdf", Needs: see, Do: labelPaper},
		{Method: "GET", Path: "/floor/paper/handover.pdf", Needs: see, Do: handoverPaper},
	}
}

// placeCookie remembers at which location somebody works on this device.
const placeCookie = "orderly_floor"

// listed is how many pieces of work a list shows.
const listed = 50

// place is the location that the visitor works at. ok is false when none was
// chosen yet, or it is gone; the visitor was then sent to choose.
func place(v *shell.Visit) (at stock.LocationID, ok bool, err error) {
	if at, ok = chosen(v); ok {
		return at, true, nil
	}
	return 0, false, v.Go("/floor?choose=1")
}

func chosen(v *shell.Visit) (stock.LocationID, bool) {
	if at, err := stock.ParseLocationID(v.Query("at")); err == nil && v.Scope.Sees(int64(at)) && v.R.Method == http.MethodGet {
		keepPlace(v, at) // a link from a day over several places
		return at, true
	}
	c, err := v.R.Cookie(placeName(v))
	if err != nil {
		return 0, false
	}
	at, err := stock.ParseLocationID(c.Value)
	return at, err == nil && v.Scope.Sees(int64(at))
}

// placeName is the cookie of the merchant at which the visitor works: each has
// its own place.
func placeName(v *shell.Visit) string {
	if v.Scope.Merchant == admin.Main {
		return placeCookie
	}
	return placeCookie + "_" + strconv.FormatInt(v.Scope.Merchant, 10)
}

func keepPlace(v *shell.Visit, at stock.LocationID) {
	http.SetCookie(v.W, &http.Cookie{Name: placeName(v), Value: at.String(), Path: "/floor", MaxAge: 365 * 24 * 3600, HttpOnly: true, Secure: v.Secure(), SameSite: http.SameSiteLaxMode})
}

// here is what every screen says of the place.
type here struct {
	Place *stock.Location
	Zone  *time.Location
	Count map[string]int64 // of the place's queues: to_release, to_pick …

	Carrier  string // who fetches parcels next, "" when nobody is known to
	LeavesAt int64
}

func readHere(r *store.Reader, at stock.LocationID, now int64) (h here, err error) {
	if h.Place, h.Zone, err = walk.Place(r, at); err != nil {
		return h, err
	}
	all, err := counters.All(r)
	h.Count = map[string]int64{}
	for _, word := range []string{"to_release", "to_pick", "to_pack", "to_ship"} {
		h.Count[word] = all["fulfillments/"+word+"/"+at.String()]
	}
	if p, at, ok := h.Place.NextPickup(time.UnixMicro(now).In(h.Zone)); ok {
		h.Carrier, h.LeavesAt = p.Carrier, at.UnixMicro()
	}
	return h, err
}

// home is the station's page: what there is to do here.
type home struct {
	here
	Places []*stock.Location // to choose from; nil when one is chosen
	Next   []*walk.Work      // the most urgent that is released
	Door   int64             // tasks of putting away
}

func station(v *shell.Visit) error {
	at, ok := chosen(v)
	var h home
	err := v.Read(func(r *store.Reader) (err error) {
		if ok && v.Query("choose") == "" {
			if h.here, err = readHere(r, at, v.Now().UnixMicro()); err == nil {
				h.Next, err = workIn(r, at, 3, fulfillment.Released, fulfillment.Picking)
			}
			if err == nil {
				h.Door, err = putaways.Count(r, at)
			}
			if fault.KindOf(err) != fault.NotFound || err == nil {
				return err
			}
		}
		h.Places, err = placesOf(r)
		return err
	})
	if err != nil {
		return err
	}
	if h.Places != nil {
		return v.Page(v.T("floor.title"), choosePage(v, h.Places))
	}
	return v.Page(v.T("floor.title"), stationPage(v, h))
}

// placesOf are the locations that the visitor may work at.
func placesOf(r *store.Reader) ([]*stock.Location, error) {
	all, err := locations.All(r)
	out := []*stock.Location{}
	for _, l := range all {
		if l.Active && r.Scope.Sees(int64(l.ID)) {
			out = append(out, l)
		}
	}
	return out, err
}

func choosePlace(v *shell.Visit) error {
	at, err := stock.ParseLocationID(v.Form("place"))
	if err == nil {
		err = v.Read(func(r *store.Reader) error { _, _, err := walk.Place(r, at); return err })
	}
	if err != nil {
		return fault.New(fault.NotFound, "no_such_location", "there is no such location")
	}
	keepPlace(v, at)
	return v.Go("/floor")
}

// workIn reads the most urgent work of a place in some statuses.
func workIn(r *store.Reader, at stock.LocationID, n int, status ...string) ([]*walk.Work, error) {
	list, err := fulfillments.Due(r, at, status, n)
	if err != nil {
		return nil, err
	}
	return walk.Of(r, list, walk.Parts{Items: true})
}

// find leads to what was scanned: a fulfillment, a parcel, or an order's number.
func find(v *shell.Visit) error {
	at, ok, err := place(v)
	if !ok || err != nil {
		return err
	}
	code := v.Query("code")
	var to string
	err = v.Read(func(r *store.Reader) (err error) {
		to, err = addressOf(r, at, code)
		return err
	})
	if err != nil {
		return err
	}
	if to == "" {
		v.Warn(v.T("floor.not_found", "code", code))
		to = "/floor"
	}
	return v.Go(to)
}

// addressOf finds the page of what a code stands for, "" when nothing here has it.
func addressOf(r *store.Reader, at stock.LocationID, code string) (string, error) {
	if id, err := fulfillment.ParseID(strings.ToLower(code)); err == nil {
		list, err := fulfillments.Load(r, []fulfillment.ID{id})
		if err != nil || len(list) == 0 || !r.Scope.Sees(int64(list[0].Location)) {
			return "", err
		}
		return pageOf(list[0]), nil
	}
	if id, err := fulfillment.ParseParcelID(strings.ToLower(code)); err == nil {
		list, err := fulfillments.Parcels(r, []fulfillment.ParcelID{id})
		if err != nil || len(list) == 0 || !r.Scope.Sees(int64(list[0].Location)) {
			return "", err
		}
		return "/floor/pack/" + list[0].Fulfillment.String(), nil
	}
	number, err := strconv.ParseInt(strings.TrimPrefix(code, "#"), 10, 64)
	if err != nil {
		return "", nil
	}
	list, err := fulfillments.OfNumber(r, number)
	if err != nil {
		return "", err
	}
	best := ""
	for _, f := range list { // the one that is here and still to be worked
		if f.Location == at && f.Queue() != "" {
			return pageOf(f), nil
		}
		if f.Location == at {
			best = pageOf(f)
		}
	}
	return best, nil
}

// pageOf is where a fulfillment is worked on next.
func pageOf(f *fulfillment.Fulfillment) string {
	switch f.WorkStatus {
	case fulfillment.Pending, fulfillment.Released, fulfillment.Picking:
		return "/floor/pick/" + f.ID.String()
	}
	return "/floor/pack/" + f.ID.String()
}

// fulfillmentOf reads the id in the address.
func fulfillmentOf(v *shell.Visit) (fulfillment.ID, error) {
	id, err := fulfillment.ParseID(v.Path("id"))
	if err != nil {
		return 0, fault.New(fault.NotFound, "no_such_fulfillment", "there is no such fulfillment")
	}
	return id, nil
}

// wantsJSON reports whether the page's script asks rather than a form.
func wantsJSON(v *shell.Visit) bool { return v.R.Header.Get("Accept") == "application/json" }
