package admin

import (
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/outbound"
	"orderly/internal/store/messages"
)

// gatewayAbout is what a sealed secret of a gateway is bound to.
const gatewayAbout = "text gateway"

// GatewayCommand says where text messages are handed in; an empty address ends
// them. A secret that is left out stays.
type GatewayCommand struct {
	Address string
	Secret  string // in the clear
	Version *int64
}

// SaveGateway keeps it. What is sent there is signed with the secret. The
// result's Value is the message.Gateway.
var SaveGateway = act("texts.save", access.SettingsWrite, func(c *GatewayCommand) error {
	var l fault.List
	if c.Address = strings.TrimSpace(c.Address); c.Address != "" {
		outbound.CheckAddress("/address", c.Address, &l)
	}
	if c.Secret != "" {
		outbound.CheckSecret("/secret", c.Secret, &l)
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[GatewayCommand]) (desk.Result, error) {
	c := a.Command
	old, err := messages.GatewayOf(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if c.Version != nil && *c.Version != old.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed the gateway meanwhile; look at it again")
	}
	g := message.Gateway{Address: c.Address, Secret: old.Secret, UpdatedAt: t.At, EditVersion: old.EditVersion + 1}
	if g.Address != "" {
		if err := (looking{Reader: &t.Reader, desk: t.Desk}).reachable("/address", g.Address); err != nil {
			return desk.Result{}, err
		}
		if c.Secret == "" && (old.Secret == "" || old.Address != g.Address) {
			return desk.Result{}, fieldFault(fault.Invalid, "missing", "/secret", "give the secret with which what is sent to this address is signed")
		}
	}
	if c.Secret != "" {
		ring, err := ringOf(t.Desk)
		if err != nil {
			return desk.Result{}, err
		}
		g.Secret = ring.Seal([]byte(c.Secret), gatewayAbout)
	}
	if err := messages.SaveGateway(t.Tx, g); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.GatewaySaved, map[string]any{"enabled": g.Address != "", "secret_changed": c.Secret != ""})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: g}, err
})

// GatewaySecret opens the secret of a shop's gateway.
func GatewaySecret(d *desk.Desk, g message.Gateway) (string, error) {
	ring, err := ringOf(d)
	if err != nil {
		return "", err
	}
	text, err := ring.Open(g.Secret, gatewayAbout)
	return string(text), err
}
