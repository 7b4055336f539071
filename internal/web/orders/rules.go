package orders

import (
	"strings"

	"orderly/internal/access"
	"orderly/internal/rule"
	"orderly/internal/store"
	"orderly/internal/store/rules"
)

// rulesCalled reads what rules are called, where one has done anything.
func (x *view) rulesCalled(r *store.Reader, actors map[string]bool) error {
	some := len(x.Runs) > 0
	for actor := range actors {
		some = some || strings.HasPrefix(actor, rule.ActorKind+":")
	}
	if !some {
		return nil
	}
	all, err := rules.All(r)
	for _, f := range all {
		x.names[access.Actor{Kind: rule.ActorKind, ID: f.ID.String()}.String()] = f.Name
	}
	return err
}
