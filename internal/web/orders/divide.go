package orders

import (
	"strconv"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/orders"
	"orderly/internal/web/shell"
	"orderly/internal/web/words"
)

// dividing is the page on which an order is split, or takes another over.
type dividing struct {
	Order  *order.Order
	Others []order.Bought // of the customer, which could go into this one
	Units  map[int]string // as typed, by line
	From   string         // number of the order that goes, as typed
	Faults shell.Faults
}

func (x *dividing) read(v *shell.Visit) error {
	id, err := orderID(v)
	if err != nil {
		return err
	}
	return v.Read(func(r *store.Reader) error {
		found, err := orders.Load(r, []order.ID{id}, orders.Parts{Party: true, Fees: true})
		if err != nil {
			return err
		}
		if x.Order = found[id]; x.Order == nil {
			return noSuchOrder()
		}
		past, err := orders.Past(r, party.ID(x.Order.Customer), nil)
		for _, b := range past.Bought {
			if b.Joinable && b.ID != id {
				x.Others = append(x.Others, b)
			}
		}
		return err
	})
}

func (x *dividing) title(v *shell.Visit) string {
	return v.T("order.divide_title", "number", words.Number(x.Order.Number))
}

func dividePage(v *shell.Visit) error {
	var x dividing
	if err := x.read(v); err != nil {
		return err
	}
	return v.Page(x.title(v), divideView(v, &x))
}

// split reads which units go.
func (x *dividing) split(v *shell.Visit, l *fault.List) intake.SplitCommand {
	c := intake.SplitCommand{Order: x.Order.ID}
	x.Units = map[int]string{}
	for i := range x.Order.Lines {
		n := x.Order.Lines[i].N
		name := "line_" + strconv.Itoa(n)
		if x.Units[n] = strings.TrimSpace(v.Form(name)); x.Units[n] == "" {
			continue
		}
		if q := v.FormInt(name, l); q > 0 {
			c.Parts = append(c.Parts, order.Part{Line: n, Quantity: q})
		}
	}
	return c
}

// merge reads which order goes into this one.
func (x *dividing) merge(v *shell.Visit, l *fault.List) (intake.MergeCommand, error) {
	c := intake.MergeCommand{Order: x.Order.ID, Address: v.Form("address") != ""}
	x.From = strings.TrimPrefix(strings.TrimSpace(v.Form("from")), "#")
	n, err := strconv.ParseInt(x.From, 10, 64)
	if err != nil || n < 1 {
		l.Add("/from", "invalid_number", "%s", v.T("order.merge_number"))
		return c, nil
	}
	err = v.Read(func(r *store.Reader) error {
		found, err := orders.List(r, orders.Filter{Number: n, Limit: 1})
		if err == nil && len(found.Rows) == 0 {
			l.Add("/from", "no_such_order", "%s", v.T("order.merge_none", "number", n))
		} else if err == nil {
			c.From = found.Rows[0].Order.ID
		}
		return err
	})
	return c, err
}

func splitPreview(v *shell.Visit) error {
	var x dividing
	if err := x.read(v); err != nil {
		return err
	}
	var l fault.List
	c := x.split(v, &l)
	err := l.Err()
	if len(c.Parts) == 0 && err == nil {
		return v.Part(divideNothing())
	}
	if err == nil {
		var r desk.Result
		if r, err = shell.Preview(v, intake.SplitOrder, c); err == nil {
			return v.Part(splitEffect(v, r.Value.(*intake.Split)))
		}
	}
	return divideFault(v, err)
}

func mergePreview(v *shell.Visit) error {
	var x dividing
	if err := x.read(v); err != nil {
		return err
	}
	var l fault.List
	c, err := x.merge(v, &l)
	if err != nil {
		return err
	}
	if x.From == "" {
		return v.Part(divideNothing())
	}
	if err = l.Err(); err == nil {
		var r desk.Result
		if r, err = shell.Preview(v, intake.Merge, c); err == nil {
			return v.Part(mergeEffect(v, r.Value.(*intake.Merged)))
		}
	}
	return divideFault(v, err)
}

func divideFault(v *shell.Visit, err error) error {
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return v.Part(cancelFault(told))
}

func splitNow(v *shell.Visit) error {
	var x dividing
	if err := x.read(v); err != nil {
		return err
	}
	var l fault.List
	c := x.split(v, &l)
	err := l.Err()
	if err == nil {
		var r desk.Result
		if r, err = shell.Do(v, intake.SplitOrder, c); err == nil {
			v.Toast(v.T("order.said_split"))
			return v.Go("/orders/" + order.ID(r.ID).String())
		}
	}
	return x.again(v, err)
}

func mergeNow(v *shell.Visit) error {
	var x dividing
	if err := x.read(v); err != nil {
		return err
	}
	var l fault.List
	c, err := x.merge(v, &l)
	if err != nil {
		return err
	}
	if err = l.Err(); err == nil {
		if _, err = shell.Do(v, intake.Merge, c); err == nil {
			v.Toast(v.T("order.said_merged"))
			return v.Go("/orders/" + x.Order.ID.String())
		}
	}
	return x.again(v, err)
}

func (x *dividing) again(v *shell.Visit, err error) error {
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Faults = told
	return v.Again(x.title(v), divideView(v, x))
}

// mergeHint names the orders that could go into this one.
func mergeHint(v *shell.Visit, others []order.Bought) string {
	if len(others) == 0 {
		return v.T("order.merge_no_others")
	}
	var list []string
	for _, b := range others {
		list = append(list, words.Number(b.Number))
	}
	return v.T("order.merge_others", "list", strings.Join(list, ", "))
}
