package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/figures"
	kept "orderly/internal/store/worked"
	counted "orderly/internal/worked"
)

// workedRoutes count what was done for a merchant, as a 3PL bills it.
func (a *api) workedRoutes() {
	add(a, route{method: "GET", path: "/v1/work-counts", id: "workCounts", summary: "Count what was done in a month, place by place", needs: access.StockRead,
		text: "At the merchant's own locations that the key sees; the key needs `orders:read` too. From what is booked: parcels that left, units taken in and returned, what lay there at the end of each day that has ended. Days are those of the shop's zone. " +
			"An order that left two places is one in `total`."}, a.workCounts)
}

type workParams struct {
	Month string `query:"month" required:"true" doc:"A month." example:"2026-11"`
}

// WorkCounts is what was done in a month.
type WorkCounts struct {
	Month       string     `json:"month" example:"2026-11"`
	StoredUntil string     `json:"stored_until" format:"date" doc:"The last day of which storage is counted."`
	Locations   []WorkedAt `json:"locations"`
	Total       WorkDone   `json:"total"`
}

// WorkedAt is what was done at a location.
type WorkedAt struct {
	Location string `json:"location"`
	Code     string `json:"code"`
	WorkDone
}

// WorkDone is how much was done.
type WorkDone struct {
	Orders        int64 `json:"orders" doc:"Of which a fulfillment left for the first time, each once."`
	Fulfillments  int64 `json:"fulfillments" doc:"Of which the first parcel left."`
	Lines         int64 `json:"lines" doc:"Of fulfillments, of which the first unit left."`
	Units         int64 `json:"units" doc:"That left in parcels."`
	Parcels       int64 `json:"parcels" doc:"That left."`
	Receipts      int64 `json:"receipts" doc:"By which goods were taken in."`
	UnitsReceived int64 `json:"units_received" doc:"Less what was taken back as a mistake."`
	Returns       int64 `json:"returns" doc:"That were received."`
	UnitsReturned int64 `json:"units_returned"`
	UnitDays      int64 `json:"unit_days" doc:"Units that lay there at the end of a day, added up over the days."`
}

func (a *api) workCounts(c *call, p *workParams, _ *none) (WorkCounts, error) {
	m, ok := counted.ParseMonth(p.Month)
	if !ok {
		c.faults.Add("month", "invalid_month", "write a month such as 2026-11")
		return WorkCounts{}, c.faults.As(fault.Invalid, "invalid_parameter", "a parameter of the request has a fault")
	}
	got, err := kept.Read(c.ctx, a.desk.DB, c.scope, m)
	out := WorkCounts{Month: m.String(), StoredUntil: figures.DayText(max(got.Until, 20000101)), Locations: []WorkedAt{}, Total: renderWork(got.Total)}
	for _, x := range got.Places {
		out.Locations = append(out.Locations, WorkedAt{Location: x.Location.ID.String(), Code: x.Location.Code, WorkDone: renderWork(x.Count)})
	}
	return out, err
}

func renderWork(c counted.Count) WorkDone { return WorkDone(c) }
