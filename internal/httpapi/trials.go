package httpapi

import (
	"net/http"

	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	terms "orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/partners"
	"orderly/internal/store/suppliers"
)

const (
	trialText      = "It stands among the partner's requests, with `trial`, and is answered there, by the portal or at the same addresses as any: accept, reject, send with a tracking number. No unit and no money moves and it is in no figure. It may be repeated; it has passed when the partner itself sent it."
	onboardingText = "What a partner needs before work with it goes well, from what the books know: each with whether it is done."
)

// Onboarding is what a partner still needs.
type Onboarding struct {
	Ready  bool              `json:"ready" doc:"All of it is done."`
	Checks []OnboardingCheck `json:"checks"`
}

// OnboardingCheck is one thing that it needs.
type OnboardingCheck struct {
	Key  string `json:"key" enum:"address,contact,currency,lead_time,terms,offers,location,agreed,way,stock,trial" doc:"way: somebody accepted the invitation to the portal, a key answered a trial order, or a file was exchanged by EDI."`
	Done bool   `json:"done"`
	How  string `json:"how,omitempty" enum:"portal,api,edi"`
}

// NewTrial is a trial order.
type NewTrial struct {
	Lines []NewTrialLine `json:"lines" minItems:"1" maxItems:"20"`
}

// NewTrialLine is an item of it.
type NewTrialLine struct {
	SKU      string `json:"sku" maxLength:"80"`
	Quantity int64  `json:"quantity" minimum:"1"`
}

type partnerPlace struct {
	ID string `path:"id" doc:"The location's id, or its code as code:ACME."`
}

func (a *api) getOnboarding(c *call, p *partnerPlace, _ *none) (Onboarding, error) {
	l, err := c.locationRow(p.ID)
	if err != nil {
		return Onboarding{}, err
	}
	if !terms.Asks(l.Kind) || !c.scope.Sees(int64(l.ID)) {
		return Onboarding{}, fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL at %s", l.Code)
	}
	out := Onboarding{Ready: true, Checks: []OnboardingCheck{}}
	err = c.read(func(r *store.Reader) error {
		of, err := suppliers.AtLocations(r, []stock.LocationID{l.ID})
		if err != nil {
			return err
		}
		k, err := partner.KnownOf(r, of[l.ID], l.ID, a.desk.DB.Now())
		for _, x := range terms.Checks(k) {
			out.Checks = append(out.Checks, OnboardingCheck(x))
			out.Ready = out.Ready && x.Done
		}
		return err
	})
	return out, err
}

func (a *api) startTrial(c *call, p *partnerPlace, in *NewTrial) (PartnerRequest, error) {
	l, err := c.locationRow(p.ID)
	if err != nil {
		return PartnerRequest{}, err
	}
	cmd := partner.TrialCommand{Location: l.ID}
	for _, x := range in.Lines {
		cmd.Lines = append(cmd.Lines, terms.TrialLine{SKU: x.SKU, Quantity: x.Quantity})
	}
	r, err := one(c, partner.StartTrial, cmd)
	if err != nil {
		return PartnerRequest{}, err
	}
	out, err := c.trialNow(terms.TrialID(r.ID))
	if err == nil {
		c.created("/v1/requests/" + out.ID)
	}
	return out, err
}

// renderTrial shows a trial order as the request that it pretends to be.
func (c *call) renderTrial(t *terms.Trial) PartnerRequest {
	status := map[string]string{terms.TrialSubmitted: "submitted", terms.TrialAccepted: "accepted", terms.TrialRejected: "rejected"}[t.Step]
	if status == "" {
		status = "closed"
	}
	out := PartnerRequest{ID: t.ID.String(), Number: t.Number, Location: t.Location.String(), LocationCode: c.code(t.Location), Status: status, SubmittedAt: instant(t.SubmittedAt), AnsweredAt: instant(t.AnsweredAt),
		Reference: t.Reference, Reason: t.Reason, Lines: []PartnerRequestLine{}, Actions: t.Actions(), Trial: true}
	for i, l := range t.Lines {
		y := PartnerRequestLine{Line: i + 1, SKU: l.SKU, Title: l.Title, Quantity: l.Quantity, Open: l.Quantity}
		switch t.Step {
		case terms.TrialShipped:
			y.Sent, y.Open = l.Quantity, 0
		case terms.TrialRejected, terms.TrialWithdrawn:
			y.Open = 0
		}
		out.Lines = append(out.Lines, y)
	}
	return out
}

func (c *call) trialNow(id terms.TrialID) (PartnerRequest, error) {
	var t *terms.Trial
	err := c.read(func(r *store.Reader) (err error) {
		if t, err = partners.Trial(r, id); err == nil && (t == nil || !c.scope.Sees(int64(t.Location))) {
			err = fault.New(fault.NotFound, "no_such_request", "there is no trial order %s", id)
		}
		return err
	})
	if err != nil {
		return PartnerRequest{}, err
	}
	return c.renderTrial(t), nil
}

func (c *call) answerTrial(dry bool, id terms.TrialID, x terms.TrialAnswer) (PartnerRequest, error) {
	cmd := partner.TrialAnswerCommand{Trial: id, TrialAnswer: x}
	if !dry {
		if _, err := one(c, partner.AnswerTrial, cmd); err != nil {
			return PartnerRequest{}, err
		}
		return c.trialNow(id)
	}
	c.status = http.StatusOK
	r, err := preview(c, partner.AnswerTrial, cmd)
	if err != nil {
		return PartnerRequest{}, err
	}
	out := c.renderTrial(r.Value.(*terms.Trial))
	out.DryRun = true
	return out, nil
}

func (a *api) withdrawTrial(c *call, p *requestParams, _ *none) (PartnerRequest, error) {
	id, err := terms.ParseTrialID(p.ID)
	if err != nil {
		return PartnerRequest{}, fault.New(fault.NotFound, "no_such_request", "there is no trial order %.40q; a request is withdrawn by recalling its fulfillment", p.ID)
	}
	return c.answerTrial(p.Dry, id, terms.TrialAnswer{Act: "withdraw"})
}

// trialsIn are the open trial orders that stand in a list of requests: on its first
// page alone, there are few.
func (c *call) trialsIn(at stock.LocationID, status string, first bool) (out []PartnerRequest, err error) {
	if !first || !c.scope.Sees(int64(at)) || status != terms.TrialSubmitted && status != terms.TrialAccepted && status != "" {
		return nil, nil
	}
	var list []terms.Trial
	err = c.read(func(r *store.Reader) (err error) {
		list, err = partners.Trials(r, at, 2*terms.MaxOpenTrials)
		return err
	})
	for i := range list {
		if list[i].Step == status || status == "" && list[i].Step == terms.TrialSubmitted {
			out = append(out, c.renderTrial(&list[i]))
		}
	}
	return out, err
}
