package buy

import (
	"encoding/json"
	"fmt"
	"slices"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/purchase"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/store/suppliers"
	"orderly/internal/supplier"
)

// SentBack is the Value of an act on a return to a supplier.
type SentBack struct {
	Return   *purchase.Return
	Purchase *purchase.Purchase
}

// NewReturnCommand begins a return to the supplier of a purchase order. Location 0
// is where its goods came to.
type NewReturnCommand struct {
	Purchase purchase.ID
	Location stock.LocationID
	Note     string
	Lines    []purchase.ReturnLine // line, quantity, reason, state
}

// CreateReturn makes a draft of what goes back. No unit moves.
var CreateReturn = step.Act[NewReturnCommand]{
	Name: "supplier_returns.create", Permission: access.PurchasesWrite,
	Weight: func(c *NewReturnCommand) int { return 1 + len(c.Lines) },
	Load:   func(*step.Batch, []desk.Asked[NewReturnCommand]) error { return nil },
	Decide: func(b *step.Batch, a desk.Asked[NewReturnCommand]) (desk.Result, error) {
		c := &a.Command
		p, err := b.Purchase(a.Scope, c.Purchase)
		if err != nil {
			return desk.Result{}, err
		}
		from := c.Location
		if from == 0 {
			from = stock.LocationID(p.Location)
		}
		if b.Catalog.Location(from) == nil || !a.Scope.Sees(int64(from)) {
			return desk.Result{}, fault.New(fault.NotFound, "no_such_location", "there is no location %s", from)
		}
		others, err := purchases.ReturnsOf(b.R, p.ID)
		if err != nil {
			return desk.Result{}, err
		}
		x, err := p.NewReturn(purchase.Return{Location: int64(from), Note: c.Note, Lines: slices.Clone(c.Lines)}, others, b.At)
		if err != nil {
			return desk.Result{}, err
		}
		last, err := purchases.LastReturn(b.R)
		if err != nil {
			return desk.Result{}, err
		}
		x.ID, x.Number = purchase.ReturnID(b.NewID()), last+1
		return sentBack(&x, p, "created"), keepReturn(b, a.Scope, &x, journal.SupplierReturnMade)
	},
}.Operation()

func sentBack(x *purchase.Return, p *purchase.Purchase, status string) desk.Result {
	return desk.Result{Kind: journal.SupplierReturn, ID: int64(x.ID), Seq: x.Version, Status: status, Value: &SentBack{Return: x, Purchase: p}}
}

// tellReturn tells of a return as it is now; saveReturn keeps it.
func tellReturn(b *step.Batch, by access.Scope, x *purchase.Return, typ string) error {
	x.Version, x.UpdatedAt = x.Version+1, b.At
	data, err := json.Marshal(map[string]any{"number": x.Number, "purchase": x.Purchase.String(), "step": x.Step, "lines": len(x.Lines)})
	b.Tell(by, journal.SupplierReturn, int64(x.ID), x.Version, typ, data)
	return err
}

func keepReturn(b *step.Batch, by access.Scope, x *purchase.Return, typ string) error {
	if err := tellReturn(b, by, x, typ); err != nil {
		return err
	}
	return b.Keep(func(tx *store.Tx) error { return purchases.SaveReturn(tx, x) })
}

// ReturnActCommand is one act on a return to a supplier.
type ReturnActCommand struct {
	Return purchase.ReturnID
	purchase.ReturnAct
	Version *int64
}

// ActOnReturn has a return asked for, approved, credited, replaced, refused, closed
// or canceled.
var ActOnReturn = returnAct("supplier_returns.act", access.PurchasesWrite, func(b *step.Batch, by access.Scope, c *ReturnActCommand) error {
	if c.Act == "ship" {
		return fault.New(fault.Invalid, "unknown_act", "goods that leave are shipped by who may move stock")
	}
	return nil
})

// ShipReturn has the goods of a return leave: movements out of the state in which
// they are, in the commit that says so. What is claimed by orders does not leave.
var ShipReturn = returnAct("supplier_returns.ship", access.StockWrite, func(_ *step.Batch, _ access.Scope, c *ReturnActCommand) error {
	c.Act = "ship"
	return nil
})

// AnswerReturn is the supplier's own word on a return that it was asked for: it
// takes it back, under its number, or does not.
var AnswerReturn = returnAct("supplier_returns.answer", access.RequestsWork, func(b *step.Batch, by access.Scope, c *ReturnActCommand) error {
	x, err := purchases.Return(b.R, c.Return)
	if err != nil {
		return err
	}
	if x != nil {
		s, err := suppliers.Get(b.R, supplier.ID(x.Supplier))
		if err != nil {
			return err
		}
		if s.Location == 0 || !by.Sees(s.Location) {
			x = nil
		}
	}
	switch {
	case x == nil || !x.Told():
		return noSuchReturn(c.Return)
	case c.Act != "approve" && c.Act != "refuse" || x.Step != purchase.ReturnAsked:
		return fault.New(fault.Conflict, "not_possible", "return %d is %s: its supplier has nothing to answer", x.Number, x.Step)
	}
	return nil
})

func noSuchReturn(id purchase.ReturnID) error {
	return fault.New(fault.NotFound, "no_such_return", "there is no return %s to a supplier", id)
}

// returnAct declares an act on a return; first says whether it may be done here.
func returnAct(name string, p access.Permission, first func(*step.Batch, access.Scope, *ReturnActCommand) error) *desk.Operation[ReturnActCommand] {
	return step.Act[ReturnActCommand]{
		Name: name, Permission: p,
		Load: func(*step.Batch, []desk.Asked[ReturnActCommand]) error { return nil },
		Decide: func(b *step.Batch, a desk.Asked[ReturnActCommand]) (desk.Result, error) {
			c := a.Command
			if err := first(b, a.Scope, &c); err != nil {
				return desk.Result{}, err
			}
			was, p, err := returnOf(b, a.Scope, &c, name == "supplier_returns.answer")
			if err != nil {
				return desk.Result{}, err
			}
			x, err := was.Act(c.ReturnAct, b.At)
			if err != nil {
				return desk.Result{}, err
			}
			to, err := mailTo(b, &c, &x)
			if err != nil {
				return desk.Result{}, err
			}
			y, err := effect(b, a.Scope, was, &x, p)
			if err == nil && to != "" {
				err = b.MailReturn(y, &x, to)
			}
			return sentBack(&x, y, "done"), err
		},
	}.Operation()
}

// mailTo is to whom a return that is asked for goes by mail; "" for nobody.
func mailTo(b *step.Batch, c *ReturnActCommand, x *purchase.Return) (string, error) {
	if !c.Mail || x.Step != purchase.ReturnAsked {
		return "", nil
	}
	by, err := supplierOf(b, supplier.ID(x.Supplier))
	if err != nil {
		return "", err
	}
	if by.Email == "" {
		return "", fault.New(fault.Conflict, "no_address", "supplier %q has no e-mail address; give it one, or ask it by hand", by.Code)
	}
	return by.Email, nil
}

// returnOf reads a return with its purchase order, at the version that was seen.
func returnOf(b *step.Batch, by access.Scope, c *ReturnActCommand, theirs bool) (*purchase.Return, *purchase.Purchase, error) {
	x, err := purchases.Return(b.R, c.Return)
	if err == nil && (x == nil || !theirs && !by.Sees(x.Location)) {
		err = noSuchReturn(c.Return)
	}
	if err == nil && c.Version != nil && *c.Version != x.Version {
		err = fault.New(fault.Conflict, "edited_meanwhile", "return %d was changed meanwhile; read it again", x.Number)
	}
	if err != nil {
		return nil, nil, err
	}
	p, err := purchases.Get(b.R, x.Purchase)
	return x, p, err
}

// effect does what an act means for stock and for the purchase order, and keeps
// all of it.
func effect(b *step.Batch, by access.Scope, was, x *purchase.Return, p *purchase.Purchase) (*purchase.Purchase, error) {
	left, again := was.ShippedAt == 0 && x.ShippedAt != 0, was.AgainAt == 0 && x.AgainAt != 0
	y := *p
	var err error
	switch {
	case left:
		if y, err = p.Gone(x, 1); err == nil {
			err = there(b, x)
		}
	case again:
		if err = by.Require(access.StockWrite); err == nil {
			y, err = p.Gone(x, -1)
		}
	case x.Step == purchase.ReturnCredited:
		y, err = credited(b, x, p)
	}
	if err != nil {
		return nil, err
	}
	typ := map[purchase.Step]string{purchase.ReturnAsked: journal.SupplierReturnAsked, purchase.ReturnApproved: journal.SupplierReturnApproved, purchase.ReturnShipped: journal.SupplierReturnShipped,
		purchase.ReturnCredited: journal.SupplierReturnCredited, purchase.ReturnReplaced: journal.SupplierReturnReplaced, purchase.ReturnRefused: journal.SupplierReturnRefused,
		purchase.ReturnClosed: journal.SupplierReturnClosed, purchase.ReturnCanceled: journal.SupplierReturnCanceled}[x.Step]
	if left || again || x.Step == purchase.ReturnCredited {
		told := map[string]any{"return": x.ID.String(), "step": x.Step}
		if err := b.SavePurchase(by, &y, p, journal.PurchaseReturned, told); err != nil {
			return nil, err
		}
	}
	if err := tellReturn(b, by, x, typ); err != nil {
		return nil, err
	}
	if left || again {
		if err := moveReturn(b, x, left); err != nil {
			return nil, err
		}
	}
	if err := b.Keep(func(tx *store.Tx) error { return purchases.SaveReturn(tx, x) }); err != nil {
		return nil, err
	}
	if again {
		err = b.Arrived(by, itemsBack(x))
	}
	return &y, err
}

func itemsBack(x *purchase.Return) []int64 {
	var out []int64
	for _, l := range x.Lines {
		if !slices.Contains(out, l.Item) {
			out = append(out, l.Item)
		}
	}
	return out
}

// there refuses to send back what is not there in its state, or is claimed.
func there(b *step.Batch, x *purchase.Return) error {
	if err := b.LoadLevels(itemsBack(x)); err != nil {
		return err
	}
	var l fault.List
	takes := map[string]int64{}
	for i, y := range x.Lines {
		level := b.Level(stock.Cell{Item: y.Item, Location: stock.LocationID(x.Location)})
		key := fmt.Sprint(y.Item, y.State)
		takes[key] += y.Quantity
		free := level.In(stock.State(y.State))
		if y.State == string(stock.OnHand) {
			free -= level.Reserved
		}
		if takes[key] > free {
			l.Add(fmt.Sprintf("/lines/%d/quantity", i), "not_enough", "line %d: %d units %s are there and free, %d cannot leave", y.N, max(0, free), y.State, takes[key])
		}
	}
	return l.As(fault.Conflict, "not_enough", "what should go back is not there, or is claimed by orders")
}

// moveReturn makes the movements of a return whose entry was told last. What comes
// again is good: it is what the supplier sends for it; what it sends back as it was
// is put where it was.
func moveReturn(b *step.Batch, x *purchase.Return, left bool) error {
	entry := b.LastEntry()
	for i := range x.Lines {
		l := &x.Lines[i]
		q, state, reason := -l.Quantity, l.State, "supplier_return"
		if !left {
			q, reason = l.Quantity, "supplier_return_back"
			if x.Step == purchase.ReturnReplaced {
				state, reason = string(stock.OnHand), "supplier_replaced"
			}
		}
		err := b.Move(stock.Cell{Item: l.Item, Location: stock.LocationID(x.Location)}, stock.Movement{
			State: stock.State(state), Quantity: q, Reason: reason, RefKind: journal.SupplierReturn, RefID: int64(x.ID), Entry: entry,
		})
		if err != nil {
			return err
		}
		if left {
			l.Movement = b.LastMovement()
		} else {
			l.Again = b.LastMovement()
		}
	}
	return nil
}

// credited takes a credit note: each number of a supplier once.
func credited(b *step.Batch, x *purchase.Return, p *purchase.Purchase) (purchase.Purchase, error) {
	known, err := purchases.ReturnByCredit(b.R, x.Supplier, x.CreditNote)
	if err == nil && known != nil {
		err = fault.New(fault.Conflict, "number_taken", "credit note %q was taken in before, for return %d", x.CreditNote, known.Number)
	}
	if err != nil {
		return *p, err
	}
	by, err := supplierOf(b, supplier.ID(p.Supplier))
	if err != nil {
		return *p, err
	}
	return p.Credited(x, by.Price)
}
