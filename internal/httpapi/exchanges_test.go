package httpapi_test

import (
	"encoding/json"
	"strings"
	"testing"

	"orderly/internal/catalog"
)

const isa850 = "ISA*00*          *00*          *12*5550001        *ZZ*ORDERLY        *260301*1200*U*00401*000000007*0*P*>~GS*PO*5550001*ORDERLY*20260301*1200*7*X*004010~ST*850*0001~BEG*00*SA*PO-1**20260301~PO1*1*2*EA*5**VP*MUG~CTT*1~SE*5*0001~GE*1*7~IEA*1*000000007~"

// A partner is made, sends an order, and the answer says what the standard and
// the product make of it.
//
// Kills: a text that is taken twice; a dry run that keeps; a refusal that is
// kept; a text that a key which may only read orders can read.
func TestTradingPartnersAndFiles(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5)
		body := func(text string) string {
			raw, _ := json.Marshal(map[string]string{"name": "a.edi", "text": text})
			return string(raw)
		}
		s.post("/v1/edi/files", body(isa850)).problem(422, "unknown_partner")
		s.post("/v1/trading-partners", `{"code":"CORNER","kind":"customer","standard":"x12","name":"Corner"}`).problem(422, "invalid", "/channel missing")
		p := s.post("/v1/trading-partners", `{"code":"CORNER","kind":"customer","standard":"x12","standard_version":"004010","name":"Corner","channel":"web","ours":{"qualifier":"ZZ","id":"ORDERLY"},"theirs":{"qualifier":"12","id":"5550001"}}`).want(201).
			is("documents_in/1", "order_change", "documents_out/2", "invoice", "active", true, "version", 1, "last_control", 0)
		id := p.text("id")
		s.do("PATCH", "/v1/trading-partners/"+id, `{"name":"Corner Shop","ack_hours":24,"acknowledged":true}`, "If-Match", `"1"`).want(200).is("name", "Corner Shop", "version", 2)
		s.get("/v1/trading-partners").want(200).is("data/0/code", "CORNER")
		s.get("/v1/trading-partners/code:NO").problem(404, "no_such_partner")

		s.post("/v1/edi/files", body("no EDI at all")).problem(422, "edi_unknown")
		s.post("/v1/edi/files?dry_run=true", body(isa850)).want(200).is("files/0/answer", "accepted", "dry_run", true)
		s.get("/v1/edi/files").want(200).is("data", "[]")
		got := s.post("/v1/edi/files", body(isa850)).want(201).is("files/0/status", "received", "files/0/documents/0/number", "PO-1", "files/0/control", "000000007")
		file := got.text("files/0/id")
		s.post("/v1/edi/files", body(isa850)).want(200).is("files/0/duplicate", true, "files/0/repeats", 1)
		if text := s.get("/v1/edi/files/" + file + "/text").want(200).text("text"); text != isa850 {
			t.Errorf("the text is %q", text)
		}
		if text := s.get("/v1/edi/files/" + file + "/acknowledgment").want(200).text("text"); !strings.Contains(text, "AK5*A~") {
			t.Errorf("the 997 is %q", text)
		}
		bad := strings.NewReplacer("000000007", "000000008", "*PO-1*", "**").Replace(isa850)
		s.post("/v1/edi/files", body(bad)).want(201).is("files/0/status", "rejected", "files/0/faults/0/segment", "BEG", "files/0/faults/0/element", 3, "files/0/faults/0/code", "1")
		s.get("/v1/edi/files?direction=in&status=rejected&partner=code:CORNER").want(200).is("data/0/control", "000000008")
		s.get("/v1/trading-partners/"+id).want(200).is("last_control", 2)
		out := s.get("/v1/edi/files?direction=out").want(200).is("data/0/status", "waiting", "data/0/actions/0", "sent").text("data/0/id")
		s.post("/v1/edi/files/"+out+"/sent", nil).want(200).is("status", "sent", "actions/0", "resend")
		s.post("/v1/edi/files/"+out+"/resend", nil).want(200).is("status", "waiting")
		s.post("/v1/edi/files/"+file+"/resend", nil).problem(409, "not_outgoing")
		s.post("/v1/edi/files/"+file+"/retry", nil).problem(409, "nothing_failed")
		s.get("/v1/edi/files/edf_0000000000000").problem(404, "no_such_file")
	})
}
