package customers

import (
	"strconv"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/merchants"
	"orderly/internal/store/payments"
	"orderly/internal/web/shell"
)

// agreed are terms and what is open on them.
type agreed struct {
	payment.Agreed
	Open int64
}

func termsOf(r *store.Reader, customer int64) (out []agreed, err error) {
	list, err := payments.TermsOf(r, []int64{customer})
	for _, a := range list {
		open, bad := payments.Open(r, a.Currency, []int64{customer})
		if bad != nil {
			return nil, bad
		}
		out = append(out, agreed{a, open[customer]})
	}
	return out, err
}

// termsForm is the form of terms in the shop's currency, as it was filled in.
type termsForm struct {
	Who         *party.Customer
	Currency    string
	Limit, Days string
	Version     int64
	Faults      shell.Faults
}

func loadTerms(v *shell.Visit) (*termsForm, error) {
	f := &termsForm{Days: "30"}
	who, err := find(v, func(r *store.Reader, c *party.Customer) error {
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		f.Currency = m.Currency
		of, err := money.ParseCurrency(m.Currency)
		if err != nil {
			return err
		}
		list, err := payments.TermsOf(r, []int64{int64(c.ID)})
		for _, a := range list {
			if a.Currency == m.Currency {
				f.Limit, f.Days, f.Version = of.FormatAmount(a.Most), strconv.FormatInt(a.Days, 10), a.EditVersion
			}
		}
		return err
	})
	f.Who = who
	return f, err
}

func terms(v *shell.Visit) error {
	f, err := loadTerms(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("customers.terms"), termsPage(v, f))
}

func saveTerms(v *shell.Visit) error {
	f, err := loadTerms(v)
	if err != nil {
		return err
	}
	f.Limit, f.Days = v.Form("limit"), v.Form("days")
	var faults fault.List
	of, err := money.ParseCurrency(f.Currency)
	if err != nil {
		return err
	}
	a := payment.Agreed{Customer: int64(f.Who.ID), Currency: f.Currency}
	a.Most, err = of.ParseAmount(f.Limit)
	faults.AddError("/limit", err)
	if a.Days, err = strconv.ParseInt(f.Days, 10, 64); err != nil {
		faults.Add("/days", "invalid_number", "write a number of days")
	}
	version, _ := strconv.ParseInt(v.Form("version"), 10, 64) // no number is an old form: refused below
	if err = faults.Err(); err == nil {
		_, err = shell.Do(v, admin.SaveTerms, admin.TermsCommand{Terms: a, Version: &version})
	}
	if err != nil {
		told, ok := shell.FaultsOf(err)
		if !ok {
			return err
		}
		f.Faults = told
		return v.Again(v.T("customers.terms"), termsPage(v, f))
	}
	v.Toast(v.T("customers.terms_saved"))
	return v.Go("/customers/" + f.Who.ID.String())
}
