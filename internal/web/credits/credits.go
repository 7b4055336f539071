// Package credits is the room of gift cards and store credit: who has what,
// their statements, giving some out, and stopping a card.
//
// What belongs here: looking at them, issuing and blocking. What does not:
// paying an order with one and giving money back (orders).
package credits

import (
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/credit"
	"orderly/internal/desk/admin"
	giving "orderly/internal/desk/credit"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/credits"
	"orderly/internal/store/customers"
	"orderly/internal/store/merchants"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// pageSize is how many rows a page shows.
const pageSize = 50

// Routes of the room.
func Routes() []shell.Route {
	read, write := access.OrdersRead, giving.Issue.Permission
	return []shell.Route{
		{Method: "GET", Path: "/credits", Needs: read, Do: list},
		{Method: "POST", Path: "/credits/find", Needs: read, Do: find},
		{Method: "GET", Path: "/credits/new", Needs: write, Do: begin},
		{Method: "POST", Path: "/credits/new", Needs: write, Do: issue},
		{Method: "POST", Path: "/credits/limit", Needs: admin.SaveCreditLimit.Permission, Do: limit},
		{Method: "GET", Path: "/credits/{id}", Needs: read, Do: show},
		{Method: "POST", Path: "/credits/{id}/block", Needs: write, Do: block},
	}
}

// listing is a page of the list.
type listing struct {
	Kind     credit.Kind
	Rows     []*credit.Account
	Who      map[int64]*party.Customer
	Next     string
	Missing  bool // nobody has the code that was looked for
	Currency string
	Most     string // that may be issued at once
	Fault    string
}

func list(v *shell.Visit) error { return listAgain(v, listing{}) }

func listAgain(v *shell.Visit, l listing) error {
	l.Kind = credit.GiftCard
	if v.Query("kind") == string(credit.StoreCredit) {
		l.Kind = credit.StoreCredit
	}
	before := credit.ID(1<<63 - 1)
	if text := v.Query("before"); text != "" {
		id, err := credit.ParseID(text)
		if err != nil {
			return giving.NoSuchCredit(text)
		}
		before = id
	}
	err := v.Read(func(r *store.Reader) (err error) {
		if l.Rows, err = credits.Page(r, l.Kind, before, pageSize+1); err != nil {
			return err
		}
		if l.Who, err = who(v, r, l.Rows...); err != nil {
			return err
		}
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		of, err := money.ParseCurrency(m.Currency)
		if err != nil {
			return err
		}
		most, err := credits.Limit(r, m.Currency)
		l.Currency, l.Most = m.Currency, of.FormatAmount(most)
		return err
	})
	if err != nil {
		return err
	}
	if len(l.Rows) > pageSize {
		l.Rows = l.Rows[:pageSize]
		l.Next = "/credits?kind=" + string(l.Kind) + "&before=" + l.Rows[pageSize-1].ID.String()
	}
	if l.Missing || l.Fault != "" {
		return v.Again(v.T("credits.title"), listPage(v, l))
	}
	return v.Page(v.T("credits.title"), listPage(v, l))
}

// who are the customers of store credit.
func who(v *shell.Visit, r *store.Reader, list ...*credit.Account) (map[int64]*party.Customer, error) {
	out := map[int64]*party.Customer{}
	var ids []party.ID
	for _, a := range list {
		if a.Customer != 0 && v.May(access.CustomersRead) {
			ids = append(ids, party.ID(a.Customer))
		}
	}
	found, err := customers.ByID(r, ids)
	for _, c := range found {
		out[int64(c.ID)] = c
	}
	return out, err
}

// find goes to the card of a code. The code is in the form, not the address.
func find(v *shell.Visit) error {
	var found []*credit.Account
	err := v.Read(func(r *store.Reader) (err error) {
		found, err = credits.ByCode(r, []string{credit.Hash(v.Scope.Merchant, v.Form("code"))})
		return err
	})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return listAgain(v, listing{Missing: true})
	}
	return v.Go("/credits/" + found[0].ID.String())
}

// view is one account with its statement.
type view struct {
	*credit.Account
	Who   *party.Customer
	Moves []credit.Movement
	Next  string
	Code  string // shown once
	Fault string
}

func load(v *shell.Visit) (*view, error) {
	id, err := credit.ParseID(v.Path("id"))
	if err != nil {
		return nil, giving.NoSuchCredit(v.Path("id"))
	}
	return loadID(v, id)
}

func loadID(v *shell.Visit, id credit.ID) (*view, error) {
	x := &view{}
	before := int64(1<<63 - 1)
	if text := v.Query("before"); text != "" {
		n, err := strconv.ParseInt(text, 10, 64)
		if err != nil {
			return nil, giving.NoSuchCredit(text)
		}
		before = n
	}
	err := v.Read(func(r *store.Reader) error {
		found, err := credits.ByID(r, []credit.ID{id})
		if err == nil && len(found) == 0 {
			err = giving.NoSuchCredit(id.String())
		}
		if err != nil {
			return err
		}
		x.Account = found[0]
		people, err := who(v, r, x.Account)
		if err != nil {
			return err
		}
		x.Who = people[x.Customer]
		x.Moves, err = credits.Movements(r, id, before, pageSize+1)
		return err
	})
	if len(x.Moves) > pageSize {
		x.Moves = x.Moves[:pageSize]
		x.Next = "/credits/" + id.String() + "?before=" + strconv.FormatInt(x.Moves[pageSize-1].ID, 10)
	}
	return x, err
}

func show(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Page(x.title(v), creditPage(v, x))
}

func (x *view) title(v *shell.Visit) string {
	if x.Kind == credit.GiftCard {
		return v.T("credits.card", "hint", x.Hint)
	}
	if x.Who != nil {
		return v.T("credits.credit_of", "name", x.Who.Called())
	}
	return v.T("credits.kind.store_credit")
}

// source is what a movement comes from.
func source(v *shell.Visit, m *credit.Movement) string {
	text := v.T("credits.move." + m.Kind)
	if m.Reason != "" {
		text += " · " + m.Reason
	}
	return text
}

func now(v *shell.Visit) int64 { return v.Desk().DB.Now() }

func kindTone(l listing, k credit.Kind) ui.Tone {
	if l.Kind == k {
		return ui.Accent
	}
	return ui.Neutral
}

func tone(state string) ui.Tone {
	switch state {
	case credit.Active:
		return ui.Good
	case credit.Blocked, credit.Expired:
		return ui.Bad
	}
	return ui.Quiet
}

func block(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	_, err = shell.Do(v, giving.Block, giving.BlockCommand{Credit: x.ID, Blocked: x.BlockedAt == 0, Reason: v.Form("reason")})
	if err == nil {
		v.Toast(v.T("credits.saved"))
		return v.Go("/credits/" + x.ID.String())
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Fault = first(told)
	return v.Again(x.title(v), creditPage(v, x))
}

func first(told shell.Faults) string {
	var out []string
	for _, at := range told {
		out = append(out, at)
	}
	return strings.Join(out, " ")
}

func orderAddress(id int64) string { return "/orders/" + order.ID(id).String() }
