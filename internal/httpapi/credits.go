package httpapi

import (
	"maps"
	"slices"

	"orderly/internal/access"
	"orderly/internal/credit"
	"orderly/internal/desk/admin"
	giving "orderly/internal/desk/credit"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/credits"
)

func (a *api) creditRoutes() {
	read, write := access.OrdersRead, giving.Issue.Permission
	add(a, route{method: "GET", path: "/v1/credits", id: "listCredits", summary: "List gift cards or store credit, newest first", needs: read}, a.listCredits)
	add(a, route{method: "POST", path: "/v1/credits", id: "issueCredit", summary: "Issue a gift card, or grant store credit", needs: write, answers: madeOrNot, text: issueCreditText}, a.issueCredit)
	add(a, route{method: "POST", path: "/v1/credits/find", id: "findCredit", summary: "Look a gift card up by its code", needs: read, text: findCreditText}, a.findCredit)
	add(a, route{method: "GET", path: "/v1/credits/{id}", id: "getCredit", summary: "Read a gift card or store credit", needs: read}, a.getCredit)
	add(a, route{method: "GET", path: "/v1/credits/{id}/movements", id: "listStatement", summary: "Read its statement, newest first", needs: read}, a.listStatement)
	add(a, route{method: "POST", path: "/v1/credits/{id}/block", id: "blockCredit", summary: "Stop it from being spent, or let it be spent again", needs: giving.Block.Permission}, a.blockCredit)
	add(a, route{method: "GET", path: "/v1/credit-limits", id: "listCreditLimits", summary: "List how much may be issued at once", needs: read}, a.listCreditLimits)
	add(a, route{method: "POST", path: "/v1/credit-limits", id: "saveCreditLimit", summary: "Set how much may be issued at once", needs: admin.SaveCreditLimit.Permission, text: creditLimitText}, a.saveCreditLimit)
}

const (
	issueCreditText = "A card's code is in the answer that makes it, and kept nowhere. By hand name currency, amount and reason; for a unit of a sold line name order and line. Store credit is the customer's, one in each currency: granting again adds to it."
	findCreditText  = "The code is in the body, so that it stands in no log of addresses."
	creditLimitText = "For those who may write orders and have no say in the settings; without a limit they issue nothing by hand."
)

type creditID struct {
	ID string `path:"id" example:"crd_0pmnqh2000400"`
}

type creditQuery struct {
	Paging
	Kind     string `query:"kind" enum:"gift_card,store_credit" default:"gift_card"`
	Customer string `query:"customer" maxLength:"40" doc:"Only this customer's store credit."`
}

type statementQuery struct {
	creditID
	Paging
}

func (c *call) credit(text string) (*credit.Account, error) {
	id, err := credit.ParseID(text)
	if err != nil {
		return nil, giving.NoSuchCredit(text)
	}
	var found []*credit.Account
	err = c.read(func(r *store.Reader) (err error) {
		found, err = credits.ByID(r, []credit.ID{id})
		return err
	})
	if err == nil && len(found) == 0 {
		err = giving.NoSuchCredit(text)
	}
	if err != nil {
		return nil, err
	}
	return found[0], nil
}

func (a *api) listCredits(c *call, p *creditQuery, _ *none) (Page[Credit], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[Credit]{}, err
	}
	var who int64
	if p.Customer != "" {
		found, err := c.customer(p.Customer)
		if err != nil {
			return Page[Credit]{}, err
		}
		who = int64(found.ID)
	}
	var list []*credit.Account
	err = c.read(func(r *store.Reader) (err error) {
		if who != 0 {
			list, err = credits.OfCustomers(r, []int64{who})
			return err
		}
		list, err = credits.Page(r, credit.Kind(p.Kind), credit.ID(before[0]), p.Limit+1)
		return err
	})
	return page(p.Limit, list, a.renderCredit, func(x *credit.Account) string { return number(int64(x.ID)) }), err
}

func (a *api) issueCredit(c *call, p *DryRun, in *NewCredit) (Credit, error) {
	code, err := giving.NewCode()
	if err != nil {
		return Credit{}, err
	}
	cmd, err := c.issueCommand(in)
	if err != nil {
		return Credit{}, err
	}
	if cmd.Kind == credit.GiftCard {
		cmd.Hash, cmd.Hint = credit.Hash(c.scope.Merchant, code), code[len(code)-4:]
	}
	if p.Dry {
		c.status = 200
		r, err := preview(c, giving.Issue, cmd)
		if err != nil {
			return Credit{}, err
		}
		out := a.renderCredit(r.Value.(*credit.Account))
		out.Hint, out.Dry = "", true
		return out, nil
	}
	r, err := one(c, giving.Issue, cmd)
	if err != nil {
		return Credit{}, err
	}
	made, err := c.credit(credit.ID(r.ID).String())
	if err != nil {
		return Credit{}, err
	}
	if r.Status != "created" {
		c.status = 200
	} else {
		c.created("/v1/credits/" + made.ID.String())
	}
	out := a.renderCredit(made)
	if made.Kind == credit.GiftCard && !c.replayed {
		out.Code = credit.Grouped(code)
	}
	return out, nil
}

func (c *call) issueCommand(in *NewCredit) (giving.IssueCommand, error) {
	cmd := giving.IssueCommand{Kind: credit.Kind(in.Kind), Currency: in.Currency, Reason: in.Reason, Line: in.Line, ExpiresAt: parseInstant("/expires_at", in.ExpiresAt, &c.faults)}
	var err error
	if in.Customer != "" {
		if cmd.Customer, err = party.ParseID(in.Customer); err != nil {
			c.faults.Add("/customer", "no_such_customer", "there is no customer %.40q", in.Customer)
		}
	}
	var of money.Currency
	if in.Order != "" {
		if cmd.Order, err = order.ParseID(in.Order); err != nil {
			c.faults.Add("/order", "no_such_order", "there is no order %.40q", in.Order)
			return cmd, nil
		}
		if of, err = c.currencyOf(cmd.Order); err != nil {
			return cmd, err
		}
	} else if of, err = money.ParseCurrency(in.Currency); err != nil {
		c.faults.AddError("/currency", err)
		return cmd, nil
	}
	cmd.Amount = amount(of, "/amount", in.Amount, &c.faults)
	return cmd, nil
}

func (a *api) findCredit(c *call, _ *none, in *CreditCode) (Credit, error) {
	var found []*credit.Account
	err := c.read(func(r *store.Reader) (err error) {
		found, err = credits.ByCode(r, []string{credit.Hash(c.scope.Merchant, in.Code)})
		return err
	})
	if err == nil && len(found) == 0 {
		err = giving.NoSuchCredit("of this code")
	}
	if err != nil {
		return Credit{}, err
	}
	return a.renderCredit(found[0]), nil
}

func (a *api) getCredit(c *call, p *creditID, _ *none) (Credit, error) {
	x, err := c.credit(p.ID)
	if err != nil {
		return Credit{}, err
	}
	return a.renderCredit(x), nil
}

func (a *api) listStatement(c *call, p *statementQuery, _ *none) (Page[CreditMovement], error) {
	before, err := p.numbers(1, maxID)
	if err != nil {
		return Page[CreditMovement]{}, err
	}
	x, err := c.credit(p.ID)
	if err != nil {
		return Page[CreditMovement]{}, err
	}
	var list []credit.Movement
	err = c.read(func(r *store.Reader) (err error) {
		list, err = credits.Movements(r, x.ID, before[0], p.Limit+1)
		return err
	})
	return page(p.Limit, list, renderStatement, func(x credit.Movement) string { return number(x.ID) }), err
}

func (a *api) blockCredit(c *call, p *creditID, in *BlockCredit) (Credit, error) {
	x, err := c.credit(p.ID)
	if err != nil {
		return Credit{}, err
	}
	if _, err = one(c, giving.Block, giving.BlockCommand{Credit: x.ID, Blocked: in.Blocked, Reason: in.Reason}); err != nil {
		return Credit{}, err
	}
	if x, err = c.credit(p.ID); err != nil {
		return Credit{}, err
	}
	return a.renderCredit(x), nil
}

func (a *api) listCreditLimits(c *call, _ *none, _ *none) (CreditLimits, error) {
	out := CreditLimits{Data: []CreditLimit{}}
	var all map[string]int64
	err := c.read(func(r *store.Reader) (err error) {
		all, err = credits.Limits(r)
		return err
	})
	for _, code := range slices.Sorted(maps.Keys(all)) {
		of, err := money.ParseCurrency(code)
		if err != nil {
			return out, err
		}
		out.Data = append(out.Data, CreditLimit{code, of.FormatAmount(all[code])})
	}
	return out, err
}

func (a *api) saveCreditLimit(c *call, _ *none, in *CreditLimit) (CreditLimits, error) {
	of, err := money.ParseCurrency(in.Currency)
	if err != nil {
		c.faults.AddError("/currency", err)
	}
	most := amount(of, "/most", in.Most, &c.faults)
	if _, err := one(c, admin.SaveCreditLimit, admin.CreditLimitCommand{Currency: in.Currency, Most: most}); err != nil {
		return CreditLimits{}, err
	}
	return a.listCreditLimits(c, nil, nil)
}
