package stock

import (
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/preorder"
	"orderly/internal/store"
	"orderly/internal/store/channels"
	"orderly/internal/store/preorders"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// maxOffers is how many offers of the item the page lists, the newest.
const maxOffers = 10

// readOffers reads by which offers the item may be, or was, pre-ordered.
func (x *view) readOffers(v *shell.Visit, r *store.Reader) (err error) {
	if x.Offers, err = preorders.OfItem(r, int64(x.Item.ID), maxOffers); err != nil || !v.May(access.CatalogWrite) {
		return err
	}
	x.channels, err = channels.All(r)
	return err
}

// offersTo are the channels that an offer can be for.
func (x *view) offersTo(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Label: v.T("preorders.every_channel")}}
	for _, c := range x.channels {
		out = append(out, ui.Option{Value: c.Code, Label: c.Label})
	}
	return out
}

// offer has the item ordered before it is there.
func offer(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	var l fault.List
	c := admin.OfferCommand{SKU: x.Item.SKU, Channel: v.Form("channel"), Cap: order.ParseQuantity(v.Form("cap"), x.Item.Scale), Day: v.Form("day"), UntilStock: v.Form("until_stock") != ""}
	if c.Cap == 0 {
		l.Add("/cap", "invalid_number", "%s", v.T("shell.not_a_number"))
	}
	if text := v.Form("ends"); text != "" {
		day, err := time.ParseInLocation(time.DateOnly, text, v.Merchant.Location())
		if err != nil {
			l.Add("/ends_at", "invalid_date", "%s", v.T("preorders.say_day"))
		}
		c.EndsAt = day.AddDate(0, 0, 1).UnixMicro()
	}
	err = l.Err()
	if err == nil {
		_, err = shell.Do(v, admin.OfferPreorder, c)
	}
	return done(v, x, "offer", v.T("preorders.offered"), err)
}

func offerDay(v *shell.Visit, at int64) string {
	return time.UnixMicro(at).In(v.Merchant.Location()).Format(v.T("time.date"))
}

// offerState is what an offer is in a word.
func offerState(v *shell.Visit, o *preorder.Offer) (string, ui.Tone) {
	now := v.Now().UnixMicro()
	switch {
	case o.Late(now):
		return v.T("preorders.late"), ui.Bad
	case !o.Open(now) && o.Ended != "":
		return v.T("preorders.ended_" + o.Ended), ui.Quiet
	case !o.Open(now):
		return v.T("preorders.ended_time"), ui.Quiet
	case o.Left() == 0:
		return v.T("preorders.full"), ui.Warn
	}
	return v.T("preorders.open"), ui.Good
}
