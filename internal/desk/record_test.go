package desk_test

import (
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// A record is known again by its request and by what became of the order: the
// same request with another life is another content.
func TestRecordIsKnownByItsWholeContent(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder)
		c := intake.RecordCommand{Request: s.Request("MUG", 3)}
		c.Request.PlacedAt = 1_299_000_000_000_000
		c.Request.Payments = []order.Payment{{Amount: 3885}}
		c.Canceled = []order.Part{{Line: 1, Quantity: 1}}
		c.Refunded = 1295
		c.Returned = []intake.RecordedReturn{{At: c.Request.PlacedAt + 86_400_000_000, Reason: "late", Parts: []order.Part{{Line: 1, Quantity: 1}}, Refund: 1200}}
		first := desktest.Must(s, intake.Record, c)
		if again := desktest.Must(s, intake.Record, c); again.ID != first.ID || again.Status != "unchanged" {
			t.Errorf("the same record again: %+v", again)
		}
		o := load(t, s, order.ID(first.ID))
		if o.Refunded != 2495 || o.Lines[0].Q[order.Canceled] != 1 || o.Lines[0].Q[order.Returned] != 1 {
			t.Errorf("recorded as %+v, %v", o.Totals, o.Lines[0].Q)
		}
		c.Returned[0].Refund = 1000
		if _, err := desktest.Try(s, intake.Record, c); fault.CodeOf(err) != "external_id_taken" {
			t.Errorf("with another refund: %v", err)
		}
	})
}

func TestRecordRefuses(t *testing.T) {
	s := desktest.Open(t, storetest.SQLite(t))
	s.Goods("MUG", catalog.Backorder)
	parts := func(p ...order.Part) []intake.RecordedReturn {
		return []intake.RecordedReturn{{At: 1, Parts: p}}
	}
	tests := []struct {
		name, code string
		change     func(*intake.RecordCommand)
	}{
		{"more canceled than ordered", "too_many_canceled", func(c *intake.RecordCommand) { c.Canceled = []order.Part{{Line: 1, Quantity: 4}} }},
		{"more returned than sent", "too_many_returned", func(c *intake.RecordCommand) {
			c.Canceled, c.Returned = []order.Part{{Line: 1, Quantity: 2}}, parts(order.Part{Line: 1, Quantity: 2})
		}},
		{"a line twice in one return", "repeated", func(c *intake.RecordCommand) {
			c.Returned = parts(order.Part{Line: 1, Quantity: 1}, order.Part{Line: 1, Quantity: 1})
		}},
		{"more given back than paid", "more_than_paid", func(c *intake.RecordCommand) {
			c.Returned = parts(order.Part{Line: 1, Quantity: 1})
			c.Returned[0].Refund = 1
		}},
		{"a refund below zero", "out_of_range", func(c *intake.RecordCommand) {
			c.Returned = parts(order.Part{Line: 1, Quantity: 1})
			c.Returned[0].Refund = -1
		}},
	}
	for _, tt := range tests {
		c := intake.RecordCommand{Request: s.Request("MUG", 3)}
		c.Request.PlacedAt = 1
		tt.change(&c)
		if _, err := desktest.Try(s, intake.Record, c); fault.CodeOf(err) != tt.code {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
}
