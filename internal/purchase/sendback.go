package purchase

import (
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// ReturnID names a return to a supplier for ever.
type ReturnID int64

func (id ReturnID) String() string { return ident.Text("prt", int64(id)) }

// ParseReturnID reads the text form, "prt_…".
func ParseReturnID(s string) (ReturnID, error) {
	id, err := ident.Parse("prt", s)
	return ReturnID(id), err
}

// Step is how far a return to a supplier is.
type Step string

const (
	ReturnDraft    Step = "draft"    // nobody outside knows of it
	ReturnAsked    Step = "asked"    // the supplier was asked whether it takes it back
	ReturnApproved Step = "approved" // it does, under a number of its own
	ReturnShipped  Step = "shipped"  // the goods have left
	ReturnCredited Step = "credited" // a credit note came
	ReturnReplaced Step = "replaced" // other goods came for them
	ReturnRefused  Step = "refused"  // the supplier does not take them, or gives nothing
	ReturnClosed   Step = "closed"   // nothing more comes of it
	ReturnCanceled Step = "canceled" // it never left
)

// Steps are all of them, from first to last.
var Steps = []Step{ReturnDraft, ReturnAsked, ReturnApproved, ReturnShipped, ReturnCredited, ReturnReplaced, ReturnRefused, ReturnClosed, ReturnCanceled}

// ReturnReasons are why goods go back; the first four are faults of theirs.
var ReturnReasons = []string{"damaged", "failed_inspection", "wrong", "recall", "over", "unsold"}

// Faulty reports whether a reason is a fault of the supplier's goods.
func Faulty(reason string) bool { return slices.Index(ReturnReasons[:4], reason) >= 0 }

// ReturnStates are the states of stock from which goods go back. What is to be
// inspected is inspected first.
var ReturnStates = []string{"on_hand", "damaged"}

// MaxReturns bounds how many returns one purchase order has.
const MaxReturns = 100

// Return is units of a purchase order that go back to its supplier.
type Return struct {
	ID         ReturnID
	Number     int64 // gapless; its own counter
	Purchase   ID
	Supplier   int64
	Location   int64 // from where
	Step       Step
	RMA        string // the supplier's number of it
	Note       string // for the supplier
	Why        string // of a refusal, of a credit that differs, of an end without one
	Carrier    string
	Tracking   string
	CreditNote string // the supplier's number; each once
	Credit     int64  // what it credits, minor units of the order's currency
	Lines      []ReturnLine
	CreatedAt  int64
	AskedAt    int64
	ApprovedAt int64
	ShippedAt  int64
	AgainAt    int64 // when goods came again: replaced, or sent back to us
	EndedAt    int64
	UpdatedAt  int64
	Version    int64
}

// ReturnLine is units of one line of the purchase order, in one state of stock.
type ReturnLine struct {
	N        int
	Line     int // of the purchase order
	Item     int64
	State    string
	Quantity int64
	Reason   string
	Movement int64 // by which they left; 0 before
	Again    int64 // by which as many came again; 0 otherwise
}

// Who is to act on a return next.
const (
	AwaitsUs       = "us"
	AwaitsSupplier = "supplier"
)

// OpenSteps are the steps from which more comes, by who is to act.
var OpenSteps = map[string][]Step{AwaitsUs: {ReturnDraft, ReturnApproved}, AwaitsSupplier: {ReturnAsked, ReturnShipped}}

// Awaits is who is to act next, and since when; "" when nothing more comes.
func (x *Return) Awaits() (who string, since int64) {
	switch x.Step {
	case ReturnDraft:
		return AwaitsUs, x.CreatedAt
	case ReturnAsked:
		return AwaitsSupplier, x.AskedAt
	case ReturnApproved:
		return AwaitsUs, x.ApprovedAt
	case ReturnShipped:
		return AwaitsSupplier, x.ShippedAt
	}
	return "", 0
}

// Told reports whether the supplier knows of it.
func (x *Return) Told() bool { return x.AskedAt != 0 || x.ApprovedAt != 0 }

// Actions are what may be done with it now.
func (x *Return) Actions() []string {
	switch x.Step {
	case ReturnDraft:
		return []string{"ask", "approve", "cancel"}
	case ReturnAsked:
		return []string{"approve", "refuse", "cancel"}
	case ReturnApproved:
		return []string{"ship", "refuse", "cancel"}
	case ReturnShipped:
		return []string{"credit", "replace", "refuse", "close"}
	}
	return []string{}
}

// May refuses an act that its step does not allow.
func (x *Return) May(act string) error {
	if slices.Contains(x.Actions(), act) {
		return nil
	}
	return fault.New(fault.Conflict, "not_possible", "return %d is %s: it cannot be %s; possible now: %s", x.Number, x.Step, returnWords[act], strings.Join(x.Actions(), ", "))
}

var returnWords = map[string]string{"ask": "asked for", "approve": "approved", "ship": "shipped", "credit": "credited", "replace": "replaced", "refuse": "refused", "close": "closed", "cancel": "canceled"}

// Live reports whether its units are spoken for and have not left yet.
func (x *Return) Live() bool {
	return x.Step == ReturnDraft || x.Step == ReturnAsked || x.Step == ReturnApproved
}

// Out reports whether its units are gone: they left and none came again.
func (x *Return) Out() bool { return x.ShippedAt != 0 && x.AgainAt == 0 }

// Back is how many units of a line may still go back: that came, but for those
// that went, and those that other returns speak of.
func (p *Purchase) Back(l *Line, others []Return) int64 {
	left := l.Received - l.Inspect - l.Back
	for i := range others {
		for _, y := range others[i].Lines {
			if others[i].Live() && y.Line == l.N {
				left -= y.Quantity
			}
		}
	}
	return max(0, left)
}

// NewReturn is a draft of what goes back: each line of units that came and are
// not spoken for.
func (p *Purchase) NewReturn(x Return, others []Return, now int64) (Return, error) {
	var l fault.List
	switch {
	case p.Purpose == DropShip || p.History:
		return x, fault.New(fault.Conflict, "never_here", "what purchase order %d brought never came here: nothing of it goes back from here", p.Number)
	case len(others) >= MaxReturns:
		return x, fault.New(fault.Conflict, "too_many", "a purchase order has at most %d returns", MaxReturns)
	}
	if len(x.Lines) == 0 || len(x.Lines) > MaxLines {
		l.Add("/lines", "missing", "say what goes back: between 1 and %d lines", MaxLines)
	}
	x.check(&l)
	asked := map[int]int64{}
	for i := range x.Lines {
		y, at := &x.Lines[i], fmt.Sprintf("/lines/%d", i)
		of := p.Line(y.Line)
		if of == nil {
			l.Add(at+"/line", "no_such_line", "there is no line %d", y.Line)
			continue
		}
		y.N, y.Item = i+1, of.Item
		if !slices.Contains(ReturnReasons, y.Reason) {
			l.Add(at+"/reason", "unknown_reason", "some of %v", ReturnReasons)
		}
		if y.State == "" {
			y.State = usualState(y.Reason)
		}
		if !slices.Contains(ReturnStates, y.State) {
			l.Add(at+"/state", "unknown_state", "goods go back that are on_hand or damaged; inspect the others first")
		}
		left := p.Back(of, others) - asked[y.Line]
		if y.Quantity < 1 || y.Quantity > left {
			l.Add(at+"/quantity", "out_of_range", "line %d: %d units came and may go back; say how many of them do", y.Line, left)
			continue
		}
		asked[y.Line] += y.Quantity
	}
	x.Step, x.Purchase, x.Supplier, x.CreatedAt = ReturnDraft, p.ID, p.Supplier, now
	return x, l.Err()
}

func usualState(reason string) string {
	if reason == "damaged" || reason == "failed_inspection" {
		return "damaged"
	}
	return "on_hand"
}

func (x *Return) check(l *fault.List) {
	for at, text := range map[string]string{"/rma": x.RMA, "/carrier": x.Carrier, "/tracking": x.Tracking, "/credit_note": x.CreditNote} {
		if utf8.RuneCountInString(text) > MaxReference || !storable(text) {
			l.Add(at, "invalid_text", "at most %d characters, none of them control characters", MaxReference)
		}
	}
	for at, text := range map[string]string{"/note": x.Note, "/why": x.Why} {
		if utf8.RuneCountInString(text) > MaxNote || !utf8.ValidString(text) || strings.ContainsRune(text, 0) {
			l.Add(at, "invalid_text", "at most %d characters", MaxNote)
		}
	}
}

// ReturnAct is one act on a return and what it says.
type ReturnAct struct {
	Act        string
	Mail       bool   // of ask: by mail to the supplier's address
	RMA        string // of approve
	Carrier    string // of ship
	Tracking   string
	CreditNote string // of credit
	Credit     int64
	Why        string // of refuse and close, and of a credit that differs
	Again      bool   // of refuse after shipping: the goods came again
}

// Act is the return after an act. Units move at ship, at replace, and where a
// refusal brings them again; whoever keeps it makes the movements.
func (x *Return) Act(a ReturnAct, now int64) (Return, error) {
	if err := x.May(a.Act); err != nil {
		return *x, err
	}
	y := *x
	y.Lines = slices.Clone(x.Lines)
	var l fault.List
	switch a.Act {
	case "ask":
		y.Step, y.AskedAt = ReturnAsked, now
	case "approve":
		y.Step, y.ApprovedAt, y.RMA = ReturnApproved, now, a.RMA
	case "ship":
		y.Step, y.ShippedAt, y.Carrier, y.Tracking = ReturnShipped, now, a.Carrier, a.Tracking
	case "credit":
		y.Step, y.CreditNote, y.Credit, y.Why, y.EndedAt = ReturnCredited, a.CreditNote, a.Credit, a.Why, now
		if a.CreditNote == "" {
			l.Add("/credit_note", "missing", "say the number of the credit note")
		}
		if a.Credit < 1 || a.Credit > money.MaxTotal {
			l.Add("/amount", "out_of_range", "say what is credited")
		}
	case "replace":
		y.Step, y.AgainAt, y.EndedAt = ReturnReplaced, now, now
	case "refuse":
		y.Step, y.EndedAt, y.Why = ReturnRefused, now, a.Why
		if a.Again {
			y.AgainAt = now
		}
		if a.Again && x.ShippedAt == 0 {
			l.Add("/came_again", "not_possible", "nothing has left: nothing comes again")
		}
	case "close":
		y.Step, y.EndedAt, y.Why = ReturnClosed, now, a.Why
	case "cancel":
		y.Step, y.EndedAt = ReturnCanceled, now
	}
	if (a.Act == "refuse" || a.Act == "close") && a.Why == "" {
		l.Add("/why", "missing", "say why")
	}
	y.check(&l)
	return y, l.Err()
}

// Gone is the purchase order with the units of a return gone, or, with sign -1,
// here again.
func (p *Purchase) Gone(x *Return, sign int64) (Purchase, error) {
	y := p.clone()
	var l fault.List
	for i, of := range x.Lines {
		z := y.Line(of.Line)
		z.Back += sign * of.Quantity
		if Faulty(of.Reason) {
			z.Faulty += sign * of.Quantity
		}
		if z.Back > z.Received-z.Inspect {
			l.Add(fmt.Sprintf("/lines/%d/quantity", i), "out_of_range", "of line %d only %d units came and are not back; %d more cannot go", z.N, p.Line(z.N).Received-z.Inspect-p.Line(z.N).Back, of.Quantity)
		}
	}
	return y, l.As(fault.Conflict, "not_enough", "more would go back than came")
}

// Expected is what the units of a return cost as agreed, which a credit note is
// held against, and their part of the charges, which stays ours. Both are minor
// units.
func (p *Purchase) Expected(x *Return, landed []Landed) (goods, charges int64, err error) {
	for _, of := range x.Lines {
		l := p.Line(of.Line)
		worth, err := p.worth(l, of.Quantity)
		if err != nil {
			return 0, 0, err
		}
		goods += worth
		for _, y := range landed {
			if y.Line == of.Line && y.Units > 0 {
				charges += money.Ratio(y.Charges, of.Quantity, y.Units, money.HalfAwayFromZero)
			}
		}
	}
	return goods, charges, nil
}

// Credited is the purchase order with the units of a return credited: they count
// as invoiced no more. A credit that differs from what the goods cost by more than
// percent is taken with a reason alone.
func (p *Purchase) Credited(x *Return, percent int64) (Purchase, error) {
	goods, _, err := p.Expected(x, nil)
	if err != nil {
		return *p, err
	}
	most := goods/100*percent + goods%100*percent/100
	if diff := x.Credit - goods; (diff > most || -diff > most) && x.Why == "" {
		c, err := money.ParseCurrency(p.Currency)
		if err != nil {
			return *p, err
		}
		var l fault.List
		l.Add("/why", "differs", "the goods cost %s as agreed, and %s is credited: say why that is taken, or dispute it with the supplier", c.FormatAmount(goods), c.FormatAmount(x.Credit))
		return *p, l.Err()
	}
	y := p.clone()
	for _, of := range x.Lines {
		y.Line(of.Line).Credited += of.Quantity
	}
	return y, nil
}
