package partner

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/partner"
	"orderly/internal/trouble"
)

// Silent is the reason of a request that was taken elsewhere because nobody
// answered it.
const Silent = "silent"

// Act names a request.
type Act struct{ Fulfillment fulfillment.ID }

// Tick does what the clock has to do with a request: the partner is reminded,
// and at last the goods come from elsewhere, or a person is told. It looks at how
// the request stands, so that asked twice, late, or by two nodes at once, it does
// each once.
var Tick = step.Act[Act]{
	Name: "requests.tick", Permission: access.FulfillmentWrite,
	Load:   load(func(c *Act) fulfillment.ID { return c.Fulfillment }),
	Decide: decideTick,
}.Operation()

func decideTick(b *step.Batch, a desk.Asked[Act]) (desk.Result, error) {
	f, o, q, err := asked(b, a.Scope, a.Command.Fulfillment)
	if err != nil {
		return desk.Result{}, err
	}
	switch q.Tick(b.At, b.TermsAt(f.Location)) {
	case partner.Remind:
		d, err := f.Chase()
		if err == nil {
			err = b.Apply(a.Scope, journal.FulChased, o.ID, &d)
		}
		return done(b, f, o, "done"), err
	case partner.Leave:
		d, err := f.Reject(Silent)
		if err == nil {
			err = giveUp(b, a.Scope, journal.FulRejected, o, f, d)
		}
		if err != nil {
			return desk.Result{}, err
		}
		remark(b, a.Scope, o, f, "never answered and is not asked any more", "")
	case partner.Tell:
		q.Rest()
		b.SaveRequest(q)
		b.AddTrouble(a.Scope, trouble.Trouble{Kind: trouble.Silent, Order: int64(o.ID), Location: int64(f.Location), Subject: int64(f.ID), Reason: f.RequestStatus})
	default:
		return done(b, f, o, "unchanged"), nil
	}
	return done(b, f, o, "done"), nil
}
