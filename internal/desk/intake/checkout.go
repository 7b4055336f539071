package intake

import (
	"cmp"
	"iter"
	"slices"

	"orderly/internal/access"
	"orderly/internal/checkout"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
)

// ClaimCommand asks for stock to be kept back for who is about to pay.
type ClaimCommand struct {
	Cart
	Seconds int64 // from now; 0 for the usual time
}

// MakeClaim keeps stock back where an order would take it: all of the cart, or
// nothing. The result's Value is the claim.
var MakeClaim = step.Act[ClaimCommand]{
	Name: "claims.make", Permission: access.OrdersWrite,
	Check: func(c *ClaimCommand) error {
		var l fault.List
		if c.Seconds < 0 || c.Seconds > checkout.MaxSeconds {
			l.Add("/expires_in", "out_of_range", "between 1 and %d seconds", checkout.MaxSeconds)
		}
		if len(c.Lines) > checkout.MaxLines {
			l.Add("/lines", "too_many_lines", "at most %d lines a claim", checkout.MaxLines)
		}
		return l.Err()
	},
	Weight: func(c *ClaimCommand) int { return len(c.Lines) },
	Load: func(b *step.Batch, asked []desk.Asked[ClaimCommand]) error {
		var lines []order.RequestLine
		for i := range asked {
			lines = append(lines, asked[i].Command.Lines...)
		}
		if err := loadCart(b, lines); err != nil {
			return err
		}
		return freeFor(b, asked[0].Scope, slices.Values(lines), true)
	},
	Decide: decideClaim,
}.Operation()

func decideClaim(b *step.Batch, a desk.Asked[ClaimCommand]) (desk.Result, error) {
	c := a.Command
	o, err := cartOrder(b, &c.Cart)
	if err != nil {
		return desk.Result{}, err
	}
	o.Method = c.Method
	if _, err := methodOf(b, o); o.Method != "" && err != nil {
		return desk.Result{}, err
	}
	plan := b.Plan(o, demands(o))
	if len(plan.Short) > 0 {
		return desk.Result{}, notThere(o, plan.Short)
	}
	made := &checkout.Claim{
		ID: checkout.ID(b.NewID()), Channel: c.Channel, State: checkout.Open, CreatedAt: b.At,
		ExpiresAt: b.At + cmp.Or(c.Seconds, checkout.Usual)*1_000_000,
	}
	for _, t := range plan.Takes {
		made.Lines = append(made.Lines, checkout.Line{
			N: len(made.Lines) + 1, SKU: o.Line(t.Line).SKU, Cell: stock.Cell{Item: t.Item, Location: t.Place}, Quantity: t.Quantity, Held: t.Quantity,
		})
	}
	if err := b.HoldCheckout(a.Scope, made); err != nil {
		return desk.Result{}, err
	}
	return claimed(made, "created"), nil
}

func claimed(c *checkout.Claim, status string) desk.Result {
	return desk.Result{Kind: journal.Checkout, ID: int64(c.ID), Seq: c.Version, Status: status, Value: c}
}

// freeFor ends claims whose time is over on items of which a batch may need
// more than is free; always says that it does. Where no checkout holds anything
// it looks at no line.
func freeFor(b *step.Batch, by access.Scope, lines iter.Seq[order.RequestLine], always bool) error {
	if none, err := b.Unclaimed(); none || err != nil {
		return err
	}
	want := map[int64]int64{}
	for l := range lines {
		for _, id := range stockedItems(b, []string{l.SKU}) {
			q := l.Quantity
			if item := b.Catalog.BySKU(l.SKU); int64(item.ID) != id {
				for _, c := range item.Components {
					if int64(c.Item) == id {
						q = l.Quantity * c.Quantity
					}
				}
			}
			want[id] += q
		}
	}
	var items []int64
	for id, q := range want {
		if always || q > b.SellableAnywhere(id) {
			items = append(items, id)
		}
	}
	if len(items) == 0 {
		return nil
	}
	return b.FreeElapsed(by, items)
}

// ClaimAct is what is done with a claim.
type ClaimAct struct {
	Claim   checkout.ID
	Seconds int64 // to extend by, from now
}

func claimAct(name string, do func(*step.Batch, desk.Asked[ClaimAct], *checkout.Claim) error) *desk.Operation[ClaimAct] {
	return step.Act[ClaimAct]{
		Name: name, Permission: access.OrdersWrite,
		Check: func(c *ClaimAct) error {
			var l fault.List
			if c.Seconds < 0 || c.Seconds > checkout.MaxSeconds {
				l.Add("/expires_in", "out_of_range", "between 1 and %d seconds", checkout.MaxSeconds)
			}
			return l.Err()
		},
		Load: func(b *step.Batch, asked []desk.Asked[ClaimAct]) error {
			var list []checkout.ID
			for i := range asked {
				list = append(list, asked[i].Command.Claim)
			}
			return b.LoadCheckouts(list)
		},
		Decide: func(b *step.Batch, a desk.Asked[ClaimAct]) (desk.Result, error) {
			c := b.Checkout(a.Command.Claim)
			if c == nil {
				return desk.Result{}, fault.New(fault.NotFound, "no_such_claim", "there is no claim %s", a.Command.Claim)
			}
			before := c.Version
			if err := do(b, a, c); err != nil {
				return desk.Result{}, err
			}
			return claimed(c, map[bool]string{true: "unchanged", false: "done"}[before == c.Version]), nil
		},
	}.Operation()
}

// ExtendClaim gives a claim more time, within its limits.
var ExtendClaim = claimAct("claims.extend", func(b *step.Batch, a desk.Asked[ClaimAct], c *checkout.Claim) error {
	until := b.At + cmp.Or(a.Command.Seconds, checkout.Usual)*1_000_000
	switch {
	case c.State != checkout.Open, c.Over(b.At):
		return fault.New(fault.Conflict, "claim_over", "claim %s holds nothing any more; make a new one", c.ID)
	case until > c.Latest(b.At):
		return fault.New(fault.Conflict, "too_long", "a claim lasts at most %d hours, however often it is extended", checkout.MaxAge/3600)
	case until <= c.ExpiresAt:
		return nil
	}
	c.ExpiresAt = until
	return b.TellCheckout(a.Scope, c, journal.ClaimExtended)
})

// ReleaseClaim gives back what a claim holds; one that holds nothing stays as it is.
var ReleaseClaim = claimAct("claims.release", func(b *step.Batch, a desk.Asked[ClaimAct], c *checkout.Claim) error {
	if c.State != checkout.Open {
		return nil
	}
	return b.EndCheckout(a.Scope, c, checkout.Released, 0)
})

// ExpireClaim ends a claim whose time is over: asked twice, or by two nodes at
// once, it ends once.
var ExpireClaim = claimAct("claims.expire", func(b *step.Batch, a desk.Asked[ClaimAct], c *checkout.Claim) error {
	if !c.Over(b.At) {
		return nil
	}
	return b.EndCheckout(a.Scope, c, checkout.Expired, 0)
})

// claimOf is the claim that a request wants to use; nil for none, or for one
// that ended without becoming an order: its units are free for anybody.
func claimOf(b *step.Batch, r *order.Request) (*checkout.Claim, error) {
	if r.Claim == 0 {
		return nil, nil
	}
	c := b.Checkout(checkout.ID(r.Claim))
	switch {
	case c == nil:
		var l fault.List
		l.Add("/claim", "no_such_claim", "there is no claim %s", checkout.ID(r.Claim))
		return nil, l.Err()
	case c.State == checkout.Used:
		return nil, fault.New(fault.Conflict, "claim_used", "claim %s has become order %s", c.ID, order.ID(c.Order))
	case c.State != checkout.Open:
		return nil, nil
	}
	return c, nil
}
