package desk_test

import (
	"context"
	"math/rand/v2"
	"sync"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/checkout"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/selling"
	"orderly/internal/sourcing"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/checkouts"
	"orderly/internal/store/entries"
	"orderly/internal/store/storetest"
)

// buffer has a channel leave units of an item everywhere; "" is every item.
func buffer(s *desktest.Shop, channel, sku string, units int64) {
	s.T.Helper()
	desktest.Must(s, admin.SetBuffers, admin.BuffersCommand{Channel: channel, Lines: []selling.Line{{SKU: sku, Units: &units}}})
}

func through(s *desktest.Shop, channel string, of ...any) intake.PlaceCommand {
	r := s.Request(of...)
	r.Channel = channel
	return intake.PlaceCommand{Request: r}
}

// A channel sells down to its buffer and no further, by an order and by a
// claim of a checkout, with the built-in rule and with a profile; another
// channel has the rest.
//
// Kills: a buffer that placement does not know; one that claims do not know;
// one that a profile does not know; a buffer of every channel.
func TestBuffersHold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		for _, profiled := range []bool{false, true} {
			sku := map[bool]string{false: "CUP", true: "MUG"}[profiled]
			if profiled {
				profile(s, sourcing.Active, sourcing.Strategy{Name: "Anywhere", After: sourcing.Backordered})
			}
			item := s.Goods(sku, catalog.Refuse, "A", 5, "B", 2)
			buffer(s, "market", sku, 2)
			if _, err := desktest.Try(s, intake.Place, through(s, "market", sku, 4)); fault.CodeOf(err) != "out_of_stock" {
				t.Fatalf("profile %v: the market sold 4 of 3: %v", profiled, err)
			}
			c := claimFor(sku, 4)
			c.Channel = "market"
			if _, err := desktest.Try(s, intake.MakeClaim, c); fault.CodeOf(err) != "out_of_stock" {
				t.Errorf("profile %v: a claim of the market holds 4 of 3: %v", profiled, err)
			}
			desktest.Must(s, intake.Place, through(s, "market", sku, 3))
			if l := level(t, s, item, "A"); l.Reserved != 3 {
				t.Errorf("profile %v: %+v", profiled, l)
			}
			desktest.Must(s, intake.Place, through(s, "web", sku, 4))
			if _, err := desktest.Try(s, intake.Place, through(s, "web", sku, 1)); fault.CodeOf(err) != "out_of_stock" {
				t.Errorf("profile %v: sold what is not there: %v", profiled, err)
			}
		}
		sound(t, s)
	})
}

// What a channel has claimed stays when its buffer grows, its order takes it
// whole, and who waits in it is served when the buffer is less.
//
// Kills: a claim that gives its own order less than it holds; a buffer that
// takes back what was sold; a smaller buffer that nobody is served of.
func TestBufferChanges(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		item := s.Goods("CUP", catalog.Backorder, "A", 5)
		s.Place("CUP", 1)
		c := desktest.Must(s, intake.MakeClaim, claimFor("CUP", 3))
		buffer(s, "web", "", 4)
		r := s.Request("CUP", 3)
		r.Claim = c.ID
		p := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		if got := p.Order.Sums[order.Allocated]; got != 3 {
			t.Errorf("the order got %d of the 3 units of its own claim", got)
		}
		late := s.Place("CUP", 1)
		if late.Order.Sums[order.Backordered] != 1 {
			t.Fatalf("one of five is left and four are kept: %v", late.Order.Sums)
		}
		buffer(s, "web", "", 1)
		if l := level(t, s, item, "A"); l.Reserved != 4 {
			t.Errorf("one of five is kept still: %+v", l)
		}
		desktest.Must(s, admin.SetBuffers, admin.BuffersCommand{Channel: "web", Lines: []selling.Line{{}}})
		if l := level(t, s, item, "A"); l.Reserved != 5 {
			t.Errorf("who waits was not served of the last: %+v", l)
		}
		sound(t, s)
	})
}

// A channel that sells from some places sells from no other, and from all again
// when it is said so.
//
// Kills: places that only the built-in rule knows; a waiter who is served from
// a place that its channel does not sell from; places that nobody ends.
func TestPlacesOfAChannel(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("CUP", catalog.Backorder, "A", 1, "B", 1)
		desktest.Must(s, admin.SetPlaces, admin.PlacesCommand{Channel: "web", Locations: []stock.LocationID{s.Locations["B"]}})
		if got := from(s, s.Place("CUP", 1)); got["B"] != 1 {
			t.Errorf("sent from %v, not from B", got)
		}
		waits := s.Place("CUP", 1)
		if waits.Order.Sums[order.Backordered] != 1 {
			t.Errorf("sold from elsewhere: %v", from(s, waits))
		}
		profile(s, sourcing.Active, sourcing.Strategy{Name: "Anywhere", After: sourcing.Backordered})
		if p := s.Place("CUP", 1); p.Order.Sums[order.Backordered] != 1 {
			t.Errorf("the profile sells from elsewhere: %v", from(s, p))
		}
		s.Receive("CUP", "A", 4)
		if got := read(t, s, waits.Order.ID); got.Sums[order.Backordered] != 1 {
			t.Error("served from a place that the channel does not sell from")
		}
		desktest.Must(s, admin.SetPlaces, admin.PlacesCommand{Channel: "web"})
		if got := read(t, s, waits.Order.ID); got.Sums[order.Allocated] != 1 {
			t.Errorf("nobody served who waits: %v", got.Sums)
		}
		if _, err := desktest.Try(s, admin.SetPlaces, admin.PlacesCommand{Channel: "web", Locations: []stock.LocationID{77}}); fault.KindOf(err) != fault.Invalid {
			t.Errorf("sells from nowhere: %v", err)
		}
		sound(t, s)
	})
}

// beyond replays the journal and counts the claims on a cell that left less
// there than the channel's buffer. Orders that took over a claim are given.
func beyond(t *testing.T, s *desktest.Shop, onHand int64, buffers map[string]int64, took map[int64]bool) (n int) {
	t.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		all, err := entries.After(r, 0, 10_000)
		if err != nil {
			return err
		}
		reserved := int64(0)
		channel := map[int64]string{}
		for _, e := range all {
			code, change := "", int64(0)
			switch e.Kind {
			case journal.Order:
				d, err := order.DecodeDelta(e.Data)
				if err != nil {
					return err
				}
				if d.Placed != nil {
					channel[e.Subject] = d.Placed.Channel
				}
				code = channel[e.Subject]
				for _, m := range d.Moves {
					change += m.ClaimChange()
				}
				if took[e.Subject] && e.SubjectSeq == 1 {
					code = ""
				}
			case journal.Checkout:
				found, err := checkouts.Load(r, []checkout.ID{checkout.ID(e.Subject)})
				if err != nil {
					return err
				}
				c := found[checkout.ID(e.Subject)]
				for _, l := range c.Lines {
					change += l.Quantity
				}
				if code = c.Channel; e.Type == journal.ClaimEnded {
					change = -change
				}
			}
			if reserved += change; change > 0 && code != "" && onHand-reserved < buffers[code] {
				n++
			}
		}
		return nil
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Channels that sell, claim and cancel at once never sell below their buffers,
// in whatever order they come: the journal tells every step. Looking first and
// selling then, as shops with a feed of stock for each channel do, fails.
func TestScenarioS05ChannelsOversell(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		const onHand = 40
		s.Goods("CUP", catalog.Refuse, "A", onHand)
		buffers := map[string]int64{"web": 0, "shop": 4, "market": 12}
		for _, channel := range []string{"shop", "market"} {
			buffer(s, channel, "CUP", buffers[channel])
		}
		var mu sync.Mutex
		took := map[int64]bool{}
		rng := rand.New(rand.NewPCG(7, 7))
		var wg sync.WaitGroup
		for i := range 90 {
			channel, how, q := []string{"web", "shop", "market"}[i%3], rng.IntN(4), 1+rng.IntN(3)
			c := through(s, channel, "CUP", q)
			wg.Go(func() {
				if how == 0 {
					of := claimFor("CUP", q)
					of.Channel = channel
					claim, err := desktest.Try(s, intake.MakeClaim, of)
					if err != nil {
						return
					}
					c.Request.Claim = claim.ID
				}
				r, err := desktest.Try(s, intake.Place, c)
				switch {
				case err != nil && fault.CodeOf(err) != "out_of_stock":
					t.Error(err)
				case err == nil && how == 0:
					mu.Lock()
					took[r.ID] = true
					mu.Unlock()
				case err == nil && how == 1:
					if _, err := desktest.Try(s, intake.Cancel, intake.CancelCommand{Order: order.ID(r.ID)}); err != nil {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		if n := beyond(t, s, onHand, buffers, took); n > 0 {
			t.Errorf("%d times a channel sold below its buffer", n)
		}
		sound(t, s)
	})
}

// The naive variant: each channel is told now and then what it may sell, and
// sells by what it was told. Every one of them was told before the others sold.
func TestScenarioS05ChannelsNaive(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		const onHand = 6
		item := s.Goods("CUP", catalog.Refuse, "A", onHand)
		buffers := map[string]int64{"web": 0, "market": 4}
		told := map[string]int64{}
		for channel, keep := range buffers {
			l := level(t, s, item, "A")
			told[channel] = l.Sellable() - keep
		}
		for _, channel := range []string{"web", "market"} {
			for range told[channel] {
				if _, err := desktest.Try(s, intake.Place, through(s, channel, "CUP", 1)); err != nil {
					break // even a naive shop cannot send what is not there
				}
				if channel == "web" && level(t, s, item, "A").Reserved == onHand-2 {
					break // the others' turn
				}
			}
		}
		if n := beyond(t, s, onHand, buffers, nil); n == 0 {
			t.Error("no channel sold below its buffer; the scenario shows nothing")
		}
	})
}

// Who waits longer and may not have what is there is not in the way of another
// channel's order, nor does a late one take what the first may have.
//
// Kills: units kept back for somebody whose channel leaves them to others; a
// place in the line that a channel's terms give away.
func TestLineOfChannels(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("CUP", catalog.Backorder)
		buffer(s, "market", "CUP", 3)
		first := desktest.Must(s, intake.Place, through(s, "market", "CUP", 4)).Value.(*intake.Placed).Order
		second := desktest.Must(s, intake.Place, through(s, "web", "CUP", 4)).Value.(*intake.Placed).Order
		desktest.Must(s, floor.Safety, floor.SafetyCommand{SKU: "CUP", Location: s.Locations["A"], Quantity: 5})
		s.Receive("CUP", "A", 5)
		storetest.Exec(t, db, "UPDATE level SET safety = 0") // freed behind everybody's back: nobody was served
		s.Restart()
		desktest.Must(s, intake.Source, intake.SourceCommand{Order: second.ID})
		if got := read(t, s, second.ID).Sums[order.Allocated]; got != 3 {
			t.Errorf("the second got %d of the 3 units that the first's channel leaves", got)
		}
		if got := read(t, s, first.ID).Sums[order.Allocated]; got != 0 {
			t.Errorf("the first got %d without having asked", got)
		}
	})
}

// A day has the orders that were placed in it by the merchant's clock, at
// midnight and where the clocks change, whatever the channel and the zone of
// the server.
//
// Kills: a day by the clock of the server or of UTC.
func TestScenarioS27DayBoundary(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("CUP", catalog.Backorder, "A", 9)
		zone, err := time.LoadLocation("Europe/London")
		if err != nil {
			t.Fatal(err)
		}
		differs := false
		for _, tc := range []struct {
			at   string
			want int64
		}{
			{"2026-06-30T23:30:00Z", 20260701}, // half past midnight in London
			{"2026-06-30T22:59:59Z", 20260630},
			{"2026-10-25T00:30:00Z", 20261025}, // the hour that comes twice
			{"2026-12-31T23:59:59Z", 20261231},
			{"2027-01-01T00:00:00Z", 20270101},
		} {
			at, err := time.Parse(time.RFC3339, tc.at)
			if err != nil {
				t.Fatal(err)
			}
			c := through(s, "market", "CUP", 1)
			c.Request.PlacedAt = at.UnixMicro()
			o := desktest.Must(s, intake.Place, c).Value.(*intake.Placed).Order
			if o.PlacedOn != tc.want {
				t.Errorf("placed at %s (%s): on %d, want %d", tc.at, at.In(zone), o.PlacedOn, tc.want)
			}
			naive := int64(at.Year()*10000 + int(at.Month())*100 + at.Day())
			differs = differs || naive != tc.want
		}
		if !differs {
			t.Error("UTC has the same days; the scenario shows nothing")
		}
	})
}
