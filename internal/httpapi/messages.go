package httpapi

import (
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/post"
	"orderly/internal/store"
	"orderly/internal/store/messages"
	"orderly/internal/store/orders"
)

const (
	messageText = "The message is noted at once and sent by a job; read the order's messages to see what became of it. The same kind may be sent again: each call is a message of its own."
	mailText    = "Messages begin with what happens after they were enabled. A password is sealed and never shown."
	testText    = "The mail server is asked at once; what it answers is in the problem if it says no. Nothing of it is kept with the order."
)

func (a *api) orderMessages(c *call, p *OrderID, _ *none) (Page[Message], error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Page[Message]{}, err
	}
	var list []message.Message
	err = c.read(func(r *store.Reader) error {
		there, err := orders.There(r, []order.ID{id})
		if err == nil && !there[id] {
			err = fault.New(fault.NotFound, "no_such_order", "there is no order %s", id)
		}
		if err == nil {
			list, err = messages.OfOrder(r, int64(id))
		}
		return err
	})
	return pageUntil(list, renderMessage, ""), err
}

// messageOf is a message as a request describes it.
func messageOf(id order.ID, in *NewMessage) (care.MessageCommand, error) {
	c := care.MessageCommand{Order: id, Kind: message.Kind(in.Kind), Amount: in.Amount}
	if in.Parcel == "" {
		return c, nil
	}
	parcel, err := fulfillment.ParseParcelID(in.Parcel)
	c.Parcel = int64(parcel)
	return c, err
}

func (a *api) sendMessage(c *call, p *OrderID, in *NewMessage) (Message, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Message{}, err
	}
	m, err := messageOf(id, in)
	if err != nil {
		return Message{}, err
	}
	r, err := one(c, care.SendMessage, m)
	if err != nil {
		return Message{}, err
	}
	var x message.Message
	err = c.read(func(rd *store.Reader) (err error) {
		x, _, err = messages.Get(rd, message.ID(r.ID))
		return err
	})
	return renderMessage(x), err
}

func (a *api) previewMessage(c *call, p *OrderID, in *NewMessage) (MailText, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return MailText{}, err
	}
	m, err := messageOf(id, in)
	if err != nil {
		return MailText{}, err
	}
	l, err := letterOf(c, m)
	if err != nil {
		return MailText{}, err
	}
	return renderLetter(l), nil
}

func letterOf(c *call, m care.MessageCommand) (*post.Letter, error) {
	var l *post.Letter
	err := c.read(func(r *store.Reader) error {
		there, err := orders.There(r, []order.ID{m.Order})
		if err == nil && !there[m.Order] {
			err = fault.New(fault.NotFound, "no_such_order", "there is no order %s", m.Order)
		}
		if err == nil {
			l, err = post.Read(r, message.Message{Order: int64(m.Order), Kind: m.Kind, Ref: message.AskedRef(m.Parcel, 0), Amount: m.Amount, By: c.scope.Actor.String()})
		}
		return err
	})
	return l, err
}

func (a *api) getMail(c *call, _ *none, _ *none) (MailServer, error) {
	var s message.Sender
	err := c.read(func(r *store.Reader) (err error) {
		s, err = messages.SenderOf(r)
		return err
	})
	return renderServer(s), err
}

func (a *api) setMail(c *call, p *none, in *SetMailServer) (MailServer, error) {
	s := message.Sender{
		Host: in.Host, Port: in.Port, Security: in.Security, Username: in.Username, FromName: in.FromName, FromAddress: in.FromAddress,
		ReplyTo: in.ReplyTo, ShopAddress: in.ShopAddress,
	}
	for _, k := range in.Kinds {
		s.Kinds = append(s.Kinds, message.Kind(k))
	}
	if _, err := one(c, admin.SaveSender, admin.SenderCommand{Sender: s, Password: in.Password, Enabled: in.Enabled, Version: in.EditVersion}); err != nil {
		return MailServer{}, err
	}
	return a.getMail(c, p, nil)
}

// SentTest says that the mail server took a test.
type SentTest struct {
	Sent bool `json:"sent"`
}

func (a *api) testMail(c *call, _ *none, in *MailTest) (SentTest, error) {
	if !message.PlainAddress(in.To) {
		var l fault.List
		l.Add("/to", "invalid_email", "write an address as name@example.com")
		return SentTest{}, l.Err()
	}
	m := care.MessageCommand{Kind: message.Kind(in.Kind)}
	if m.Kind == "" {
		m.Kind = message.Placed
	}
	var err error
	if in.Order != "" {
		m.Order, err = orderByID(in.Order)
	} else {
		err = c.read(func(r *store.Reader) (err error) {
			m.Order, err = orders.Newest(r)
			return err
		})
	}
	if err != nil {
		return SentTest{}, err
	}
	if m.Order == 0 {
		return SentTest{}, fault.New(fault.Conflict, "no_order", "there is no order yet that a test could tell of; place one first")
	}
	l, err := letterOf(c, m)
	if err != nil {
		return SentTest{}, err
	}
	err = post.Try(c.ctx, a.desk, l, in.To)
	return SentTest{Sent: err == nil}, err
}

func (a *api) listWordings(c *call, _ *none, _ *none) (Page[Wording], error) {
	var list []message.Template
	err := c.read(func(r *store.Reader) (err error) {
		list, err = messages.Templates(r)
		return err
	})
	for _, k := range message.Kinds {
		list = append(list, message.BuiltIn(k))
	}
	return pageUntil(list, renderWording, ""), err
}

func (a *api) setWording(c *call, _ *none, in *SetWording) (Wording, error) {
	t := message.Template{Kind: message.Kind(in.Kind), Channel: in.Channel, Language: in.Language, Subject: in.Subject, Body: in.Body}
	r, err := one(c, admin.SaveWording, admin.WordingCommand{Template: t, Drop: in.Drop, Version: in.EditVersion})
	if err != nil {
		return Wording{}, err
	}
	made, ok := r.Value.(message.Template)
	if !ok { // a replay
		return renderWording(t), nil
	}
	if in.Drop {
		made = message.BuiltIn(made.Kind)
	}
	return renderWording(made), nil
}
