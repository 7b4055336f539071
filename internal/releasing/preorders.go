package releasing

import (
	"context"
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/jobs"
	"orderly/internal/order"
	"orderly/internal/preorder"
	"orderly/internal/store"
	"orderly/internal/store/preorders"
)

// offersID names who ends offers for pre-order and follows their days, and
// followPage is how many orders are promised anew at a time.
const (
	offersID   = "preorders"
	followPage = 100
)

func offersScope(m int64) access.Scope { return access.System(m, "job", offersID) }

// EndPreorders ends a merchant's offers whose time is over.
func EndPreorders(ctx context.Context, d *desk.Desk, m int64) error {
	return due(ctx, d, m, preorders.Elapsed, func(list []preorder.ID) error {
		return each(ctx, d, offersScope(m), admin.EndElapsed, list, func(id preorder.ID) admin.EndOfferCommand { return admin.EndOfferCommand{Offer: id} }, fault.NotFound)
	})
}

// FollowOffer promises anew, some orders at a time, what waits for an offer
// whose day has moved. Who takes the job over begins again: an order that was
// promised the new day stays as it is.
func FollowOffer(ctx context.Context, d *desk.Desk, c *jobs.Claim) error {
	var m step.Moved
	if err := json.Unmarshal([]byte(c.Data), &m); err != nil {
		return err
	}
	return Follow(ctx, d, c.M, m, c.Hold)
}

// Follow is FollowOffer; hold is asked before each part that the work is still
// this worker's.
func Follow(ctx context.Context, d *desk.Desk, merchant int64, m step.Moved, hold func(*store.Tx) error) error {
	scope := offersScope(merchant)
	scope.Cause = m.Offer.String()
	for after := order.ID(0); ; {
		var list []order.ID
		err := d.DB.Transact(ctx, func(tx *store.Tx) (err error) {
			tx.Beside(merchant)
			if err = hold(tx); err == nil {
				list, err = preorders.Waiting(&tx.Reader, m.Offer, after, followPage)
			}
			return err
		})
		if err != nil || len(list) == 0 {
			return err
		}
		after = list[len(list)-1]
		if err := each(ctx, d, scope, intake.FollowOffer, list, func(id order.ID) intake.FollowCommand {
			return intake.FollowCommand{Order: id, Offer: m.Offer, Was: m.Was}
		}, fault.NotFound); err != nil {
			return err
		}
	}
}
