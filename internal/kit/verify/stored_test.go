package verify_test

import (
	"orderly/internal/catalog"
	"orderly/internal/credit"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/bank"
	"orderly/internal/desk/care"
	giving "orderly/internal/desk/credit"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/desk/pay"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/payment"
	"orderly/internal/returns"
	"orderly/internal/statement"
)

// stored issues, sells, grants and spends gift cards and store credit, gives
// some back and turns money into it.
func stored(s *desktest.Shop) {
	s.T.Helper()
	who := party.ID(desktest.Must(s, admin.SaveCustomer, admin.CustomerCommand{Customer: party.Customer{ExternalID: "stored", Contact: party.Contact{Name: "Ada"}}}).ID)
	hash := func(code string) string { return credit.Hash(s.Scope.Merchant, code) }
	desktest.Must(s, giving.Issue, giving.IssueCommand{Kind: credit.GiftCard, Currency: "GBP", Amount: 1500, Reason: "sorry", Hash: hash("AAAABBBBCCCCDDDD"), Hint: "DDDD"})
	desktest.Must(s, giving.Issue, giving.IssueCommand{Kind: credit.StoreCredit, Currency: "GBP", Amount: 700, Reason: "late", Customer: who})
	desktest.Must(s, admin.SaveItem, admin.ItemCommand{Item: catalog.Item{SKU: "CARD", Name: "Gift card", Kind: catalog.Service, WhenShort: catalog.Refuse, Custom: []byte(`{"gift_card":true}`)}})
	bought := s.Place("CARD", 2).Order
	desktest.Must(s, pay.Add, pay.AddCommand{Order: bought.ID, Tender: payment.Cash})
	desktest.Must(s, giving.Issue, giving.IssueCommand{Kind: credit.GiftCard, Order: bought.ID, Line: 1, Hash: hash("2222333344445555"), Hint: "5555"})

	r := s.Request("TEA", 3)
	r.CustomerID = who
	o := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order
	desktest.Must(s, pay.Add, pay.AddCommand{Order: o.ID, Tender: payment.GiftCard, Amount: 1200, Card: hash("aaaa-bbbb-cccc-dddd")})
	desktest.Must(s, pay.Add, pay.AddCommand{Order: o.ID, Tender: payment.StoreCredit, Amount: 500})
	desktest.Must(s, pay.Add, pay.AddCommand{Order: o.ID, Tender: payment.Cash, Amount: 400})
	desktest.Must(s, pay.Refund, pay.RefundCommand{Order: o.ID, Amount: 300, Tenders: []payment.Tender{payment.GiftCard}})
	desktest.Must(s, pay.Refund, pay.RefundCommand{Order: o.ID, Amount: 250, Turn: true})

	back := s.Request("TEA", 2)
	back.CustomerID, back.Payments = who, []order.Payment{{Amount: 2590, Reference: "B"}}
	sent := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: back}).Value.(*intake.Placed)
	s.Ship(sent)
	x := desktest.Must(s, care.RequestReturn, care.AskCommand{Order: sent.Order.ID, Approve: true, Lines: []care.AskLine{{Line: 1, Reason: "other"}}}).Value.(*returns.Return)
	desktest.Must(s, care.ReceiveRequested, care.ArriveCommand{Return: x.ID, Location: s.Locations["A"], Lines: []care.ArriveLine{{N: 1, Quantity: 2}}})
	part := int64(1000)
	desktest.Must(s, care.RepayReturn, care.RepayCommand{Return: x.ID, Credit: &part})

	by := desktest.Must(s, bank.Upload, bank.UploadCommand{Statement: statement.Statement{Name: "x.csv", Format: "csv", Lines: 1}, Lines: []statement.Line{{N: 1, Key: "k", Date: 20260101, Amount: 100, Currency: "GBP", State: statement.Open}}}).Value.(*bank.Uploaded)
	desktest.Must(s, bank.Decide, bank.DecideCommand{Line: by.Lines[0].ID, Parts: []bank.Part{{Order: o.ID, Amount: 100}}})

	// promises: on delivery, with a carrier's list, and on terms that a transfer releases
	r = s.Request("TEA", 2)
	r.CustomerID = who
	door := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order
	desktest.Must(s, pay.Add, pay.AddCommand{Order: door.ID, Tender: payment.CashOnDelivery})
	desktest.Must(s, pay.Remit, pay.RemitCommand{Remittance: payment.Remittance{Carrier: "dhl", Reference: "L1", Currency: "GBP", Fee: 20, PaidOn: 20260102}, Lines: []payment.RemittanceLine{{Ref: door.ID.String(), Amount: 900}}})
	desktest.Must(s, admin.SaveTerms, admin.TermsCommand{Terms: payment.Agreed{Customer: int64(who), Currency: "GBP", Most: 100000, Days: 30}})
	r.ExternalID += " later"
	later := desktest.Must(s, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed).Order
	desktest.Must(s, pay.Add, pay.AddCommand{Order: later.ID, Tender: payment.Terms})
	desktest.Must(s, pay.Add, pay.AddCommand{Order: later.ID, Tender: payment.Bank, Amount: 500})
	desktest.Must(s, pay.Follow, pay.FollowCommand{Order: later.ID})
}
