package purchase_test

import (
	"testing"
	"time"

	"orderly/internal/purchase"

	"pgregory.net/rapid"
)

// Whatever a supplier does with what it was asked for, its purchase order says how
// many units it sends, has sent and does not send, and saying it twice changes
// nothing.
func TestFollow(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := purchase.Purchase{Purpose: purchase.DropShip, Currency: "GBP", SentAt: 1}
		n := rapid.IntRange(1, 4).Draw(t, "lines")
		for i := range n {
			p.Lines = append(p.Lines, purchase.Line{N: i + 1, Quantity: rapid.Int64Range(1, 9).Draw(t, "quantity"), Order: 7, OrderLine: i + 3, Fulfillment: 8, LeadDays: -1})
		}
		at := int64(1)
		for range rapid.IntRange(1, 8).Draw(t, "steps") {
			at += time.Hour.Microseconds()
			var asked []purchase.Asked
			live := int64(0)
			for i := range p.Lines {
				a := purchase.Asked{OrderLine: p.Lines[i].OrderLine, Live: rapid.Int64Range(0, p.Lines[i].Quantity).Draw(t, "live")}
				a.Sent = rapid.Int64Range(0, a.Live).Draw(t, "sent")
				live += a.Live
				asked = append(asked, a)
			}
			accepted := rapid.Bool().Draw(t, "accepted")
			x, _ := p.Follow(asked, accepted, at, time.UTC)
			again, changed := x.Follow(asked, accepted, at+1, time.UTC)
			if changed || again.ReceivedAt != x.ReceivedAt {
				t.Fatalf("told twice, it changes: %+v", again)
			}
			for i := range x.Lines {
				l := &x.Lines[i]
				if l.Quantity-l.Canceled != asked[i].Live || l.Received != asked[i].Sent || l.Open() != asked[i].Live-asked[i].Sent {
					t.Fatalf("line %+v, asked %+v", l, asked[i])
				}
				if (l.DoneAt != 0) != (l.Received > 0 && l.Open() == 0) || x.Awaited(l) != 0 {
					t.Fatalf("%+v", l)
				}
			}
			if (x.Status() == purchase.Canceled) != (live == 0) {
				t.Fatalf("%s with %d units", x.Status(), live)
			}
			p = x
		}
	})
}
