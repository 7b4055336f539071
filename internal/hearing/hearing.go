// Package hearing proves from which partner a webhook comes.
//
// What belongs here: the secrets that hold, the signature, and whose scope the
// call has then. What does not: what is told and what it does (httpapi, desk).
package hearing

import (
	"context"
	"net/http"
	"time"

	"orderly/internal/access"
	"orderly/internal/connect/webhook"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/stock"
	"orderly/internal/store/partners"
)

// Prove finds out that a message is the partner's of a location, and gives the
// scope that the partner has and the id of the message. It says the same of a
// location that is not there and of a signature that is wrong.
func Prove(ctx context.Context, d *desk.Desk, m int64, at stock.LocationID, h http.Header, body []byte) (access.Scope, string, error) {
	hook, err := partners.HookAt(ctx, d.DB, m, at)
	if err != nil {
		return access.Scope{}, "", err
	}
	secrets, err := admin.HookSecrets(d, hook, d.DB.Now())
	if err != nil {
		return access.Scope{}, "", err
	}
	id, err := webhook.Prove(secrets, h, body, time.UnixMicro(d.DB.Now()))
	if err != nil {
		return access.Scope{}, "", fault.New(fault.Unknown, "unauthenticated", "sign the message as Standard Webhooks has it, with the secret of this location, within five minutes: webhook-id, webhook-timestamp, webhook-signature")
	}
	s := access.System(m, "partner", at.String())
	s.Permissions, s.Locations, s.Cause = access.Partner.Permissions(), []int64{int64(at)}, id
	return s, id, nil
}
