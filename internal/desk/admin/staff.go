package admin

import (
	"context"
	"errors"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/store/users"
)

// Member is one of the staff of a made-up shop.
type Member struct {
	Email string
	Name  string
	Roles []access.Role
}

// staffCommand makes a user who can sign in at once.
type staffCommand struct {
	Member
	Hash string
}

var staffOperation = act("users.add", access.UsersWrite, func(c *staffCommand) error {
	c.Email = account.Email(c.Email)
	var l fault.List
	account.CheckEmail("/email", c.Email, &l)
	account.CheckName("/name", c.Name, &l)
	c.Roles = checkRoles(c.Roles, &l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[staffCommand]) (desk.Result, error) {
	c := a.Command
	if err := mayGive(t, a.Scope, c.Roles, nil); err != nil {
		return desk.Result{}, err
	}
	if old, err := users.ByEmail(&t.Reader, c.Email); err == nil {
		return desk.Result{}, taken(&old)
	} else if !errors.Is(err, users.ErrUnknown) {
		return desk.Result{}, err
	}
	u := users.User{ID: users.ID(t.IDs().Next()), Email: c.Email, Name: c.Name, Status: account.Active, Roles: c.Roles, CreatedAt: t.At, UpdatedAt: t.At}
	if err := errors.Join(users.Save(t.Tx, u), users.SaveSecret(t.Tx, users.Secret{User: u.ID, Password: c.Hash, PasswordAt: t.At})); err != nil {
		return desk.Result{}, err
	}
	return toldUser(t, a.Scope, u, "created", journal.UserJoined, reach(&u))
})

// AddStaff gives a made-up shop its people, all with one password. Real people
// choose their own, by Invite.
func AddStaff(ctx context.Context, d *desk.Desk, by access.Scope, password string, staff []Member) ([]users.User, error) {
	hash, err := hashPassword(ctx, d, password)
	if err != nil {
		return nil, err
	}
	cmds := make([]staffCommand, len(staff))
	for i, m := range staff {
		cmds[i] = staffCommand{m, hash}
	}
	got, err := desk.Do(ctx, d, staffOperation, by, cmds, desk.Options{})
	if err != nil {
		return nil, err
	}
	out := make([]users.User, len(got))
	for i, r := range got {
		if r.Err != nil {
			return nil, r.Err
		}
		out[i] = r.Value.(users.User)
	}
	return out, nil
}
