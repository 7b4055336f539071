package partner

import (
	"encoding/json"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/partners"
)

// TrialCommand asks a partner for nothing, by way of trial. Titles follow from the
// SKUs.
type TrialCommand struct {
	Location stock.LocationID
	Lines    []partner.TrialLine
}

// StartTrial submits a trial order. It may be done as often as one likes, a few at
// once.
var StartTrial = step.Act[TrialCommand]{
	Name: "trials.start", Permission: access.PurchasesWrite,
	Load: func(b *step.Batch, asked []desk.Asked[TrialCommand]) error {
		var skus []string
		for i := range asked {
			for _, l := range asked[i].Command.Lines {
				skus = append(skus, l.SKU)
			}
		}
		return b.LoadItems(skus)
	},
	Decide: func(b *step.Batch, a desk.Asked[TrialCommand]) (desk.Result, error) {
		c := a.Command
		if b.PartnerAt(c.Location) == nil || !a.Scope.Sees(int64(c.Location)) {
			return desk.Result{}, fault.New(fault.NotFound, "no_such_partner", "there is no supplier or 3PL at %s", c.Location)
		}
		var l fault.List
		lines := make([]partner.TrialLine, len(c.Lines))
		for i, x := range c.Lines {
			item := b.Item(x.SKU)
			if item == nil {
				l.Add(fmt.Sprintf("/lines/%d/sku", i), "no_such_item", "no item has the SKU %.80q", x.SKU)
				continue
			}
			lines[i] = partner.TrialLine{SKU: item.SKU, Title: item.Name, Quantity: x.Quantity}
		}
		if err := l.Err(); err != nil {
			return desk.Result{}, err
		}
		list, err := partners.Trials(b.R, c.Location, partner.MaxOpenTrials)
		if err != nil {
			return desk.Result{}, err
		}
		open := 0
		for i := range list {
			if list[i].Open() {
				open++
			}
		}
		if open >= partner.MaxOpenTrials {
			return desk.Result{}, fault.New(fault.Conflict, "too_many", "%d trial orders wait for this partner already", open)
		}
		t, err := partner.NewTrial(c.Location, lines, b.At)
		if err != nil {
			return desk.Result{}, err
		}
		last, err := partners.LastTrial(b.R)
		if err != nil {
			return desk.Result{}, err
		}
		t.ID, t.Number = partner.TrialID(b.NewID()), last+1
		return tried(&t, "created"), keepTrial(b, a.Scope, &t)
	},
}.Operation()

// TrialAnswerCommand is an answer to a trial order.
type TrialAnswerCommand struct {
	Trial partner.TrialID
	partner.TrialAnswer
}

// AnswerTrial is what a partner says of a trial order, as of any request. It has
// passed when the partner itself said that it was sent, under a tracking number;
// who of us speaks for it tries nothing.
var AnswerTrial = step.Act[TrialAnswerCommand]{
	Name: "trials.answer", Permission: access.RequestsWork,
	Load: func(*step.Batch, []desk.Asked[TrialAnswerCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[TrialAnswerCommand]) (desk.Result, error) {
		c := a.Command
		was, err := partners.Trial(b.R, c.Trial)
		if err == nil && (was == nil || !a.Scope.Sees(int64(was.Location))) {
			err = fault.New(fault.NotFound, "no_such_request", "there is no trial order %s", c.Trial)
		}
		if err != nil {
			return desk.Result{}, err
		}
		if c.Act == "withdraw" {
			if err := a.Scope.Require(access.PurchasesWrite); err != nil {
				return desk.Result{}, err
			}
		}
		c.Theirs = !a.Scope.May(access.FulfillmentRead)
		t, changed, err := was.Answer(c.TrialAnswer, b.At)
		if err != nil || !changed {
			return tried(was, "unchanged"), err
		}
		if c.Act != "withdraw" {
			t.AnsweredBy = a.Scope.Actor.String()
		}
		if terms := b.PartnerAt(t.Location); t.Passed() && terms != nil && terms.PassedAt == 0 {
			x := *terms
			x.PassedAt, x.UpdatedAt = b.At, b.At
			b.SaveTerms(&x)
			if terms.Waits() { // it may be asked from now on
				if err := b.Frees(0); err != nil {
					return desk.Result{}, err
				}
			}
		}
		return tried(&t, "done"), keepTrial(b, a.Scope, &t)
	},
}.Operation()

func tried(t *partner.Trial, status string) desk.Result {
	return desk.Result{Kind: journal.Trial, ID: int64(t.ID), Seq: t.Version, Status: status, Value: t}
}

func keepTrial(b *step.Batch, by access.Scope, t *partner.Trial) error {
	t.Version++
	data, err := json.Marshal(map[string]any{"trial": true, "number": t.Number, "location": t.Location.String(), "step": t.Step, "passed": t.Passed()})
	if err != nil {
		return err
	}
	typ := map[string]string{partner.TrialSubmitted: journal.TrialSubmitted, partner.TrialAccepted: journal.TrialAccepted, partner.TrialRejected: journal.TrialRejected, partner.TrialShipped: journal.TrialShipped, partner.TrialWithdrawn: journal.TrialWithdrawn}[t.Step]
	b.Tell(by, journal.Trial, int64(t.ID), t.Version, typ, data)
	return b.Keep(func(tx *store.Tx) error { return partners.SaveTrial(tx, t) })
}
