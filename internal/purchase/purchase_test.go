package purchase_test

import (
	"errors"
	"slices"
	"testing"
	"time"

	"pgregory.net/rapid"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/purchase"
)

const day = int64(24 * time.Hour / time.Microsecond)

// drawn is a purchase order of a few lines that was sent.
func drawn(t *rapid.T) *purchase.Purchase {
	p := purchase.Purchase{Number: 1, Supplier: 1, Location: 2, Purpose: purchase.Stock, Currency: "EUR", Over: rapid.Int64Range(0, 20).Draw(t, "over")}
	for n := range rapid.IntRange(1, 4).Draw(t, "lines") {
		p.Lines = append(p.Lines, purchase.Line{
			Item: int64(n + 1), SKU: "X", Quantity: rapid.Int64Range(1, 30).Draw(t, "quantity"), Cost: money.Price(rapid.Int64Range(0, 9_999_999).Draw(t, "cost")), Grams: rapid.Int64Range(0, 900).Draw(t, "grams"),
		})
	}
	made, err := purchase.New(p, 1000*day)
	if err == nil {
		made, err = made.Send(1001*day, func(int64) money.Price { return 0 })
	}
	if err != nil {
		t.Fatal(err)
	}
	return &made
}

func same(a, b *purchase.Purchase) bool {
	return slices.Equal(a.Lines, b.Lines) && slices.Equal(a.Charges, b.Charges) && a.Status() == b.Status() && a.Version == b.Version
}

// Whatever is done, in whatever order: what is refused has changed nothing,
// every unit is open, came or is canceled, nothing beyond the tolerance comes
// unless it is meant, and the status follows.
//
// Kills: an act that changes what it refuses; units that are open and canceled;
// a status ahead of the goods; a receipt taken back in part.
func TestActs(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		now := 1002 * day
		var receipts []purchase.Receipt
		for range rapid.IntRange(1, 14).Draw(t, "acts") {
			was := *p
			was.Lines = slices.Clone(p.Lines)
			n := rapid.IntRange(1, len(p.Lines)+1).Draw(t, "line")
			units := rapid.Int64Range(-1, 20).Draw(t, "units")
			now += day
			var x purchase.Purchase
			var err error
			switch rapid.SampledFrom([]string{"change", "acknowledge", "receive", "receive", "over", "inspect", "reverse", "cancel", "rest", "charge", "close"}).Draw(t, "act") {
			case "change":
				x, err = p.With(&purchase.Edit{Lines: []purchase.LineEdit{{N: n, Quantity: &units}}}, now, time.UTC)
			case "acknowledge":
				x, err = p.Acknowledge([]purchase.Answer{{N: n, Quantity: &units, CancelRest: rapid.Bool().Draw(t, "cancel rest")}}, false, now, time.UTC)
			case "receive":
				x, err = p.Receive([]purchase.Come{{N: n, Good: units, Damaged: 1}}, false, now, time.UTC)
				if l := x.Line(n); err == nil && l.Received > x.MaxOf(l) {
					t.Fatalf("%d came of %d within %d percent", l.Received, l.Quantity-l.Canceled, x.Over)
				}
				if err == nil {
					receipts = append(receipts, purchase.Receipt{Lines: []purchase.ReceiptLine{{Line: n, State: "on_hand", Quantity: units}, {Line: n, State: "damaged", Quantity: 1}}})
				}
			case "over":
				x, err = p.Receive([]purchase.Come{{N: n, Good: units}}, true, now, time.UTC)
				if err == nil {
					receipts = append(receipts, purchase.Receipt{Lines: []purchase.ReceiptLine{{Line: n, State: "on_hand", Quantity: units}}})
				}
			case "inspect":
				x, err = p.Receive([]purchase.Come{{N: n, Inspect: units}}, true, now, time.UTC)
				if err == nil {
					passed := rapid.Int64Range(0, units).Draw(t, "passed")
					x, err = x.Inspect([]purchase.Checked{{N: n, Passed: passed, Failed: units - passed}})
				}
				if err == nil {
					receipts = append(receipts, purchase.Receipt{Lines: []purchase.ReceiptLine{{Line: n, State: "on_hand", Quantity: x.Line(n).Received - p.Line(n).Received - (x.Line(n).Damaged - p.Line(n).Damaged)}, {Line: n, State: "damaged", Quantity: x.Line(n).Damaged - p.Line(n).Damaged}}})
				}
			case "reverse":
				if len(receipts) == 0 {
					continue
				}
				if x, err = p.Unreceive(&receipts[0], time.UTC); err == nil {
					receipts = receipts[1:]
				}
			case "cancel":
				x, err = p.Cancel([]purchase.Cut{{N: n, Quantity: units}}, now, time.UTC)
			case "rest":
				x, err = p.Cancel(nil, now, time.UTC)
			case "charge":
				x, err = p.Charged(purchase.Charge{Kind: "freight", Spread: "value", Amount: units}, now)
			case "close":
				x, err = p.Close(now, time.UTC)
			}
			if f := (*fault.Error)(nil); err != nil && (!errors.As(err, &f) || f.Kind == fault.Internal) {
				t.Fatal(err)
			}
			if !same(p, &was) {
				t.Fatalf("an act changed what it was given: %+v, was %+v", p.Lines, was.Lines)
			}
			if err == nil {
				p = &x
			}
			holds(t, p)
		}
	})
}

func holds(t *rapid.T, p *purchase.Purchase) {
	_, came, open := p.Units()
	for i := range p.Lines {
		l := &p.Lines[i]
		if l.Canceled < 0 || l.Canceled > l.Quantity || l.Received < 0 || l.Damaged < 0 || l.Damaged+l.Inspect > l.Received || l.Open() != max(0, l.Quantity-l.Canceled-l.Received) {
			t.Fatalf("a line became %+v", l)
		}
		if (l.DoneAt != 0) != (l.Received > 0 && l.Open() == 0) {
			t.Fatalf("that a line is done is told at %d: %+v", l.DoneAt, l)
		}
		if s := p.Status(); p.Awaited(l) != 0 && (s == purchase.Draft || s == purchase.Closed || s == purchase.Canceled || s == purchase.Received) {
			t.Fatalf("%s and %d are awaited", s, p.Awaited(l))
		}
	}
	switch s := p.Status(); {
	case s == purchase.Received && (open > 0 || came == 0), s == purchase.PartlyReceived && (open == 0 || came == 0), (s == purchase.Sent || s == purchase.Acknowledged) && came > 0:
		t.Fatalf("%s with %d come and %d open", s, came, open)
	}
}

// However charges are spread, their parts are exactly the charges, and a line
// that bears none has none where another can.
//
// Kills: a part lost or made by rounding; a charge of a receipt that other goods
// bear; a weight of nothing that takes a part.
func TestLandedIsExact(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		p := drawn(t)
		var receipts []purchase.Receipt
		for i := range p.Lines {
			units := rapid.Int64Range(0, p.Lines[i].Quantity).Draw(t, "came")
			if units == 0 {
				continue
			}
			x, err := p.Receive([]purchase.Come{{N: p.Lines[i].N, Good: units}}, false, 1002*day, time.UTC)
			if err != nil {
				t.Fatal(err)
			}
			p = &x
			receipts = append(receipts, purchase.Receipt{ID: purchase.ReceiptID(i + 1), Lines: []purchase.ReceiptLine{{Line: p.Lines[i].N, Quantity: units}}})
		}
		sum := int64(0)
		for range rapid.IntRange(0, 4).Draw(t, "charges") {
			c := purchase.Charge{Kind: "freight", Spread: rapid.SampledFrom(purchase.Spreads).Draw(t, "spread"), Amount: rapid.Int64Range(-500, 5000).Draw(t, "amount")}
			if len(receipts) > 0 && rapid.Bool().Draw(t, "of a receipt") {
				c.Receipt = rapid.SampledFrom(receipts).Draw(t, "receipt").ID
			}
			if x, err := p.Charged(c, 1003*day); err == nil {
				p, sum = &x, sum+c.Amount
			}
		}
		landed, err := p.Landed(receipts)
		if err != nil {
			t.Fatal(err)
		}
		got := int64(0)
		for i := range landed {
			got += landed[i].Charges
		}
		if got != sum || len(landed) != len(p.Lines) {
			t.Fatalf("charges of %d became %d over %+v", sum, got, landed)
		}
		if len(p.Charges) == 1 && p.Charges[0].Receipt != 0 {
			for i := range landed {
				if r := receipts[slices.IndexFunc(receipts, func(r purchase.Receipt) bool { return r.ID == p.Charges[0].Receipt })]; r.Lines[0].Line != landed[i].Line && landed[i].Charges != 0 {
					t.Fatalf("line %d bears a charge of receipt %d", landed[i].Line, r.ID)
				}
			}
		}
	})
}

// The first day that a supplier confirms is kept; a later one changes what is
// expected alone. Days are those of the zone.
//
// Kills: a promise that moves with the goods; a day counted by hours.
func TestFirstDayStays(t *testing.T) {
	zone, err := time.LoadLocation("Europe/London")
	if err != nil {
		t.Fatal(err)
	}
	at := func(y, m, d, h int) int64 { return time.Date(y, time.Month(m), d, h, 0, 0, 0, zone).UnixMicro() }
	p, err := purchase.New(purchase.Purchase{Purpose: purchase.Stock, Currency: "EUR", Lines: []purchase.Line{{Quantity: 5, ExpectedAt: at(2026, 4, 1, 0)}}}, at(2026, 3, 1, 9))
	if err == nil {
		p, err = p.Send(at(2026, 3, 1, 23), func(int64) money.Price { return 7 })
	}
	if err != nil || p.Lines[0].PromisedAt != at(2026, 4, 1, 0) || p.Lines[0].Before != 7 {
		t.Fatalf("%v: %+v", err, p.Lines)
	}
	first, later := at(2026, 3, 28, 0), at(2026, 4, 9, 0)
	p, _ = p.Acknowledge([]purchase.Answer{{N: 1, ExpectedAt: &first}}, false, at(2026, 3, 2, 9), zone)
	p, _ = p.Acknowledge([]purchase.Answer{{N: 1, ExpectedAt: &later}}, false, at(2026, 3, 3, 9), zone)
	if l := p.Lines[0]; l.PromisedAt != first || l.ExpectedAt != later {
		t.Errorf("promised and expected: %+v", l)
	}
	p, err = p.Receive([]purchase.Come{{N: 1, Good: 5}}, false, at(2026, 3, 30, 0), zone) // the clocks went on the night before
	if l := p.Lines[0]; err != nil || l.LateDays != 2 || l.LeadDays != 29 {
		t.Errorf("%v: %d days late, %d days of lead", err, l.LateDays, l.LeadDays)
	}
}

// Kills: a price within the tolerance told; one beyond it not; units invoiced
// that came never; charges nobody knows; a sum that is not what is listed.
func TestMatch(t *testing.T) {
	p := &purchase.Purchase{Currency: "EUR", Purpose: purchase.Stock, Lines: []purchase.Line{{N: 1, Quantity: 10, Received: 6, Invoiced: 2, Cost: 10_000_000}}, Charges: []purchase.Charge{{Amount: 500}}}
	for name, tc := range map[string]struct {
		of   purchase.Invoice
		want []string
	}{
		"fine":           {purchase.Invoice{Total: 4500, Charges: 500, Lines: []purchase.InvoiceLine{{1, 4, 10_000_000}}}, nil},
		"a little more":  {purchase.Invoice{Total: 4040, Lines: []purchase.InvoiceLine{{1, 4, 10_100_000}}}, nil},
		"too dear":       {purchase.Invoice{Total: 4044, Lines: []purchase.InvoiceLine{{1, 4, 10_110_000}}}, []string{"price"}},
		"too cheap":      {purchase.Invoice{Total: 3956, Lines: []purchase.InvoiceLine{{1, 4, 9_890_000}}}, []string{"price"}},
		"too many":       {purchase.Invoice{Total: 5000, Lines: []purchase.InvoiceLine{{1, 5, 10_000_000}}}, []string{"quantity"}},
		"unknown charge": {purchase.Invoice{Total: 4501, Charges: 501, Lines: []purchase.InvoiceLine{{1, 4, 10_000_000}}}, []string{"charges"}},
		"another sum":    {purchase.Invoice{Total: 4001, Lines: []purchase.InvoiceLine{{1, 4, 10_000_000}}}, []string{"sum"}},
		"all of it":      {purchase.Invoice{Total: 1, Charges: 900, Lines: []purchase.InvoiceLine{{1, 9, 1}}}, []string{"price", "quantity", "charges", "sum"}},
	} {
		got, err := p.Match(&tc.of, 1)
		var kinds []string
		for _, d := range got {
			kinds = append(kinds, d.Kind)
		}
		if err != nil || !slices.Equal(kinds, tc.want) {
			t.Errorf("%s: %v, %+v", name, err, got)
		}
	}
	if _, err := p.Match(&purchase.Invoice{Lines: []purchase.InvoiceLine{{2, 1, 1}}}, 1); fault.KindOf(err) != fault.Invalid {
		t.Errorf("a line that there is not: %v", err)
	}
}

// Kills: a rate of nothing that is told; early lines that count as late.
func TestScore(t *testing.T) {
	if s := purchase.ScoreOf(purchase.Facts{}); s.OnTime != -1 || s.InFull != -1 || s.Damage != -1 || s.Drifted || s.Lead != 0 {
		t.Errorf("of nothing: %+v", s)
	}
	s := purchase.ScoreOf(purchase.Facts{Lines: 8, Days: 6, Early: 2, Late: 3, Full: 2, Units: 200, Damaged: 3, Leads: 2, LeadSum: 10, LeadSum2: 58, CostNow: 90, CostThen: 100})
	if s.OnTime != 500 || s.InFull != 250 || s.Damage != 15 || s.Lead != 5 || s.Spread != 2 || s.Drift != -100 {
		t.Errorf("%+v", s)
	}
}
