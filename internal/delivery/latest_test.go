package delivery_test

import (
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderly/internal/delivery"
	"orderly/internal/party"
	"orderly/internal/stock"
)

// What is released at the last moment is there in time, and a minute later it
// is not, over any calendar, carriers and days of delivery.
//
// Kills: a moment that is an hour early or a minute late; days of delivery that
// are left out; a backlog that is not reckoned with.
func TestLatest(t *testing.T) {
	zone := london(t)
	rapid.Check(t, func(t *rapid.T) {
		c := delivery.Calendar{Days: rapid.Int64Range(1, stock.EveryDay).Draw(t, "days"), CutOff: rapid.Int64Range(0, 24*60-1).Draw(t, "cut-off"),
			Handling: rapid.IntRange(0, 5).Draw(t, "handling"), Capacity: rapid.Int64Range(0, 20).Draw(t, "capacity")}
		if rapid.Bool().Draw(t, "carried") {
			c.Pickups = []stock.Pickup{{Carrier: "DHL", LeavesAt: rapid.Int64Range(0, 24*60-1).Draw(t, "leaves"), Days: rapid.Int64Range(1, stock.EveryDay).Draw(t, "comes")}}
		}
		m := &delivery.Method{Kind: delivery.Parcel, Zones: []delivery.Zone{{MaxDays: rapid.IntRange(0, 9).Draw(t, "takes")}}}
		if rapid.Bool().Draw(t, "usual") {
			m = nil
		}
		now := time.Date(2026, 3, 20, 9, 30, 0, 0, zone).UnixMicro() // the clocks change in between
		by := now + rapid.Int64Range(0, 60*24*60).Draw(t, "by")*60_000_000
		leg := delivery.Leg{From: 1, Calendar: &c, Zone: zone, Waiting: rapid.Int64Range(0, 60).Draw(t, "waiting")}
		to := party.Address{Country: "GB"}
		keeps := func(at int64) bool {
			o, ok := delivery.Offered(m, at, to, []delivery.Leg{leg}, zone)
			there := o.Latest
			if m == nil {
				there = o.ShipBy
			}
			return ok && there <= by
		}
		at, ok := delivery.Latest(m, now, by, to, leg, zone)
		switch {
		case ok != keeps(now):
			t.Fatalf("in time: %v, an offer made now says %v", ok, keeps(now))
		case !ok && at != now:
			t.Fatalf("too late already, and told to wait until %d", at)
		case ok && !keeps(at):
			t.Fatalf("released at %s it is not there in time", time.UnixMicro(at).In(zone))
		case ok && keeps(at+60_000_000):
			t.Fatalf("it might be released a minute after %s", time.UnixMicro(at).In(zone))
		}
	})
}
