package verify

import (
	"slices"
	"time"

	"orderly/internal/fulfillment"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// requests: what a partner is asked, and what it answered, is what the fulfillment
// says; and the clock has an eye on whatever is owed.
func (x *run) requests() error {
	now := x.db.Now()
	err := x.walk(audit.RequestPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.RequestsIn(r, in)
		x.count(int64(len(list)), "Q1")
		x.progress(int64(len(list)), 0)
		for i := range list {
			x.asked(&list[i], now)
		}
		return err
	})
	if err != nil {
		return err
	}
	return x.eachPlace(func(r *store.Reader, at stock.LocationID) error {
		fuls, asked, err := audit.AskedAt(r, at)
		if fuls != asked {
			x.tell("Q1", at.String(), "partners were asked for %d fulfillments at %s, and %d requests say so", fuls, at, asked)
		}
		return err
	})
}

func (x *run) asked(q *audit.Asked, now int64) {
	id := q.Fulfillment.String()
	tell := func(format string, args ...any) { x.tell("Q1", id, format, args...) }
	open := slices.Contains([]string{fulfillment.Submitted, fulfillment.Accepted, fulfillment.CancellationRequested}, q.Status)
	answered := q.Status == fulfillment.Accepted || q.Status == fulfillment.Rejected || q.Status == fulfillment.CancellationRequested
	switch {
	case !slices.Contains(fulfillment.RequestStatuses, q.Status):
		tell("the request for %s is %q", id, q.Status)
	case q.Status != q.Is || q.At != q.Location || q.Source != int64(q.Order):
		tell("the request for %s is %s at %s, and the fulfillment says %s at %s", id, q.Status, q.Location, q.Is, q.At)
	case open != (q.EndedAt == 0):
		tell("the request for %s is %s and ended at %d", id, q.Status, q.EndedAt)
	case open != (q.Open > 0) && q.Status != fulfillment.Unsubmitted:
		tell("the request for %s is %s, and %d units of it are open", id, q.Status, q.Open)
	case answered != (q.AnsweredAt != 0) && q.Status != fulfillment.Closed && q.Status != fulfillment.Unsubmitted, q.AnsweredAt != 0 && q.AnsweredAt < q.SubmittedAt:
		tell("the request for %s of %d is %s and was answered at %d", id, q.SubmittedAt, q.Status, q.AnsweredAt)
	case q.Status == fulfillment.Submitted && q.DueAt <= q.SubmittedAt:
		tell("nobody waits for an answer to the request for %s", id)
	case q.Round < 1 || q.Chases < 0 || q.Chases > partner.MaxChases:
		tell("%s was asked for %d times, and reminded of %d times", id, q.Round, q.Chases)
	case !open && (q.NextAt != 0 || q.DueAt != 0):
		tell("the request for %s is %s, and the clock waits for something", id, q.Status)
	case q.Told() != (q.Troubles == 1) || q.Troubles > 1:
		tell("the request for %s is %s, due at %d, and %d open troubles say that the partner is silent", id, q.Status, q.DueAt, q.Troubles)
	case q.NextAt != 0 && now-q.NextAt > endsWithin.Microseconds():
		tell("the clock should have looked at the request for %s %d minutes ago", id, (now-q.NextAt)/time.Minute.Microseconds())
	}
}
