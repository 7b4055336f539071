package httpapi

import (
	"strings"

	"orderly/internal/access"
	"orderly/internal/ident"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/suppliers"
	kept "orderly/internal/store/watch"
	"orderly/internal/watch"
)

// watchRoutes are what goes wrong on its way.
func (a *api) watchRoutes() {
	add(a, route{method: "GET", path: "/v1/watch/parcels", id: "watchParcels", summary: "List labels that were never scanned, and parcels that stand still", needs: access.FulfillmentRead, text: watchParcelsText}, a.watchParcels)
	add(a, route{method: "GET", path: "/v1/watch/lanes", id: "watchLanes", summary: "List lanes that slip against their own past", needs: access.FulfillmentRead, text: watchLanesText}, a.watchLanes)
	add(a, route{method: "GET", path: "/v1/watch/suppliers", id: "watchSuppliers", summary: "List suppliers that slip against their own past", needs: access.PurchasesRead, text: watchSuppliersText}, a.watchSuppliers)
}

const (
	watchParcelsText = "A lane is a location, a carrier and a country. A parcel stands still when it was not scanned for longer than 19 of 20 parcels of its lane were in the last 90 days; where fewer than ten are known, than `still_hours`. " +
		"A page looks at 500 parcels that are under way: it may be short, and only the absence of `next_cursor` is the end."
	watchLanesText     = "The middle of the days from leaving to arriving, of parcels that arrived in the last 14 days and of those in the 90 before: a quarter longer, and by more than 12 hours. At least five and ten parcels are asked for."
	watchSuppliersText = "The middle of the days from sending a purchase order to its last unit, of lines that came in the last 60 days and of those in the year before: a quarter longer, and by more than one day. At least five and ten lines are asked for."

	watchWindow = 500  // parcels that one page looks at
	watchTrips  = 1000 // of a location that say what is usual
	watchMost   = 500  // suppliers
)

// WatchedParcel is a parcel that wants a look.
type WatchedParcel struct {
	Kind     string `json:"kind" enum:"never_scanned,stands_still"`
	Parcel   string `json:"parcel" example:"par_0pmnqh2000400"`
	Order    string `json:"order" example:"ord_0pmnqh2000400"`
	Number   int64  `json:"number" doc:"Of the order."`
	Location string `json:"location" example:"loc_0pmnqh2000400"`
	Carrier  string `json:"carrier"`
	Country  string `json:"country"`
	Tracking string `json:"tracking"`
	Since    string `json:"since" format:"date-time" doc:"The label was made, or it was last scanned."`
	Hours    int64  `json:"hours" doc:"Since then."`
	Limit    int64  `json:"limit_hours"`
	Usual    bool   `json:"usual" doc:"The limit is what is usual on its lane."`
}

type watchQuery struct {
	Cursor string `query:"cursor"`
	Label  int64  `query:"label_hours" default:"24" minimum:"1" maximum:"2160" doc:"How long a label may be without a scan."`
	Still  int64  `query:"still_hours" default:"72" minimum:"1" maximum:"2160" doc:"How long a parcel may stand still on a lane of which nothing is usual."`
}

func (a *api) watchParcels(c *call, p *watchQuery, _ *none) (Page[WatchedParcel], error) {
	text, err := (&Paging{Cursor: p.Cursor}).text()
	if err != nil {
		return Page[WatchedParcel]{}, err
	}
	carrier, tracking, _ := strings.Cut(text, "\n")
	now := a.desk.DB.Now()
	var list []watch.Parcel
	var usual map[watch.Lane]int64
	err = c.read(func(r *store.Reader) (err error) {
		if list, err = kept.Underway(r, kept.After{Carrier: carrier, Tracking: tracking}, watchWindow+1); err != nil || len(list) == 0 {
			return err
		}
		trips, err := tripsOf(r, now-watch.Past)
		usual = watch.Usual(trips, now)
		return err
	})
	next := ""
	if len(list) > watchWindow {
		list = list[:watchWindow]
		last := list[watchWindow-1]
		next = last.Carrier + "\n" + last.Tracking
	}
	limits := watch.Limits{Label: p.Label * watch.Hour, Still: p.Still * watch.Hour}
	var seen []watch.Seen
	for _, x := range list {
		if s, is := watch.Look(x, usual, limits, now); is && c.scope.Sees(x.Location) {
			seen = append(seen, s)
		}
	}
	return pageUntil(seen, func(s watch.Seen) WatchedParcel { return renderWatched(s, now) }, next), err
}

func renderWatched(s watch.Seen, now int64) WatchedParcel {
	return WatchedParcel{
		Kind: s.Kind, Parcel: ident.Text("par", s.ID), Order: ident.Text("ord", s.Order), Number: s.Number, Location: stock.LocationID(s.Location).String(), Carrier: s.Carrier, Country: s.Country,
		Tracking: s.Tracking, Since: instant(s.Since), Hours: (now - s.Since) / watch.Hour, Limit: s.Limit / watch.Hour, Usual: s.Usual,
	}
}

// tripsOf reads trips from every location that the caller sees.
func tripsOf(r *store.Reader, since int64) (out []watch.Trip, err error) {
	all, err := locations.All(r)
	if err != nil {
		return nil, err
	}
	for _, l := range all {
		if !r.Scope.Sees(int64(l.ID)) {
			continue
		}
		trips, err := kept.Trips(r, int64(l.ID), since, watchTrips)
		if err != nil {
			return nil, err
		}
		out = append(out, trips...)
	}
	return out, nil
}

// SlippingLane is a lane that takes longer than it used to.
type SlippingLane struct {
	Location string `json:"location" example:"loc_0pmnqh2000400"`
	Carrier  string `json:"carrier"`
	Country  string `json:"country"`
	Before   int64  `json:"hours_before" doc:"The middle of those before."`
	Now      int64  `json:"hours_now"`
	Past     int    `json:"parcels_before"`
	N        int    `json:"parcels_now"`
}

func (a *api) watchLanes(c *call, _ *none, _ *none) (Page[SlippingLane], error) {
	now := a.desk.DB.Now()
	var trips []watch.Trip
	err := c.read(func(r *store.Reader) (err error) {
		trips, err = tripsOf(r, now-watch.LanesPast)
		return err
	})
	out := Page[SlippingLane]{Data: []SlippingLane{}}
	for _, s := range watch.Lanes(trips, now) {
		out.Data = append(out.Data, SlippingLane{
			Location: stock.LocationID(s.Of.Location).String(), Carrier: s.Of.Carrier, Country: s.Of.Country, Before: s.Before / watch.Hour, Now: s.Now / watch.Hour, Past: s.Past, N: s.N,
		})
	}
	return out, err
}

// SlippingSupplier is a supplier that takes longer than it used to.
type SlippingSupplier struct {
	Supplier string `json:"supplier" example:"sup_0pmnqh2000400"`
	Code     string `json:"code"`
	Before   int64  `json:"days_before" doc:"The middle of those before."`
	Now      int64  `json:"days_now"`
	Past     int    `json:"lines_before"`
	N        int    `json:"lines_now"`
}

func (a *api) watchSuppliers(c *call, _ *none, _ *none) (Page[SlippingSupplier], error) {
	now := a.desk.DB.Now()
	codes := map[int64]string{}
	var list []watch.Took[int64]
	err := c.read(func(r *store.Reader) error {
		all, err := suppliers.Page(r, false, "", watchMost)
		if err != nil {
			return err
		}
		var ids []int64
		for _, s := range all {
			ids, codes[int64(s.ID)] = append(ids, int64(s.ID)), s.Code
		}
		list, err = kept.Leads(r, ids, now-watch.SellersPast)
		return err
	})
	out := Page[SlippingSupplier]{Data: []SlippingSupplier{}}
	for _, s := range watch.Sellers(list, now) {
		out.Data = append(out.Data, SlippingSupplier{Supplier: ident.Text("sup", s.Of), Code: codes[s.Of], Before: s.Before, Now: s.Now, Past: s.Past, N: s.N})
	}
	return out, err
}
