package returned

import (
	"maps"
	"slices"

	"orderly/internal/returns"
	"orderly/internal/store"
)

var savePolicy = store.Upsert("return_policy", 2, "m", "channel", "days", "reasons", "payer", "auto", "instructions", "credit", "bonus", "typed_most", "updated_at", "edit_version")

// Policies reads all that were set, by channel; the merchant's stands under "".
func Policies(r *store.Reader) (map[string]*returns.Policy, error) {
	out := map[string]*returns.Policy{}
	err := r.Each("SELECT channel, days, reasons, payer, auto, instructions, credit, bonus, typed_most, updated_at, edit_version FROM return_policy WHERE m = $1 ORDER BY channel", []any{r.M},
		func(scan func(...any) error) error {
			var p returns.Policy
			var reasons string
			var auto, credit int64
			err := scan(&p.Channel, &p.Days, &reasons, &p.Payer, &auto, &p.Instructions, &credit, &p.Bonus, &p.TypedMost, &p.UpdatedAt, &p.EditVersion)
			p.Reasons, p.Auto, p.Credit = store.UnpackWords(reasons), auto != 0, credit != 0
			out[p.Channel] = &p
			return err
		})
	return out, err
}

// For is the policy of a channel among those that were set.
func For(all map[string]*returns.Policy, channel string) *returns.Policy {
	if p := all[channel]; p != nil {
		return p
	}
	if p := all[""]; p != nil {
		return p
	}
	p := returns.Default
	return &p
}

// SavePolicy keeps a policy.
func SavePolicy(tx *store.Tx, p *returns.Policy) error {
	return savePolicy.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, p.Channel, p.Days, store.PackWords(p.Reasons), p.Payer, store.Bool(p.Auto), p.Instructions, store.Bool(p.Credit), p.Bonus, p.TypedMost, p.UpdatedAt, p.EditVersion)
	})
}

// Channels are those with a policy of their own, in order.
func Channels(all map[string]*returns.Policy) []string {
	out := slices.Sorted(maps.Keys(all))
	return slices.DeleteFunc(out, func(c string) bool { return c == "" })
}
