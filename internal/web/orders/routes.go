package orders

import (
	"orderly/internal/access"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
	"orderly/internal/web/shell"
)

// Routes of the room.
func Routes() []shell.Route {
	write, floorWrite := access.OrdersWrite, access.FulfillmentWrite
	return []shell.Route{
		{Method: "GET", Path: "/orders", Needs: access.OrdersRead, Do: list},
		{Method: "GET", Path: "/orders/{id}", Needs: access.OrdersRead, Do: page},
		{Method: "POST", Path: "/orders/{id}/hold", Needs: write, Do: act("hold", "order.said_held", intake.Hold, holdForm)},
		{Method: "POST", Path: "/orders/{id}/lift", Needs: write, Do: act("lift", "order.said_lifted", intake.Lift, liftForm)},
		{Method: "POST", Path: "/orders/{id}/note", Needs: write, Do: act("note", "order.said_noted", intake.Edit, noteForm)},
		{Method: "POST", Path: "/orders/{id}/tags", Needs: write, Do: act("tags", "order.said_tagged", intake.Edit, tagForm)},
		{Method: "POST", Path: "/orders/{id}/priority", Needs: write, Do: act("priority", "order.said_priority", intake.Edit, priorityForm)},
		{Method: "POST", Path: "/orders/{id}/pay", Needs: write, Do: act("pay", "order.said_paid", intake.Pay, payForm(false))},
		{Method: "POST", Path: "/orders/{id}/refund", Needs: write, Do: act("refund", "order.said_refunded", intake.Pay, payForm(true))},
		{Method: "POST", Path: "/orders/{id}/cancel", Needs: write, Do: act("cancel", "order.said_canceled", intake.Cancel, cancelForm)},
		{Method: "POST", Path: "/orders/{id}/cancel/preview", Needs: write, Do: cancelPreview},
		{Method: "POST", Path: "/orders/{id}/fulfillments/{ful}/release", Needs: floorWrite, Do: work(floor.Release, "order.said_released")},
		{Method: "POST", Path: "/orders/{id}/fulfillments/{ful}/recall", Needs: floorWrite, Do: work(floor.Recall, "order.said_recalled")},
	}
}
