package counter

import (
	"slices"
	"strings"

	"orderly/internal/order"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// told are the faults that have no field of their own on the form.
func (d *draft) told() []string {
	shown := []string{"", "scan", "lines", "channel", "shipping", "due", "tags", "note", "given", "customer/name", "customer/company", "customer/email", "customer/phone"}
	var out []string
	for field, text := range d.Faults {
		if !slices.Contains(shown, field) && !strings.HasPrefix(field, "ship_to/") {
			out = append(out, text)
		}
	}
	slices.Sort(out)
	return slices.Compact(out)
}

func (d *draft) customerID() string {
	if d.Customer == 0 {
		return ""
	}
	return d.Customer.String()
}

func (d *draft) called() string {
	return or(d.Contact.Name, d.Contact.Company, d.Contact.Email, d.Customer.String())
}

func (x *line) name() string {
	if x.item == nil {
		return x.SKU
	}
	return x.item.Name
}

// or is the first text that there is.
func or(texts ...string) string {
	for _, t := range texts {
		if t != "" {
			return t
		}
	}
	return ""
}

func dotted(texts ...string) string {
	return strings.Join(slices.DeleteFunc(texts, func(t string) bool { return t == "" }), " · ")
}

func severityIcon(severity string) string {
	switch severity {
	case order.Stop:
		return "circle-x"
	case order.Look:
		return "triangle-alert"
	}
	return "info"
}

func channels(v *shell.Visit) []ui.Option {
	return []ui.Option{{Value: byPhone, Label: v.T("counter.channel_phone")}, {Value: counter, Label: v.T("counter.channel_counter")}}
}

func holds(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("counter.no_hold")}}
	for _, r := range []string{"customer_request", "address", "payment_review", "stock_question", "fraud_review", "other"} {
		out = append(out, ui.Option{Value: r, Label: v.T("hold." + r)})
	}
	return out
}

func places(d *draft) []ui.Option {
	var out []ui.Option
	for _, l := range d.Places {
		out = append(out, ui.Option{Value: l.ID.String(), Label: l.Name})
	}
	return out
}

// userID tells whose draft a browser keeps, for browsers that several share.
func userID(v *shell.Visit) string {
	if v.Signed == nil {
		return ""
	}
	return v.Signed.User.ID.String()
}
