package admin

import (
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/preorder"
	"orderly/internal/store/preorders"
)

// OfferCommand has an item ordered before it is there.
type OfferCommand struct {
	SKU        string
	Channel    string // "" for every channel
	Cap        int64
	Day        string // on which it will be there, yyyy-mm-dd in the shop's zone
	EndsAt     int64
	UntilStock bool
}

// OfferPreorder makes an offer: from now on orders of what is short are taken,
// up to its cap, and promised its day. An item has one open offer for a channel.
// The Value of the result is the offer.
var OfferPreorder = step.Act[OfferCommand]{
	Name: "preorders.offer", Permission: access.CatalogWrite,
	Load: func(b *step.Batch, asked []desk.Asked[OfferCommand]) error {
		var skus []string
		for i := range asked {
			skus = append(skus, asked[i].Command.SKU)
		}
		if err := b.LoadItems(skus); err != nil {
			return err
		}
		var items []int64
		for _, sku := range skus {
			if item := b.Item(sku); item != nil {
				items = append(items, int64(item.ID))
			}
		}
		return b.LoadOffers(items)
	},
	Decide: decideOffer,
}.Operation()

func decideOffer(b *step.Batch, a desk.Asked[OfferCommand]) (desk.Result, error) {
	c := a.Command
	var l fault.List
	o := &preorder.Offer{ID: preorder.ID(b.NewID()), Channel: c.Channel, Cap: c.Cap, EndsAt: c.EndsAt, UntilStock: c.UntilStock}
	if item := b.Item(c.SKU); item != nil && item.Kind == catalog.Goods && !item.Archived {
		o.Item = int64(item.ID)
	} else {
		l.Add("/sku", "unknown_sku", "no goods have the SKU %.80q; a bundle is pre-ordered by its components", c.SKU)
	}
	o.AvailableAt = dayOf(b, c.Day, &l)
	if c.Day == "" || o.AvailableAt != 0 {
		o.Check(b.At, &l)
	}
	if err := l.Err(); err != nil {
		return desk.Result{}, err
	}
	var over *preorder.Offer // that the clock has not ended yet
	for _, other := range b.OffersOf(o.Item) {
		switch {
		case other.EndedAt != 0 || other.Channel != o.Channel:
		case !other.Open(b.At):
			over = other
		default:
			return desk.Result{}, fault.New(fault.Conflict, "already_offered", "offer %s of this item is open for the same channel: change it, or end it first", other.ID)
		}
	}
	if n, err := preorders.CountOpen(b.R); err != nil {
		return desk.Result{}, err
	} else if n >= preorder.MaxOpen {
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "%d offers are open, the most there may be; end some", n)
	}
	if over != nil {
		if err := b.SaveOffer(a.Scope, over.End(preorder.ByTime, b.At), journal.PreorderEnded); err != nil {
			return desk.Result{}, err
		}
	}
	return offered(o, "created"), b.MakeOffer(a.Scope, o)
}

// dayOf is when a day begins in the shop's zone; zero without one.
func dayOf(b *step.Batch, day string, l *fault.List) int64 {
	if day == "" {
		return 0
	}
	at, err := time.ParseInLocation("2006-01-02", day, b.Zone())
	if err != nil {
		l.Add("/available_on", "invalid_date", "write a day as 2027-01-15")
		return 0
	}
	return at.UnixMicro()
}

func offered(o *preorder.Offer, status string) desk.Result {
	x := *o
	return desk.Result{Kind: journal.Preorder, ID: int64(o.ID), Seq: o.Version, Status: status, Value: &x}
}

// ChangeOfferCommand changes an offer; what is nil stays.
type ChangeOfferCommand struct {
	Offer      preorder.ID
	Cap        *int64
	Day        *string
	EndsAt     *int64 // 0: no end
	UntilStock *bool
	Reason     string // of another day
	Version    *int64 // that the caller saw; nil changes whatever it is
}

func (c *ChangeOfferCommand) change(day *int64) *preorder.Change {
	return &preorder.Change{Cap: c.Cap, AvailableAt: day, EndsAt: c.EndsAt, UntilStock: c.UntilStock, Reason: c.Reason}
}

// ChangePreorder changes an offer. A cap that is raised lets in more. Another
// day is what orders are promised from then on; those that wait are promised
// anew by a job, which the act leaves.
var ChangePreorder = step.Act[ChangeOfferCommand]{
	Name: "preorders.change", Permission: access.CatalogWrite,
	Check: func(c *ChangeOfferCommand) error {
		var l fault.List
		var day *int64
		if c.Day != nil {
			day = new(int64)
		}
		c.change(day).Check(&l)
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[ChangeOfferCommand]) error {
		return b.LoadOffersOf(offersNamed(asked, func(c ChangeOfferCommand) preorder.ID { return c.Offer }))
	},
	Decide: func(b *step.Batch, a desk.Asked[ChangeOfferCommand]) (desk.Result, error) {
		c := a.Command
		o := b.PreorderOffer(c.Offer)
		if err := offerThere(o, c.Offer, c.Version); err != nil {
			return desk.Result{}, err
		}
		var day *int64
		if c.Day != nil {
			var l fault.List
			at := dayOf(b, *c.Day, &l)
			if err := l.Err(); err != nil {
				return desk.Result{}, err
			}
			day = &at
		}
		x, err := o.With(c.change(day), b.At)
		if err != nil {
			return desk.Result{}, err
		}
		if x == *o {
			return offered(o, "unchanged"), nil
		}
		was := o.AvailableAt
		if err := b.SaveOffer(a.Scope, x, journal.PreorderChanged); err != nil {
			return desk.Result{}, err
		}
		if x.AvailableAt != was && x.Waiting > 0 {
			b.FollowOffer(o, was)
		}
		return offered(o, "done"), nil
	},
}.Operation()

// EndOfferCommand ends an offer.
type EndOfferCommand struct {
	Offer   preorder.ID
	Version *int64 // that the caller saw; nil ends it as it is
}

// EndPreorder ends an offer: nobody can take of it any more. Who waits, waits,
// and is promised what was promised.
var EndPreorder = step.Act[EndOfferCommand]{
	Name: "preorders.end", Permission: access.CatalogWrite,
	Load: func(b *step.Batch, asked []desk.Asked[EndOfferCommand]) error {
		return b.LoadOffersOf(offersNamed(asked, func(c EndOfferCommand) preorder.ID { return c.Offer }))
	},
	Decide: func(b *step.Batch, a desk.Asked[EndOfferCommand]) (desk.Result, error) {
		o := b.PreorderOffer(a.Command.Offer)
		if err := offerThere(o, a.Command.Offer, a.Command.Version); err != nil {
			return desk.Result{}, err
		}
		if o.EndedAt != 0 {
			return offered(o, "unchanged"), nil
		}
		err := b.SaveOffer(a.Scope, o.End(preorder.ByHand, b.At), journal.PreorderEnded)
		return offered(o, "done"), err
	},
}.Operation()

// EndElapsed ends an offer whose time is over, for the clock. It looks again:
// somebody may have given it more time.
var EndElapsed = step.Act[EndOfferCommand]{
	Name: "preorders.end_elapsed", Permission: access.CatalogWrite,
	Load: func(b *step.Batch, asked []desk.Asked[EndOfferCommand]) error {
		return b.LoadOffersOf(offersNamed(asked, func(c EndOfferCommand) preorder.ID { return c.Offer }))
	},
	Decide: func(b *step.Batch, a desk.Asked[EndOfferCommand]) (desk.Result, error) {
		o := b.PreorderOffer(a.Command.Offer)
		if err := offerThere(o, a.Command.Offer, nil); err != nil {
			return desk.Result{}, err
		}
		if o.EndedAt != 0 || o.EndsAt == 0 || b.At < o.EndsAt {
			return offered(o, "unchanged"), nil
		}
		err := b.SaveOffer(a.Scope, o.End(preorder.ByTime, b.At), journal.PreorderEnded)
		return offered(o, "done"), err
	},
}.Operation()

func offerThere(o *preorder.Offer, id preorder.ID, saw *int64) error {
	switch {
	case o == nil:
		return fault.New(fault.NotFound, "no_such_preorder", "there is no offer %s", id)
	case saw != nil && *saw != o.Version:
		return fault.New(fault.Conflict, "edited_meanwhile", "offer %s was changed meanwhile: you saw version %d, it is %d now; read it again", id, *saw, o.Version)
	}
	return nil
}

func offersNamed[C any](asked []desk.Asked[C], of func(C) preorder.ID) []preorder.ID {
	out := make([]preorder.ID, len(asked))
	for i := range asked {
		out[i] = of(asked[i].Command)
	}
	return out
}
