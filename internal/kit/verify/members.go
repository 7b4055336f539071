package verify

import (
	"encoding/json"
	"slices"

	"orderly/internal/account"
	"orderly/internal/desk/admin"
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/merchants"
	"orderly/internal/store/users"
)

// members: whoever works for a merchant signs in at the first one, and nowhere else.
func (x *run) members() error {
	for _, pass := range []func() error{x.membersOf, x.memberships, x.workplaces} {
		if err := pass(); err != nil {
			return err
		}
	}
	return nil
}

// membersOf: a member has a login that is there, notes where to look and has the same
// address, and nothing else lets them in; who may not sign in has no session.
func (x *run) membersOf() error {
	return x.walk(audit.PeoplePages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.PeopleIn(r, in)
		if err != nil {
			return err
		}
		x.count(int64(len(list)), "A3")
		x.progress(int64(len(list)), 0)
		var ids []users.ID
		for i := range list {
			if list[i].Login != 0 {
				ids = append(ids, list[i].Login)
			}
		}
		here := r.M
		r.M = admin.Main
		logins, err := audit.Logins(r, ids, here)
		r.M = here
		for i := range list {
			x.person(&list[i], logins)
		}
		return err
	})
}

func (x *run) person(p *audit.Person, logins map[users.ID]audit.Login) {
	tell := func(format string, args ...any) { x.tell("A3", p.ID.String(), format, args...) }
	if p.Living > 0 && p.Status != string(account.Active) {
		tell("user %s is %s and has %d sessions that did not end", p.ID, p.Status, p.Living)
	}
	if p.Login == 0 {
		return
	}
	login, there := logins[p.Login]
	switch {
	case x.scope.Merchant == admin.Main:
		tell("user %s is of the first merchant and signs in as somebody else, %s", p.ID, p.Login)
	case !there:
		tell("member %s signs in by login %s, which is not there", p.ID, p.Login)
	case !login.Noted:
		tell("member %s signs in by login %s, which does not note that it works here", p.ID, p.Login)
	case login.Email != p.Email:
		tell("member %s has another address than login %s", p.ID, p.Login)
	}
	if p.Proofs+p.Sessions > 0 {
		tell("member %s has %d passwords, apps and passkeys of their own here, and %d sessions", p.ID, p.Proofs, p.Sessions)
	}
}

// memberships: where to look for a login is a merchant that is there, or that one
// was about to make when the process stopped.
func (x *run) memberships() error {
	return x.walk(audit.MembershipPages, func(r *store.Reader, in audit.Range) error {
		list, err := audit.MembershipsIn(r, in)
		if err != nil || len(list) == 0 {
			return err
		}
		x.count(int64(len(list)), "A3")
		there, err := merchants.All(x.ctx, x.db)
		if err != nil {
			return err
		}
		told, err := audit.DataOf(r, admin.Main, journal.MerchantAdded)
		for _, data := range told {
			var begun struct {
				Merchant int64 `json:"merchant"`
			}
			if err := json.Unmarshal([]byte(data), &begun); err != nil {
				return err
			}
			there = append(there, begun.Merchant)
		}
		for _, b := range list {
			switch {
			case x.scope.Merchant != admin.Main:
				x.tell("A3", b.Login.String(), "user %s is of merchant %d and is looked for at merchant %d; people sign in at the first one", b.Login, x.scope.Merchant, b.Merchant)
			case b.Merchant == admin.Main || !slices.Contains(there, b.Merchant):
				x.tell("A3", b.Login.String(), "login %s is looked for at merchant %d, which is not there, or its own", b.Login, b.Merchant)
			}
		}
		return err
	})
}

// workplaces: a session works at its own merchant, or where its login was let in.
func (x *run) workplaces() error {
	return x.walk(audit.SessionPages, func(r *store.Reader, in audit.Range) error {
		n, list, err := audit.ElsewhereIn(r, in)
		x.count(n, "A3")
		for _, s := range list {
			x.tell("A3", s.ID.String(), "session %s of user %s works at merchant %d, which did not let them in", s.ID, s.Login, s.At)
		}
		return err
	})
}
