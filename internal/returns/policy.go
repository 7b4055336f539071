package returns

import (
	"encoding/json"
	"slices"
	"strings"
	"unicode"
	"unicode/utf8"

	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
)

// Limits of a policy.
const (
	MaxDays    = 3650
	MaxReasons = 20
	MaxBonus   = 5000 // basis points
	maxReason  = 40
)

// Who pays for the way back.
const (
	PaysCustomer = "customer"
	PaysMerchant = "merchant"
)

// ReasonUndelivered is why a parcel comes back by itself; no policy has it.
const ReasonUndelivered = "undelivered"

// FinalSale is the custom field of an item that, when true, keeps it from
// coming back by its customer's wish alone.
const FinalSale = "final_sale"

// Policy says what customers may send back. One without a channel is the
// merchant's, for all channels that have none of their own.
type Policy struct {
	Channel      string
	Days         int64 // after delivery; zero when returns are not taken
	Reasons      []string
	Payer        string
	Auto         bool   // a request that the policy allows needs no person
	Instructions string // how to send it, for the customer
	Credit       bool   // customers may have store credit instead of their money
	Bonus        int64  // on top of that, in basis points
	TypedMost    int64  // that goods without a receipt may be taken at by a typed sum, in minor units; of the merchant's policy alone
	UpdatedAt    int64
	EditVersion  int64
}

// Default holds where nothing was set.
var Default = Policy{
	Days: 30, Payer: PaysCustomer,
	Reasons: []string{"unwanted", "wrong_size", "damaged", "wrong_item", "not_as_described", "other"},
}

// Check lists every fault of the policy.
func (p *Policy) Check(l *fault.List) {
	if p.Days < 0 || p.Days > MaxDays {
		l.Add("/days", "out_of_range", "days are between 0 (no returns) and %d", MaxDays)
	}
	if p.Payer != PaysCustomer && p.Payer != PaysMerchant {
		l.Add("/payer", "unknown_payer", "payer is customer or merchant")
	}
	if p.Bonus < 0 || p.Bonus > MaxBonus {
		l.Add("/bonus", "out_of_range", "the bonus is between 0 and %d basis points", MaxBonus)
	}
	if p.Bonus > 0 && !p.Credit {
		l.Add("/bonus", "no_credit", "a bonus is given on store credit; offer that too")
	}
	if p.TypedMost < 0 || p.TypedMost > money.MaxTotal {
		l.Add("/typed_most", "out_of_range", "the limit is not negative")
	}
	if len(p.Channel) > 60 || !plain(p.Channel) {
		l.Add("/channel", "invalid_text", "a channel has at most 60 characters")
	}
	if len(p.Reasons) == 0 || len(p.Reasons) > MaxReasons {
		l.Add("/reasons", "missing", "name 1 to %d reasons", MaxReasons)
		return
	}
	for i, r := range p.Reasons {
		if r == "" || len(r) > maxReason || strings.ContainsFunc(r, func(c rune) bool { return (c < 'a' || c > 'z') && (c < '0' || c > '9') && c != '_' }) {
			l.Add("/reasons", "invalid_reason", "%.40q: a reason has 1 to %d small letters, digits and underscores", r, maxReason)
		} else if slices.Contains(p.Reasons[:i], r) {
			l.Add("/reasons", "repeated", "%q is named twice", r)
		}
	}
	CheckText("/instructions", p.Instructions, l)
}

// CheckText lists the faults of people's own words.
func CheckText(at, s string, l *fault.List) {
	if utf8.RuneCountInString(s) > MaxText {
		l.Add(at, "too_long", "at most %d characters", MaxText)
	}
	if !plain(s) {
		l.Add(at, "invalid_text", "holds control characters or is not UTF-8")
	}
}

func plain(s string) bool {
	return utf8.ValidString(s) && !strings.ContainsFunc(s, func(r rune) bool { return unicode.IsControl(r) && r != '\n' && r != '\r' && r != '\t' })
}

// Why units may not come back.
const (
	WhyNotSent   = "not_sent"
	WhyAllBack   = "all_back" // or asked for
	WhyFinalSale = "final_sale"
	WhyTooLate   = "too_late"
	WhyNoReturns = "no_returns"
	WhyHistory   = "history"
	WhyNoGoods   = "no_goods"
)

// Facts are what is known of a line beside its order.
type Facts struct {
	FinalSale   bool
	DeliveredAt int64 // the last parcel with units of it; zero when none was reported
}

// Verdict says how many units of a line its customer may ask to send back, and
// when none, why.
type Verdict struct {
	Line  int
	Most  int64
	Why   string
	Until int64 // the last instant, zero when it does not run yet
}

const day = int64(24 * 3600 * 1_000_000)

// May judges one leaf line by the policy. The window begins with delivery: of a
// parcel of which nobody has said that it came, it has not begun.
func May(p *Policy, o *order.Order, l *order.Line, f Facts, now int64) Verdict {
	v := Verdict{Line: l.N, Most: l.Q.Returnable()}
	if f.DeliveredAt != 0 && p.Days > 0 {
		v.Until = f.DeliveredAt + p.Days*day
	}
	switch {
	case o.Mode == order.History:
		v.Why = WhyHistory
	case !l.Stocked:
		v.Why = WhyNoGoods
	case p.Days == 0:
		v.Why = WhyNoReturns
	case l.Q.Left() == 0:
		v.Why = WhyNotSent
	case v.Most == 0:
		v.Why = WhyAllBack
	case f.FinalSale:
		v.Why = WhyFinalSale
	case v.Until != 0 && now > v.Until:
		v.Why = WhyTooLate
	}
	if v.Why != "" {
		v.Most = 0
	}
	return v
}

// IsFinalSale reads an item's custom fields.
func IsFinalSale(custom json.RawMessage) bool {
	if len(custom) == 0 {
		return false
	}
	var fields map[string]any
	if json.Unmarshal(custom, &fields) != nil {
		return false
	}
	final, _ := fields[FinalSale].(bool)
	return final
}
