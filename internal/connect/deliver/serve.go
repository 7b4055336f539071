package deliver

import (
	"context"
	"fmt"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/jobs"
	"orderly/internal/journal"
	"orderly/internal/outbound"
	"orderly/internal/store"
	"orderly/internal/store/endpoints"
	"orderly/internal/store/entries"
)

// serving is one endpoint in the hands of one node. Each step reads it anew.
type serving struct {
	e     *Engine
	claim *jobs.Claim
	id    outbound.ID

	endpoint outbound.Endpoint
	progress endpoints.Progress
	waiting  []outbound.Delivery
	now      int64
}

// serve does what is to be done for one endpoint until nothing is.
func (e *Engine) serve(ctx context.Context, c *jobs.Claim) error {
	id, err := outbound.ParseID(c.Data)
	if err != nil {
		return fmt.Errorf("a job of webhooks names no endpoint: %w", err)
	}
	if _, busy := e.served.LoadOrStore(endpoints.Key{M: c.M, ID: id}, true); !busy {
		defer e.served.Delete(endpoints.Key{M: c.M, ID: id})
	}
	s := &serving{e: e, claim: c, id: id}
	for began := e.db.Now(); ; {
		if err := s.read(ctx); err != nil {
			return err
		}
		if s.now-began > turn.Microseconds() { // others wait for a worker
			return s.transact(ctx, func(tx *store.Tx) error { return endpoints.Nudge(tx, s.id) })
		}
		more, err := s.take(ctx)
		if err != nil {
			return err
		}
		if more { // read what was taken together with what waits
			if err := s.read(ctx); err != nil {
				return err
			}
		}
		chosen := outbound.Pick(s.waiting, &s.progress.Health, s.open(), s.now)
		if len(chosen) > 0 {
			err = s.send(ctx, chosen)
			more = true
		}
		if err != nil {
			return err
		}
		if more {
			continue
		}
		if done, err := s.rest(ctx); done || err != nil {
			return err
		}
	}
}

func (s *serving) open() bool { return s.endpoint.Open() }

func (s *serving) read(ctx context.Context) error {
	return s.e.db.Read(ctx, scope(s.claim.M), func(r *store.Reader) (err error) {
		s.now = s.e.db.Now()
		if s.endpoint, err = endpoints.Get(r, s.id); err != nil {
			return err
		}
		if s.progress, err = endpoints.ProgressOf(r, s.id); err != nil {
			return err
		}
		s.waiting, err = endpoints.InState(r, s.id, outbound.Waiting, 0, outbound.Window+4*outbound.Batch)
		return err
	})
}

// hungry reports whether entries are taken now.
func (s *serving) hungry() bool {
	return outbound.Hungry(len(s.waiting), &s.progress.Health, s.open(), s.now)
}

// take makes deliveries of the next entries that the endpoint wants, and moves
// it on in the journal, in one transaction.
func (s *serving) take(ctx context.Context) (more bool, err error) {
	if !s.hungry() {
		return false, nil
	}
	var next []entries.Change
	err = s.e.db.Read(ctx, scope(s.claim.M), func(r *store.Reader) (err error) {
		next, err = entries.Changes(r, s.progress.Seq, page)
		return err
	})
	if err != nil || len(next) == 0 {
		return false, err
	}
	to := next[0].Seq
	var wanted []entries.Change
	for _, c := range next {
		if s.endpoint.Wants(s.told(c.Type)) {
			wanted = append(wanted, c)
		}
		to = c.Seq
		if len(wanted) == outbound.Batch {
			break
		}
	}
	if wanted, err = s.ours(ctx, wanted); err != nil {
		return false, err
	}
	err = s.transact(ctx, func(tx *store.Tx) error {
		there, err := endpoints.Forward(tx, s.id, s.progress.Seq, to)
		if err != nil || !there { // somebody has set it back: look again
			return err
		}
		list := make([]outbound.Delivery, len(wanted))
		for i, c := range wanted {
			list[i] = outbound.Delivery{ID: outbound.DeliveryID(tx.IDs().Next()), Endpoint: s.id, What: outbound.Entry, Seq: c.Seq, Kind: c.Kind, Subject: c.Subject, Type: c.Type,
				State: outbound.Waiting, NextAt: tx.At, CreatedAt: tx.At, UpdatedAt: tx.At}
		}
		return endpoints.Put(tx, list)
	})
	return true, err
}

// transact runs f in a transaction beside the merchant's lock, in which the
// endpoint is still this node's.
func (s *serving) transact(ctx context.Context, f func(*store.Tx) error) error {
	return s.e.db.Transact(ctx, func(tx *store.Tx) error {
		tx.Beside(s.claim.M)
		if err := s.claim.Hold(tx); err != nil {
			return err
		}
		return f(tx)
	})
}

// rest says when the endpoint is looked at again. It reports false when somebody
// has changed something meanwhile.
func (s *serving) rest(ctx context.Context) (done bool, err error) {
	due := outbound.NextAt(s.waiting, &s.progress.Health, s.open(), s.now)
	err = s.transact(ctx, func(tx *store.Tx) (err error) {
		done, err = endpoints.Rest(tx, s.id, s.hungry(), due, s.progress.Nudges)
		return err
	})
	return done, err
}

// messages are what deliveries send, by their ids. Of an entry that is not there
// any more there is none.
func (s *serving) messages(ctx context.Context, chains [][]outbound.Delivery) (map[outbound.DeliveryID]event, error) {
	out := map[outbound.DeliveryID]event{}
	var seqs []int64
	bySeq := map[int64]outbound.DeliveryID{}
	for _, c := range chains {
		for _, d := range c {
			if d.What == outbound.Ping {
				out[d.ID] = event{id: d.ID.String(), typ: outbound.PingType, subject: s.id.String(), at: d.CreatedAt, data: []byte(`{}`)}
				continue
			}
			seqs = append(seqs, d.Seq)
			bySeq[d.Seq] = d.ID
		}
	}
	err := s.e.db.Read(ctx, scope(s.claim.M), func(r *store.Reader) error {
		list, err := entries.Some(r, seqs)
		if err != nil {
			return err
		}
		return s.render(r, list, func(x *journal.Entry, data []byte) {
			out[bySeq[x.Seq]] = event{id: EventID(s.claim.M, x.Seq), typ: x.Type, subject: ident.Text(x.Kind, x.Subject), at: x.At, data: data}
		})
	})
	return out, err
}

func (s *serving) render(r *store.Reader, list []journal.Entry, each func(*journal.Entry, []byte)) error {
	if s.endpoint.Location != 0 {
		return s.tellPartner(r, list, each)
	}
	got, err := s.e.o.Render(r, list)
	for i := range got {
		each(&list[i], got[i])
	}
	return err
}

// stop takes an endpoint out of service, as an act of its own.
func (s *serving) stop(ctx context.Context, gone bool) error {
	_, err := desk.One(ctx, s.e.o.Desk, admin.QuarantineWebhook, scope(s.claim.M), admin.QuarantineCommand{ID: s.id, Gone: gone}, desk.Options{})
	if fault.CodeOf(err) == "webhook_ended" { // by a person, who was faster
		return nil
	}
	if err == nil {
		s.e.o.Log.Warn("a webhook endpoint takes nothing and was stopped; a person must look", "merchant", s.claim.M, "endpoint", s.id.String(), "gone", gone)
	}
	return err
}
