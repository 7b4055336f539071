package httpapi_test

import "testing"

// Kills: a secret that is shown; an address inside; an edit over another's.
func TestTextGateway(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.get("/v1/text-gateway").want(200).is("address", "").is("has_secret", "false")
		s.post("/v1/text-gateway", `{"address":"http://texts.example.com","secret":"whsec_x"}`).problem(422, "invalid", "/secret invalid_secret")
		s.post("/v1/text-gateway", `{"address":"https://127.0.0.1/","secret":"whsec_MDEyMzQ1Njc4OTAxMjM0NTY3ODkwMTIz"}`).problem(422, "private_address")
		s.post("/v1/text-gateway", `{"address":"https://texts.example.com/in","edit_version":3}`).problem(412, "edited_meanwhile")
	})
}
