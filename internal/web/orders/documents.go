package orders

import (
	"orderly/internal/desk/bill"
	"orderly/internal/fault"
	"orderly/internal/invoice"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/invoices"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// billing is what the page shows of an order's documents, and what the next
// ones would say.
type billing struct {
	Documents []*invoice.Document
	Invoice   []invoice.Line
	Credit    []invoice.Line
	Free      int64 // given back, and explained by no line
}

func (x *view) billing(r *store.Reader) error {
	docs, err := invoices.OfOrders(r, []order.ID{x.ID})
	if err != nil || x.Mode == order.History {
		return err
	}
	x.Billing = billing{Documents: docs[x.ID]}
	b := &x.Billing
	owed := invoice.Owed(x.Order, invoice.BasisOf(b.Documents, invoice.All), b.Documents)
	b.Invoice, b.Credit = invoice.Next(owed, b.Documents)
	b.Free = invoice.Unexplained(x.Order, owed)
	return nil
}

// due reports whether there is anything to issue.
func (b *billing) due() bool { return len(b.Invoice)+len(b.Credit) > 0 || b.Free > 0 }

// choice reports whether it can still be chosen which units are billed.
func (b *billing) choice() bool {
	return invoice.BasisOf(b.Documents, invoice.Shipped) == invoice.Shipped
}

func basisOptions(v *shell.Visit) []ui.Option {
	return []ui.Option{{Value: string(invoice.All), Label: v.T("documents.units_all")}, {Value: string(invoice.Shipped), Label: v.T("documents.units_shipped")}}
}

func issueForm(v *shell.Visit, id order.ID, faults *fault.List) bill.IssueCommand {
	c := bill.IssueCommand{Order: id, Basis: invoice.Basis(v.Form("units")), Reason: v.Form("credit_reason")}
	if text := v.Form("credit_amount"); text != "" {
		x, err := load(v)
		if err != nil {
			faults.AddError("", err)
			return c
		}
		c.Credit, err = x.Currency.ParseAmount(text)
		faults.AddError("/credit/amount", err)
	}
	return c
}

// issuePreview tells what would be issued, beside the form.
func issuePreview(v *shell.Visit) error {
	id, err := orderID(v)
	if err != nil {
		return err
	}
	var faults fault.List
	c := issueForm(v, id, &faults)
	if err = faults.Err(); err == nil {
		r, failed := shell.Preview(v, bill.Issue, c)
		if err = failed; err == nil {
			return v.Part(issueEffect(v, r.Value.(*bill.Issued).Documents))
		}
	}
	if told, ok := shell.FaultsOf(err); ok && fault.KindOf(err) != fault.NotFound {
		return v.Part(cancelFault(told))
	}
	return err
}
