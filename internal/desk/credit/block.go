package credit

import (
	"encoding/json"
	"strings"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/credit"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
)

// BlockCommand stops an account from being spent, or lets it be spent again.
type BlockCommand struct {
	Credit  credit.ID
	Blocked bool
	Reason  string
}

// Block stops spending. What comes back to a blocked card stands on it.
var Block = step.Act[BlockCommand]{
	Name: "credits.block", Permission: access.OrdersWrite,
	Check: func(c *BlockCommand) error {
		var l fault.List
		if c.Reason = strings.TrimSpace(c.Reason); c.Blocked && c.Reason == "" || utf8.RuneCountInString(c.Reason) > credit.MaxReason {
			l.Add("/reason", "missing", "say why, in at most %d characters", credit.MaxReason)
		}
		return l.Err()
	},
	Load: func(b *step.Batch, asked []desk.Asked[BlockCommand]) error {
		ids := make([]credit.ID, len(asked))
		for i := range asked {
			ids[i] = asked[i].Command.Credit
		}
		return b.LoadCredits(ids)
	},
	Decide: func(b *step.Batch, a desk.Asked[BlockCommand]) (desk.Result, error) {
		c := a.Command
		x := b.Credit(c.Credit)
		if x == nil {
			return desk.Result{}, NoSuchCredit(c.Credit.String())
		}
		r := desk.Result{Kind: journal.Credit, ID: int64(x.ID), Status: "unchanged", Value: x}
		if (x.BlockedAt != 0) != c.Blocked {
			typ := journal.CreditUnblocked
			x.BlockedAt = 0
			if c.Blocked {
				x.BlockedAt, typ = b.At, journal.CreditBlocked
			}
			r.Status = "done"
			if err := b.TellCredit(a.Scope, x, typ, map[string]any{"reason": c.Reason}); err != nil {
				return desk.Result{}, err
			}
		}
		r.Seq = x.Version
		return r, nil
	},
}.Operation()

// NoSuchCredit is the fault of an account that is not there.
func NoSuchCredit(text string) error {
	return fault.New(fault.NotFound, "no_such_credit", "there is no gift card or store credit %.40q", text)
}

// Marked reports whether an item's own fields say that it is a gift card.
func Marked(custom []byte) bool {
	var fields map[string]any
	if len(custom) == 0 || json.Unmarshal(custom, &fields) != nil {
		return false
	}
	switch v := fields[Mark].(type) {
	case bool:
		return v
	case string:
		return v == "true" || v == "yes"
	}
	return false
}
