package exchanging

import (
	"context"
	"slices"
	"strconv"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/exchange"
	"orderly/internal/desk/partner"
	"orderly/internal/edi"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/exchanges"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/partners"
	"orderly/internal/trading"
)

// The keys under which a partner is asked for a fulfillment, and asked to stop.
const (
	askKey  = "request:"
	stopKey = "cancel:"
)

// requestKey is the key of what a partner is asked for: one that is asked again
// after it was withdrawn is told again.
func requestKey(id fulfillment.ID, round int64) string {
	if round <= 1 {
		return askKey + id.String()
	}
	return askKey + id.String() + "." + strconv.FormatInt(round, 10)
}

// roundsOf are how often partners were asked for fulfillments.
func roundsOf(r *store.Reader, list []*fulfillment.Fulfillment) (map[fulfillment.ID]int64, error) {
	ids := make([]fulfillment.ID, len(list))
	for i, f := range list {
		ids[i] = f.ID
	}
	asked, err := partners.Load(r, ids)
	out := map[fulfillment.ID]int64{}
	for _, q := range asked {
		out[q.Fulfillment] = q.Round
	}
	return out, err
}

// stops reads which requests partners are not to send any more: withdrawn, asked
// to stop, or left because nothing was answered. What the partner itself said is
// none of them.
func (s *stretch) stops(r *store.Reader, seqs []int64) error {
	list, err := entries.Some(r, seqs)
	if err != nil {
		return err
	}
	for i := range list {
		d, err := order.DecodeDelta(list[i].Data)
		if err != nil {
			return err
		}
		for _, x := range d.Requests {
			over := x.Step == fulfillment.StepWithdrawn || x.Step == fulfillment.StepCancellationAsked || x.Step == fulfillment.StepRejected && x.Reason == partner.Silent
			if id := fulfillment.ID(x.ID); over && !slices.Contains(s.stopped, id) {
				s.stopped = append(s.stopped, id)
			}
		}
	}
	return nil
}

// stops tells partners to stop: of each document that asked for a fulfillment and
// holds no more, the same document again as a cancellation, once.
func (w *worker) stops(ctx context.Context, ids []fulfillment.ID) error {
	type told struct {
		to  *trading.Partner
		out exchange.Outgoing
	}
	var list []told
	err := w.read(ctx, func(r *store.Reader) error {
		list = nil
		places, err := placesOf(r)
		if err != nil || len(places) == 0 || len(ids) == 0 {
			return err
		}
		known, err := fulfillments.Load(r, ids)
		if err != nil {
			return err
		}
		rounds, err := roundsOf(r, known)
		if err != nil {
			return err
		}
		for _, f := range known {
			p := places[f.Location]
			if p == nil {
				continue
			}
			docs, err := exchanges.OfSubjects(r, []int64{int64(f.ID)})
			if err != nil {
				return err
			}
			for _, d := range docs {
				rest, is := strings.CutPrefix(d.Key, askKey)
				if !is || d.Partner != p.ID || d.Status == trading.Failed || d.Key == requestKey(f.ID, rounds[f.ID]) && !over(f) {
					continue
				}
				doc, err := w.document(r, d)
				if err != nil {
					return err
				}
				if doc = canceled(doc); doc != nil {
					list = append(list, told{p, exchange.Outgoing{Document: doc, Key: stopKey + rest, Kind: "ful", Subject: int64(f.ID)}})
				}
			}
		}
		return nil
	})
	if err != nil {
		return err
	}
	for _, x := range list {
		if err := w.send(ctx, x.to, []exchange.Outgoing{x.out}); err != nil {
			return err
		}
	}
	return nil
}

// over reports whether a partner is not to send a fulfillment as it stands now:
// what was answered or sent meanwhile is not taken back.
func over(f *fulfillment.Fulfillment) bool {
	switch f.RequestStatus {
	case fulfillment.Unsubmitted, fulfillment.Rejected, fulfillment.CancellationRequested:
		return true
	}
	return f.WorkStatus == fulfillment.Canceled
}

// canceled is the cancellation of what a document asked for; nil of others.
func canceled(doc edi.Document) edi.Document {
	switch doc := doc.(type) {
	case *edi.ShippingOrder:
		x := *doc
		x.Purpose = edi.Cancel
		return &x
	case *edi.Order:
		x := *doc
		x.Purpose = edi.Cancel
		return &x
	}
	return nil
}

// stopped takes a shipping advice of nothing for the yes of a 3PL that was asked to
// stop.
func (w *worker) stopped(ctx context.Context, f *fulfillment.Fulfillment) (worked, error) {
	_, err := desk.One(ctx, w.desk, partner.Answer, w.scope, partner.AnswerCommand{Fulfillment: f.ID, Stops: true}, desk.Options{Bulk: true})
	return worked{kind: journal.Order, subject: f.Source}, err
}
