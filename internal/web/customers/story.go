package customers

import (
	"cmp"
	"slices"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/fulfillments"
	"orderly/internal/store/messages"
	"orderly/internal/store/orders"
	"orderly/internal/store/payments"
	"orderly/internal/store/returned"
	"orderly/internal/support"
	"orderly/internal/web/shell"
	"orderly/internal/web/words"
)

// storyOrders is of how many of the newest orders and cases the story tells.
const (
	storyOrders = 25
	storyCases  = 25
	maxMore     = 300 // characters of what was written
)

// happening is one thing of a customer's story.
type happening struct {
	At               int64
	Icon, Text, Href string
	More             string
}

// teller gathers a story.
type teller struct {
	v    *shell.Visit
	r    *store.Reader
	list []happening
}

func (t *teller) add(at int64, icon, text, href, more string) {
	if at == 0 {
		return
	}
	if utf8.RuneCountInString(more) > maxMore {
		more = string([]rune(more)[:maxMore]) + "…"
	}
	t.list = append(t.list, happening{at, icon, text, href, more})
}

// story shows what happened with a customer, the newest first: orders, money,
// parcels, returns, cases, messages and notes.
func story(v *shell.Visit) error {
	t := &teller{v: v}
	c, err := find(v, func(r *store.Reader, c *party.Customer) error {
		t.r, t.list = r, nil
		if err := t.cases(c); err != nil || !v.May(access.OrdersRead) {
			return err
		}
		return t.orders(c)
	})
	if err != nil {
		return err
	}
	slices.SortStableFunc(t.list, func(a, b happening) int { return cmp.Compare(b.At, a.At) })
	return v.Page(c.Called(), storyPage(v, c, t.list))
}

func (t *teller) cases(c *party.Customer) error {
	list, err := cases.List(t.r, cases.Filter{Customer: int64(c.ID), Limit: storyCases})
	if err != nil {
		return err
	}
	for _, x := range list {
		href := "/cases/" + x.ID.String()
		t.add(x.At, "message-square", t.v.T("customers.story_case", "number", x.Called()), href, x.Subject)
		t.add(x.ResolvedAt, "circle-check", t.v.T("customers.story_resolved", "number", x.Called()), href, "")
		thread, err := cases.Thread(t.r, x.ID)
		if err != nil {
			return err
		}
		for _, m := range thread {
			switch m.Way {
			case support.In:
				t.add(m.At, "mail", t.v.T("customers.story_in", "number", x.Called()), href, m.Text)
			case support.Out:
				t.add(m.At, "send", t.v.T("customers.story_out", "number", x.Called()), href, m.Text)
			default:
				t.add(m.At, "lock", t.v.T("customers.story_note", "number", x.Called()), href, m.Text)
			}
		}
		given, err := cases.GoodwillOf(t.r, x.ID)
		if err != nil {
			return err
		}
		for _, g := range given {
			if g.State == support.Given {
				t.add(g.DecidedAt, "hand-coins", t.v.T("customers.story_goodwill", "amount", t.v.Money(g.Amount, g.Currency)), href, g.Reason)
			}
		}
	}
	return nil
}

func (t *teller) orders(c *party.Customer) error {
	found, err := orders.List(t.r, orders.Filter{Customer: int64(c.ID), Limit: storyOrders})
	if err != nil {
		return err
	}
	var ids []order.ID
	var raw []int64
	named := map[order.ID]string{}
	for _, row := range found.Rows {
		o := row.Order
		ids, raw = append(ids, o.ID), append(raw, int64(o.ID))
		named[o.ID] = words.Number(o.Number)
		t.add(o.PlacedAt, "shopping-bag", t.v.T("customers.story_order", "number", named[o.ID]), "/orders/"+o.ID.String(), t.v.Money(o.Totals.Total, o.Currency.Code()))
	}
	if err := t.ways(ids, named); err != nil {
		return err
	}
	paid, err := payments.OfOrders(t.r, raw)
	for _, p := range paid {
		of := order.ID(p.Order)
		t.add(p.CreatedAt, "credit-card", t.v.T("customers.story_payment", "number", named[of]), "/orders/"+of.String(), t.v.Money(p.Amount, p.Currency))
	}
	if err != nil {
		return err
	}
	return t.said(ids, named)
}

// ways tells of parcels and returns.
func (t *teller) ways(ids []order.ID, named map[order.ID]string) error {
	parcels, err := fulfillments.ParcelsOfOrders(t.r, ids)
	if err != nil {
		return err
	}
	for _, p := range parcels {
		t.add(p.ShippedAt, "truck", t.v.T("customers.story_shipped", "number", named[p.Order]), "/orders/"+p.Order.String(), p.Carrier+" "+p.Tracking)
		t.add(p.DeliveredAt, "package-check", t.v.T("customers.story_delivered", "number", named[p.Order]), "/orders/"+p.Order.String(), "")
	}
	back, err := returned.OfOrders(t.r, ids)
	for _, x := range back {
		t.add(x.At, "rotate-ccw", t.v.T("customers.story_return", "number", x.Name(), "order", named[x.Order]), "/returns/"+x.ID.String(), x.Comment)
		t.add(x.ReceivedAt, "package-open", t.v.T("customers.story_received", "number", x.Name()), "/returns/"+x.ID.String(), "")
	}
	return err
}

// said tells of messages and notes.
func (t *teller) said(ids []order.ID, named map[order.ID]string) error {
	for _, id := range ids {
		list, err := messages.OfOrder(t.r, int64(id))
		if err != nil {
			return err
		}
		for _, m := range list {
			t.add(m.UpdatedAt, "mail", t.v.T("customers.story_message", "what", t.v.T("order.message_"+string(m.Kind)), "number", named[id]), "/orders/"+id.String(), "")
		}
		notes, err := orders.Notes(t.r, id)
		if err != nil {
			return err
		}
		for _, n := range notes {
			t.add(n.At, "file-text", t.v.T("customers.story_remark", "number", named[id]), "/orders/"+id.String(), n.Text)
		}
	}
	return nil
}
