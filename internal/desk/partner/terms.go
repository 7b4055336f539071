package partner

import (
	"encoding/json"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/partner"
)

// TermsCommand says on which terms a partner is asked. EditVersion, unless nil,
// is the version that was seen.
type TermsCommand struct {
	Terms       partner.Terms
	EditVersion *int64
}

// SetTerms keeps the terms of the partner behind a location. They hold for what
// is asked, answered or chased from then on.
var SetTerms = step.Act[TermsCommand]{
	Name: "partners.set_terms", Permission: access.SettingsWrite,
	Check: func(c *TermsCommand) error {
		var l fault.List
		c.Terms.Check(&l)
		return l.Err()
	},
	Load: func(*step.Batch, []desk.Asked[TermsCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[TermsCommand]) (desk.Result, error) {
		t := a.Command.Terms
		was := b.PartnerAt(t.Location)
		switch l := b.Catalog.Location(t.Location); {
		case l == nil:
			return desk.Result{}, fault.New(fault.NotFound, "no_such_location", "there is no location %s", t.Location)
		case was == nil:
			return desk.Result{}, fault.New(fault.Conflict, "no_partner", "%s is a place of our own (%s); only suppliers and 3PLs are asked", l.Name, l.Kind)
		}
		if v := a.Command.EditVersion; v != nil && *v != was.EditVersion {
			return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "the terms were changed meanwhile; read them again")
		}
		t.PassedAt, t.StockAt, t.CompleteAt, t.EditVersion, t.UpdatedAt = was.PassedAt, was.StockAt, was.CompleteAt, was.EditVersion+1, b.At
		data, err := json.Marshal(struct {
			Location string `json:"location"`
		}{t.Location.String()})
		if err != nil {
			return desk.Result{}, err
		}
		b.SaveTerms(&t)
		if was.Waits() && !t.Waits() { // it may be asked from now on
			if err := b.Frees(0); err != nil {
				return desk.Result{}, err
			}
		}
		if _, err := b.TellMerchant(a.Scope, journal.PartnerSaved, data); err != nil {
			return desk.Result{}, err
		}
		return desk.Result{Kind: journal.Location, ID: int64(t.Location), Seq: t.EditVersion, Status: "done", Value: &t}, nil
	},
}.Operation()
