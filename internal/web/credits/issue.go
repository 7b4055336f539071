package credits

import (
	"strings"
	"time"

	"orderly/internal/credit"
	"orderly/internal/desk/admin"
	giving "orderly/internal/desk/credit"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/merchants"
	"orderly/internal/web/shell"
)

// form is what was typed to give some out.
type form struct {
	Kind, Customer, Currency, Amount, Reason, Expires string
	Who                                               *party.Customer
	Faults                                            shell.Faults
}

func begin(v *shell.Visit) error {
	f := form{Kind: string(credit.GiftCard), Customer: v.Query("customer")}
	if f.Customer != "" {
		f.Kind = string(credit.StoreCredit)
	}
	if err := f.load(v); err != nil {
		return err
	}
	return v.Page(v.T("credits.new"), issuePage(v, &f))
}

// load reads whose credit it is, and the shop's currency where none was typed.
func (f *form) load(v *shell.Visit) error {
	return v.Read(func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		if f.Currency == "" {
			f.Currency = m.Currency
		}
		if f.Customer == "" {
			return nil
		}
		id, bad := party.ParseID(f.Customer)
		found, err := customers.ByID(r, []party.ID{id})
		if bad != nil || err == nil && len(found) == 0 {
			return fault.New(fault.NotFound, "no_such_customer", "there is no such customer")
		}
		if err == nil {
			f.Who = found[0]
		}
		return err
	})
}

func issue(v *shell.Visit) error {
	f := form{Kind: v.Form("kind"), Customer: v.Form("customer"), Currency: strings.ToUpper(v.Form("currency")), Amount: v.Form("amount"), Reason: v.Form("reason"), Expires: v.Form("expires")}
	if err := f.load(v); err != nil {
		return err
	}
	code, err := giving.NewCode()
	if err != nil {
		return err
	}
	c, err := f.command(v, code)
	if err == nil {
		r, bad := shell.Do(v, giving.Issue, c)
		if err = bad; err == nil {
			return issued(v, credit.ID(r.ID), code)
		}
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	f.Faults = told
	return v.Again(v.T("credits.new"), issuePage(v, &f))
}

// issued shows a card's code, once: the page is the answer, and going back to
// it later shows the card without.
func issued(v *shell.Visit, id credit.ID, code string) error {
	x, err := loadID(v, id)
	if err != nil {
		return err
	}
	if x.Kind != credit.GiftCard || x.CodeHash != credit.Hash(v.Scope.Merchant, code) { // or the form was sent twice
		v.Toast(v.T("credits.saved"))
		return v.Go("/credits/" + id.String())
	}
	x.Code = credit.Grouped(code)
	return v.Page(x.title(v), creditPage(v, x))
}

func (f *form) command(v *shell.Visit, code string) (giving.IssueCommand, error) {
	c := giving.IssueCommand{Kind: credit.Kind(f.Kind), Currency: f.Currency, Reason: f.Reason}
	var l fault.List
	of, err := money.ParseCurrency(f.Currency)
	if l.AddError("/currency", err); err == nil {
		c.Amount, err = of.ParseAmount(f.Amount)
		l.AddError("/amount", err)
	}
	if f.Expires != "" {
		day, bad := time.Parse(time.DateOnly, f.Expires)
		if bad != nil {
			l.Add("/expires_at", "invalid_date", "%.20q is no day; write one such as 2026-01-31", f.Expires)
		}
		c.ExpiresAt = day.AddDate(0, 0, 1).UnixMicro()
	}
	if f.Who != nil {
		c.Customer = f.Who.ID
	}
	if c.Kind == credit.GiftCard {
		c.Customer, c.Hash, c.Hint = 0, credit.Hash(v.Scope.Merchant, code), code[len(code)-4:]
	}
	return c, l.Err()
}

func limit(v *shell.Visit) error {
	var of money.Currency
	err := v.Read(func(r *store.Reader) error {
		m, err := merchants.Get(r, r.M)
		if err == nil {
			of, err = money.ParseCurrency(m.Currency)
		}
		return err
	})
	if err != nil {
		return err
	}
	most, err := of.ParseAmount(v.Form("most"))
	if err == nil {
		_, err = shell.Do(v, admin.SaveCreditLimit, admin.CreditLimitCommand{Currency: of.Code(), Most: most})
	}
	if err == nil {
		v.Toast(v.T("credits.saved"))
		return v.Go("/credits")
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return listAgain(v, listing{Fault: first(told)})
}
