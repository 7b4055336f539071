package returns

import (
	"fmt"
	"net/url"
	"strconv"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/web/shell"
)

// form is what was typed into a form of the page that was refused.
type form struct {
	Name   string
	Faults shell.Faults
	Typed  url.Values
}

func (f form) typed(form, field, other string) string {
	if f.Name != form {
		return other
	}
	return f.Typed.Get(field)
}

// told are the sentences of what was refused.
func (f form) told() []string {
	var out []string
	for _, text := range f.Faults {
		out = append(out, text)
	}
	return out
}

// act makes a handler of an act on the return of the address.
func act[C any](name string, op *desk.Operation[C], command func(*shell.Visit, *view, *fault.List) C) func(*shell.Visit) error {
	return func(v *shell.Visit) error {
		x, err := load(v)
		if err != nil {
			return err
		}
		v.Form("") // reads the form
		var faults fault.List
		c := command(v, x, &faults)
		if err = faults.Err(); err == nil {
			_, err = shell.Do(v, op, c)
		}
		if err == nil {
			v.Toast(v.T("returns.said_" + name))
			return v.Go("/returns/" + x.ID.String())
		}
		told, ok := shell.FaultsOf(err)
		if !ok {
			return err
		}
		return v.Again(x.title(v), returnPage(v, x, form{name, told, v.R.PostForm}))
	}
}

func agreed(v *shell.Visit, x *view, _ *fault.List) care.AgreeCommand {
	return care.AgreeCommand{Return: x.ID, Location: placeOf(v), Note: v.Form("note"), Carrier: v.Form("carrier"), Tracking: v.Form("tracking")}
}

func placeOf(v *shell.Visit) stock.LocationID {
	id, err := stock.ParseLocationID(v.Form("location"))
	if err != nil {
		return 0
	}
	return id
}

// numbered are the whole numbers of fields named after lines: "n_3".
func numbered(v *shell.Visit, begin string, faults *fault.List, add func(n int, q int64)) {
	for n := 1; n <= returns.MaxLines; n++ {
		name := begin + strconv.Itoa(n)
		if v.R.PostForm.Get(name) == "" {
			continue
		}
		if q := v.FormInt(name, faults); q != 0 {
			add(n, q)
		}
	}
}

// arrived reads how many of each line are here, or are not after all.
func arrived(v *shell.Visit, x *view, faults *fault.List) care.ArriveCommand {
	c := care.ArriveCommand{Return: x.ID, Location: placeOf(v)}
	numbered(v, "n_", faults, func(n int, q int64) { c.Lines = append(c.Lines, care.ArriveLine{N: n, Quantity: q}) })
	return c
}

// scanned reads what a scanner read: once, or as often as is written beside it.
func scanned(v *shell.Visit, x *view, faults *fault.List) care.ArriveCommand {
	return care.ArriveCommand{Return: x.ID, Location: placeOf(v), Lines: []care.ArriveLine{{SKU: v.Form("code"), Quantity: max(1, v.FormInt("quantity", faults))}}}
}

func inspected(v *shell.Visit, x *view, faults *fault.List) care.InspectCommand {
	c := care.InspectCommand{Return: x.ID}
	for i := range x.Lines {
		for _, from := range dispositions {
			l := &x.Lines[i]
			key := strconv.Itoa(l.N) + "_" + string(from)
			to := returns.Disposition(v.Form("to_" + key))
			if to == "" || l.In(from) == 0 {
				continue
			}
			c.Lines = append(c.Lines, returns.Move{N: l.N, Quantity: v.FormInt("q_"+key, faults), From: from, To: to})
		}
	}
	return c
}

// dispositions are those that units can be moved on from.
var dispositions = []returns.Disposition{returns.Uninspected, returns.Restock, returns.Damaged, returns.Quarantine, returns.Supplier}

func repaid(v *shell.Visit, x *view, faults *fault.List) care.RepayCommand {
	c := care.RepayCommand{Return: x.ID, Reason: v.Form("reason")}
	numbered(v, "n_", faults, func(n int, q int64) { c.Lines = append(c.Lines, care.RepayLine{N: n, Quantity: q}) })
	for i := range x.Of.Fees {
		if v.Form("fee_"+strconv.Itoa(i+1)) != "" {
			c.Fees = append(c.Fees, i+1)
		}
	}
	if text := v.Form("deduct"); text != "" {
		amount, err := x.Of.Currency.ParseAmount(text)
		faults.AddError("/deduct", err)
		c.Deduct = amount
	}
	if text := v.Form("amount"); text != "" {
		amount, err := x.Of.Currency.ParseAmount(text)
		faults.AddError("/amount", err)
		c.Amount = &amount
	}
	creditOf(v, x, &c, faults)
	return c
}

// creditOf reads how much of what is given becomes store credit.
func creditOf(v *shell.Visit, x *view, c *care.RepayCommand, faults *fault.List) {
	text := v.Form("credit")
	switch to := v.Form("to"); {
	case text != "":
		amount, err := x.Of.Currency.ParseAmount(text)
		faults.AddError("/credit", err)
		c.Credit = &amount
	case to == "store_credit":
		c.AllCredit = true
	case to == "tenders":
		c.Credit = new(int64)
	}
}

// repayPreview tells what a refund comes to, beside the form.
func repayPreview(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	v.Form("") // reads the form
	var faults fault.List
	c := repaid(v, x, &faults)
	if err = faults.Err(); err == nil {
		var r desk.Result
		if r, err = shell.Preview(v, care.RepayReturn, c); err == nil {
			then := r.Value.(*returns.Return)
			return v.Part(refundEffect(v, x, sumsOf(x.Money, then.Money)))
		}
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return v.Part(refundFault(form{Faults: told}))
}

// sumsOf is what one refund adds.
func sumsOf(before, after returns.Money) returns.Money {
	return returns.Money{Settled: after.Settled - before.Settled, Worth: after.Worth - before.Worth, Fees: after.Fees - before.Fees, Deducted: after.Deducted - before.Deducted, Given: after.Given - before.Given, Turned: after.Turned - before.Turned, Bonus: after.Bonus - before.Bonus}
}

// asking is what the page on which a return begins shows.
type asking struct {
	*care.Offer
	form
}

func askPage(v *shell.Visit) error {
	offer, err := offered(v, v.Query("order"))
	if err != nil {
		return err
	}
	return v.Page(v.T("returns.new"), newPage(v, asking{Offer: offer}))
}

func offered(v *shell.Visit, text string) (offer *care.Offer, err error) {
	id, err := order.ParseID(text)
	if err != nil {
		return nil, fault.New(fault.NotFound, "no_such_order", "there is no such order")
	}
	err = v.Read(func(r *store.Reader) error {
		offer, err = care.OfferOf(r, id, v.Now().UnixMicro())
		return err
	})
	return offer, err
}

func ask(v *shell.Visit) error {
	offer, err := offered(v, v.Form("order"))
	if err != nil {
		return err
	}
	c := care.AskCommand{Order: offer.Order.ID, Comment: v.Form("comment"), Approve: v.Form("approve") != "", Force: v.Form("force") != "", Credit: v.Form("to_credit") != ""}
	var faults fault.List
	for i := range offer.Order.Lines {
		n := strconv.Itoa(i + 1)
		if q := v.FormInt("n_"+n, &faults); q != 0 {
			c.Lines = append(c.Lines, care.AskLine{Line: i + 1, Quantity: q, Reason: v.Form("reason_" + n)})
		}
	}
	if err = faults.Err(); err == nil {
		r, refused := shell.Do(v, care.RequestReturn, c)
		if refused == nil {
			v.Toast(v.T("returns.said_asked"))
			return v.Go("/returns/" + returns.ID(r.ID).String())
		}
		err = refused
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return v.Again(v.T("returns.new"), newPage(v, asking{offer, form{"new", told, v.R.PostForm}}))
}

// why says why a line may not come back, "" when it may.
func (a asking) why(v *shell.Visit, l *order.Line) string {
	if verdict := a.Of(l.N); verdict.Why != "" {
		return v.T("returns.why_" + verdict.Why)
	}
	return ""
}

// most is how many units of a line may be named at all, whatever the policy says.
func (a asking) most(l *order.Line) int64 { return l.Q.Returnable() }

func field(begin string, n int) string { return fmt.Sprintf("%s%d", begin, n) }

// keyOf names the fields of units of a line with one disposition.
func keyOf(n int, d returns.Disposition) string { return strconv.Itoa(n) + "_" + string(d) }

// word is a disposition's word in the texts.
func word(d returns.Disposition) string {
	if d == returns.Uninspected {
		return "uninspected"
	}
	return strings.ToLower(string(d))
}

// parcelBack makes a return of a parcel that comes back by itself.
func parcelBack(v *shell.Visit) error {
	id, err := fulfillment.ParseParcelID(v.Form("parcel"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_parcel", "there is no such parcel")
	}
	r, err := shell.Do(v, care.ParcelBack, care.ParcelBackCommand{Parcel: id})
	if err != nil {
		return err
	}
	v.Toast(v.T("returns.said_asked"))
	return v.Go("/returns/" + returns.ID(r.ID).String())
}
