package orders

import (
	"slices"
	"strconv"
	"strings"

	"orderly/internal/credit"
	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/payments"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// moves are the acts on one payment, by their word in addresses.
var moves = map[string]*desk.Operation[pay.MoveCommand]{payment.Capture: pay.Capture, payment.Void: pay.Void, payment.Refund: pay.RefundOne}

// money reads what the order was paid by, and over whom more can be.
func (x *view) money(r *store.Reader) (err error) {
	if x.Payments, err = payments.OfOrders(r, []int64{int64(x.ID)}); err != nil {
		return err
	}
	said, err := payments.Channeled(r, []int64{int64(x.ID)})
	if err != nil {
		return err
	}
	x.said = said[int64(x.ID)]
	all, err := payments.Providers(r)
	for _, p := range all {
		if p.Active {
			x.providers = append(x.providers, p.Code)
		}
	}
	return err
}

// channelPart is what the channel holds: the rest that no payment has.
func (x *view) channelPart() (captured, refunded int64) {
	captured, refunded = x.Paid, x.Refunded
	for _, p := range x.Payments {
		captured, refunded = captured-p.Captured, refunded-p.Refunded-p.Credited
	}
	return captured, refunded
}

// differs explains how what the channel was paid differs from what the order
// costs; nil when it does not, or when others paid too: then it is a matter of
// what is due.
func (x *view) differs() *payment.Difference {
	if x.Paid == 0 || len(x.Payments) > 0 {
		return nil
	}
	cost, goods, prices := x.Settling()
	return payment.Differs(cost, goods, prices, x.Paid, x.said)
}

// differsText explains a difference in words.
func (x *view) differsText(v *shell.Visit, d *payment.Difference) string {
	percent := strconv.FormatInt(d.Permill/10, 10) + "." + strconv.FormatInt(d.Permill%10, 10)
	return v.T("payment.differs."+d.Cause, "amount", v.Money(max(d.Amount, -d.Amount), x.Currency.Code()), "percent", percent, "instalments", strconv.FormatInt(d.Months, 10))
}

// saidText tells of one payment of the channel.
func (x *view) saidText(v *shell.Visit, s payment.Channeled) string {
	text := strings.ReplaceAll(s.Means, "_", " ")
	if s.Instalments > 1 {
		text += " · " + v.T("payment.instalments", "n", strconv.FormatInt(s.Instalments, 10))
	}
	return text
}

// underWay are a payment's effects that are not settled.
func underWay(p *payment.Payment) (out []payment.Intent) {
	for _, x := range p.Intents {
		if !x.Settled() {
			out = append(out, x)
		}
	}
	return out
}

// lastRefused is the newest effect when it was refused.
func lastRefused(p *payment.Payment) *payment.Intent {
	if n := len(p.Intents); n > 0 && p.Intents[n-1].State == payment.Declined {
		return &p.Intents[n-1]
	}
	return nil
}

var payTones = map[string]ui.Tone{
	payment.Waiting: ui.Neutral, payment.Authorized: ui.Accent, payment.PartlyCaptured: ui.Accent, payment.Captured: ui.Good, payment.Disputed: ui.Bad,
	payment.Failed: ui.Bad, payment.Voided: ui.Quiet, payment.Released: ui.Quiet,
}

func payTone(state string) ui.Tone {
	if t, ok := payTones[state]; ok {
		return t
	}
	return ui.Neutral
}

// stateOf is the word for how far a payment is, and wordOf that for an act on
// it: what is promised nobody's bank has set aside.
func stateOf(p *payment.Payment) string {
	if s := p.State(); s != payment.Authorized || !p.Tender.Promised() {
		return s
	}
	return "promised"
}

func wordOf(p *payment.Payment, act string) string {
	if act != payment.Refund && p.Tender.Promised() {
		return "promised_" + act
	}
	return act
}

// ways are how more can be paid: by the channel, by hand, or at a page of each
// provider.
func (x *view) ways(v *shell.Visit) []ui.Option {
	out := []ui.Option{
		{Value: string(payment.ChannelTender), Label: v.T("payment.by.channel")},
		{Value: string(payment.Cash), Label: v.T("payment.by.cash")},
		{Value: string(payment.Bank), Label: v.T("payment.by.bank")},
	}
	out = append(out, ui.Option{Value: string(payment.GiftCard), Label: v.T("payment.by.gift_card")})
	if x.Customer != 0 {
		out = append(out, ui.Option{Value: string(payment.StoreCredit), Label: v.T("payment.by.store_credit")})
	}
	out = append(out, ui.Option{Value: string(payment.CashOnDelivery), Label: v.T("payment.by.cash_on_delivery")})
	if x.Customer != 0 {
		out = append(out, ui.Option{Value: string(payment.Terms), Label: v.T("payment.by.terms")})
	}
	for _, code := range x.providers {
		out = append(out, ui.Option{Value: "card:" + code, Label: v.T("payment.by_link", "provider", code)},
			ui.Option{Value: "adopt:" + code, Label: v.T("payment.by_adopting", "provider", code)})
	}
	return out
}

// turnedKey says how a payment gave money that another tender holds.
func turnedKey(p *payment.Payment) string {
	if p.Tender == payment.Cash {
		return "payment.from_drawer"
	}
	return "payment.turned"
}

// toCredit is what a refund is given as when it is not paid out.
const toCredit = "to_credit"

// sources are what a refund can be given out of.
func (x *view) sources(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("payment.usual_order")}}
	for _, k := range payment.Tenders {
		captured, refunded := x.channelPart()
		if k.Rows {
			captured, refunded = 0, 0
		}
		for _, p := range x.Payments {
			if p.Tender == k.Tender {
				captured, refunded = captured+p.Captured, refunded+p.Refunded
			}
		}
		if captured > refunded {
			out = append(out, ui.Option{Value: string(k.Tender), Label: v.T("payment.by." + string(k.Tender))})
		}
	}
	if x.Customer != 0 {
		out = append(out, ui.Option{Value: toCredit, Label: v.T("payment.to_credit")})
	}
	return out
}

// addPayment records what somebody took, or makes a page to pay at.
func addPayment(v *shell.Visit) error {
	id, err := orderID(v)
	if err != nil {
		return err
	}
	var faults fault.List
	amount := formAmount(v, &faults)
	way, said := v.Form("tender"), "order.said_paid"
	if err = faults.Err(); err != nil {
		return done(v, "pay", v.T(said), err)
	}
	provider, over := cutWay(way)
	switch {
	case strings.HasPrefix(way, adopting):
		said = "payment.said_adopted"
		_, err = shell.Do(v, pay.Add, pay.AddCommand{Order: id, Tender: payment.Card, Amount: amount, Provider: strings.TrimPrefix(way, adopting), Begin: payment.Adopt, Reference: v.Form("reference")})
	case over:
		said = "payment.said_link"
		_, err = shell.Do(v, pay.Add, pay.AddCommand{Order: id, Tender: payment.Card, Amount: amount, Provider: provider, Begin: payment.Link, AtOnce: v.Form("at_once") != ""})
	case way == "" || way == string(payment.ChannelTender):
		_, err = shell.Do(v, intake.Pay, intake.PayCommand{Order: id, Amount: amount, Reference: v.Form("reference")})
	default:
		c := pay.AddCommand{Order: id, Tender: payment.Tender(way), Amount: amount, Reference: v.Form("reference"), Above: v.Form("above") != ""}
		if code := v.Form("code"); code != "" && c.Tender == payment.GiftCard {
			c.Card = credit.Hash(v.Scope.Merchant, code)
		}
		_, err = shell.Do(v, pay.Add, c)
	}
	return done(v, "pay", v.T(said), err)
}

// formAmount reads an amount of the order's currency.
func formAmount(v *shell.Visit, faults *fault.List) int64 {
	x, err := load(v)
	if err != nil {
		faults.AddError("", err)
		return 0
	}
	text := v.Form("amount")
	if text == "" {
		return 0
	}
	amount, err := x.Currency.ParseAmount(text)
	if err == nil && amount <= 0 {
		err = fault.New(fault.Invalid, "out_of_range", "the amount is more than 0")
	}
	faults.AddError("/amount", err)
	return amount
}

func refundForm(v *shell.Visit, id order.ID, faults *fault.List) pay.RefundCommand {
	c := pay.RefundCommand{Order: id, Amount: formAmount(v, faults), Reference: v.Form("reference")}
	if v.Form("from") == toCredit {
		c.Turn = true
	} else if t := payment.Tender(v.Form("from")); t != "" {
		c.Tenders = []payment.Tender{t}
	}
	return c
}

// refundPreview tells what each tender would give back.
func refundPreview(v *shell.Visit) error {
	x, err := load(v) // first: of an order that is not there not even the form is judged
	if err != nil {
		return err
	}
	var faults fault.List
	c := refundForm(v, x.ID, &faults)
	if err = faults.Err(); err == nil {
		var r desk.Result
		if r, err = shell.Preview(v, pay.Refund, c); err == nil {
			return v.Part(refundEffect(v, x, r.Value.(*pay.Refunded).Shares))
		}
	}
	return whyNot(v, err)
}

// whyNot shows why a preview was refused.
func whyNot(v *shell.Visit, err error) error {
	if told, ok := shell.FaultsOf(err); ok && fault.KindOf(err) != fault.NotFound {
		return v.Part(cancelFault(told))
	}
	return err
}

func moveForm(v *shell.Visit) (*desk.Operation[pay.MoveCommand], pay.MoveCommand, error) {
	id, err := payment.ParseID(v.Path("pay"))
	op := moves[v.Path("act")]
	if err != nil || op == nil {
		return nil, pay.MoveCommand{}, pay.NoSuchPayment(v.Path("pay"))
	}
	var faults fault.List
	c := pay.MoveCommand{Payment: id, Amount: formAmount(v, &faults)}
	return op, c, faults.Err()
}

// movePayment captures, lets go or gives back of one payment.
func movePayment(v *shell.Visit) error {
	op, c, err := moveForm(v)
	if err == nil {
		_, err = shell.Do(v, op, c)
	}
	return done(v, v.Path("act")+"-"+v.Path("pay"), v.T("payment.said_asked"), err)
}

// movePreview tells what of the payment would be left.
func movePreview(v *shell.Visit) error {
	op, c, err := moveForm(v)
	if err == nil {
		var r desk.Result
		if r, err = shell.Preview(v, op, c); err == nil {
			x, err := load(v)
			if err != nil {
				return err
			}
			return v.Part(moveEffect(v, x, v.Path("act"), r.Value.(*pay.Done).Payment, c.Payment))
		}
	}
	return whyNot(v, err)
}

// offered are the acts on a payment that the page offers.
func offered(p *payment.Payment) []string {
	return slices.DeleteFunc(p.Actions(), func(a string) bool { return moves[a] == nil })
}

// payment is one as the page has it.
func (x *view) payment(id payment.ID) *payment.Payment {
	if i := slices.IndexFunc(x.Payments, func(p *payment.Payment) bool { return p.ID == id }); i >= 0 {
		return x.Payments[i]
	}
	return &payment.Payment{}
}

// adopting begins a way to pay that takes over what the provider knows.
const adopting = "adopt:"

// cutWay reads the provider out of a way to pay.
func cutWay(way string) (provider string, over bool) { return strings.CutPrefix(way, "card:") }

// most is how much of a payment an act can still be about.
func most(p *payment.Payment, act string) int64 {
	switch act {
	case payment.Capture:
		return p.Capturable()
	case payment.Refund:
		return p.Refundable()
	}
	return p.Open()
}
