package verify_test

import (
	"context"
	"os"
	"strconv"
	"fmt"
	"syscall"
	"time"
	"testing"

	"orderly/internal/kit/verify"
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
	db, err := store.Open(context.Background(), store.Options{Dir: dir, Unsafe: true})
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
