package journal

import "slices"

// parcelSteps are what ParcelStepped is followed by.
var parcelSteps = []string{"shipped", "unshipped", "delivered", "undelivered", "lost", "found", "unpacked"}

// PartnerTypes are the types that a partner can be told of: what it is asked, and
// asked to stop, what was written to it, and what it is asked to take back.
var PartnerTypes = []string{FulSubmitted, FulWithdrawn, FulChased, FulCancellationAsked, TalkWritten, SupplierReturnAsked}

// Types are all types of entries, in the order of the alphabet: what a reader
// of the feed may ask for.
var Types = func() []string {
	out := []string{
		OrderPlaced, OrderRecorded, OrderCanceled, OrderHeld, OrderLifted, OrderEdited, OrderChanged,
		OrderPaid, OrderRefunded, OrderReturned, OrderServed, OrderDisplaced, FulReleased,
		FulRecalled, FulPicked, FulUnpicked, FulShortPicked, FulRerouted, FulPacked, FulShelved, FulMoved, FulExtended, FulReminded, FulExpired, FulCodeRefused, FulUnshelved, FulHandedOver, FulTakenBack, FulSubmitted, FulWithdrawn, FulChased, FulAccepted, FulRejected, FulFailed, FulCancellationAsked, FulCancellationAccepted, FulCancellationRejected, PartnerSaved, HookSaved, FeedSaved, FeedTurned, StockReported, StockCompared, DifferenceFound, DifferenceApplied, DifferenceDismissed, DifferenceReplaced, ProfileSaved, ProfileMoved, ParcelScanned,
		StockReceived, StockReversed, StockPutAway, StockNotPutAway, StockAdjusted, StockCounted, StockTransferred, StockSafety,
		StockLowAt, ItemSaved, LocationSaved, CustomerSaved, KeyMade, KeyRevoked,
		MerchantMade, MerchantAdded, TroubleReported, TroubleSettled, TroubleReopened, OrderSourced, WorkClaimed,
		WorkAssigned, WorkHandedOver, WorkGivenBack, JobRetried, MerchantSaved, UserInvited,
		UserJoined, UserSaved, UserDisabled, UserEnabled, UserLinked, UserSecured,
		UserSignedIn, UserSignedOut, ChannelSaved, ImportUploaded, ImportStarted, ImportDone,
		ImportFailed, ImportMended, ImportDiscarded, ViewSaved, ViewRemoved, InvoiceIssued, RunBegun,
		RunStopped, RunEnded, EndpointMade, EndpointSaved, EndpointPaused, EndpointResumed,
		EndpointRotated, EndpointPinged, EndpointReplayed, EndpointGone, EndpointQuarantined, EndpointEnded,
		OrderAskedBack, OrderCalledOff, OrderInspected, ReturnRequested, ReturnApproved, ReturnRefused,
		ReturnCanceled, ReturnSent, ReturnLabeled, ReturnReceived, ReturnUnreceived, ReturnInspected, ReturnRefunded,
		ReturnExchanged, ReturnClosed, ReturnReopened, UnreceiptedTaken, PolicySaved, TaxesSaved, FlowSaved, ChecksSaved, CustomerBlocked, CustomerUnblocked, ExchangeSaved, MethodSaved, CalendarSaved, OrderPromised, OrderFlowed, OrderApproved, OrderRefused, ApprovalsSaved, ClaimMade, ClaimExtended, ClaimEnded,
		BuffersSaved, PlacesSaved, PreorderOffered, PreorderChanged, PreorderEnded,
		MessageAsked, MessageSent, MessageFailed, MailSaved, GatewaySaved, WordingSaved, WordingDropped,
		PaymentAdded, PaymentAsked, PaymentSent, PaymentAnswered, PaymentReported, PaymentRefunded, PaymentCollected, PaymentReleased, PaymentRemitted, TermsSaved, RemittanceBooked, ProviderSaved, PaymentPolicySaved,
		CaseOpened, CaseHeard, CaseAnswered, CaseSent, CaseUnsent, CaseNoted, CaseEdited, CaseWaiting, CaseResolved, CaseReopened,
		CaseEscalated, CaseAsked, CaseGiven, CaseDenied, SupportSaved, MailboxSaved, MacroSaved, MacroDropped,
		OrderAnswered, AskMade, AskAnswered, AskRevoked, OrderErased, PersonErasing, PersonErased, PersonDropped, PrivacySaved,
		CreditIssued, CreditMoved, CreditBlocked, CreditUnblocked, CreditLimited, StatementUploaded, BankLineDecided, RuleSaved, RuleMoved, RuleCalled,
		SupplierSaved, SupplierOffers, PurchaseCreated, PurchaseRecorded, PurchaseChanged, PurchaseSent, PurchaseMailed, PurchaseUnmailed, PurchaseAcknowledged, PurchaseCanceled,
		PurchaseShipped, PurchaseReceived, PurchaseUnreceived, PurchaseInspected, PurchaseCharged, PurchaseClosed, PurchaseInvoiced, PurchaseApproved, PurchaseDisputed,
		PurchaseReturned, SupplierReturnMade, SupplierReturnAsked, SupplierReturnApproved, SupplierReturnShipped, SupplierReturnCredited, SupplierReturnReplaced, SupplierReturnRefused, SupplierReturnClosed, SupplierReturnCanceled,
		TrialSubmitted, TrialAccepted, TrialRejected, TrialShipped, TrialWithdrawn,
		TalkWritten, TalkHeard, TalkNoted, TalkSettled, TalkMailed, TalkUnsent,
		ReplenishmentPolicy, ReplenishmentProposed, ReplenishmentAccepted, ReplenishmentDismissed, ReplenishmentReplaced,
		TariffAdded, TariffWithdrawn, TariffInvoiced, TariffAccepted, TariffDisputed,
		TradingPartnerSaved, TradingFileReceived, TradingFileWritten, TradingFileSent, TradingDocumentDone, TradingAcknowledged, TradingUnwritten, TradingToldAgain,
	}
	for _, step := range parcelSteps {
		out = append(out, ParcelStepped+step)
	}
	slices.Sort(out)
	return out
}()
