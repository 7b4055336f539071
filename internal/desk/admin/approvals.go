package admin

import (
	"errors"
	"fmt"

	"orderly/internal/access"
	"orderly/internal/approval"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/approvals"
	"orderly/internal/store/users"
)

// ApprovalCommand sets when orders need approvals, and who gives them.
type ApprovalCommand struct {
	Policy  approval.Policy
	Version *int64 // that the caller saw
}

// SaveApprovals keeps the policy. When an order needs an approval is said by it
// for orders that are placed or changed from now on; who may give one, at once.
// The result's Value is the policy, as saved.
var SaveApprovals = act("approvals.save", access.SettingsWrite, func(c *ApprovalCommand) error {
	var l fault.List
	c.Policy.Check(&l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[ApprovalCommand]) (desk.Result, error) {
	old, err := approvals.Policy(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if v := a.Command.Version; v != nil && *v != old.Version {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed the approvals meanwhile; look at them again")
	}
	if err := deputies(&t.Reader, a.Command.Policy.Deputies); err != nil {
		return desk.Result{}, err
	}
	made := approvals.Saved{Policy: a.Command.Policy, Version: old.Version + 1, Since: t.Seq.Entry, At: t.At, By: a.Scope.Actor.String()}
	if err := approvals.SavePolicy(t.Tx, &made); err != nil {
		return desk.Result{}, err
	}
	t.Seq.Epoch++ // all processes remember it with the catalog
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.ApprovalsSaved, map[string]any{"version": made.Version})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: made}, err
})

// deputies lists those who are nobody, and those whose roles approve nothing.
func deputies(r *store.Reader, list []approval.Deputy) error {
	var l fault.List
	for i, d := range list {
		for name, text := range map[string]string{"for": d.For, "by": d.By} {
			at := fmt.Sprintf("/deputies/%d/%s", i, name)
			id, err := users.ParseID(text)
			if err != nil {
				l.Add(at, "unknown_user", "%.40q is no user", text)
				continue
			}
			u, err := users.Get(r, id)
			switch {
			case errors.Is(err, users.ErrUnknown):
				l.Add(at, "unknown_user", "there is no user %s", text)
			case err != nil:
				return err
			case !may(u.Roles, access.OrdersApprove):
				l.Add(at, "approves_nothing", "the roles of %s approve nothing", u.Name)
			}
		}
	}
	return l.Err()
}

func may(roles []access.Role, p access.Permission) bool {
	return access.Scope{Permissions: access.PermissionsOf(roles)}.May(p)
}
