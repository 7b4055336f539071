package returns

import "orderly/internal/money"

// whole is all of an amount in basis points.
const whole = 10_000

// Turn books that some of what is given becomes store credit, and tells what is
// granted on top: by the rate that the customer was promised, else by the one
// that held when the first of it was turned. What is granted follows from all
// that was turned so far, so that in whatever parts it is, together it is the same.
func (r *Return) Turn(amount, offered int64) (bonus int64) {
	w := &r.Money
	if w.Turned == 0 && !r.ToCredit {
		r.BonusRate = offered
	}
	w.Turned += amount
	bonus = BonusOf(w.Turned, r.BonusRate) - w.Bonus
	w.Bonus += bonus
	return bonus
}

// BonusOf is what is granted on top of an amount of store credit.
func BonusOf(amount, rate int64) int64 {
	return money.Ratio(amount, rate, whole, money.HalfAwayFromZero)
}
