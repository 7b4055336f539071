package httpapi_test

import (
	"strings"
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
		s.key = secret
		const with = "From: Ada <ada@example.com>\r\nSubject: See\r\nMessage-ID: <y@example.com>\r\nIn-Reply-To: <x@example.com>\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nHere\r\n--b\r\nContent-Type: text/html; name=x.html\r\nContent-Disposition: attachment; filename=x.html\r\n\r\n<b>x</b>\r\n--b--\r\n"
		s.post("/v1/inbound/mail/1", with).want(200).is("case", first)
		s.key = key
		file := s.get("/v1/cases/C-1001").want(200).text("messages/1/files/0/id")
		if got := s.get("/v1/cases/C-1001/files/" + file); got.status != 200 || got.header.Get("Content-Type") != "application/x-download" || !strings.Contains(string(got.body), "<b>x</b>") {
			t.Errorf("the file: %d %v", got.status, got.header)
		}
		s.get("/v1/cases/C-1001/files/csf_0pmnqh2000400").problem(404, "no_such_file")
		s.get("/v1/cases/C-1001").want(200).is("id", first, "subject", "Where is it?", "email", "ada@example.com", "state", "open")
	})
}
