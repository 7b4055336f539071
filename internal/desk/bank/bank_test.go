package bank_test

import (
	"context"
	"fmt"
	"os"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/bank"
	"orderly/internal/desk/desktest"
	"orderly/internal/fault"
	reader "orderly/internal/imports/bank"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/statement"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func upload(s *desktest.Shop, text string, book bool) *bank.Uploaded {
	s.T.Helper()
	file, lines, err := reader.Read([]byte(text), nil, "GBP")
	if err != nil {
		s.T.Fatal(err)
	}
	file.Name = "bank.csv"
	return desktest.Must(s, bank.Upload, bank.UploadCommand{Statement: *file, Lines: lines, Book: book}).Value.(*bank.Uploaded)
}

func paid(s *desktest.Shop, id order.ID) (n int64) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
		o, err := orders.Get(r, id)
		if err == nil {
			n = o.Paid
		}
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return n
}

// A statement books what is certain when it is asked to, once however often it
// comes; the rest is booked, split or ignored by a person.
//
// Kills: the same line booked twice, by the same file or an overlapping one; a
// line booked by itself that is not certain; parts that do not sum to it.
func TestStatement(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 50)
		a, b, c := s.Place("MUG", 2).Order, s.Place("MUG", 1).Order, s.Place("MUG", 3).Order
		text := fmt.Sprintf("Date,Name,Description,Amount\n2026-01-30,Ada Byron,Order %d,25.90\n2026-01-30,Ada Byron,%d and %d,51.80\n2026-01-30,Bank,fee,-3.00\n", a.Number, b.Number, c.Number)
		if up := upload(s, text, false); up.Booked != 0 || up.Proposals[0][0].Confidence != statement.Certain || paid(s, a.ID) != 0 {
			t.Fatalf("%+v", up)
		}
		if up := upload(s, text, true); up.Statement.Known != 3 || up.Booked != 0 || paid(s, a.ID) != 0 {
			t.Fatalf("again: %+v", up.Statement)
		}
		first := open(s)
		if len(first) != 3 {
			t.Fatalf("%d lines wait", len(first))
		}
		desktest.Must(s, bank.Decide, bank.DecideCommand{Line: first[0].ID, Parts: []bank.Part{{Order: a.ID, Amount: 2590}}})
		refused(s, bank.DecideCommand{Line: first[0].ID, Parts: []bank.Part{{Order: a.ID, Amount: 2590}}}, "decided")
		refused(s, bank.DecideCommand{Line: first[1].ID, Parts: []bank.Part{{Order: b.ID, Amount: 1295}}}, "parts_differ")
		refused(s, bank.DecideCommand{Line: first[2].ID, Parts: []bank.Part{{Order: b.ID, Amount: 300}}}, "no_receipt")
		split := desktest.Must(s, bank.Decide, bank.DecideCommand{Line: first[1].ID, Parts: []bank.Part{{Order: b.ID, Amount: 1395}, {Order: c.ID, Amount: 3785}}}).Value.(*bank.Decided)
		if split.Differences[0] != 100 || split.Differences[1] != -100 {
			t.Errorf("over and under: %v", split.Differences)
		}
		desktest.Must(s, bank.Decide, bank.DecideCommand{Line: first[2].ID, Reason: "a fee"})
		desktest.Must(s, bank.Decide, bank.DecideCommand{Line: first[2].ID, Reopen: true})
		if paid(s, a.ID) != 2590 || paid(s, b.ID) != 1395 || paid(s, c.ID) != 3785 || len(open(s)) != 1 {
			t.Error("not what was booked")
		}
		d := s.Place("MUG", 1).Order
		up := upload(s, text+fmt.Sprintf("2026-02-01,Ada Byron,Order %d,12.95\n2026-02-01,Ada Byron,Order %d,12.95\n", d.Number, d.Number), true)
		if up.Booked != 1 || up.Statement.Known != 3 || paid(s, d.ID) != 1295 {
			t.Errorf("an overlapping file booked %d, knew %d", up.Booked, up.Statement.Known)
		}
		report, err := verify.Run(context.Background(), s.DB, verify.Options{Level: verify.Full})
		if err != nil || len(report.Violations) > 0 {
			t.Fatalf("%v %+v", err, report)
		}
	})
}

func open(s *desktest.Shop) (out []*statement.Line) {
	s.T.Helper()
	err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) (err error) {
		out, err = bank.Waiting(r, 100)
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return out
}

func refused(s *desktest.Shop, c bank.DecideCommand, code string) {
	s.T.Helper()
	if _, err := desktest.Try(s, bank.Decide, c); fault.CodeOf(err) != code {
		s.T.Fatalf("%+v: %v, not %s", c, err, code)
	}
}
