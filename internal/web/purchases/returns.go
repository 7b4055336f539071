package purchases

import (
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk/buy"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/store"
	"orderly/internal/walk"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// beginReturn makes a draft of the units that were typed beside lines.
func beginReturn(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	c := buy.NewReturnCommand{Purchase: x.ID, Note: v.Form("note")}
	for i := range x.Lines {
		l := &x.Lines[i]
		if q := order.ParseQuantity(v.Form(fmt.Sprintf("back-%d", l.N)), l.Scale); q != 0 {
			c.Lines = append(c.Lines, purchase.ReturnLine{Line: l.N, Quantity: q, Reason: v.Form("reason")})
		}
	}
	_, err = shell.Do(v, buy.CreateReturn, c)
	return x.done(v, "return", v.T("purchases.return_begun"), err)
}

func actOnReturn(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	id, err := purchase.ParseReturnID(v.Path("return"))
	if err != nil || !slices.ContainsFunc(x.Returns, func(r purchase.Return) bool { return r.ID == id }) {
		return fault.New(fault.NotFound, "no_such_return", "there is no such return")
	}
	var l fault.List
	c := buy.ReturnActCommand{Return: id, ReturnAct: purchase.ReturnAct{
		Act: v.Form("act"), Mail: v.Form("act") == "ask" && v.Form("mail") != "", RMA: v.Form("rma"), Carrier: v.Form("carrier"), Tracking: v.Form("tracking"), CreditNote: v.Form("credit_note"), Credit: x.amount(v, "amount", &l), Why: v.Form("why"), Again: v.Form("again") != "",
	}}
	op := buy.ActOnReturn
	if c.Act == "ship" {
		op = buy.ShipReturn
	}
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, op, c)
	}
	return x.done(v, "return-"+id.String(), v.T("purchases.saved"), err)
}

// returnNote is the paper that goes with the goods.
func returnNote(v *shell.Visit) error {
	id, err := purchase.ParseReturnID(v.Path("return"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_return", "there is no such return")
	}
	return v.Paper(func(r *store.Reader, now int64) (shell.Paper, error) { return walk.SupplierReturn(r, id, now) })
}

// mayReturn reports whether something of it may go back, and the visitor may say
// so.
func (x *view) mayReturn(v *shell.Visit) bool {
	return v.May(buy.CreateReturn.Permission) && x.Purpose != purchase.DropShip && !x.History && slices.ContainsFunc(x.Lines, func(l purchase.Line) bool { return x.Back(&l, x.Returns) > 0 })
}

// acts are what the visitor may do with a return now.
func acts(v *shell.Visit, r *purchase.Return) []string {
	return slices.DeleteFunc(r.Actions(), func(act string) bool {
		if act == "ship" {
			return !v.May(buy.ShipReturn.Permission)
		}
		return !v.May(access.PurchasesWrite)
	})
}

// expects is what a credit note is held against.
func (x *view) expects(v *shell.Visit, r *purchase.Return) string {
	goods, charges, err := x.Expected(r, x.Landed)
	if err != nil {
		return "–"
	}
	return v.T("purchases.return_worth", "goods", v.Money(goods, x.Currency), "charges", v.Money(charges, x.Currency))
}

func stepTone(s purchase.Step) ui.Tone {
	switch s {
	case purchase.ReturnCredited, purchase.ReturnReplaced:
		return ui.Good
	case purchase.ReturnRefused:
		return ui.Bad
	case purchase.ReturnCanceled, purchase.ReturnClosed, purchase.ReturnDraft:
		return ui.Quiet
	}
	return ui.Accent
}

func reasonOptions(v *shell.Visit) []ui.Option {
	return options(v, "purchases.return_reason_", purchase.ReturnReasons)
}
