package httpapi

import (
	"time"

	"orderly/internal/access"
	"orderly/internal/replay"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
)

func (a *api) replayRoutes() {
	add(a, route{method: "POST", path: "/v1/sourcing-profiles/{id}/replay", id: "replaySourcing", summary: "Send past orders through a version, against what was done", needs: access.OrdersRead, whole: true, text: replaySourcingText}, a.replay)
}

// maxReplayDays bounds what one request replays; the command has no such bound.
const maxReplayDays = 92

const replaySourcingText = "Changes nothing. Stock begins as it was; goods that came, were counted or lost come again at the same moment. Figures of both ways count each order as it was decided when it was placed: what was done with it later is not counted on either side. At most 92 days and 200,000 orders; `orderly replay` does longer times."

// ReplayRequest says which orders go through the version.
type ReplayRequest struct {
	From string `json:"from" format:"date-time" doc:"The first instant." example:"2026-11-01T00:00:00Z"`
	To   string `json:"to,omitempty" format:"date-time" doc:"The first after it; now when left out."`
	Seed int64  `json:"seed,omitempty" doc:"Draws the orders that are listed where more have moved than a report lists."`
}

// Replay is what a replay finds.
type Replay struct {
	Profile  string        `json:"profile"`
	Version  int64         `json:"version"`
	From     string        `json:"from" format:"date-time"`
	To       string        `json:"to" format:"date-time"`
	Seed     int64         `json:"seed"`
	Orders   int           `json:"orders" doc:"Placed in the time."`
	Currency string        `json:"currency"`
	Done     ReplaySide    `json:"done" doc:"What was done with them."`
	Would    ReplaySide    `json:"would" doc:"What the version would have done."`
	Moved    int           `json:"moved" doc:"Orders that go from other places."`
	Moves    []ReplayMoved `json:"moves" doc:"At most 100 of them, drawn by the seed."`
}

// ReplaySide is the figures of one way of sending the same orders.
type ReplaySide struct {
	Cost         int64        `json:"cost" doc:"Of shipping by the rates of delivery methods, minor units."`
	Fulfillments int          `json:"fulfillments"`
	Split        int          `json:"split" doc:"Orders that come from several places."`
	Kilometers   int64        `json:"kilometers" doc:"From places to customers, where both have coordinates."`
	Late         int          `json:"late" doc:"Orders that are at the door after what was promised."`
	LateDays     int64        `json:"late_days"`
	Days         int64        `json:"days" doc:"Until the last part of an order is at the door, over all orders."`
	Units        int64        `json:"units" doc:"That have a place."`
	Backordered  int64        `json:"backordered" doc:"Units."`
	Short        int          `json:"short" doc:"Orders with units that wait."`
	Canceled     int64        `json:"canceled" doc:"Units."`
	Load         []ReplayLoad `json:"load"`
}

// ReplayLoad is what one location has to do.
type ReplayLoad struct {
	Location     string `json:"location"`
	Code         string `json:"location_code"`
	Fulfillments int    `json:"fulfillments"`
	Units        int64  `json:"units"`
}

// ReplayMoved is an order that goes from elsewhere.
type ReplayMoved struct {
	Order    string       `json:"order"`
	Number   int64        `json:"number"`
	Done     []ReplayPart `json:"done"`
	Would    []ReplayPart `json:"would"`
	Cost     int64        `json:"cost" doc:"More than was done, or below zero less; minor units."`
	Sentence string       `json:"sentence" doc:"Why the version would do so."`
}

// ReplayPart is what one location sends.
type ReplayPart struct {
	Code  string `json:"location_code"`
	Units int64  `json:"units"`
}

// RenderReplay is the form in which the API and the command tell of a replay;
// code gives the code of a location.
func RenderReplay(r *replay.Report, currency string, code func(stock.LocationID) string) Replay {
	out := Replay{
		Profile: r.Profile.Name, Version: r.Profile.N, From: instant(r.From), To: instant(r.To), Seed: int64(r.Seed), Orders: r.Orders, Currency: currency,
		Done: renderSide(&r.Done, code), Would: renderSide(&r.Would, code), Moved: r.Moved, Moves: []ReplayMoved{},
	}
	parts := func(list []replay.Part) []ReplayPart {
		said := make([]ReplayPart, len(list))
		for i, p := range list {
			said[i] = ReplayPart{code(p.Place), p.Units}
		}
		return said
	}
	for i := range r.Moves {
		m := &r.Moves[i]
		out.Moves = append(out.Moves, ReplayMoved{Order: m.Order.String(), Number: m.Number, Done: parts(m.Done), Would: parts(m.Would), Cost: m.Cost, Sentence: m.Reason.Sentence(code)})
	}
	return out
}

func renderSide(s *replay.Side, code func(stock.LocationID) string) ReplaySide {
	out := ReplaySide{
		Cost: s.Cost, Fulfillments: s.Fulfilled, Split: s.Split, Kilometers: s.Meters / 1000, Late: s.Late, LateDays: s.LateDays, Days: s.Days,
		Units: s.Units, Backordered: s.Backordered, Short: s.Short, Canceled: s.Canceled, Load: []ReplayLoad{},
	}
	for _, l := range s.Load {
		out.Load = append(out.Load, ReplayLoad{Location: l.Place.String(), Code: code(l.Place), Fulfillments: l.Fulfillments, Units: l.Units})
	}
	return out
}

func (a *api) replay(c *call, p *profileID, in *ReplayRequest) (Replay, error) {
	o := replay.Options{Seed: uint64(in.Seed), From: parseInstant("/from", in.From, &c.faults), To: a.desk.DB.Now() + 1}
	if in.To != "" {
		o.To = parseInstant("/to", in.To, &c.faults)
	}
	if o.To-o.From > int64(maxReplayDays*24*time.Hour/time.Microsecond) {
		c.faults.Add("/from", "too_long", "at most %d days at once; the command orderly replay does longer times", maxReplayDays)
	}
	if err := c.faults.Err(); err != nil {
		return Replay{}, err
	}
	var err error
	if o.Profile, err = c.profile(p.ID); err != nil {
		return Replay{}, err
	}
	r, err := replay.Run(c.ctx, a.desk, c.scope, o)
	if err != nil {
		return Replay{}, err
	}
	var m merchants.Merchant
	err = c.read(func(rd *store.Reader) (err error) {
		m, err = merchants.Get(rd, rd.M)
		return err
	})
	return RenderReplay(r, m.Currency, c.code), err
}
