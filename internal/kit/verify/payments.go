package verify

import (
	"encoding/json"
	"time"

	"orderly/internal/journal"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

// maxOpen is how long an intent may be open: the longest that a provider is
// asked before a person is told, and a day for the person.
const maxOpen = 48 * time.Hour

// payments: intents were committed before anything was sent, each had one end
// and none stays open, what providers told is in the payment, and the journal tells how it stands.
func (x *run) payments() error {
	now := x.db.Now()
	return x.walk(audit.PaymentPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.PaymentFiles(r, in)
		if err != nil {
			return err
		}
		x.count(int64(len(list)), "X1", "X2", "X3")
		x.progress(int64(len(list)), 0)
		for _, f := range list {
			x.intents(f, now)
			x.effects(f)
			x.told(f)
		}
		return nil
	})
}

// intents: each was asked for in the journal before it was sent, and everything
// that was sent is an intent. Those that are open are young, and have a job.
func (x *run) intents(f *audit.PaymentFile, now int64) {
	asked, sent := map[string]int64{}, map[string]int64{}
	for _, e := range f.History {
		var d payment.Told
		if err := json.Unmarshal(e.Data, &d); err != nil || d.Intent == "" {
			continue
		}
		switch e.Type {
		case journal.PaymentAsked:
			asked[d.Intent] = e.Seq
		case journal.PaymentSent, journal.PaymentAnswered:
			if asked[d.Intent] == 0 {
				x.tell("X1", f.ID.String(), "payment %s: %s was sent by entry %d and never asked for before", f.ID, d.Intent, e.Seq)
			}
			sent[d.Intent] = e.Seq
		}
	}
	for i := range f.Intents {
		in := &f.Intents[i]
		switch key := in.Key(); {
		case asked[key] == 0:
			x.tell("X1", key, "payment %s has an intent %s that no entry asks for", f.ID, key)
		case in.SentAt != 0 && sent[key] == 0, in.SentAt != 0 && in.SentAt < in.CreatedAt:
			x.tell("X1", key, "intent %s was sent at %d, made at %d, and no entry tells of it", key, in.SentAt, in.CreatedAt)
		}
		delete(asked, in.Key())
		switch {
		case in.Settled() != (in.SettledAt != 0):
			x.tell("X3", in.Key(), "intent %s is %s and settled at %d", in.Key(), in.State, in.SettledAt)
		case !in.Settled() && !f.Jobs[in.ID]:
			x.tell("X3", in.Key(), "intent %s is %s and no job carries it out", in.Key(), in.State)
		case !in.Settled() && now-in.CreatedAt > maxOpen.Microseconds():
			x.tell("X3", in.Key(), "intent %s is %s since %d hours", in.Key(), in.State, (now-in.CreatedAt)/time.Hour.Microseconds())
		}
	}
	for key := range asked {
		x.tell("X1", f.ID.String(), "payment %s: %s was asked for and is not there", f.ID, key)
	}
	if f.Provider != "" && f.Authorized > 0 && len(f.Intents) == 0 && len(f.Events) == 0 {
		x.tell("X1", f.ID.String(), "payment %s has %d authorized; no intent and no event of provider %s explains it", f.ID, f.Authorized, f.Provider)
	}
}

// rounded is by how much less than an intent asked for a provider may move: of
// some currencies only tens of the smallest unit can move.
const rounded = 9

// effects: each intent came to one end, the one that the journal tells, and
// what succeeded is in the payment's amounts, once.
func (x *run) effects(f *audit.PaymentFile) {
	succeeded, failed := map[string]bool{}, map[string]bool{}
	for _, e := range f.History {
		var d payment.Told
		if err := json.Unmarshal(e.Data, &d); err != nil || d.Intent == "" {
			continue
		}
		succeeded[d.Intent] = succeeded[d.Intent] || d.Outcome == payment.Succeeded
		failed[d.Intent] = failed[d.Intent] || d.Outcome == payment.Declined
	}
	sums := map[string]int64{}
	for i := range f.Intents {
		in := &f.Intents[i]
		key := in.Key()
		switch is := in.State == payment.Succeeded; {
		case succeeded[key] && failed[key]:
			x.tell("X2", key, "intent %s came to two ends by the journal", key)
		case is != succeeded[key] || (in.State == payment.Declined) != failed[key]:
			x.tell("X2", key, "intent %s is %s, the journal tells another end", key, in.State)
		case is:
			sums[in.Kind] += max(0, in.Amount-rounded)
		}
	}
	for kind, done := range map[string]int64{payment.Capture: f.Captured, payment.Refund: f.Refunded} {
		if sums[kind] > done {
			x.tell("X2", f.ID.String(), "payment %s: intents to %s succeeded over %d or more, its amounts say %d", f.ID, kind, sums[kind], done)
		}
	}
}

// told: every event of it is in its amounts, and the last entry tells these.
func (x *run) told(f *audit.PaymentFile) {
	for i := range f.Events {
		if e := &f.Events[i]; e.AppliedAt == 0 || !f.Holds(e.Amounts) || !e.Fits(f.Payment) {
			x.tell("A2", f.ID.String(), "payment %s does not hold what event %s of %s told", f.ID, e.ID, e.Provider)
		}
	}
	x.count(int64(len(f.Events)), "A2")
	var last payment.Told
	n := len(f.History)
	if n > 0 {
		if err := json.Unmarshal(f.History[n-1].Data, &last); err != nil {
			x.tell("E1", f.ID.String(), "the last entry of payment %s cannot be read: %v", f.ID, err)
			return
		}
	}
	if int64(n) != f.Version || last.Known != f.Amounts {
		x.tell("E1", f.ID.String(), "payment %s is at version %d with %+v, the journal has %d entries and ends with %+v", f.ID, f.Version, f.Amounts, n, last.Known)
	}
}
