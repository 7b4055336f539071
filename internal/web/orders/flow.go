package orders

import (
	"orderly/internal/flow"
	"orderly/internal/fulfillment"
	"orderly/internal/order"
	"orderly/internal/web/shell"
)

// goesOn reports whether any work of the order is still to be released by itself.
func (x *view) goesOn() bool {
	if x.Flow == nil || !x.Flow.Releases() || x.Statuses.Status != "open" {
		return false
	}
	for _, f := range x.Fulfillments {
		if p := x.places[f.Location]; f.WorkStatus == fulfillment.Pending && p != nil && x.Flow.ReleasesAt(p.Kind) {
			return true
		}
	}
	return x.Sums[order.Unsourced]+x.Sums[order.Backordered] > 0
}

// waitsFor says what is in the way of the order's release.
func (x *view) waitsFor(v *shell.Visit) []string {
	var out []string
	for _, w := range x.Flow.Waits(x.run, flow.Stand(x.Order, x.Payments, v.Now().UnixMicro())) {
		switch w {
		case flow.WaitWindow:
			out = append(out, v.T("order.flow_wait_window", "when", v.When(x.run.ReleaseAt)))
		case flow.WaitTime:
			out = append(out, v.T("order.flow_wait_time", "when", v.When(x.run.LateAt)))
		default:
			out = append(out, v.T("order.flow_wait_"+w))
		}
	}
	if x.run.SourceAt != 0 {
		out = append(out, v.T("order.flow_wait_source", "when", v.When(x.run.SourceAt)))
	}
	return out
}
