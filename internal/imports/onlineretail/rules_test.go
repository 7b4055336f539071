package onlineretail_test

import (
	"fmt"
	"strings"
	"testing"
	"time"

	"github.com/google/go-cmp/cmp"

	"orderly/internal/fault"
	"orderly/internal/imports/onlineretail"
)

const header = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country\n"

// row is one line of a file at ten o'clock and some minutes.
func row(invoice, code, text string, quantity, minute int, price, customer string) string {
	return fmt.Sprintf("%s,%s,%s,%d,2011-08-12 10:%02d:00,%s,%s,United Kingdom\n", invoice, code, text, quantity, minute, price, customer)
}

func bookOf(t testing.TB, rows ...string) (*onlineretail.Book, []onlineretail.Reject) {
	t.Helper()
	var rejects []onlineretail.Reject
	b, err := onlineretail.Read(strings.NewReader(header+strings.Join(rows, "")), onlineretail.Options{
		Rejected: func(r onlineretail.Reject) error { rejects = append(rejects, r); return nil },
	})
	if err != nil {
		t.Fatal(err)
	}
	return b, rejects
}

// Every rule is shown by a line or an invoice that it is about.
func TestEveryRule(t *testing.T) {
	file := []struct{ rule, row string }{
		{"sale_line", row("536365", "85123A", "WHITE HEART", 6, 0, "2.55", "17850.0")},
		{"sale_line", row("536365", "PADS", "PADS TO MATCH ALL CUSHIONS", 1, 0, "0.001", "17850.0")},
		{"sale_line", row("536365", "DCGS0003", "BOXED GLASS ASHTRAY", 1, 0, "1.25", "17850.0")},
		{"sale_free", row("536365", "22841", "ROUND CAKE TIN", 1, 0, "0.0", "17850.0")},
		{"sale_service", row("536365", "gift_0001_20", "Dotcomgiftshop Gift Voucher £20.00", 1, 0, "16.67", "17850.0")},
		{"sale_service", row("536365", "22016", "Dotcomgiftshop Gift Voucher £100.00", 1, 0, "83.33", "17850.0")},
		{"fee_postage", row("536365", "POST", "POSTAGE", 3, 0, "18.0", "17850.0")},
		{"fee_postage", row("536365", "DOT", "DOTCOM POSTAGE", 1, 0, "569.77", "17850.0")},
		{"fee_carriage", row("536365", "C2", "CARRIAGE", 1, 0, "50.0", "17850.0")},
		{"fee_carriage", row("536365", "23444", "Next Day Carriage", 1, 0, "15.0", "17850.0")},
		{"fee_manual", row("536365", "m", "Manual", 1, 0, "2.55", "17850.0")},
		{"fee_discount", row("536365", "D", "Discount", 1, 0, "10.0", "17850.0")},
		{"fee_bank_charge", row("536366", "BANK CHARGES", "Bank Charges", 1, 0, "15.0", "15823")},

		{"sale_free", row("536367", "85123A", "WHITE HEART", 1, 1, "0.0", "")},
		{"sale_free", row("536368", "22841", "ROUND CAKE TIN", 1, 1, "0.0", "")},
		{"fee_manual", row("536368", "M", "Manual", 1, 1, "924.59", "")},

		{"stock_down", row("536369", "85123A", "damages", -5, 2, "0.0", "")},
		{"stock_up", row("536370", "85123A", "found", 5, 2, "0.0", "")},
		{"stock_up", row("536371", "22139", "", 56, 2, "0.0", "")},
		{"stock_up", row("536372", "22139", "", 2, 2, "0.0", "")},
		{"stock_up", row("536372", "22140", "", 2, 2, "0.0", "")},
		{"stock_not_kept", row("536373", "POST", "", 1000, 2, "0.0", "")},
		{"stock_not_kept", row("536374", "gift_0001_20", "to push order througha s stock was", 10, 2, "0.0", "")},

		{"cancel_matched", row("C536375", "85123A", "WHITE HEART", -4, 3, "2.55", "17850.0")},
		{"cancel_partly", row("C536375", "85123A", "WHITE HEART", -4, 3, "2.55", "17850.0")},
		{"cancel_unmatched", row("C536375", "85123A", "WHITE HEART", -4, 3, "2.55", "17850.0")},
		{"cancel_matched", row("C536375", "POST", "POSTAGE", -1, 3, "18.0", "17850.0")},
		{"cancel_no_customer", row("C536376", "85123A", "WHITE HEART", -4, 3, "2.55", "")},
		{"credit_discount", row("C536377", "D", "Discount", -1, 3, "27.5", "14527.0")},

		{"money_marketplace_fee", row("C536378", "AMAZONFEE", "AMAZON FEE", -1, 4, "13541.33", "")},
		{"money_marketplace_fee", row("536379", "AMAZONFEE", "AMAZON FEE", 1, 4, "13541.33", "")},
		{"money_bank_charge", row("C536380", "BANK CHARGES", "Bank Charges", -1, 4, "95.38", "")},
		{"money_samples", row("C536381", "S", "SAMPLES", -1, 4, "12.95", "")},
		{"money_commission", row("C536382", "CRUK", "CRUK Commission", -1, 4, "1100.44", "14096.0")},
		{"money_bad_debt", row("A563185", "B", "Adjust bad debt", 1, 5, "11062.06", "")},
		{"money_bad_debt", row("A563186", "B", "Adjust bad debt", 1, 5, "-11062.06", "")},
		{"money_bad_debt", row("A563187", "22139", "RETROSPOT TEA SET", 1, 5, "4.95", "")},
		{"money_negative_price", row("536383", "22139", "RETROSPOT TEA SET", 2, 6, "-4.95", "17850.0")},
	}
	rows := make([]string, len(file))
	for i, f := range file {
		rows[i] = f.row
	}
	b, rejects := bookOf(t, rows...)
	if len(rejects) > 0 {
		t.Fatalf("rejected: %+v", rejects)
	}
	got := inspect(b)
	if len(got.faults) > 0 {
		t.Error(strings.Join(got.faults, "\n"))
	}
	shown := map[onlineretail.Rule]bool{}
	for i, f := range file {
		rule := got.rules[i+2]
		shown[rule] = true
		if rule.String() != f.rule {
			t.Errorf("%s is %s, want %s", strings.TrimSpace(f.row), rule, f.rule)
		}
	}
	for r := range b.Summary().ByRule {
		shown[r] = true
	}
	names := map[string]bool{}
	for _, d := range onlineretail.Rules() {
		if d.Name == "" || d.When == "" || d.Becomes == "" || names[d.Name] || d.Rule.String() != d.Name {
			t.Errorf("rule %d is badly described: %+v", d.Rule, d)
		}
		names[d.Name] = true
		if !shown[d.Rule] {
			t.Errorf("no line shows the rule %s", d.Name)
		}
	}
	if s := b.Summary(); s.NetRevenue != got.net {
		t.Errorf("the summary has %s, the facts have %s", s.NetRevenue, got.net)
	}
}

func TestFactsInFull(t *testing.T) {
	b, _ := bookOf(t,
		row("581483", "23843", " PAPER CRAFT ", 80995, 15, "2.08", "16446.0"),
		row("581484", "22139", "TEA SET", 1, 15, "4.95", "16446.0"),
		row("581484", "22139", "TEA SET", 2, 16, "4.25", "16446.0"),
		row("581484", "POST", "POSTAGE", 1, 16, "18.0", "16446.0"),
		row("C581484", "23843", "PAPER CRAFT", -80995, 27, "2.08", "16446.0"),
		row("C581484", "22139", "TEA SET", -4, 28, "4.95", "16446.0"),
		row("C581484", "POST", "POSTAGE", -1, 28, "18.0", "16446.0"),
		row("581490", "85123a", "thrown away", -3, 30, "0.0", ""),
		row("A563186", "B", "Adjust bad debt", 1, 31, "-11062.06", ""),
	)
	at := func(minute int) time.Time { return time.Date(2011, 8, 12, 10, minute, 0, 0, time.UTC) }
	line := func(code, text string, kind onlineretail.Kind, quantity int64, price float64, source int, rule onlineretail.Rule) onlineretail.Line {
		return onlineretail.Line{SKU: strings.ToUpper(code), Code: code, Description: text, Kind: kind, Quantity: quantity,
			Price: priceOf(t, fmt.Sprint(price)), SourceLine: source, Rule: rule}
	}
	want := []onlineretail.Fact{
		&onlineretail.Sale{Invoice: "581483", At: at(15), LastAt: at(15), CustomerID: "16446", Country: "United Kingdom", Rule: onlineretail.InvoiceSale,
			Lines: []onlineretail.Line{line("23843", "PAPER CRAFT", onlineretail.Goods, 80995, 2.08, 2, onlineretail.SaleLine)},
			Fees:  []onlineretail.Line{}},
		&onlineretail.Sale{Invoice: "581484", At: at(15), LastAt: at(16), CustomerID: "16446", Country: "United Kingdom", Rule: onlineretail.InvoiceSale,
			Lines: []onlineretail.Line{
				line("22139", "TEA SET", onlineretail.Goods, 1, 4.95, 3, onlineretail.SaleLine),
				line("22139", "TEA SET", onlineretail.Goods, 2, 4.25, 4, onlineretail.SaleLine),
			},
			Fees: []onlineretail.Line{line("POST", "POSTAGE", onlineretail.Shipping, 1, 18, 5, onlineretail.FeePostage)}},
		&onlineretail.Cancellation{Invoice: "C581484", FirstAt: at(27), At: at(28), CustomerID: "16446", Country: "United Kingdom", Rule: onlineretail.InvoiceCancellation,
			Lines: []onlineretail.CancelLine{
				{Line: line("23843", "PAPER CRAFT", onlineretail.Goods, 80995, 2.08, 6, onlineretail.CancelMatched),
					Matches: []onlineretail.Match{{SaleInvoice: "581483", Index: 0, SourceLine: 2, Quantity: 80995}}},
				{Line: line("22139", "TEA SET", onlineretail.Goods, 4, 4.95, 7, onlineretail.CancelPartly),
					Matches: []onlineretail.Match{
						{SaleInvoice: "581484", Index: 1, SourceLine: 4, Quantity: 2},
						{SaleInvoice: "581484", Index: 0, SourceLine: 3, Quantity: 1},
					},
					Unmatched: 1, Reason: "the file has fewer units of it sold to this customer before"},
			},
			Fees: []onlineretail.CancelLine{{Line: line("POST", "POSTAGE", onlineretail.Shipping, 1, 18, 8, onlineretail.CancelMatched),
				Matches: []onlineretail.Match{{SaleInvoice: "581484", Index: 0, SourceLine: 5, Quantity: 1}}}}},
		&onlineretail.Adjustment{Invoice: "581490", At: at(30), SKU: "85123A", Code: "85123a", Quantity: -3, Stocked: true,
			Cause: onlineretail.ThrownAway, Note: "thrown away", SourceLine: 9, Rule: onlineretail.StockDown},
		&onlineretail.MoneyAdjustment{Invoice: "A563186", At: at(31), Country: "United Kingdom",
			Line: line("B", "Adjust bad debt", onlineretail.BadDebt, 1, -11062.06, 10, onlineretail.MoneyBadDebt)},
	}
	var got []onlineretail.Fact
	for f := range b.Facts() {
		got = append(got, f)
	}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
	articles := []onlineretail.Article{
		{SKU: "23843", Name: "PAPER CRAFT", Kind: onlineretail.Goods, Price: priceOf(t, "2.08"), Codes: []string{"23843"}},
		{SKU: "22139", Name: "TEA SET", Kind: onlineretail.Goods, Price: priceOf(t, "4.25"), Codes: []string{"22139"}},
		{SKU: "85123A", Kind: onlineretail.Goods, Codes: []string{"85123a"}},
	}
	if d := cmp.Diff(articles, b.Articles()); d != "" {
		t.Error(d)
	}
}

func TestSalesComeBeforeCancellationsAtOneTime(t *testing.T) {
	b, _ := bookOf(t,
		row("C2", "A1", "CUP", -1, 5, "1.0", "7"),
		row("1", "A1", "CUP", 1, 5, "1.0", "7"),
		row("C4", "A1", "CUP", -1, 4, "1.0", "7"),
	)
	got := inspect(b)
	if got.rules[2] != onlineretail.CancelMatched || got.rules[4] != onlineretail.CancelUnmatched || len(got.faults) > 0 {
		t.Errorf("rules %v, faults %v", got.rules, got.faults)
	}
	b, _ = bookOf(t,
		row("C2", "AMAZONFEE", "AMAZON FEE", -1, 5, "1.0", "7"),
		row("1", "AMAZONFEE", "AMAZON FEE", 1, 5, "1.0", "7"),
	)
	if got := inspect(b); len(got.matches[2]) != 1 || len(got.faults) > 0 {
		t.Errorf("matches %v, faults %v", got.matches, got.faults)
	}
}

func TestInvoiceRules(t *testing.T) {
	tests := []struct {
		want onlineretail.Rule
		rows []string
	}{
		{onlineretail.InvoiceSale, []string{row("1", "A1", "CUP", 1, 0, "1.0", ""), row("1", "M", "Manual", 1, 0, "5.0", "")}},
		{onlineretail.InvoiceLumpSum, []string{row("1", "A1", "CUP", 1, 0, "0.0", ""), row("1", "M", "Manual", 1, 0, "5.0", "")}},
		{onlineretail.InvoiceFree, []string{row("1", "A1", "CUP", 1, 0, "0.0", ""), row("1", "M", "Manual", 1, 0, "0.0", "")}},
		{onlineretail.InvoiceFree, []string{row("1", "A1", "CUP", 1, 0, "0.0", ""), row("1", "POST", "POSTAGE", 1, 0, "5.0", "")}},
		{onlineretail.InvoiceCharges, []string{row("1", "M", "Manual", 1, 0, "5.0", "")}},
	}
	for _, tt := range tests {
		b, _ := bookOf(t, tt.rows...)
		for f := range b.Facts() {
			if s, ok := f.(*onlineretail.Sale); !ok || s.Rule != tt.want {
				t.Errorf("%v: got %+v, want %s", tt.rows, f, tt.want)
			}
		}
	}
}

func TestRoundingDifferenceIsKept(t *testing.T) {
	b, _ := bookOf(t,
		row("1", "A1", "CUP", 1, 0, "0.005", "7"),
		row("1", "A1", "CUP", 3, 0, "0.001", "7"),
		row("C2", "A1", "CUP", -1, 1, "0.005", "7"),
	)
	if s := b.Summary(); s.RoundingDifference.String() != "-0.003" || s.NetRevenue.String() != "0.003" {
		t.Errorf("rounding moved %s of %s", s.RoundingDifference, s.NetRevenue)
	}
}

func TestArticleNames(t *testing.T) {
	b, _ := bookOf(t,
		row("1", "A1", "OLD NAME", 1, 0, "1.0", "7"),
		row("1", "A1", "TRUE NAME", 1, 0, "1.0", "7"),
		row("1", "a1", "TRUE NAME", 1, 0, "1.0", "7"),
		row("1", "B1", "FIRST", 1, 0, "1.0", "7"),
		row("1", "B1", "SECOND", 1, 0, "1.0", "7"),
		row("1", "C1", "ONLY GIVEN AWAY", 1, 0, "0.0", "7"),
		row("2", "D1", "damages", -1, 0, "0.0", ""),
	)
	var got []string
	for _, a := range b.Articles() {
		got = append(got, a.SKU+" "+a.Name)
	}
	want := []string{"A1 TRUE NAME", "B1 FIRST", "C1 ONLY GIVEN AWAY", "D1 "}
	if d := cmp.Diff(want, got); d != "" {
		t.Error(d)
	}
}

func TestCauses(t *testing.T) {
	for note, want := range map[string]onlineretail.Cause{
		"": onlineretail.Unexplained, "?": onlineretail.Unexplained, "??? missing": onlineretail.Lost,
		"damages/showroom etc": onlineretail.Damaged, "printing smudges/thrown away": onlineretail.ThrownAway,
		"sold as set on dotcom": onlineretail.SoldAsSet, "wrong barcode (22467)": onlineretail.Mixed,
		"FOUND": onlineretail.Found, "amazon": onlineretail.Elsewhere, "reverse 21/5/10 adjustment": onlineretail.Recounted,
		"mailout ": onlineretail.GivenAway, "returned": onlineretail.CameBack, "lorem": onlineretail.Otherwise,
	} {
		b, _ := bookOf(t, row("1", "A1", note, -1, 0, "0.0", ""))
		for f := range b.Facts() {
			if a, ok := f.(*onlineretail.Adjustment); !ok || a.Cause != want {
				t.Errorf("%q is %+v, want %s", note, f, want)
			}
		}
	}
}

func TestCodesMatchAsWrittenAndFoldAsArticles(t *testing.T) {
	b, _ := bookOf(t,
		row("1", "85123A", "HEART", 1, 1, "1.0", "7"),
		row("C2", "85123a", "HEART", -1, 2, "1.0", "7"),
	)
	s := b.Summary()
	if s.Unmatched != 1 || s.StockCodes != 2 || s.SKUs != 1 {
		t.Errorf("%d unmatched, %d codes, %d SKUs", s.Unmatched, s.StockCodes, s.SKUs)
	}
	if a := b.Articles(); len(a) != 1 || a[0].SKU != "85123A" || len(a[0].Codes) != 2 {
		t.Errorf("articles %+v", a)
	}
}

func TestZoneOfTheClock(t *testing.T) {
	zone := time.FixedZone("BST", 3600)
	b, err := onlineretail.Read(strings.NewReader(header+row("1", "A1", "CUP", 1, 0, "1.0", "7")), onlineretail.Options{Zone: zone})
	if err != nil {
		t.Fatal(err)
	}
	for f := range b.Facts() {
		if got := f.Time().UTC().Format(time.DateTime); got != "2011-08-12 09:00:00" {
			t.Errorf("got %s", got)
		}
	}
	if s := b.Summary(); s.First.Location() != zone {
		t.Errorf("the summary speaks of %v", s.First)
	}
}

func TestRejects(t *testing.T) {
	tests := []struct {
		name, row, code string
		net             string // "" when unknown
	}{
		{"too few fields", "536365,85123A,HEART,6\n", "field_count", ""},
		{"open quote", "536365,85123A,\"HEART,6,2011-08-12 10:00:00,2.55,17850.0,United Kingdom\n", "open_quote", ""},
		{"quantity", "536365,85123A,HEART,six,2011-08-12 10:00:00,2.55,17850.0,United Kingdom\n", "invalid_quantity", ""},
		{"quantity in parts", "536365,85123A,HEART,1.5,2011-08-12 10:00:00,2.55,17850.0,United Kingdom\n", "invalid_quantity", ""},
		{"quantity over limit", "536365,85123A,HEART,1000001,2011-08-12 10:00:00,2.55,17850.0,United Kingdom\n", "invalid_quantity", ""},
		{"zero", row("536365", "85123A", "HEART", 0, 0, "2.55", "17850.0"), "zero_quantity", "0.00"},
		{"price", row("536365", "85123A", "HEART", 6, 0, "2;55", "17850.0"), "invalid_price", ""},
		{"price in too small parts", row("536365", "85123A", "HEART", 6, 0, "2.5500001", "17850.0"), "invalid_price", ""},
		{"price over limit", row("536365", "85123A", "HEART", 6, 0, "1000000.01", "17850.0"), "invalid_price", ""},
		{"time", "536365,85123A,HEART,6,12/08/2011 10:00,2.55,17850.0,United Kingdom\n", "invalid_time", "15.30"},
		{"customer", row("536365", "85123A", "HEART", 6, 0, "2.55", "17850.5"), "invalid_customer", "15.30"},
		{"customer by name", row("536365", "85123A", "HEART", 6, 0, "2.55", "Smith"), "invalid_customer", "15.30"},
		{"invoice", row("X36365", "85123A", "HEART", 6, 0, "2.55", "17850.0"), "invalid_invoice", "15.30"},
		{"no invoice", row("", "85123A", "HEART", 6, 0, "2.55", "17850.0"), "invalid_invoice", "15.30"},
		{"no code", row("536365", " ", "HEART", 6, 0, "2.55", "17850.0"), "invalid_code", "15.30"},
		{"other customer", row("999999", "85123A", "HEART", 6, 0, "2.55", "17851.0"), "contradicts", "15.30"},
		{"sold on a cancellation", row("C536365", "85123A", "HEART", 6, 0, "2.55", "17850.0"), "sign_of_cancellation", "15.30"},
		{"taken back on a sale", row("536365", "85123A", "HEART", -6, 0, "2.55", "17850.0"), "sign_of_sale", "-15.30"},
		{"two faults", row("536365", "", "HEART", 6, 0, "2.55", "x"), "not_understood", "15.30"},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			b, rejects := bookOf(t, row("999999", "85123A", "HEART", 1, 0, "1.0", "17850.0"), tt.row, row("999999", "85123A", "HEART", 1, 0, "1.0", "17850.0"))
			if len(rejects) != 1 {
				t.Fatalf("%d rejects: %+v", len(rejects), rejects)
			}
			r := rejects[0]
			if r.Code != tt.code || r.Line != 3 || r.Reason == "" || r.Raw == "" || r.Known != (tt.net != "") || r.Known && r.Net.String() != tt.net {
				t.Errorf("got %+v with net %s", r, r.Net)
			}
			s := b.Summary()
			if s.LinesRead != 3 || s.Rejected != 1 || s.RejectedNet != r.Net || (s.RejectedUnknown == 1) == r.Known || s.NetRevenue.String() != "2.00" {
				t.Errorf("summary %+v", s)
			}
		})
	}
}

func TestInvoiceTooLongIsRejectedWhole(t *testing.T) {
	rows := []string{}
	for range onlineretail.MaxOrderLines {
		rows = append(rows, row("1", "A1", "CUP", 1, 0, "1.0", "7"))
	}
	if _, rejects := bookOf(t, rows...); len(rejects) != 0 {
		t.Fatalf("an invoice of the limit is rejected: %+v", rejects[0])
	}
	last := row("1", "A1", `"CUP, ""RED"""`, 1, 0, "1.5", "7")
	b, rejects := bookOf(t, append(rows, last, row("2", "A1", "CUP", 1, 0, "1.0", "7"))...)
	if len(rejects) != onlineretail.MaxOrderLines+1 {
		t.Fatalf("%d rejects", len(rejects))
	}
	if r := rejects[onlineretail.MaxOrderLines]; r.Code != "too_many_lines" || r.Net.String() != "1.50" ||
		r.Raw != `1,A1,"CUP, ""RED""",1,2011-08-12 10:00:00,1.50,7,United Kingdom` {
		t.Errorf("got %+v", r)
	}
	if s := b.Summary(); s.Sales != 1 || s.NetRevenue.String() != "1.00" || s.RejectedNet.String() != "2001.50" {
		t.Errorf("%d sales of %s, rejects of %s", s.Sales, s.NetRevenue, s.RejectedNet)
	}
}

func TestSumThatWouldOverflowIsRejected(t *testing.T) {
	rows := []string{}
	for range 12 {
		rows = append(rows, row("1", "A1", "CUP", 1_000_000, 0, "1000000", "7"))
	}
	b, rejects := bookOf(t, rows...)
	if len(rejects) != 3 || rejects[0].Code != "total_too_large" || rejects[0].Known {
		t.Errorf("%d rejects: %+v", len(rejects), rejects)
	}
	if s := b.Summary(); s.NetRevenue.String() != "9000000000000.00" {
		t.Errorf("net %s", s.NetRevenue)
	}
}

func TestForeignFiles(t *testing.T) {
	tests := []struct{ name, text, code string }{
		{"other columns", "sku,quantity\nA,1\n", "columns"},
		{"empty", "", "empty_file"},
		{"binary", "\x00\x01\x02", "not_text"},
		{"workbook", "PK\x03\x04", "not_text"},
	}
	for _, tt := range tests {
		if _, err := onlineretail.Read(strings.NewReader(tt.text), onlineretail.Options{}); fault.CodeOf(err) != tt.code {
			t.Errorf("%s: %v", tt.name, err)
		}
	}
	if !onlineretail.Recognizes(strings.Split(strings.ToLower(strings.TrimSpace(header)), ",")) || onlineretail.Recognizes([]string{"sku"}) {
		t.Error("the header is not told from others")
	}
}

func TestColumnsInAnotherOrder(t *testing.T) {
	text := "Country;CustomerID;UnitPrice;InvoiceDate;Quantity;Description;StockCode;InvoiceNo\n" +
		"EIRE;17850.0;2.55;2011-08-12 10:00:00;6;HEART;85123A;536365\n"
	b, err := onlineretail.Read(strings.NewReader(text), onlineretail.Options{})
	if err != nil {
		t.Fatal(err)
	}
	for f := range b.Facts() {
		if s, ok := f.(*onlineretail.Sale); !ok || s.CustomerID != "17850" || onlineretail.CountryCode(s.Country) != "IE" || s.Net().String() != "15.30" {
			t.Errorf("got %+v", f)
		}
	}
}
