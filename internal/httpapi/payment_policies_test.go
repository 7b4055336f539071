package httpapi_test

import (
	"testing"

	"orderly/internal/catalog"
)

// A policy is looked at, kept, read, and refused with all its faults at once.
func TestPaymentPolicies(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		provided(t, s)
		s.Goods("MUG", catalog.Backorder, "A", 50)
		s.post("/v1/providers/fake/check", nil).want(200).is("live", false)
		s.post("/v1/providers/none/check", nil).problem(404, "no_such_provider")
		s.post("/v1/payment-policies", map[string]any{"channel": "", "capture": "later"}).want(422)
		s.post("/v1/payment-policies", map[string]any{"channel": "", "capture": "hand", "cancel_after_hours": 5}).problem(422, "invalid", "/cancel_after_hours never_held")
		s.post("/v1/payment-policies?dry_run=true", map[string]any{"channel": "", "capture": "hand", "hold_after_hours": 5}).problem(422, "invalid", "/cancel_after_hours out_of_range")
		at := "/v1/orders/" + s.post("/v1/orders", smallest("A-1", "MUG", 1)).want(201).text("id")
		s.post(at+"/payments", map[string]any{"tender": "card", "provider": "fake", "begin": "authorize", "source": "tok_1"}).want(201)
		settle(t, s)
		policy := map[string]any{"channel": "", "capture": "authorization", "hold_after_hours": 24, "cancel_after_hours": 12}
		s.post("/v1/payment-policies?dry_run=true", policy).want(200).is("would/capture", 1, "would/hold", 0)
		s.get("/v1/payment-policies").want(200).is("data/0/capture", "hand")
		s.post("/v1/payment-policies", policy).want(200).is("capture", "authorization")
		s.get("/v1/payment-policies").want(200).is("data/0/capture", "authorization", "data/0/hold_after_hours", 24)
	})
}
