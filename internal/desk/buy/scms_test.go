package buy_test

import (
	"compress/gzip"
	"context"
	"encoding/csv"
	"encoding/json"
	"errors"
	"fmt"
	"io"
	"math/big"
	"os"
	"path/filepath"
	"slices"
	"strconv"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/desktest"
	"orderly/internal/money"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/store/storetest"
	"orderly/internal/supplier"
)

// delivered is a line of the SCMS delivery history.
type delivered map[string]string

func scmsFile(t *testing.T, name string) string {
	t.Helper()
	root := os.Getenv("ORDERLY_TEST_DATA")
	if root == "" {
		root = filepath.Join("..", "..", "..", "..", "shared", "data")
	}
	file := filepath.Join(root, "scms-deliveries", name)
	if _, err := os.Stat(file); errors.Is(err, os.ErrNotExist) {
		t.Skipf("%s is not there; set ORDERLY_TEST_DATA to the directory of test data", file)
	}
	return file
}

func readDeliveries(t *testing.T) []delivered {
	t.Helper()
	f, err := os.Open(scmsFile(t, "scms.csv.gz"))
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	z, err := gzip.NewReader(f)
	if err != nil {
		t.Fatal(err)
	}
	in := csv.NewReader(z)
	head, err := in.Read()
	if err != nil {
		t.Fatal(err)
	}
	var out []delivered
	for {
		row, err := in.Read()
		if errors.Is(err, io.EOF) {
			return out
		}
		if err != nil {
			t.Fatal(err)
		}
		x := delivered{}
		for i, name := range head {
			x[name] = row[i]
		}
		out = append(out, x)
	}
}

// day reads a date of either of the file's forms; "" for what was not captured.
func (x delivered) day(name string) string {
	for _, form := range []string{"2-Jan-06", "1/2/06"} {
		if at, err := time.Parse(form, x[name]); err == nil {
			return at.Format(time.DateOnly)
		}
	}
	return ""
}

// unitCost is the line's value by its quantity, to six decimals.
func (x delivered) unitCost(t *testing.T) money.Price {
	t.Helper()
	value, ok1 := new(big.Rat).SetString(x["Line Item Value"])
	units, ok2 := new(big.Rat).SetString(x["Line Item Quantity"])
	if !ok1 || !ok2 {
		t.Fatalf("line %s has the value %q of %q units", x["ID"], x["Line Item Value"], x["Line Item Quantity"])
	}
	cost, err := money.ParsePrice(new(big.Rat).Quo(value, units).FloatString(6))
	if err != nil {
		t.Fatal(err)
	}
	return cost
}

// recordDeliveries keeps deliveries as purchase orders of the past, and tells which
// supplier each vendor is.
func recordDeliveries(t *testing.T, s *desktest.Shop, list []delivered) map[string]supplier.ID {
	t.Helper()
	vendors, skus := map[string]supplier.ID{}, map[string]string{}
	past := map[string]*buy.PastCommand{}
	var keys []string
	for _, x := range list {
		if vendors[x["Vendor"]] == 0 {
			made := supplier.Supplier{Code: fmt.Sprintf("V%02d", len(vendors)+1), Name: x["Vendor"], Currency: "USD", Active: true}
			vendors[x["Vendor"]] = supplier.ID(desktest.Must(s, buy.SaveSupplier, buy.SupplierCommand{Supplier: made}).ID)
		}
		if skus[x["Item Description"]] == "" {
			skus[x["Item Description"]] = fmt.Sprintf("SCMS-%03d", len(skus)+1)
			desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: skus[x["Item Description"]], Name: x["Item Description"], Kind: catalog.Goods}})
		}
		key := x["PO / SO #"] + " " + x["Shipment Mode"]
		if past[key] == nil {
			past[key] = &buy.PastCommand{Supplier: vendors[x["Vendor"]], Location: s.Locations["A"], Purpose: purchase.Stock, External: key, Transport: x["Shipment Mode"], Sent: x.day("PO Sent to Vendor Date")}
			if x["Fulfill Via"] == "Direct Drop" {
				past[key].Purpose = purchase.DropShip
			}
			keys = append(keys, key)
		}
		units, err := strconv.ParseInt(x["Line Item Quantity"], 10, 64)
		if err != nil {
			t.Fatal(err)
		}
		cost := x.unitCost(t)
		past[key].Lines = append(past[key].Lines, buy.PastLine{
			DraftLine: buy.DraftLine{SKU: skus[x["Item Description"]], Quantity: units, Cost: &cost}, Received: units, Promised: x.day("Scheduled Delivery Date"), Came: x.day("Delivered to Client Date"),
		})
	}
	for chunk := range slices.Chunk(keys, 50) {
		cmds := make([]buy.PastCommand, len(chunk))
		for i, key := range chunk {
			cmds[i] = *past[key]
		}
		done, err := desk.Do(context.Background(), s.Desk, buy.RecordPurchase, s.Scope, cmds, desk.Options{})
		if err != nil {
			t.Fatal(err)
		}
		for i := range done {
			if done[i].Err != nil {
				t.Fatalf("%s: %v", chunk[i], done[i].Err)
			}
		}
	}
	return vendors
}

// Nine years of deliveries become purchase orders of the past, and what score
// cards say of them is what was counted beforehand with exact decimals; a
// vendor's card is what SQL by hand makes of the rows.
//
// Kills: a day that is taken for another; a line counted twice or not at all;
// early taken for late; money that rounding moves.
func TestScorecardsOfDeliveries(t *testing.T) {
	list := readDeliveries(t)
	text, err := os.ReadFile(scmsFile(t, "expected.json"))
	if err != nil {
		t.Fatal(err)
	}
	var want struct {
		Lines   int64            `json:"lines"`
		Fulfil  map[string]int64 `json:"fulfil"`
		Mode    map[string]int64 `json:"mode"`
		Vendors int              `json:"vendors"`
		Late    int64            `json:"late_lines"`
		Early   int64            `json:"early_lines"`
		OnTime  int64            `json:"on_time"`
		MaxLate int64            `json:"max_late_days"`
		Value   string           `json:"line_value_usd"`
	}
	if err := json.Unmarshal(text, &want); err != nil {
		t.Fatal(err)
	}
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		vendors := recordDeliveries(t, s, list)
		sum := func(in purchases.Period) (all purchase.Facts) {
			for _, id := range vendors {
				in.Supplier = id
				f := read(s, func(r *store.Reader) (purchase.Facts, error) { return purchases.FactsOf(r, in, s.DB.Now()) })
				all.Lines, all.Days, all.Early, all.Late, all.Spent = all.Lines+f.Lines, all.Days+f.Days, all.Early+f.Early, all.Late+f.Late, all.Spent+f.Spent
				all.MostLate = max(all.MostLate, f.MostLate)
			}
			return all
		}
		all := sum(purchases.Period{})
		usd := money.MustCurrency("USD")
		if len(vendors) != want.Vendors || all.Lines != want.Lines || all.Late != want.Late || all.Early != want.Early || all.Days-all.Late-all.Early != want.OnTime || all.MostLate != want.MaxLate || usd.FormatAmount(all.Spent) != want.Value {
			t.Errorf("%d vendors and %+v, worth %s; want %+v", len(vendors), all, usd.FormatAmount(all.Spent), want)
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
		for _, vendor := range []string{"Orgenics, Ltd", "S. BUYS WHOLESALER", "SCMS from RDC"} {
			sameByHand(t, s, vendor, vendors[vendor])
		}
	})
}

// sameByHand holds a vendor's card in a period against SQL over its rows.
func sameByHand(t *testing.T, s *desktest.Shop, vendor string, id supplier.ID) {
	t.Helper()
	zone, _ := time.LoadLocation("Europe/London")
	from, until := time.Date(2009, 1, 1, 0, 0, 0, 0, zone).UnixMicro(), time.Date(2014, 7, 1, 0, 0, 0, 0, zone).UnixMicro()
	got := purchase.ScoreOf(read(s, func(r *store.Reader) (purchase.Facts, error) {
		return purchases.FactsOf(r, purchases.Period{Supplier: id, From: from, Until: until}, s.DB.Now())
	}))
	const day, half = "86400000000", "43200000000" // the clock of the zone goes on and back by an hour
	var lines, late, early, full, leads, leadSum int64
	err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
		return r.Row("SELECT count(*), sum(CASE WHEN l.done_at > l.promised_at THEN 1 ELSE 0 END), sum(CASE WHEN l.done_at < l.promised_at THEN 1 ELSE 0 END), sum(CASE WHEN l.received = l.quantity THEN 1 ELSE 0 END), "+
			"sum(CASE WHEN l.lead_days < 0 THEN 0 ELSE 1 END), sum(CASE WHEN l.lead_days < 0 THEN 0 WHEN l.done_at < p.sent_at THEN 0 ELSE (l.done_at - p.sent_at + "+half+") / "+day+" END) "+
			"FROM purchase_line AS l JOIN purchase AS p ON p.m = l.m AND p.id = l.purchase WHERE l.m = $1 AND l.supplier = $2 AND l.done_at >= $3 AND l.done_at < $4",
			r.M, int64(id), from, until).Scan(&lines, &late, &early, &full, &leads, &leadSum)
	})
	if err != nil {
		t.Fatal(err)
	}
	if lines < 20 || got.Lines != lines || got.Late != late || got.Early != early || got.Full != full || got.Leads != leads || got.LeadSum != leadSum {
		t.Errorf("%s: %+v; by hand %d lines, %d late, %d early, %d in full, %d with %d days of lead", vendor, got.Facts, lines, late, early, full, leads, leadSum)
	}
	if want := (lines - late) * 1000; got.OnTime < want/lines-1 || got.OnTime > want/lines+1 {
		t.Errorf("%s is %d per mille on time, by hand %d of %d lines were late", vendor, got.OnTime, late, lines)
	}
}
