package settings

import (
	"strconv"
	"strings"
	"time"

	"orderly/internal/access"
	"orderly/internal/approval"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/approvals"
	"orderly/internal/store/users"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// dayLayout is how a field of a day writes it.
const dayLayout = "2006-01-02"

// agreeing is what the page of approvals shows: what is typed, by field.
type agreeing struct {
	Currencies int // of terms, and one row more for another
	Deputies   int
	Typed      map[string]string
	BelowCost  bool
	ByHand     bool
	Version    int64
	People     []users.User // who may approve
	Faults     shell.Faults
	Stale      bool
}

func (x *agreeing) at(name string, n int) string { return x.Typed[name+"_"+strconv.Itoa(n)] }

// wrong is the fault of a field of terms or deputies.
func (x *agreeing) wrong(list string, n int, name string) string {
	return x.Faults[list+"/"+strconv.Itoa(n)+"/"+name]
}

func approvalsPage(v *shell.Visit) error {
	x, err := readApprovals(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("settings.approvals"), approvalsView(v, &x))
}

func readApprovals(v *shell.Visit) (x agreeing, err error) {
	var s approvals.Saved
	err = v.Read(func(r *store.Reader) (err error) {
		if s, err = approvals.Policy(r); err != nil {
			return err
		}
		all, err := users.List(r)
		x.People = nil
		for _, u := range all {
			if (access.Scope{Permissions: access.PermissionsOf(u.Roles)}).May(access.OrdersApprove) {
				x.People = append(x.People, u)
			}
		}
		return err
	})
	x.Version, x.BelowCost, x.ByHand, x.Typed = s.Version, s.BelowCost, s.ByHand, map[string]string{}
	if s.Discount > 0 {
		x.Typed["discount"] = number(s.Discount)
	}
	x.terms(v, s.Terms)
	x.Deputies = len(s.Deputies)
	for i, d := range s.Deputies {
		n := "_" + strconv.Itoa(i)
		x.Typed["for"+n], x.Typed["by"+n] = d.For, d.By
		x.Typed["from"+n] = time.UnixMicro(d.From).In(v.Zone()).Format(dayLayout)
		x.Typed["until"+n] = time.UnixMicro(d.Until - 1).In(v.Zone()).Format(dayLayout)
	}
	return x, err
}

// terms are as they are written; where there are none, those of the shop's own
// currency are offered.
func (x *agreeing) terms(v *shell.Visit, list []approval.Terms) {
	if x.Currencies = len(list); len(list) == 0 {
		x.Currencies, x.Typed["currency_0"] = 1, v.Merchant.Currency
	}
	for i, t := range list {
		n := "_" + strconv.Itoa(i)
		c, err := money.ParseCurrency(t.Currency)
		if x.Typed["currency"+n] = t.Currency; err != nil {
			continue
		}
		write := func(name string, amount int64, always bool) {
			if amount > 0 || always {
				x.Typed[name+n] = c.FormatAmount(amount)
			}
		}
		write("one", t.One, false)
		write("two", t.Two, false)
		for _, l := range t.Limits {
			write("limit_"+string(l.Role), l.Amount, true)
		}
	}
}

// approvalsForm reads the policy as it is written; rows without a currency or a
// person are left out, and keep their place in what is told of faults.
func approvalsForm(v *shell.Visit, x *agreeing) (p approval.Policy, err error) {
	var l fault.List
	x.Typed = map[string]string{}
	for name, values := range form(v) {
		if len(values) > 0 && len(x.Typed) < 2000 {
			x.Typed[name] = strings.TrimSpace(values[0])
		}
	}
	p.BelowCost, p.ByHand = x.Typed["below_cost"] != "", x.Typed["by_hand"] != ""
	x.BelowCost, x.ByHand = p.BelowCost, p.ByHand
	p.Discount = v.FormInt("discount", &l)
	for i := range approval.MaxTerms {
		if x.at("currency", i) == "" {
			continue
		}
		if t := x.termsAt(i, "/terms/"+strconv.Itoa(len(p.Terms)), &l); t != nil {
			p.Terms = append(p.Terms, *t)
		}
	}
	for i := range approval.MaxDeputies {
		if x.at("for", i) == "" && x.at("by", i) == "" {
			continue
		}
		at := "/deputies/" + strconv.Itoa(len(p.Deputies))
		d := approval.Deputy{For: x.at("for", i), By: x.at("by", i)}
		d.From = dayAt(v, x.at("from", i), at+"/from", 0, &l)
		d.Until = dayAt(v, x.at("until", i), at+"/until", 1, &l)
		p.Deputies = append(p.Deputies, d)
	}
	x.Currencies, x.Deputies = max(1, len(p.Terms)), len(p.Deputies)
	return p, l.Err()
}

// dayAt is the beginning of a day, or of one so many days later.
func dayAt(v *shell.Visit, text, at string, later int, l *fault.List) int64 {
	t, err := time.ParseInLocation(dayLayout, text, v.Zone())
	if err != nil {
		l.Add(at, "missing", "%s", v.T("settings.approval_day"))
		return 0
	}
	return t.AddDate(0, 0, later).UnixMicro()
}

func (x *agreeing) termsAt(i int, at string, l *fault.List) *approval.Terms {
	t := &approval.Terms{Currency: strings.ToUpper(x.at("currency", i))}
	c, err := money.ParseCurrency(t.Currency)
	if err != nil {
		l.AddError(at+"/currency", err)
		return t
	}
	read := func(name string, to *int64) bool {
		text := x.at(name, i)
		if text == "" {
			return false
		}
		var err error
		*to, err = c.ParseAmount(text)
		l.AddError(at+"/"+name, err)
		return true
	}
	read("one", &t.One)
	read("two", &t.Two)
	for _, r := range approval.Roles() {
		limit := approval.Limit{Role: r}
		if read("limit_"+string(r), &limit.Amount) {
			t.Limits = append(t.Limits, limit)
		}
	}
	return t
}

func saveApprovals(v *shell.Visit) error {
	x, err := readApprovals(v)
	if err != nil {
		return err
	}
	p, err := approvalsForm(v, &x)
	if err == nil {
		_, err = shell.Do(v, admin.SaveApprovals, admin.ApprovalCommand{Policy: p, Version: v.EditVersion()})
	}
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/approvals")
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Faults, x.Stale = told, shell.Stale(err)
	for name, text := range told { // limits are fields of their own here
		if strings.Contains(name, "/limits/") && told[""] == "" {
			x.Faults[""] = text
		}
	}
	return v.Again(v.T("settings.approvals"), approvalsView(v, &x))
}

// approvers are whom a deputy is chosen from.
func (x *agreeing) approvers(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("settings.approval_nobody")}}
	for _, u := range x.People {
		out = append(out, ui.Option{Value: u.ID.String(), Label: u.Name})
	}
	return out
}
