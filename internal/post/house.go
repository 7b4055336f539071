package post

import (
	"cmp"
	"time"

	"orderly/internal/message"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/merchants"
	"orderly/internal/store/messages"
	"orderly/internal/support"
)

// house is what a letter that people write has of the merchant: who sends it, the
// mailbox to which it is answered, and how it looks.
type house struct {
	sender message.Sender
	box    support.Mailbox
	look   message.Look
	zone   *time.Location
}

func readHouse(r *store.Reader) (h house, err error) {
	if h.sender, err = messages.SenderOf(r); err != nil {
		return h, err
	}
	if h.box, err = cases.MailboxOf(r); err != nil {
		return h, err
	}
	m, err := merchants.Get(r, r.M)
	if err != nil {
		return h, err
	}
	p, err := merchants.ProfileOf(r)
	h.look, h.zone = message.Look{Shop: m.Name, Color: p.Color}, m.Location()
	return h, err
}

// name is whom a letter says that it is from.
func (h *house) name() string { return cmp.Or(h.sender.FromName, h.look.Shop) }
