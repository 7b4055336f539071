package returns

import (
	"strconv"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/search"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/locations"
	"orderly/internal/store/merchants"
	"orderly/internal/store/orders"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// manyUnits is from how many units on a line is told by a number: fewer are
// ticked one by one, each with its own disposition.
const manyUnits = 6

// atCounter is what the page of the counter shows: what was looked for, the
// orders that have it, and the one whose goods lie there.
type atCounter struct {
	*care.Offer
	form
	Code   string
	Hits   []*order.Order
	Places []*stock.Location
	Money  money.Currency // the shop's
}

// unitRow is one unit of a line to be ticked, or all of them with a number.
type unitRow struct {
	Line *order.Line
	N    int64
	Most int64
	Many bool
}

func (u unitRow) key() string { return strconv.Itoa(u.Line.N) + "_" + strconv.FormatInt(u.N, 10) }

// rows are the units that may lie on the counter.
func (a *atCounter) rows() []unitRow {
	var out []unitRow
	for i := range a.Order.Lines {
		l := &a.Order.Lines[i]
		most := l.Q.Returnable()
		if !l.Leaf() || !l.Stocked || most == 0 {
			continue
		}
		if most >= manyUnits || l.Scale > 0 {
			out = append(out, unitRow{l, 1, most, true})
			continue
		}
		for n := int64(1); n <= most; n++ {
			out = append(out, unitRow{l, n, most, false})
		}
	}
	return out
}

func counterPage(v *shell.Visit) error {
	a := &atCounter{Code: v.Query("code")}
	if err := a.read(v, v.Query("order")); err != nil {
		return err
	}
	if len(a.Hits) == 1 && a.Offer == nil {
		return v.Go("/returns/counter?order=" + a.Hits[0].ID.String())
	}
	return v.Page(v.T("returns.counter"), counterView(v, a))
}

// read looks for the order, by its id or by what was scanned.
func (a *atCounter) read(v *shell.Visit, id string) error {
	return v.Read(func(r *store.Reader) (err error) {
		if a.Places, err = locations.All(r); err != nil {
			return err
		}
		kept := a.Places[:0]
		for _, l := range a.Places {
			if l.Active && v.Scope.Sees(int64(l.ID)) {
				kept = append(kept, l)
			}
		}
		a.Places = kept
		m, err := merchants.Get(r, r.M)
		if err != nil {
			return err
		}
		if a.Money, err = money.ParseCurrency(m.Currency); err != nil {
			return err
		}
		if id != "" {
			of, err := order.ParseID(id)
			if err != nil {
				return fault.New(fault.NotFound, "no_such_order", "there is no such order")
			}
			a.Offer, err = care.OfferOf(r, of, v.Now().UnixMicro())
			return err
		}
		a.Hits, err = find(r, a.Code)
		return err
	})
}

// find lists the few orders that have a number, a tracking number or another
// word of theirs. A receipt has the number of its order.
func find(r *store.Reader, code string) ([]*order.Order, error) {
	words, err := search.Parse(strings.TrimPrefix(strings.TrimSpace(code), "#"))
	if err != nil || len(words) == 0 {
		return nil, nil //nolint:nilerr // half a word finds nothing yet
	}
	page, err := orders.List(r, orders.Filter{Words: words, Limit: 8})
	out := make([]*order.Order, len(page.Rows))
	for i := range page.Rows {
		out[i] = page.Rows[i].Order
	}
	return out, err
}

// handed reads the form of the counter.
func (a *atCounter) handed(v *shell.Visit, faults *fault.List) care.CounterCommand {
	c := care.CounterCommand{Order: a.Order.ID, Location: placeOf(v), Reason: v.Form("why"), Force: v.Form("force") != "", Pay: v.Form("pay")}
	for _, u := range a.rows() {
		n := int64(0)
		if u.Many {
			n = v.FormInt("u_"+u.key(), faults)
		} else if v.Form("u_"+u.key()) != "" {
			n = 1
		}
		if n != 0 {
			c.Lines = append(c.Lines, care.CounterLine{Line: u.Line.N, Quantity: n, Disposition: returns.Disposition(v.Form("d_" + u.key()))})
		}
	}
	c.Money.Reason = v.Form("reason")
	for i := range a.Order.Fees {
		if v.Form(field("fee_", i+1)) != "" {
			c.Money.Fees = append(c.Money.Fees, i+1)
		}
	}
	if text := v.Form("deduct"); text != "" {
		amount, err := a.Order.Currency.ParseAmount(text)
		faults.AddError("/deduct", err)
		c.Money.Deduct = amount
	}
	return c
}

func counterReturn(v *shell.Visit) error {
	a := &atCounter{}
	if err := a.read(v, v.Form("order")); err != nil {
		return err
	}
	var faults fault.List
	c := a.handed(v, &faults)
	err := faults.Err()
	if err == nil {
		r, refused := shell.Do(v, care.CounterReturn, c)
		if refused == nil {
			v.Toast(v.T("returns.said_counter"))
			return v.Go("/returns/" + returns.ID(r.ID).String())
		}
		err = refused
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	a.form = form{"counter", told, v.R.PostForm}
	return v.Again(v.T("returns.counter"), counterView(v, a))
}

// counterPreview tells what the counter gives back, beside the form.
func counterPreview(v *shell.Visit) error {
	a := &atCounter{}
	if err := a.read(v, v.Form("order")); err != nil {
		return err
	}
	var faults fault.List
	c := a.handed(v, &faults)
	if len(c.Lines) == 0 {
		return v.Part(nothingYet())
	}
	err := faults.Err()
	if err == nil {
		var r desk.Result
		if r, err = shell.Preview(v, care.CounterReturn, c); err == nil {
			x := r.Value.(*returns.Return)
			return v.Part(counterEffect(v, &view{Return: x, Of: a.Order}))
		}
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return v.Part(refundFault(form{Faults: told}))
}

// pays are the ways in which the money can go back.
func (a *atCounter) pays(v *shell.Visit) []ui.Option {
	out := []ui.Option{}
	for _, way := range []string{care.PayTenders, care.PayCash, care.PayCredit, care.PayLater} {
		if way != care.PayCredit || a.Order.Customer != 0 {
			out = append(out, ui.Option{Value: way, Label: v.T("returns.pay_" + way)})
		}
	}
	return out
}

func dispositionOptions(v *shell.Visit) []ui.Option {
	out := make([]ui.Option, len(returns.Dispositions))
	for i, d := range returns.Dispositions {
		out[i] = ui.Option{Value: string(d), Label: v.T("returns.to_" + string(d))}
	}
	return out
}

func (a *atCounter) why(v *shell.Visit) []ui.Option {
	out := make([]ui.Option, len(a.Policy.Reasons))
	for i, code := range a.Policy.Reasons {
		out[i] = ui.Option{Value: code, Label: reason(v, code)}
	}
	return out
}

func (a *atCounter) places() []ui.Option {
	out := make([]ui.Option, len(a.Places))
	for i, l := range a.Places {
		out[i] = ui.Option{Value: l.ID.String(), Label: l.Name}
	}
	return out
}

// here is the first place of the list, unless another was chosen before.
func (a *atCounter) here() string {
	if len(a.Places) == 0 {
		return ""
	}
	if a.form.Name != "" {
		return a.Typed.Get("location")
	}
	return a.Places[0].ID.String()
}

// against says why the policy would not take a line back, "" when it would.
func (a *atCounter) against(v *shell.Visit, l *order.Line) string {
	if verdict := a.Of(l.N); verdict.Why != "" {
		return v.T("returns.why_" + verdict.Why)
	}
	return ""
}
