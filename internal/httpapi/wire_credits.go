package httpapi

import (
	"orderly/internal/credit"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
)

// Credit is a gift card, or a customer's store credit in one currency.
type Credit struct {
	ID        string `json:"id" example:"crd_0pmnqh2000400"`
	Kind      string `json:"kind" enum:"gift_card,store_credit"`
	Code      string `json:"code,omitempty" doc:"Shown once, in the answer that makes the card."`
	Hint      string `json:"hint,omitempty" doc:"The last four of the code."`
	Customer  string `json:"customer,omitempty" doc:"Whose store credit it is."`
	Currency  string `json:"currency"`
	Balance   int64  `json:"balance" doc:"Minor units."`
	State     string `json:"state" enum:"active,blocked,expired,spent"`
	ExpiresAt string `json:"expires_at,omitempty" format:"date-time"`
	BlockedAt string `json:"blocked_at,omitempty" format:"date-time"`
	CreatedAt string `json:"created_at,omitempty" format:"date-time"`
	Version   int64  `json:"version"`
	Dry       bool   `json:"dry_run,omitempty"`
}

// NewCredit issues value.
type NewCredit struct {
	Kind      string `json:"kind" enum:"gift_card,store_credit"`
	Currency  string `json:"currency,omitempty" maxLength:"3" doc:"The order's when it is for a line."`
	Amount    string `json:"amount,omitempty" doc:"Decimal text; of a line what a unit of it costs." example:"25.00"`
	Customer  string `json:"customer,omitempty" maxLength:"40" doc:"Whose store credit it is."`
	Reason    string `json:"reason,omitempty" maxLength:"200" doc:"Why it is given; it stands in the statement."`
	ExpiresAt string `json:"expires_at,omitempty" format:"date-time" doc:"Of a card; never when left out."`
	Order     string `json:"order,omitempty" maxLength:"40" doc:"Of which a line was sold as a gift card."`
	Line      int    `json:"line,omitempty" minimum:"0" maximum:"10000"`
}

// CreditMovement is one change of a balance.
type CreditMovement struct {
	ID      int64  `json:"id"`
	Kind    string `json:"kind" enum:"issue,sell,grant,pay,refund,turn,take"`
	Amount  int64  `json:"amount" doc:"By how much the balance grew, in minor units."`
	Balance int64  `json:"balance" doc:"After it."`
	Against string `json:"against" doc:"The account of the books that the other half stands on."`
	Payment string `json:"payment,omitempty"`
	Order   string `json:"order,omitempty"`
	Line    int64  `json:"line,omitempty"`
	Reason  string `json:"reason,omitempty"`
	Actor   string `json:"actor"`
	At      string `json:"at" format:"date-time"`
}

// CreditCode is what somebody types.
type CreditCode struct {
	Code string `json:"code" maxLength:"40"`
}

// BlockCredit blocks or lets go.
type BlockCredit struct {
	Blocked bool   `json:"blocked"`
	Reason  string `json:"reason,omitempty" maxLength:"200" doc:"Needed to block."`
}

// CreditLimit is how much may be issued at once in a currency.
type CreditLimit struct {
	Currency string `json:"currency" maxLength:"3" example:"GBP"`
	Most     string `json:"most" doc:"Decimal text; 0 for nothing." example:"50.00"`
}

// CreditLimits lists them.
type CreditLimits struct {
	Data []CreditLimit `json:"data"`
}

func renderStatement(x credit.Movement) CreditMovement {
	out := CreditMovement{ID: x.ID, Kind: x.Kind, Amount: x.Amount, Balance: x.Balance, Against: credit.Against(x.Kind), Line: x.Line, Reason: x.Reason, Actor: x.Actor, At: instant(x.At)}
	if x.Order != 0 {
		out.Order = order.ID(x.Order).String()
	}
	if x.Payment != 0 {
		out.Payment = payment.ID(x.Payment).String()
	}
	return out
}

func (a *api) renderCredit(x *credit.Account) Credit {
	out := Credit{
		ID: x.ID.String(), Kind: string(x.Kind), Hint: x.Hint, Currency: x.Currency, Balance: x.Balance, State: x.State(a.desk.DB.Now()),
		ExpiresAt: instant(x.ExpiresAt), BlockedAt: instant(x.BlockedAt), CreatedAt: instant(x.CreatedAt), Version: x.Version,
	}
	if x.Customer != 0 {
		out.Customer = party.ID(x.Customer).String()
	}
	return out
}
