package care

import (
	"fmt"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/returns"
	"orderly/internal/stock"
	"orderly/internal/store/returned"
	"orderly/internal/trouble"
)

// How the money of a return at the counter goes back.
const (
	PayTenders = "tenders" // by what the order was paid by
	PayCash    = "cash"    // out of the drawer, whatever it was paid by
	PayCredit  = "store_credit"
	PayLater   = "later"
)

// CounterLine is units of an order's line and what becomes of them. A line may
// stand several times, with other dispositions.
type CounterLine struct {
	Line        int
	Quantity    int64
	Disposition returns.Disposition
}

// CounterCommand takes goods back from somebody who stands at the counter.
type CounterCommand struct {
	Order    order.ID
	Location stock.LocationID
	Lines    []CounterLine
	Reason   string // why it comes back, one of the policy's
	Force    bool   // whatever the policy says
	Pay      string
	Money    RepayCommand // fees, and another sum with its reason
}

// CounterReturn receives, inspects and refunds in one act: nothing of it is
// there when any of the three cannot be.
var CounterReturn = step.Act[CounterCommand]{
	Name: "returns.counter", Permission: access.OrdersWrite,
	Check: checkCounter, Load: loadCounter, Decide: decideCounter,
}.Operation()

func checkCounter(c *CounterCommand) error {
	var l fault.List
	switch c.Pay {
	case PayTenders, PayCash, PayCredit, PayLater:
	default:
		l.Add("/pay", "unknown_way", "pay back by tenders, cash, store_credit, or later")
	}
	if c.Reason == "" {
		l.Add("/reason", "missing", "say why it comes back")
	}
	if c.Location == 0 {
		l.Add("/location", "missing", "name the location that has the goods, by its code or id")
	}
	if len(c.Lines) == 0 || len(c.Lines) > returns.MaxLines {
		l.Add("/lines", "missing", "say what comes back: 1 to %d lines", returns.MaxLines)
	}
	for i, x := range c.Lines {
		if x.Quantity < 1 || x.Quantity > stock.MaxQuantity {
			l.Add(fmt.Sprintf("/lines/%d/quantity", i), "not_positive", "say how many there are")
		}
		if !x.Disposition.Known() {
			l.Add(fmt.Sprintf("/lines/%d/to", i), "unknown_disposition", "say what becomes of them: restock, damaged, quarantine, supplier or scrap")
		}
	}
	c.Money.Lines, c.Money.Credit, c.Money.AllCredit = nil, nil, c.Pay == PayCredit
	if c.Pay == PayLater && (c.Money.Deduct != 0 || c.Money.Amount != nil || len(c.Money.Fees) > 0) {
		l.Add("/pay", "later", "what is paid back later is said then")
	}
	checkRepay(&c.Money, &l)
	return l.Err()
}

// asks is the request that the goods at the counter are.
func (c *CounterCommand) asks() AskCommand {
	out := AskCommand{Order: c.Order, Location: c.Location, Force: c.Force}
	at := map[int]int{}
	for _, l := range c.Lines {
		i, known := at[l.Line]
		if !known {
			i, at[l.Line] = len(out.Lines), len(out.Lines)
			out.Lines = append(out.Lines, AskLine{Line: l.Line, Reason: c.Reason})
		}
		out.Lines[i].Quantity += l.Quantity
	}
	return out
}

func loadCounter(b *step.Batch, asked []desk.Asked[CounterCommand]) error {
	requests := make([]desk.Asked[AskCommand], len(asked))
	var items []int64
	for i := range asked {
		requests[i].Command = asked[i].Command.asks()
	}
	if err := loadAsk(b, requests); err != nil {
		return err
	}
	for i := range asked {
		if o := b.Order(asked[i].Command.Order); o != nil {
			for j := range o.Lines {
				if o.Lines[j].Stocked {
					items = append(items, o.Lines[j].Item)
				}
			}
		}
	}
	return b.LoadLevels(items)
}

func decideCounter(b *step.Batch, a desk.Asked[CounterCommand]) (desk.Result, error) {
	c := a.Command
	o := b.Order(c.Order)
	switch {
	case o == nil:
		return desk.Result{}, fault.New(fault.NotFound, "no_such_order", "there is no order %s", c.Order)
	case o.Mode == order.History:
		return desk.Result{}, fault.New(fault.Conflict, "history", "order %d was recorded from before these books began; its goods were never on these shelves", o.Number)
	case b.Catalog.Location(c.Location) == nil || !a.Scope.Sees(int64(c.Location)):
		return desk.Result{}, fault.New(fault.Invalid, "unknown_location", "there is no such location to receive the return at")
	}
	offer := offerOf(o, b.ParcelsOf(o.ID), b.ItemByID, returned.For(b.Policies(), o.Channel), b.At)
	x, _, err := wanted(b, o, c.asks(), offer)
	if err != nil {
		return desk.Result{}, err
	}
	x.Origin, x.ApprovedAt, x.ReceivedAt = returns.Counter, b.At, b.At
	out, moves, err := handedOver(x, c.Lines)
	if err == nil && c.Pay != PayLater {
		err = paidBack(b, x, o, &out, c)
	}
	if err != nil {
		return desk.Result{}, err
	}
	done(x, b.At)
	repaid := out.data
	out.tell, out.data = journal.ReturnReceived, map[string]any{"origin": x.Origin, "units": x.Sums().Came, "lines": told(x)}
	r, err := carryOut(b, a.Scope, x, o, out)
	if err != nil {
		return desk.Result{}, err
	}
	if err := b.SaveReturn(a.Scope, journal.ReturnInspected, x, map[string]any{"dispositions": dispositions(moves)}); err != nil {
		return desk.Result{}, err
	}
	if c.Pay != PayLater {
		if err := b.SaveReturn(a.Scope, journal.ReturnRefunded, x, repaid); err != nil {
			return desk.Result{}, err
		}
	}
	b.Settle(a.Scope, trouble.Return, func(t *trouble.Trouble) bool { return t.Order == int64(o.ID) })
	r.Seq, r.Status = x.Version, "created"
	return r, nil
}

// handedOver receives and inspects what was asked for in the same breath.
func handedOver(x *returns.Return, lines []CounterLine) (outcome, []returns.Move, error) {
	var came []returns.Came
	for i := range x.Lines {
		came = append(came, returns.Came{N: x.Lines[i].N, Quantity: x.Lines[i].Requested})
	}
	in, _, back, err := x.Receive(came)
	if err != nil {
		return outcome{}, nil, err
	}
	var moves []returns.Move
	for i, l := range lines {
		own := x.Of(l.Line)
		if own == nil {
			return outcome{}, nil, fault.New(fault.Conflict, "not_returnable", "line %d (/lines/%d) is a bundle; name its components", l.Line, i)
		}
		moves = append(moves, returns.Move{N: own.N, Quantity: l.Quantity, To: l.Disposition})
	}
	on, restocked, err := x.Inspect(moves)
	if err != nil {
		return outcome{}, nil, err
	}
	out := outcome{typ: journal.OrderReturned, shifts: append(in, on...)}
	byLine(back, func(line int, n int64) {
		out.order.Returned = append(out.order.Returned, order.Return{Line: line, Quantity: n, Restocked: restocked[line]})
	})
	return out, moves, nil
}

// paidBack adds what the goods are worth to the same act.
func paidBack(b *step.Batch, x *returns.Return, o *order.Order, out *outcome, c CounterCommand) error {
	then := o.Clone()
	if err := then.Apply(&out.order, b.At, 1); err != nil {
		return err
	}
	c.Money.Reason = strings.TrimSpace(c.Money.Reason)
	money, err := settled(b, x, then, c.Money)
	if err != nil {
		return err
	}
	money.repay.Cash = c.Pay == PayCash
	out.order.Refunds, out.repay, out.data = money.order.Refunds, money.repay, money.data
	out.data["by"] = c.Pay
	return nil
}
