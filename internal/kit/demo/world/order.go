package world

import (
	"strconv"
	"time"
)

// How an order is to reach the customer.
const (
	ServiceStandard = "standard"
	ServiceExpress  = "express"
	ServiceCollect  = "collect" // at the location that Order.Collect names
	ServiceEmail    = "email"   // nothing but digital items
)

// Codes of fees.
const (
	FeeShipping = "shipping"
	FeeGiftWrap = "gift_wrap"
)

// MaxLines bounds the lines of one order.
const MaxLines = 6

// Order is an order as a channel reports it.
type Order struct {
	Channel    string
	ExternalID string // unique within a stream, and among streams of other forks
	PlacedAt   time.Time
	Currency   string
	Customer   int // index into World.Customers
	Email      string
	Phone      string
	BillTo     Address
	ShipTo     Address
	Collect    string // code of a location, or nothing
	Service    string
	Lines      []Line
	Fees       []Fee // none is zero
	Total      int64 // of lines and fees, in minor units
	Paid       bool  // the channel has the money
	GiftNote   string
	Tags       []string
}

// Line is one line of an order. An item is on no more than one line.
type Line struct {
	Item      int // index into World.Items
	SKU       string
	Quantity  int64  // in steps of the item's unit
	UnitPrice string // decimal, two places
}

// Fee is a charge beside the lines.
type Fee struct {
	Code   string
	Label  string
	Amount string // decimal, two places
}

// Odds by channel, in the order of channelCodes.
var (
	channelCodes  = []string{ChannelWeb, ChannelMarketplace, ChannelShop, ChannelPhone}
	channelShares = []int{58, 22, 12, 8}
	lineCounts    = []int{38, 27, 17, 10, 5, 3} // one line, two lines ...
	discountOdds  = []int{86, 9, 5}
)

// NextOrder makes the next order of the stream, placed at the given time.
func (w *World) NextOrder(at time.Time) Order {
	r := w.random
	o := Order{PlacedAt: at, Currency: w.Merchant.Currency, Service: ServiceStandard}
	o.Channel = channelCodes[weighted(r, channelShares)]
	o.ExternalID = w.externalID(o.Channel)
	o.Customer = w.orderingCustomer(o.Channel)
	c := &w.Customers[o.Customer]
	o.Email, o.Phone, o.BillTo, o.ShipTo = c.Email, c.Phone, c.Address, c.Address

	discount := w.discount(&o, c)
	goods, digital := w.fillLines(&o, c.Company != "", discount)
	w.deliver(&o, c, digital)
	o.Total = goods
	w.charge(&o, goods)
	o.Paid = w.paid(&o, c)
	w.tag(&o, discount)
	return o
}

func (w *World) orderingCustomer(channel string) int {
	r := w.random
	switch {
	case channel == ChannelPhone && chance(r, 45):
		return pick(r, w.trade)
	case channel == ChannelShop:
		return pick(r, w.britons)
	}
	return w.patronage.draw(r)
}

// discount draws an index into discounts.
func (w *World) discount(o *Order, c *Customer) int {
	switch {
	case o.Channel == ChannelMarketplace:
		return noDiscount
	case c.Company != "":
		return tradeDiscount
	}
	return weighted(w.random, discountOdds)
}

// fillLines draws the lines, and says what they come to and whether nothing
// among them can be put in a parcel.
func (w *World) fillLines(o *Order, trade bool, discount int) (goods int64, digital bool) {
	n := 1 + weighted(w.random, lineCounts)
	o.Lines = make([]Line, 0, n)
	digital = true
	for range n {
		i := w.newItem(o.Lines)
		it := &w.Items[i]
		p := &w.prices[i][discount]
		l := Line{Item: i, SKU: it.SKU, Quantity: w.quantity(it, trade), UnitPrice: p.text}
		o.Lines = append(o.Lines, l)
		goods += lineTotal(p.pence, l.Quantity, it.Step())
		digital = digital && it.Kind == KindDigital
	}
	return goods, digital
}

// newItem draws an item that no line has yet: on a hit the next rank is taken,
// so that the draw ends however few items are popular.
func (w *World) newItem(lines []Line) int {
	rank := w.popularity.draw(w.random)
	for {
		i := w.ranking[rank]
		if !onLine(lines, i) {
			return i
		}
		rank = (rank + 1) % len(w.ranking)
	}
}

func onLine(lines []Line, item int) bool {
	for i := range lines {
		if lines[i].Item == item {
			return true
		}
	}
	return false
}

var (
	beanGrams      = []int64{250, 500, 1000, 2000}
	beanOdds       = []int{45, 30, 20, 5}
	tradeBeanGrams = []int64{1000, 2000, 3000, 5000}
	pieces         = []int64{1, 2, 3, 4, 6}
	pieceOdds      = []int{66, 19, 6, 6, 3}
	tradePieces    = []int64{2, 4, 6, 12}
)

func (w *World) quantity(it *Item, trade bool) int64 {
	r := w.random
	switch {
	case it.Scale > 0 && trade:
		return pick(r, tradeBeanGrams)
	case it.Scale > 0:
		return beanGrams[weighted(r, beanOdds)]
	case it.Kind == KindDigital, it.Kind == KindBundle, it.Family == FamilyKettle:
		return 1 + int64(r.IntN(10)/9)
	case trade:
		return pick(r, tradePieces)
	}
	return pieces[weighted(r, pieceOdds)]
}

// Starts of marketplace ids: three digits, those of the fork, then two groups
// of seven.
const (
	marketplaceFirst = 100
	marketplaceIDs   = 100_000_000_000_000
	firstSerial      = 100_000
)

// externalID numbers the orders of a fork through all channels, each in its
// channel's own writing.
func (w *World) externalID(channel string) string {
	w.serial++
	b := make([]byte, 0, 24)
	switch channel {
	case ChannelMarketplace:
		x := scatter(w.serial, marketplaceIDs)
		b = appendPadded(b, uint64(marketplaceFirst+w.fork), 3)
		b = appendPadded(append(b, '-'), x/10_000_000, 7)
		return string(appendPadded(append(b, '-'), x, 7))
	case ChannelPhone:
		b = append(b, "TEL"...)
	case ChannelShop:
		b = append(b, "TILL"...)
	default:
		b = append(b, "FK"...)
	}
	if w.fork > 0 {
		b = strconv.AppendInt(b, int64(w.fork), 10)
	}
	b = append(b, '-')
	return string(strconv.AppendUint(b, firstSerial+w.serial, 10))
}
