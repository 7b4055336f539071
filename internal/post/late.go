package post

import (
	"context"
	"strconv"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/step"
	"orderly/internal/jobs"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/messages"
)

// How often late orders are looked for, how many open orders are looked at in
// one go, and at most.
const (
	lateEvery = 15 * time.Minute
	lateFirst = 2 * time.Minute
	latePage  = 1000
	lateMost  = 200_000
)

// lateStages are those in which nothing of what is late has left.
var lateStages = []string{order.StageOnHold, order.StageUnsourced, order.StageBackordered, order.StageInWork}

// noteLate notes a message for every order that has not left when it should
// have. A new day that was promised is a new thing to tell.
func noteLate(ctx context.Context, db *store.DB, c *jobs.Claim) (told int, err error) {
	scope := access.System(c.M, "job", "messages")
	var sender message.Sender
	err = db.Read(ctx, scope, func(r *store.Reader) (err error) {
		sender, err = messages.SenderOf(r)
		return err
	})
	if err != nil || !sender.Tells(message.Delayed) {
		return 0, err
	}
	now := db.Now()
	for _, stage := range lateStages {
		after := int64(0)
		for range lateMost / latePage {
			var page []messages.LateOrder
			err := db.Read(ctx, scope, func(r *store.Reader) (err error) {
				page, err = messages.Late(r, stage, max(sender.EnabledAt, now-message.Fresh), now, after, latePage)
				return err
			})
			if err != nil {
				return told, err
			}
			n, err := notePage(ctx, c, page)
			if told += n; err != nil || len(page) < latePage {
				if err != nil {
					return told, err
				}
				break
			}
			after = page[len(page)-1].Order
		}
	}
	return told, nil
}

func notePage(ctx context.Context, c *jobs.Claim, page []messages.LateOrder) (told int, err error) {
	var late []messages.LateOrder
	for _, x := range page {
		if x.Late {
			late = append(late, x)
		}
	}
	if len(late) == 0 {
		return 0, nil
	}
	err = c.Transact(ctx, func(tx *store.Tx) error {
		told = 0
		for _, x := range late {
			id, err := step.Note(tx, message.Message{Order: x.Order, Kind: message.Delayed, Ref: strconv.FormatInt(x.DueAt, 10)})
			if err != nil {
				return err
			}
			if id != 0 {
				told++
			}
		}
		return nil
	})
	return told, err
}
