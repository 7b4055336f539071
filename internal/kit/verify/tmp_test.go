package verify_test

import (
	"context"
	"fmt"
	"os"
	"strconv"
	"syscall"
	"testing"
	"time"

	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/kit/verify"
	"orderly/internal/pgtest"
	"orderly/internal/store"
)

func TestTmpBuild(t *testing.T) {
	dir := os.Getenv("TMPDB")
	if dir == "" {
		t.Skip()
	}
	n, _ := strconv.Atoi(os.Getenv("TMPN"))
	db, err := store.Open(context.Background(), store.Options{Dir: dir, Unsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	busyShop(t, db, n)
}

func TestTmpRun(t *testing.T) {
	dir := os.Getenv("TMPDB")
	if dir == "" {
		t.Skip()
	}
	opts := store.Options{Dir: dir}
	if len(dir) > 8 && dir[:8] == "postgres" {
		opts = store.Options{URL: dir}
	}
	db, err := store.Open(context.Background(), opts)
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	lv, _ := verify.ParseLevel(os.Getenv("TMPLEVEL"))
	c := cpu()
	r := run(t, db, verify.Options{Level: lv})
	fmt.Printf("%s: %d orders, %d violations, %.2f s wall, cpu %v, longest %v\n", r.Level, r.Orders, r.Total, r.Seconds, cpu()-c, r.LongestRead)
	for _, c := range r.Checks {
		fmt.Printf("%-3s %9d rows %8.2f s\n", c.ID, c.Rows, c.Took.Seconds())
	}
}

func cpu() time.Duration {
	var u syscall.Rusage
	syscall.Getrusage(syscall.RUSAGE_SELF, &u)
	return time.Duration(u.Utime.Nano() + u.Stime.Nano())
}

func TestTmpWide(t *testing.T) {
	dir := os.Getenv("TMPDB")
	if dir == "" {
		t.Skip()
	}
	db, err := store.Open(context.Background(), store.Options{Dir: dir, Unsafe: true})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	s := desktest.Open(t, db)
	var items []admin.ItemCommand
	for j := range 4000 {
		items = append(items, admin.ItemCommand{Item: catalog.Item{SKU: fmt.Sprintf("S%05d", j), Name: "Item", Kind: catalog.Goods, WhenShort: catalog.Backorder}})
	}
	all(t, s, admin.SaveItem, items)
	var orders []intake.RecordCommand
	for i := range 13000 {
		var of []any
		for k := range 19 {
			of = append(of, fmt.Sprintf("S%05d", (i*31+k*17)%4000), 2)
		}
		r := s.Request(of...)
		r.PlacedAt = 1_300_000_000_000_000
		orders = append(orders, intake.RecordCommand{Request: r})
	}
	all(t, s, intake.Record, orders)
}

func TestTmpPg(t *testing.T) {
	if os.Getenv("TMPPG") == "" {
		t.Skip()
	}
	url := pgtest.ForTest(t)
	db, err := store.Open(context.Background(), store.Options{URL: url})
	if err != nil {
		t.Fatal(err)
	}
	defer db.Close()
	busyShop(t, db, 50000)
	os.WriteFile("/tmp/pgurl", []byte(url), 0o644)
	for i := 0; i < 600; i++ {
		if _, err := os.Stat("/tmp/pgstop"); err == nil {
			return
		}
		time.Sleep(time.Second)
	}
}
