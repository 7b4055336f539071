package step

import (
	"crypto/rand"
	"strconv"
	"strings"

	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/partner"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/jobs"
	"orderly/internal/store/messages"
	"orderly/internal/store/suppliers"
	"orderly/internal/store/talks"
	"orderly/internal/supplier"
	"orderly/internal/support"
	"orderly/internal/talk"
)

// BeginTalk reads the conversation about something, or makes it, still without
// a message.
func BeginTalk(tx *store.Tx, x talk.Talk) (*talk.Talk, error) {
	known, err := talks.About(&tx.Reader, x.About, x.Subject)
	if err != nil || known != nil {
		return known, err
	}
	token, err := ident.Token(rand.Reader)
	if err != nil {
		return nil, err
	}
	x.ID, x.Token, x.At, x.UpdatedAt = talk.ID(tx.IDs().Next()), token[len(token)-support.TokenLength:], tx.At, tx.At
	return &x, talks.Save(tx, &x)
}

// MailTalk keeps a message of a conversation together with the job that mails it.
// Whoever answers it is let into the conversation, so that its Message-ID is one
// that nobody guesses: ids alone follow from the time.
func MailTalk(tx *store.Tx, of *talk.Talk, x *talk.Message, from string) error {
	_, host, _ := strings.Cut(from, "@")
	x.RFC, x.From, x.State = x.ID.String()+"."+of.Token+"@"+host, from, string(message.Waiting)
	if err := talks.Add(tx, x); err != nil {
		return err
	}
	_, err := jobs.Enqueue(tx, jobs.Job{Kind: talks.Job, Dedupe: x.ID.String(), Due: tx.At, Data: strconv.FormatInt(int64(x.ID), 10)})
	return err
}

// PartnerAddress is where the partner behind a location is written to: the
// address of its terms, else that of the supplier whose stock it is; "" when
// nobody knows one.
func PartnerAddress(r *store.Reader, t *partner.Terms, at stock.LocationID) (string, error) {
	if t != nil && t.Email != "" {
		return t.Email, nil
	}
	known, err := suppliers.AtLocations(r, []stock.LocationID{at})
	if s := known[at]; err == nil && s != nil {
		return s.Email, nil
	}
	return "", err
}

// mailRequest has a partner with an address told by mail that it is asked for
// something, or reminded of it: each once, in the conversation about the request.
// Its words are made as it leaves.
func (b *Batch) mailRequest(o *order.Order, f *fulfillment.Fulfillment, q *partner.Request, s order.RequestStep) error {
	event := ""
	switch s.Step {
	case fulfillment.StepSubmitted:
		event = "submitted." + strconv.FormatInt(q.Round, 10)
	case fulfillment.StepChased:
		event = "chased." + strconv.FormatInt(f.Version, 10)
	default:
		return nil
	}
	if b.Previewing() {
		return nil
	}
	to, err := PartnerAddress(b.R, b.PartnerAt(f.Location), f.Location)
	if err != nil || to == "" {
		return err
	}
	sender, err := messages.SenderOf(b.R)
	if err != nil || sender.Host == "" {
		return err
	}
	return b.Keep(func(tx *store.Tx) error {
		t, err := BeginTalk(tx, talk.Talk{About: talk.Request, Subject: int64(f.ID), Location: int64(f.Location), Order: int64(o.ID)})
		if err != nil {
			return err
		}
		told, err := talks.Told(&tx.Reader, t.ID, event)
		if err != nil || told {
			return err
		}
		x := &talk.Message{ID: talk.MessageID(tx.IDs().Next()), Talk: t.ID, Way: talk.Out, Source: talk.Event, Event: event, To: to, At: tx.At, UpdatedAt: tx.At}
		return MailTalk(tx, t, x, sender.FromAddress)
	})
}

// MailReturn has a supplier asked by mail to take goods back, in the conversation
// about their purchase order, so that its answer comes there. The words and the note
// are made as it leaves.
func (b *Batch) MailReturn(p *purchase.Purchase, x *purchase.Return, to string) error {
	return b.Keep(func(tx *store.Tx) error {
		s, err := suppliers.Get(&tx.Reader, supplier.ID(p.Supplier))
		if err != nil {
			return err
		}
		sender, err := messages.SenderOf(&tx.Reader)
		if err != nil {
			return err
		}
		t, err := BeginTalk(tx, talk.Talk{About: talk.Purchase, Subject: int64(p.ID), Supplier: p.Supplier, Location: s.Location})
		if err != nil {
			return err
		}
		m := &talk.Message{ID: talk.MessageID(tx.IDs().Next()), Talk: t.ID, Way: talk.Out, Source: talk.Event, Event: talk.Return + "." + strconv.FormatInt(x.Number, 10), To: to, At: tx.At, UpdatedAt: tx.At}
		return MailTalk(tx, t, m, sender.FromAddress)
	})
}
