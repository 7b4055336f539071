package httpapi_test

import (
	"encoding/json"
	"fmt"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/connect/webhook"
	"orderly/internal/stock"
)

// signs is a partner that tells things by webhook.
type signs struct {
	s            *shop
	path, secret string
	n            int
}

// say sends a message under an id and gives the status and what was answered.
func (p *signs) say(id, body string, age time.Duration) (int, map[string]any) {
	p.s.T.Helper()
	at := time.UnixMicro(p.s.DB.Now()).Add(-age)
	signature, err := webhook.Sign([]string{p.secret}, webhook.Message{ID: id, Body: []byte(body)}, at)
	if err != nil {
		p.s.T.Fatal(err)
	}
	r := httptest.NewRequest(http.MethodPost, p.path, strings.NewReader(body))
	r.Header = http.Header{"Content-Type": {"application/json"}, "Webhook-Id": {id}, "Webhook-Timestamp": {fmt.Sprint(at.Unix())}, "Webhook-Signature": {signature}}
	w := httptest.NewRecorder()
	p.s.handler.ServeHTTP(w, r)
	var out map[string]any
	if err := json.Unmarshal(w.Body.Bytes(), &out); err != nil {
		p.s.T.Fatalf("%s: %s", err, w.Body)
	}
	return w.Code, out
}

// tell sends a message under an id of its own.
func (p *signs) tell(want int, body string) map[string]any {
	p.s.T.Helper()
	p.n++
	code, out := p.say(fmt.Sprintf("msg_%d", p.n), body, 0)
	if code != want {
		p.s.T.Errorf("%s: %d %v, want %d", body, code, out, want)
	}
	return out
}

// Kills: a message that nobody signed, or with the secret of another place, an old
// one, or none that holds any more; a message that does its work twice; a partner that
// speaks for another; an answer that shows prices.
func TestPartnerHooks(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		sealed(s)
		for _, code := range []string{"S", "P"} {
			id := s.post("/v1/locations", fmt.Sprintf(`{"code":%q,"name":"Partner","kind":"3pl","address":{"country":"GB"}}`, code)).want(201).text("id")
			at, err := stock.ParseLocationID(id)
			if err != nil {
				t.Fatal(err)
			}
			s.Locations[code] = at
		}
		s.Goods("MUG", catalog.Backorder)
		made := 0
		hook := func(code, body string) *signs {
			made++
			got := s.post("/v1/locations/code:"+code+"/partner-hook", body).want(200).is("active", true)
			return &signs{s: s, path: got.text("path"), secret: got.text("secret"), n: made * 1000}
		}
		s.get("/v1/locations/code:A/partner-hook").problem(404, "no_such_partner")
		s.get("/v1/locations/code:S/partner-hook").want(200).is("active", false)
		yes, other := hook("S", `{}`), hook("P", `{}`)

		yes.tell(200, `{"type":"stock.reported","data":{"lines":[{"sku":"MUG","quantity":9}],"complete":true}}`)
		order := s.post("/v1/orders", smallest("A-1", "MUG", 3)).want(201).text("id")
		id := s.get("/v1/orders/" + order + "?expand=fulfillments").want(200).text("fulfillments/0/id")
		s.post("/v1/fulfillments/"+id+"/release", nil).want(200)
		accepted := fmt.Sprintf(`{"type":"request.accepted","request":%q,"data":{"reference":"L-9"}}`, id)

		if code, _ := (&signs{s: s, path: yes.path, secret: other.secret}).say("msg_a", accepted, 0); code != 401 {
			t.Errorf("another's secret: %d", code)
		}
		if code, _ := yes.say("msg_b", accepted, 6*time.Minute); code != 401 {
			t.Errorf("an old message: %d", code)
		}
		if code, _ := (&signs{s: s, path: "/v1/inbound/partners/1/loc_0000000000001", secret: yes.secret}).say("msg_c", accepted, 0); code != 401 {
			t.Errorf("a place that is not there: %d", code)
		}
		other.tell(404, accepted)
		for _, bad := range []string{`{"type":"request.eaten"}`, `{"type":"request.rejected","request":"` + id + `","data":{"reason":"mood"}}`, `{"type":"request.accepted","data":{"lines":7}}`, `{`, `{"type":"stock.reported","data":{"lines":[{"sku":"NONE","quantity":1}]}}`} {
			if code, out := yes.say(fmt.Sprint("bad_", len(bad)), bad, 0); code < 400 || code > 422 {
				t.Errorf("%s: %d %v", bad, code, out)
			}
		}
		got := yes.tell(200, accepted)["request"].(map[string]any)
		if got["status"] != "accepted" || got["reference"] != "L-9" {
			t.Errorf("%v", got)
		}
		if text := fmt.Sprint(got); strings.Contains(text, "12.95") || strings.Contains(text, "unit_price") {
			t.Error("the partner is told prices")
		}
		sent := fmt.Sprintf(`{"type":"request.sent","request":%q,"data":{"parcels":[{"lines":[{"line":1,"quantity":2}]}]}}`, id)
		for range 3 { // a parcel without a number is known by the message alone
			if code, out := yes.say("msg_sent", sent, 0); code != 200 || out["request"].(map[string]any)["lines"].([]any)[0].(map[string]any)["sent"] != 2.0 {
				t.Errorf("%d %v", code, out)
			}
		}
		if code, _ := yes.say("msg_sent", accepted, 0); code != 409 && code != 422 {
			t.Errorf("one id for two messages: %d", code)
		}

		next := hook("S", `{}`)
		yes.tell(200, `{"type":"stock.reported","data":{"lines":[{"sku":"MUG","quantity":8}]}}`) // both hold
		next.tell(200, `{"type":"stock.reported","data":{"lines":[{"sku":"MUG","quantity":7}]}}`)
		last := hook("S", `{"keep_hours":0}`)
		next.tell(401, accepted)
		s.do("DELETE", "/v1/locations/code:S/partner-hook", nil).want(204)
		last.tell(401, accepted)
		s.as(s.newKey([]access.Permission{access.RequestsWork, access.CatalogRead})).get("/v1/locations/code:P/partner-hook").problem(403, "missing_scope")
	})
}
