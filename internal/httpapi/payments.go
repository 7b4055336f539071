package httpapi

import (
	"encoding/json"
	"maps"
	"net/http"
	"slices"

	"orderly/internal/access"
	"orderly/internal/connect/payments"
	"orderly/internal/credit"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/payment"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	kept "orderly/internal/store/payments"
	"orderly/internal/teller"
)

func (a *api) paymentRoutes() {
	write := pay.Add.Permission
	add(a, route{method: "GET", path: "/v1/orders/{id}/payments", id: "listPayments", summary: "Read what an order was paid by", needs: access.OrdersRead}, a.listPayments)
	add(a, route{method: "POST", path: "/v1/orders/{id}/payments", id: "payOrder", summary: "Add a payment, or record what the channel took", needs: write, answers: madeOrNot, tagged: true, text: addPaymentText}, a.payOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/refunds", id: "refundOrder", summary: "Give money back out of what it was paid by", needs: write, answers: madeOrNot, tagged: true, text: refundText}, a.refundOrder)
	add(a, route{method: "GET", path: "/v1/payments/{id}", id: "getPayment", summary: "Read a payment", needs: access.OrdersRead}, a.getPayment)
	add(a, route{method: "POST", path: "/v1/payments/{id}/capture", id: "capturePayment", summary: "Take what is authorized, whole or in part", needs: write, answers: madeOrNot, text: effectText}, a.movePayment(pay.Capture))
	add(a, route{method: "POST", path: "/v1/payments/{id}/void", id: "voidPayment", summary: "Let go what is authorized", needs: write, answers: madeOrNot, text: effectText}, a.movePayment(pay.Void))
	add(a, route{method: "POST", path: "/v1/payments/{id}/refund", id: "refundPayment", summary: "Give back out of this payment alone", needs: write, answers: madeOrNot, text: effectText}, a.movePayment(pay.RefundOne))
	add(a, route{method: "GET", path: "/v1/providers", id: "listProviders", summary: "List providers of payments", needs: access.SettingsWrite}, a.listProviders)
	add(a, route{method: "POST", path: "/v1/providers", id: "saveProvider", summary: "Set a provider of payments up, or change it", needs: admin.SaveProvider.Permission, answers: madeOrNot, text: providerText}, a.saveProvider)
	add(a, route{method: "POST", path: "/v1/providers/{provider}/check", id: "checkProvider", summary: "Ask a provider whether it takes the secrets", needs: admin.SaveProvider.Permission, text: checkedText}, a.checkProvider)
	add(a, route{method: "POST", path: "/v1/providers/{provider}/events", id: "receiveEvent", summary: "Take in what a provider tells", open: true, text: eventText}, a.receiveEvent)
}

const (
	addPaymentText = "Cash and transfers count at once. A card's money moves over a provider: the payment is there at once, `effects` tells what was asked of the provider, and what it did follows in a moment."
	refundText     = "Through the tenders in the order that is asked for, else the usual one; what one cannot give moves on to the next. What the channel or a person gives back counts at once, what a provider gives back when it has."
	effectText     = "The effect is kept and brought about in a moment, once: `effects` tells how far it is."
	providerText   = "Secrets are sealed, and shown to nobody again."
	checkedText    = "It is asked now; nothing changes, there or here."
	eventText      = "For providers alone, who sign what they send. It is answered when all of it is committed; an event that was known is no news. An event of a payment that nobody knows is kept until somebody does."
)

type paymentParams struct {
	PaymentID
	DryRun
}

// PaymentID names a payment.
type PaymentID struct {
	ID string `path:"id" example:"pay_0pmnqh2000400"`
}

func paymentByID(text string) (payment.ID, error) {
	id, err := payment.ParseID(text)
	if err != nil {
		return 0, pay.NoSuchPayment(text)
	}
	return id, nil
}

type orderParams struct {
	OrderID
	DryRun
}

func (a *api) listPayments(c *call, p *OrderID, _ *none) (OrderPayments, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return OrderPayments{}, err
	}
	var v *orderView
	var list []*payment.Payment
	var said map[int64][]payment.Channeled
	err = c.read(func(r *store.Reader) (err error) {
		if v, err = viewOf(r, id); err != nil {
			return err
		}
		if list, err = kept.OfOrders(r, []int64{int64(id)}); err != nil {
			return err
		}
		said, err = kept.Channeled(r, []int64{int64(id)})
		return err
	})
	if err != nil {
		return OrderPayments{}, err
	}
	o := v.order
	out := OrderPayments{Data: []Payment{}, Channel: Purse{Captured: o.Paid, Refunded: o.Refunded}, Due: payment.Due(o.Totals.Payable(), o.Paid, o.Refunded, list)}
	for _, each := range list {
		out.Data = append(out.Data, renderPayment(each))
		out.Channel.Captured -= each.Captured
		out.Channel.Refunded -= each.Refunded + each.Credited
	}
	out.Channel.Refundable = min(out.Channel.Captured-out.Channel.Refunded, payment.Returnable(list, o.Paid, o.Refunded))
	for _, k := range payment.Tenders {
		if k.Account != "" {
			out.Tenders = append(out.Tenders, string(k.Tender))
		}
	}
	for _, x := range said[int64(id)] {
		out.Said = append(out.Said, Said{N: x.N, Means: x.Means, Instalments: x.Instalments, Amount: x.Amount, Reference: x.Reference})
	}
	cost, goods, prices := o.Settling()
	if d := payment.Differs(cost, goods, prices, o.Paid, said[int64(id)]); d != nil && len(list) == 0 {
		out.Differs = &Differs{Amount: d.Amount, Cause: d.Cause, Says: d.Says(o.Currency)}
	}
	return out, nil
}

func (a *api) getPayment(c *call, p *PaymentID, _ *none) (Payment, error) {
	id, err := paymentByID(p.ID)
	if err != nil {
		return Payment{}, err
	}
	got, _, err := c.paymentAt(id, 0)
	if err != nil {
		return Payment{}, err
	}
	return renderPayment(got), nil
}

// paymentAt reads a payment as it was at a version, 0 for now, and up to which
// of its order's entries was told then.
func (c *call) paymentAt(id payment.ID, n int64) (p *payment.Payment, of int64, err error) {
	err = c.read(func(r *store.Reader) error {
		list, err := kept.Load(r, []payment.ID{id})
		if err != nil {
			return err
		}
		if len(list) == 0 {
			return pay.NoSuchPayment(id.String())
		}
		if p = list[0]; n == 0 {
			return nil
		}
		history, err := entries.OfSubject(r, int64(id), 0, n, 2*payment.MaxIntents*3)
		if err != nil {
			return err
		}
		told := make([]payment.Told, len(history))
		for i := range history {
			if err := json.Unmarshal(history[i].Data, &told[i]); err != nil {
				return err
			}
		}
		p = p.As(told)
		of, err = entries.LastUpTo(r, p.Order, history[len(history)-1].Seq)
		return err
	})
	return p, of, err
}

func (a *api) payOrder(c *call, p *orderParams, in *AddPayment) (PaidOrder, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return PaidOrder{}, err
	}
	currency, err := c.currencyOf(id)
	if err != nil {
		return PaidOrder{}, err
	}
	paid := amount(currency, "/amount", in.Amount, &c.faults)
	if in.Amount != "" && paid <= 0 && c.faults.Len() == 0 {
		c.faults.Add("/amount", "out_of_range", "the amount is more than 0")
	}
	switch in.Tender {
	case "", "paid_at_channel", string(payment.ChannelTender):
		c.status = http.StatusCreated
		for at, text := range map[string]string{"/code": in.Code, "/provider": in.Provider, "/begin": in.Begin, "/source": in.Source} {
			if text != "" {
				c.faults.Add(at, "no_provider", "the channel has taken the money; no provider moves it")
			}
		}
		return a.payAtChannel(c, id, p.Dry, intake.PayCommand{Order: id, Amount: paid, Reference: in.Reference, Means: in.Means, Instalments: in.Instalments, N: in.Sequence})
	}
	cmd := pay.AddCommand{Order: id, Tender: payment.Tender(in.Tender), Amount: paid, Reference: in.Reference, Provider: in.Provider, Begin: in.Begin, Source: in.Source, AtOnce: in.AtOnce, Above: in.Above}
	if in.Means != "" || in.Instalments != 0 || in.Sequence != 0 {
		c.faults.Add("/means", "channels_alone", "only a channel has taken money by means of its own")
	}
	if in.Code != "" {
		cmd.Card = credit.Hash(c.scope.Merchant, in.Code)
	}
	if p.Dry {
		c.status = http.StatusOK
		r, err := preview(c, pay.Add, cmd)
		if err != nil {
			return PaidOrder{}, err
		}
		done := r.Value.(*pay.Done)
		would := renderPayment(done.Payment)
		out, err := c.planned(done.Order)
		return PaidOrder{Order: out, Payment: &would}, err
	}
	r, err := one(c, pay.Add, cmd)
	if err != nil {
		return PaidOrder{}, err
	}
	got, at, err := c.paymentAt(payment.ID(r.ID), r.Seq)
	if err != nil {
		return PaidOrder{}, err
	}
	c.created("/v1/payments/" + got.ID.String())
	v, err := c.orderAfter(id, at)
	if err != nil {
		return PaidOrder{}, err
	}
	c.tag(v.order.EditVersion)
	made := renderPayment(got)
	return PaidOrder{Order: c.renderOrder(v), Payment: &made}, nil
}

func (a *api) payAtChannel(c *call, id order.ID, dry bool, cmd intake.PayCommand) (PaidOrder, error) {
	if !dry {
		out, err := actOn(c, id.String(), intake.Pay, func(order.ID) (intake.PayCommand, error) { return cmd, nil })
		return PaidOrder{Order: out}, err
	}
	c.status = http.StatusOK
	r, err := preview(c, intake.Pay, cmd)
	if err != nil {
		return PaidOrder{}, err
	}
	out, err := c.planned(r.Value.(*order.Order))
	return PaidOrder{Order: out}, err
}

// planned renders an order as an act on its money would leave it.
func (c *call) planned(o *order.Order) (Order, error) {
	var now *orderView
	err := c.read(func(r *store.Reader) (err error) {
		now, err = viewOf(r, o.ID)
		return err
	})
	if err != nil {
		return Order{}, err
	}
	planned := *o
	planned.Party = now.order.Party
	out := c.renderOrder(&orderView{&planned, now.fulfillments})
	out.DryRun = true
	return out, nil
}

func (a *api) refundOrder(c *call, p *orderParams, in *NewRefund) (RefundedOrder, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return RefundedOrder{}, err
	}
	currency, err := c.currencyOf(id)
	if err != nil {
		return RefundedOrder{}, err
	}
	cmd := pay.RefundCommand{Order: id, Amount: amount(currency, "/amount", in.Amount, &c.faults), Reference: in.Reference, Turn: in.To == "store_credit"}
	switch in.Tender {
	case "":
		for _, t := range in.Tenders {
			cmd.Tenders = append(cmd.Tenders, payment.Tender(t))
		}
	case "paid_at_channel":
		cmd.Tenders = []payment.Tender{payment.ChannelTender}
	default:
		cmd.Tenders = []payment.Tender{payment.Tender(in.Tender)}
	}
	if p.Dry {
		c.status = http.StatusOK
		r, err := preview(c, pay.Refund, cmd)
		if err != nil {
			return RefundedOrder{}, err
		}
		would := r.Value.(*pay.Refunded)
		out := RefundedOrder{}
		for _, s := range would.Shares {
			share := Share{Tender: string(s.Tender), Amount: s.Amount}
			if s.Payment != nil {
				share.Payment = s.Payment.ID.String()
			}
			out.Gives = append(out.Gives, share)
		}
		out.Order, err = c.planned(would.Order)
		return out, err
	}
	c.status = http.StatusCreated
	out, err := actOn(c, p.ID, pay.Refund, func(order.ID) (pay.RefundCommand, error) { return cmd, nil })
	return RefundedOrder{Order: out}, err
}

func (a *api) movePayment(op *desk.Operation[pay.MoveCommand]) func(*call, *paymentParams, *MovePayment) (Payment, error) {
	return func(c *call, p *paymentParams, in *MovePayment) (Payment, error) {
		id, err := paymentByID(p.ID)
		if err != nil {
			return Payment{}, err
		}
		now, _, err := c.paymentAt(id, 0)
		if err != nil {
			return Payment{}, err
		}
		currency, err := c.currencyOf(order.ID(now.Order))
		if err != nil {
			return Payment{}, err
		}
		cmd := pay.MoveCommand{Payment: id, Amount: amount(currency, "/amount", in.Amount, &c.faults)}
		if in.Amount != "" && cmd.Amount <= 0 && c.faults.Len() == 0 {
			c.faults.Add("/amount", "out_of_range", "the amount is more than 0, or left out for all of it")
		}
		if p.Dry {
			c.status = http.StatusOK
			r, err := preview(c, op, cmd)
			if err != nil {
				return Payment{}, err
			}
			out := renderPayment(r.Value.(*pay.Done).Payment)
			out.Dry = true
			return out, nil
		}
		r, err := one(c, op, cmd)
		if err != nil {
			return Payment{}, err
		}
		got, _, err := c.paymentAt(id, r.Seq)
		if err != nil {
			return Payment{}, err
		}
		c.created("/v1/payments/" + id.String())
		return renderPayment(got), nil
	}
}

func (a *api) listProviders(c *call, _ *struct{}, _ *none) (Providers, error) {
	var list []kept.Provider
	err := c.read(func(r *store.Reader) (err error) {
		list, err = kept.Providers(r)
		return err
	})
	out := Providers{Data: []Provider{}, Kinds: slices.Sorted(maps.Keys(teller.Drivers(a.desk)))}
	if out.Kinds == nil {
		out.Kinds = []string{}
	}
	for i := range list {
		out.Data = append(out.Data, renderProvider(&list[i], teller.Endpoint(c.scope.Merchant, list[i].Code)))
	}
	return out, err
}

func (a *api) saveProvider(c *call, _ *struct{}, in *NewProvider) (Provider, error) {
	cmd := admin.ProviderCommand{Code: in.Code, Kind: in.Kind, Active: in.Active == nil || *in.Active, Secrets: map[string]string{}}
	for _, x := range in.Secrets {
		cmd.Secrets[x.Name] = x.Value
	}
	cmd.Fields, cmd.Judge = teller.Takes(a.desk, in.Kind)
	r, err := one(c, admin.SaveProvider, cmd)
	if err != nil {
		return Provider{}, err
	}
	if r.Status != "created" {
		c.status = http.StatusOK
	}
	var list []kept.Provider
	err = c.read(func(rd *store.Reader) (err error) {
		list, err = kept.Providers(rd)
		return err
	})
	for i := range list {
		if int64(list[i].ID) == r.ID {
			return renderProvider(&list[i], teller.Endpoint(c.scope.Merchant, list[i].Code)), err
		}
	}
	if err == nil {
		err = admin.NoSuchProvider(in.Code)
	}
	return Provider{}, err
}

type providerParams struct {
	Provider string `path:"provider" maxLength:"30" doc:"Its code." example:"stripe"`
}

func (a *api) checkProvider(c *call, p *providerParams, _ *none) (Checked, error) {
	got, err := teller.Check(c.ctx, a.desk, c.scope.Merchant, p.Provider)
	return Checked{Live: got.Live}, err
}

type eventParams struct {
	Provider string `path:"provider" maxLength:"60" doc:"As events_path of the provider says." example:"stripe"`
}

func (a *api) receiveEvent(c *call, p *eventParams, _ *none) (Received, error) {
	text, done, err := c.body()
	if err != nil {
		return Received{}, err
	}
	defer done()
	if len(text) > payments.MaxEventBody {
		return Received{}, fault.New(fault.TooLarge, "body_too_large", "an event has at most %d bytes", payments.MaxEventBody)
	}
	n, err := teller.Receive(c.ctx, a.desk, p.Provider, c.r.Header, text)
	return Received{News: n}, err
}
