package onlineretail_test

import (
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/imports/onlineretail"
)

// files are the parts of the data set that lie open, each with its oracle.
var files = []struct{ data, oracle, rounding string }{
	{"online-retail-open.csv.gz", "expected-open.json", "-0.001"},
	{"online-retail-2011-03.csv.gz", "expected-2011-03.json", "0.00"},
}

// Everything that the oracle counts is counted alike, to the tenth of a penny.
func TestOracle(t *testing.T) {
	for _, f := range files {
		t.Run(f.data, func(t *testing.T) {
			want := readOracle(t, dataFile(t, f.oracle))
			s := readBook(t, dataFile(t, f.data), func(r onlineretail.Reject) error {
				t.Errorf("line %d is rejected: %s", r.Line, r.Reason)
				return nil
			}).Summary()
			got := oracle{
				Lines: s.LinesRead, NoCustomer: s.NoCustomerLines, Negative: s.NegativeLines, ZeroPrice: s.ZeroPriceLines,
				CancelLines: s.CancelLines, NoDescription: s.NoDescriptionLines, Invoices: s.Invoices, CancelInvoices: s.CancelInvoices,
				Customers: s.Customers, SKUs: s.StockCodes, Countries: s.Countries,
				First: s.First.Format(time.DateTime), Last: s.Last.Format(time.DateTime), NetQuantity: s.NetQuantity,
				Net: s.NetRevenue.String(), Sales: s.SalesRevenue.String(), Cancels: s.CanceledRevenue.String(),
				Duplicates: s.ExactDuplicates, Repeated: s.RepeatedCodes, TwoTimestamps: s.TwoTimestamps, MaxLines: s.MaxLines,
				Matched: s.Matched, Partly: s.PartlyMatched, Unmatched: s.Unmatched, WithoutOne: s.WithoutCustomer,
				ByCountry: map[string]string{}, ByMonth: want.ByMonth,
			}
			for name, net := range s.ByCountry {
				got.ByCountry[name] = net.String()
			}
			if d := cmp.Diff(want, got); d != "" {
				t.Error(d)
			}
			if len(s.ByMonth) != len(want.ByMonth) {
				t.Errorf("%d months, want %d", len(s.ByMonth), len(want.ByMonth))
			}
			for month, w := range want.ByMonth {
				if g := s.ByMonth[month]; g.Lines != w.Lines || g.Net.String() != w.Net {
					t.Errorf("%s: %d lines of %s, want %d of %s", month, g.Lines, g.Net, w.Lines, w.Net)
				}
			}
			// One pad at a tenth of a penny is all that the pennies lose.
			if f.rounding != s.RoundingDifference.String() {
				t.Errorf("rounding moved %s, want %s", s.RoundingDifference, f.rounding)
			}
		})
	}
}
