package walk

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/papers"
	"orderly/internal/payment"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/ledger"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
)

// Receipt fills what a customer takes along who has bought over a counter. It
// names the location that the goods came from, and is dated when the order was
// placed: printed again it says the same.
func Receipt(r *store.Reader, id order.ID) (*papers.Receipt, error) {
	o, err := orders.Get(r, id)
	if errors.Is(err, sql.ErrNoRows) {
		err = fault.New(fault.NotFound, "no_such_order", "there is no order %s", id)
	}
	if err != nil {
		return nil, err
	}
	head, err := counter(r, o)
	if err != nil {
		return nil, err
	}
	booked, err := ledger.OfOrder(r, int64(id))
	if err != nil {
		return nil, err
	}
	show := func(minor int64) string { return o.Currency.FormatAmount(minor) }
	some := func(minor int64) string {
		if minor == 0 {
			return ""
		}
		return show(minor)
	}
	out := &papers.Receipt{
		Paper: head, Order: strconv.FormatInt(o.Number, 10), Subtotal: show(o.Totals.Subtotal), Discount: some(-o.Totals.Discount),
		Fees: some(o.Totals.Fees), Tax: some(o.Totals.Tax), Total: show(o.Totals.Payable()) + " " + o.Currency.Code(),
		Open: some(max(0, o.Totals.Payable()-o.Paid+o.Refunded)),
	}
	if within := o.TaxWithin(); within != 0 && o.Totals.Tax == 0 {
		out.Tax, out.Included = show(within), true
	}
	for _, e := range booked {
		switch tender := payment.TenderOf(e.Account); tender {
		case "":
		case payment.ChannelTender:
			out.Paid = append(out.Paid, papers.Payment{By: or(e.Ref, o.Channel), Amount: show(e.Amount)})
		default:
			out.Paid = append(out.Paid, papers.Payment{By: string(tender), Amount: show(e.Amount)})
		}
	}
	for i := range o.Lines {
		if l := &o.Lines[i]; l.Parent == 0 { // components are paid with their bundle
			out.Lines = append(out.Lines, papers.ReceiptLine{SKU: l.SKU, Title: l.Title, Quantity: Quantity(l.Quantity, l.Scale, l.Unit), Price: strings.TrimSpace(l.Price.String()), Total: show(l.Total)})
		}
	}
	return out, nil
}

func or(text, instead string) string {
	if text == "" {
		return instead
	}
	return text
}

// counter is the head of a receipt: of the location that serves the order, or
// of the merchant alone.
func counter(r *store.Reader, o *order.Order) (papers.Paper, error) {
	fuls, err := fulfillments.Heads(r, []int64{int64(o.ID)})
	if err != nil {
		return papers.Paper{}, err
	}
	for _, f := range fuls {
		if r.Scope.Sees(int64(f.Location)) {
			head, _, _, err := paper(r, f.Location, o.PlacedAt)
			return head, err
		}
	}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return papers.Paper{}, err
	}
	brand, err := brandOf(r, &m, &stock.Location{})
	return papers.Paper{At: moment(o.PlacedAt, m.Location()), Brand: brand}, err
}
