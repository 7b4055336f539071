package run_test

import (
	"fmt"
	"os"
	"strings"
	"testing"

	"github.com/google/go-cmp/cmp"
	"pgregory.net/rapid"

	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/imports/onlineretail"
	"orderly/internal/imports/run"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

const retailHeader = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

// oddBook is a small file in which everything odd happens that the format
// knows of.
const oddBook = retailHeader +
	// Canceled on its day in part, and two returns of one line later.
	"100001,85123A,HEART,6,2011-03-01 10:00:00,2.55,17850.0,United Kingdom\n" +
	"100001,71053,LANTERN,3,2011-03-01 10:00:00,3.39,17850.0,United Kingdom\n" +
	"100001,POST,POSTAGE,1,2011-03-01 10:00:00,18.00,17850.0,United Kingdom\n" +
	"C100002,85123A,HEART,-1,2011-03-01 16:00:00,2.55,17850.0,United Kingdom\n" +
	"C100003,85123A,HEART,-2,2011-03-02 09:00:00,2.55,17850.0,United Kingdom\n" +
	"C100004,85123A,HEART,-3,2011-03-04 09:00:00,2.55,17850.0,United Kingdom\n" +
	// Canceled whole on its day: without charges, and with one that stays.
	"100010,22633,WARMER,4,2011-03-01 11:00:00,1.85,12680.0,France\n" +
	"C100011,22633,WARMER,-4,2011-03-01 11:30:00,1.85,12680.0,France\n" +
	"100012,22633,WARMER,4,2011-03-02 11:00:00,1.85,12680.0,France\n" +
	"100012,C2,CARRIAGE,1,2011-03-02 11:00:00,50.00,12680.0,France\n" +
	"C100013,22633,WARMER,-4,2011-03-02 11:30:00,1.85,12680.0,France\n" +
	// Taken back at another price, for a part, and beyond what was sold.
	"100020,21730,HOLDER,2,2011-03-03 11:00:00,4.25,13047.0,Channel Islands\n" +
	"100020,21730,HOLDER,3,2011-03-03 11:01:00,4.95,13047.0,Channel Islands\n" +
	"C100021,21730,HOLDER,-9,2011-03-05 11:00:00,4.00,13047.0,Channel Islands\n" +
	"C100022,D,Discount,-1,2011-03-05 12:00:00,7.50,13047.0,Channel Islands\n" +
	// Prices with a tenth of a penny, units that close to the penny.
	"100030,PADS,PADS TO MATCH,1,2011-03-06 11:00:00,0.001,,United Kingdom\n" +
	"100031,16045,POPART,30,2011-03-06 12:00:00,0.033,15555.0,Germany\n" +
	"C100032,16045,POPART,-7,2011-03-08 12:00:00,0.033,15555.0,Germany\n" +
	"C100033,16045,POPART,-23,2011-03-09 12:00:00,0.033,15555.0,Germany\n" +
	// The merchant's own money and stock, things given away, a voucher.
	"C100040,AMAZONFEE,AMAZON FEE,-1,2011-03-07 10:00:00,13541.33,,United Kingdom\n" +
	"A100041,B,Adjust bad debt,1,2011-03-07 10:00:00,11062.06,,United Kingdom\n" +
	"A100042,B,Adjust bad debt,1,2011-03-07 10:00:00,-11062.06,,United Kingdom\n" +
	"100043,85123A,thrown away,-12,2011-03-07 11:00:00,0.0,,United Kingdom\n" +
	"100044,71053,found,5,2011-03-07 11:00:00,0.0,,United Kingdom\n" +
	"100045,22423,REGENCY STAND,1,2011-03-07 12:00:00,0.0,14646.0,EIRE\n" +
	"100046,gift_0001_10,Dotcomgiftshop Gift Voucher,1,2011-03-07 12:00:00,8.33,,United Kingdom\n" +
	"100047,85123a,HEART,1,2011-03-07 13:00:00,5.06,,Unspecified\n" +
	// Not understood.
	"100050,85123A,HEART,-2,2011-03-08 13:00:00,2.55,17850.0,United Kingdom\n" +
	"nonsense\n"

func TestOddBook(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, as := range []string{run.History, run.Live} {
			t.Run(as, func(t *testing.T) {
				b := open(t, db)
				channel := "retail-" + as
				o := run.Options{What: run.Orders, Path: b.file("odd.csv", oddBook), Mapping: run.OnlineRetail, As: as, Channel: channel, Rejects: b.dir + "/rejects.csv"}
				s := b.load(o)
				if s.LinesRead != 29 || s.LinesRejected != 2 || s.RejectedUnknown != 1 || s.NetRejected != "-5.10" {
					t.Errorf("%d lines, %d rejected worth %s, %d unknown", s.LinesRead, s.LinesRejected, s.NetRejected, s.RejectedUnknown)
				}
				b.addsUp(s, channel)
				if s.Warnings != nil || s.Unfinished != 0 {
					t.Errorf("%d unfinished: %v", s.Unfinished, s.Warnings)
				}
				b.told(channel)
				b.clean()
				rejects, err := os.ReadFile(s.Rejects)
				if err != nil {
					t.Fatal(err)
				}
				for _, want := range []string{"29,sign_of_sale,", "30,field_count,", ",nonsense\n"} {
					if !strings.Contains(string(rejects), want) {
						t.Errorf("the rejects lack %q:\n%s", want, rejects)
					}
				}
			})
		}
	})
}

// addsUp asserts that the books say what the summary says, and what the file
// says but for its rejects.
func (b *books) addsUp(s *run.Summary, channel string) {
	b.Helper()
	if got := b.net(channel).String(); got != s.NetExact {
		b.Errorf("the database says %s, the summary %s", got, s.NetExact)
	}
}

// told asserts what a few invoices of the odd book became.
func (b *books) told(channel string) {
	b.Helper()
	type row struct {
		Invoice, Status, Returned, Payment string
		Total, Canceled, Paid, Refunded    int64
	}
	want := []row{
		{"100001", "completed", "partially_returned", "partially_refunded", 4347, 255, 4347, 255 + 510 + 765},
		{"100010", "canceled", "none", "refunded", 740, 740, 740, 740},
		{"100012", "completed", "returned", "partially_refunded", 5740, 0, 5740, 740},
		{"100020", "completed", "returned", "refunded", 2335, 0, 2335, 2335},
		{"100031", "completed", "returned", "refunded", 99, 0, 99, 99},
		{"100045", "completed", "none", "none", 0, 0, 0, 0},
		{"A100042", "completed", "none", "none", -1106206, 0, 0, 0},
		// 2 at 4.25 and 3 at 4.95 were taken back at 4.00, 4 were never sold to them.
		{"C100021", "completed", "none", "none", 2*25 + 3*95 - 4*400, 0, 0, 0},
		{"C100040", "completed", "none", "none", -1354133, 0, 0, 0},
	}
	var got []row
	b.read(func(r *store.Reader) error {
		for _, w := range want {
			var x row
			err := r.Row("SELECT external_id, status, return_status, payment_status, total, canceled_total, paid, refunded FROM orders WHERE m = $1 AND channel = $2 AND external_id = $3", r.M, channel, w.Invoice).
				Scan(&x.Invoice, &x.Status, &x.Returned, &x.Payment, &x.Total, &x.Canceled, &x.Paid, &x.Refunded)
			if err != nil {
				return fmt.Errorf("%s: %w", w.Invoice, err)
			}
			got = append(got, x)
		}
		return nil
	})
	if d := cmp.Diff(want, got); d != "" {
		b.Error(d)
	}
}

// An invoice with more charges than an order takes becomes several.
func TestManyCharges(t *testing.T) {
	var text strings.Builder
	text.WriteString(retailHeader + "100001,85123A,HEART,1,2011-03-01 10:00:00,2.55,17850.0,France\n")
	for i := range 2*order.MaxFees + 3 {
		fmt.Fprintf(&text, "100001,M,Manual,1,2011-03-01 10:00:00,%d.01,17850.0,France\n", i)
	}
	for i := range order.MaxFees + 1 {
		fmt.Fprintf(&text, "C100002,%d,GONE,-1,2011-03-02 10:00:00,1.00,17850.0,France\n", 20000+i)
	}
	b := open(t, storetest.SQLite(t))
	s := b.load(run.Options{What: run.Orders, Path: b.file("many.csv", text.String()), Mapping: run.OnlineRetail})
	if s.Orders != 5 || s.Credits != 4 || s.LinesRejected != 0 {
		t.Errorf("%d orders, %d of them credits, %d lines rejected", s.Orders, s.Credits, s.LinesRejected)
	}
	b.addsUp(s, run.OnlineRetail)
	if n := b.number("SELECT count(*) FROM orders WHERE m = $1 AND external_id IN ('100001', '100001/2', '100001/3', 'C100002', 'C100002/2')"); n != 5 {
		t.Errorf("%d of 5 orders are under their numbers", n)
	}
	b.clean()
}

// Whatever a file holds, what is imported and what is rejected add up to it,
// and the database says the same as the summary.
func TestBooksAddUp(t *testing.T) {
	b := open(t, storetest.SQLite(t))
	n := 0
	rapid.Check(t, func(rt *rapid.T) {
		n++
		channel := fmt.Sprintf("channel-%d", n)
		as := rapid.SampledFrom([]string{run.History, run.Live}).Draw(rt, "as")
		text, want := drawBook(rt)
		o := run.Options{What: run.Orders, Path: b.file(channel+".csv", text), Mapping: run.OnlineRetail, As: as, Channel: channel}
		s := b.load(o)
		if sum := exactText(rt, s.NetExact) + exactText(rt, s.NetRejected); sum != want {
			rt.Errorf("imported %s and rejected %s of %s", s.NetExact, s.NetRejected, want)
		}
		if got := b.net(channel).String(); got != s.NetExact {
			rt.Errorf("the database says %s, the summary %s", got, s.NetExact)
		}
		if s.LinesImported+s.LinesRejected != int64(strings.Count(text, "\n")-1) {
			rt.Errorf("%d lines imported and %d rejected of %d", s.LinesImported, s.LinesRejected, strings.Count(text, "\n")-1)
		}
		b.noneUnpaid()
	})
	b.clean()
}

// drawBook is a file of sales and C invoices by few customers of few articles
// on few days, and what all its lines add up to.
func drawBook(t *rapid.T) (string, onlineretail.Exact) {
	var text strings.Builder
	text.WriteString(retailHeader)
	sum := onlineretail.Exact(0)
	number := 500000
	for range rapid.IntRange(1, 12).Draw(t, "invoices") {
		number++
		letter := rapid.SampledFrom([]string{"", "", "C"}).Draw(t, "letter")
		customer := rapid.SampledFrom([]string{"", "17850.0", "12680.0"}).Draw(t, "customer")
		day, hour := rapid.IntRange(1, 3).Draw(t, "day"), rapid.IntRange(8, 18).Draw(t, "hour")
		for range rapid.IntRange(1, 5).Draw(t, "lines") {
			code := rapid.SampledFrom([]string{"85123A", "71053", "22633", "POST", "M", "D", "AMAZONFEE", "gift_0001_10"}).Draw(t, "code")
			quantity := rapid.IntRange(1, 9).Draw(t, "quantity")
			if letter == "C" {
				quantity = -quantity
			}
			pennies := rapid.SampledFrom([]int{0, 1, 33, 255, 1000}).Draw(t, "pennies")
			sum += onlineretail.Exact(quantity) * onlineretail.Exact(pennies) * 10_000
			fmt.Fprintf(&text, "%s%d,%s,NAME OF %s,%d,2011-03-%02d %02d:00:00,%d.%02d,%s,France\n", letter, number, code, code, quantity, day, hour, pennies/100, pennies%100, customer)
		}
	}
	return text.String(), sum
}

// exactText reads a sum of a summary.
func exactText(t rapid.TB, text string) onlineretail.Exact {
	p, err := money.ParsePrice(text)
	if err != nil {
		t.Fatal(err)
	}
	return onlineretail.Exact(p)
}

// The longest invoice that an order takes, of few articles that repeat, and
// one that is longer.
func TestLongInvoices(t *testing.T) {
	var text strings.Builder
	text.WriteString(retailHeader)
	for i := range order.MaxLines {
		fmt.Fprintf(&text, "100001,%d,THING,%d,2011-03-01 10:0%d:00,0.85,17850.0,France\n", 20000+i%700, 1+i%9, i%2)
	}
	for i := range order.MaxLines + 1 {
		fmt.Fprintf(&text, "100002,%d,THING,1,2011-03-01 10:00:00,1.00,17850.0,France\n", 20000+i%700)
	}
	text.WriteString("C100003,20000,THING,-3,2011-03-02 10:00:00,0.85,17850.0,France\n")
	b := open(t, storetest.SQLite(t))
	path := b.file("long.csv", text.String())
	for _, as := range []string{run.History, run.Live} {
		s := b.load(run.Options{What: run.Orders, Path: path, Mapping: run.OnlineRetail, As: as, Channel: as})
		if s.LinesRejected != order.MaxLines+1 || s.Orders != 1 || s.Returns != 1 || s.Unfinished != 0 {
			t.Errorf("%s: %d rejected, %d orders, %d returns, %d unfinished", as, s.LinesRejected, s.Orders, s.Returns, s.Unfinished)
		}
		b.addsUp(s, as)
	}
	b.clean()
}

// A sale that the books refuse takes what was taken back of it along, and the
// sums still add up.
func TestRefusedSales(t *testing.T) {
	for _, as := range []string{run.History, run.Live} {
		t.Run(as, func(t *testing.T) {
			b := open(t, storetest.SQLite(t))
			all := b.load(run.Options{What: run.Orders, Path: b.file("odd.csv", oddBook), Mapping: run.OnlineRetail, DryRun: true})
			b.load(run.Options{What: run.Items, Path: b.file("items.csv", "sku,name,kind,components\nX,Part,,\n21730,Set of holders,bundle,X*2\n")})
			b.save(catalog.Item{SKU: "71053", Name: "Old lantern", Archived: true})
			s := b.load(run.Options{What: run.Orders, Path: b.file("odd.csv", oddBook), Mapping: run.OnlineRetail, As: as})
			sum := exactText(t, s.NetExact) + exactText(t, s.NetRejected)
			if want := exactText(t, all.NetExact) + exactText(t, all.NetRejected); sum != want {
				t.Errorf("imported %s and rejected %s, want %s together", s.NetExact, s.NetRejected, want)
			}
			b.addsUp(s, run.OnlineRetail)
			want := []string{"2,order_incomplete,", "3,archived_item,", "4,order_incomplete,", "5,order_incomplete,", "6,order_incomplete,", "7,order_incomplete,",
				"13,is_a_bundle,", "14,is_a_bundle,", "15,is_a_bundle,"}
			got := rejected(t, s)
			for i, w := range want {
				if i >= len(got) || !strings.HasPrefix(got[i], w) {
					t.Fatalf("reject %d is not %s:\n%s", i, w, strings.Join(got, "\n"))
				}
			}
			b.clean()
		})
	}
}

func (b *books) save(i catalog.Item) {
	b.Helper()
	if _, err := desk.One(b.Context(), b.Desk, admin.SaveItem, b.Scope, admin.ItemCommand{Item: i}, desk.Options{}); err != nil {
		b.Fatal(err)
	}
}
