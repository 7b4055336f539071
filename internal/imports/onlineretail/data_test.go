package onlineretail_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"orderly/internal/imports"
	"orderly/internal/imports/onlineretail"
)

// dataFile finds a file of the real data set, or skips the test.
func dataFile(t testing.TB, name string) string {
	t.Helper()
	root := os.Getenv("ORDERLY_TEST_DATA")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for dir != filepath.Dir(dir) && !exists(filepath.Join(dir, "go.mod")) {
			dir = filepath.Dir(dir)
		}
		root = filepath.Join(dir, "..", "shared", "data")
	}
	path := filepath.Join(root, "online-retail", name)
	if !exists(path) {
		t.Skip("SKIP: ../shared/data is absent")
	}
	return path
}

func exists(path string) bool {
	_, err := os.Stat(path)
	return err == nil
}

func readBook(t testing.TB, path string, rejected func(onlineretail.Reject) error) *onlineretail.Book {
	t.Helper()
	f, err := imports.Open(path)
	if err != nil {
		t.Fatal(err)
	}
	defer f.Close()
	b, err := onlineretail.Read(f, onlineretail.Options{Rejected: rejected})
	if err != nil {
		t.Fatal(err)
	}
	return b
}

// oracle is what somebody else computed of a file, with exact decimals.
type oracle struct {
	Lines          int               `json:"lines"`
	NoCustomer     int               `json:"no_customer_lines"`
	Negative       int               `json:"negative_qty_not_cancel_lines"`
	ZeroPrice      int               `json:"zero_price_lines"`
	CancelLines    int               `json:"cancel_lines"`
	NoDescription  int               `json:"no_description_lines"`
	Invoices       int               `json:"invoices"`
	CancelInvoices int               `json:"cancel_invoices"`
	Customers      int               `json:"customers"`
	SKUs           int               `json:"skus"`
	Countries      int               `json:"countries"`
	First          string            `json:"first"`
	Last           string            `json:"last"`
	NetQuantity    int64             `json:"net_quantity"`
	Net            string            `json:"net_revenue_gbp"`
	Sales          string            `json:"sales_revenue_gbp"`
	Cancels        string            `json:"cancel_revenue_gbp"`
	Duplicates     int               `json:"exact_duplicate_lines"`
	Repeated       int               `json:"same_sku_repeated_in_invoice"`
	TwoTimestamps  int               `json:"invoices_with_two_timestamps"`
	MaxLines       int               `json:"max_lines_in_invoice"`
	Matched        int               `json:"cancel_lines_fully_matched_to_earlier_sale_same_customer_sku"`
	Partly         int               `json:"cancel_lines_partly_matched"`
	Unmatched      int               `json:"cancel_lines_unmatched"`
	WithoutOne     int               `json:"cancel_lines_without_customer"`
	ByCountry      map[string]string `json:"by_country_net_gbp"`
	ByMonth        map[string]struct {
		Lines int    `json:"lines"`
		Net   string `json:"net_gbp"`
	} `json:"by_month"`
}

func readOracle(t testing.TB, path string) oracle {
	t.Helper()
	data, err := os.ReadFile(path)
	if err != nil {
		t.Fatal(err)
	}
	var o oracle
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatal(err)
	}
	return o
}
