package deliver

import (
	"context"
	"fmt"
	"sync"
	"time"

	"orderly/internal/connect/webhook"
	"orderly/internal/desk/admin"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/outbound"
	"orderly/internal/store"
	"orderly/internal/store/endpoints"
)

// EventID is the id under which an entry is sent: the same to every endpoint, at
// every try and at every replay, so that who has it already can tell.
func EventID(m, seq int64) string { return fmt.Sprintf("evt_%d_%d", m, seq) }

// Source is whose journal an event is from.
func Source(m int64) string { return "urn:orderly:" + ident.Text(journal.Merchant, m) }

// event is one thing to send, before it is encoded.
type event struct {
	id, typ, subject string
	at               int64
	data             []byte
}

func (x *event) message(m int64) (webhook.Message, error) {
	return webhook.Encode(webhook.Event{ID: x.id, Source: Source(m), Type: x.typ, Subject: x.subject, Time: instant(x.at), Data: x.data})
}

func instant(micros int64) string {
	return time.UnixMicro(micros).UTC().Format("2006-01-02T15:04:05.000000Z")
}

// tried is what became of one delivery.
type tried struct {
	delivery outbound.Delivery
	read     int64 // when it was last changed, as it was read
	answer   outbound.Answer
	at       int64
}

// sending is one batch on its way.
type sending struct {
	s        *serving
	events   map[outbound.DeliveryID]event
	secrets  []string
	unsigned string // why nothing can be signed
	mu       sync.Mutex
	done     []tried
	misses   int64
	stopping bool
}

// send makes the calls of chains, several chains at once, and writes what
// became of them.
func (s *serving) send(ctx context.Context, chains [][]outbound.Delivery) error {
	events, err := s.messages(ctx, chains)
	if err != nil {
		return err
	}
	b := &sending{s: s, events: events, misses: s.progress.Misses}
	if b.secrets, err = admin.WebhookSecrets(s.e.o.Desk, &s.endpoint, s.now); err != nil {
		b.unsigned = err.Error() // is told with the endpoint, where somebody looks
	}
	slots := make(chan struct{}, inFlight)
	var work sync.WaitGroup
	for _, c := range chains {
		slots <- struct{}{}
		if b.over(ctx) {
			<-slots
			break
		}
		work.Go(func() {
			defer func() { <-slots }()
			b.chain(ctx, c)
		})
	}
	work.Wait()
	if err := s.write(ctx, b.done); err != nil {
		return err
	}
	return context.Cause(ctx)
}

// chain sends deliveries of one object, in order, until one is not taken.
func (b *sending) chain(ctx context.Context, list []outbound.Delivery) {
	for _, d := range list {
		if b.over(ctx) {
			return
		}
		x := b.events[d.ID]
		m, err := x.message(b.s.claim.M)
		a := outbound.Answer{Error: "the entry cannot be told"}
		began := b.s.e.db.Now()
		switch {
		case b.unsigned != "":
			a.Error = b.unsigned
		case err == nil && x.id != "":
			a = b.s.e.o.Sender.Send(ctx, b.s.endpoint.Address, b.secrets, m, began)
		}
		ended := b.s.e.db.Now()
		if ctx.Err() != nil && a.Error != "" { // cut off by us: it says nothing of the endpoint
			return
		}
		a.Took = max(ended-began, 0)
		b.note(tried{delivery: d, read: d.UpdatedAt, answer: a, at: ended})
		if a.Outcome() != outbound.Taken {
			return
		}
	}
}

// over reports whether no further call is to be made: the endpoint is down, or
// this node stops.
func (b *sending) over(ctx context.Context) bool {
	b.mu.Lock()
	defer b.mu.Unlock()
	return b.stopping || ctx.Err() != nil
}

func (b *sending) note(t tried) {
	b.mu.Lock()
	defer b.mu.Unlock()
	b.done = append(b.done, t)
	var h outbound.Health
	h.Misses = b.misses
	h.Note(t.answer, t.at, 0)
	b.misses = h.Misses
	b.stopping = b.stopping || h.Down() || t.answer.RetryAfter > 0 || t.answer.Outcome() == outbound.Gone
}

// write keeps what became of calls: deliveries, how the endpoint answers, and
// the log, in one transaction. Then it stops an endpoint that takes nothing.
func (s *serving) write(ctx context.Context, done []tried) error {
	if len(done) == 0 {
		return nil
	}
	p := s.progress
	wasDown := p.Down()
	list, read, log := make([]outbound.Delivery, len(done)), make([]int64, len(done)), make([]endpoints.Attempt, len(done))
	gone := false
	for i, t := range done {
		p.Note(t.answer, t.at, s.e.o.Jitter())
		d := t.delivery
		d.Note(t.answer, p.TakenAt > d.CreatedAt, t.at, s.e.o.Jitter())
		list[i], read[i] = d, t.read
		p.Attempts++
		log[i] = endpoints.Attempt{N: p.Attempts, Delivery: d.ID, What: d.What, Seq: d.Seq, Kind: d.Kind, Subject: d.Subject, Type: d.Type,
			Outcome: t.answer.Outcome(), Status: t.answer.Status, Error: t.answer.Error, Took: t.answer.Took, At: t.at}
		gone = gone || t.answer.Outcome() == outbound.Gone
	}
	// What was called is written even while this node stops, if it is still in time.
	ctx = context.WithoutCancel(ctx)
	err := s.transact(ctx, func(tx *store.Tx) error {
		if err := endpoints.Settle(tx, list, read); err != nil {
			return err
		}
		if wasDown && !p.Down() { // it answers again: what waits need not rest
			if err := endpoints.Again(tx, s.id); err != nil {
				return err
			}
		}
		if err := endpoints.Log(tx, s.id, log); err != nil {
			return err
		}
		return endpoints.SaveHealth(tx, s.id, p)
	})
	if err == nil && (gone || p.Hopeless(s.e.db.Now())) && s.open() {
		err = s.stop(ctx, gone)
	}
	return err
}
