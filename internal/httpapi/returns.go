package httpapi

import (
	"net/http"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/fault"
	"orderly/internal/returns"
	"orderly/internal/store"
	"orderly/internal/store/returned"
)

func (a *api) returnRoutes() {
	write, floor := care.RequestReturn.Permission, care.ReceiveRequested.Permission
	add(a, route{method: "GET", path: "/v1/orders/{id}/returnable", id: "returnable", summary: "What of an order may come back, and why not", needs: access.OrdersRead}, a.returnable)
	add(a, route{method: "POST", path: "/v1/orders/{id}/returns", id: "requestReturn", summary: "Ask for units to come back", needs: write, answers: made, text: requestReturnText}, a.requestReturn)
	add(a, route{method: "POST", path: "/v1/orders/{id}/counter-return", id: "counterReturn", summary: "Take goods back at the counter", needs: write, answers: made, text: counterReturnText}, a.counterReturn)
	add(a, route{method: "GET", path: "/v1/returns", id: "listReturns", summary: "List returns, newest first", needs: access.OrdersRead}, a.listReturns)
	add(a, route{method: "GET", path: "/v1/returns/{id}", id: "getReturn", summary: "Read a return", needs: access.OrdersRead}, a.getReturn)
	add(a, route{method: "POST", path: "/v1/returns/{id}/approve", id: "approveReturn", summary: "Let it come", needs: write}, a.approveReturn)
	add(a, route{method: "POST", path: "/v1/returns/{id}/refuse", id: "refuseReturn", summary: "Turn it down", needs: write}, a.noteOn(care.RefuseReturn))
	add(a, route{method: "POST", path: "/v1/returns/{id}/cancel", id: "cancelReturn", summary: "Nothing of it will come", needs: write}, a.noteOn(care.CancelReturn))
	add(a, route{method: "POST", path: "/v1/returns/{id}/send", id: "sendReturn", summary: "It is on its way", needs: write}, a.sendReturn)
	add(a, route{method: "POST", path: "/v1/returns/{id}/receive", id: "receiveReturn", summary: "Say what has come", needs: floor, text: receiveReturnText}, a.arrive(care.ReceiveRequested))
	add(a, route{method: "POST", path: "/v1/returns/{id}/unreceive", id: "unreceiveReturn", summary: "Take back a receipt that was a mistake", needs: floor}, a.arrive(care.UnreceiveReturn))
	add(a, route{method: "POST", path: "/v1/returns/{id}/inspect", id: "inspectReturn", summary: "Say what becomes of units", needs: floor, text: inspectText}, a.inspectReturn)
	add(a, route{method: "POST", path: "/v1/returns/{id}/refund", id: "refundReturn", summary: "Give back what units are worth", needs: write, text: repayText}, a.repayReturn)
	add(a, route{method: "POST", path: "/v1/returns/{id}/exchange", id: "exchangeReturn", summary: "Send something else for it", needs: write, text: exchangeText}, a.exchangeReturn)
	add(a, route{method: "POST", path: "/v1/returns/{id}/close", id: "closeReturn", summary: "End it", needs: write}, a.noteOn(care.CloseReturn))
	add(a, route{method: "POST", path: "/v1/returns/{id}/reopen", id: "reopenReturn", summary: "Go on with it", needs: write}, a.noteOn(care.ReopenReturn))
	add(a, route{method: "POST", path: "/v1/parcels/{id}/send-back", id: "sendParcelBack", summary: "It comes back by itself", needs: write, answers: made, text: sendBackText}, a.sendParcelBack)
	add(a, route{method: "GET", path: "/v1/return-policies", id: "listReturnPolicies", summary: "List which returns are taken", needs: access.OrdersRead}, a.listPolicies)
	add(a, route{method: "POST", path: "/v1/return-policies", id: "saveReturnPolicy", summary: "Set which returns a channel takes, or all channels without their own", needs: access.SettingsWrite}, a.savePolicy)
}

const (
	requestReturnText = "The units are asked for from now on: they are in return_requested, and no other return can name them. What the policy does not take is refused with the reason, unless ignore_policy is true."
	counterReturnText = "Received, inspected and paid back in one act, or nothing of it. pay says how the money goes back: as the order was paid (tenders), in cash out of the drawer whatever it was paid by, as store_credit, or later."
	receiveReturnText = "Fewer than were asked for, more, or something else: what is here is booked, and lies in quality control until it is inspected."
	inspectText       = "Units get a disposition, or another than they had: restocked ones go to those who wait for them. What was restocked can be taken back as far as it is free; what was scrapped is gone."
	sendBackText      = "Refused, or not to be delivered: makes a return of all that is in it, on its way to where it was sent from."
	repayText         = "Before the inspection or after. Ask with dry_run to see what it comes to. No more goes back than is left of what was paid. What becomes store credit is given back by no tender, and has the bonus of the policy on top."
)

type returnID struct {
	ID string `path:"id" example:"ret_0pmnqh2000400"`
	DryRun
}

func noSuchReturn(text string) error {
	return fault.New(fault.NotFound, "no_such_return", "there is no return %.40q", text)
}

// returnRow reads a return that the caller may see.
func (c *call) returnRow(text string) (*returns.Return, error) {
	id, err := returns.ParseID(text)
	if err != nil {
		return nil, noSuchReturn(text)
	}
	var found map[returns.ID]*returns.Return
	err = c.read(func(r *store.Reader) (err error) {
		found, err = returned.Load(r, []returns.ID{id})
		return err
	})
	if err != nil {
		return nil, err
	}
	x := found[id]
	if x == nil || x.Location != 0 && !c.scope.Sees(int64(x.Location)) {
		return nil, noSuchReturn(text)
	}
	return x, nil
}

// actOnReturn carries out an act, or tells what it would lead to.
func actOnReturn[C any](c *call, text string, dry bool, op *desk.Operation[C], command func(returns.ID) (C, error)) (Return, error) {
	id, err := returns.ParseID(text)
	if err != nil {
		return Return{}, noSuchReturn(text)
	}
	cmd, err := command(id)
	if err != nil {
		return Return{}, err
	}
	return returnDone(c, dry, op, cmd)
}

// returnDone does an act on a return, or tries it.
func returnDone[C any](c *call, dry bool, op *desk.Operation[C], cmd C) (Return, error) {
	do := one[C]
	if dry {
		do = preview[C]
	}
	r, err := do(c, op, cmd)
	if err != nil {
		return Return{}, err
	}
	x, ok := r.Value.(*returns.Return)
	if !ok { // a replay: as it is by now
		if x, err = c.returnRow(returns.ID(r.ID).String()); err != nil {
			return Return{}, err
		}
	}
	out := c.rma(x)
	out.DryRun = dry
	return out, nil
}

// returnMade is returnDone for acts that make one.
func returnMade[C any](c *call, dry bool, op *desk.Operation[C], cmd C) (Return, error) {
	out, err := returnDone(c, dry, op, cmd)
	if err == nil && !dry {
		c.created("/v1/returns/" + out.ID)
	}
	return out, err
}

func (a *api) returnable(c *call, p *OrderID, _ *none) (Returnable, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Returnable{}, err
	}
	var f *care.Offer
	err = c.read(func(r *store.Reader) (err error) {
		f, err = care.OfferOf(r, id, a.desk.DB.Now())
		return err
	})
	if err != nil {
		return Returnable{}, err
	}
	out := Returnable{Policy: renderPolicy(f.Policy), Lines: make([]ReturnableLine, len(f.Verdicts))}
	for i, v := range f.Verdicts {
		out.Lines[i] = ReturnableLine{Line: v.Line, Most: v.Most, Why: v.Why, Until: instant(v.Until)}
	}
	return out, nil
}

type orderDry struct {
	OrderID
	DryRun
}

func (a *api) requestReturn(c *call, p *orderDry, in *NewReturnRequest) (Return, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Return{}, err
	}
	at, err := c.location("/location", in.Location, &c.faults)
	if err != nil {
		return Return{}, err
	}
	cmd := care.AskCommand{Order: id, Comment: in.Comment, Location: at, Approve: in.Approve, Force: in.IgnorePolicy, Credit: in.StoreCredit}
	for i := range in.Lines {
		l := &in.Lines[i]
		cmd.Lines = append(cmd.Lines, care.AskLine{Line: l.Line, Quantity: l.units(i, &c.faults), Reason: l.Reason})
	}
	return returnMade(c, p.Dry, care.RequestReturn, cmd)
}

func (a *api) counterReturn(c *call, p *orderDry, in *CounterReturn) (Return, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Return{}, err
	}
	at, err := c.location("/location", in.Location, &c.faults)
	if err != nil {
		return Return{}, err
	}
	currency, err := c.currencyOf(id)
	if err != nil {
		return Return{}, err
	}
	cmd := care.CounterCommand{Order: id, Location: at, Reason: in.Reason, Force: in.IgnorePolicy, Pay: in.Pay}
	cmd.Money = (&ReturnPayback{Fees: in.Fees, Deduct: in.Deduct, Amount: in.Amount, Reason: in.MoneyReason}).command(c, 0, currency)
	for _, l := range in.Lines {
		cmd.Lines = append(cmd.Lines, care.CounterLine{Line: l.Line, Quantity: l.Quantity, Disposition: returns.Disposition(l.To)})
	}
	return returnMade(c, p.Dry, care.CounterReturn, cmd)
}

type parcelDry struct {
	ID string `path:"id" example:"par_0pmnqh2000400"`
	DryRun
}

func (a *api) sendParcelBack(c *call, p *parcelDry, _ *none) (Return, error) {
	id, err := parcelByID(p.ID)
	if err != nil {
		return Return{}, err
	}
	cmd := care.ParcelBackCommand{Parcel: id}
	return returnMade(c, p.Dry, care.ParcelBack, cmd)
}

type returnQuery struct {
	State string `query:"state" enum:"requested,approved,in_transit,received,inspected,closed,refused,canceled"`
	Paging
}

func (a *api) listReturns(c *call, p *returnQuery, _ *none) (Page[Return], error) {
	below, err := p.numbers(1, maxID)
	if err != nil {
		return Page[Return]{}, err
	}
	var list []*returns.Return
	err = c.read(func(r *store.Reader) (err error) {
		list, err = returned.List(r, p.State, returns.ID(below[0]), p.Limit+1)
		return err
	})
	if err != nil {
		return Page[Return]{}, err
	}
	next := ""
	if len(list) > p.Limit {
		list = list[:p.Limit]
		next = number(int64(list[p.Limit-1].ID))
	}
	seen := list[:0]
	for _, x := range list {
		if x.Location == 0 || c.scope.Sees(int64(x.Location)) {
			seen = append(seen, x)
		}
	}
	return pageUntil(seen, c.rma, next), nil
}

func (a *api) getReturn(c *call, p *returnID, _ *none) (Return, error) {
	x, err := c.returnRow(p.ID)
	if err != nil {
		return Return{}, err
	}
	out := c.rma(x)
	return out, c.addFiles(&out)
}

func (a *api) approveReturn(c *call, p *returnID, in *ReturnApproval) (Return, error) {
	return actOnReturn(c, p.ID, p.Dry, care.ApproveReturn, func(id returns.ID) (care.AgreeCommand, error) {
		at, err := c.location("/location", in.Location, &c.faults)
		return care.AgreeCommand{Return: id, Location: at, Note: in.Note}, err
	})
}

func (a *api) noteOn(op *desk.Operation[care.AgreeCommand]) func(*call, *returnID, *ReturnNote) (Return, error) {
	return func(c *call, p *returnID, in *ReturnNote) (Return, error) {
		return actOnReturn(c, p.ID, p.Dry, op, func(id returns.ID) (care.AgreeCommand, error) {
			return care.AgreeCommand{Return: id, Note: in.Note}, nil
		})
	}
}

func (a *api) sendReturn(c *call, p *returnID, in *ReturnSent) (Return, error) {
	return actOnReturn(c, p.ID, p.Dry, care.SendReturn, func(id returns.ID) (care.AgreeCommand, error) {
		return care.AgreeCommand{Return: id, Carrier: in.Carrier, Tracking: in.Tracking}, nil
	})
}

func (a *api) arrive(op *desk.Operation[care.ArriveCommand]) func(*call, *returnID, *ReturnReceipt) (Return, error) {
	return func(c *call, p *returnID, in *ReturnReceipt) (Return, error) {
		return actOnReturn(c, p.ID, p.Dry, op, func(id returns.ID) (care.ArriveCommand, error) {
			at, err := c.location("/location", in.Location, &c.faults)
			cmd := care.ArriveCommand{Return: id, Location: at}
			for _, l := range in.Lines {
				cmd.Lines = append(cmd.Lines, care.ArriveLine{N: l.N, Line: l.Line, SKU: l.SKU, Quantity: l.Quantity})
			}
			return cmd, err
		})
	}
}

func (a *api) inspectReturn(c *call, p *returnID, in *ReturnInspection) (Return, error) {
	return actOnReturn(c, p.ID, p.Dry, care.InspectReturn, func(id returns.ID) (care.InspectCommand, error) {
		cmd := care.InspectCommand{Return: id}
		for _, l := range in.Lines {
			cmd.Lines = append(cmd.Lines, returns.Move{N: l.N, Quantity: units(l.Quantity), From: returns.Disposition(l.From), To: returns.Disposition(l.To)})
		}
		return cmd, nil
	})
}

func (a *api) repayReturn(c *call, p *returnID, in *ReturnPayback) (Return, error) {
	x, err := c.returnRow(p.ID)
	if err != nil {
		return Return{}, err
	}
	currency, err := c.currencyOf(x.Order)
	if err != nil {
		return Return{}, err
	}
	return actOnReturn(c, p.ID, p.Dry, care.RepayReturn, func(id returns.ID) (care.RepayCommand, error) { return in.command(c, id, currency), nil })
}

func (a *api) listPolicies(c *call, _ *none, _ *none) (Page[ReturnPolicy], error) {
	var all []ReturnPolicy
	err := c.read(func(r *store.Reader) error {
		found, err := returned.Policies(r)
		own := returned.For(found, "")
		all = append(all, renderPolicy(own))
		for _, channel := range returned.Channels(found) {
			all = append(all, renderPolicy(found[channel]))
		}
		return err
	})
	return pageUntil(all, func(p ReturnPolicy) ReturnPolicy { return p }, ""), err
}

func (a *api) savePolicy(c *call, _ *none, in *ReturnPolicy) (ReturnPolicy, error) {
	if _, err := one(c, admin.SaveReturnPolicy, admin.ReturnPolicyCommand{Policy: in.policy()}); err != nil {
		return ReturnPolicy{}, err
	}
	c.status = http.StatusOK
	return *in, nil
}
