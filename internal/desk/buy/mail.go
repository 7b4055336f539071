package buy

import (
	"strconv"

	"orderly/internal/desk/step"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/jobs"
	"orderly/internal/store/purchases"
)

// mailLater has a purchase order mailed to its supplier once this is written.
func mailLater(b *step.Batch, p *purchase.Purchase) error {
	return b.Keep(func(tx *store.Tx) error {
		_, err := jobs.Enqueue(tx, jobs.Job{Kind: purchases.MailJob, Dedupe: p.ID.String() + "." + strconv.FormatInt(p.Version, 10), Due: b.At, Data: strconv.FormatInt(int64(p.ID), 10)})
		return err
	})
}
