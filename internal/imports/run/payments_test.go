package run_test

import (
	"compress/gzip"
	"encoding/csv"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly/internal/imports/run"
	"orderly/internal/store"
)

// olist is one of the files of the Brazilian E-Commerce data set, by columns.
func olist(t *testing.T, name string) []map[string]string {
	t.Helper()
	f, err := os.Open(dataFileOf(t, "olist", name+".csv.gz"))
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
	var out []map[string]string
	for _, row := range rows[1:] {
		m := map[string]string{}
		for i, name := range rows[0] {
			m[name] = row[i]
		}
		out = append(out, m)
	}
	return out
}

// A marketplace's payments, split over tenders and in instalments, are booked
// to its orders, and where they differ from what the orders cost it is told why.
func TestOlistPayments(t *testing.T) {
	dataFileOf(t, "olist", "orders.csv.gz")
	db, err := store.Open(t.Context(), store.Options{Dir: t.TempDir()})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	b := open(t, db)
	placed, names := map[string]map[string]string{}, map[string]bool{}
	for _, o := range olist(t, "orders") {
		placed[o["order_id"]] = o
	}
	var items, orders strings.Builder
	items.WriteString("sku,name\n")
	orders.WriteString("external_id,placed_at,currency,sku,quantity,unit_price,shipping\n")
	for _, x := range olist(t, "order_items") {
		if !names[x["product_id"]] {
			names[x["product_id"]] = true
			items.WriteString(x["product_id"] + "," + x["product_id"] + "\n")
		}
		orders.WriteString(strings.Join([]string{x["order_id"], placed[x["order_id"]]["order_purchase_timestamp"], "BRL", x["product_id"], "1", x["price"], x["freight_value"]}, ",") + "\n")
	}
	b.load(run.Options{What: run.Items, Path: b.file("items.csv", items.String())})
	s := b.load(run.Options{What: run.Orders, Channel: "olist", Path: b.file("orders.csv", orders.String())})
	if s.Orders != 4916 || s.LinesRejected != 0 {
		t.Fatalf("%d orders, %d lines rejected", s.Orders, s.LinesRejected)
	}

	file := dataFileOf(t, "olist", "order_payments.csv.gz")
	rejects := filepath.Join(t.TempDir(), "rejects.csv")
	s = b.load(run.Options{What: run.Payments, Channel: "olist", Path: file, Rejects: rejects})
	orphans := int64(0) // of orders without items, which are none
	for _, p := range olist(t, "order_payments") {
		if !strings.Contains(orders.String(), p["order_id"]) {
			orphans++
		}
	}
	if s.LinesRead != 5522 || s.LinesRejected != orphans || orphans < 84 {
		t.Errorf("%d read, %d rejected, %d without an order", s.LinesRead, s.LinesRejected, orphans)
	}
	text, err := os.ReadFile(rejects)
	if err != nil || int64(strings.Count(string(text), "no_such_order")) != orphans {
		t.Errorf("%v, %d rejects say why", err, strings.Count(string(text), "no_such_order"))
	}
	want := map[string]run.Differences{
		"interest": {Orders: 35, Amount: "372.52"}, "rounding": {Orders: 53, Amount: "-0.19"}, "untold_discount": {Orders: 3, Amount: "-28.84"},
	}
	total := int64(0)
	for cause, d := range s.Differences {
		total += d.Orders
		if w := want[cause]; w.Orders != d.Orders || w.Amount != d.Amount {
			t.Errorf("%s: %d orders, %s", cause, d.Orders, d.Amount)
		}
	}
	if total != 91 { // expected.json: payment_total_differs_from_items
		t.Errorf("%d orders differ", total)
	}
	again := b.load(run.Options{What: run.Payments, Channel: "olist", Path: file, Rejects: rejects + ".again", Restart: true})
	if again.Payments != s.Payments || again.Unchanged != s.Payments {
		t.Errorf("again: %d payments, %d known", again.Payments, again.Unchanged)
	}
	b.clean()
}
