package partner_test

import (
	"testing"

	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/partner"
)

// Kills: an answer that comes before the question because a clock was set back; one
// that is kept when the same is asked anew; a clock that waits for nobody.
func TestStepAfterClockWasSetBack(t *testing.T) {
	terms := &partner.Terms{RespondHours: 24, ShipHours: 48, ChaseHours: 4}
	for _, step := range []string{fulfillment.StepAccepted, fulfillment.StepRejected} {
		r := &partner.Request{}
		r.Step(order.RequestStep{Step: fulfillment.StepSubmitted}, 5_000_000, terms)
		if r.AnsweredAt != 0 || r.DueAt <= r.SubmittedAt || r.NextAt != r.DueAt {
			t.Errorf("asked: %+v", r)
		}
		r.Step(order.RequestStep{Step: step, Reason: "x"}, 1_000_000, terms)
		if r.AnsweredAt != r.SubmittedAt {
			t.Errorf("%s: asked at %d and answered at %d", step, r.SubmittedAt, r.AnsweredAt)
		}
		r.Step(order.RequestStep{Step: fulfillment.StepSubmitted}, 9_000_000, terms)
		if r.AnsweredAt != 0 || r.Reason != "" || r.Round != 2 {
			t.Errorf("asked anew after %s: %+v", step, r)
		}
		r.Step(order.RequestStep{Step: step}, 9_500_000, terms)
		if r.AnsweredAt != 9_500_000 {
			t.Errorf("%s at %d", step, r.AnsweredAt)
		}
	}
}
