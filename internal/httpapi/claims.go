package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/checkout"
	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/checkouts"
)

// claimRoutes are stock that is kept back for who is about to pay.
func (a *api) claimRoutes() {
	write := intake.MakeClaim.Permission
	add(a, route{method: "POST", path: "/v1/claims", id: "makeClaim", summary: "Keep stock back for a checkout", needs: write, answers: made, text: checkoutClaimText}, a.makeClaim)
	add(a, route{method: "GET", path: "/v1/claims/{id}", id: "getClaim", summary: "Read a claim", needs: access.OrdersRead}, a.getClaim)
	add(a, route{method: "POST", path: "/v1/claims/{id}/extend", id: "extendClaim", summary: "Give a claim more time", needs: write}, a.extendClaim)
	add(a, route{method: "POST", path: "/v1/claims/{id}/release", id: "releaseClaim", summary: "Give back what a claim holds", needs: write}, a.releaseClaim)
}

const checkoutClaimText = "All of the cart, where an order would be sourced from, or nothing: `out_of_stock`. What it holds is reserved for nobody else until `expires_at`; then it is free, whoever looks first. " +
	"`claim` of `POST /v1/orders` makes it the order's own. It is for one session of one buyer: at most an hour at a time and a day in all."

// NewClaim asks for stock to be kept back.
type NewClaim struct {
	Cart
	ExpiresIn int64 `json:"expires_in,omitempty" minimum:"0" maximum:"3600" doc:"Seconds; 900 when left out."`
}

// MoreTime gives a claim more time.
type MoreTime struct {
	ExpiresIn int64 `json:"expires_in,omitempty" minimum:"0" maximum:"3600" doc:"Seconds from now; 900 when left out. A claim is never made shorter."`
}

// ClaimLine is units that a claim is for.
type ClaimLine struct {
	SKU      string `json:"sku"`
	Location string `json:"location" example:"loc_0pmnqh2000400"`
	Quantity int64  `json:"quantity"`
	Held     int64  `json:"held" doc:"That are kept back still; 0 once it ended."`
}

// CheckoutClaim is stock that is kept back for a checkout.
type CheckoutClaim struct {
	ID        string      `json:"id" example:"clm_0pmnqh2000400"`
	Channel   string      `json:"channel"`
	State     string      `json:"state" enum:"open,used,released,expired,displaced" doc:"displaced when less was found than it held."`
	ExpiresAt string      `json:"expires_at" format:"date-time"`
	EndedAt   string      `json:"ended_at,omitempty" format:"date-time"`
	Order     string      `json:"order,omitempty" doc:"That it became."`
	Lines     []ClaimLine `json:"lines"`
}

type claimID struct {
	ID string `path:"id" example:"clm_0pmnqh2000400"`
}

// renderClaim shows a claim whose time is over as expired, whether somebody
// has ended it yet or not.
func renderClaim(c *checkout.Claim, now int64) CheckoutClaim {
	out := CheckoutClaim{ID: c.ID.String(), Channel: c.Channel, State: c.State, ExpiresAt: instant(c.ExpiresAt), EndedAt: instant(c.EndedAt), Lines: []ClaimLine{}}
	if c.Over(now) {
		out.State = checkout.Expired
	}
	if c.Order != 0 {
		out.Order = order.ID(c.Order).String()
	}
	for _, l := range c.Lines {
		out.Lines = append(out.Lines, ClaimLine{l.SKU, l.Cell.Location.String(), l.Quantity, l.Held})
	}
	return out
}

func (a *api) claimNow(c *call, text string) (CheckoutClaim, error) {
	id, err := checkout.ParseID(text)
	if err != nil {
		return CheckoutClaim{}, fault.New(fault.NotFound, "no_such_claim", "there is no claim %.60q", text)
	}
	var out CheckoutClaim
	err = c.read(func(r *store.Reader) error {
		found, err := checkouts.Load(r, []checkout.ID{id})
		if err == nil && found[id] == nil {
			err = fault.New(fault.NotFound, "no_such_claim", "there is no claim %s", id)
		}
		if err == nil {
			out = renderClaim(found[id], a.desk.DB.Now())
		}
		return err
	})
	return out, err
}

func (a *api) makeClaim(c *call, _ *none, in *NewClaim) (CheckoutClaim, error) {
	r, err := one(c, intake.MakeClaim, intake.ClaimCommand{Cart: in.cart(&c.faults), Seconds: in.ExpiresIn})
	if err != nil {
		return CheckoutClaim{}, err
	}
	c.created("/v1/claims/" + checkout.ID(r.ID).String())
	return a.claimNow(c, checkout.ID(r.ID).String())
}

func (a *api) getClaim(c *call, p *claimID, _ *none) (CheckoutClaim, error) {
	return a.claimNow(c, p.ID)
}

func (a *api) extendClaim(c *call, p *claimID, in *MoreTime) (CheckoutClaim, error) {
	return a.onClaim(c, p.ID, intake.ExtendClaim, in.ExpiresIn)
}

func (a *api) releaseClaim(c *call, p *claimID, _ *none) (CheckoutClaim, error) {
	return a.onClaim(c, p.ID, intake.ReleaseClaim, 0)
}

func (a *api) onClaim(c *call, text string, op *desk.Operation[intake.ClaimAct], seconds int64) (CheckoutClaim, error) {
	id, err := checkout.ParseID(text)
	if err != nil {
		return CheckoutClaim{}, fault.New(fault.NotFound, "no_such_claim", "there is no claim %.60q", text)
	}
	if _, err := one(c, op, intake.ClaimAct{Claim: id, Seconds: seconds}); err != nil {
		return CheckoutClaim{}, err
	}
	return a.claimNow(c, text)
}
