package payment

import "slices"

// Tender is by what money comes.
type Tender string

// The tenders.
const (
	ChannelTender Tender = "channel" // the channel took it and owes it to us
	Card          Tender = "card"    // over a provider
	Bank          Tender = "bank"    // a transfer to our account
	Cash          Tender = "cash"
	GiftCard      Tender = "gift_card"    // value that we owe whoever has the code
	StoreCredit   Tender = "store_credit" // value that we owe the customer

	CashOnDelivery Tender = "cash_on_delivery" // a carrier collects it at the door
	Terms          Tender = "terms"            // the customer pays within days, by another tender
)

// Kind is what is true of a tender.
type Kind struct {
	Tender  Tender
	Account string // where its money lies until it is paid out

	// Over says that a provider moves the money: each effect has an intent. Of
	// the others a person says what has happened, and it counts at once.
	Over bool

	// Rows says that money of it is a Payment. The channel's is none: it comes
	// with the order, and placing must not wait for another row.
	Rows bool

	// Stored says that the money is an account of package credit, which a
	// payment's reference names. Its account in the books is a liability: what
	// is paid with it makes it less.
	Stored bool

	// Promised says that the money comes later: what is authorized is what was
	// promised. Of what is not owed any more, or was paid in another way, it is
	// let go. A tender without an account never takes anything itself.
	Promised bool
}

// Tenders lists every tender, in the order in which a refund goes through them
// unless it says otherwise. Another tender is another row.
var Tenders = []Kind{
	{Tender: ChannelTender, Account: "channel_clearing"},
	{Tender: Card, Account: "card_clearing", Over: true, Rows: true},
	{Tender: Bank, Account: "bank_clearing", Rows: true},
	{Tender: Cash, Account: "cash_drawer", Rows: true},
	{Tender: GiftCard, Account: "gift_cards", Rows: true, Stored: true},
	{Tender: StoreCredit, Account: "store_credit", Rows: true, Stored: true},
	{Tender: CashOnDelivery, Account: "cod_clearing", Rows: true, Promised: true},
	{Tender: Terms, Rows: true, Promised: true},
}

// KindOf finds what is true of a tender; nil when there is none of that name.
func KindOf(t Tender) *Kind {
	if i := slices.IndexFunc(Tenders, func(k Kind) bool { return k.Tender == t }); i >= 0 {
		return &Tenders[i]
	}
	return nil
}

// Stored reports whether the money is a gift card or store credit.
func (t Tender) Stored() bool {
	k := KindOf(t)
	return k != nil && k.Stored
}

// Promised reports whether money by it comes later.
func (t Tender) Promised() bool {
	k := KindOf(t)
	return k != nil && k.Promised
}

// Account is where the tender's money lies.
func (t Tender) Account() string {
	if k := KindOf(t); k != nil {
		return k.Account
	}
	return ""
}

// TenderOf is whose money lies on an account; "" when no tender's.
func TenderOf(account string) Tender {
	for _, k := range Tenders {
		if k.Account == account && account != "" {
			return k.Tender
		}
	}
	return ""
}

// Known reports whether an account is one that bookings may be on.
func Known(account string) bool {
	return account == Receivable || account == Disputes || TenderOf(account) != ""
}
