package orders

import (
	"orderly/internal/access"
	"orderly/internal/desk/bill"
	"orderly/internal/desk/care"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/web/shell"
)

// Routes of the room.
func Routes() []shell.Route {
	write, floorWrite := access.OrdersWrite, access.FulfillmentWrite
	return []shell.Route{
		{Method: "GET", Path: "/orders", Needs: access.OrdersRead, Do: showList},
		{Method: "GET", Path: "/orders/rows", Needs: access.OrdersRead, Do: showRows},
		{Method: "POST", Path: "/orders/views", Needs: access.OrdersRead, Do: saveView},
		{Method: "POST", Path: "/orders/views/{id}/remove", Needs: access.OrdersRead, Do: removeView},
		{Method: "POST", Path: "/orders/views/{id}/rename", Needs: access.OrdersRead, Do: renameView},
		{Method: "GET", Path: "/orders/bulk", Needs: write, Do: bulkForm},
		{Method: "POST", Path: "/orders/bulk", Needs: write, Do: bulkBegin},
		{Method: "POST", Path: "/orders/bulk/preview", Needs: write, Do: bulkPreview},
		{Method: "GET", Path: "/runs", Needs: access.OrdersRead, Do: showRuns},
		{Method: "GET", Path: "/runs/{id}", Needs: access.OrdersRead, Do: showRun},
		{Method: "GET", Path: "/runs/{id}/report.csv", Needs: access.OrdersRead, Do: runReport},
		{Method: "POST", Path: "/runs/{id}/stop", Needs: write, Do: stopRun},
		{Method: "POST", Path: "/runs/{id}/retry", Needs: write, Do: retryRun},
		{Method: "GET", Path: "/orders/{id}", Needs: access.OrdersRead, Do: page},
		{Method: "POST", Path: "/orders/{id}/hold", Needs: write, Do: undoing("hold", "order.said_held", intake.Hold, holdForm, undoHold)},
		{Method: "POST", Path: "/orders/{id}/approve", Needs: intake.Approve.Permission, Do: act("approve", "order.said_approved", intake.Approve, approveForm)},
		{Method: "POST", Path: "/orders/{id}/refuse", Needs: intake.Refuse.Permission, Do: act("refuse", "order.said_refused", intake.Refuse, refuseForm)},
		{Method: "POST", Path: "/orders/{id}/look-again", Needs: write, Do: act("work", "order.said_looked", intake.LiftEnded, lookForm)},
		{Method: "POST", Path: "/orders/{id}/lift", Needs: write, Do: undoing("lift", "order.said_lifted", intake.Lift, liftForm, undoLift)},
		{Method: "POST", Path: "/orders/{id}/schedule", Needs: write, Do: schedule},
		{Method: "POST", Path: "/orders/{id}/rebalance", Needs: write, Do: act("take", "order.said_taken", intake.Rebalance, takeForm)},
		{Method: "POST", Path: "/orders/{id}/rebalance/preview", Needs: write, Do: takePreview},
		{Method: "POST", Path: "/orders/{id}/note", Needs: write, Do: act("note", "order.said_noted", intake.Edit, noteForm)},
		{Method: "POST", Path: "/orders/{id}/tags", Needs: write, Do: undoing("tags", "order.said_tagged", intake.Edit, tagForm, undoTags)},
		{Method: "POST", Path: "/orders/{id}/priority", Needs: write, Do: undoing("priority", "order.said_priority", intake.Edit, priorityForm, undoPriority)},
		{Method: "POST", Path: "/orders/{id}/pay", Needs: write, Do: addPayment},
		{Method: "POST", Path: "/orders/{id}/refund", Needs: write, Do: act("refund", "order.said_refunded", pay.Refund, refundForm)},
		{Method: "POST", Path: "/orders/{id}/refund/preview", Needs: write, Do: refundPreview},
		{Method: "POST", Path: "/orders/{id}/payments/{pay}/{act}", Needs: write, Do: movePayment},
		{Method: "POST", Path: "/orders/{id}/payments/{pay}/{act}/preview", Needs: write, Do: movePreview},
		{Method: "POST", Path: "/orders/{id}/cancel", Needs: write, Do: act("cancel", "order.said_canceled", intake.Cancel, cancelForm)},
		{Method: "POST", Path: "/orders/{id}/invoices", Needs: bill.Issue.Permission, Do: act("issue", "documents.said_issued", bill.Issue, issueForm)},
		{Method: "POST", Path: "/orders/{id}/invoices/preview", Needs: write, Do: issuePreview},
		{Method: "POST", Path: "/orders/{id}/link", Needs: care.MakeLink.Permission, Do: trackingPage},
		{Method: "POST", Path: "/orders/{id}/link/renew", Needs: write, Do: act("link", "order.said_renewed", care.RenewLink, linkForm)},
		{Method: "POST", Path: "/orders/{id}/link/end", Needs: write, Do: act("link", "order.said_ended", care.EndLink, linkForm)},
		{Method: "GET", Path: "/orders/{id}/ask", Needs: write, Do: askPage},
		{Method: "GET", Path: "/orders/{id}/divide", Needs: write, Do: dividePage},
		{Method: "POST", Path: "/orders/{id}/split", Needs: write, Do: splitNow},
		{Method: "POST", Path: "/orders/{id}/split/preview", Needs: write, Do: splitPreview},
		{Method: "POST", Path: "/orders/{id}/merge", Needs: write, Do: mergeNow},
		{Method: "POST", Path: "/orders/{id}/merge/preview", Needs: write, Do: mergePreview},
		{Method: "POST", Path: "/orders/{id}/ask", Needs: write, Do: askCustomer},
		{Method: "GET", Path: "/orders/{id}/message", Needs: write, Do: messagePart},
		{Method: "POST", Path: "/orders/{id}/message", Needs: write, Do: act("message", "order.said_message", care.SendMessage, messageForm)},
		{Method: "POST", Path: "/orders/{id}/work", Needs: access.OrdersRead, Do: dutyAct},
		{Method: "GET", Path: "/orders/{id}/assign", Needs: access.OrdersRead, Do: assignPart},
		{Method: "POST", Path: "/orders/{id}/cancel/preview", Needs: write, Do: cancelPreview},
		{Method: "POST", Path: "/orders/{id}/fulfillments/{ful}/release", Needs: floorWrite, Do: work(floor.Release, "order.said_released")},
		{Method: "POST", Path: "/orders/{id}/fulfillments/{ful}/reroute", Needs: floorWrite, Do: reroute},
		{Method: "POST", Path: "/orders/{id}/fulfillments/{ful}/recall", Needs: floorWrite, Do: work(floor.Recall, "order.said_recalled")},
		{Method: "GET", Path: "/orders/{id}/parcels/{parcel}/proof", Needs: access.FulfillmentRead, Do: proofPicture},
		{Method: "POST", Path: "/orders/{id}/parcels/{parcel}/deliver", Needs: floorWrite, MaxBytes: maxDeliver, Do: deliver},
		{Method: "POST", Path: "/orders/{id}/parcels/{parcel}/undeliver", Needs: floorWrite, Do: undeliver},
	}
}
