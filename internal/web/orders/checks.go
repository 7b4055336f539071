package orders

import (
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/verification"
	"orderly/internal/web/shell"
)

// adviceOf says what to do about what a check found; "" of other holds.
func adviceOf(v *shell.Visit, reason string) string {
	if verification.RuleOf(reason) == "" {
		return ""
	}
	return v.T("order.do_" + reason)
}

// mayPass reports whether a change of the order may settle what was found.
func mayPass(reason string) bool {
	rule := verification.RuleOf(reason)
	return rule != "" && rule != verification.Duplicate && rule != verification.Velocity
}

func lookForm(_ *shell.Visit, id order.ID, _ *fault.List) intake.LiftEndedCommand {
	return intake.LiftEndedCommand{Order: id}
}
