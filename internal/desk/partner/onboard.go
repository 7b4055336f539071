package partner

import (
	"slices"

	"orderly/internal/access"
	"orderly/internal/account"
	"orderly/internal/desk/step"
	"orderly/internal/ident"
	"orderly/internal/partner"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/store/keys"
	"orderly/internal/store/partners"
	"orderly/internal/store/suppliers"
	"orderly/internal/store/users"
	"orderly/internal/supplier"
)

// What is looked through of trading partners and of trial orders.
const (
	maxProfiles = 500
	maxTrials   = 100
)

// KnownOf reads what the books know of a partner: of a supplier, nil for a 3PL, and
// of the place where it works, 0 for a supplier without one. It reads a snapshot.
func KnownOf(r *store.Reader, s *supplier.Supplier, at stock.LocationID, now int64) (k partner.Known, err error) {
	if s != nil {
		k = partner.Known{Supplier: true, Email: s.Email, Contact: s.Phone != "" || len(s.Address.Lines()) > 0, Currency: s.Currency, LeadDays: s.LeadDays, TermsDays: s.TermsDays}
		list, err := suppliers.PageOffers(r, s.ID, 0, 1)
		if err != nil {
			return k, err
		}
		k.Offers = len(list)
	}
	if at == 0 {
		return k, nil
	}
	k.Location = true
	all, err := partners.Terms(r)
	if err != nil {
		return k, err
	}
	terms := all[at]
	if k.Email, err = step.PartnerAddress(r, terms, at); err != nil {
		return k, err
	}
	k.Contact = k.Contact || s == nil && k.Email != ""
	if terms != nil {
		k.Agreed, k.StockAt, k.Fresh, k.PassedAt = terms.EditVersion > 0, terms.StockAt, terms.StockHours == 0 || now-terms.StockAt <= terms.StockHours*3600*1_000_000, terms.PassedAt
	}
	return k, ways(r, &k, s, at)
}

// ways counts by what the partner works: people who have accepted, keys and signed
// webhooks by which a trial order was answered, and files that were exchanged.
func ways(r *store.Reader, k *partner.Known, s *supplier.Supplier, at stock.LocationID) error {
	people, err := users.List(r)
	if err != nil {
		return err
	}
	for i := range people {
		if u := &people[i]; u.Status == account.Active && u.Is(access.Partner) && slices.Contains(u.Locations, int64(at)) {
			k.Users++
		}
	}
	tried, err := partners.Trials(r, at, maxTrials)
	if err != nil {
		return err
	}
	list, err := keys.List(r)
	if err != nil {
		return err
	}
	for _, x := range list {
		if x.RevokedAt != 0 || !slices.Contains(x.Locations, int64(at)) || !slices.Contains(x.Scopes, access.RequestsWork) {
			continue
		}
		if slices.ContainsFunc(tried, func(t partner.Trial) bool {
			return t.AnsweredBy == (access.Actor{Kind: "key", ID: ident.Text("key", x.ID)}).String()
		}) {
			k.Keys++
		}
	}
	if hook, err := partners.HookOf(r, at); err != nil {
		return err
	} else if hook != nil && hook.Active && slices.ContainsFunc(tried, func(t partner.Trial) bool {
		return t.AnsweredBy == access.System(0, "partner", at.String()).Actor.String()
	}) {
		k.Keys++ // its program signs what it tells, and holds no key
	}
	profiles, err := exchanges.Partners(r, false, "", maxProfiles)
	if err != nil {
		return err
	}
	for _, p := range profiles {
		if p.Location != int64(at) && (s == nil || p.Supplier != int64(s.ID)) {
			continue
		}
		files, _, err := exchanges.Files(r, exchanges.Filter{Partner: p.ID, Limit: 1})
		if err != nil {
			return err
		}
		k.Files += len(files)
	}
	return nil
}
