package httpapi

import (
	"maps"
	"net/http"
	"slices"

	"orderly/internal/access"
	"orderly/internal/collecting"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/payment"
	"orderly/internal/store"
	kept "orderly/internal/store/payments"
)

func (a *api) paymentPolicyRoutes() {
	add(a, route{method: "GET", path: "/v1/payment-policies", id: "listPaymentPolicies", summary: "Read when payments are captured and unpaid orders expire", needs: access.SettingsWrite}, a.listPaymentPolicies)
	add(a, route{method: "POST", path: "/v1/payment-policies", id: "savePaymentPolicy", summary: "Set when a channel's payments are captured and its unpaid orders expire", needs: pay.SavePolicy.Permission, text: paymentPolicyText}, a.savePaymentPolicy)
}

const paymentPolicyText = "Of one channel, or with an empty code of all without their own. It holds for what is there already: `dry_run` tells what it would do now. An order of which no money came is held first and canceled later; while a payment is under way it is left alone."

// PaymentPolicy says when payments of a channel's orders are captured, and when
// an order of which no money came expires.
type PaymentPolicy struct {
	Channel     string          `json:"channel" maxLength:"60" doc:"Its code; empty for all channels without their own." example:"web"`
	Capture     string          `json:"capture" enum:"hand,authorization,release,shipment" doc:"At authorization, when work on the order begins, or at shipment for what was shipped. What cannot be captured in parts is captured whole with the first."`
	HoldAfter   int64           `json:"hold_after_hours,omitempty" minimum:"0" maximum:"2160" doc:"Hours after which an order of which no money came is held; 0 for never."`
	CancelAfter int64           `json:"cancel_after_hours,omitempty" minimum:"0" maximum:"2160" doc:"Hours after that, when it is canceled."`
	Would       *PolicyForeseen `json:"would,omitempty" readOnly:"true" doc:"With dry_run: what it would do now."`
}

// PolicyForeseen is what a policy would do now.
type PolicyForeseen struct {
	Looked  int  `json:"looked" doc:"At so many orders."`
	Capture int  `json:"capture" doc:"Orders of which it would capture."`
	Hold    int  `json:"hold"`
	Cancel  int  `json:"cancel"`
	Lift    int  `json:"lift"`
	More    bool `json:"more" doc:"There are more than were looked at."`
}

func renderPaymentPolicy(p payment.Policy) PaymentPolicy {
	return PaymentPolicy{Channel: p.Channel, Capture: p.Capture, HoldAfter: p.HoldAfter, CancelAfter: p.CancelAfter}
}

func (a *api) listPaymentPolicies(c *call, _ *none, _ *none) (Page[PaymentPolicy], error) {
	var all []PaymentPolicy
	err := c.read(func(r *store.Reader) error {
		found, err := kept.Policies(r)
		all = append(all, renderPaymentPolicy(payment.PolicyOf(found, "")))
		for _, channel := range slices.Sorted(maps.Keys(found)) {
			if channel != "" {
				all = append(all, renderPaymentPolicy(found[channel]))
			}
		}
		return err
	})
	return pageUntil(all, func(p PaymentPolicy) PaymentPolicy { return p }, ""), err
}

func (a *api) savePaymentPolicy(c *call, p *DryRun, in *PaymentPolicy) (PaymentPolicy, error) {
	would := payment.Policy{Channel: in.Channel, Capture: in.Capture, HoldAfter: in.HoldAfter, CancelAfter: in.CancelAfter}
	out := renderPaymentPolicy(would)
	if p.Dry {
		c.status = http.StatusOK
		var l fault.List
		if would.Check(&l); l.Len() > 0 {
			return out, l.Err()
		}
		n, err := collecting.Foresee(c.ctx, a.desk, c.scope, would)
		out.Would = &PolicyForeseen{Looked: n.Looked, Capture: n.Capture, Hold: n.Hold, Cancel: n.Cancel, Lift: n.Lift, More: n.More}
		return out, err
	}
	_, err := one(c, pay.SavePolicy, pay.PolicyCommand{Policy: would})
	c.status = http.StatusOK
	return out, err
}
