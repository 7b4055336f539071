package audit

import (
	"strings"

	"orderly/internal/journal"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/payments"
)

// PaymentPages walk payments with what was told of them.
var PaymentPages = []Walk{{"payment", "id", "id", 1}, {"payment_intent", "payment", "payment, id", 4}}

// PaymentFile is everything that rows say about one payment in one snapshot.
type PaymentFile struct {
	*payment.Payment
	Events  []payment.Event // that were applied to it
	History []journal.Entry
	Jobs    map[payment.IntentID]bool // there is a job that carries it out
}

// PaymentFiles reads a page of payments.
func PaymentFiles(r *store.Reader, in Range) ([]*PaymentFile, error) {
	list, err := ids(r, "SELECT id FROM payment WHERE m = $1 AND id > $2 AND id <= $3 ORDER BY id", r.M, in.After, in.UpTo)
	if err != nil || len(list) == 0 {
		return nil, err
	}
	keys := make([]payment.ID, len(list))
	for i, id := range list {
		keys[i] = payment.ID(id)
	}
	found, err := payments.Load(r, keys)
	if err != nil {
		return nil, err
	}
	at := map[int64]*PaymentFile{}
	var out []*PaymentFile
	for _, p := range found {
		f := &PaymentFile{Payment: p, Jobs: map[payment.IntentID]bool{}}
		at[int64(p.ID)] = f
		out = append(out, f)
	}
	if err := addHistories(r, list, at); err != nil {
		return nil, err
	}
	events, err := payments.EventsOf(r, keys)
	for _, e := range events {
		if f := at[int64(e.Payment)]; f != nil {
			f.Events = append(f.Events, e)
		}
	}
	if err != nil {
		return nil, err
	}
	return out, addJobs(r, out)
}

func addHistories(r *store.Reader, list []int64, at map[int64]*PaymentFile) error {
	const text = "SELECT seq, subject, subject_seq, type, at, actor, data FROM entry WHERE m = $1 AND subject IN ($IN) ORDER BY subject, subject_seq"
	return store.In(r, text, []any{r.M}, list, func(scan func(...any) error) error {
		var e journal.Entry
		var actor string
		err := scan(&e.Seq, &e.Subject, &e.SubjectSeq, &e.Type, &e.At, &actor, &e.Data)
		e.Actor.Kind, e.Actor.ID, _ = strings.Cut(actor, ":")
		if f := at[e.Subject]; f != nil {
			f.History = append(f.History, e)
		}
		return err
	})
}

// addJobs looks for the jobs of intents that are not settled.
func addJobs(r *store.Reader, list []*PaymentFile) error {
	var open []string
	at := map[string]*PaymentFile{}
	of := map[string]payment.IntentID{}
	for _, f := range list {
		for i := range f.Intents {
			if x := &f.Intents[i]; !x.Settled() {
				open = append(open, x.Key())
				at[x.Key()], of[x.Key()] = f, x.ID
			}
		}
	}
	return store.In(r, "SELECT dedupe FROM job WHERE m = $1 AND kind = $2 AND dedupe IN ($IN)", []any{r.M, "payment"}, open, func(scan func(...any) error) error {
		var key string
		err := scan(&key)
		if f := at[key]; f != nil {
			f.Jobs[of[key]] = true
		}
		return err
	})
}
