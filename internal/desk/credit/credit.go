// Package credit is the room for value that we owe: issuing gift cards,
// granting store credit, blocking either, and saying how much may be issued.
//
// What belongs here: the acts, one file each. What does not: spending it and
// giving it back (pay), and who may spend what (the noun).
package credit

import (
	"crypto/rand"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/access"
	"orderly/internal/credit"
	"orderly/internal/desk"
	"orderly/internal/desk/step"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store/credits"
	"orderly/internal/store/customers"
)

// Mark is the field of an item's own ones that says that it is sold as a gift
// card.
const Mark = "gift_card"

// NewCode makes the code of a card. It is shown once; its hash is kept.
func NewCode() (string, error) {
	var random [credit.CodeLength]byte
	_, err := rand.Read(random[:])
	return credit.Code(random), err
}

// IssueCommand gives out a gift card, or grants a customer store credit.
type IssueCommand struct {
	Kind      credit.Kind
	Currency  string // the order's when it is for a line
	Amount    int64  // minor units; of a line what one unit of it costs
	ExpiresAt int64  // of a card
	Reason    string // why it is given, when nothing was sold
	Hash      string // of a card's code
	Hint      string
	Customer  party.ID // of store credit
	Order     order.ID // a card for a line of this order
	Line      int
}

// Issue gives out value. By hand, who has no say in the settings stays within
// the limit; for a line of an order that is paid, anybody who may write orders
// issues as many cards as there are units.
var Issue = step.Act[IssueCommand]{
	Name: "credits.issue", Permission: access.OrdersWrite,
	Check: checkIssue, Load: loadIssue, Decide: decideIssue,
}.Operation()

func checkIssue(c *IssueCommand) error {
	var l fault.List
	c.Reason = strings.TrimSpace(c.Reason)
	switch c.Kind {
	case credit.GiftCard:
		if c.Customer != 0 {
			l.Add("/customer", "not_of_a_customer", "a gift card is whose code it is; leave the customer out")
		}
	case credit.StoreCredit:
		if c.Customer == 0 {
			l.Add("/customer", "missing", "say whose credit it is")
		}
		if c.ExpiresAt != 0 || c.Order != 0 {
			l.Add("/expires_at", "gift_cards_alone", "store credit does not expire, and is not sold")
		}
	default:
		l.Add("/kind", "unknown_kind", "the kind is gift_card or store_credit")
	}
	byHand := c.Order == 0
	if _, err := money.ParseCurrency(c.Currency); byHand && err != nil {
		l.AddError("/currency", err)
	}
	if byHand && (c.Amount <= 0 || c.Amount > money.MaxTotal) || c.Amount < 0 {
		l.Add("/amount", "out_of_range", "the amount is more than 0")
	}
	if byHand && c.Reason == "" {
		l.Add("/reason", "missing", "say why it is given; it stands in the statement")
	}
	if !byHand && c.Line <= 0 {
		l.Add("/line", "missing", "name the line of the order that was sold")
	}
	if utf8.RuneCountInString(c.Reason) > credit.MaxReason || !utf8.ValidString(c.Reason) || strings.ContainsFunc(c.Reason, unicode.IsControl) {
		l.Add("/reason", "invalid_text", "at most %d characters, none of them control characters", credit.MaxReason)
	}
	return l.Err()
}

func loadIssue(b *step.Batch, asked []desk.Asked[IssueCommand]) error {
	var orders []order.ID
	var who []int64
	for i := range asked {
		if c := &asked[i].Command; c.Order != 0 {
			orders = append(orders, c.Order)
		} else if c.Customer != 0 {
			who = append(who, int64(c.Customer))
		}
	}
	if err := b.LoadOrders(orders); err != nil {
		return err
	}
	var skus []string
	for _, id := range orders {
		if o := b.Order(id); o != nil {
			for i := range o.Lines {
				skus = append(skus, o.Lines[i].SKU)
			}
		}
	}
	if err := b.LoadItems(skus); err != nil {
		return err
	}
	return b.LoadStoreCredit(who)
}

func decideIssue(b *step.Batch, a desk.Asked[IssueCommand]) (desk.Result, error) {
	c := a.Command
	if c.ExpiresAt != 0 && c.ExpiresAt <= b.At {
		return desk.Result{}, fault.New(fault.Invalid, "in_the_past", "the card would have expired already")
	}
	x := credit.Movement{Kind: credit.Issue, Amount: c.Amount, Reason: c.Reason}
	var err error
	switch {
	case c.Order != 0:
		x, err = sold(b, &c)
	case c.Kind == credit.StoreCredit:
		x.Kind = credit.Grant
		err = grantable(b, a.Scope, &c)
	default:
		err = withinLimit(b, a.Scope, &c)
	}
	if err != nil {
		return desk.Result{}, err
	}
	to := &credit.Account{Kind: credit.GiftCard, CodeHash: c.Hash, Hint: c.Hint, Currency: c.Currency, ExpiresAt: c.ExpiresAt}
	status := "created"
	if c.Kind == credit.StoreCredit {
		if to, err = b.OpenStoreCredit(int64(c.Customer), c.Currency); err != nil {
			return desk.Result{}, err
		}
		if to.Version > 0 {
			status = "done"
		}
	} else {
		to = b.AddCredit(to)
	}
	if to.Version == 0 {
		if err := b.TellCredit(a.Scope, to, journal.CreditIssued, map[string]any{"kind": string(to.Kind), "currency": to.Currency, "expires_at": to.ExpiresAt}); err != nil {
			return desk.Result{}, err
		}
	}
	if err := b.MoveCredit(a.Scope, to, x); err != nil {
		return desk.Result{}, err
	}
	return desk.Result{Kind: journal.Credit, ID: int64(to.ID), Seq: to.Version, Status: status, Value: to}, nil
}

// grantable refuses credit for nobody, and more than the limit.
func grantable(b *step.Batch, by access.Scope, c *IssueCommand) error {
	found, err := customers.ByID(b.R, []party.ID{c.Customer})
	if err != nil {
		return err
	}
	if len(found) == 0 {
		return fault.New(fault.Invalid, "no_such_customer", "there is no customer %s", c.Customer)
	}
	return withinLimit(b, by, c)
}

func withinLimit(b *step.Batch, by access.Scope, c *IssueCommand) error {
	if by.May(access.SettingsWrite) {
		return nil
	}
	most, err := credits.Limit(b.R, c.Currency)
	if err != nil || c.Amount <= most {
		return err
	}
	currency, err := money.ParseCurrency(c.Currency)
	if err != nil {
		return err
	}
	return fault.New(fault.Denied, "beyond_limit", "at most %s %s may be given at once; somebody with a say in the settings can give more, or raise the limit", currency.FormatAmount(most), c.Currency)
}

// sold is the movement of a card for a unit of an order's line: the item is
// marked, the order is paid, and not every unit has its card yet.
func sold(b *step.Batch, c *IssueCommand) (credit.Movement, error) {
	var none credit.Movement
	o := b.Order(c.Order)
	if o == nil {
		return none, fault.New(fault.NotFound, "no_such_order", "there is no order %s", c.Order)
	}
	l := o.Line(c.Line)
	if l == nil {
		return none, fault.New(fault.Invalid, "no_such_line", "order %d has no line %d", o.Number, c.Line)
	}
	if item := b.Item(l.SKU); item == nil || !Marked(item.Custom) {
		return none, fault.New(fault.Conflict, "no_gift_card", "%.60q is not sold as a gift card: its own field %q is not true", l.SKU, Mark)
	}
	if o.Paid-o.Refunded < o.Totals.Payable() {
		return none, fault.New(fault.Conflict, "not_paid", "order %d is not paid; a card for it would be money", o.Number)
	}
	worth := l.Total / max(1, l.Quantity)
	if worth <= 0 {
		return none, fault.New(fault.Conflict, "worth_nothing", "line %d costs nothing", c.Line)
	}
	if c.Amount != 0 && c.Amount != worth {
		return none, fault.New(fault.Conflict, "other_amount", "a unit of line %d costs %s; leave the amount out", c.Line, o.Currency.FormatAmount(worth))
	}
	given, err := b.SoldCredits(o.ID, c.Line)
	if err != nil {
		return none, err
	}
	if given >= l.Quantity-l.Q[order.Canceled] {
		return none, fault.New(fault.Conflict, "all_issued", "line %d of order %d has its %d cards already", c.Line, o.Number, given)
	}
	c.Currency, c.Amount = o.Currency.Code(), worth
	return credit.Movement{Kind: credit.Sell, Amount: worth, Order: int64(o.ID), Line: int64(c.Line), Reason: c.Reason}, nil
}
