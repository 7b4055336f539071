package requests

import (
	"strconv"

	"orderly/internal/desk/partner"
	"orderly/internal/fault"
	terms "orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/partners"
	"orderly/internal/web/onboarding"
	"orderly/internal/web/shell"
)

// trial is the page of a trial order.
type trial struct {
	*terms.Trial
	Faults shell.Faults
}

func (x *trial) path() string { return "/trials/" + x.ID.String() }

func (x *trial) title(v *shell.Visit) string {
	return v.T("requests.trial_of", "n", strconv.FormatInt(x.Number, 10))
}

// startTrial sends a trial order from the page of a partner's terms.
func startTrial(v *shell.Visit) error {
	at, err := stock.ParseLocationID(v.Form("at"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL here")
	}
	return onboarding.Start(v, at, func(faults shell.Faults) error {
		a, err := readTerms(v, at.String())
		if err != nil {
			return err
		}
		if a.Ready == nil || !v.May(settle) {
			return fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL here")
		}
		a.Ready.Faults, a.Form = faults, formOf(&a.Terms)
		return v.Again(v.T("requests.terms"), termsPage(v, a))
	})
}

func loadTrial(v *shell.Visit) (*trial, error) {
	none := fault.New(fault.NotFound, "no_such_request", "there is no such trial order")
	id, err := terms.ParseTrialID(v.Path("id"))
	if err != nil {
		return nil, none
	}
	x := &trial{}
	err = v.Read(func(r *store.Reader) (err error) {
		if x.Trial, err = partners.Trial(r, id); err == nil && (x.Trial == nil || !r.Scope.Sees(int64(x.Location))) {
			err = none
		}
		return err
	})
	return x, err
}

func showTrial(v *shell.Visit) error {
	x, err := loadTrial(v)
	if err != nil {
		return err
	}
	return v.Page(x.title(v), trialPage(v, x))
}

func answerTrial(v *shell.Visit) error {
	x, err := loadTrial(v)
	if err != nil {
		return err
	}
	_, err = shell.Do(v, partner.AnswerTrial, partner.TrialAnswerCommand{Trial: x.ID, TrialAnswer: terms.TrialAnswer{
		Act: v.Form("act"), Reference: v.Form("reference"), Reason: v.Form("reason"), Carrier: v.Form("carrier"), Tracking: v.Form("tracking"),
	}})
	if err == nil {
		v.Toast(v.T("requests.said_answered"))
		return v.Go(x.path())
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Faults = faults
	return v.Again(x.title(v), trialPage(v, x))
}
