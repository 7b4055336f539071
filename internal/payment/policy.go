package payment

import (
	"slices"
	"strings"

	"orderly/internal/fault"
)

// When what is authorized is captured.
const (
	ByHand          = "hand"
	AtAuthorization = "authorization" // as soon as it is
	AtRelease       = "release"       // when work on the order begins on the floor
	AtShipment      = "shipment"      // for what was shipped
)

// Moments lists them.
var Moments = []string{ByHand, AtAuthorization, AtRelease, AtShipment}

// Limits of policies.
const (
	MaxPolicies = 400
	MaxHours    = 24 * 90
)

// Unpaid is the reason of the hold on an order of which no money came.
const Unpaid = "unpaid"

// Policy says when payments of a channel's orders are captured, and when an
// order of which no money came expires: it is held HoldAfter hours after it
// came, and canceled CancelAfter hours after that. With HoldAfter 0 none is.
type Policy struct {
	Channel     string // "" for all channels without their own
	Capture     string
	HoldAfter   int64
	CancelAfter int64
	UpdatedAt   int64
	EditVersion int64
}

// Check adds what is wrong with a policy.
func (p *Policy) Check(l *fault.List) {
	if len(p.Channel) > 240 {
		l.Add("/channel", "too_long", "a channel's code has at most 60 characters")
	}
	if !slices.Contains(Moments, p.Capture) {
		l.Add("/capture", "unknown_moment", "choose %s", strings.Join(Moments, ", "))
	}
	if p.HoldAfter < 0 || p.HoldAfter > MaxHours {
		l.Add("/hold_after_hours", "out_of_range", "0 for never, at most %d hours", MaxHours)
	}
	if p.HoldAfter == 0 && p.CancelAfter != 0 {
		l.Add("/cancel_after_hours", "never_held", "an order is held before it is canceled; say after how many hours")
	}
	if p.HoldAfter > 0 && (p.CancelAfter < 1 || p.CancelAfter > MaxHours) {
		l.Add("/cancel_after_hours", "out_of_range", "1 to %d hours after it is held", MaxHours)
	}
}

// PolicyOf is the policy of a channel among those that were set.
func PolicyOf(all map[string]Policy, channel string) Policy {
	for _, c := range []string{channel, ""} {
		if p, ok := all[c]; ok {
			return p
		}
	}
	return Policy{Capture: ByHand}
}

// Take is what of a payment is to be captured.
type Take struct {
	Payment *Payment
	Amount  int64
}

// Takes are what is to be captured of payments so that want more comes, the
// oldest first. What cannot be captured in parts is taken whole: what is left
// of it would fall back. One whose last capture was refused waits for a person.
func Takes(list []*Payment, want int64) (out []Take) {
	for _, p := range list {
		n := min(want, p.Capturable())
		if n <= 0 || p.Provider == "" || p.Reference == "" || p.refusedCapture() {
			continue
		}
		if !p.Parts {
			n = p.Capturable()
		}
		out, want = append(out, Take{p, n}), want-n
	}
	return out
}

// refusedCapture reports whether the newest capture was refused.
func (p *Payment) refusedCapture() bool {
	for _, x := range slices.Backward(p.Intents) {
		if x.Kind == Capture {
			return x.State == Declined
		}
	}
	return false
}

// UnderWay reports whether money of it may yet come, or came and is to be
// captured: nothing that rests on its not coming may be done.
func (p *Payment) UnderWay(now int64) bool {
	if p.Open() > 0 || p.Captured > 0 {
		return true
	}
	for i := range p.Intents {
		if !p.Intents[i].Settled() {
			return true
		}
	}
	return p.State() == Waiting && p.Page() != "" && (p.ExpiresAt == 0 || p.ExpiresAt > now)
}
