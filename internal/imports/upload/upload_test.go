package upload_test

import (
	"bytes"
	"context"
	"fmt"
	"log/slog"
	"maps"
	"os"
	"slices"
	"strings"
	"testing"

	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/fault"
	"orderly/internal/imports/upload"
	"orderly/internal/jobs"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/purchases"
	"orderly/internal/store/storetest"
	"orderly/internal/store/uploads"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// work runs the jobs that are due until none is left.
func work(t *testing.T, s *desktest.Shop) {
	t.Helper()
	r := jobs.New(s.DB, upload.Kinds(s.Desk, slog.New(slog.DiscardHandler))[:1], jobs.Options{Node: "test"})
	for {
		n, err := r.Round(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		r.Wait()
		if n == 0 {
			return
		}
	}
}

// brought uploads a file, maps it and lets it run.
func brought(t *testing.T, s *desktest.Shop, what, text, way, mapping string) *uploads.File {
	t.Helper()
	f, err := upload.Receive(t.Context(), s.Desk, s.Scope, what+".csv", what, strings.NewReader(text), upload.NoKey)
	if err != nil {
		t.Fatal(err)
	}
	if f, err = upload.Map(t.Context(), s.Desk, s.Scope, f, admin.MapCommand{Way: way, Mapping: mapping}); err != nil {
		t.Fatal(err)
	}
	desktest.Must(s, admin.Start, admin.StartCommand{File: f.ID})
	work(t, s)
	return again(t, s, f)
}

func again(t *testing.T, s *desktest.Shop, f *uploads.File) *uploads.File {
	t.Helper()
	now, err := upload.Get(t.Context(), s.Desk, s.Scope, f.ID)
	if err != nil {
		t.Fatal(err)
	}
	return now
}

func rejects(t *testing.T, s *desktest.Shop, f *uploads.File) (out []uploads.Reject) {
	t.Helper()
	if err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) (err error) {
		out, err = uploads.Rejects(r, f.ID, 0, 100)
		return err
	}); err != nil {
		t.Fatal(err)
	}
	return out
}

// Kills: an import in the background that loses rows or tells the wrong ones;
// a mended line that is not taken, or taken twice.
func TestImport(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		f := brought(t, s, "items", "Code;Title;Preis\nA-1;Apple;1.20\nB-2;Pear;dear\n;Plum;1\nC-3;Fig;2\n", "", `{"sku":"Code","name":"Title","price":"Preis"}`)
		if f.Status != uploads.Done || f.Lines != 4 || f.Rejected != 2 || f.Done != f.Size {
			t.Fatalf("file %+v", f)
		}
		bad := rejects(t, s, f)
		if len(bad) != 2 || bad[0].Line != 3 || bad[0].Code != "invalid_price" || bad[0].Text != "B-2;Pear;dear" || bad[1].Line != 4 {
			t.Fatalf("rejects %+v", bad)
		}
		var csv bytes.Buffer
		if err := upload.WriteRejects(t.Context(), s.Desk, s.Scope, f, &csv); err != nil || !strings.HasPrefix(csv.String(), "line,code,reason,Code,Title,Preis\n3,invalid_price,") {
			t.Errorf("%v\n%s", err, csv.String())
		}
		form, err := upload.FormOf(t.Context(), s.Desk, s.Scope, f, 3)
		if err != nil || fmt.Sprint(form.Cells, form.Fits) != "[B-2 Pear dear] [sku name price]" {
			t.Fatalf("%v %+v", err, form)
		}
		got, err := upload.Mend(t.Context(), s.Desk, s.Scope, f, upload.Mended{Line: 3, Cells: []string{"B-2", "Pear", "still dear"}})
		if err != nil || got[0].FixedAt != 0 || got[0].Text != "B-2;Pear;still dear" {
			t.Fatalf("%v %+v", err, got)
		}
		got, err = upload.Mend(t.Context(), s.Desk, s.Scope, f, upload.Mended{Line: 3, Cells: []string{"B-2", "Pear; green", "3.50"}})
		if err != nil || got[0].FixedAt == 0 {
			t.Fatalf("%v %+v", err, got)
		}
		if _, err = upload.Mend(t.Context(), s.Desk, s.Scope, f, upload.Mended{Line: 3, Text: "B-2;Pear;9"}); fault.CodeOf(err) != "mended_before" {
			t.Errorf("mended a second time: %v", err)
		}
		if f = again(t, s, f); f.Fixed != 1 || f.Open() != 1 {
			t.Errorf("file %+v", f)
		}
		if err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
			list, err := items.BySKU(r, []string{"A-1", "B-2", "C-3"})
			if len(list) != 3 {
				t.Errorf("%d items", len(list))
			}
			for _, i := range list {
				if i.SKU == "B-2" && (i.Name != "Pear; green" || i.Price != 3_500_000) {
					t.Errorf("%+v", i)
				}
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// Kills: goods received twice: by a job that runs again, by the same file sent
// again, by a mended line sent again.
func TestStockOnce(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("TEA", "backorder")
		text := "sku,location,quantity\nTEA,A,5\nMUG,A,7\n"
		f := brought(t, s, "stock", text, "receive", "")
		if f.Status != uploads.Done || f.Rejected != 1 {
			t.Fatalf("file %+v", f)
		}
		twice, err := upload.Receive(t.Context(), s.Desk, s.Scope, "again.csv", "stock", strings.NewReader(text), upload.NoKey)
		if err != nil {
			t.Fatal(err)
		}
		if twice, err = upload.Map(t.Context(), s.Desk, s.Scope, twice, admin.MapCommand{}); err != nil {
			t.Fatal(err)
		}
		if _, err := desktest.Try(s, admin.Start, admin.StartCommand{File: twice.ID}); fault.CodeOf(err) != "imported_before" {
			t.Errorf("the same goods again: %v", err)
		}
		// The line waits for its item; sent twice as it is, it is refused twice.
		for range 2 {
			if _, err := upload.Mend(t.Context(), s.Desk, s.Scope, f, upload.Mended{Line: 3, Text: "MUG,A,7"}); err != nil {
				t.Fatal(err)
			}
		}
		mug := s.Goods("MUG", "backorder")
		for range 2 {
			taken, tried, err := upload.Retry(t.Context(), s.Desk, s.Scope, again(t, s, f))
			if err != nil {
				t.Fatal(err)
			}
			t.Log(taken, tried)
		}
		if err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
			n := int64(0)
			err := levels.OfItems(r, []int64{int64(mug)}, func(l *stock.Level) { n += l.OnHand })
			if n != 7 {
				t.Errorf("%d mugs, want 7", n)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// Kills: an order of which only some lines come in; a preview that writes.
func TestOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("TEA", "backorder", "A", 5)
		text := "order,date,sku,qty,price,who\nW-1,2026-01-02 10:00:00,TEA,1,2.00,Ada\nW-1,,NONE,1,2.00,\nW-2,2026-01-02 10:00:00,TEA,1,2.00,Bob\n"
		mapping := `{"*":"only","external_id":"order","placed_at":"date","sku":"sku","quantity":"qty","unit_price":"price","customer_name":"who","currency":"=EUR"}`
		f, err := upload.Receive(t.Context(), s.Desk, s.Scope, "o.csv", "orders", strings.NewReader(text), upload.NoKey)
		if err != nil {
			t.Fatal(err)
		}
		p, err := upload.Look(t.Context(), s.Desk, s.Scope, f, []byte(mapping), "live", "web")
		if err != nil {
			t.Fatal(err)
		}
		if p.Sound != 1 || len(p.Rows) != 3 || p.Rows[0].Fault != "line 3 of the same order has a fault; an order is imported as a whole" || p.Rows[1].Fault == "" || p.Rows[2].Fault != "" || p.Delimiter != "," || fmt.Sprint(p.Fits) != "[external_id placed_at sku quantity unit_price customer_name]" {
			t.Fatalf("%+v", p)
		}
		if f, err = upload.Map(t.Context(), s.Desk, s.Scope, f, admin.MapCommand{Way: "live", Channel: "web", Mapping: mapping, SaveAs: "web shop"}); err != nil {
			t.Fatal(err)
		}
		desktest.Must(s, admin.Start, admin.StartCommand{File: f.ID})
		work(t, s)
		f = again(t, s, f)
		bad := rejects(t, s, f)
		if f.Lines != 3 || len(bad) != 2 || bad[0].Ref != "W-1" || bad[1].Code != "unknown_sku" {
			t.Fatalf("%+v %+v", f, bad)
		}
		got, err := upload.Mend(t.Context(), s.Desk, s.Scope, f, upload.Mended{Line: 3, Cells: []string{"W-1", "", "TEA", "2", "2.00", ""}})
		if err != nil || len(got) != 2 || got[0].FixedAt == 0 || got[1].FixedAt == 0 {
			t.Fatalf("%v %+v", err, got)
		}
		if f = again(t, s, f); f.Open() != 0 {
			t.Errorf("%+v", f)
		}
	})
}

// Kills: a preview of purchases that makes a supplier, that shows a fault away from its
// cell or that asks for suppliers beforehand; a mended row of an order, named on the
// row above it alone, that is taken without the others.
func TestPurchases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("TEA", "backorder")
		text := "PO,Vendor,Day,Item,Qty,Cost,Came\nP-1,Leaf Co,2/3/2024,TEA,10,2.00,1/4/2024\n,,,NONE,5,1.00,n/a\nP-2,Leaf Co,13/3/2024,TEA,4,2.10,20/3/2024\n"
		mapping := `{"*":"only","-":"n/a","external_id":"PO","supplier":"Vendor","sent_on":"Day","sku":"Item","quantity":"Qty","cost":"Cost","came_on":"Came","location":"=A"}`
		f, err := upload.Receive(t.Context(), s.Desk, s.Scope, "p.csv", "purchases", strings.NewReader(text), upload.NoKey)
		if err != nil {
			t.Fatal(err)
		}
		p, err := upload.Look(t.Context(), s.Desk, s.Scope, f, []byte(mapping), "", "")
		if err != nil {
			t.Fatal(err)
		}
		if p.Sound != 1 || p.Rows[0].Cells[2].Fault == "" || p.Rows[0].Cells[6].Fault == "" || p.Rows[2].Fault != "" {
			t.Fatalf("days that nobody explained: %+v", p)
		}
		mapping = strings.Replace(mapping, "{", `{"dates":"=dmy",`, 1)
		if p, err = upload.Look(t.Context(), s.Desk, s.Scope, f, []byte(mapping), "", ""); err != nil || p.Sound != 1 || p.Rows[0].Fault == "" || !strings.Contains(p.Rows[1].Fault, "NONE") {
			t.Fatalf("%v %+v", err, p)
		}
		f = brought(t, s, "purchases", text, "", mapping)
		bad := rejects(t, s, f)
		if f.Lines != 3 || len(bad) != 2 || bad[0].Ref != "P-1" || bad[1].Ref != "P-1" || bad[1].Code != "unknown_sku" {
			t.Fatalf("%+v %+v", f, bad)
		}
		got, err := upload.Mend(t.Context(), s.Desk, s.Scope, f, upload.Mended{Line: 3, Cells: []string{"", "", "", "TEA", "5", "1.90", "n/a"}})
		if err != nil || len(got) != 2 || got[0].FixedAt == 0 || got[1].FixedAt == 0 {
			t.Fatalf("%v %+v", err, got)
		}
		if f = again(t, s, f); f.Open() != 0 {
			t.Errorf("%+v", f)
		}
		if err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
			known, err := purchases.ByExternal(r, []string{"P-1", "P-2"})
			if err != nil {
				return err
			}
			list, err := purchases.Load(r, slices.Collect(maps.Values(known)))
			one, two := list[known["P-1"]], list[known["P-2"]]
			if len(list) != 2 || len(one.Lines) != 2 || one.Lines[1].Received != 5 || one.Lines[0].LeadDays != 30 || one.Supplier != two.Supplier {
				t.Errorf("%+v %+v", one, two)
			}
			return err
		}); err != nil {
			t.Fatal(err)
		}
	})
}

// Kills: somebody who takes files of a kind that he may not write.
func TestMayImport(t *testing.T) {
	s := desktest.Open(t, storetest.SQLite(t))
	scope := s.Scope
	scope.Permissions = nil
	_, err := upload.Receive(context.Background(), s.Desk, scope, "x.csv", "items", strings.NewReader("sku,name\nA,B\n"), upload.NoKey)
	if fault.KindOf(err) != fault.Denied {
		t.Errorf("%v", err)
	}
	if _, err := upload.Receive(t.Context(), s.Desk, s.Scope, "x.xlsx", "items", strings.NewReader("PK\x03\x04"), upload.NoKey); fault.CodeOf(err) != "spreadsheet" {
		t.Errorf("%v", err)
	}
}
