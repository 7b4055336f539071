package httpapi

import (
	"orderly/internal/desk/admin"
	"orderly/internal/message"
	"orderly/internal/store"
	"orderly/internal/store/messages"
)

const gatewayText = "A customer with a number and without an e-mail address is told by text: `{\"type\":\"text\",\"id\":\"msg_…\",\"to\":\"+44…\",\"text\":\"…\"}` is posted to the address, signed as webhooks are, until it answers 2xx; the id is the same at every try. An empty address ends it."

// TextGateway is where text messages are handed in.
type TextGateway struct {
	Address     string `json:"address"`
	HasSecret   bool   `json:"has_secret"`
	EditVersion int64  `json:"edit_version"`
}

// SetTextGateway sets it. The secret is kept sealed and never shown.
type SetTextGateway struct {
	Address     string `json:"address" maxLength:"2000" example:"https://texts.example.com/orderly"`
	Secret      string `json:"secret,omitempty" maxLength:"120" doc:"whsec_ and base 64; needed with another address."`
	EditVersion *int64 `json:"edit_version,omitempty" doc:"That was read; refused when somebody changed it meanwhile."`
}

func (a *api) getGateway(c *call, _ *none, _ *none) (TextGateway, error) {
	var g message.Gateway
	err := c.read(func(r *store.Reader) (err error) {
		g, err = messages.GatewayOf(r)
		return err
	})
	return TextGateway{Address: g.Address, HasSecret: g.Secret != "", EditVersion: g.EditVersion}, err
}

func (a *api) setGateway(c *call, p *none, in *SetTextGateway) (TextGateway, error) {
	if _, err := one(c, admin.SaveGateway, admin.GatewayCommand{Address: in.Address, Secret: in.Secret, Version: in.EditVersion}); err != nil {
		return TextGateway{}, err
	}
	return a.getGateway(c, p, nil)
}
