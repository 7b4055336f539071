package httpapi

import (
	"net/http"
	"reflect"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/care"
	"orderly/internal/desk/floor"
	"orderly/internal/desk/intake"
)

// routes is every route of the API.
func (a *api) routes() {
	a.orderRoutes()
	a.returnRoutes()
	a.unreceiptedRoutes()
	a.returnFileRoutes()
	a.caseRoutes()
	a.taxRoutes()
	a.deliveryRoutes()
	a.offerRoutes()
	a.scheduleRoutes()
	a.claimRoutes()
	a.pickupRoutes()
	a.partnerRoutes()
	a.differenceRoutes()
	a.putAwayRoutes()
	a.feedRoutes()
	a.tariffRoutes()
	a.hookRoutes()
	a.comparisonRoutes()
	a.workedRoutes()
	a.partnerInvoiceRoutes()
	a.sourcingRoutes()
	a.flowRoutes()
	a.approvalRoutes()
	a.checkRoutes()
	a.sellingRoutes()
	a.preorderRoutes()
	a.supplierRoutes()
	a.purchaseRoutes()
	a.supplierReturnRoutes()
	a.conversationRoutes()
	a.exchangeRoutes()
	a.replenishmentRoutes()
	a.watchRoutes()
	a.replayRoutes()
	a.ruleRoutes()
	a.counterRoutes()
	a.floorRoutes()
	a.stockRoutes()
	a.queueRoutes()
	a.importRoutes()
	a.adminRoutes()
	a.paperRoutes()
	a.webhookRoutes()
	a.invoiceRoutes()
	a.personRoutes()
	a.askRoutes()
}

func (a *api) orderRoutes() {
	write := intake.Place.Permission
	add(a, route{method: "POST", path: "/v1/orders", id: "placeOrder", summary: "Place an order", needs: write, answers: madeOrNot, tagged: true, text: placeText}, a.placeOrder)
	add(a, route{method: "POST", path: "/v1/orders/batch", id: "placeOrders", summary: "Place up to 500 orders", needs: write, ndjson: true, text: batchText}, a.placeOrders)
	add(a, route{method: "GET", path: "/v1/orders", id: "listOrders", summary: "List orders, newest first", needs: access.OrdersRead}, a.listOrders)
	add(a, route{method: "GET", path: "/v1/orders/{id}", id: "getOrder", summary: "Read an order", needs: access.OrdersRead, tagged: true}, a.getOrder)
	add(a, route{method: "GET", path: "/v1/orders/{id}/entries", id: "orderEntries", summary: "Read an order's journal, oldest first", needs: access.EntriesRead, whole: true}, a.orderFeed)
	add(a, route{method: "POST", path: "/v1/orders/{id}/cancel", id: "cancelOrder", summary: "Cancel units, or all of it", needs: write, tagged: true, text: cancelText}, a.cancelOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/change", id: "changeOrder", summary: "Change lines, prices, fees or addresses", needs: intake.Change.Permission, tagged: true, text: changeText}, a.changeOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/split", id: "splitOrder", summary: "Give units an order of their own", needs: intake.SplitOrder.Permission, text: splitText}, a.splitOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/merge", id: "mergeOrder", summary: "Let this order take another over", needs: intake.Merge.Permission, text: mergeText}, a.mergeOrder)
	add(a, route{method: "GET", path: "/v1/orders/{id}/duplicate", id: "duplicateOrder", summary: "Get the request for an order like this one", needs: access.OrdersRead, text: duplicateText}, a.duplicateOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/hold", id: "holdOrder", summary: "Place a hold", needs: write, tagged: true}, a.holdOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/lift", id: "liftHold", summary: "Lift a hold", needs: write, tagged: true}, a.liftHold)
	add(a, route{method: "POST", path: "/v1/orders/{id}/note", id: "noteOrder", summary: "Add a note", needs: write, answers: made, tagged: true}, a.noteOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/tag", id: "tagOrder", summary: "Add and remove tags", needs: write, tagged: true, text: ifMatchText}, a.tagOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/priority", id: "prioritizeOrder", summary: "Set who is served first", needs: write, tagged: true, text: ifMatchText}, a.prioritizeOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/return", id: "returnOrder", summary: "Receive what came back", needs: care.ReceiveReturn.Permission, answers: made, tagged: true, text: returnText}, a.returnOrder)
	a.paymentRoutes()
	a.paymentPolicyRoutes()
	a.creditRoutes()
	a.promiseRoutes()
	a.statementRoutes()
	a.runRoutes()
	a.messageRoutes()
}

func (a *api) messageRoutes() {
	write, settings := care.SendMessage.Permission, admin.SaveSender.Permission
	add(a, route{method: "GET", path: "/v1/orders/{id}/messages", id: "listMessages", summary: "List what its customer was told, oldest first", needs: access.OrdersRead}, a.orderMessages)
	add(a, route{method: "POST", path: "/v1/orders/{id}/messages", id: "sendMessage", summary: "Send a message, or send it again", needs: write, answers: made, text: messageText}, a.sendMessage)
	add(a, route{method: "POST", path: "/v1/orders/{id}/messages/preview", id: "previewMessage", summary: "Read what a message would say now", needs: access.OrdersRead}, a.previewMessage)
	add(a, route{method: "GET", path: "/v1/mail", id: "getMail", summary: "Read by which mail server messages leave", needs: settings}, a.getMail)
	add(a, route{method: "POST", path: "/v1/mail", id: "setMail", summary: "Set the mail server, and which messages leave by themselves", needs: settings, text: mailText}, a.setMail)
	add(a, route{method: "POST", path: "/v1/mail/test", id: "testMail", summary: "Send an example to an address of the shop", needs: settings, text: testText}, a.testMail)
	add(a, route{method: "GET", path: "/v1/text-gateway", id: "getTextGateway", summary: "Read where text messages are handed in", needs: settings}, a.getGateway)
	add(a, route{method: "POST", path: "/v1/text-gateway", id: "setTextGateway", summary: "Set where text messages are handed in, or end them", needs: settings, text: gatewayText}, a.setGateway)
	add(a, route{method: "GET", path: "/v1/mail/wordings", id: "listWordings", summary: "List how messages are worded", needs: settings}, a.listWordings)
	add(a, route{method: "POST", path: "/v1/mail/wordings", id: "setWording", summary: "Word a kind of message, or give a wording up", needs: settings}, a.setWording)
}

func (a *api) runRoutes() {
	add(a, route{method: "POST", path: "/v1/orders/bulk", id: "bulkOrders", summary: "One act on all orders of a filter, or on many", needs: access.OrdersWrite, answers: []int{http.StatusAccepted, http.StatusOK}, text: bulkText}, a.bulkOrders)
	add(a, route{method: "GET", path: "/v1/runs", id: "listRuns", summary: "List acts on many, newest first", needs: access.OrdersRead}, a.listRuns)
	add(a, route{method: "GET", path: "/v1/runs/{id}", id: "getRun", summary: "Read how far one is", needs: access.OrdersRead}, a.getRun)
	add(a, route{method: "POST", path: "/v1/runs/{id}/stop", id: "stopRun", summary: "Stop it before its next chunk", needs: access.OrdersWrite}, a.stopRun)
	addReport(a, route{method: "GET", path: "/v1/runs/{id}/report", id: "runReport", summary: "Read what became of each order", needs: access.OrdersRead})
	add(a, route{method: "GET", path: "/v1/views", id: "listViews", summary: "List the team's saved views of orders", needs: access.OrdersRead}, a.listViews)
	add(a, route{method: "POST", path: "/v1/views", id: "saveView", summary: "Save a view for the team", needs: access.SettingsWrite, answers: made}, a.saveView)
	add(a, route{method: "DELETE", path: "/v1/views/{id}", id: "removeView", summary: "Remove a view of the team", needs: access.SettingsWrite, answers: gone}, a.removeView)
}

func (a *api) floorRoutes() {
	write := floor.Pick.Permission
	add(a, route{method: "GET", path: "/v1/fulfillments", id: "listFulfillments", summary: "List fulfillments, newest first", needs: access.FulfillmentRead}, a.listFulfillments)
	add(a, route{method: "POST", path: "/v1/fulfillments/batch", id: "workBatch", summary: "One act on up to 500 fulfillments", needs: write, ndjson: false, text: workBatchText}, a.workBatch)
	add(a, route{method: "GET", path: "/v1/fulfillments/{id}", id: "getFulfillment", summary: "Read a fulfillment with its parcels", needs: access.FulfillmentRead}, a.getFulfillment)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/release", id: "releaseFulfillment", summary: "Give the work to the floor", needs: write}, whole(floor.Release))
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/recall", id: "recallFulfillment", summary: "Take it back while nothing is picked", needs: write}, whole(floor.Recall))
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/pick", id: "pickFulfillment", summary: "Units were taken off the shelf", needs: write}, work(floor.Pick))
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/unpick", id: "unpickFulfillment", summary: "Picked units were put back", needs: write}, work(floor.Unpick))
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/short-pick", id: "shortPickFulfillment", summary: "Units were not found", needs: write, text: shortPickText}, a.shortPick)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/pack", id: "packFulfillment", summary: "Put picked units into one parcel", needs: write, answers: made}, a.packFulfillment)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/ship", id: "shipFulfillment", summary: "Its packed parcels left", needs: write}, a.shipFulfillment)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/unship", id: "unshipFulfillment", summary: "Its shipped parcels are back in the building", needs: write}, moveParcels("unship"))
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/deliver", id: "deliverFulfillment", summary: "Its shipped parcels arrived", needs: write, text: deliverText}, a.deliverFulfillment)
	add(a, route{method: "POST", path: "/v1/fulfillments/{id}/undeliver", id: "undeliverFulfillment", summary: "Its delivered parcels are under way after all", needs: write}, moveParcels("undeliver"))

	write = floor.Parcel.Permission
	add(a, route{method: "GET", path: "/v1/parcels/{id}", id: "getParcel", summary: "Read a parcel with its scans", needs: access.FulfillmentRead}, a.getParcel)
	add(a, route{method: "POST", path: "/v1/parcels/{id}/ship", id: "shipParcel", summary: "It left", needs: write}, a.shipParcel)
	add(a, route{method: "POST", path: "/v1/parcels/{id}/unship", id: "unshipParcel", summary: "It is back in the building", needs: write}, moveParcel("unship"))
	add(a, route{method: "POST", path: "/v1/parcels/{id}/deliver", id: "deliverParcel", summary: "It arrived", needs: write, text: deliverText}, a.deliverParcel)
	add(a, route{method: "GET", path: "/v1/parcels/{id}/proof", id: "getProof", summary: "Read who took it", needs: access.FulfillmentRead}, a.getProof)
	add(a, route{method: "POST", path: "/v1/parcels/{id}/undeliver", id: "undeliverParcel", summary: "It is under way after all", needs: write}, moveParcel("undeliver"))
	add(a, route{method: "POST", path: "/v1/parcels/{id}/lose", id: "loseParcel", summary: "It was lost on its way", needs: write}, moveParcel("lose"))
	add(a, route{method: "POST", path: "/v1/parcels/{id}/find", id: "findParcel", summary: "It was found again", needs: write}, moveParcel("find"))
	add(a, route{method: "POST", path: "/v1/parcels/{id}/unpack", id: "unpackParcel", summary: "It was opened; its units are picked again", needs: write}, moveParcel("unpack"))
	add(a, route{method: "POST", path: "/v1/parcels/{id}/scans", id: "addScans", summary: "Add reports of a carrier", needs: floor.Scan.Permission, text: scanText}, a.addScans)
}

func (a *api) stockRoutes() {
	write := floor.Receive.Permission
	add(a, route{method: "GET", path: "/v1/stock/levels", id: "listLevels", summary: "List levels by item and location", needs: access.StockRead}, a.listLevels)
	add(a, route{method: "GET", path: "/v1/stock/items", id: "listShelves", summary: "List items with all their locations, what is low, and who waits", needs: access.StockRead, text: shelvesText}, a.listShelves)
	add(a, route{method: "GET", path: "/v1/stock/movements", id: "listMovements", summary: "List an item's movements, newest first", needs: access.StockRead}, a.listMovements)
	add(a, route{method: "GET", path: "/v1/stock/explain", id: "explainStock", summary: "Why a level is what it is", needs: access.StockRead, text: explainText}, a.explainStock)
	add(a, route{method: "POST", path: "/v1/stock/receive", id: "receiveStock", summary: "Goods came in", needs: write, text: receiveText}, a.receiveStock)
	add(a, route{method: "POST", path: "/v1/stock/receipts/{id}/reverse", id: "reverseReceipt", summary: "Take back a receipt that was booked by mistake", needs: write}, a.reverseReceipt)
	add(a, route{method: "POST", path: "/v1/stock/adjust", id: "adjustStock", summary: "Correct stock by signed quantities", needs: write, text: adjustText}, a.adjustStock)
	add(a, route{method: "POST", path: "/v1/stock/count", id: "countStock", summary: "Say how many there are", needs: write, text: countText}, a.countStock)
	add(a, route{method: "POST", path: "/v1/stock/transfer", id: "transferStock", summary: "Move unclaimed goods to another location", needs: write}, a.transferStock)
	add(a, route{method: "POST", path: "/v1/stock/safety", id: "setSafety", summary: "Set how many units are never sold", needs: write}, a.setSafety)
	add(a, route{method: "POST", path: "/v1/stock/low", id: "setLow", summary: "Set from how few sellable units on a level is low", needs: write}, a.setLow)
}

func (a *api) queueRoutes() {
	add(a, route{method: "GET", path: "/v1/queues", id: "listQueues", summary: "What waits, and what to do next", needs: access.OrdersRead, text: queuesText}, a.listQueues)
	add(a, route{method: "GET", path: "/v1/queues/{id}", id: "getQueue", summary: "List what stands in a queue, the most pressing first", needs: access.OrdersRead}, a.getQueue)
	add(a, route{method: "POST", path: "/v1/queues/{id}/fix", id: "fixQueue", summary: "Do a queue's safe fix to up to 200 things", needs: access.OrdersRead, text: fixText}, a.fixQueue)
	for _, thing := range workThings {
		for _, act := range workActsOf {
			add(a, route{method: "POST", path: "/v1/" + thing.path + "/{id}/" + act.path, id: act.id + thing.name, summary: act.summary, needs: thing.needs, text: act.text}, a.assignment(thing, act))
		}
	}
	write := intake.Source.Permission
	add(a, route{method: "POST", path: "/v1/orders/{id}/source", id: "sourceOrder", summary: "Look for stock again", needs: write, tagged: true, text: sourceText}, a.sourceOrder)
	add(a, route{method: "POST", path: "/v1/orders/{id}/tracking-link", id: "trackingLink", summary: "Get the link by which the customer follows the order", needs: care.MakeLink.Permission, text: linkText}, a.trackingLink)
	add(a, route{method: "GET", path: "/v1/troubles/{id}", id: "getTrouble", summary: "Read what went wrong", needs: access.OrdersRead}, a.getTrouble)
	add(a, route{method: "POST", path: "/v1/troubles/{id}/settle", id: "settleTrouble", summary: "It was taken care of", needs: access.OrdersRead, text: settleText}, a.settleTrouble(false))
	add(a, route{method: "POST", path: "/v1/troubles/{id}/reopen", id: "reopenTrouble", summary: "It was not", needs: access.OrdersRead, text: settleText}, a.settleTrouble(true))
}

func (a *api) adminRoutes() {
	write := admin.SaveItem.Permission
	add(a, route{method: "POST", path: "/v1/items", id: "createItem", summary: "Make an item", needs: write, answers: made, tagged: true}, a.createItem)
	add(a, route{method: "POST", path: "/v1/items/batch", id: "saveItems", summary: "Make or change up to 500 items by SKU", needs: write, ndjson: true, text: itemBatchText}, a.saveItems)
	add(a, route{method: "GET", path: "/v1/items", id: "listItems", summary: "List items by SKU", needs: access.CatalogRead}, a.listItems)
	add(a, route{method: "GET", path: "/v1/items/find", id: "findItems", summary: "Find items that can be ordered by beginnings of words", needs: access.CatalogRead}, a.findItems)
	add(a, route{method: "GET", path: "/v1/items/{id}", id: "getItem", summary: "Read an item", needs: access.CatalogRead, tagged: true}, a.getItem)
	add(a, route{method: "PATCH", path: "/v1/items/{id}", id: "editItem", summary: "Change fields of an item", needs: write, edit: true, tagged: true}, a.editItem)

	write = admin.SaveLocation.Permission
	add(a, route{method: "POST", path: "/v1/locations", id: "createLocation", summary: "Make a location", needs: write, answers: made, tagged: true}, a.createLocation)
	add(a, route{method: "GET", path: "/v1/locations", id: "listLocations", summary: "List locations by priority", needs: access.CatalogRead}, a.listLocations)
	add(a, route{method: "GET", path: "/v1/locations/{id}", id: "getLocation", summary: "Read a location", needs: access.CatalogRead, tagged: true}, a.getLocation)
	add(a, route{method: "PATCH", path: "/v1/locations/{id}", id: "editLocation", summary: "Change fields of a location", needs: write, edit: true, tagged: true}, a.editLocation)

	write = admin.SaveCustomer.Permission
	add(a, route{method: "POST", path: "/v1/customers", id: "createCustomer", summary: "Make a customer", needs: write, answers: made, tagged: true}, a.createCustomer)
	add(a, route{method: "GET", path: "/v1/customers", id: "listCustomers", summary: "List customers, newest first", needs: access.CustomersRead}, a.listCustomers)
	add(a, route{method: "GET", path: "/v1/customers/{id}", id: "getCustomer", summary: "Read a customer", needs: access.CustomersRead, tagged: true}, a.getCustomer)
	add(a, route{method: "PATCH", path: "/v1/customers/{id}", id: "editCustomer", summary: "Change fields of a customer", needs: write, edit: true, tagged: true}, a.editCustomer)
	add(a, route{method: "GET", path: "/v1/customers/{id}/orders", id: "listCustomerOrders", summary: "List a customer's orders, newest first", needs: access.OrdersRead}, a.listCustomerOrders)

	add(a, route{method: "GET", path: "/v1/entries", id: "feed", summary: "Read the journal in order", needs: access.EntriesRead, whole: true, text: feedText}, a.feed)
	addStream(a, route{method: "GET", path: "/v1/live", id: "live", summary: "Be told what changes, as it does", needs: access.EntriesRead, whole: true, text: liveText}, a.live,
		reflect.TypeFor[LiveChange](), reflect.TypeFor[LivePlace]())
	add(a, route{method: "GET", path: "/v1/counters", id: "listCounters", summary: "How much work waits", needs: access.OrdersRead}, a.listCounters)

	add(a, route{method: "GET", path: "/v1/figures", id: "figures", summary: "Figures of a period beside the one before", needs: access.OrdersRead, text: figuresText}, a.figures)
	add(a, route{method: "GET", path: "/v1/figures/{figure}/orders", id: "figureOrders", summary: "List the orders that a figure counts, newest first", needs: access.OrdersRead, text: behindText}, a.figureOrders)

	write = admin.MakeKey.Permission
	add(a, route{method: "POST", path: "/v1/keys", id: "createKey", summary: "Make an API key", needs: write, answers: made, text: keyText}, a.createKey)
	add(a, route{method: "GET", path: "/v1/keys", id: "listKeys", summary: "List API keys, newest first", needs: write}, a.listKeys)
	add(a, route{method: "DELETE", path: "/v1/keys/{id}", id: "revokeKey", summary: "End an API key at once", needs: write, answers: gone}, a.revokeKey)
}

// What routes say beyond their summary.
const (
	queuesText = "Each order stands at its first obstacle, each fulfillment at its next step. `next` is where to turn to first: of what your key may work, what presses most by its clock and age."
	fixText    = "Ask with `dry_run=true` and no ids to learn what the fix would be done to, and what of the queue is left out and why; then send the ids. Each has an outcome of its own."
	claimText  = "For a shift of twelve hours. 409 `taken` tells who has it."
	moveText   = "Of what another has, only with the version that you saw: nobody loses work unseen."
	sourceText = "Units without a place get stock where there is some by now, in line behind those who wait longer; what nobody has is backordered."
	linkText   = "Made when it is first asked for. Whoever has it sees that order's way, and no more: confirm receipt, report a problem, send something back. With `renew` the old link ends."
	settleText = "What wants the shelves looked at needs stock:write, all else orders:write."
	bulkText   = "The orders are those of `filter`, the query string of a list of orders, or those named in `orders`; at most 50,000 of a filter, at most 5,000 by name. With `dry_run=true` the answer (200) tells what the act would do to the first 250. " +
		"Otherwise a run is begun (202): it does the act in chunks, on any node, each order once, and keeps a report for 30 days. Orders that are placed after it began are not in it."
	placeText = "Claims stock for every unit at the locations that sourcing chooses, backorders or refuses what cannot be claimed as the item says, " +
		"and books what the channel was paid, all at once or not at all. 200 is the answer to a repeat: the order as it is."
	batchText     = "Each row is checked and placed as if alone and has an outcome of its own, in the order of the rows. As newline-delimited JSON: one order a line in, one outcome a line out."
	cancelText    = "Frees the stock of units that were not picked yet and gives it to those who wait for it. Without a body, all of the order."
	ifMatchText   = "If-Match is welcome: with it, nothing is changed when the order was edited meanwhile."
	returnText    = "The units go to the shelf of the location that has them in hand, and to those who wait for them."
	workBatchText = "Each fulfillment has an outcome of its own. Rows are ids, or objects with an id and what of it is meant."
	shortPickText = "They leave the location's books, are looked for at other locations, and are backordered where nobody has them. The shelf wants a count."
	scanText      = "A scan that is there already changes nothing. The code delivered delivers a parcel that is under way."
	explainText   = "Every movement, their sums by state, every open claim behind reserved, and the arithmetic that leads to what is sellable."
	receiveText   = "They are given at once to those who wait for them, by priority and age. The id of the answer is the receipt's."
	adjustText    = "When less is left than was promised, claims that are not picked give way, the lowest priority first, then the newest; the answer names them. Picked units stand: 409."
	countText     = "Quantities are absolute: what lies there, goods that are picked but not shipped included. The difference is booked."
	shelvesText   = "By SKU; with only or location by the age of the item. An item that is archived is left out, except where something lies or waits for it."
	itemBatchText = "An item whose SKU is there is replaced. Each row has an outcome of its own."
	feedText      = "Gapless and in order: remember last, and pass it as after."
	liveText      = "Server-sent events, at most four a second. `changes` holds a list of LiveChange in the order of the journal, of which none is left out or told twice; " +
		"`open` and `reset` hold a LivePlace. After `reset` too much has happened to be told: read anew what is shown. " +
		"The id of each event is a sequence of the journal: send the last as Last-Event-ID to go on where the stream broke off."
	figuresText = "Each figure says exactly what it counts. They follow the journal within a second: behind tells how far. Days are the shop's. " +
		"What belongs to the day of placing (revenue, fill, cancellations) changes when an old order does; what happens to orders (shipped, delivered, returned) counts on its own day."
	behindText = "Of rates, those that fulfill them; of fill rates, those that do not. A page may hold fewer rows than its limit."
	keyText    = "The key is in this answer and nowhere else."
)
