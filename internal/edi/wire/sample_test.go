package wire_test

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"orderly/internal/edi"
	"orderly/internal/edi/wire"
)

// samples are the project's own, built from the tables of the standards, for
// the kinds of documents of which no sample of another source was at hand:
// X12 846, 860, 943 and 944, and all four of EDIFACT. Good ones are accepted
// without a word; a broken one names its places.
var samples = []struct {
	file   string
	status edi.Status
	faults []string
	check  func(t *testing.T, d edi.Document)
}{
	{"846.edi", edi.Accepted, nil, func(t *testing.T, d edi.Document) {
		o := d.(*edi.StockReport)
		if o.Number != "INV-0229" || len(o.Lines) != 2 || o.Lines[1].Available != edi.Whole(15) || o.Lines[1].Damaged != edi.Whole(2) || o.Lines[1].Quantity != edi.Whole(17) || o.Lines[0].Seller != "W-100" {
			t.Errorf("%+v", o)
		}
	}},
	{"860.edi", edi.Accepted, nil, func(t *testing.T, d edi.Document) {
		o := d.(*edi.OrderChange)
		if o.Number != "PO-4711" || o.Change != "2" || len(o.Lines) != 3 || o.Lines[0].Action != edi.LineLess || o.Lines[0].Left != edi.Whole(8) || o.Lines[1].Action != edi.LineDelete || o.Lines[2].Action != edi.LineAdd {
			t.Errorf("%+v", o)
		}
	}},
	{"943.edi", edi.Accepted, nil, func(t *testing.T, d edi.Document) {
		o := d.(*edi.TransferNotice)
		if o.Number != "TR-12" || o.Expected != "20240304" || len(o.Lines) != 2 || o.Lines[0].GTIN != "012345678905" || o.Lines[1].Title != "BLUE MUG" {
			t.Errorf("%+v", o)
		}
	}},
	{"944.edi", edi.Accepted, nil, func(t *testing.T, d edi.Document) {
		o := d.(*edi.TransferReceipt)
		if o.Order != "TR-12" || o.Number != "R-77" || len(o.Lines) != 2 || o.Lines[1].Damaged != edi.Whole(3) || o.Lines[1].Quantity != edi.Whole(45) {
			t.Errorf("%+v", o)
		}
	}},
	{"orders.edi", edi.Accepted, nil, func(t *testing.T, d edi.Document) {
		o := d.(*edi.Order)
		ship, _ := edi.PartyOf(o.Parties, edi.ShipTo)
		if o.Number != "4500012345" || o.Currency != "EUR" || o.Requested != "20240307" || len(o.Lines) != 2 || o.Lines[0].GTIN != "4006381333931" || o.Lines[0].Price.String() != "12.5" ||
			o.Lines[1].Title != "Mug 'blue', 0.3 l" || ship.City != "Hamburg" || o.Note != "Deliver to gate 4, ring twice" {
			t.Errorf("%+v", o)
		}
	}},
	{"ordrsp.edi", edi.Accepted, nil, func(t *testing.T, d edi.Document) {
		o := d.(*edi.OrderResponse)
		if o.Order != "4500012345" || o.Answer != edi.AnswerChanged || o.Lines[0].Answer != edi.AnswerAccepted || o.Lines[1].Answer != edi.AnswerBackordered || o.Lines[1].Confirmed != edi.Whole(10) || o.Lines[1].Expected != "20240320" {
			t.Errorf("%+v", o)
		}
	}},
	{"desadv.edi", edi.Accepted, nil, func(t *testing.T, d edi.Document) {
		o := d.(*edi.ShipNotice)
		if o.SCAC != "DHL" || len(o.Orders) != 1 || o.Orders[0].Number != "4500012345" || len(o.Orders[0].Packages) != 2 || o.Orders[0].Packages[0].SSCC != "340123456789012345" || o.Orders[0].Packages[1].Lines[0].Quantity != edi.Whole(10) {
			t.Errorf("%+v", o)
		}
	}},
	{"invoic.edi", edi.Accepted, nil, func(t *testing.T, d edi.Document) {
		o := d.(*edi.Invoice)
		if o.Number != "R-2024-9" || o.Order != "4500012345" || o.Total.String() != "1160.25" || o.Tax.String() != "185.25" || o.Freight.String() != "15" || o.Due != "20240331" || len(o.Lines) != 2 {
			t.Errorf("%+v", o)
		}
	}},
	{"contrl.edi", edi.Accepted, nil, func(t *testing.T, d edi.Document) {
		a := d.(*edi.Acknowledgment)
		if a.Control != "17" || a.Status != edi.Accepted || a.Messages[0].Status != edi.Rejected || a.Messages[0].Faults[0].Element != 2 || a.Messages[0].Faults[0].Code != "13" {
			t.Errorf("%+v", a)
		}
	}},
	{"orders_broken.edi", edi.Rejected, []string{"UNT01=29", "UNZ02=28", "QTY01-02=37", "DTM=13", "XYZ=15"}, nil},
	{"860_broken.edi", edi.Rejected, []string{"BCH03=1", "POC02=1", "SE01=4"}, nil},
}

func TestOwnSamples(t *testing.T) {
	for _, s := range samples {
		t.Run(s.file, func(t *testing.T) {
			raw, err := os.ReadFile(filepath.Join("testdata", s.file))
			if err != nil {
				t.Fatal(err)
			}
			x, err := wire.Parse(edi.Text(raw))
			if err != nil {
				t.Fatal(err)
			}
			var have []string
			for _, f := range x[0].All() {
				have = append(have, f.Place()+"="+f.Code)
			}
			if got := x[0].Status(); got != s.status || s.faults == nil && have != nil {
				t.Errorf("is %s: %v", got, x[0].All())
			}
			for _, w := range s.faults {
				if !slices.Contains(have, w) {
					t.Errorf("%s was not found; found %v", w, have)
				}
			}
			if s.check != nil {
				d, err := wire.Read(&x[0], &x[0].Groups[0].Messages[0])
				if err != nil {
					t.Fatal(err)
				}
				s.check(t, d)
			}
		})
	}
}
