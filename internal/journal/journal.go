// Package journal is the record of every consequential act: who did what to
// which thing, when and because of what.
//
// What belongs here: the entry and the names of its types. What does not: how
// a noun changes (order.Delta and its like), and who reads the feed.
//
// Entries are gapless per merchant (Seq) and per subject (SubjectSeq), at most
// MaxData bytes each, and never hold personal data: they name ids and fields.
package journal

import "orderly/internal/access"

// MaxData bounds the data of one entry.
const MaxData = 16_000

// The kinds of subject, which are also the prefixes of their ids.
const (
	Order    = "ord"
	Item     = "itm"
	Location = "loc"
	Customer = "cus"
	Stock    = "stk" // one stock act over any number of cells
	Key      = "key"
	Merchant = "mer"
	Trouble  = "trb"
	Work     = "wrk" // who has taken a piece of work, from the first to the last
	Job      = "job"
	User     = "usr"
	Channel  = "chn"
	Import   = "imp"
	Invoice  = "inv" // a credit note too
	View     = "viw" // a list that was saved under a name
	Run      = "run" // one act on many orders
	Endpoint = "whe" // where entries are sent to
	Return   = "ret"

	Checkout    = "clm" // stock kept back for who is about to pay
	Preorder    = "pre" // an item that may be ordered before it is there
	Unreceipted = "urt" // goods of which nobody had the receipt

	Message  = "msg" // what a customer was told of an order
	Payment  = "pay"
	Provider = "prv"
	Case     = "cas" // what a customer wants from people
	Erasure  = "ers" // a person who was erased
	Ask      = "ask" // what a customer is asked by a link
	Credit   = "crd" // a gift card, or a customer's store credit

	Statement = "bst" // what a bank says of an account
	BankLine  = "bln"

	Rule = "rul" // what is done on entries by itself

	Remittance = "rem" // what a carrier paid out of what it collected

	Supplier       = "sup" // whom goods are bought from
	Purchase       = "pur" // an order placed with a supplier
	SupplierReturn = "prt" // units that go back to a supplier
	Trial          = "trl" // a request that asks for nothing
	Talk           = "tlk" // what we and a supplier or partner say to each other

	Trading     = "trp" // with whom documents are exchanged by EDI
	TradingFile = "edf" // an interchange that came in or went out

	ReplenishPolicy = "rpp" // how an item is replenished at a place
	ReplenishLine   = "rpl" // what was proposed for it

	Difference     = "dif" // between a partner's word on its stock and the books
	RateCard       = "rtc" // a version of what a partner takes
	PartnerInvoice = "pti" // what a partner asks for
)

// The types of entries. The text is the contract with readers of the feed.
const (
	OrderPlaced             = "order.placed"
	OrderRecorded           = "order.recorded" // history: its whole life in one entry
	OrderCanceled           = "order.canceled"
	OrderHeld               = "order.held"
	OrderLifted             = "order.hold_lifted"
	OrderEdited             = "order.edited"
	OrderChanged            = "order.changed" // lines, prices, fees, people
	OrderPaid               = "order.paid"
	OrderRefunded           = "order.refunded"
	OrderReturned           = "order.returned"
	OrderServed             = "order.backorder_served"
	OrderDisplaced          = "order.displaced"
	OrderAskedBack          = "order.return_requested"
	OrderCalledOff          = "order.return_called_off"
	OrderInspected          = "order.return_inspected"
	ReturnRequested         = "return.requested"
	ReturnApproved          = "return.approved"
	ReturnRefused           = "return.refused"
	ReturnCanceled          = "return.canceled"
	ReturnSent              = "return.sent"
	ReturnLabeled           = "return.labeled"
	ReturnReceived          = "return.received"
	ReturnUnreceived        = "return.receipt_reversed"
	ReturnInspected         = "return.inspected"
	ReturnRefunded          = "return.refunded"
	ReturnExchanged         = "return.exchanged"
	ReturnClosed            = "return.closed"
	ReturnReopened          = "return.reopened"
	UnreceiptedTaken        = "unreceipted.taken"
	PolicySaved             = "return_policy.saved"
	PaymentPolicySaved      = "payment_policy.saved"
	TermsSaved              = "terms.saved" // of a customer
	RemittanceBooked        = "remittance.booked"
	ClaimMade               = "claim.made"
	ClaimExtended           = "claim.extended"
	ClaimEnded              = "claim.ended"
	OrderPromised           = "order.promised"    // another day than before
	OrderFlowed             = "order.flow_chosen" // goes on under another flow
	OrderApproved           = "order.approved"    // by one of those who must
	OrderRefused            = "order.refused"
	ApprovalsSaved          = "merchant.approvals_saved" // when orders need one, and who gives it
	TaxesSaved              = "merchant.taxes_saved"
	MethodSaved             = "merchant.method_saved"   // how orders are delivered
	CalendarSaved           = "merchant.calendar_saved" // when a location works
	FlowSaved               = "merchant.flow_saved"
	PreorderOffered         = "preorder.offered" // may be ordered before it is there
	PreorderChanged         = "preorder.changed"
	PreorderEnded           = "preorder.ended"
	BuffersSaved            = "merchant.buffers_saved" // what a channel leaves to others
	PlacesSaved             = "merchant.places_saved"  // where a channel sells from
	ChecksSaved             = "merchant.checks_saved"  // what is looked at when an order comes
	CustomerBlocked         = "merchant.customer_blocked"
	CustomerUnblocked       = "merchant.customer_unblocked"
	ExchangeSaved           = "merchant.exchange_saved"
	FulReleased             = "fulfillment.released"
	FulRecalled             = "fulfillment.recalled"
	FulPicked               = "fulfillment.picked"
	FulUnpicked             = "fulfillment.unpicked"
	FulShortPicked          = "fulfillment.short_picked"
	FulRerouted             = "fulfillment.rerouted"
	FulSubmitted            = "fulfillment.submitted" // a partner was asked for it
	FulWithdrawn            = "fulfillment.withdrawn"
	FulChased               = "fulfillment.chased"
	FulAccepted             = "fulfillment.accepted"
	FulRejected             = "fulfillment.rejected"
	FulFailed               = "fulfillment.failed" // the partner had accepted it, and cannot
	FulCancellationAsked    = "fulfillment.cancellation_requested"
	FulCancellationAccepted = "fulfillment.cancellation_accepted"
	FulCancellationRejected = "fulfillment.cancellation_rejected"
	PartnerSaved            = "merchant.partner_saved" // on which terms a partner is asked
	HookSaved               = "merchant.hook_saved"    // by which secret a partner signs what it tells
	FeedSaved               = "merchant.feed_saved"    // where a partner's list of its stock is fetched from
	FeedTurned              = "merchant.feed_turned"   // it cannot be read, or can again
	StockReported           = "stock.reported"         // what a partner says it has
	StockCompared           = "stock.compared"         // what a partner says it has, and the books stay
	DifferenceFound         = "difference.found"
	DifferenceApplied       = "difference.applied" // the books were corrected
	DifferenceDismissed     = "difference.dismissed"
	DifferenceReplaced      = "difference.replaced" // a later report says something else
	ProfileSaved            = "sourcing.profile_saved"
	ProfileMoved            = "sourcing.profile_moved"
	FulPacked               = "fulfillment.packed"
	FulShelved              = "fulfillment.shelved" // it is ready for its customer to come for
	FulMoved                = "fulfillment.moved"   // to another shelf
	FulExtended             = "fulfillment.pickup_extended"
	FulReminded             = "fulfillment.pickup_reminded"
	FulExpired              = "fulfillment.pickup_expired"
	FulCodeRefused          = "fulfillment.code_refused" // it was not the pickup's
	FulUnshelved            = "fulfillment.unshelved"
	FulHandedOver           = "fulfillment.handed_over"
	FulTakenBack            = "fulfillment.taken_back" // nobody came for it
	ParcelStepped           = "parcel."                // followed by what happened: shipped, delivered …
	ParcelScanned           = "parcel.scanned"
	StockReceived           = "stock.received"
	StockReversed           = "stock.receipt_reversed"
	StockPutAway            = "stock.put_away"     // into bins of the same place
	StockNotPutAway         = "stock.not_put_away" // what waited at the door will not be
	StockAdjusted           = "stock.adjusted"
	StockCounted            = "stock.counted"
	StockTransferred        = "stock.transferred"
	StockSafety             = "stock.safety_set"
	StockLowAt              = "stock.low_set"
	ItemSaved               = "item.saved"
	LocationSaved           = "location.saved"
	CustomerSaved           = "customer.saved"
	KeyMade                 = "key.made"
	KeyRevoked              = "key.revoked"
	MerchantMade            = "merchant.made"
	MerchantAdded           = "merchant.added" // beside the first one, in whose journal it stands
	TroubleReported         = "trouble.reported"
	TroubleSettled          = "trouble.settled"
	TroubleReopened         = "trouble.reopened"
	OrderSourced            = "order.sourced_again"
	WorkClaimed             = "work.claimed"
	WorkAssigned            = "work.assigned"
	WorkHandedOver          = "work.handed_over"
	WorkGivenBack           = "work.given_back"
	JobRetried              = "job.retried"
	MerchantSaved           = "merchant.saved"
	UserInvited             = "user.invited"
	UserJoined              = "user.joined"
	UserSaved               = "user.saved"
	UserDisabled            = "user.disabled"
	UserEnabled             = "user.enabled"
	UserLinked              = "user.reset_link_made"
	UserSecured             = "user.secured" // password, second factor or passkey changed
	UserSignedIn            = "user.signed_in"
	UserSignedOut           = "user.signed_out"
	ChannelSaved            = "channel.saved"
	ImportUploaded          = "import.uploaded"
	ImportStarted           = "import.started"
	ImportDone              = "import.done"
	ImportFailed            = "import.failed"
	ImportMended            = "import.mended"
	ImportDiscarded         = "import.discarded"
	InvoiceIssued           = "invoice.issued"
	ViewSaved               = "view.saved"
	ViewRemoved             = "view.removed"
	RunBegun                = "run.begun"
	RunStopped              = "run.stopped" // was asked to stop
	RunEnded                = "run.ended"

	EndpointMade         = "webhook.made"
	EndpointSaved        = "webhook.saved"
	EndpointPaused       = "webhook.paused"
	EndpointResumed      = "webhook.resumed"
	EndpointRotated      = "webhook.secret_rotated"
	EndpointPinged       = "webhook.pinged"
	EndpointReplayed     = "webhook.replayed"
	EndpointGone         = "webhook.gone" // it answered that it is no more, and was paused
	EndpointQuarantined  = "webhook.quarantined"
	EndpointEnded        = "webhook.ended"
	MessageAsked         = "message.asked" // somebody wants it sent
	MessageSent          = "message.sent"  // the mail server took it
	MessageFailed        = "message.failed"
	MailSaved            = "merchant.mail_saved" // the mail server of the shop
	GatewaySaved         = "merchant.text_gateway_saved"
	WordingSaved         = "merchant.wording_saved"
	WordingDropped       = "merchant.wording_dropped"
	PaymentAdded         = "payment.added"
	PaymentAsked         = "payment.asked"     // an effect outside was kept, to be brought about
	PaymentSent          = "payment.sent"      // the provider is being asked
	PaymentAnswered      = "payment.answered"  // what became of it
	PaymentReported      = "payment.reported"  // the provider told something by itself
	PaymentRefunded      = "payment.refunded"  // a person gave back what no provider moves
	PaymentCollected     = "payment.collected" // what was promised at the door was paid
	PaymentReleased      = "payment.released"  // a promise need not be kept any more
	PaymentRemitted      = "payment.remitted"  // the carrier paid out what it collected
	ProviderSaved        = "provider.saved"
	CaseOpened           = "case.opened"
	CaseHeard            = "case.heard"    // the customer wrote or said something
	CaseAnswered         = "case.answered" // an answer was kept, to be sent
	CaseSent             = "case.answer_sent"
	CaseUnsent           = "case.answer_failed"
	CaseNoted            = "case.noted"
	CaseEdited           = "case.edited"
	CaseWaiting          = "case.waiting" // the customer is to answer
	CaseResolved         = "case.resolved"
	CaseReopened         = "case.reopened"
	CaseEscalated        = "case.escalated" // a target was missed
	CaseAsked            = "case.goodwill_asked"
	CaseGiven            = "case.goodwill_given"
	CaseDenied           = "case.goodwill_denied"
	SupportSaved         = "merchant.support_saved" // targets and limits
	MailboxSaved         = "merchant.mailbox_saved"
	MacroSaved           = "merchant.macro_saved"
	MacroDropped         = "merchant.macro_dropped"
	OrderAnswered        = "order.customer_answered" // by a link; what it did is told by entries of its own
	AskMade              = "question.asked"
	AskAnswered          = "question.answered"
	AskRevoked           = "question.revoked"
	OrderErased          = "order.erased" // its people were rewritten
	PersonErasing        = "person.erasure_begun"
	PersonErased         = "person.erased"
	PersonDropped        = "person.documents_dropped" // the time of issued documents was over
	PrivacySaved         = "merchant.privacy_saved"
	CreditIssued         = "credit.issued"
	CreditMoved          = "credit.moved" // its balance changed
	CreditBlocked        = "credit.blocked"
	CreditUnblocked      = "credit.unblocked"
	StatementUploaded    = "statement.uploaded"
	BankLineDecided      = "statement.line_decided" // booked, ignored, or open again
	RuleSaved            = "rule.saved"             // a new version
	RuleMoved            = "rule.moved"             // off, shadow or on
	RuleCalled           = "rule.called"            // has a signal sent to endpoints
	SupplierSaved        = "supplier.saved"
	SupplierOffers       = "supplier.offers_set"
	PurchaseCreated      = "purchase.created"  // a draft
	PurchaseRecorded     = "purchase.recorded" // history
	PurchaseChanged      = "purchase.changed"
	PurchaseSent         = "purchase.sent"
	PurchaseMailed       = "purchase.mailed"
	PurchaseUnmailed     = "purchase.mail_failed"
	PurchaseAcknowledged = "purchase.acknowledged"
	PurchaseCanceled     = "purchase.canceled" // whole or in part
	PurchaseShipped      = "purchase.shipped"  // by the supplier, to the customer
	PurchaseReceived     = "purchase.received"
	PurchaseUnreceived   = "purchase.receipt_reversed"
	PurchaseInspected    = "purchase.inspected"
	PurchaseCharged      = "purchase.charged"
	PurchaseClosed       = "purchase.closed"
	PurchaseInvoiced     = "purchase.invoiced"
	PurchaseApproved     = "purchase.invoice_approved"
	PurchaseDisputed     = "purchase.invoice_disputed"

	PurchaseReturned       = "purchase.units_returned" // they left, came again, or were credited
	SupplierReturnMade     = "supplier_return.created"
	SupplierReturnAsked    = "supplier_return.asked"
	SupplierReturnApproved = "supplier_return.approved"
	SupplierReturnShipped  = "supplier_return.shipped"
	SupplierReturnCredited = "supplier_return.credited"
	SupplierReturnReplaced = "supplier_return.replaced"
	SupplierReturnRefused  = "supplier_return.refused"
	SupplierReturnClosed   = "supplier_return.closed"
	SupplierReturnCanceled = "supplier_return.canceled"

	TrialSubmitted = "trial.submitted"
	TrialAccepted  = "trial.accepted"
	TrialRejected  = "trial.rejected"
	TrialShipped   = "trial.shipped"
	TrialWithdrawn = "trial.withdrawn"

	TalkWritten   = "conversation.written" // to the other side
	TalkHeard     = "conversation.heard"   // from it
	TalkNoted     = "conversation.noted"   // for colleagues
	TalkSettled   = "conversation.settled" // nothing is to be answered
	TalkMailed    = "conversation.mailed"
	TalkUnsent    = "conversation.mail_failed"
	CreditLimited = "merchant.credit_limited" // how much may be issued at once

	ReplenishmentPolicy    = "replenishment.policy_saved"
	ReplenishmentProposed  = "replenishment.proposed"
	ReplenishmentAccepted  = "replenishment.accepted" // it is ordered, or was transferred
	ReplenishmentDismissed = "replenishment.dismissed"
	ReplenishmentReplaced  = "replenishment.replaced" // by what a later run proposes

	TariffAdded     = "tariff.added"     // a version of a rate card
	TariffWithdrawn = "tariff.withdrawn" // before it came into force
	TariffInvoiced  = "tariff.invoiced"
	TariffAccepted  = "tariff.invoice_accepted" // some lines of it
	TariffDisputed  = "tariff.invoice_disputed"
)

// Entry is one act on one subject.
type Entry struct {
	Seq        int64
	Kind       string // of the subject
	Subject    int64
	SubjectSeq int64
	Type       string
	V          int // version of Data's shape
	At         int64
	Actor      access.Actor
	Cause      string
	Data       []byte // JSON
}

// What happens between the merchant and its trading partners.
const (
	TradingPartnerSaved = "trading.partner_saved"
	TradingFileReceived = "trading.file_received"
	TradingFileWritten  = "trading.file_written" // it waits to be sent
	TradingFileSent     = "trading.file_sent"
	TradingDocumentDone = "trading.document_done" // worked, or failed with a code
	TradingAcknowledged = "trading.acknowledged"  // by the partner
	TradingUnwritten    = "trading.unwritten"     // what a partner was to be sent cannot be written
	TradingToldAgain    = "trading.told_again"    // what could not be written is tried once more
)
