package care

import (
	"fmt"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/catalog"
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

// AskLine is units that shall come back; of a bundle, whole sets.
type AskLine struct {
	Line     int
	Quantity int64 // zero means all that may
	Reason   string
}

// AskCommand asks for units of an order to come back.
type AskCommand struct {
	Order    order.ID
	Lines    []AskLine
	Comment  string           // the customer's own words: kept in the return's row alone
	Location stock.LocationID // where it is to go, zero when that is open
	Approve  bool             // staff: at once
	Force    bool             // staff: whatever the policy says
	Photos   [][]byte         // of the goods: their data alone is believed
	Credit   bool             // store credit instead of the money, where the policy offers it
}

// RequestReturn asks on a customer's behalf: the policy is held to unless Force
// says otherwise.
var RequestReturn = asking("returns.request", access.OrdersWrite, returns.Staff)

// AskReturn is the customer's own request, by the link to the order. A policy
// that says so approves it at once.
var AskReturn = asking("returns.ask", access.Track, returns.Portal)

func asking(name string, p access.Permission, origin string) *desk.Operation[AskCommand] {
	return step.Act[AskCommand]{
		Name: name, Permission: p,
		Check: func(c *AskCommand) error { return checkAsk(c, origin) },
		Load:  loadAsk,
		Decide: func(b *step.Batch, a desk.Asked[AskCommand]) (desk.Result, error) {
			return decideAsk(b, a, origin)
		},
	}.Operation()
}

func checkAsk(c *AskCommand, origin string) error {
	var l fault.List
	c.Comment = strings.TrimSpace(c.Comment)
	returns.CheckText("/comment", c.Comment, &l)
	checkPhotos(c.Photos, &l)
	if len(c.Lines) == 0 {
		l.Add("/lines", "missing", "choose what shall come back")
	}
	if len(c.Lines) > returns.MaxLines {
		l.Add("/lines", "too_many", "at most %d lines a return", returns.MaxLines)
	}
	for i, x := range c.Lines {
		if x.Reason == "" {
			l.Add(fmt.Sprintf("/lines/%d/reason", i), "missing", "say why")
		}
	}
	if origin == returns.Portal {
		c.Approve, c.Force, c.Location = false, false, 0
	}
	return l.Err()
}

func loadAsk(b *step.Batch, asked []desk.Asked[AskCommand]) error {
	ids := make([]order.ID, len(asked))
	for i := range asked {
		ids[i] = asked[i].Command.Order
	}
	if err := b.LoadOrders(ids); err != nil {
		return err
	}
	var items []int64
	for _, id := range ids {
		if o := b.Order(id); o != nil {
			for i := range o.Lines {
				items = append(items, o.Lines[i].Item)
			}
		}
	}
	if err := b.LoadItemsByID(items); err != nil {
		return err
	}
	if err := b.LoadParcelsOf(ids); err != nil {
		return err
	}
	if err := b.LoadReturnsOf(ids); err != nil {
		return err
	}
	return b.LoadPolicies()
}

func decideAsk(b *step.Batch, a desk.Asked[AskCommand], origin string) (desk.Result, error) {
	c := a.Command
	o := b.Order(c.Order)
	if origin == returns.Portal {
		var err error
		if o, err = tracked(b, a.Scope, c.Order); err != nil {
			return desk.Result{}, err
		}
	}
	if o == nil {
		return desk.Result{}, fault.New(fault.NotFound, "no_such_order", "there is no order %s", c.Order)
	}
	if o.Mode == order.History {
		return desk.Result{}, fault.New(fault.Conflict, "history", "order %d was recorded from before these books began; its goods were never on these shelves", o.Number)
	}
	if c.Location != 0 && (b.Catalog.Location(c.Location) == nil || !a.Scope.Sees(int64(c.Location))) {
		return desk.Result{}, fault.New(fault.Invalid, "unknown_location", "there is no such location to send the return to")
	}
	open := 0
	for _, x := range b.ReturnsOf(o.ID) {
		if x.Open() {
			open++
		}
	}
	if origin == returns.Portal && open >= returns.MaxOpen {
		return desk.Result{}, fault.New(fault.Conflict, "too_many_returns", "%d returns of this order are open already; somebody will look after them", open)
	}
	policy := returned.For(b.Policies(), o.Channel)
	offer := offerOf(o, b.ParcelsOf(o.ID), b.ItemByID, policy, b.At)
	x, d, err := wanted(b, o, c, offer)
	if err != nil {
		return desk.Result{}, err
	}
	x.Origin = origin
	if c.Credit {
		switch {
		case !policy.Credit && !c.Force:
			return desk.Result{}, fault.New(fault.Conflict, "no_credit", "store credit is not offered for returns of this order")
		case o.Customer == 0:
			return desk.Result{}, fault.New(fault.Conflict, "no_customer", "order %d is of no known customer; store credit needs one", o.Number)
		}
		x.ToCredit, x.BonusRate = true, offeredBonus(policy)
	}
	if c.Approve || origin == returns.Portal && policy.Auto {
		x.ApprovedAt, x.Note = b.At, policy.Instructions
	}
	b.Settle(a.Scope, trouble.Return, func(t *trouble.Trouble) bool { return t.Order == int64(o.ID) })
	data := map[string]any{"origin": origin, "lines": told(x)}
	if x.ToCredit {
		data["store_credit"] = true
	}
	if len(c.Photos) > 0 {
		data["photos"] = len(c.Photos)
	}
	addPhotos(b, x, c.Photos)
	r, err := carryOut(b, a.Scope, x, o, outcome{order: d, typ: journal.OrderAskedBack, tell: journal.ReturnRequested, data: data})
	r.Status = "created"
	return r, err
}

// wanted makes the return of what is asked for, as far as the policy allows.
func wanted(b *step.Batch, o *order.Order, c AskCommand, offer *Offer) (*returns.Return, order.Delta, error) {
	x := &returns.Return{ID: returns.ID(b.NewID()), Order: o.ID, Location: c.Location, Comment: c.Comment, At: b.At}
	var faults fault.List
	var d order.Delta
	for i, want := range c.Lines {
		at := fmt.Sprintf("/lines/%d", i)
		if !slices.Contains(offer.Policy.Reasons, want.Reason) {
			faults.Add(at+"/reason", "unknown_reason", "give one of these reasons: %s", strings.Join(offer.Policy.Reasons, ", "))
			continue
		}
		asked, err := o.AskBack([]order.Part{{Line: want.Line, Quantity: want.Quantity}})
		if err != nil {
			faults.Add(at, "not_returnable", "%s", refusalOf(offer, o, want.Line))
			continue
		}
		for _, u := range asked {
			v := offer.Of(u.Line)
			switch {
			case x.Of(u.Line) != nil:
				faults.Add(at, "repeated", "line %d is named twice, by itself or by its bundle", u.Line)
			case v.Why != "" && (!c.Force || v.Why == returns.WhyNoGoods):
				faults.Add(at, v.Why, "%s", sentence(v.Why))
			default:
				l := o.Line(u.Line)
				x.Lines = append(x.Lines, returns.Line{N: len(x.Lines) + 1, Line: u.Line, Item: l.Item, Stocked: l.Stocked, Reason: want.Reason, Asked: u.Quantity, Requested: u.Quantity})
				d.Asked = append(d.Asked, u)
			}
		}
	}
	return x, d, faults.As(fault.Conflict, "not_returnable", "some units cannot come back")
}

func refusalOf(offer *Offer, o *order.Order, line int) string {
	l := o.Line(line)
	if l == nil {
		return fmt.Sprintf("order %d has no line %d", o.Number, line)
	}
	if v := offer.Of(line); l.Leaf() && v.Why != "" {
		return sentence(v.Why)
	}
	return fmt.Sprintf("so many units of line %d cannot come back: they did not leave, or are back or asked for already", line)
}

// sentence says why units may not come back.
func sentence(why string) string {
	switch why {
	case returns.WhyNotSent:
		return "it has not been sent yet; cancel it instead"
	case returns.WhyAllBack:
		return "all of it is back or asked for already"
	case returns.WhyFinalSale:
		return "it was sold for good (final_sale)"
	case returns.WhyTooLate:
		return "the time for returns is over"
	case returns.WhyNoReturns:
		return "returns are not taken here"
	case returns.WhyHistory:
		return "it was sent before these books began"
	}
	return "there are no goods that could come back"
}

// told are a return's lines as the journal has them.
func told(x *returns.Return) []map[string]any {
	out := make([]map[string]any, len(x.Lines))
	for i := range x.Lines {
		l := &x.Lines[i]
		out[i] = map[string]any{"line": l.Line, "item": catalog.ID(l.Item).String(), "reason": l.Reason, "quantity": l.Requested + l.Quantity}
	}
	return out
}
