package torture

import (
	"fmt"
	"io"
	"math/rand/v2"
	"slices"
	"testing"

	"orderly/internal/kit/verify"
	"orderly/internal/store"
)

// Kills: a load whose acts with suppliers and partners are all refused, or that
// breaks a law.
func TestWorkerTrades(t *testing.T) {
	db, err := store.Open(t.Context(), store.Options{Dir: t.TempDir(), Unsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	w, err := Load{Acks: io.Discard}.worker(t.Context(), db)
	if err != nil {
		t.Fatal(err)
	}
	defer w.desk.Close()
	rng := rand.New(rand.NewPCG(1, 1))
	for n := range 12_000 {
		if err := w.act(t.Context(), rng, fmt.Sprint(n)); err != nil {
			t.Fatal(err)
		}
	}
	for _, want := range []struct {
		of    string
		kinds []string
	}{
		{"SELECT DISTINCT request_status FROM fulfillment WHERE m = $1 AND request_status <> 'none'", []string{"accepted", "cancellation_requested", "closed", "rejected", "submitted", "unsubmitted"}},
		{"SELECT DISTINCT status FROM purchase WHERE m = $1", []string{"canceled", "closed", "draft", "partly_received", "received", "sent"}},
		{"SELECT DISTINCT type FROM entry WHERE m = $1 AND type LIKE 'purchase.%'", []string{"purchase.acknowledged", "purchase.receipt_reversed", "purchase.received", "purchase.shipped"}},
	} {
		var seen []string
		err := db.Read(t.Context(), scope, func(r *store.Reader) error {
			return r.Each(want.of, []any{r.M}, func(scan func(...any) error) error {
				var word string
				err := scan(&word)
				seen = append(seen, word)
				return err
			})
		})
		if err != nil {
			t.Fatal(err)
		}
		slices.Sort(seen)
		t.Log(want.of, seen)
		for _, kind := range want.kinds {
			if !slices.Contains(seen, kind) {
				t.Errorf("%s: never %s, only %q", want.of, kind, seen)
			}
		}
	}
	r, err := verify.Run(t.Context(), db, verify.Options{Level: verify.Deep})
	if err != nil {
		t.Fatal(err)
	}
	if !r.Clean() {
		t.Errorf("%+v", r.Violations)
	}
}
