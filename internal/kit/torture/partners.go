package torture

import (
	"context"
	"fmt"
	"math/rand/v2"

	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/buy"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/partner"
	"orderly/internal/fulfillment"
	"orderly/internal/money"
	terms "orderly/internal/partner"
	"orderly/internal/party"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/partners"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// market is who acts for others: partners that hold stock and send, and who is
// bought from. Its fields but the lists are set before the load begins.
type market struct {
	places []stock.LocationID // the 3PL's, then the supplier's
	seller supplier.ID

	bought   []purchase.ID // recent ones; guarded by the worker's lock
	receipts []purchase.ReceiptID
}

// partnerKinds are the places of others: a 3PL, and a supplier that drop-ships.
var partnerKinds = []string{"3pl", "supplier"}

// allies makes what is not there yet of the market.
func (w *Worker) allies(ctx context.Context) error {
	for i := len(w.market.places); i < len(partnerKinds); i++ {
		r, err := desk.One(ctx, w.desk, admin.SaveLocation, scope, admin.LocationCommand{Location: stock.Location{
			Code: "P-" + partnerKinds[i], Name: "Partner", Kind: partnerKinds[i], Priority: 9, Active: true, Address: party.Address{Country: "GB"}}}, desk.Options{})
		if err != nil {
			return err
		}
		w.market.places = append(w.market.places, stock.LocationID(r.ID))
	}
	if w.market.seller == 0 {
		at := w.market.places[len(partnerKinds)-1]
		r, err := desk.One(ctx, w.desk, buy.SaveSupplier, scope, buy.SupplierCommand{Supplier: supplier.Supplier{
			Code: sellerCode, Name: "Supplier", Currency: "GBP", LeadDays: 3, Over: 10, Price: 1, Location: int64(at), DropShips: true, Active: true}}, desk.Options{})
		if err != nil {
			return err
		}
		w.market.seller = supplier.ID(r.ID)
	}
	c := buy.OffersCommand{Supplier: w.market.seller}
	for i := range items {
		c.SKUs = append(c.SKUs, sku(i))
		c.Offers = append(c.Offers, supplier.Offer{SupplierSKU: "S" + sku(i), Cost: money.Price(500_000), Minimum: 1, Pack: 1, DropShip: i%4 == 0, Active: true})
	}
	_, err := desk.One(ctx, w.desk, buy.SetOffers, scope, c, desk.Options{})
	return err
}

const sellerCode = "SUP"

// recall reads who is bought from.
func (m *market) recall(r *store.Reader) error {
	found, err := suppliers.ByCode(r, []string{sellerCode})
	if s := found[sellerCode]; s != nil {
		m.seller = s.ID
	}
	return err
}

// trade buys, takes in, takes back, or has a partner say what it has.
func (w *Worker) trade(ctx context.Context, rng *rand.Rand, name string) error {
	switch n := rng.IntN(10); {
	case n < 3:
		lines := []stock.Line{{SKU: sku(rng.IntN(items)), Quantity: rng.Int64N(30)}}
		_, err := desk.One(ctx, w.desk, floor.Report, scope, floor.ReportCommand{Location: w.market.places[rng.IntN(len(w.market.places))], Lines: lines, Reference: name}, desk.Options{})
		return err
	case n < 6:
		return w.buy(ctx, rng, name)
	}
	w.mu.Lock()
	id, receipt := oneOf(rng, w.market.bought), oneOf(rng, w.market.receipts)
	w.mu.Unlock()
	var err error
	switch rng.IntN(6) {
	case 0:
		_, err = desk.One(ctx, w.desk, buy.CancelPurchase, scope, buy.CutCommand{Purchase: id, Cuts: []purchase.Cut{{N: 1, Quantity: 1}}}, desk.Options{})
	case 1:
		_, err = desk.One(ctx, w.desk, buy.ClosePurchase, scope, buy.PurchaseCommand{Purchase: id}, desk.Options{})
	case 2:
		_, err = desk.One(ctx, w.desk, buy.ReversePurchaseReceipt, scope, buy.UnreceiveCommand{Receipt: receipt}, desk.Options{})
	default:
		var r desk.Result
		r, err = desk.One(ctx, w.desk, buy.ReceivePurchase, scope, buy.ReceiveCommand{Purchase: id, Reference: name, Lines: []buy.ComeLine{{N: 1 + rng.IntN(2), Good: rng.Int64N(6), Damaged: rng.Int64N(2), Inspect: rng.Int64N(2)}}}, desk.Options{})
		if err == nil {
			w.keep(func(m *market) { m.receipts = last(m.receipts, r.Value.(*buy.Arrived).Receipt.ID) })
		}
	}
	return err
}

// buy orders for one of the own places, and mostly tells the supplier.
func (w *Worker) buy(ctx context.Context, rng *rand.Rand, name string) error {
	c := buy.DraftCommand{Supplier: w.market.seller, Location: w.at[rng.IntN(len(w.at))], External: name}
	for range 2 {
		c.Lines = append(c.Lines, buy.DraftLine{SKU: sku(rng.IntN(items)), Quantity: 1 + rng.Int64N(20)})
	}
	r, err := desk.One(ctx, w.desk, buy.CreatePurchase, scope, c, desk.Options{})
	if err != nil {
		return err
	}
	id := purchase.ID(r.ID)
	w.keep(func(m *market) { m.bought = last(m.bought, id) })
	if rng.IntN(5) > 0 {
		_, err = desk.One(ctx, w.desk, buy.SendPurchase, scope, buy.SendCommand{Purchase: id}, desk.Options{})
	}
	return err
}

// tick does what a server's clock has to do with what partners are asked. After a
// jump of days much of it is due at once.
func tick(ctx context.Context, o store.Options) error {
	db, err := store.Open(ctx, o)
	if err != nil {
		return err
	}
	defer db.Close()
	d := desk.New(db, nil)
	defer d.Close()
	for {
		var cmds []partner.Act
		err := db.Read(ctx, scope, func(r *store.Reader) error {
			due, err := partners.Due(r, db.Now(), desk.MaxBatch)
			for _, id := range due {
				cmds = append(cmds, partner.Act{Fulfillment: id})
			}
			return err
		})
		if err != nil || len(cmds) == 0 {
			return err
		}
		got, err := desk.Do(ctx, d, partner.Tick, scope, cmds, desk.Options{})
		if err != nil {
			return err
		}
		for _, r := range got {
			if r.Err != nil {
				return r.Err
			}
		}
	}
}

func (w *Worker) keep(f func(*market)) {
	w.mu.Lock()
	defer w.mu.Unlock()
	f(&w.market)
}

// last adds to a list of what is recent.
func last[T any](list []T, x T) []T {
	list = append(list, x)
	return list[max(0, len(list)-recent):]
}

// oneOf draws from a list; of none it is the zero value, which nothing is.
func oneOf[T any](rng *rand.Rand, list []T) (x T) {
	if len(list) > 0 {
		x = list[rng.IntN(len(list))]
	}
	return x
}

// ask takes work at a partner's a step on: it is asked, says yes or no, sends,
// or is asked to stop.
func (w *Worker) ask(ctx context.Context, rng *rand.Rand, f *fulfillment.Fulfillment) error {
	var err error
	n := rng.IntN(10)
	switch {
	case f.RequestStatus == fulfillment.Unsubmitted:
		_, err = desk.One(ctx, w.desk, floor.Release, scope, floor.WorkCommand{Fulfillment: f.ID}, desk.Options{})
	case f.RequestStatus == fulfillment.CancellationRequested && n < 7:
		_, err = desk.One(ctx, w.desk, partner.Answer, scope, partner.AnswerCommand{Fulfillment: f.ID, Stops: n < 4, Reason: "too_late"}, desk.Options{})
	case n < 2:
		_, err = desk.One(ctx, w.desk, partner.Stop, scope, partner.StopCommand{Fulfillment: f.ID, Then: []string{terms.ToCancel, terms.ToMove}[n]}, desk.Options{})
	case n < 3:
		_, err = desk.One(ctx, w.desk, partner.Fail, scope, partner.FailCommand{Fulfillment: f.ID, Parts: []fulfillment.Part{{Line: f.Lines[0].Order, Quantity: 1}}, Reason: "out_of_stock"}, desk.Options{})
	case f.RequestStatus == fulfillment.Submitted && n < 5:
		_, err = desk.One(ctx, w.desk, partner.Reject, scope, partner.RejectCommand{Fulfillment: f.ID, Reason: "out_of_stock"}, desk.Options{})
	case f.RequestStatus == fulfillment.Submitted && n < 8:
		_, err = desk.One(ctx, w.desk, partner.Accept, scope, partner.AcceptCommand{Fulfillment: f.ID}, desk.Options{})
	default:
		_, err = desk.One(ctx, w.desk, partner.Send, scope, partner.SendCommand{Fulfillment: f.ID, Parcels: []partner.Sent{{Carrier: "post", Tracking: fmt.Sprintf("T%d-%d", int64(f.ID), rng.IntN(3))}}}, desk.Options{})
	}
	return err
}
