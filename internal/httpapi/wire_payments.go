package httpapi

import (
	"orderly/internal/order"
	"orderly/internal/payment"
	kept "orderly/internal/store/payments"
)

// Payment is one tender on one order.
type Payment struct {
	ID         string   `json:"id" example:"pay_0pmnqh2000400"`
	Order      string   `json:"order" example:"ord_0pmnqh2000400"`
	Tender     string   `json:"tender" enum:"card,bank,cash,gift_card,store_credit,cash_on_delivery,terms"`
	Provider   string   `json:"provider,omitempty"`
	Reference  string   `json:"reference,omitempty" doc:"The provider's own name of it, or what a person wrote."`
	State      string   `json:"state" enum:"pending,authorized,partially_captured,captured,partially_refunded,refunded,disputed,voided,failed,credited,released" doc:"released: what was promised was paid in another way, or is not owed any more."`
	Currency   string   `json:"currency"`
	Amount     int64    `json:"amount" doc:"That is meant to be paid by it, in minor units, as all amounts here."`
	Authorized int64    `json:"authorized"`
	Captured   int64    `json:"captured"`
	Voided     int64    `json:"voided"`
	Refunded   int64    `json:"refunded"`
	Credited   int64    `json:"credited,omitempty" doc:"That was given as store credit, or in cash, in place of the tender that holds the money."`
	Disputed   int64    `json:"disputed" doc:"That the customer's bank took back and was not won."`
	RespondBy  string   `json:"respond_by,omitempty" format:"date-time" doc:"Until when the dispute can be answered, at the provider."`
	InParts    bool     `json:"in_parts" doc:"It can be captured in parts; else what is left after the first falls back to the customer."`
	Capturable int64    `json:"capturable" doc:"What may be captured beside what is under way."`
	Refundable int64    `json:"refundable" doc:"What may be given back beside what is under way."`
	URL        string   `json:"url,omitempty" doc:"Where the customer pays."`
	ExpiresAt  string   `json:"expires_at,omitempty" format:"date-time" doc:"When what is authorized falls back, or the page at which it is to be paid ends."`
	DueAt      string   `json:"due_at,omitempty" format:"date-time" doc:"Until when what was promised is to be paid."`
	Remitted   int64    `json:"remitted,omitempty" doc:"Of what a carrier collected, what it has paid out."`
	CreatedAt  string   `json:"created_at" format:"date-time"`
	Effects    []Effect `json:"effects" doc:"What was asked of the provider, the oldest first."`
	Version    int64    `json:"version"`
	Actions    []string `json:"actions" enum:"capture,void,refund" doc:"What may be done next."`
	Dry        bool     `json:"dry_run,omitempty"`
}

// Effect is one thing that was asked of a provider.
type Effect struct {
	ID        string `json:"id" example:"pin_0pmnqh2000400" doc:"Also the key by which the provider tells it from others."`
	Kind      string `json:"kind" enum:"authorize,link,adopt,capture,void,refund"`
	Amount    int64  `json:"amount"`
	State     string `json:"state" enum:"pending,sent,unknown,succeeded,failed"`
	Reason    string `json:"reason,omitempty" doc:"Of what failed or is unknown."`
	Actor     string `json:"actor"`
	CreatedAt string `json:"created_at" format:"date-time"`
	SettledAt string `json:"settled_at,omitempty" format:"date-time"`
}

// OrderPayments are what an order was paid by.
type OrderPayments struct {
	Data    []Payment `json:"data"`
	Channel Purse     `json:"channel" doc:"What the channel took and gave back."`
	Due     int64     `json:"due" doc:"What is still to be paid, what is under way counted as if it came. What was promised is still to be paid."`
	Said    []Said    `json:"said,omitempty" doc:"What the channel says of its part."`
	Differs *Differs  `json:"differs,omitempty" doc:"How what the channel was paid differs from what the order costs, and why; not told where others paid too."`
	Tenders []string  `json:"tenders" doc:"The order in which a refund goes through them."`
}

// Said is one payment that the channel took, as it says.
type Said struct {
	N           int    `json:"n"`
	Means       string `json:"means,omitempty" example:"credit_card"`
	Instalments int64  `json:"instalments,omitempty"`
	Amount      int64  `json:"amount"`
	Reference   string `json:"reference,omitempty"`
}

// Differs explains a difference.
type Differs struct {
	Amount int64  `json:"amount" doc:"Minor units; below 0 when less was paid."`
	Cause  string `json:"cause" enum:"unpaid,rounding,interest,untold_discount,paid_less,paid_more"`
	Says   string `json:"says" example:"10.97 is interest of the channel: 13.0 percent over 9 instalments"`
}

// Purse is what one tender took and can give back.
type Purse struct {
	Captured   int64 `json:"captured"`
	Refunded   int64 `json:"refunded"`
	Refundable int64 `json:"refundable"`
}

// AddPayment adds a payment to an order.
type AddPayment struct {
	Tender      string `json:"tender,omitempty" enum:"paid_at_channel,channel,card,bank,cash,gift_card,store_credit,cash_on_delivery,terms" doc:"channel when left out: the channel took it. cash_on_delivery and terms are promises to pay."`
	Amount      string `json:"amount,omitempty" doc:"Decimal text; what is due when left out. The channel's must be said." example:"29.85"`
	Reference   string `json:"reference,omitempty" maxLength:"200" doc:"The channel's own, what a person writes, or what the provider calls what is adopted."`
	Provider    string `json:"provider,omitempty" maxLength:"30" doc:"Over which a card's money moves." example:"stripe"`
	Begin       string `json:"begin,omitempty" enum:"link,authorize,adopt" doc:"Make a page on which the customer pays, charge a source, or take over what the provider knows already."`
	Source      string `json:"source,omitempty" maxLength:"200" doc:"What authorize charges, as the provider calls it. Never a card number."`
	Code        string `json:"code,omitempty" maxLength:"40" doc:"Of the gift card that pays. Store credit is the order's customer's."`
	Above       bool   `json:"above_limit,omitempty" doc:"On terms, more than the customer's limit; for who may write settings."`
	Means       string `json:"means,omitempty" maxLength:"40" doc:"Of the channel's: by which it was paid, in its words." example:"credit_card"`
	Instalments int64  `json:"instalments,omitempty" minimum:"0" maximum:"120" doc:"Of the channel's: in which its customer pays it."`
	Sequence    int    `json:"sequence,omitempty" minimum:"0" maximum:"50" doc:"Of the channel's: its number among the order's payments. The same number with the same content changes nothing."`
	AtOnce      bool   `json:"at_once,omitempty" doc:"Capture as soon as it is authorized."`
}

// PaidOrder is the order, and the payment when one was added.
type PaidOrder struct {
	Order
	Payment *Payment `json:"payment,omitempty"`
}

// NewRefund gives money back out of what an order was paid by.
type NewRefund struct {
	Amount    string   `json:"amount" doc:"Decimal text, more than 0." example:"29.85"`
	Reference string   `json:"reference,omitempty" maxLength:"200" doc:"The channel's own."`
	Tender    string   `json:"tender,omitempty" enum:"paid_at_channel,channel,card,bank,cash,gift_card,store_credit,cash_on_delivery" doc:"Out of this one alone."`
	Tenders   []string `json:"tenders,omitempty" enum:"channel,card,bank,cash,gift_card,store_credit,cash_on_delivery" maxItems:"10" doc:"In this order; what one cannot give moves on to the next."`
	To        string   `json:"to,omitempty" enum:"tenders,store_credit" doc:"store_credit gives the customer credit to spend instead of paying the amount out."`
}

// RefundedOrder is the order. What providers give back is in it once they have.
type RefundedOrder struct {
	Order
	Gives []Share `json:"gives,omitempty" doc:"With dry_run: what each would give."`
}

// Share is what one payment, or the channel, gives back.
type Share struct {
	Tender  string `json:"tender"`
	Payment string `json:"payment,omitempty"`
	Amount  int64  `json:"amount"`
}

// MovePayment says how much.
type MovePayment struct {
	Amount string `json:"amount,omitempty" doc:"Decimal text; all that can be when left out." example:"29.85"`
}

// Provider is a provider of payments as it is set up; its secrets are not shown.
type Provider struct {
	ID          string `json:"id" example:"prv_0pmnqh2000400"`
	Code        string `json:"code" example:"stripe"`
	Kind        string `json:"kind" example:"stripe"`
	Active      bool   `json:"active"`
	EventsPath  string `json:"events_path" doc:"Where it is to send its events." example:"/v1/providers/stripe/events"`
	EditVersion int64  `json:"edit_version"`
}

// NewProvider sets a provider up, or changes it.
type NewProvider struct {
	Code    string   `json:"code" maxLength:"30" doc:"Small letters, digits and underscores; never changes." example:"stripe"`
	Kind    string   `json:"kind" maxLength:"30" example:"stripe"`
	Active  *bool    `json:"active,omitempty" doc:"Takes new payments; true when left out."`
	Secrets []Secret `json:"secrets,omitempty" maxItems:"10" doc:"As the provider shows them; those that are left out stay."`
}

// Secret is one of a provider's.
type Secret struct {
	Name  string `json:"name" maxLength:"60" example:"secret_key"`
	Value string `json:"value" maxLength:"500"`
}

// Providers lists providers.
type Providers struct {
	Data  []Provider `json:"data"`
	Kinds []string   `json:"kinds" doc:"That can be set up."`
}

// Checked is what a provider says to the secrets of a shop.
type Checked struct {
	Live bool `json:"live" doc:"Real money moves; else it is the provider's test mode."`
}

// Received tells a provider that its event was kept.
type Received struct {
	News int `json:"news" doc:"How much of it was not known before."`
}

func renderPayment(p *payment.Payment) Payment {
	out := Payment{
		ID: p.ID.String(), Order: order.ID(p.Order).String(), Tender: string(p.Tender), Provider: p.Provider, Reference: p.Reference, State: p.State(), Currency: p.Currency,
		Amount: p.Amount, Authorized: p.Authorized, Captured: p.Captured, Voided: p.Voided, Refunded: p.Refunded, Credited: p.Credited, Disputed: p.Taken(),
		Capturable: p.Capturable(), Refundable: p.Refundable(), InParts: p.Parts, URL: p.URL, ExpiresAt: instant(p.ExpiresAt), DueAt: instant(p.DueAt), Remitted: p.Remitted, CreatedAt: instant(p.CreatedAt),
		Effects: []Effect{}, Version: p.Version, Actions: p.Actions(),
	}
	if p.Taken() > 0 {
		out.RespondBy = instant(p.RespondBy)
	}
	for i := range p.Intents {
		x := &p.Intents[i]
		out.Effects = append(out.Effects, Effect{ID: x.ID.String(), Kind: x.Kind, Amount: x.Amount, State: x.State, Reason: x.Reason, Actor: x.Actor, CreatedAt: instant(x.CreatedAt), SettledAt: instant(x.SettledAt)})
	}
	return out
}

func renderProvider(p *kept.Provider, endpoint string) Provider {
	return Provider{ID: p.ID.String(), Code: p.Code, Kind: p.Kind, Active: p.Active, EventsPath: "/v1/providers/" + endpoint + "/events", EditVersion: p.EditVersion}
}
