package run_test

import (
	"bytes"
	"compress/gzip"
	"encoding/csv"
	"encoding/json"
	"fmt"
	"os"
	"strings"
	"testing"
	"time"

	"orderly/internal/desk"
	"orderly/internal/desk/buy"
	"orderly/internal/imports/run"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/store/storetest"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// buying is a shop with items, two places and a supplier that has its own number
// for the mug.
func buying(t *testing.T, db *store.DB) *books {
	b := open(t, db)
	b.items()
	b.location("A")
	b.location("B")
	r, err := desk.One(t.Context(), b.Desk, buy.SaveSupplier, b.Scope, buy.SupplierCommand{Supplier: supplier.Supplier{Code: "ACME", Name: "Acme Ltd", Currency: "USD", Active: true}}, desk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	_, err = desk.One(t.Context(), b.Desk, buy.SetOffers, b.Scope, buy.OffersCommand{
		Supplier: supplier.ID(r.ID), SKUs: []string{"MUG"}, Offers: []supplier.Offer{{SupplierSKU: "AC-77", Cost: 4_100_000, Minimum: 1, Pack: 1, Active: true}},
	}, desk.Options{})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

func (b *books) purchase(external string) (p *purchase.Purchase) {
	b.Helper()
	b.read(func(r *store.Reader) error {
		known, err := purchases.ByExternal(r, []string{external})
		if err != nil || known[external] == 0 {
			return err
		}
		p, err = purchases.Get(r, known[external])
		return err
	})
	if p == nil {
		b.Fatalf("there is no purchase order %s", external)
	}
	return p
}

func (b *books) seller(code string) (x *supplier.Supplier) {
	b.Helper()
	b.read(func(r *store.Reader) error {
		list, err := suppliers.ByCode(r, []string{code})
		x = list[code]
		return err
	})
	if x == nil {
		b.Fatalf("there is no supplier %s", code)
	}
	return x
}

const pastHead = "PO Number,Vendor,Currency,Warehouse,Ship Via,Order Date,SKU,Vendor SKU,Qty,Received,Damaged,Unit Cost,Expected On,Received On\n"

// Kills: rows of one number that become two orders; one file that makes an order or
// a supplier twice; history that moves stock; a supplier's number, a name or a
// currency that is taken for another; prices compared in the order of the file
// instead of that of days; a day read as another.
func TestPurchases(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := buying(t, db)
		text := pastHead +
			"P-2,New Potter & Söhne,GBP,A,Sea,2024-03-01,MUG,,10,8,1,5.00,2024-04-01,2024-04-03\n" +
			"P-1,New Potter & Söhne,,A,,2024-01-10,MUG,,5,,,4.00,,2024-01-20\n" +
			"P-2,,,,,,TEA,,2.5,2.5,,0.02,2024-04-01,30-Mar-2024\n" +
			"P-3,acme ltd,USD,b,Truck,2024-02-01,,AC-77,6,6,,,2024-02-05,2024-02-05 16:00\n" +
			",,,,,,MUG,,6,0,,4.20,,\n"
		o := run.Options{What: run.Purchases, Path: b.file("po.csv", text)}
		s := b.load(o)
		if s.Purchases != 3 || s.Suppliers != 2 || s.LinesImported != 5 || s.Unchanged != 0 {
			t.Fatalf("summary %+v\n%s", s, strings.Join(rejected(t, s), "\n"))
		}
		potter := b.seller("NEW-POTTER-SÖHNE")
		if potter.Name != "New Potter & Söhne" || potter.Currency != "GBP" || !potter.Active {
			t.Errorf("made %+v", potter)
		}
		p := b.purchase("P-2")
		if !p.History || p.Status() != purchase.Closed || p.Transport != "Sea" || len(p.Lines) != 2 || p.Lines[0].Received != 8 || p.Lines[0].Damaged != 1 || p.Lines[0].LateDays != 2 ||
			p.Lines[0].LeadDays != 33 || p.Lines[0].Before.String() != "4.00" || p.Lines[1].Quantity != 2500 || p.Lines[1].LateDays != -2 {
			t.Errorf("P-2 is %+v", p)
		}
		if p = b.purchase("P-1"); p.Lines[0].Received != 5 || p.Currency != "GBP" || p.Lines[0].Before != 0 {
			t.Errorf("P-1 is %+v", p)
		}
		if p = b.purchase("P-3"); p.Supplier != int64(b.seller("ACME").ID) || len(p.Lines) != 2 || p.Lines[0].SKU != "MUG" || p.Lines[0].Cost.String() != "4.10" || p.Lines[0].LateDays != 0 || p.Lines[1].Received != 0 || p.Lines[1].DoneAt != 0 {
			t.Errorf("P-3 is %+v", p)
		}
		if n := b.number("SELECT count(*) FROM movement WHERE m = $1"); n != 0 {
			t.Errorf("history made %d movements", n)
		}
		entries := b.number("SELECT count(*) FROM entry WHERE m = $1")
		sameRun(t, s, b.load(o))
		// The same rows in another file, and the whole run begun anew, are known.
		for _, again := range []run.Options{{What: run.Purchases, Path: b.file("again.csv", text+"\n")}, {What: run.Purchases, Path: o.Path, Restart: true}} {
			if s := b.load(again); s.Purchases != 3 || s.Unchanged != 3 || s.LinesRejected != 0 {
				t.Errorf("again: %+v\n%s", s, strings.Join(rejected(t, s), "\n"))
			}
		}
		if now := b.number("SELECT count(*) FROM entry WHERE m = $1"); now != entries {
			t.Errorf("%d entries, and %d after the same again", entries, now)
		}
		b.clean()
	})
}

// Kills: an order of which only some rows come in; a fault that is not told at its
// row; a supplier made for an order that was refused; two of one number.
func TestPurchaseRejects(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := buying(t, db)
		s := b.load(run.Options{What: run.Purchases, Path: b.file("po.csv", pastHead+
			"GOOD,Potter,EUR,A,,2024-01-02,MUG,,5,5,,4.00,,2024-01-20\n"+ // 2
			"DAY,Potter,EUR,A,,1/2/2024,MUG,,5,5,,4.00,,2024-01-20\n"+
			"DAY2,Potter,EUR,A,,2024-02-31,MUG,,5,5,,4.00,,2024-01-20\n"+
			"SKU,Nobody,EUR,A,,2024-01-02,NONE,,5,5,,4.00,,2024-01-20\n"+
			"SKU,Nobody,EUR,A,,2024-01-02,MUG,,5,5,,4.00,,2024-01-20\n"+ // 6
			"NEG,Potter,EUR,A,,2024-01-02,MUG,,-5,5,,4.00,,2024-01-20\n"+
			"NEG2,Potter,EUR,A,,2024-01-02,MUG,,5,-1,,4.00,,2024-01-20\n"+
			"TWO,Potter,EUR,A,,2024-01-02,MUG,,5,5,,4.00,,2024-01-20\n"+
			"TWO,Acme Ltd,EUR,A,,2024-01-02,MUG,,5,5,,4.00,,2024-01-20\n"+ // 10
			"CUR,Acme Ltd,EUR,A,,2024-01-02,MUG,,5,5,,4.00,,2024-01-20\n"+
			"LOC,Potter,EUR,Z,,2024-01-02,MUG,,5,5,,4.00,,2024-01-20\n"+
			"LOC2,Potter,EUR,,,2024-01-02,MUG,,5,5,,4.00,,2024-01-20\n"+ // 13: two places, none named
			"WHEN,Potter,EUR,A,,2024-01-02,MUG,,5,5,,4.00,,\n"+
			"DMG,Potter,EUR,A,,2024-01-02,MUG,,5,5,6,4.00,,2024-01-20\n"+
			"COST,Potter,EUR,A,,2024-01-02,MUG,,5,5,,,,2024-01-20\n"+ // 16
			"SOON,Potter,EUR,A,,2024-01-02,MUG,,5,5,,4.00,,2999-01-20\n"+
			"HALF,Potter,EUR,A,,2024-01-02,MUG,,0.5,,,4.00,,2024-01-20\n"+
			"WHO,,EUR,A,,2024-01-02,MUG,,5,,,4.00,,2024-01-20\n"+
			"WRAP,Potter,EUR,A,,2024-01-02,WRAP,,5,,,4.00,,2024-01-20\n"+ // 20
			"CUT,Potter,EUR,A,,2024-01-02,MUG,,5,,,4.00,,2024-01-20\n"+
			"a,b\n"+ // 22: too short, and who knows of which order
			"GOOD2,Potter,EUR,A,,2024-01-02,MUG,,5,,,4.00,,2024-01-20\n"+
			"GOOD3,Potter,EUR,A,,2024-01-02,MUG,,5,,,4.00,,2024-01-20\n")})
		got := map[string]string{}
		for _, line := range rejected(t, s) {
			n, rest, _ := strings.Cut(line, ",")
			got[n], _, _ = strings.Cut(rest, ",")
		}
		want := map[string]string{
			"3": "invalid_sent_on", "4": "invalid_sent_on", "5": "unknown_sku", "6": "order_incomplete", "7": "invalid_quantity", "8": "invalid_received", "9": "order_incomplete", "10": "contradicts",
			"11": "other_currency", "12": "unknown_location", "13": "missing", "14": "missing", "15": "out_of_range", "16": "no_offer", "17": "future", "18": "invalid_quantity", "19": "missing", "20": "not_stocked",
			"21": "line_lost", "23": "line_lost",
		}
		for n, code := range want {
			if got[n] != code {
				t.Errorf("line %s is rejected as %q, want %q", n, got[n], code)
			}
		}
		if len(got) != len(want)+1 || s.Purchases != 2 || s.Suppliers != 1 || s.LinesRead != 23 {
			t.Errorf("%d rejects, %d orders, %d lines\n%s", len(got), s.Purchases, s.LinesRead, strings.Join(rejected(t, s), "\n"))
		}
		if n := b.number("SELECT count(*) FROM supplier WHERE m = $1"); n != 2 {
			t.Errorf("%d suppliers; one was made for nothing", n)
		}
		// Another content under a number that is there.
		s = b.load(run.Options{What: run.Purchases, Path: b.file("other.csv", pastHead+"GOOD,Potter,EUR,A,,2024-01-02,MUG,,5,4,,4.00,,2024-01-20\n")})
		wantRejects(t, s, "2,external_id_taken,")
		b.clean()
	})
}

// Kills: a dry run that writes, or that refuses what an import would take because
// its supplier is still to be made.
func TestPurchasesDry(t *testing.T) {
	b := buying(t, storetest.SQLite(t))
	path := b.file("po.csv", "number,supplier_code,date,sku,qty,amount,dates,location\n7,NEW-1,3/4/2024,MUG,3,10.00,dmy,A\n8,NEW-1,5/4/2024,MUG,3,10.00,dmy,A\n")
	entries := b.number("SELECT count(*) FROM entry WHERE m = $1")
	dry := b.load(run.Options{What: run.Purchases, Path: path, DryRun: true})
	if dry.Purchases != 2 || dry.LinesRejected != 0 || b.number("SELECT count(*) FROM entry WHERE m = $1") != entries {
		t.Errorf("%+v %s", dry, rejected(t, dry))
	}
	b.load(run.Options{What: run.Purchases, Path: path})
	// Names whose codes would be one, that have no letters or that are too long.
	s := b.load(run.Options{What: run.Purchases, Location: "A", Path: b.file("names.csv", "number,supplier,sku,qty,cost\n"+
		"21,New 1,MUG,3,1\n22,new-2\u00a0,MUG,3,1\n23,New (2),MUG,3,1\n24,???,MUG,3,1\n25,!!!,MUG,3,1\n26,"+strings.Repeat("Long ", 30)+",MUG,3,1\n27,"+strings.Repeat("Long ", 31)+",MUG,3,1\n")})
	if s.Purchases != 7 || s.Suppliers != 7 {
		t.Errorf("%+v %s", s, rejected(t, s))
	}
	for code, name := range map[string]string{"NEW-1-2": "New 1", "NEW-2": "new-2", "NEW-2-2": "New (2)", "SUPPLIER": "???", "SUPPLIER-2": "!!!"} {
		if got := b.seller(code).Name; strings.Trim(got, "\u00a0") != name {
			t.Errorf("%s is %q, want %q", code, got, name)
		}
	}
	p := b.purchase("7")
	if p.Currency != "EUR" || p.Lines[0].Cost.String() != "3.333333" || time.UnixMicro(p.SentAt).UTC().Format(time.DateOnly) != "2024-04-03" || b.seller("NEW-1").Name != "NEW-1" {
		t.Errorf("%+v", p)
	}
}

// deliveries is the SCMS delivery history with two columns more: the article's code
// in our books, because some of its descriptions are too long to be one, and what an
// order was for.
func deliveries(t *testing.T) (items, file string) {
	t.Helper()
	f, err := os.Open(dataFileOf(t, "scms-deliveries", "scms.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	rows, err := csv.NewReader(z).ReadAll()
	if err != nil {
		t.Fatal(err)
	}
	at := map[string]int{}
	for i, name := range rows[0] {
		at[name] = i
	}
	codes := map[string]string{}
	var itemText, text bytes.Buffer
	ours, out := csv.NewWriter(&itemText), csv.NewWriter(&text)
	_ = ours.Write([]string{"sku", "name"})
	_ = out.Write(append(rows[0], "Code", "Purpose"))
	for _, row := range rows[1:] {
		name := row[at["Item Description"]]
		if codes[name] == "" {
			codes[name] = fmt.Sprintf("SCMS-%03d", len(codes)+1)
			_ = ours.Write([]string{codes[name], name})
		}
		purpose := map[string]string{"Direct Drop": "drop ship", "From RDC": "stock"}[row[at["Fulfill Via"]]]
		_ = out.Write(append(row, codes[name], purpose))
	}
	ours.Flush()
	out.Flush()
	return itemText.String(), text.String()
}

// scmsMapping says which column of the SCMS file is which.
const scmsMapping = `{
	"*": "only", "-": "Date Not Captured|N/A - From RDC", "external_id": "PO / SO #", "supplier": "Vendor", "currency": "=USD", "location": "=A", "purpose": "Purpose",
	"transport": "Shipment Mode", "sent_on": "PO Sent to Vendor Date", "dates": "=mdy", "sku": "Code", "quantity": "Line Item Quantity", "line_total": "Line Item Value",
	"promised_on": "Scheduled Delivery Date", "came_on": "Delivered to Client Date"
}`

// Nine years of deliveries come in as a file whose orders are scattered over it, and
// score cards say what was counted beforehand with exact decimals, as they do when
// each order is recorded by itself (internal/desk/buy).
//
// Kills: an order that is torn apart; a day of either form read as another; a value
// that a unit cost of so many decimals moves; a second run that makes anything.
func TestPurchasesOfDeliveries(t *testing.T) {
	text, err := os.ReadFile(dataFileOf(t, "scms-deliveries", "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Lines   int64            `json:"lines"`
		Orders  int64            `json:"pos"`
		Fulfil  map[string]int64 `json:"fulfil"`
		Mode    map[string]int64 `json:"mode"`
		Vendors int64            `json:"vendors"`
		Late    int64            `json:"late_lines"`
		Early   int64            `json:"early_lines"`
		OnTime  int64            `json:"on_time"`
		MaxLate int64            `json:"max_late_days"`
		Value   string           `json:"line_value_usd"`
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	items, file := deliveries(t)
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		b.location("A")
		b.load(run.Options{What: run.Items, Path: b.file("items.csv", items)})
		o := run.Options{What: run.Purchases, Path: b.file("scms.csv", file), Mapping: b.file("scms.json", scmsMapping)}
		s := b.load(o)
		if s.LinesRead != want.Lines || s.LinesRejected != 0 || s.Purchases != want.Orders || s.Suppliers != want.Vendors || s.Currency != "USD" {
			t.Fatalf("%+v\n%s", s, strings.Join(rejected(t, s), "\n"))
		}
		sum := func(in purchases.Period) (all purchase.Facts) {
			b.read(func(r *store.Reader) error {
				list, err := suppliers.Page(r, true, "", 200)
				for _, x := range list {
					in.Supplier = x.ID
					f, err := purchases.FactsOf(r, in, b.DB.Now())
					if err != nil {
						return err
					}
					all.Lines, all.Days, all.Early, all.Late, all.Spent, all.Compared = all.Lines+f.Lines, all.Days+f.Days, all.Early+f.Early, all.Late+f.Late, all.Spent+f.Spent, all.Compared+f.Compared
					all.MostLate = max(all.MostLate, f.MostLate)
				}
				return err
			})
			return all
		}
		all, usd := sum(purchases.Period{}), money.MustCurrency("USD")
		if all.Lines != want.Lines || all.Late != want.Late || all.Early != want.Early || all.Days-all.Late-all.Early != want.OnTime || all.MostLate != want.MaxLate || usd.FormatAmount(all.Spent) != want.Value {
			t.Errorf("%+v, worth %s; want %+v", all, usd.FormatAmount(all.Spent), want)
		}
		if all.Compared < all.Lines*8/10 {
			t.Errorf("the price of %d lines alone is held against one before", all.Compared)
		}
		for name, purpose := range map[string]purchase.Purpose{"Direct Drop": purchase.DropShip, "From RDC": purchase.Stock} {
			if got := sum(purchases.Period{Purpose: purpose}); got.Lines != want.Fulfil[name] {
				t.Errorf("%s has %d lines, want %d", name, got.Lines, want.Fulfil[name])
			}
		}
		for mode, n := range want.Mode {
			if got := sum(purchases.Period{Transport: mode}); got.Lines != n {
				t.Errorf("%s has %d lines, want %d", mode, got.Lines, n)
			}
		}
		o.Restart = true
		if again := b.load(o); again.Purchases != want.Orders || again.Unchanged != want.Orders || again.LinesRejected != 0 {
			t.Errorf("again: %+v", again)
		}
		b.clean()
	})
}
