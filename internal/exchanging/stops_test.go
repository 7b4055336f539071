package exchanging_test

import (
	"testing"

	"orderly/internal/desk/desktest"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/partner"
	"orderly/internal/edi"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	terms "orderly/internal/partner"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/trading"
)

// purposes are those of the shipping orders that a 3PL was sent, the oldest first.
func (d *dock) purposes() (out []string) {
	for _, x := range d.went(edi.TypeShippingOrder) {
		out = append(out, x.(*edi.ShippingOrder).Purpose)
	}
	return out
}

func (d *dock) wants(what string, want ...string) {
	d.T.Helper()
	d.follow()
	d.follow()
	got := d.purposes()
	if len(got) != len(want) {
		d.T.Fatalf("%s: the 3PL was sent %v, want %v", what, got, want)
	}
	for i := range want {
		if got[i] != want[i] {
			d.T.Fatalf("%s: the 3PL was sent %v, want %v", what, got, want)
		}
	}
}

// A 3PL that was asked by EDI is asked to stop by EDI, and its shipping advice of
// nothing is its yes.
//
// Kills: a cancellation that is never sent, twice, or without what it cancels; one of
// what was never asked for; goods that a 3PL sends though it was withdrawn, or
// nothing was heard of it; one that is asked again and not told, or told before the
// cancellation of what it was asked before.
func TestStops(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := partnered(t, db, trading.Provider, edi.X12)
		id, f := d.ask()
		desktest.Must(d.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: f.ID})
		for range 2 {
			desktest.Must(d.Shop, partner.Stop, partner.StopCommand{Fulfillment: f.ID, Then: terms.ToCancel})
			d.wants("asked to stop", edi.Original, edi.Cancel)
		}
		list := d.went(edi.TypeShippingOrder)
		first, last := list[0].(*edi.ShippingOrder), list[1].(*edi.ShippingOrder)
		if last.Number != f.ID.String() || last.Order != first.Order || len(last.Lines) != 2 || last.Lines[1].Seller != "Y" || last.Lines[1].Quantity != edi.Whole(3) || last.Quantity != edi.Whole(5) {
			t.Errorf("the cancellation: %+v", last)
		}
		advice := &edi.ShippingAdvice{Number: last.Number, Shipment: "S-0", Date: "20260302"}
		for i := range last.Lines {
			advice.Lines = append(advice.Lines, edi.AdvisedLine{Line: last.Lines[i]})
		}
		if x := d.document(d.comes(advice).File.ID, 1); x.Status != trading.Processed || x.Subject != id {
			t.Fatalf("nothing was shipped: %+v", x)
		}
		if o := d.order(id); o.Sums[order.Canceled] != 5 {
			t.Errorf("%+v", o.Sums)
		}
		d.wants("stopped", edi.Original, edi.Cancel)

		_, f = d.ask()
		desktest.Must(d.Shop, floor.Recall, floor.WorkCommand{Fulfillment: f.ID})
		want := []string{edi.Original, edi.Cancel, edi.Original, edi.Cancel}
		d.wants("withdrawn", want...)
		desktest.Must(d.Shop, floor.Release, floor.WorkCommand{Fulfillment: f.ID})
		want = append(want, edi.Original)
		d.wants("asked again", want...)
		storetest.Exec(t, db, "UPDATE request SET next_at = 1, chases = 9 WHERE m = 1 AND fulfillment = (SELECT max(fulfillment) FROM request WHERE m = 1)")
		desktest.Must(d.Shop, partner.Tick, partner.Act{Fulfillment: f.ID})
		want = append(want, edi.Cancel)
		d.wants("never answered", want...)

		p := d.Place("X", 1)
		for _, op := range []func(){
			func() {
				desktest.Must(d.Shop, floor.Release, floor.WorkCommand{Fulfillment: p.Fulfillments[0].ID})
			},
			func() {
				desktest.Must(d.Shop, floor.Recall, floor.WorkCommand{Fulfillment: p.Fulfillments[0].ID})
			},
		} {
			op()
		}
		d.wants("withdrawn before it was told", want...)
		_, f = d.ask()
		want = append(want, edi.Original)
		desktest.Must(d.Shop, partner.Reject, partner.RejectCommand{Fulfillment: f.ID, Reason: "other"})
		d.wants("refused by itself", want...)
		_, f = d.ask()
		desktest.Must(d.Shop, floor.Recall, floor.WorkCommand{Fulfillment: f.ID})
		desktest.Must(d.Shop, floor.Release, floor.WorkCommand{Fulfillment: f.ID})
		want = append(want, edi.Original, edi.Cancel, edi.Original)
		d.wants("withdrawn and asked again at once", want...)
		_, f = d.ask()
		want = append(want, edi.Original)
		desktest.Must(d.Shop, partner.Accept, partner.AcceptCommand{Fulfillment: f.ID})
		desktest.Must(d.Shop, partner.Stop, partner.StopCommand{Fulfillment: f.ID, Then: terms.ToCancel})
		desktest.Must(d.Shop, partner.Answer, partner.AnswerCommand{Fulfillment: f.ID, Reason: "other"})
		d.wants("it said no before it was told", want...)
	})
}

// Kills: a supplier that ships to the customer what was withdrawn.
func TestSupplierStops(t *testing.T) {
	for _, standard := range []edi.Standard{edi.X12, edi.Edifact} {
		t.Run(string(standard), func(t *testing.T) {
			storetest.Each(t, func(t *testing.T, db *store.DB) {
				d := partnered(t, db, trading.Supplier, standard)
				_, f := d.ask()
				desktest.Must(d.Shop, partner.Stop, partner.StopCommand{Fulfillment: f.ID, Then: terms.ToCancel})
				d.follow()
				d.follow()
				list := d.went(edi.TypeOrder)
				if len(list) != 2 {
					t.Fatalf("%d orders", len(list))
				}
				if x := list[1].(*edi.Order); x.Purpose != edi.Cancel || x.Number != f.ID.String() || len(x.Lines) != 2 || x.Lines[0].Buyer != "X" {
					t.Errorf("the cancellation: %+v", x)
				}
				if x := d.fulfillments(f.Source)[0]; x.RequestStatus != fulfillment.Unsubmitted {
					t.Errorf("it is %s", x.RequestStatus)
				}
			})
		})
	}
}
