package httpapi

import (
	"fmt"

	"orderly/internal/desk/intake"
	"orderly/internal/returns"
	"orderly/internal/store"
)

// NewExchange sends something else for what comes back.
type NewExchange struct {
	Lines   []NewExchangeLine `json:"lines" maxItems:"500"`
	Advance bool              `json:"advance,omitempty" doc:"Before anything has come."`
}

// NewExchangeLine is units that go out.
type NewExchangeLine struct {
	SKU       string  `json:"sku" maxLength:"80"`
	Quantity  int64   `json:"quantity" minimum:"1"`
	UnitPrice *string `json:"unit_price,omitempty" doc:"Decimal text. Left out: what the returned line of that item cost, with its discount and tax, or else the item's price." example:"12.95"`
}

// ExchangedReturn is the return, and what goes out for it.
type ExchangedReturn struct {
	Return
	Exchange ExchangeEffect `json:"exchange"`
}

// ExchangeEffect is what an exchange comes to, in minor units.
type ExchangeEffect struct {
	Order  string `json:"order,omitempty" doc:"The replacement; absent in a dry run."`
	Total  int64  `json:"total" doc:"What it costs, less the credit."`
	Credit int64  `json:"credit" doc:"What of the returned units' worth pays for it."`
	Rest   int64  `json:"rest" doc:"What of that worth is left to give back."`
}

const exchangeText = "The replacement is an order of its own, with a deduction for what the returned units are worth. What it costs beyond is owed, and a hold `payment` keeps it from being shipped until that is paid; what is left goes back by the return's refund. Ask with dry_run to see it."

func (a *api) exchangeReturn(c *call, p *returnID, in *NewExchange) (ExchangedReturn, error) {
	id, err := returns.ParseID(p.ID)
	if err != nil {
		return ExchangedReturn{}, noSuchReturn(p.ID)
	}
	cmd := intake.ExchangeCommand{Return: id, Advance: in.Advance}
	for i, l := range in.Lines {
		line := intake.ExchangeLine{SKU: l.SKU, Quantity: l.Quantity}
		if l.UnitPrice != nil {
			v := price(fmt.Sprintf("/lines/%d/unit_price", i), *l.UnitPrice, &c.faults)
			line.Price = &v
		}
		cmd.Lines = append(cmd.Lines, line)
	}
	act := one[intake.ExchangeCommand]
	if p.Dry {
		act = preview[intake.ExchangeCommand]
	}
	r, err := act(c, intake.Exchange, cmd)
	if err != nil {
		return ExchangedReturn{}, err
	}
	x, ok := r.Value.(*intake.Exchanged)
	if !ok {
		return c.exchangedThen(p.ID)
	}
	out := ExchangedReturn{c.rma(x.Return), ExchangeEffect{x.Order.ID.String(), x.Order.Totals.Payable(), x.Credit, x.Rest}}
	if out.DryRun = p.Dry; p.Dry {
		out.Exchange.Order, out.Replacement = "", ""
	}
	return out, nil
}

// exchangedThen tells a replay what the exchange is by now.
func (c *call) exchangedThen(text string) (ExchangedReturn, error) {
	x, err := c.returnRow(text)
	if err != nil {
		return ExchangedReturn{}, err
	}
	var v *orderView
	err = c.read(func(r *store.Reader) (err error) {
		v, err = viewOf(r, x.Replacement)
		return err
	})
	if err != nil {
		return ExchangedReturn{}, err
	}
	return ExchangedReturn{c.rma(x), ExchangeEffect{Order: x.Replacement.String(), Total: v.order.Totals.Payable(), Credit: x.Money.Credit}}, nil
}
