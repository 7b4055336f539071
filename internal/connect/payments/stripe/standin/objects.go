package standin

import (
	"maps"
	"net/http"
	"strings"

	"orderly/internal/payment"
)

// intent is a PaymentIntent with its charge, refunds and disputes.
type intent struct {
	id, currency, status         string
	amount, capturable, received int64
	authorized, released, given  int64 // given: what the charge counts as refunded, releases too
	manual, parts, declined      bool
	meta                         map[string]string
	created                      int64
	refunds, disputes            []map[string]any
}

// page is a session of Checkout.
type page struct {
	id, status, intent, url, currency string
	amount, expires, created          int64
	manual                            bool
	meta, inner                       map[string]string
	reference                         string
}

// amounts is what a shop should know of it.
func (x *intent) amounts() payment.Amounts {
	a := payment.Amounts{Authorized: x.authorized, Captured: x.received, Voided: x.released, Failed: x.declined, Parts: x.parts && x.authorized > 0}
	for _, r := range x.refunds {
		if r["balance_transaction"] != nil && r["status"] == "succeeded" {
			a.Refunded += r["amount"].(int64)
		}
	}
	for _, d := range x.disputes {
		a.Disputed += d["amount"].(int64)
		if d["status"] == "won" {
			a.Won += d["amount"].(int64)
		}
		a.RespondBy = max(a.RespondBy, d["evidence_details"].(map[string]any)["due_by"].(int64)*1e6)
	}
	return a
}

func (x *intent) json(expand bool) map[string]any {
	out := map[string]any{
		"id": x.id, "object": "payment_intent", "amount": x.amount, "currency": x.currency, "status": x.status, "amount_capturable": x.capturable,
		"amount_received": x.received, "metadata": maps.Clone(x.meta), "created": x.created, "capture_method": "automatic",
	}
	if x.manual {
		out["capture_method"] = "manual"
	}
	if x.declined {
		out["last_payment_error"] = map[string]any{"type": "card_error", "code": "card_declined", "decline_code": "insufficient_funds"}
	}
	if x.authorized > 0 {
		out["latest_charge"] = "ch_" + x.id
		if expand {
			out["latest_charge"] = x.charge()
		}
	}
	return out
}

func (x *intent) charge() map[string]any {
	multi := "unavailable"
	if x.parts {
		multi = "available"
	}
	return map[string]any{
		"id": "ch_" + x.id, "object": "charge", "amount": x.authorized, "amount_captured": x.received, "amount_refunded": x.given, "captured": x.received > 0,
		"currency": x.currency, "status": "succeeded", "disputed": len(x.disputes) > 0, "payment_intent": x.id, "metadata": map[string]string{},
		"payment_method_details": map[string]any{"type": "card", "card": map[string]any{"capture_before": x.created + 7*86400, "multicapture": map[string]any{"status": multi}}},
	}
}

// letGo releases what is left of a hold: Stripe writes it as a refund that
// touches no balance.
func (x *intent) letGo(s *Server) {
	n := x.capturable
	if n == 0 {
		return
	}
	x.capturable, x.released, x.given = 0, x.released+n, x.given+n
	x.refunds = append(x.refunds, map[string]any{"id": s.next("re"), "object": "refund", "amount": n, "currency": x.currency, "payment_intent": x.id, "status": "succeeded", "metadata": map[string]string{}})
	s.tell("charge.refunded", x.charge())
}

func (p *page) json() map[string]any {
	out := map[string]any{
		"id": p.id, "object": "checkout.session", "status": p.status, "amount_total": p.amount, "currency": p.currency, "metadata": maps.Clone(p.meta), "created": p.created,
		"expires_at": p.expires, "client_reference_id": p.reference, "payment_intent": nil, "payment_status": "unpaid", "url": nil,
	}
	if p.status == "open" {
		out["url"] = p.url
	}
	if p.intent != "" {
		out["payment_intent"], out["payment_status"] = p.intent, "paid"
	}
	return out
}

// metaOf reads metadata out of a form, below a prefix.
func metaOf(r *http.Request, prefix string) map[string]string {
	out := map[string]string{}
	for k, v := range r.PostForm {
		if name, ok := strings.CutPrefix(k, prefix+"["); ok {
			out[strings.TrimSuffix(name, "]")] = v[0]
		}
	}
	return out
}

// read answers what changes nothing.
func (s *Server) read(r *http.Request) (int, map[string]any) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
	q := r.URL.Query()
	expand := strings.Contains(r.URL.RawQuery, "latest_charge")
	switch {
	case r.URL.Path == "/v1/payment_intents":
		return s.list(s.inOrder, func(id string) map[string]any {
			if x := s.intents[id]; x.created >= amountOf(q.Get("created[gte]")) {
				return x.json(expand)
			}
			return nil
		}, q.Get("starting_after"))
	case r.URL.Path == "/v1/checkout/sessions":
		return s.list(s.pageList, func(id string) map[string]any {
			if p := s.pages[id]; p.created >= amountOf(q.Get("created[gte]")) {
				return p.json()
			}
			return nil
		}, q.Get("starting_after"))
	case r.URL.Path == "/v1/refunds" || r.URL.Path == "/v1/disputes":
		x := s.intents[q.Get("payment_intent")]
		if x == nil {
			return missing()
		}
		data := x.refunds
		if r.URL.Path == "/v1/disputes" {
			data = x.disputes
		}
		if data == nil {
			data = []map[string]any{}
		}
		return 200, map[string]any{"object": "list", "data": data, "has_more": false}
	case len(parts) == 2 && s.intents[parts[1]] != nil:
		return 200, s.intents[parts[1]].json(expand)
	case len(parts) == 3 && s.pages[parts[2]] != nil:
		return 200, s.pages[parts[2]].json()
	}
	return missing()
}

// list is a page of what is newest, ten at a time: so that paging is met.
func (s *Server) list(ids []string, of func(string) map[string]any, after string) (int, map[string]any) {
	data, more := []map[string]any{}, false
	for i := len(ids) - 1; i >= 0; i-- {
		if after != "" {
			if ids[i] == after {
				after = ""
			}
			continue
		}
		x := of(ids[i])
		if x == nil {
			continue
		}
		if len(data) == 10 {
			more = true
			break
		}
		data = append(data, x)
	}
	return 200, map[string]any{"object": "list", "data": data, "has_more": more}
}
