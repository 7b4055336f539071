package exchange_test

import (
	"errors"
	"fmt"
	"os"
	"strings"
	"testing"

	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/exchange"
	"orderly/internal/edi"
	"orderly/internal/edi/wire"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/store/storetest"
	"orderly/internal/trading"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

func shop() trading.Partner {
	return trading.Partner{Code: "CORNER", Name: "Corner Shop", Kind: trading.Customer, Standard: edi.X12, Release: "004010", Ours: edi.Address{Qualifier: "ZZ", ID: "ORDERLY"}, Theirs: edi.Address{Qualifier: "12", ID: "5550001"},
		Channel: "web", Ask: true, AckHours: 24, Active: true}
}

func partner(s *desktest.Shop, p trading.Partner) *trading.Partner {
	s.T.Helper()
	return desktest.Must(s, exchange.SavePartner, exchange.PartnerCommand{Partner: p}).Value.(*trading.Partner)
}

// sent is the text of an interchange from a partner.
func sent(t testing.TB, p *trading.Partner, control int64, list ...edi.Document) string {
	t.Helper()
	e := p.Envelope(control, "20260301", "1200")
	e.Sender, e.Receiver = p.Theirs, p.Ours
	text, err := wire.Write(p.Standard, e, list...)
	if err != nil {
		t.Fatal(err)
	}
	return text
}

func purchase(number string) *edi.Order {
	return &edi.Order{Number: number, Date: "20260301", Lines: []edi.Line{{Number: "1", Seller: "X", Quantity: edi.Whole(2), Unit: "EA", Price: edi.Whole(5)}}}
}

func refused(t *testing.T, err error, code string) {
	t.Helper()
	var f *fault.Error
	if !errors.As(err, &f) || f.Code != code && (len(f.Fields) == 0 || f.Fields[0].Code != code) {
		t.Errorf("refused with %v, want %s", err, code)
	}
}

func taken(r desk.Result) exchange.Taken { return r.Value.([]exchange.Taken)[0] }

func text(s *desktest.Shop, id trading.FileID) (out string) {
	s.T.Helper()
	err := s.DB.Read(s.T.Context(), s.Scope, func(r *store.Reader) (err error) {
		out, err = exchanges.Text(r, id)
		return err
	})
	if err != nil {
		s.T.Fatal(err)
	}
	return out
}

// Kills: a text that is worked twice, by its bytes or its control number; a
// file of nobody; a test among production; control numbers with gaps; a 997
// that is not the standard's.
func TestReceive(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		p := partner(s, shop())
		in := sent(t, p, 7, purchase("P1"))
		got := taken(desktest.Must(s, exchange.Receive, exchange.ReceiveCommand{Name: "a.edi", Text: in}))
		if got.File.Status != trading.Received || len(got.Documents) != 1 || got.Documents[0].Status != trading.Accepted || got.Documents[0].Number != "P1" || got.Answer == nil || got.Answer.Control != "1" {
			t.Fatalf("%+v %+v %+v", got.File, got.Documents, got.Answer)
		}
		if back := text(s, got.File.ID); back != in {
			t.Errorf("the text came back otherwise:\n%s", back)
		}
		if a := text(s, got.Answer.ID); !strings.Contains(a, "AK1*PO*7~") || !strings.Contains(a, "AK9*A*1*1*1~") {
			t.Errorf("the answer is\n%s", a)
		}
		twice := taken(desktest.Must(s, exchange.Receive, exchange.ReceiveCommand{Name: "b.edi", Text: in}))
		if !twice.Duplicate || twice.File.ID != got.File.ID || twice.File.Repeats != 1 || twice.Answer != nil {
			t.Errorf("the same text again: %+v", twice)
		}
		other := taken(desktest.Must(s, exchange.Receive, exchange.ReceiveCommand{Name: "c.edi", Text: sent(t, p, 7, purchase("P2"))}))
		if other.File.Status != trading.Rejected || len(other.Documents) != 0 || !strings.Contains(other.File.Error, "control number") {
			t.Errorf("the same control number again: %+v", other.File)
		}

		stranger := *p
		stranger.Theirs.ID = "NOBODY"
		_, err := desktest.Try(s, exchange.Receive, exchange.ReceiveCommand{Text: sent(t, &stranger, 8, purchase("P3"))})
		refused(t, err, "unknown_partner")
		_, err = desktest.Try(s, exchange.Receive, exchange.ReceiveCommand{Text: "hello"})
		refused(t, err, "edi_unknown")
		kept := taken(desktest.Must(s, exchange.Receive, exchange.ReceiveCommand{Name: "x", Text: "hello", From: p.ID, Keep: true}))
		if kept.File.Status != trading.Rejected || !strings.Contains(kept.File.Error, "no EDI") {
			t.Errorf("kept: %+v", kept.File)
		}
		test := *p
		test.Test = true
		_, err = desktest.Try(s, exchange.Receive, exchange.ReceiveCommand{Text: sent(t, &test, 9, purchase("P4"))})
		refused(t, err, "test_file")

		broken := strings.Replace(sent(t, p, 10, purchase("P5")), "P5", "", 1)
		bad := taken(desktest.Must(s, exchange.Receive, exchange.ReceiveCommand{Text: broken}))
		if bad.File.Status != trading.Rejected || bad.Documents[0].Status != trading.Rejected || bad.Answer.Control != "2" || !strings.Contains(text(s, bad.Answer.ID), "AK4*3*324*1") {
			t.Errorf("broken: %+v %+v", bad.File, bad.Answer)
		}
		notAgreed := taken(desktest.Must(s, exchange.Receive, exchange.ReceiveCommand{Text: sent(t, p, 11, &edi.StockReport{Number: "S", Date: "20260301", Lines: []edi.StockLine{{Line: edi.Line{Seller: "X", Unit: "EA"}}}})}))
		if d := notAgreed.Documents[0]; d.Status != trading.Failed || d.Code != "not_agreed" || notAgreed.File.Status != trading.Failed {
			t.Errorf("not agreed: %+v", d)
		}
	})
}

// Kills: a partner that is told twice; an answer that goes to another file, or
// that is lost; a resend with another number.
func TestSendAndAnswer(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		p := partner(s, shop())
		send := func(key string) desk.Result {
			return desktest.Must(s, exchange.Send, exchange.SendCommand{Partner: p.ID, Documents: []exchange.Outgoing{{Key: key, Kind: "ord", Subject: 5, Document: &edi.Invoice{Number: "I-" + key, Date: "20260301", Order: "P1", Lines: []edi.Line{{Number: "1", Seller: "X", Quantity: edi.Whole(1), Unit: "EA", Price: edi.Whole(1)}}, Total: edi.Whole(1)}}}})
		}
		first := send("a").Value.([]*trading.File)[0]
		if again := send("a"); again.Status != "unchanged" {
			t.Errorf("told twice: %s", again.Status)
		}
		second := send("b").Value.([]*trading.File)[0]
		if first.Control != "1" || second.Control != "2" || first.Ack != trading.AckPending || first.AckDue != first.CreatedAt+24*3600*1_000_000 {
			t.Errorf("%+v %+v", first, second)
		}
		desktest.Must(s, exchange.MarkSent, exchange.FileCommand{File: second.ID})
		ack := func(control string, status edi.Status) string {
			a := &edi.Acknowledgment{Function: "IN", Control: control, Status: status, Stated: 1, Received: 1, Messages: []edi.AnsweredMessage{{Type: "810", Control: "0001", Status: status}}}
			if status == edi.Accepted {
				a.Taken = 1
			} else {
				a.Messages[0].Codes = []string{"5"}
			}
			n := int64(40)
			fmt.Sscan(control, &n)
			return sent(t, p, 50+n, a)
		}
		got := taken(desktest.Must(s, exchange.Receive, exchange.ReceiveCommand{Text: ack("2", edi.Rejected)}))
		if got.Documents[0].Status != trading.Processed || got.Documents[0].Subject != int64(second.ID) || got.Answer != nil {
			t.Errorf("%+v %+v", got.Documents[0], got.Answer)
		}
		look := func(id trading.FileID) (f *trading.File) {
			if err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) (err error) { f, err = exchanges.File(r, id); return err }); err != nil {
				t.Fatal(err)
			}
			return f
		}
		if f := look(second.ID); f.Ack != trading.AckRejected || f.Status != trading.Sent {
			t.Errorf("%+v", f)
		}
		if f := look(first.ID); f.Ack != trading.AckPending {
			t.Errorf("%+v", f)
		}
		desktest.Must(s, exchange.Receive, exchange.ReceiveCommand{Text: ack("1", edi.Accepted)})
		if f := look(first.ID); f.Ack != trading.AckAccepted {
			t.Errorf("%+v", f)
		}
		nothing := taken(desktest.Must(s, exchange.Receive, exchange.ReceiveCommand{Text: ack("9", edi.Accepted)}))
		if nothing.Documents[0].Code != "answers_nothing" {
			t.Errorf("%+v", nothing.Documents[0])
		}
		desktest.Must(s, exchange.Resend, exchange.FileCommand{File: second.ID})
		if f := look(second.ID); f.Status != trading.Waiting || f.Control != "2" || f.Ack != trading.AckPending {
			t.Errorf("resent: %+v", f)
		}
	})
}

// Kills: a profile whose files nobody could read, or that reaches out of its
// directory; two partners at one address.
func TestPartners(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		p := partner(s, shop())
		for code, change := range map[string]func(*trading.Partner){
			"code_taken":          func(p *trading.Partner) { p.Theirs.ID = "OTHER" },
			"address_taken":       func(p *trading.Partner) { p.Code = "TWO" },
			"invalid_code":        func(p *trading.Partner) { p.Code = "" },
			"invalid_kind":        func(p *trading.Partner) { p.Code, p.Kind = "TWO", "friend" },
			"invalid_standard":    func(p *trading.Partner) { p.Code, p.Standard = "TWO", "tradacoms" },
			"invalid_separators":  func(p *trading.Partner) { p.Code, p.Separators = "TWO", "**" },
			"invalid_path":        func(p *trading.Partner) { p.Code, p.InPath = "TWO", "../in" },
			"same_path":           func(p *trading.Partner) { p.Code, p.InPath, p.OutPath = "TWO", "a", "a" },
			"missing":             func(p *trading.Partner) { p.Code, p.Channel = "TWO", "" },
			"unexpected_document": func(p *trading.Partner) { p.Code, p.In = "TWO", []edi.DocumentType{edi.TypeInvoice} },
			"unknown_document":    func(p *trading.Partner) { p.Code, p.In = "TWO", []edi.DocumentType{"poem"} },
			"unsupported_document": func(p *trading.Partner) {
				p.Code, p.Standard, p.In = "TWO", edi.Edifact, []edi.DocumentType{edi.TypeOrderChange}
			},
			"invalid": func(p *trading.Partner) { p.Code, p.Theirs.ID = "TWO", "0123456789012345" },
		} {
			x := shop()
			change(&x)
			_, err := desktest.Try(s, exchange.SavePartner, exchange.PartnerCommand{Partner: x})
			refused(t, err, code)
		}
		edit := *p
		edit.Name = "The Corner Shop"
		got := desktest.Must(s, exchange.SavePartner, exchange.PartnerCommand{Partner: edit, Version: &p.Version})
		if now := got.Value.(*trading.Partner); got.Status != "done" || now.Version != 2 || now.Name != "The Corner Shop" {
			t.Errorf("%+v", now)
		}
		_, err := desktest.Try(s, exchange.SavePartner, exchange.PartnerCommand{Partner: edit, Version: &p.Version})
		refused(t, err, "edited_meanwhile")
		if got := desktest.Must(s, exchange.SavePartner, exchange.PartnerCommand{Partner: edit}); got.Status != "unchanged" {
			t.Errorf("the same again is %s", got.Status)
		}
	})
}
