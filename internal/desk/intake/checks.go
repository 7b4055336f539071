package intake

import (
	"slices"

	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/store/checks"
	"orderly/internal/verification"
)

// loadChecks reads what the rules compare new orders with. Without rules it
// reads nothing.
func loadChecks(b *step.Batch, asked []desk.Asked[PlaceCommand]) error {
	rules := b.Catalog.Rules
	if !rules.On() {
		return nil
	}
	var keys []int64
	var who []party.ID
	var emails []string
	for i := range asked {
		r := &asked[i].Command.Request
		keys = append(keys, verification.Keys(int64(r.CustomerID), &r.Parties)...)
		who, emails = append(who, r.CustomerID), append(emails, r.Parties.Customer.Email)
	}
	if rules.Remembers() {
		slices.Sort(keys)
		since := b.At - max(rules.DuplicateHours, rules.VelocityHours)*3600_000_000
		if err := b.LoadTraits(slices.Compact(keys), since); err != nil {
			return err
		}
	}
	if !rules.Blocked {
		return nil
	}
	return b.LoadBlocks(who, emails)
}

// check has the rules look at a new order, remembers it for those that come
// after it, and gives the holds for what they found.
func check(b *step.Batch, o *order.Order, c PlaceCommand) []order.Hold {
	rules := b.Catalog.Rules
	if !rules.On() || c.trusted || c.only != 0 {
		return nil
	}
	keys := verification.Keys(o.Customer, &o.Party)
	f := facts(b, o)
	for _, p := range c.Request.Payments {
		f.Said = append(f.Said, payment.Channeled{Means: p.Means, Instalments: p.Instalments, Amount: p.Amount})
	}
	if rules.Remembers() {
		f.Before = b.Before(keys)
		lines := verification.Lines(o)
		for _, k := range keys {
			b.AddTrait(checks.Trait{Order: o.ID, Trait: k, At: b.At, Digest: lines}, o.Number)
		}
	}
	var out []order.Hold
	for _, x := range rules.Find(f) {
		out = append(out, order.Hold{Reason: verification.Reason(x.Rule), Note: x.Text})
	}
	return out
}

func facts(b *step.Batch, o *order.Order) verification.Facts {
	return verification.Facts{Order: o, Now: b.At, Currency: b.Catalog.Merchant.Currency, Blocked: b.Blocked(party.ID(o.Customer), o.Party.Customer.Email)}
}

// compared are rules whose finding no change of the order takes away.
var compared = []string{verification.Duplicate, verification.Velocity}

// passed are the open holds of rules that find nothing any more, as the order
// is now.
func passed(b *step.Batch, o *order.Order) []int64 {
	found := map[string]bool{}
	for _, x := range b.Catalog.Rules.Find(facts(b, o)) {
		found[x.Rule] = true
	}
	var out []int64
	for _, h := range o.Holds {
		rule := verification.RuleOf(h.Reason)
		if h.LiftedAt == 0 && rule != "" && !found[rule] && !slices.Contains(compared, rule) {
			out = append(out, h.ID)
		}
	}
	return out
}
