package httpapi_test

import (
	"testing"
)

// Mail is handed in by whoever knows the mailbox's secret, and taken in once.
//
// Kills: a secret of nobody that opens; one mail that becomes two cases; an API
// key that hands in mail.
func TestInbound(t *testing.T) {
	alone(t, func(t *testing.T, s *shop) {
		key := s.key
		s.post("/v1/inbound/mail/1", "From: a@b.test\r\n\r\nhello").problem(401, "unauthenticated")
		secret := s.post("/v1/mailbox", `{"address":"help@shop.test","new_secret":true}`).want(200).text("secret")
		s.key = secret
		const mail = "From: Ada <ada@example.com>\r\nSubject: Where is it?\r\nMessage-ID: <x@example.com>\r\n\r\nHello"
		first := s.post("/v1/inbound/mail/1", mail).want(200).is("news", true).text("case")
		s.post("/v1/inbound/mail/1", mail).want(200).is("news", false, "case", first)
		s.post("/v1/inbound/mail/2", mail).problem(401, "unauthenticated")
		s.get("/v1/cases").problem(401, "unauthenticated")
		s.key = key
		s.get("/v1/cases/C-1001").want(200).is("id", first, "subject", "Where is it?", "email", "ada@example.com", "state", "open")
	})
}
