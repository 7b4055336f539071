package returns

import (
	"strconv"

	"orderly/internal/desk"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/web/shell"
)

// exchangeRows is how many lines the form of an exchange has.
const exchangeRows = 3

// exchanged reads what goes out in exchange.
func exchanged(v *shell.Visit, x *view, faults *fault.List) intake.ExchangeCommand {
	c := intake.ExchangeCommand{Return: x.ID, Advance: v.Form("advance") != ""}
	for i := range exchangeRows {
		n := strconv.Itoa(i)
		l := intake.ExchangeLine{SKU: v.Form("sku_" + n), Quantity: v.FormInt("q_"+n, faults)}
		if l.SKU == "" {
			continue
		}
		if text := v.Form("price_" + n); text != "" {
			p, err := money.ParsePrice(text)
			faults.AddError("/price_"+n, err)
			l.Price = &p
		}
		l.Quantity = max(1, l.Quantity)
		c.Lines = append(c.Lines, l)
	}
	return c
}

// exchangePreview tells what an exchange comes to, beside the form.
func exchangePreview(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	v.Form("") // reads the form
	var faults fault.List
	c := exchanged(v, x, &faults)
	if len(c.Lines) == 0 {
		return v.Part(nothingYet())
	}
	if err = faults.Err(); err == nil {
		var r desk.Result
		if r, err = shell.Preview(v, intake.Exchange, c); err == nil {
			return v.Part(exchangeEffect(v, x, r.Value.(*intake.Exchanged)))
		}
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return v.Part(refundFault(form{Faults: told}))
}
