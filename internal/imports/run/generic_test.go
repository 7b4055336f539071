package run_test

import (
	"compress/gzip"
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/imports/run"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/items"
	"orderly/internal/store/storetest"
)

const someItems = "SKU,Name,Price,Cost,Kind,Scale,Unit,Barcode,custom.color\n" +
	"MUG,Blue mug,12.95,4.50,,,,5000000000012,blue\n" +
	"TEA,Loose tea,0.0325,,goods,3,kg,,\n" +
	"WRAP,Gift wrapping,2.00,,service,,,,\n"

func (b *books) items() {
	b.Helper()
	s := b.load(run.Options{What: run.Items, Path: b.file("items.csv", someItems)})
	if s.Items != 3 || s.LinesRead != 3 {
		b.Fatalf("%d items of %d lines", s.Items, s.LinesRead)
	}
}

func (b *books) location(code string) {
	b.Helper()
	_, err := desk.One(b.Context(), b.Desk, admin.SaveLocation, b.Scope,
		admin.LocationCommand{Location: stock.Location{Code: code, Name: code, Priority: 1, Active: true}}, desk.Options{})
	if err != nil {
		b.Fatal(err)
	}
}

// rejected reads a file of rejects without its header.
func rejected(t *testing.T, s *run.Summary) []string {
	t.Helper()
	if s.Rejects == "" {
		return nil
	}
	text, err := os.ReadFile(s.Rejects)
	if err != nil {
		t.Fatal(err)
	}
	return strings.Split(strings.TrimSpace(string(text)), "\n")[1:]
}

// wantRejects asserts how each reject begins.
func wantRejects(t *testing.T, s *run.Summary, begin ...string) {
	t.Helper()
	got := rejected(t, s)
	if len(got) != len(begin) || s.LinesRejected != int64(len(begin)) {
		t.Fatalf("%d rejects, %d counted, want %d:\n%s", len(got), s.LinesRejected, len(begin), strings.Join(got, "\n"))
	}
	for i := range got {
		if !strings.HasPrefix(got[i], begin[i]) {
			t.Errorf("reject %q, want %q", got[i], begin[i])
		}
	}
}

func TestItems(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		b.items()
		// What a later file leaves out stays; what it repeats is left alone.
		s := b.load(run.Options{What: run.Items, Path: b.file("prices.csv",
			"sku;name;price;kind;components\nMUG;Blue mug;13.95;;\nTEA;Loose tea;0.0325;;\nBOX;Breakfast box;20;bundle;MUG*2|WRAP\nBOX;Breakfast box;21;;\nBAD;Bad box;1;bundle;NONE\nMUG;x;1;;TEA\n")})
		wantRejects(t, s, "6,unknown_sku,", "7,not_a_bundle,")
		if s.Items != 4 || s.Unchanged != 1 {
			t.Errorf("%d items, %d unchanged", s.Items, s.Unchanged)
		}
		b.read(func(r *store.Reader) error {
			list, err := items.BySKU(r, []string{"MUG", "BOX"})
			if err != nil {
				return err
			}
			for _, i := range list {
				switch i.SKU {
				case "MUG":
					if i.Price.String() != "13.95" || i.Cost.String() != "4.50" || len(i.Barcodes) != 1 || string(i.Custom) != `{"color":"blue"}` {
						t.Errorf("the mug is %+v", i)
					}
				case "BOX":
					if i.Price.String() != "21.00" || len(i.Components) != 2 {
						t.Errorf("the box is %+v", i)
					}
				}
			}
			return nil
		})
		b.clean()
	})
}

func TestStock(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		b.items()
		b.location("A")
		b.location("B")
		o := run.Options{What: run.Stock, Path: b.file("stock.csv", "sku,location,qty,bin,reason\n"+
			"MUG,A,5,A-1,delivery 7\n5000000000012,A,2,,\nTEA,B,1.25,,\nTEA,B,0,,\nMUG,C,1,,\nNONE,A,1,,\nWRAP,A,1,,\nMUG,A,0.5,,\nMUG,A,-1,,\n")}
		s := b.load(o)
		wantRejects(t, s, "6,unknown_location,", "7,unknown_sku,", "8,not_stocked,", "9,invalid_quantity,", "10,negative,")
		if s.Adjustments != 3 || s.WithoutEffect != 1 {
			t.Errorf("%d lines received, %d without effect", s.Adjustments, s.WithoutEffect)
		}
		acts := b.number("SELECT count(*) FROM entry WHERE m = $1 AND kind = 'stk'")
		if acts != 1 {
			t.Errorf("%d acts for one file", acts)
		}
		again := b.load(o) // nothing comes twice
		sameRun(t, s, again)
		b.onHand(map[string]int64{"MUG at A": 7, "TEA at B": 1250})

		o = run.Options{What: run.Stock, As: run.Count, Path: b.file("count.csv", "sku,location,qty\nMUG,A,6\nTEA,B,1.25\nMUG,B,4\nMUG,A,9\n")}
		s = b.load(o)
		wantRejects(t, s, "5,repeated,")
		b.onHand(map[string]int64{"MUG at A": 6, "MUG at B": 4, "TEA at B": 1250})
		b.clean()
	})
}

// onHand asserts all levels that are not zero.
func (b *books) onHand(want map[string]int64) {
	b.Helper()
	got := map[string]int64{}
	b.read(func(r *store.Reader) error {
		return r.Each("SELECT i.sku, p.code, l.on_hand FROM level AS l JOIN item AS i ON i.m = l.m AND i.id = l.item JOIN location AS p ON p.m = l.m AND p.id = l.location WHERE l.m = $1 AND l.on_hand <> 0",
			[]any{r.M}, func(scan func(...any) error) error {
				var sku, code string
				var n int64
				err := scan(&sku, &code, &n)
				got[sku+" at "+code] = n
				return err
			})
	})
	if d := cmp.Diff(want, got); d != "" {
		b.Error(d)
	}
}

func TestCustomers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		b.load(run.Options{What: run.Customers, Path: b.file("one.ndjson",
			`{"external_id":"C1","name":"Ada Byron","email":"ada@example.com","country":"gb","custom":{"tier":"gold"}}`+"\n"+
				`{"external_id":"C2","company":"Tea & Sons"}`+"\n")})
		s := b.load(run.Options{What: run.Customers, Path: b.file("two.csv", "id,name,phone,e-mail\nC1,,+44 1,\nC2,,,\nC3,,,not an address\n,,,\n,Bob,,\n")})
		wantRejects(t, s, "4,invalid_email,")
		if s.Customers != 3 || s.Unchanged != 1 || s.LinesRead != 4 { // a line of commas alone is blank
			t.Errorf("%d customers, %d unchanged, %d lines", s.Customers, s.Unchanged, s.LinesRead)
		}
		b.read(func(r *store.Reader) error {
			list, err := customers.ByExternalID(r, []string{"C1"})
			if err != nil {
				return err
			}
			c := list[0]
			if len(list) != 1 || c.Contact.Name != "Ada Byron" || c.Contact.Phone != "+44 1" || c.Address.Country != "GB" || string(c.Custom) != `{"tier":"gold"}` || c.EditVersion != 1 {
				t.Errorf("the customer is %+v", c)
			}
			return nil
		})
		b.clean()
	})
}

const someOrders = "order,date,currency,paid,customer,email,ship_to_country,sku,qty,price,title\n" +
	"W-1,2026-03-29 00:30,GBP,yes,C1,ada@example.com,GB,MUG,2,12.95,\n" +
	"W-1,,,,,,,TEA,0.125,0.033,Assam\n" +
	"W-2,2026-03-30 09:00,GBP,,C9,,GB,MUG,1,12.95,\n" +
	"W-3,2026-03-30 09:00,GBP,yes,,,GB,MUG,1,12.95,\n" +
	"W-3,,,,,,,NONE,4,1.50,\n" +
	"W-4,2026-03-30 09:00,GBP,yes,,,GB,MUG,many,12.95,\n" +
	"W-5,2026-03-30 09:00,GBP,yes,,,GB,MUG,0.5,12.95,\n"

func TestOrders(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		b.items()
		b.location("A")
		b.load(run.Options{What: run.Stock, Path: b.file("stock.csv", "sku,location,qty\nMUG,A,2\nTEA,A,10\n")})
		b.load(run.Options{What: run.Customers, Path: b.file("customers.csv", "id,name\nC1,Ada Byron\n")})
		for _, as := range []string{run.History, run.Live} {
			o := run.Options{What: run.Orders, Path: b.file("orders.csv", someOrders), As: as, Channel: "shop-" + as}
			s := b.load(o)
			wantRejects(t, s, "5,order_incomplete,", "6,unknown_sku,", "7,invalid_quantity,", "8,invalid_quantity,")
			if s.Orders != 2 || s.LinesImported != 3 || s.NetExact != "38.854125" || s.NetRejected != "18.95" || s.RejectedUnknown != 2 || s.RoundingDifference != "-0.004125" {
				t.Errorf("%s: %+v", as, s)
			}
			if len(s.Warnings) != 1 {
				t.Errorf("warnings: %v", s.Warnings)
			}
			sameRun(t, s, b.load(o))
		}
		if n := b.number("SELECT count(*) FROM orders WHERE m = $1 AND customer <> 0 AND payment_status = 'paid' AND placed_on = 20260329"); n != 2 {
			t.Errorf("%d orders are linked, paid and on their day", n)
		}
		if n := b.number("SELECT CAST(sum(backordered) AS BIGINT) FROM orders WHERE m = $1 AND channel = 'shop-live'"); n != 1 {
			t.Errorf("%d units are backordered", n) // two mugs for three
		}
		// The same orders from another file are known.
		s := b.load(run.Options{What: run.Orders, Path: b.file("other.csv", strings.Replace(someOrders, "many", "lots", 1)), Channel: "shop-history"})
		if s.Resumed || s.Unchanged != 2 {
			t.Errorf("%d of 2 orders unchanged", s.Unchanged)
		}
		s = b.load(run.Options{What: run.Orders, Path: b.file("changed.csv", strings.Replace(someOrders, "W-2,2026-03-30", "W-2,2026-03-31", 1)), Channel: "shop-history"})
		if got := rejected(t, s); len(got) != 5 || !strings.HasPrefix(got[0], "4,external_id_taken,") {
			t.Errorf("rejects:\n%s", strings.Join(got, "\n"))
		}
		b.clean()
	})
}

// A long file is cut into chunks; its rejects come in its order.
func TestManyOrders(t *testing.T) {
	b := open(t, storetest.SQLite(t))
	b.items()
	var text strings.Builder
	text.WriteString("external_id,placed_at,currency,sku,quantity,unit_price\n")
	var want []string
	line := 1
	for i := range 1200 {
		for n := range 1 + i%3 {
			sku := "MUG"
			line++
			if i%400 == 399 {
				sku = "NONE"
				want = append(want, fmt.Sprintf("%d,unknown_sku,", line))
			}
			if n == 0 {
				fmt.Fprintf(&text, "L-%d,2026-01-02T03:04:05Z,GBP,%s,1,1.00\n", i, sku)
			} else {
				fmt.Fprintf(&text, "L-%d,,,%s,1,1.00\n", i, sku)
			}
		}
	}
	path := b.dir + "/orders.csv.gz"
	f, err := os.Create(path)
	if err != nil {
		t.Fatal(err)
	}
	z := gzip.NewWriter(f)
	if _, err := z.Write([]byte(text.String())); err != nil {
		t.Fatal(err)
	}
	if err := z.Close(); err != nil {
		t.Fatal(err)
	}
	if err := f.Close(); err != nil {
		t.Fatal(err)
	}
	chunks := 0
	s := b.load(run.Options{What: run.Orders, Path: path, Progress: func(p run.Progress) {
		if chunks++; p.Done > p.Total || p.Total <= 0 {
			t.Errorf("progress %+v", p)
		}
	}})
	wantRejects(t, s, want...)
	if s.Orders != 1197 || s.LinesRead != 2400 || chunks != 3 {
		t.Errorf("%d orders of %d lines in %d chunks", s.Orders, s.LinesRead, chunks)
	}
	b.clean()
}

func TestMappingFile(t *testing.T) {
	b := open(t, storetest.SQLite(t))
	mapping := b.file("mapping.json", `{"sku":"Artikel","name":"Bezeichnung","price":"Preis","unit":"=box","custom.shelf":"Regal"}`)
	s := b.load(run.Options{What: run.Items, Mapping: mapping, Path: b.file("artikel.csv", "Artikel;Bezeichnung;Preis;Regal;Rest\nA1;Tasse;3.50;R7;x\n")})
	if s.Items != 1 || len(s.Warnings) != 1 || !strings.Contains(s.Warnings[0], `"Rest"`) {
		t.Errorf("%d items, warnings %q", s.Items, s.Warnings)
	}
	if n := b.number("SELECT count(*) FROM item WHERE m = $1 AND sku = 'A1' AND unit = 'box' AND custom = $2", `{"shelf":"R7"}`); n != 1 {
		t.Error("the item is not as mapped")
	}
}

func TestDryRuns(t *testing.T) {
	b := open(t, storetest.SQLite(t))
	b.items()
	b.location("A")
	before := b.number("SELECT entry_seq FROM merchant_seq WHERE m = $1")
	bundle := b.load(run.Options{What: run.Items, DryRun: true, Path: b.file("bundle.csv", "sku,name,kind,components\nNEW,New,,\nSET,Set,bundle,NEW*2\nBAD,Bad,bundle,NONE\n")})
	wantRejects(t, bundle, "4,unknown_sku,")
	received := b.load(run.Options{What: run.Stock, DryRun: true, Path: b.file("stock.csv", "sku,location,qty\nMUG,A,2\nMUG,Z,2\n")})
	wantRejects(t, received, "3,unknown_location,")
	orders := b.load(run.Options{What: run.Orders, As: run.Live, DryRun: true, Path: b.file("orders.csv", someOrders)})
	if orders.Orders != 2 || orders.LinesRejected != 4 || !orders.DryRun {
		t.Errorf("%+v", orders)
	}
	if after := b.number("SELECT entry_seq FROM merchant_seq WHERE m = $1"); after != before {
		t.Errorf("dry runs wrote %d entries", after-before)
	}
	if n := b.number("SELECT count(*) FROM import_run WHERE m = $1 AND id NOT LIKE '%/%'"); n != 1 {
		t.Errorf("%d runs are remembered, of one", n)
	}
}
