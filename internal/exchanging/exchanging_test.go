package exchanging_test

import (
	"os"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/bill"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/exchange"
	"orderly/internal/edi"
	"orderly/internal/edi/wire"
	"orderly/internal/exchanging"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/invoices"
	"orderly/internal/store/orders"
	"orderly/internal/store/storetest"
	"orderly/internal/trading"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// dock is a shop with a partner and whoever works its documents.
type dock struct {
	*desktest.Shop
	partner *trading.Partner
	work    *exchanging.Follower
	control int64
}

func open(t *testing.T, db *store.DB, standard edi.Standard) *dock {
	s := desktest.Open(t, db)
	p := trading.Partner{Code: "CORNER", Name: "Corner Shop", Kind: trading.Customer, Standard: standard, Ours: edi.Address{Qualifier: "14", ID: "4098765000002"}, Theirs: edi.Address{Qualifier: "14", ID: "4012345000009"}, Channel: "web", Active: true}
	made := desktest.Must(s, exchange.SavePartner, exchange.PartnerCommand{Partner: p}).Value.(*trading.Partner)
	return &dock{Shop: s, partner: made, work: &exchanging.Follower{Desk: s.Desk}}
}

// comes takes documents of the partner in and has them worked.
func (d *dock) comes(list ...edi.Document) exchange.Taken {
	d.T.Helper()
	d.control++
	e := d.partner.Envelope(d.control, "20260301", "1200")
	e.Sender, e.Receiver = d.partner.Theirs, d.partner.Ours
	text, err := wire.Write(d.partner.Standard, e, list...)
	if err != nil {
		d.T.Fatal(err)
	}
	r := desktest.Must(d.Shop, exchange.Receive, exchange.ReceiveCommand{Text: text})
	d.follow()
	return r.Value.([]exchange.Taken)[0]
}

func (d *dock) follow() {
	d.T.Helper()
	if err := d.work.CatchUp(d.T.Context()); err != nil {
		d.T.Fatal(err)
	}
}

func (d *dock) read(f func(r *store.Reader) error) {
	d.T.Helper()
	if err := d.DB.Read(d.T.Context(), d.Scope, f); err != nil {
		d.T.Fatal(err)
	}
}

// went are the documents of a type that the partner was sent, the oldest first.
func (d *dock) went(kind edi.DocumentType) (out []edi.Document) {
	d.T.Helper()
	var texts []string
	d.read(func(r *store.Reader) error {
		files, _, err := exchanges.Files(r, exchanges.Filter{Direction: trading.Out, Limit: 100})
		for i := len(files) - 1; i >= 0; i-- {
			text, err := exchanges.Text(r, files[i].ID)
			if err != nil {
				return err
			}
			texts = append(texts, text)
		}
		return err
	})
	for _, text := range texts {
		if text == "" {
			continue // it could not be written
		}
		x, err := wire.Parse(text)
		if err != nil || x[0].Status() == edi.Rejected {
			d.T.Fatalf("a file of ours is no good: %v %v\n%s", err, x, text)
		}
		m := &x[0].Groups[0].Messages[0]
		if wire.TypeOf(x[0].Standard, m.Type) == kind {
			doc, err := wire.Read(&x[0], m)
			if err != nil {
				d.T.Fatal(err)
			}
			out = append(out, doc)
		}
	}
	return out
}

func (d *dock) document(f trading.FileID, n int) (out *trading.Document) {
	d.T.Helper()
	d.read(func(r *store.Reader) error {
		list, err := exchanges.Documents(r, []trading.FileID{f})
		out = list[n-1]
		return err
	})
	return out
}

func (d *dock) order(id int64) (o *order.Order) {
	d.T.Helper()
	d.read(func(r *store.Reader) (err error) {
		o, err = orders.Get(r, order.ID(id))
		return err
	})
	return o
}

func (d *dock) fulfillments(id int64) (out []*fulfillment.Fulfillment) {
	d.T.Helper()
	d.read(func(r *store.Reader) (err error) {
		out, err = fulfillments.OfSources(r, []int64{id})
		return err
	})
	return out
}

func ordered(number string) *edi.Order {
	return &edi.Order{Number: number, Date: "20260301", Requested: "20260310", Note: "ring twice",
		Parties: []edi.Party{{Role: edi.ShipTo, Name: "Corner Shop", ID: "C7", Qualifier: "92", Street: []string{"1 High Street"}, City: "Leeds", Postal: "LS11AA", Country: "GB"}},
		Lines: []edi.Line{
			{Number: "1", Seller: "X", Buyer: "C-1", Quantity: edi.Whole(2), Unit: "EA", Price: edi.Whole(5)},
			{Number: "2", Seller: "Y", Buyer: "C-2", Quantity: edi.Whole(3), Unit: "EA", Price: edi.Whole(7)},
		}}
}

// Kills: a document that becomes no order, or two; one that is answered
// otherwise than the order stands; a shipment or an invoice that the partner
// is not told of, or twice, or in other words than it ordered with.
func TestFromOrderToInvoice(t *testing.T) {
	for _, standard := range []edi.Standard{edi.X12, edi.Edifact} {
		t.Run(string(standard), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				d := open(t, db, standard)
				d.Goods("X", catalog.WhenShort("backorder"), "A", 10)
				d.Goods("Y", catalog.WhenShort("backorder"), "A", 1)
				in := d.comes(ordered("PO-1"))
				done := d.document(in.File.ID, 1)
				if done.Status != trading.Processed || done.Kind != "ord" || done.Subject == 0 {
					t.Fatalf("%+v", done)
				}
				o := d.order(done.Subject)
				if o.ExternalID != "CORNER/PO-1" || o.Party.ShipTo.City != "Leeds" || len(o.Lines) != 2 || o.Lines[0].Price != 5_000_000 {
					t.Errorf("%+v", o)
				}
				answers := d.went(edi.TypeOrderResponse)
				if len(answers) != 1 {
					t.Fatalf("%d answers", len(answers))
				}
				if r := answers[0].(*edi.OrderResponse); r.Order != "PO-1" || r.Answer != edi.AnswerChanged || r.Lines[0].Answer != edi.AnswerAccepted || r.Lines[1].Answer != edi.AnswerBackordered || r.Lines[1].Confirmed != edi.Whole(1) || r.Lines[1].Buyer != "C-2" {
					t.Errorf("%+v", r)
				}
				if again := d.comes(ordered("PO-1")); d.document(again.File.ID, 1).Subject != done.Subject || len(d.went(edi.TypeOrderResponse)) != 1 {
					t.Error("the same number in another file is another order, or was answered twice")
				}
				for _, f := range d.fulfillments(done.Subject) {
					d.Work(f.ID, "release", "pick", "pack", "ship")
				}
				desktest.Must(d.Shop, bill.SaveSettings, bill.SettingsCommand{Settings: invoices.Settings{LegalName: "Test", Address: "Leeds", Series: "R", CreditSeries: "C", Pattern: "{series}{number}"}})
				desktest.Must(d.Shop, bill.Issue, bill.IssueCommand{Order: o.ID, Basis: "shipped"})
				d.follow()
				d.follow()
				notices := d.went(edi.TypeShipNotice)
				if len(notices) != 1 {
					t.Fatalf("%d notices", len(notices))
				}
				n := notices[0].(*edi.ShipNotice)
				if lines := n.Orders[0].Packages[0].Lines; n.Orders[0].Number != "PO-1" || len(lines) != 2 || lines[1].Quantity != edi.Whole(1) || lines[0].Buyer != "C-1" {
					t.Errorf("%+v", n)
				}
				bills := d.went(edi.TypeInvoice)
				if len(bills) != 1 {
					t.Fatalf("%d invoices", len(bills))
				}
				if b := bills[0].(*edi.Invoice); b.Order != "PO-1" || b.Total != edi.Whole(17) || len(b.Lines) != 2 || b.Lines[1].Buyer != "C-2" {
					t.Errorf("%+v", b)
				}
			})
		})
	}
}

// Kills: a change that is made in part, of the wrong line or of what has left;
// a cancellation that cancels nothing.
func TestChangeAndCancel(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db, edi.X12)
		d.Goods("X", catalog.WhenShort("backorder"), "A", 10)
		d.Goods("Y", catalog.WhenShort("backorder"), "A", 10)
		d.Goods("Z", catalog.WhenShort("backorder"), "A", 10)
		id := d.document(d.comes(ordered("PO-1")).File.ID, 1).Subject
		change := &edi.OrderChange{Number: "PO-1", Purpose: edi.Change, Ordered: "20260301", Date: "20260302", Lines: []edi.ChangedLine{
			{Line: edi.Line{Number: "1", Buyer: "C-1", Quantity: edi.Whole(1), Unit: "EA"}, Action: edi.LineLess, Left: edi.Whole(1)},
			{Line: edi.Line{Number: "2", Buyer: "C-2", Quantity: edi.Whole(3), Unit: "EA"}, Action: edi.LineDelete},
			{Line: edi.Line{Number: "3", Seller: "Z", Quantity: edi.Whole(4), Unit: "EA", Price: edi.Whole(2)}, Action: edi.LineAdd, Left: edi.Whole(4)},
		}}
		if x := d.document(d.comes(change).File.ID, 1); x.Status != trading.Processed || x.Subject != id {
			t.Fatalf("%+v", x)
		}
		o := d.order(id)
		if o.Lines[0].Q[order.Canceled] != 1 || o.Lines[1].Q[order.Canceled] != 3 || len(o.Lines) != 3 || o.Lines[2].SKU != "Z" || o.Lines[2].Quantity != 4 {
			t.Errorf("%+v", o.Lines)
		}
		wrong := *change
		wrong.Lines = []edi.ChangedLine{{Line: edi.Line{Number: "9", Buyer: "C-9", Unit: "EA"}, Action: edi.LineDelete}}
		if x := d.document(d.comes(&wrong).File.ID, 1); x.Status != trading.Failed || !strings.Contains(x.Error, `no line "9"`) {
			t.Errorf("%+v", x)
		}
		cancel := *change
		cancel.Purpose, cancel.Lines = edi.Cancel, change.Lines[:1]
		if x := d.document(d.comes(&cancel).File.ID, 1); x.Status != trading.Processed {
			t.Errorf("%+v", x)
		}
		if o := d.order(id); o.Sums[order.Canceled] != 2+3+4 {
			t.Errorf("%+v", o.Sums)
		}
	})
}

// Kills: an order that cannot be taken and is lost without a word, or that
// keeps others waiting; one that is not taken once its item is there.
func TestWhatCannotBeTaken(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db, edi.X12)
		d.Goods("X", catalog.WhenShort("backorder"), "A", 10)
		in := d.comes(ordered("PO-1"))
		x := d.document(in.File.ID, 1)
		if x.Status != trading.Failed || x.Code != "edi_order_unusable" || !strings.Contains(x.Error, "line 2 names no item here") {
			t.Fatalf("%+v", x)
		}
		d.Goods("Y", catalog.WhenShort("backorder"), "A", 10)
		desktest.Must(d.Shop, exchange.Retry, exchange.FileCommand{File: in.File.ID})
		d.follow()
		if x := d.document(in.File.ID, 1); x.Status != trading.Processed || x.Subject == 0 {
			t.Errorf("%+v", x)
		}
	})
}

// Kills: a document that cannot be written and is lost without a word, that
// takes a number, that keeps others waiting, or that is never told when what was
// in its way is gone.
func TestWhatCannotBeWritten(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db, edi.X12)
		d.Goods("X", catalog.WhenShort("backorder"), "A", 10)
		d.Goods("Y", catalog.WhenShort("backorder"), "A", 10)
		in := d.document(d.comes(ordered("PO-1")).File.ID, 1)
		p := *d.partner
		d.read(func(r *store.Reader) error {
			now, err := exchanges.Partner(r, p.ID)
			p = *now
			return err
		})
		p.Separators = "*1" // nothing that has a 1 in it can be written any more
		_, err := desktest.Try(d.Shop, exchange.SavePartner, exchange.PartnerCommand{Partner: p})
		if err == nil {
			t.Fatal("separators that come in an id were taken")
		}
		p.Separators = "*-"
		desktest.Must(d.Shop, exchange.SavePartner, exchange.PartnerCommand{Partner: p})
		for _, f := range d.fulfillments(in.Subject) {
			d.Work(f.ID, "release", "pick", "pack", "ship")
		}
		d.follow()
		var failed *trading.File
		d.read(func(r *store.Reader) error {
			list, _, err := exchanges.Files(r, exchanges.Filter{Direction: trading.Out, Status: trading.Failed, Limit: 9})
			if len(list) == 1 {
				failed = list[0]
			}
			return err
		})
		if failed == nil || failed.Control != "" || !strings.Contains(failed.Error, "PRF01") {
			t.Fatalf("%+v", failed)
		}
		p.Separators = ""
		desktest.Must(d.Shop, exchange.SavePartner, exchange.PartnerCommand{Partner: p})
		desktest.Must(d.Shop, exchange.Retry, exchange.FileCommand{File: failed.ID})
		d.follow()
		if n := len(d.went(edi.TypeShipNotice)); n != 1 {
			t.Errorf("%d notices", n)
		}
		if n := len(d.went(edi.TypeOrderResponse)); n != 1 {
			t.Errorf("%d answers", n)
		}
	})
}
