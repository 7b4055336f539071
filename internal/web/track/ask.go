package track

import (
	"cmp"
	"net/http"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/asking"
	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/asks"
	"orderly/internal/store/invoices"
	"orderly/internal/store/items"
	"orderly/internal/store/orders"
	"orderly/internal/store/payments"
	"orderly/internal/store/tracking"
	"orderly/internal/web/shell"
	"orderly/internal/web/words"
)

// questioned is what the customer sees of a question.
type questioned struct {
	Ask     asking.Ask
	State   string
	Link    string
	Now     int64
	Order   *order.Order
	To      party.Address // as it is, or as it was typed
	Instead string        // what would stand in
	Line    string        // for what
	Due     int64
	Page    string // on which a provider takes the money; "" for none
	Making  bool   // such a page is being made
	Cards   bool   // one can be made
	Terms   []string
	Back    map[string]int64 // by answer: what is given back
	May     map[string]bool  // which answers are possible now
	Faults  shell.Faults
	Said    string
}

// ask opens the question that the link is for, and does the rest as its holder.
func (l *limits) ask(do func(*shell.Visit, asking.Ask) error) func(*shell.Visit) error {
	return func(v *shell.Visit) error {
		h := v.W.Header()
		h.Set("Referrer-Policy", "no-referrer")
		h.Set("X-Robots-Tag", "noindex, nofollow, noarchive")
		h.Set("Cache-Control", "no-store")
		text := v.Path("link")
		if !l.let(text, v.R.Method != http.MethodGet, v.Now()) {
			h.Set("Retry-After", "60")
			return answer(v, http.StatusTooManyRequests, v.T("track.busy"), busyPage(v))
		}
		m, token := care.ParseLink(text)
		x, ok, err := asks.Find(v.Context(), v.Desk().DB, m, tracking.Hash(token))
		if err != nil {
			return err
		}
		if !ok || token == "" {
			return answer(v, http.StatusNotFound, v.T("track.unknown"), unknownPage(v))
		}
		v.Signed = nil
		if err := v.As(access.Link(m, int64(x.Order), "")); err != nil {
			return err
		}
		return do(v, x)
	}
}

func askPage(v *shell.Visit, x asking.Ask) error {
	return showAsk(v, http.StatusOK, &questioned{Ask: x})
}

func showAsk(v *shell.Visit, status int, x *questioned) error {
	now := v.Now().UnixMicro()
	x.State, x.Link, x.Now = x.Ask.State(now), v.Path("link"), now
	err := v.Read(func(r *store.Reader) error { return x.read(r) })
	if err != nil {
		return err
	}
	if x.State == asking.Open {
		if err := x.foresee(v); err != nil {
			return err
		}
	}
	return answer(v, status, v.T("track.ask.title", "number", words.Number(x.Order.Number)), askBody(v, x))
}

func (x *questioned) read(r *store.Reader) error {
	id := x.Ask.Order
	found, err := orders.Load(r, []order.ID{id}, orders.Parts{Party: true})
	if err != nil {
		return err
	}
	if x.Order = found[id]; x.Order == nil {
		return fault.New(fault.NotFound, "no_such_order", "there is no such order")
	}
	if x.To.IsZero() {
		x.To = x.Order.Party.ShipTo
		x.To.Name = cmp.Or(x.To.Name, x.Order.Party.Customer.Name)
	}
	x.Due = max(0, x.Order.Totals.Payable()-x.Order.Paid+x.Order.Refunded)
	switch x.Ask.Kind {
	case asking.Substitute:
		if l := x.Order.Line(x.Ask.Line); l != nil {
			x.Line = l.Title
		}
		list, err := items.BySKU(r, []string{x.Ask.SKU})
		x.Instead = x.Ask.SKU
		if len(list) > 0 && list[0].Name != "" {
			x.Instead = list[0].Name
		}
		return err
	case asking.Payment:
		return x.readMoney(r)
	}
	return nil
}

// readMoney reads how what is due can be paid.
func (x *questioned) readMoney(r *store.Reader) error {
	list, err := payments.OfOrders(r, []int64{int64(x.Order.ID)})
	if err != nil {
		return err
	}
	for _, p := range list {
		open := p.ExpiresAt == 0 || p.ExpiresAt > x.Now
		switch {
		case p.URL != "" && p.Captured == 0 && p.Voided == 0 && open && strings.HasPrefix(p.URL, "https://"):
			x.Page = p.URL
		case p.Provider != "" && p.State() == payment.Waiting && p.UnderWay(x.Now):
			x.Making = true
		}
	}
	offered, err := payments.Providers(r)
	if err != nil {
		return err
	}
	x.Cards = slices.ContainsFunc(offered, func(p payments.Provider) bool { return p.Active })
	s, err := invoices.SettingsOf(r)
	for _, text := range []string{s.LegalName, s.Terms, s.Footer} {
		for line := range strings.SplitSeq(text, "\n") {
			if line = strings.TrimSpace(line); line != "" {
				x.Terms = append(x.Terms, line)
			}
		}
	}
	return err
}

// choices are the answers of which the page tells beforehand what they do.
var choices = map[string][]string{
	asking.Substitute: {asking.Accept, asking.Decline}, asking.Confirm: {asking.Yes, asking.No}, asking.Delay: {asking.Wait, asking.Ship, asking.Cancel},
}

// foresee tries each answer, so that the page offers what would be done and
// says what is given back.
func (x *questioned) foresee(v *shell.Visit) error {
	x.Back, x.May = map[string]int64{}, map[string]bool{}
	for _, a := range choices[x.Ask.Kind] {
		got, err := desk.Preview(v.Context(), v.Desk(), intake.Answer, v.Scope, []intake.AnswerCommand{{Order: x.Ask.Order, Ask: x.Ask.ID, Answer: a}})
		if err != nil {
			return err
		}
		if got[0].Err == nil {
			x.May[a], x.Back[a] = true, got[0].Value.(*intake.Answered).Refund
		}
	}
	if x.Ask.Kind == asking.Delay && x.Order.Sums[order.Backordered]+x.Order.Sums[order.Unsourced] == 0 {
		x.May[asking.Ship] = false // there is nothing to leave behind
	}
	return nil
}

// beginning is what the form sends that opens a page to pay at. It answers no
// question: that is over when the money came.
const beginning = "begin"

// give answers the question.
func give(v *shell.Visit, x asking.Ask) error {
	if v.Form("answer") == beginning {
		return openPage(v, x)
	}
	c := intake.AnswerCommand{Order: x.Order, Ask: x.ID, Answer: v.Form("answer")}
	out := &questioned{Ask: x}
	if c.Answer == asking.Given {
		a := party.Address{
			Name: v.Form("name"), Company: v.Form("company"), Line1: v.Form("line1"), Line2: v.Form("line2"), City: v.Form("city"), Region: v.Form("region"),
			PostalCode: v.Form("postal_code"), Country: strings.ToUpper(strings.TrimSpace(v.Form("country"))), Phone: v.Form("phone"),
		}
		c.Address, out.To = &a, a
	}
	_, err := shell.Do(v, intake.Answer, c)
	if err == nil {
		return v.Go("/a/" + v.Path("link"))
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	out.Faults = shell.Faults{}
	for name := range faults {
		if field, is := strings.CutPrefix(name, "ship_to/"); is {
			out.Faults[field] = v.T("track.ask.fault_" + kindOfFault(faults[name]))
		}
	}
	status := http.StatusUnprocessableEntity
	if code := fault.CodeOf(err); code != "invalid" || len(out.Faults) == 0 {
		status, out.Said = http.StatusConflict, v.T("track.ask.refused")
		if code == "link_used" {
			out.Said = ""
		}
	}
	err = v.Read(func(r *store.Reader) error { // as whoever was faster has left it
		fresh, ok, err := asks.Get(r, x.ID)
		if ok {
			out.Ask = fresh
		}
		return err
	})
	if err != nil {
		return err
	}
	return showAsk(v, status, out)
}

// openPage has a page made on which the customer pays. It is there in a moment,
// and the customer's page looks for it by itself.
func openPage(v *shell.Visit, x asking.Ask) error {
	_, err := shell.Do(v, pay.OpenPage, pay.PageCommand{Order: x.Order, Ask: x.ID})
	if err == nil {
		return v.Go("/a/" + v.Path("link"))
	}
	if _, ok := shell.FaultsOf(err); !ok {
		return err
	}
	return showAsk(v, http.StatusConflict, &questioned{Ask: x, Said: v.T("track.ask.refused")})
}

func kindOfFault(said string) string {
	if strings.Contains(said, "missing") || strings.Contains(said, "give the address") {
		return "missing"
	}
	return "odd"
}

// field is one input of the address.
type field struct {
	Name, Value, Auto string
	Need              bool
}

func (x *questioned) fields() []field {
	a := &x.To
	return []field{
		{"name", a.Name, "name", true}, {"company", a.Company, "organization", false}, {"line1", a.Line1, "address-line1", true}, {"line2", a.Line2, "address-line2", false},
		{"postal_code", a.PostalCode, "postal-code", false}, {"city", a.City, "address-level2", true}, {"region", a.Region, "address-level1", false},
		{"country", a.Country, "country", true}, {"phone", a.Phone, "tel", false},
	}
}
