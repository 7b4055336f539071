package post

import (
	"context"
	"encoding/json"
	"errors"
	"net/http"

	"orderly/internal/connect/mail"
	"orderly/internal/connect/webhook"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/outbound"
)

// way is how a letter leaves. Whatever goes wrong is a *mail.Failure, or is
// tried again.
type way interface {
	send(ctx context.Context, l *Letter) error
}

// Texts hands text messages in; a *webhook.Sender does.
type Texts interface {
	Send(ctx context.Context, address string, secrets []string, m webhook.Message, now int64) outbound.Answer
}

type textsKey struct{}

// UseTexts says by what text messages are handed in. Until then they wait.
func UseTexts(d *desk.Desk, t Texts) { d.Shared.Store(textsKey{}, t) }

// wayOf is how a letter leaves: by mail, or as a text where its customer gave
// no address and a number.
func wayOf(d *desk.Desk, l *Letter) (way, error) {
	if !l.ByText() {
		server, err := serverOf(d, l.Sender)
		return byMail{d, server}, err
	}
	secret, err := admin.GatewaySecret(d, l.Gateway)
	if err != nil {
		return nil, err
	}
	t, ok := d.Shared.Load(textsKey{})
	if !ok {
		return nil, errors.New("text messages are not handed in by this process")
	}
	return byText{d, t.(Texts), secret}, nil
}

type byMail struct {
	desk   *desk.Desk
	server mail.Server
}

func (w byMail) send(ctx context.Context, l *Letter) error {
	return mail.Send(ctx, w.server, l.envelope(w.desk.DB.Now()))
}

type byText struct {
	desk   *desk.Desk
	texts  Texts
	secret string
}

// handedIn is what a gateway is sent. The id is the same at every try, so that
// it passes each on once.
type handedIn struct {
	Type string `json:"type"`
	ID   string `json:"id"`
	To   string `json:"to"`
	Text string `json:"text"`
}

func (w byText) send(ctx context.Context, l *Letter) error {
	id := l.Message.ID.String()
	body, err := json.Marshal(handedIn{"text", id, l.Phone, l.Mail.Short(l.readOn())})
	if err != nil {
		return err
	}
	a := w.texts.Send(ctx, l.Gateway.Address, []string{w.secret}, webhook.Message{ID: id, Body: body}, w.desk.DB.Now())
	if a.Error == "" {
		return nil
	}
	later := a.Status < 400 || a.Status >= 500 || a.Status == http.StatusRequestTimeout || a.Status == http.StatusTooManyRequests || a.Status == http.StatusUnauthorized || a.Status == http.StatusForbidden || a.Status == http.StatusNotFound
	return &mail.Failure{Permanent: !later, Why: "the gateway for text messages: " + a.Error}
}
