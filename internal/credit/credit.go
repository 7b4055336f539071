// Package credit is value that a merchant owes: gift cards, which whoever knows
// the code may spend, and store credit, which belongs to a customer.
//
// What belongs here: an account, its movements, who may spend it and when, and
// on which accounts of the books a movement stands. What does not: paying an
// order with it (payment, desk/pay) and making codes random (desk/credit).
package credit

import (
	"crypto/sha256"
	"encoding/hex"
	"strings"

	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/money"
)

// Limits.
const (
	CodeLength = 16  // letters and digits of a code: 80 random bits
	MaxCode    = 40  // that somebody may type, with spaces and dashes
	MaxReason  = 200 // of a movement
	MaxCards   = 100 // that are issued at once
)

// ID names an account for ever.
type ID int64

func (id ID) String() string { return ident.Text("crd", int64(id)) }

// ParseID reads the text form, "crd_…".
func ParseID(s string) (ID, error) {
	id, err := ident.Parse("crd", s)
	return ID(id), err
}

// Kind says who may spend an account. It is also the tender of its payments.
type Kind string

// The kinds.
const (
	GiftCard    Kind = "gift_card"
	StoreCredit Kind = "store_credit"
)

// Account is one gift card, or one customer's credit in one currency.
type Account struct {
	ID        ID
	Kind      Kind
	Customer  int64  // of store credit
	CodeHash  string // of a gift card
	Hint      string // the code's last four
	Currency  string
	Balance   int64 // minor units
	ExpiresAt int64 // zero when never
	BlockedAt int64 // zero when it is not
	CreatedAt int64
	UpdatedAt int64
	Version   int64 // how many journal entries tell of it
}

// The kinds of movement.
const (
	Issue  = "issue"  // a card given out by hand
	Sell   = "sell"   // a card for a line of an order
	Grant  = "grant"  // credit given by hand
	Pay    = "pay"    // an order was paid with it
	Refund = "refund" // what an order was paid with it came back
	Turn   = "turn"   // an order's money was turned into it instead of being paid out
	Take   = "take"   // goods came back of which nobody had the receipt
)

// Movement is one change of a balance. Every one tells where it comes from: a
// payment, a line that was sold, or a person's reason.
type Movement struct {
	Credit  ID
	ID      int64
	Kind    string
	Amount  int64 // what the balance grew by
	Balance int64 // after it
	Payment int64
	Order   int64
	Line    int64
	Reason  string
	Actor   string
	At      int64
}

// against is the account of the books that the other half of a movement stands
// on; the first half stands on the account's liability.
var against = map[string]string{
	Issue: "promotions", Sell: "gift_card_sales", Grant: "goodwill", Pay: "receivable", Refund: "receivable", Turn: "receivable", Take: "goods_taken",
}

// Against tells it; "" for a kind that there is not.
func Against(kind string) string { return against[kind] }

// Of is the customers' money that a kind of account holds.
func (k Kind) Of() string {
	return map[Kind]string{GiftCard: "gift_cards", StoreCredit: "store_credit"}[k]
}

// States of an account.
const (
	Active  = "active"
	Blocked = "blocked"
	Expired = "expired"
	Spent   = "spent"
)

// State says how an account is at a time.
func (a *Account) State(now int64) string {
	switch {
	case a.BlockedAt != 0:
		return Blocked
	case a.ExpiresAt != 0 && a.ExpiresAt <= now:
		return Expired
	case a.Balance == 0:
		return Spent
	}
	return Active
}

// Spendable is nil when an amount may be taken off now.
func (a *Account) Spendable(amount int64, currency string, now int64) error {
	c, err := money.ParseCurrency(a.Currency)
	if err != nil {
		return err
	}
	switch s := a.State(now); {
	case s == Blocked:
		return fault.New(fault.Conflict, "blocked", "%s is blocked; whoever blocked it can say why", a.Called())
	case s == Expired:
		return fault.New(fault.Conflict, "expired", "%s has expired", a.Called())
	case a.Currency != currency:
		return fault.New(fault.Conflict, "other_currency", "%s is in %s, the order is in %s", a.Called(), a.Currency, currency)
	case amount > a.Balance:
		return fault.New(fault.Conflict, "not_enough", "%s has %s, which is less than %s; pay the rest by something else", a.Called(), c.FormatAmount(a.Balance), c.FormatAmount(amount))
	}
	return nil
}

// Called is how people know the account.
func (a *Account) Called() string {
	if a.Kind == GiftCard {
		return "the gift card …" + a.Hint
	}
	return "the store credit"
}

// Move changes the balance and gives the movement. It refuses what would leave
// less than nothing.
func (a *Account) Move(x Movement) (Movement, error) {
	if a.Balance+x.Amount < 0 || x.Amount > 0 && a.Balance > money.MaxTotal-x.Amount {
		return x, fault.New(fault.Conflict, "not_enough", "%s has %d minor units and cannot move by %d", a.Called(), a.Balance, x.Amount)
	}
	a.Balance += x.Amount
	x.Credit, x.Balance = a.ID, a.Balance
	return x, nil
}

// Normal is a code as it is hashed: no spaces or dashes, and letters that are
// easily mistaken made the digits that they look like.
func Normal(code string) string {
	return strings.Map(func(r rune) rune {
		switch {
		case r >= 'a' && r <= 'z':
			r -= 'a' - 'A'
		case r == ' ' || r == '-':
			return -1
		}
		switch r {
		case 'O':
			return '0'
		case 'I', 'L':
			return '1'
		}
		return r
	}, code)
}

// Hash is how a code is kept. A code has 80 random bits, so that a plain hash
// of it cannot be searched; a merchant's own stands in no other's.
func Hash(merchant int64, code string) string {
	sum := sha256.Sum256([]byte(ident.Text("crd", merchant) + "\x00" + Normal(code)))
	return hex.EncodeToString(sum[:])
}

const letters = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"

// Code writes random bytes, one a letter, as a code.
func Code(random [CodeLength]byte) string {
	var out [CodeLength]byte
	for i, b := range random {
		out[i] = letters[b%32]
	}
	return string(out[:])
}

// Grouped is a code as people read it.
func Grouped(code string) string {
	var parts []string
	for len(code) > 4 {
		parts, code = append(parts, code[:4]), code[4:]
	}
	return strings.Join(append(parts, code), "-")
}

// Explained reports whether a movement tells where it comes from.
func (x *Movement) Explained() bool {
	switch x.Kind {
	case Pay:
		return x.Amount < 0 && x.Payment != 0 && x.Order != 0
	case Refund, Turn:
		return x.Amount > 0 && x.Payment != 0 && x.Order != 0
	case Sell:
		return x.Amount > 0 && x.Order != 0 && x.Line != 0
	case Issue, Grant, Take:
		return x.Amount > 0 && x.Reason != ""
	}
	return false
}
