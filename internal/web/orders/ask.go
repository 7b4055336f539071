package orders

import (
	"database/sql"
	"errors"
	"strconv"
	"strings"

	"orderly/internal/asking"
	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/asks"
	"orderly/internal/store/messages"
	"orderly/internal/store/orders"
	"orderly/internal/web/shell"
	"orderly/internal/web/words"
)

// questions is what the customer of an order was asked, and the form to ask more.
type questions struct {
	Order  *order.Order
	Asks   []asking.Ask
	Kind   string
	Link   string // of the question that was just asked: it is shown once
	Shop   string // where the customer's pages are
	Faults shell.Faults
}

func (x *questions) read(v *shell.Visit) error {
	id, err := orderID(v)
	if err != nil {
		return err
	}
	return v.Read(func(r *store.Reader) error {
		o, err := orders.Get(r, id)
		if errors.Is(err, sql.ErrNoRows) {
			return noSuchOrder()
		}
		if err != nil {
			return err
		}
		x.Order = o
		if x.Asks, err = asks.OfOrder(r, id); err != nil {
			return err
		}
		s, err := messages.SenderOf(r)
		x.Shop = s.ShopAddress
		return err
	})
}

func askPage(v *shell.Visit) error {
	x := &questions{Kind: asking.Address}
	if err := x.read(v); err != nil {
		return err
	}
	return v.Page(v.T("order.ask_title", "number", words.Number(x.Order.Number)), questionsPage(v, x))
}

// askCustomer asks, and shows the link this once.
func askCustomer(v *shell.Visit) error {
	x := &questions{Kind: v.Form("kind")}
	if err := x.read(v); err != nil {
		return err
	}
	var l fault.List
	a := asking.Ask{Order: x.Order.ID, Kind: x.Kind, Hold: x.hold()}
	if x.Kind == asking.Substitute {
		a.Line, a.SKU = int(v.FormInt("line", &l)), strings.TrimSpace(v.Form("sku"))
	}
	err := l.Err()
	if err == nil {
		got, failed := shell.Do(v, care.AskCustomer, care.QuestionCommand{Ask: a, Send: v.Form("send") != ""})
		if q, ok := got.Value.(*care.Questioned); ok && failed == nil {
			x.Link = x.Shop + "/a/" + q.Link
		}
		err = failed
	}
	title := v.T("order.ask_title", "number", words.Number(x.Order.Number))
	if err != nil {
		f, ok := shell.FaultsOf(err)
		if !ok {
			return err
		}
		x.Faults = f
		return v.Again(title, questionsPage(v, x))
	}
	if err := x.read(v); err != nil {
		return err
	}
	return v.Page(title, questionsPage(v, x))
}

// hold is the oldest open hold, which an answer lifts.
func (x *questions) hold() int64 {
	for _, h := range x.Order.Holds {
		if h.LiftedAt == 0 {
			return h.ID
		}
	}
	return 0
}

// why is the first of what is wrong, "" for nothing.
func (x *questions) why() string {
	for _, name := range []string{"", "kind", "line", "sku", "hold"} {
		if x.Faults[name] != "" {
			return x.Faults[name]
		}
	}
	return ""
}

func lineText(l *order.Line) string { return strconv.Itoa(l.N) + " · " + l.Title }
