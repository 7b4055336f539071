package admin

import (
	"context"
	"fmt"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/members"
	"orderly/internal/store/merchants"
	"orderly/internal/store/users"
)

// MerchantCommand makes a merchant beside the first one.
type MerchantCommand struct {
	Name     string
	Zone     string
	Currency string
	next     int64
}

// planMerchant chooses the number of a new merchant under the first one's lock,
// and notes that who makes it works there.
var planMerchant = act("merchants.add", access.SettingsWrite, func(c *MerchantCommand) error {
	var l fault.List
	checkShopName("/name", c.Name, &l)
	checkZone("/zone", c.Zone, &l)
	if _, err := money.ParseCurrency(c.Currency); err != nil {
		l.Add("/currency", "unknown_currency", "choose a currency such as EUR or GBP")
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[MerchantCommand]) (desk.Result, error) {
	if t.M != Main {
		return desk.Result{}, fault.New(fault.Denied, "not_the_first", "merchants are made at the first merchant alone")
	}
	next := a.Command.next
	if a.Scope.Actor.Kind == access.User {
		u, err := actor(t, a.Scope)
		if err != nil {
			return desk.Result{}, err
		}
		list, err := members.Of(&t.Reader, u.ID)
		if err == nil && len(list) >= members.Max {
			err = fault.New(fault.Conflict, "too_many", "one login works for at most %d merchants", members.Max)
		}
		if len(list) > 0 {
			next = max(next, list[len(list)-1]+1)
		}
		if err == nil {
			err = members.Add(t.Tx, u.ID, next)
		}
		if err != nil {
			return desk.Result{}, err
		}
	}
	seq, err := tell(t, a.Scope, journal.Merchant, Main, journal.MerchantAdded, map[string]any{"merchant": next})
	t.OnCommit(func() { forgetSessions(t.Desk.DB) })
	return desk.Result{Kind: journal.Merchant, ID: next, Seq: seq, Status: "created"}, err
})

func checkShopName(at, name string, l *fault.List) {
	if name == "" || utf8.RuneCountInString(name) > maxShopName || !utf8.ValidString(name) || strings.ContainsFunc(name, unicode.IsControl) {
		l.Add(at, "invalid_name", "the shop's name has 1 to %d characters", maxShopName)
	}
}

// MakeMerchant makes a merchant and gives its number. Somebody who has signed in
// at the first merchant is its first admin; who makes one by a command invites
// somebody.
func MakeMerchant(ctx context.Context, d *desk.Desk, by access.Scope, c MerchantCommand, o desk.Options) (int64, error) {
	c.Name = strings.TrimSpace(c.Name)
	all, err := merchants.All(ctx, d.DB)
	if err != nil {
		return 0, err
	}
	if len(all) > 0 {
		c.next = all[len(all)-1] + 1
	}
	r, err := desk.One(ctx, d, planMerchant, by, c, o)
	if err != nil {
		return 0, err
	}
	var login users.User
	if by.Actor.Kind == access.User {
		id, err := users.ParseID(by.Actor.ID)
		if err == nil {
			err = d.DB.Read(ctx, by, func(r *store.Reader) (err error) {
				login, err = users.Get(r, id)
				return err
			})
		}
		if err != nil {
			return 0, err
		}
	}
	err = d.DB.Transact(ctx, func(tx *store.Tx) error { return found(tx, by, r.ID, &c, login) })
	if store.Duplicate(err) {
		err = madeMeanwhile()
	}
	return r.ID, err
}

func madeMeanwhile() error {
	return fault.New(fault.Conflict, "made_meanwhile", "another merchant was made at this very moment; try again")
}

// found writes a new merchant with its first admin. One that is there already is
// of this very command, done twice, when its maker works there.
func found(tx *store.Tx, by access.Scope, m int64, c *MerchantCommand, login users.User) error {
	tx.M = m
	made, err := merchants.Made(tx, merchants.Merchant{ID: m, Name: c.Name, Zone: c.Zone, Currency: c.Currency, CreatedAt: tx.At})
	if err != nil {
		return err
	}
	if !made {
		if u, err := users.ByLogin(&tx.Reader, login.ID); login.ID == 0 || err != nil || !u.Is(access.Admin) {
			return madeMeanwhile()
		}
		return nil
	}
	if err := tx.For(m); err != nil {
		return err
	}
	by.Merchant = m
	data := fmt.Appendf(nil, `{"zone":%q,"currency":%q}`, c.Zone, c.Currency)
	list := []journal.Entry{entries.New(tx, journal.Merchant, m, 1, journal.MerchantMade, by, data)}
	if login.ID != 0 {
		u := users.User{
			ID: users.ID(tx.IDs().Next()), Email: login.Email, Name: login.Name, Login: login.ID, Status: account.Active,
			Roles: []access.Role{access.Admin}, CreatedAt: tx.At, UpdatedAt: tx.At,
		}
		by.Actor.ID = u.ID.String()
		list[0].Actor = by.Actor
		list = append(list, entries.New(tx, journal.User, int64(u.ID), 1, journal.UserJoined, by, mustJSON(reach(&u))))
		if err := users.Save(tx, u); err != nil {
			return err
		}
	}
	return entries.Append(tx, list)
}
