package world

import "math/rand/v2"

// Delivery charges in pence. Standard delivery within Britain is free from
// freeFrom on.
const (
	freeFrom     = 4500
	standardCost = 395
	expressCost  = 695
	irelandCost  = 895
	europeCost   = 1295
	giftWrapCost = 350
)

var giftNotes = []string{
	"Happy birthday! Put the kettle on, love from all of us.",
	"Congratulations on the new home. May the first brew be a good one.",
	"Thank you for everything this year.",
	"Get well soon. Tea first, everything else later.",
	"To Mum, for many quiet mornings.",
	"Merry Christmas from both of us!",
	"A little something for the new kitchen. See you in spring.",
	"Bon anniversaire ! On t'embrasse.",
	"Alles Gute zum Geburtstag, bis bald!",
	"For the best neighbours anyone could ask for.",
}

// deliver settles how and where the order goes.
func (w *World) deliver(o *Order, c *Customer, digital bool) {
	r := w.random
	home := c.Address.Country == "GB"
	switch {
	case o.Channel == ChannelShop, o.Channel == ChannelWeb && home && !digital && chance(r, 5):
		o.Service, o.Collect = ServiceCollect, Bristol
		o.ShipTo = w.counter(c)
	case digital:
		o.Service = ServiceEmail
	case home && chance(r, 14):
		o.Service = ServiceExpress
	}
	if o.Channel == ChannelShop || o.Channel == ChannelMarketplace || c.Company != "" || !chance(r, 9) {
		return
	}
	o.GiftNote = pick(r, giftNotes)
	if o.Collect == "" && !digital && chance(r, 75) {
		o.ShipTo = w.friend(r, c)
	}
}

// counter is the address of the shop, for the customer to collect at.
func (w *World) counter(c *Customer) Address {
	for i := range w.Locations {
		if w.Locations[i].Code == Bristol {
			a := w.Locations[i].Address
			a.Name = c.Name
			return a
		}
	}
	return c.Address
}

// friend is the address that a gift goes to: another person in the same
// country, so that the service chosen still applies, else the customer's own.
func (w *World) friend(r *rand.Rand, c *Customer) Address {
	to := &w.Customers[w.patronage.draw(r)]
	if c.Address.Country == "GB" {
		to = &w.Customers[pick(r, w.britons)]
	}
	if to.Company != "" || to.Address.Country != c.Address.Country {
		return c.Address
	}
	return to.Address
}

// charge adds the fees that apply.
func (w *World) charge(o *Order, goods int64) {
	if pence := shipping(o, goods); pence > 0 {
		label := "Standard delivery"
		switch {
		case o.Service == ServiceExpress:
			label = "Express delivery"
		case o.ShipTo.Country != "GB":
			label = "International delivery"
		}
		o.Fees = append(o.Fees, Fee{FeeShipping, label, pounds(pence)})
		o.Total += pence
	}
	if o.GiftNote != "" && o.Service != ServiceEmail && chance(w.random, 50) {
		o.Fees = append(o.Fees, Fee{FeeGiftWrap, "Gift wrap", pounds(giftWrapCost)})
		o.Total += giftWrapCost
	}
}

func shipping(o *Order, goods int64) int64 {
	switch {
	case o.Service == ServiceCollect || o.Service == ServiceEmail:
		return 0
	case o.Service == ServiceExpress:
		return expressCost
	case o.ShipTo.Country == "IE":
		return irelandCost
	case o.ShipTo.Country != "GB":
		return europeCost
	case goods >= freeFrom:
		return 0
	}
	return standardCost
}

// paid says whether the channel took the money: a till and a marketplace
// always do, businesses on the phone get an invoice.
func (w *World) paid(o *Order, c *Customer) bool {
	switch o.Channel {
	case ChannelShop, ChannelMarketplace:
		return true
	case ChannelPhone:
		return c.Company == "" && chance(w.random, 70)
	}
	return chance(w.random, 97)
}

// tag adds the words that the shop's own staff would, in a fixed order.
func (w *World) tag(o *Order, discount int) {
	r := w.random
	trade := w.Customers[o.Customer].Company != ""
	switch {
	case discount != noDiscount && trade:
		o.Tags = append(o.Tags, "wholesale")
	case discount != noDiscount:
		o.Tags = append(o.Tags, "newsletter-offer")
	}
	if o.GiftNote != "" {
		o.Tags = append(o.Tags, "gift")
	}
	if chance(r, 3) {
		o.Tags = append(o.Tags, "vip")
	}
	if chance(r, 2) {
		o.Tags = append(o.Tags, "check-address")
	}
}
