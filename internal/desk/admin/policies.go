package admin

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/returns"
	"orderly/internal/store/returned"
)

// ReturnPolicyCommand sets which returns are taken, of one channel or of all
// that have no policy of their own.
type ReturnPolicyCommand struct {
	Policy  returns.Policy
	Version *int64
}

// SaveReturnPolicy keeps a policy of returns. The result's Value is it.
var SaveReturnPolicy = act("returns.policy", access.SettingsWrite, func(c *ReturnPolicyCommand) error {
	var l fault.List
	c.Policy.Check(&l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[ReturnPolicyCommand]) (desk.Result, error) {
	p := a.Command.Policy
	all, err := returned.Policies(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	version := int64(0)
	if old := all[p.Channel]; old != nil {
		version = old.EditVersion
	}
	if v := a.Command.Version; v != nil && *v != version {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed this policy meanwhile; look at it again")
	}
	p.UpdatedAt, p.EditVersion = t.At, version+1
	if err := returned.SavePolicy(t.Tx, &p); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.PolicySaved, map[string]any{"channel": p.Channel, "days": p.Days, "payer": p.Payer, "auto_approve": p.Auto, "store_credit": p.Credit, "bonus": p.Bonus})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: p}, err
})
