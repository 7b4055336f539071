package queues_test

import (
	"testing"

	"orderly/internal/access"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/help"
	"orderly/internal/queue"
	"orderly/internal/store"
	"orderly/internal/store/queues"
	"orderly/internal/store/storetest"
	"orderly/internal/support"
)

// Cases that are late stand in their queue once, whether or not somebody told of
// it, and leave it when they wait for the customer or are resolved.
//
// Kills: a case that is counted twice or never, a page that leaves one out, rows
// for who may not see customers.
func TestMissedCases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		var ids []support.ID
		for range 5 {
			ids = append(ids, support.ID(desktest.Must(s, help.Open, help.OpenCommand{Case: support.Case{Subject: "Late", Name: "Ada"}}).ID))
		}
		storetest.Exec(t, db, "UPDATE support_case SET first_due = 7, next_due = 7 WHERE m = 1 AND id <> $1", int64(ids[4]))
		for _, id := range []support.ID{ids[1], ids[2]} {
			desktest.Must(s, help.Escalate, help.EscalateCommand{Case: id})
		}
		desktest.Must(s, help.Wait, help.MoveCommand{Case: ids[2]})
		late := func(want ...support.ID) {
			t.Helper()
			look(t, s, s.Scope, func(r *store.Reader, b *queues.Board) {
				if f := sum(b, queue.Cases); f.Count != int64(len(want)) || f.More || (f.Oldest == 0) != (len(want) == 0) {
					t.Errorf("%+v", f)
				}
				after, got := "", []support.ID(nil)
				for {
					page := rows(t, r, b, queue.Cases, after, 2)
					for _, w := range page.Rows {
						got = append(got, support.ID(w.ID))
						if w.Subject < 1001 || w.Text != "Late" || w.Name != "Ada" || w.Due != 7 {
							t.Errorf("%+v", w)
						}
					}
					if after = page.Next; after == "" {
						break
					}
				}
				if len(got) != len(want) {
					t.Fatalf("%v, want %v", got, want)
				}
				for i := range want {
					if got[i] != want[i] {
						t.Errorf("%v, want %v", got, want)
					}
				}
			})
		}
		late(ids[0], ids[1], ids[3])
		desktest.Must(s, help.Hear, help.SayCommand{Case: ids[2], Text: "Well?"})
		storetest.Exec(t, db, "UPDATE support_case SET first_due = 7 WHERE m = 1 AND id = $1", int64(ids[2]))
		desktest.Must(s, help.Resolve, help.MoveCommand{Case: ids[0], Cause: "no_fault"})
		late(ids[1], ids[2], ids[3])
		scope := s.Scope
		scope.Permissions = []access.Permission{access.OrdersRead}
		look(t, s, scope, func(_ *store.Reader, b *queues.Board) {
			for _, f := range b.Facts {
				if f.Queue == queue.Cases || f.Queue == queue.Webhooks {
					t.Errorf("who may not see it is told of %s", f.Queue)
				}
			}
		})
	})
}

// Kills: a line that was booked, an endpoint that works, another merchant's.
func TestBankLinesAndWebhooks(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		const line = "INSERT INTO bank_line (m, id, statement, n, line_key, day, amount, currency, name, text, reference, end_to_end, charges, reversal, state, reason, decided_by, decided_at, version) " +
			"VALUES ($1, $2, 1, 1, $3, 20260101, 1295, 'GBP', 'Ada', 'Order 1001', '', '', 0, 0, $4, '', '', 0, 1)"
		storetest.Exec(t, db, line, 1, 11, "a", "open")
		storetest.Exec(t, db, line, 1, 12, "b", "booked")
		storetest.Exec(t, db, line, 2, 13, "c", "open")
		const endpoint = "INSERT INTO endpoint (m, id, kind, name, address, types, state, why, secret, previous, previous_until, created_at, updated_at, ended_at, edit_version) " +
			"VALUES ($1, $2, 'http', 'ERP', 'https://erp.example', '', $3, 'no answer', '', '', 0, 1, 5, 0, 1)"
		storetest.Exec(t, db, endpoint, 1, 21, "quarantined")
		storetest.Exec(t, db, endpoint, 1, 22, "active")
		storetest.Exec(t, db, endpoint, 2, 23, "quarantined")
		look(t, s, s.Scope, func(r *store.Reader, b *queues.Board) {
			for id, want := range map[string]int64{queue.BankLines: 11, queue.Webhooks: 21} {
				if f := sum(b, id); f.Count != 1 {
					t.Errorf("%+v", f)
				}
				page := rows(t, r, b, id, "", 10)
				if len(page.Rows) != 1 || page.Rows[0].ID != want || page.Rows[0].Text == "" {
					t.Errorf("%s: %+v", id, page.Rows)
				}
			}
		})
	})
}
