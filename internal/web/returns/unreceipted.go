package returns

import (
	"strconv"

	"orderly/internal/desk"
	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/party"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/customers"
	"orderly/internal/store/items"
	"orderly/internal/store/unreceipted"
	"orderly/internal/web/shell"
)

// takeRows is how many kinds of goods the form has room for.
const takeRows = 4

// takenList is a page of goods that were taken without a receipt.
type takenList struct {
	Rows  []*returns.Unreceipted
	Names map[party.ID]string
	SKUs  map[int64]string
	Next  string
}

func unreceiptedPage(v *shell.Visit) error {
	below := returns.UnreceiptedID(1<<63 - 1)
	if text := v.Query("below"); text != "" {
		id, err := returns.ParseUnreceiptedID(text)
		if err != nil {
			return noSuchReturn()
		}
		below = id
	}
	l := takenList{Names: map[party.ID]string{}}
	err := v.Read(func(r *store.Reader) (err error) {
		if l.Rows, err = unreceipted.List(r, below, pageSize+1); err != nil {
			return err
		}
		var who []party.ID
		var what []int64
		for _, u := range l.Rows {
			who = append(who, u.Customer)
			for _, t := range u.Lines {
				what = append(what, t.Item)
			}
		}
		people, err := customers.ByID(r, who)
		for _, c := range people {
			l.Names[c.ID] = c.Contact.Name
			if c.Contact.Name == "" {
				l.Names[c.ID] = c.Contact.Email
			}
		}
		if err != nil {
			return err
		}
		l.SKUs, err = items.SKUs(r, what)
		return err
	})
	if err != nil {
		return err
	}
	if len(l.Rows) > pageSize {
		l.Rows = l.Rows[:pageSize]
		l.Next = "/returns/unreceipted?below=" + l.Rows[pageSize-1].ID.String()
	}
	seen := l.Rows[:0]
	for _, u := range l.Rows {
		if v.Scope.Sees(int64(u.Location)) {
			seen = append(seen, u)
		}
	}
	l.Rows = seen
	return v.Page(v.T("returns.unreceipted"), takenView(v, l))
}

// brought reads the form of goods without a receipt.
func (a *atCounter) brought(v *shell.Visit, faults *fault.List) care.TakeCommand {
	c := care.TakeCommand{Location: placeOf(v), Name: v.Form("name"), Email: v.Form("email"), Reason: v.Form("reason")}
	for i := range takeRows {
		n := strconv.Itoa(i)
		if sku := v.Form("sku_" + n); sku != "" {
			c.Lines = append(c.Lines, care.TakeLine{SKU: sku, Quantity: v.FormInt("q_"+n, faults), Disposition: returns.Disposition(v.Form("d_" + n))})
		}
	}
	if text := v.Form("amount"); text != "" {
		amount, err := a.Money.ParseAmount(text)
		faults.AddError("/amount", err)
		c.Amount = &amount
	}
	return c
}

func take(v *shell.Visit) error {
	a := &atCounter{}
	if err := a.read(v, ""); err != nil {
		return err
	}
	v.Form("") // reads the form
	var faults fault.List
	c := a.brought(v, &faults)
	err := faults.Err()
	if err == nil {
		if _, err = shell.Do(v, care.TakeUnreceipted, c); err == nil {
			v.Toast(v.T("returns.said_take"))
			return v.Go("/returns/unreceipted")
		}
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	a.form = form{"take", told, v.R.PostForm}
	return v.Again(v.T("returns.counter"), counterView(v, a))
}

// takePreview tells what the goods are worth, beside the form.
func takePreview(v *shell.Visit) error {
	a := &atCounter{}
	if err := a.read(v, ""); err != nil {
		return err
	}
	v.Form("") // reads the form
	var faults fault.List
	c := a.brought(v, &faults)
	if len(c.Lines) == 0 {
		return v.Part(nothingYet())
	}
	if c.Email == "" {
		c.Email = "nobody@example.com" // what they are worth does not wait for it
	}
	err := faults.Err()
	if err == nil {
		var r desk.Result
		if r, err = shell.Preview(v, care.TakeUnreceipted, c); err == nil {
			return v.Part(takeEffect(v, c, r.Value.(*returns.Unreceipted)))
		}
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return v.Part(refundFault(form{Faults: told}))
}
