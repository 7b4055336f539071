package purchases

import (
	"fmt"

	"orderly/internal/desk/buy"
	"orderly/internal/fault"
	"orderly/internal/money"
	"orderly/internal/order"
	"orderly/internal/purchase"
	"orderly/internal/web/shell"
)

// saveLine adds a line, or changes the one that is named.
func saveLine(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	var l fault.List
	scale := 0
	n := int(v.FormInt("line", &l))
	if of := x.Line(n); of != nil {
		scale = of.Scale
	}
	c := buy.LineChange{N: n}
	quantity := order.ParseQuantity(v.Form("quantity"), scale)
	c.Quantity = &quantity
	if text := v.Form("cost"); text != "" {
		cost, bad := money.ParsePrice(text)
		l.AddError("/cost", bad)
		c.Cost = &cost
	}
	day := v.Form("expected")
	if n == 0 {
		c.Added, c.Quantity = buy.DraftLine{SKU: v.Form("sku"), Quantity: quantity, Cost: c.Cost, Expected: day}, nil
	} else {
		c.Expected = &day
	}
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, buy.ChangePurchase, buy.EditCommand{Purchase: x.ID, Lines: []buy.LineChange{c}})
	}
	return x.done(v, lineName(n), v.T("purchases.saved"), err)
}

func send(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	_, err = shell.Do(v, buy.SendPurchase, buy.SendCommand{Purchase: x.ID, Mail: v.Form("mail") != ""})
	return x.done(v, "send", v.T("purchases.was_sent"), err)
}

// acknowledge confirms all lines as they are, by the day that was typed.
func acknowledge(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	c := buy.AckCommand{Purchase: x.ID, Reference: v.Form("reference"), All: true}
	if day := v.Form("expected"); day != "" {
		for i := range x.Lines {
			if l := &x.Lines[i]; l.Open() > 0 {
				c.Lines = append(c.Lines, buy.AckLine{Answer: purchase.Answer{N: l.N}, Expected: &day})
			}
		}
	}
	_, err = shell.Do(v, buy.AcknowledgePurchase, c)
	return x.done(v, "acknowledge", v.T("purchases.was_acknowledged"), err)
}

func cancel(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	_, err = shell.Do(v, buy.CancelPurchase, buy.CutCommand{Purchase: x.ID})
	return x.done(v, "cancel", v.T("purchases.was_canceled"), err)
}

func closeIt(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	_, err = shell.Do(v, buy.ClosePurchase, buy.PurchaseCommand{Purchase: x.ID})
	return x.done(v, "close", v.T("purchases.was_closed"), err)
}

// amount reads an amount of the order's currency; 0 where nothing was typed.
func (x *view) amount(v *shell.Visit, field string, l *fault.List) int64 {
	c, err := money.ParseCurrency(x.Currency)
	if err != nil || v.Form(field) == "" {
		return 0
	}
	n, err := c.ParseAmount(v.Form(field))
	l.AddError("/"+field, err)
	return n
}

func charge(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	var l fault.List
	c := purchase.Charge{Kind: v.Form("kind"), Spread: v.Form("spread"), Amount: x.amount(v, "amount", &l), Note: v.Form("note")}
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, buy.ChargePurchase, buy.ChargeCommand{Purchase: x.ID, Charge: c})
	}
	return x.done(v, "charge", v.T("purchases.saved"), err)
}

// invoice takes in an invoice: the quantities and costs of its lines are beside
// what came and was agreed.
func invoice(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	var l fault.List
	c := purchase.Invoice{Number: v.Form("number"), Total: x.amount(v, "total", &l), Charges: x.amount(v, "charges", &l), Tax: x.amount(v, "tax", &l)}
	for i := range x.Lines {
		y := &x.Lines[i]
		units := order.ParseQuantity(v.Form(fmt.Sprintf("units-%d", y.N)), y.Scale)
		if units == 0 {
			continue
		}
		cost, bad := money.ParsePrice(v.Form(fmt.Sprintf("cost-%d", y.N)))
		l.AddError("/cost", bad)
		c.Lines = append(c.Lines, purchase.InvoiceLine{Line: y.N, Quantity: units, Cost: cost})
	}
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, buy.TakeInvoice, buy.InvoiceCommand{Purchase: x.ID, Invoice: c})
	}
	return x.done(v, "invoice", v.T("purchases.was_invoiced"), err)
}

func decide(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	id, err := purchase.ParseInvoiceID(v.Path("invoice"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_invoice", "there is no such invoice")
	}
	_, err = shell.Do(v, buy.DecideInvoice, buy.DecideInvoiceCommand{Invoice: id, Approve: v.Form("approve") != "", Note: v.Form("note")})
	return x.done(v, "invoice-"+id.String(), v.T("purchases.saved"), err)
}

func receivePage(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	return v.Page(v.T("purchases.receive_title", "n", x.Number), receivingPage(v, x))
}

// receive books what was scanned, or all that was counted line by line.
func receive(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	c := buy.ReceiveCommand{Purchase: x.ID, Reference: v.Form("reference"), Over: v.Form("over") != ""}
	var l fault.List
	if code := v.Form("code"); code != "" {
		y := buy.ComeLine{SKU: code}
		n := max(1, v.FormInt("quantity", &l))
		switch v.Form("state") {
		case "damaged":
			y.Damaged = n
		case "inspect":
			y.Inspect = n
		default:
			y.Good = n
		}
		c.Lines = append(c.Lines, y)
	} else {
		for i := range x.Lines {
			y := &x.Lines[i]
			part := func(name string) int64 { return order.ParseQuantity(v.Form(fmt.Sprintf("%s-%d", name, y.N)), y.Scale) }
			if z := (buy.ComeLine{N: y.N, Good: part("good"), Damaged: part("damaged"), Inspect: part("inspect")}); z.Good+z.Damaged+z.Inspect > 0 {
				c.Lines = append(c.Lines, z)
			}
		}
	}
	if err = l.Err(); err == nil {
		_, err = shell.Do(v, buy.ReceivePurchase, c)
	}
	if err == nil {
		v.Toast(v.T("purchases.was_received"))
		return v.Go(x.path() + "/receive")
	}
	faults, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.Form, x.Faults = "receive", faults
	return v.Again(v.T("purchases.receive_title", "n", x.Number), receivingPage(v, x))
}

func inspect(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	c := buy.InspectCommand{Purchase: x.ID}
	for i := range x.Lines {
		y := &x.Lines[i]
		part := func(name string) int64 {
			return order.ParseQuantity(v.Form(fmt.Sprintf("%s-%d", name, y.N)), y.Scale)
		}
		if z := (purchase.Checked{N: y.N, Passed: part("passed"), Failed: part("failed")}); z.Passed+z.Failed > 0 {
			c.Lines = append(c.Lines, z)
		}
	}
	_, err = shell.Do(v, buy.InspectPurchase, c)
	return x.done(v, "inspect", v.T("purchases.was_inspected"), err)
}

func reverse(v *shell.Visit) error {
	x, err := read(v)
	if err != nil {
		return err
	}
	id, err := purchase.ParseReceiptID(v.Path("receipt"))
	if err != nil {
		return fault.New(fault.NotFound, "no_such_receipt", "there is no such receipt")
	}
	_, err = shell.Do(v, buy.ReversePurchaseReceipt, buy.UnreceiveCommand{Receipt: id})
	return x.done(v, "receipt-"+id.String(), v.T("purchases.was_reversed"), err)
}
