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
		if w == flow.WaitWindow {
			out = append(out, v.T("order.flow_wait_window", "when", v.When(x.run.ReleaseAt)))
		} else {
			out = append(out, v.T("order.flow_wait_"+w))
		}
	}
	return out
}
