package edi

// Document is what a message says, in no standard's words.
type Document interface {
	Type() DocumentType
}

// DocumentType names a kind of document.
type DocumentType string

// The documents that are read and written.
const (
	TypeOrder           DocumentType = "order"            // 850, ORDERS
	TypeOrderChange     DocumentType = "order_change"     // 860
	TypeOrderResponse   DocumentType = "order_response"   // 855, ORDRSP
	TypeShipNotice      DocumentType = "ship_notice"      // 856, DESADV
	TypeInvoice         DocumentType = "invoice"          // 810, INVOIC
	TypeShippingOrder   DocumentType = "shipping_order"   // 940
	TypeShippingAdvice  DocumentType = "shipping_advice"  // 945
	TypeTransferNotice  DocumentType = "transfer_notice"  // 943
	TypeTransferReceipt DocumentType = "transfer_receipt" // 944
	TypeStockReport     DocumentType = "stock_report"     // 846
	TypeAcknowledgment  DocumentType = "acknowledgment"   // 997, 999, CONTRL
)

// Types are all kinds of documents, in the order of a trade.
func Types() []DocumentType {
	return []DocumentType{TypeOrder, TypeOrderChange, TypeOrderResponse, TypeShipNotice, TypeInvoice, TypeShippingOrder,
		TypeShippingAdvice, TypeTransferNotice, TypeTransferReceipt, TypeStockReport, TypeAcknowledgment}
}

// What a party is to a document.
const (
	Buyer     = "buyer"
	Seller    = "seller"
	ShipTo    = "ship_to"
	ShipFrom  = "ship_from"
	BillTo    = "bill_to"
	RemitTo   = "remit_to"
	Warehouse = "warehouse"
	Consignee = "consignee"
)

// Party is somebody in a document. Qualifier says whose number the ID is, in
// the standard's own code: 9, 91, 92, UL.
type Party struct {
	Role      string
	Name      string
	Qualifier string
	ID        string
	Street    []string // at most two lines
	City      string
	Region    string
	Postal    string
	Country   string
}

// PartyOf is the party of a role, and whether there is one.
func PartyOf(list []Party, role string) (Party, bool) {
	for _, p := range list {
		if p.Role == role {
			return p, true
		}
	}
	return Party{}, false
}

// Line is what every document says of an item: how the two sides call it, how
// much of it, and for how much each.
type Line struct {
	Number   string
	Buyer    string // the buyer's number of the item
	Seller   string // the seller's
	GTIN     string // of 8, 12, 13 or 14 digits
	Title    string
	Quantity Number
	Unit     string // EA, CA; the standard's code
	Price    Number // for each
}

// What an order's message does with what was ordered before.
const (
	Original    = "original"
	Replacement = "replacement"
	Cancel      = "cancel"
	Change      = "change"
)

// Order is a purchase order: 850 and ORDERS.
type Order struct {
	Number    string
	Purpose   string // original, replacement, cancel
	DropShip  bool
	Date      Date
	Currency  string
	Requested Date // when it is wanted
	Customer  string
	Carrier   string // routing, in words
	Note      string
	Parties   []Party
	Lines     []Line
	Total     Number // as the buyer counts; zero when not told
}

// What a change of an order does to a line.
const (
	LineAdd    = "add"
	LineDelete = "delete"
	LineMore   = "increase"
	LineLess   = "decrease"
	LinePrice  = "price"
	LineChange = "change"
)

// ChangedLine is a line and what is to become of it. Left is how much is still
// open after the change.
type ChangedLine struct {
	Line
	Action string
	Left   Number
}

// OrderChange is a change of a purchase order: 860.
type OrderChange struct {
	Number  string
	Purpose string // change or cancel
	Change  string // its own number within the order
	Ordered Date
	Date    Date
	Parties []Party
	Lines   []ChangedLine
}

// How an order, or a line of it, was answered.
const (
	AnswerAccepted    = "accepted"
	AnswerChanged     = "changed"
	AnswerRejected    = "rejected"
	AnswerBackordered = "backordered"
	AnswerReceived    = "received" // acknowledged without detail
)

// AnsweredLine is a line of an order and its answer.
type AnsweredLine struct {
	Line
	Answer    string
	Confirmed Number // how much of it will come
	Expected  Date
}

// OrderResponse answers an order: 855 and ORDRSP.
type OrderResponse struct {
	Order     string
	Reference string // the seller's number
	Answer    string
	Ordered   Date
	Date      Date
	Currency  string
	Parties   []Party
	Lines     []AnsweredLine
}

// Package is a box of a shipment; without a number it is what lies loose.
type Package struct {
	SSCC     string
	Tracking string
	Lines    []Line
}

// ShippedOrder is what of one order a shipment holds.
type ShippedOrder struct {
	Number   string
	Date     Date
	Packages []Package
}

// ShipNotice says what left: 856 and DESADV.
type ShipNotice struct {
	Number   string
	Date     Date
	Time     string // HHMM
	Shipped  Date
	Expected Date
	SCAC     string
	Carrier  string
	Tracking string // of the whole shipment
	Bill     string // of lading
	Parties  []Party
	Orders   []ShippedOrder
}

// Invoice asks for money: 810 and INVOIC.
type Invoice struct {
	Number   string
	Date     Date
	Order    string
	Ordered  Date
	Currency string
	Credit   bool
	Due      Date
	Parties  []Party
	Lines    []Line
	Freight  Number
	Tax      Number
	Total    Number
}

// ShippingOrder asks a warehouse to ship: 940.
type ShippingOrder struct {
	Number   string
	Purpose  string
	Order    string // the customer's
	Ship     Date
	Deliver  Date
	SCAC     string
	Carrier  string
	Note     string
	Parties  []Party
	Lines    []Line
	Quantity Number // of all lines
}

// AdvisedLine is what of a line left the warehouse.
type AdvisedLine struct {
	Line    // its quantity is what was asked for
	Shipped Number
	Lot     string
}

// ShippingAdvice says that a warehouse shipped: 945.
type ShippingAdvice struct {
	Number   string // of the shipping order
	Shipment string // the warehouse's own
	Date     Date
	Order    string
	SCAC     string
	Carrier  string
	Tracking []string
	Parties  []Party
	Lines    []AdvisedLine
}

// TransferNotice tells a warehouse that goods are on their way to it: 943.
type TransferNotice struct {
	Number   string
	Shipment string
	Date     Date
	Expected Date
	Parties  []Party
	Lines    []Line
}

// ReceivedLine is what of a line a warehouse received. Damaged is part of what
// arrived and not of what was received as good.
type ReceivedLine struct {
	Line    // its quantity is what was received as good
	Damaged Number
	Lot     string
}

// TransferReceipt says what a warehouse received: 944.
type TransferReceipt struct {
	Number   string // of the receipt
	Order    string // of the notice it answers
	Shipment string
	Date     Date
	Parties  []Party
	Lines    []ReceivedLine
}

// StockLine is what there is of an item. Its quantity is what is on hand.
type StockLine struct {
	Line
	Available Number
	Damaged   Number
}

// StockReport says what a warehouse or a supplier has: 846.
type StockReport struct {
	Number  string
	Date    Date
	Parties []Party
	Lines   []StockLine
}

// AnsweredMessage is the answer to one message.
type AnsweredMessage struct {
	Type    string
	Control string
	Status  Status
	Codes   []string
	Faults  []Fault
}

// Acknowledgment says how a group was taken: 997 and 999; of EDIFACT, CONTRL
// answers an interchange and its messages.
type Acknowledgment struct {
	Function string // of the group
	Control  string // of the group, or of the interchange
	Sender   Address
	Receiver Address
	Status   Status
	Codes    []string
	Stated   int64 // messages by the trailer's count
	Received int64
	Taken    int64
	Messages []AnsweredMessage
}

// Type names the document.
func (*Order) Type() DocumentType           { return TypeOrder }
func (*OrderChange) Type() DocumentType     { return TypeOrderChange }
func (*OrderResponse) Type() DocumentType   { return TypeOrderResponse }
func (*ShipNotice) Type() DocumentType      { return TypeShipNotice }
func (*Invoice) Type() DocumentType         { return TypeInvoice }
func (*ShippingOrder) Type() DocumentType   { return TypeShippingOrder }
func (*ShippingAdvice) Type() DocumentType  { return TypeShippingAdvice }
func (*TransferNotice) Type() DocumentType  { return TypeTransferNotice }
func (*TransferReceipt) Type() DocumentType { return TypeTransferReceipt }
func (*StockReport) Type() DocumentType     { return TypeStockReport }
func (*Acknowledgment) Type() DocumentType  { return TypeAcknowledgment }
