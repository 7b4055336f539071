// Package post sends what customers are told: it makes a message's text from
// the order as it is now, hands it to the shop's mail server and keeps what
// became of it.
//
// What belongs here: putting a letter together, one attempt, and the schedule
// that looks for late orders. What does not: which happening calls for a
// message (message, project), SMTP (connect/mail) and the rows
// (store/messages).
package post

import (
	"cmp"
	"database/sql"
	"errors"
	"net/mail"
	"slices"
	"strings"
	"time"

	"orderly/internal/asking"
	"orderly/internal/desk/care"
	"orderly/internal/fulfillment"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/pickup"
	"orderly/internal/store"
	"orderly/internal/store/asks"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/items"
	"orderly/internal/store/merchants"
	"orderly/internal/store/messages"
	"orderly/internal/store/orders"
	"orderly/internal/store/tracking"
)

// Letter is a message with what it says of its order now.
type Letter struct {
	Message  message.Message
	Sender   message.Sender
	Template message.Template
	To       string // the customer's address; "" when there is none
	Phone    string // the customer's number as the world dials it, likewise
	Gateway  message.Gateway
	Mail     message.Mail
	PlacedAt int64

	about message.About
	look  message.Look
	logo  bool
	waits *pickup.Pickup // what a message about a pickup tells of
}

// Read puts together what a message says. Its link is the order's tracking
// link, or that of an example while the order has none.
func Read(r *store.Reader, x message.Message) (*Letter, error) {
	l := &Letter{Message: x}
	var err error
	if l.Sender, err = messages.SenderOf(r); err != nil {
		return nil, err
	}
	o, err := orders.Get(r, order.ID(x.Order))
	if errors.Is(err, sql.ErrNoRows) {
		return l, nil
	}
	if err != nil {
		return nil, err
	}
	l.To, l.PlacedAt = strings.TrimSpace(o.Party.Customer.Email), o.PlacedAt
	for _, number := range []string{o.Party.Customer.Phone, o.Party.ShipTo.Phone} {
		l.Phone = cmp.Or(l.Phone, message.Phone(number))
	}
	if l.Gateway, err = messages.GatewayOf(r); err != nil {
		return nil, err
	}
	if err := l.shop(r); err != nil {
		return nil, err
	}
	l.about.Order, l.about.Amount = o, x.Amount
	if l.about.Parcel, err = parcelOf(r, x); err != nil {
		return nil, err
	}
	if l.waits, err = waitsOf(r, x); err != nil {
		return nil, err
	}
	if l.about.Waits, err = placeOf(r, l.waits); err != nil {
		return nil, err
	}
	if err := l.wording(r, o); err != nil {
		return nil, err
	}
	if err := l.question(r); err != nil {
		return nil, err
	}
	link, err := tracking.Of(r, o.ID)
	if err != nil && !errors.Is(err, tracking.ErrUnknown) {
		return nil, err
	}
	text := "1_example"
	if err == nil && link.RevokedAt == 0 {
		text = care.LinkText(r.M, link.Token)
	}
	l.Linked(text)
	return l, nil
}

// Linked fills the letter in with a tracking link.
func (l *Letter) Linked(text string) {
	l.about.Link = l.Sender.ShopAddress + "/t/" + text
	if l.logo {
		l.look.Logo = l.about.Link + "/logo"
	}
	l.Mail = l.Template.Make(message.FactsOf(l.about), l.look)
}

// question reads what the letter asks. Until it leaves its link is that of an
// example.
func (l *Letter) question(r *store.Reader) error {
	id, asked := l.Message.Question()
	if !asked && !strings.HasPrefix(string(l.Message.Kind), "ask_") {
		return nil
	}
	l.about.Choose = l.Sender.ShopAddress + "/a/1_example"
	if id == 0 {
		return nil
	}
	x, ok, err := asks.Get(r, asking.ID(id))
	if err != nil || !ok || x.SKU == "" {
		return err
	}
	found, err := items.BySKU(r, []string{x.SKU})
	l.about.Other = x.SKU
	if len(found) > 0 && found[0].Name != "" {
		l.about.Other = found[0].Name
	}
	return err
}

// Choosing fills the letter in with the link of its question; "" takes the
// question out.
func (l *Letter) Choosing(text string) {
	l.about.Choose = ""
	if text != "" {
		l.about.Choose = l.Sender.ShopAddress + "/a/" + text
	}
	l.Mail = l.Template.Make(message.FactsOf(l.about), l.look)
}

// ByText reports whether the letter leaves as a text message.
func (l *Letter) ByText() bool { return l.To == "" && l.Phone != "" && l.Gateway.Address != "" }

// readOn is the link that a text message ends with.
func (l *Letter) readOn() string { return cmp.Or(l.about.Choose, l.about.Link) }

// Word fills the letter in with other words, such as some that are being
// written.
func (l *Letter) Word(t message.Template) {
	l.Template = t
	l.Mail = t.Make(message.FactsOf(l.about), l.look)
}

func (l *Letter) shop(r *store.Reader) error {
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return err
	}
	p, err := merchants.ProfileOf(r)
	if err != nil {
		return err
	}
	zone := m.Location()
	l.about.Shop, l.look.Shop, l.look.Color, l.logo = m.Name, m.Name, p.Color, p.LogoType != ""
	l.about.Day = func(at int64) string { return time.UnixMicro(at).In(zone).Format("2 January 2006") }
	return nil
}

func (l *Letter) wording(r *store.Reader, o *order.Order) error {
	list, err := messages.Templates(r)
	if err != nil {
		return err
	}
	p, err := merchants.ProfileOf(r)
	if err != nil {
		return err
	}
	shop, _, _ := strings.Cut(p.Locale, "-")
	l.Template = message.Pick(list, l.Message.Kind, o.Channel, message.LanguageOf(o.Custom), shop)
	return nil
}

// parcelOf is the parcel that a message is about, if it is one of the order's.
func parcelOf(r *store.Reader, x message.Message) (*fulfillment.Parcel, error) {
	id := fulfillment.ParcelID(x.Parcel())
	if id == 0 {
		return nil, nil
	}
	list, err := fulfillments.ParcelsOfOrders(r, []order.ID{order.ID(x.Order)})
	i := slices.IndexFunc(list, func(p *fulfillment.Parcel) bool { return p.ID == id })
	if err != nil || i < 0 {
		return nil, err
	}
	return list[i], nil
}

// newestParcel is the parcel of an order that left last; nil when none has.
func newestParcel(r *store.Reader, id order.ID) (out *fulfillment.Parcel, err error) {
	list, err := fulfillments.ParcelsOfOrders(r, []order.ID{id})
	for _, p := range list {
		if p.ShippedAt != 0 && (out == nil || p.ShippedAt >= out.ShippedAt) {
			out = p
		}
	}
	return out, err
}

// Why a message cannot be sent at all.
const (
	NoServer   = "no mail server is set up"
	NoOrder    = "the order is not there"
	NoAddress  = "the order has no e-mail address"
	BadAddress = "the order's e-mail address is none"
	NotWaiting = "nothing of the order waits for its customer any more"
	TooOld     = "the order is from before messages were sent"
)

// Cannot is why the letter cannot be sent at all, "" when it can.
func (l *Letter) Cannot() string {
	switch {
	case l.Sender.Host == "":
		return NoServer
	case l.PlacedAt == 0:
		return NoOrder
	case l.To == "" && !l.ByText():
		return NoAddress
	}
	if a, err := mail.ParseAddress(l.To); !l.ByText() && (err != nil || a.Address != l.To) {
		return BadAddress
	}
	if l.Message.AtShelf() && (l.waits == nil || !l.waits.Lies()) {
		return NotWaiting
	}
	if l.Message.Kind == message.Placed && l.Message.By == "" && l.PlacedAt < l.Message.CreatedAt-message.Fresh {
		return TooOld // taken over from another system: its customer was told there
	}
	return ""
}
