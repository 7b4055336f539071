package torture

import (
	"context"
	"errors"
	"fmt"
	"math/rand/v2"
	"strings"
	"sync"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/locations"
)

// crew is the clients of one node. Each act has a name of its own, which the
// journal keeps as its cause: so its effects can be counted from outside. Most
// acts carry neither an external id nor a key that could hide a second effect.
type crew struct {
	node      string
	desk      *desk.Desk
	clients   int
	seed      uint64
	tell      func(act string, v Verdict, why string)
	elsewhere *store.DB // another node, on which an acknowledged act must be seen
	at        stock.LocationID
}

// The kinds of acts, by the last letter of their names, and the entry that each
// writes exactly once.
var effects = map[string]string{
	"r": journal.StockReceived, "p": journal.OrderPlaced, "e": journal.OrderPlaced, "m": journal.OrderPaid,
}

func effectOf(act string) string { return effects[act[strings.LastIndexByte(act, '-')+1:]] }

const crewItems = 12

func crewSKU(i int) string { return fmt.Sprintf("C-%02d", i) }

// outfit makes the shop that crews work in, unless it is there, and finds its
// location.
func outfit(ctx context.Context, d *desk.Desk) (stock.LocationID, error) {
	if _, err := admin.Setup(ctx, d.DB, "Torture", "UTC", "GBP"); err != nil {
		return 0, err
	}
	if at, err := crewLocation(ctx, d.DB); at != 0 || err != nil {
		return at, err
	}
	var made []admin.ItemCommand
	for i := range crewItems {
		policy := catalog.Backorder
		if i%2 == 0 {
			policy = catalog.Refuse
		}
		made = append(made, admin.ItemCommand{Item: catalog.Item{SKU: crewSKU(i), Name: "Article", WhenShort: policy}})
	}
	if _, err := desk.Do(ctx, d, admin.SaveItem, scope, made, desk.Options{}); err != nil {
		return 0, err
	}
	r, err := desk.One(ctx, d, admin.SaveLocation, scope, admin.LocationCommand{Location: stock.Location{
		Code: "MAIN", Name: "Location", Kind: "warehouse", Active: true, Address: party.Address{Country: "GB"}}}, desk.Options{})
	return stock.LocationID(r.ID), err
}

func crewLocation(ctx context.Context, db *store.DB) (at stock.LocationID, err error) {
	err = db.Read(ctx, scope, func(r *store.Reader) error {
		all, err := locations.All(r)
		if len(all) > 0 {
			at = all[0].ID
		}
		return err
	})
	return at, err
}

// run works until ctx ends; every act that was begun is told of.
func (c *crew) run(ctx context.Context) {
	var wg sync.WaitGroup
	for k := range c.clients {
		wg.Go(func() {
			rng := rand.New(rand.NewPCG(c.seed, uint64(k)))
			one := &client{crew: c, rng: rng}
			for n := 0; ctx.Err() == nil; n++ {
				one.act(fmt.Sprintf("%s-%x-%d-%d", c.node, c.seed, k, n))
			}
		})
	}
	wg.Wait()
}

// client does one act after the other.
type client struct {
	*crew
	rng    *rand.Rand
	recent order.ID
}

// pause is how long a client waits when it was told to try again.
const pause = 15 * time.Millisecond

// act does one act. An order with an external id is repeated until its outcome
// is known, as our answer asks; any other act is done once.
func (c *client) act(name string) {
	kind := []string{"r", "r", "p", "p", "e", "m"}[c.rng.IntN(6)]
	if c.recent == 0 && kind == "m" {
		kind = "p"
	}
	name += "-" + kind
	by := scope
	by.Cause = name
	item, quantity := crewSKU(c.rng.IntN(crewItems)), 1+c.rng.Int64N(3)
	for tries := 0; ; tries++ {
		got, err := c.do(kind, by, item, quantity)
		v, why := judge(err)
		if kind == "e" && (v == Unknown || v == Absent && fault.KindOf(err) == fault.Unavailable) && tries < 100 {
			time.Sleep(pause)
			continue
		}
		if v == Done {
			if seen := c.seen(got); seen != "" {
				v, why = Broken, seen
			}
			if kind == "p" || kind == "e" {
				c.recent = order.ID(got.ID)
			}
		}
		c.tell(name, v, why)
		if v != Done {
			time.Sleep(pause)
		}
		return
	}
}

func (c *client) do(kind string, by access.Scope, item string, quantity int64) (desk.Result, error) {
	ctx := context.Background() // a client that has left would never learn the outcome
	switch kind {
	case "r":
		return desk.One(ctx, c.desk, floor.Receive, by, floor.ReceiveCommand{Lines: []stock.Line{{SKU: item, Location: c.at, Quantity: quantity * 2, Reason: "torture"}}}, desk.Options{})
	case "m":
		return desk.One(ctx, c.desk, intake.Pay, by, intake.PayCommand{Order: c.recent, Amount: 100}, desk.Options{})
	}
	r := order.Request{Channel: "web", Currency: "GBP",
		Parties: party.Parties{Customer: party.Contact{Name: "T", Email: "t@example.com"}, ShipTo: party.Address{City: "Leeds", Country: "GB"}},
		Lines:   []order.RequestLine{{SKU: item, Quantity: quantity, Price: money.Price(1_250_000)}}}
	if kind == "e" {
		r.ExternalID = by.Cause
	}
	return desk.One(ctx, c.desk, intake.Place, by, intake.PlaceCommand{Request: r}, desk.Options{})
}

// judge says what an answer means to a client.
func judge(err error) (Verdict, string) {
	switch {
	case err == nil:
		return Done, ""
	case errors.Is(err, store.ErrUnknownCommit):
		return Unknown, ""
	case fault.KindOf(err) == fault.Internal:
		return Broken, err.Error()
	}
	return Absent, ""
}

// seen asks another node for what was just acknowledged, now and then.
func (c *client) seen(got desk.Result) string {
	if c.elsewhere == nil || c.rng.IntN(4) != 0 {
		return ""
	}
	n := int64(0)
	err := c.elsewhere.Read(context.Background(), scope, func(r *store.Reader) (err error) {
		n, err = entries.LastOf(r, got.ID)
		return err
	})
	if err == nil && n < max(1, got.Seq) {
		return fmt.Sprintf("acknowledged, and another node sees version %d of %d", n, got.Seq)
	}
	return ""
}
