package care

import (
	"encoding/json"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/store/troubles"
	"orderly/internal/trouble"
)

// ReportCommand is what a customer says is wrong with an order.
type ReportCommand struct {
	Order  order.ID
	Reason string // one of trouble.Reasons
	Text   string // the customer's own words: kept in the trouble's row alone
}

// Report has a person look after what a customer says. The journal tells the
// order and the reason, never the words. The same report once more, while the
// first is open, changes nothing.
var Report = step.Act[ReportCommand]{
	Name: "tracking.report", Permission: access.Track,
	Check: func(c *ReportCommand) error {
		var l fault.List
		c.Text = strings.TrimSpace(c.Text)
		trouble.CheckReport(c.Reason, c.Text, &l)
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[ReportCommand]) error {
		ids := make([]order.ID, len(asked))
		raw := make([]int64, len(asked))
		for i := range asked {
			ids[i], raw[i] = asked[i].Command.Order, int64(asked[i].Command.Order)
		}
		if err := b.LoadOrders(ids); err != nil {
			return err
		}
		known, err := troubles.OfOrders(b.R, raw)
		b.KnowTroubles(known)
		return err
	},
	Decide: decideReport,
}.Operation()

func decideReport(b *step.Batch, a desk.Asked[ReportCommand]) (desk.Result, error) {
	c := a.Command
	o, err := tracked(b, a.Scope, c.Order)
	if err != nil {
		return desk.Result{}, err
	}
	open := 0
	for _, t := range b.TroublesOf(int64(o.ID)) {
		if t.SettledAt != 0 || t.Reason == "" {
			continue
		}
		if open++; t.Reason == c.Reason && t.Text == c.Text {
			return desk.Result{Kind: journal.Trouble, ID: int64(t.ID), Status: "unchanged"}, nil
		}
	}
	if open >= trouble.MaxOpen {
		return desk.Result{}, fault.New(fault.Conflict, "too_many_reports", "%d reports of this order are open already; somebody will look after them", open)
	}
	t := trouble.Trouble{Kind: trouble.KindOf(c.Reason), Order: int64(o.ID), Reason: c.Reason, Text: c.Text}
	t.ID = b.AddTrouble(a.Scope, t)
	data, err := json.Marshal(map[string]string{"order": o.ID.String(), "kind": t.Kind, "reason": t.Reason})
	if err != nil {
		return desk.Result{}, err
	}
	b.Tell(a.Scope, journal.Trouble, int64(t.ID), 1, journal.TroubleReported, data)
	return desk.Result{Kind: journal.Trouble, ID: int64(t.ID), Seq: 1, Status: "created"}, nil
}
