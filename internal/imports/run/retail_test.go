package run_test

import (
	"encoding/json"
	"os"
	"path/filepath"
	"testing"

	"orderly/internal/imports/onlineretail"
	"orderly/internal/imports/run"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

const (
	month = "online-retail-2011-03.csv.gz"
	whole = "online-retail-open.csv.gz"
)

// dataFile finds a file of the real data set, or skips the test.
func dataFile(t testing.TB, name string) string { return dataFileOf(t, "online-retail", name) }

// dataFileOf does so of any of them.
func dataFileOf(t testing.TB, set, name string) string {
	t.Helper()
	root := os.Getenv("ORDERLY_TEST_DATA")
	if root == "" {
		dir, err := os.Getwd()
		if err != nil {
			t.Fatal(err)
		}
		for dir != filepath.Dir(dir) {
			if _, err := os.Stat(filepath.Join(dir, "go.mod")); err == nil {
				break
			}
			dir = filepath.Dir(dir)
		}
		root = filepath.Join(dir, "..", "shared", "data")
	}
	path := filepath.Join(root, set, name)
	if _, err := os.Stat(path); err != nil {
		t.Skip("SKIP: ../shared/data is absent")
	}
	return path
}

// oracle is what somebody else computed of a file, with exact decimals.
type oracle struct {
	Lines int64  `json:"lines"`
	Net   string `json:"net_revenue_gbp"`
}

func readOracle(t testing.TB, name string) oracle {
	t.Helper()
	data, err := os.ReadFile(dataFile(t, name))
	if err != nil {
		t.Fatal(err)
	}
	var o oracle
	if err := json.Unmarshal(data, &o); err != nil {
		t.Fatal(err)
	}
	return o
}

// net is what the rows of the database say that the file's orders brought in:
// units that were neither canceled nor returned at their prices, and the fees
// of orders that were not canceled whole.
func (b *books) net(channel string) onlineretail.Exact {
	b.Helper()
	lines := b.number("SELECT CAST(coalesce(sum((l.ordered - l.canceled - l.returned) * l.price), 0) AS BIGINT) "+
		"FROM order_line AS l JOIN orders AS o ON o.m = l.m AND o.id = l.order_id WHERE l.m = $1 AND o.channel = $2", channel)
	fees := b.number("SELECT CAST(coalesce(sum(f.amount), 0) AS BIGINT) FROM order_fee AS f JOIN orders AS o ON o.m = f.m AND o.id = f.order_id "+
		"WHERE f.m = $1 AND o.channel = $2 AND NOT (o.ordered > 0 AND o.canceled = o.ordered)", channel)
	return onlineretail.Exact(lines + fees*10_000)
}

// checkRetail holds an imported file against its oracle and the database.
func checkRetail(b *books, s *run.Summary, want oracle) {
	b.Helper()
	if s.LinesRead != want.Lines || s.LinesRejected != 0 || s.NetExact != want.Net || s.NetRejected != "0.00" {
		b.Errorf("%d lines, %d rejected, net %s and %s rejected; want %d lines of %s",
			s.LinesRead, s.LinesRejected, s.NetExact, s.NetRejected, want.Lines, want.Net)
	}
	if got := b.net(run.OnlineRetail).String(); got != want.Net {
		b.Errorf("the database says %s, want %s", got, want.Net)
	}
	if n := b.number("SELECT count(*) FROM orders WHERE m = $1"); n != s.Orders {
		b.Errorf("%d orders in the books, %d told", n, s.Orders)
	}
	if n := b.number("SELECT count(*) FROM order_return WHERE m = $1"); n != s.Returns {
		b.Errorf("%d returns in the books, %d told", n, s.Returns)
	}
	if n := b.number("SELECT count(*) FROM orders WHERE m = $1 AND canceled > 0"); n != s.Cancellations {
		b.Errorf("%d orders with canceled units, %d told", n, s.Cancellations)
	}
	returned := b.number("SELECT CAST(coalesce(sum(returned), 0) AS BIGINT) FROM order_line WHERE m = $1")
	if n := b.number("SELECT CAST(coalesce(sum(quantity), 0) AS BIGINT) FROM return_line WHERE m = $1"); n != returned {
		b.Errorf("%d units in returns, %d on lines", n, returned)
	}
	if n := b.number("SELECT count(*) FROM orders WHERE m = $1 AND status = 'open'"); n != 0 {
		b.Errorf("%d orders are open", n)
	}
	b.noneUnpaid()
	b.clean()
}

// noneUnpaid asserts that nobody owes anything: sales were paid in full, and
// what was taken back was given back.
func (b *books) noneUnpaid() {
	b.Helper()
	if n := b.number("SELECT count(*) FROM orders WHERE m = $1 AND payment_status IN ('unpaid', 'partially_paid', 'overpaid')"); n != 0 {
		b.Errorf("%d orders are not settled", n)
	}
	given := b.number("SELECT CAST(coalesce(sum(refunded), 0) AS BIGINT) FROM orders WHERE m = $1")
	if n := b.number("SELECT CAST(coalesce(sum(amount), 0) AS BIGINT) FROM money_entry WHERE m = $1 AND account = 'receivable' AND amount > 0"); n != given {
		b.Errorf("%d given back in the ledger, %d on orders", n, given)
	}
}

func TestMonthAsHistory(t *testing.T) {
	path, want := dataFile(t, month), readOracle(t, "expected-2011-03.json")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		s := b.load(run.Options{What: run.Orders, Path: path, Mapping: run.OnlineRetail})
		t.Logf("%.1f s, %.0f MB", s.Seconds, s.PeakRSSMB)
		checkRetail(b, s, want)
		if n := b.number("SELECT count(*) FROM merchant WHERE m = $1 AND zone = 'Europe/London' AND currency = 'GBP'"); n != 1 {
			t.Error("the shop does not keep the file's clock")
		}
		// 2011-03-31 19:55 on the shop's clock was in summer time.
		if last := b.number("SELECT max(placed_at) FROM orders WHERE m = $1 AND external_id IN (SELECT max(external_id) FROM orders WHERE m = $1 AND external_id NOT LIKE 'C%')"); last != 1301597700_000000 {
			t.Errorf("the last sale was at %d", last)
		}
		again := b.load(run.Options{What: run.Orders, Path: path, Mapping: run.OnlineRetail})
		sameRun(t, s, again)
		if again.ChunksSkipped == 0 {
			t.Error("the same file was carried out again")
		}
		checkFigures(b, want, run.History)
	})
}

func TestMonthLive(t *testing.T) {
	path, want := dataFile(t, month), readOracle(t, "expected-2011-03.json")
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		b := open(t, db)
		s := b.load(run.Options{What: run.Orders, Path: path, Mapping: run.OnlineRetail, As: run.Live})
		t.Logf("%.1f s, %.0f MB", s.Seconds, s.PeakRSSMB)
		checkRetail(b, s, want)
		checkLive(b, s)
		checkFigures(b, want, run.Live)
	})
}

// checkLive holds what is left on the shelves against what came and went.
func checkLive(b *books, s *run.Summary) {
	b.Helper()
	if s.Unfinished != 0 {
		b.Errorf("%d steps were refused: %v", s.Unfinished, s.Warnings)
	}
	moved := func(reason string) int64 {
		return b.number("SELECT CAST(coalesce(sum(quantity), 0) AS BIGINT) FROM movement WHERE m = $1 AND reason = $2", reason)
	}
	sum := func(what string) int64 {
		return b.number("SELECT CAST(coalesce(sum(" + what + "), 0) AS BIGINT) FROM order_line WHERE m = $1 AND stocked = 1")
	}
	if moved("receive") != sum("ordered") || moved("ship") != -sum("delivered") || moved("return") != sum("returned") || sum("restocked") != sum("returned") {
		b.Errorf("received %d of %d ordered, shipped %d of %d delivered, put back %d of %d returned", moved("receive"), sum("ordered"),
			-moved("ship"), sum("delivered"), moved("return"), sum("returned"))
	}
	if n := sum("canceled + delivered"); n != sum("ordered") {
		b.Errorf("%d units are canceled or delivered, of %d", n, sum("ordered"))
	}
	left := b.number("SELECT CAST(sum(on_hand) AS BIGINT) FROM level WHERE m = $1")
	if want := moved("receive") + moved("ship") + moved("return") + moved("adjust") + moved("opening"); left != want {
		b.Errorf("%d on hand, the movements leave %d", left, want)
	}
	if n := b.number("SELECT CAST(sum(reserved) AS BIGINT) FROM level WHERE m = $1"); n != 0 {
		b.Errorf("%d units are still reserved", n)
	}
	if n := b.number("SELECT count(*) FROM (SELECT source_id FROM fulfillment WHERE m = $1 GROUP BY source_id HAVING count(*) > 1) AS split"); n < 100 {
		b.Errorf("only %d orders were split", n)
	}
	if n := b.number("SELECT count(DISTINCT location) FROM fulfillment WHERE m = $1"); n != 3 {
		b.Errorf("goods left from %d locations", n)
	}
	if n := b.number("SELECT count(*) FROM parcel WHERE m = $1 AND (status <> 'delivered' OR tracking = '')"); n != 0 {
		b.Errorf("%d parcels are not delivered or have no number", n)
	}
}

// TestWholeFile takes minutes, most of them in verify.
func TestWholeFile(t *testing.T) {
	if os.Getenv("ORDERLY_LONG") != "1" {
		t.Skip("SKIP: the whole file runs with ORDERLY_LONG=1")
	}
	path, want := dataFile(t, whole), readOracle(t, "expected-open.json")
	for _, as := range []string{run.History, run.Live} {
		t.Run(as, func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				b := open(t, db)
				s := b.load(run.Options{What: run.Orders, Path: path, Mapping: run.OnlineRetail, As: as})
				t.Logf("%.1f s, %.0f MB", s.Seconds, s.PeakRSSMB)
				checkRetail(b, s, want)
				if s.RoundingDifference != "-0.001" {
					t.Errorf("rounding moved %s", s.RoundingDifference)
				}
				if as == run.Live {
					checkLive(b, s)
				}
				checkFigures(b, want, as)
			})
		})
	}
}

func TestDryRunOfTheMonth(t *testing.T) {
	path, want := dataFile(t, month), readOracle(t, "expected-2011-03.json")
	b := open(t, storetest.SQLite(t))
	for _, as := range []string{run.History, run.Live} {
		s := b.load(run.Options{What: run.Orders, Path: path, Mapping: run.OnlineRetail, As: as, DryRun: true})
		if s.LinesRead != want.Lines || s.NetExact != want.Net || s.LinesRejected != 0 {
			t.Errorf("%s: %d lines, %d rejected, net %s", as, s.LinesRead, s.LinesRejected, s.NetExact)
		}
	}
	if n := b.number("SELECT count(*) FROM entry WHERE m = $1"); n != 1 { // that the shop was made
		t.Errorf("a dry run left %d entries", n)
	}
	if n := b.number("SELECT count(*) FROM import_run WHERE m = $1"); n != 0 {
		t.Errorf("a dry run left %d rows of its progress", n)
	}
}
