package orders

import (
	"strings"

	"orderly/internal/order"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// shown are the buckets of a line's bar, in the order of an order's life.
var shown = []struct {
	bucket order.Bucket
	tone   ui.Tone
}{
	{order.Delivered, ui.Good}, {order.Shipped, ui.Accent}, {order.Packed, ui.Accent}, {order.Picked, ui.Accent}, {order.Allocated, ui.Neutral},
	{order.Backordered, ui.Warn}, {order.Unsourced, ui.Warn}, {order.Lost, ui.Bad}, {order.Canceled, ui.Quiet},
}

func buckets(v *shell.Visit, l *order.Line) []ui.Part {
	var out []ui.Part
	for _, s := range shown {
		if q := l.Q[s.bucket]; q > 0 {
			out = append(out, ui.Part{Label: bucket(v, s.bucket), Value: q, Tone: s.tone})
		}
	}
	return out
}

// bucketWords says in words where a line's units are.
func bucketWords(v *shell.Visit, l *order.Line) string {
	var out []string
	for _, s := range shown {
		if q := l.Q[s.bucket]; q > 0 {
			out = append(out, v.Quantity(q, l.Scale)+" "+bucket(v, s.bucket))
		}
	}
	if q := l.Q[order.Returned]; q > 0 {
		out = append(out, v.Quantity(q, l.Scale)+" "+bucket(v, order.Returned))
	}
	return strings.Join(out, " · ")
}

// cancelable is how many units of a line may still be canceled.
func cancelable(l *order.Line) int64 {
	return l.Q[order.Unsourced] + l.Q[order.Backordered] + l.Q[order.Allocated]
}

// reasons are the codes of holds that people choose from.
var reasons = []string{"customer_request", "address", "payment_review", "stock_question", "fraud_review", "other"}

func holdReasons(v *shell.Visit) []ui.Option {
	out := make([]ui.Option, len(reasons))
	for i, r := range reasons {
		out[i] = ui.Option{Value: r, Label: reason(v, r)}
	}
	return out
}

func blockedActs(v *shell.Visit, acts []string) string {
	out := make([]string, len(acts))
	for i, a := range acts {
		out[i] = strings.ToLower(v.T("order.act_" + a))
	}
	return strings.Join(out, ", ")
}

// suggested is the amount that a form of money begins with: what is due, or
// what was paid too much.
func suggested(x *view, name string) string {
	due := x.Totals.Payable() - x.Paid + x.Refunded
	if name == "refund" {
		due = -due
	}
	if due <= 0 {
		return ""
	}
	return x.Currency.FormatAmount(due)
}
