package standin

import (
	"net/http"
	"strings"
)

// do has an effect. It gives the answer's status and body.
func (s *Server) do(r *http.Request) (int, map[string]any) {
	parts := strings.Split(strings.TrimPrefix(r.URL.Path, "/v1/"), "/")
	switch {
	case r.URL.Path == "/v1/payment_intents":
		return s.makeIntent(r)
	case r.URL.Path == "/v1/checkout/sessions":
		return s.makePage(r)
	case r.URL.Path == "/v1/refunds":
		return s.refund(r)
	case len(parts) == 3 && s.intents[parts[1]] != nil && parts[2] == "capture":
		return s.capture(s.intents[parts[1]], r)
	case len(parts) == 3 && s.intents[parts[1]] != nil && parts[2] == "cancel":
		return s.cancel(s.intents[parts[1]])
	case len(parts) == 4 && s.pages[parts[2]] != nil && parts[3] == "expire":
		return s.expire(s.pages[parts[2]])
	}
	return missing()
}

func (s *Server) add(currency string, amount int64, manual bool, meta map[string]string) *intent {
	x := &intent{id: s.next("pi"), currency: currency, amount: amount, manual: manual, meta: meta, created: s.clock(), status: "requires_payment_method"}
	s.intents[x.id] = x
	s.inOrder = append(s.inOrder, x.id)
	return x
}

func (s *Server) makeIntent(r *http.Request) (int, map[string]any) {
	f := r.PostForm
	x := s.add(f.Get("currency"), amountOf(f.Get("amount")), f.Get("capture_method") == "manual", metaOf(r, "metadata"))
	if x.amount <= 0 {
		return refuse("amount_too_small")
	}
	if f.Get("payment_method") == "pm_declined" {
		x.declined = true
		s.tell("payment_intent.payment_failed", x.json(false))
		body := failure("card_error", "card_declined", "declined")
		body["error"].(map[string]any)["decline_code"] = "insufficient_funds"
		body["error"].(map[string]any)["payment_intent"] = x.json(false)
		return 402, body
	}
	s.pay(x)
	return 200, x.json(true)
}

// pay authorizes, and captures what is not to be captured by hand.
func (s *Server) pay(x *intent) {
	x.authorized, x.parts = x.amount, x.manual && !s.OnePart
	s.tell("charge.succeeded", x.charge())
	if x.manual {
		x.status, x.capturable = "requires_capture", x.amount
		s.tell("payment_intent.amount_capturable_updated", x.json(false))
		return
	}
	x.status, x.received = "succeeded", x.amount
	s.tell("payment_intent.succeeded", x.json(false))
}

func (s *Server) makePage(r *http.Request) (int, map[string]any) {
	f := r.PostForm
	p := &page{id: s.next("cs"), status: "open", currency: f.Get("line_items[0][price_data][currency]"), amount: amountOf(f.Get("line_items[0][price_data][unit_amount]")),
		expires: amountOf(f.Get("expires_at")), created: s.clock(), manual: f.Get("payment_intent_data[capture_method]") == "manual",
		meta: metaOf(r, "metadata"), inner: metaOf(r, "payment_intent_data[metadata]"), reference: f.Get("client_reference_id")}
	if p.expires > s.clock()+86400 || p.expires < s.clock()+1800 {
		return refuse("invalid_expires_at")
	}
	p.url = "https://checkout.example/c/pay/" + p.id
	s.pages[p.id] = p
	s.pageList = append(s.pageList, p.id)
	return 200, p.json()
}

func (s *Server) capture(x *intent, r *http.Request) (int, map[string]any) {
	n := amountOf(r.PostForm.Get("amount_to_capture"))
	if x.status != "requires_capture" {
		return refuse("payment_intent_unexpected_state")
	}
	if n > x.capturable {
		return refuse("amount_too_large")
	}
	final := r.PostForm.Get("final_capture") != "false"
	if !final && !x.parts {
		return refuse("parameter_invalid")
	}
	for k, v := range metaOf(r, "metadata") {
		x.meta[k] = v
	}
	x.received, x.capturable = x.received+n, x.capturable-n
	s.tell("charge.captured", x.charge())
	if final || x.capturable == 0 {
		x.letGo(s)
		x.status = "succeeded"
		s.tell("payment_intent.succeeded", x.json(false))
	}
	return 200, x.json(true)
}

func (s *Server) cancel(x *intent) (int, map[string]any) {
	if x.status == "succeeded" || x.status == "canceled" {
		return refuse("payment_intent_unexpected_state")
	}
	x.letGo(s)
	x.status = "canceled"
	if x.released == 0 {
		x.released = x.amount
	}
	s.tell("payment_intent.canceled", x.json(false))
	return 200, x.json(true)
}

func (s *Server) refund(r *http.Request) (int, map[string]any) {
	x := s.intents[r.PostForm.Get("payment_intent")]
	if x == nil {
		return missing()
	}
	n, a := amountOf(r.PostForm.Get("amount")), x.amounts()
	if n > a.Captured-a.Refunded-(a.Disputed-a.Won) {
		return refuse("charge_already_refunded")
	}
	out := map[string]any{"id": s.next("re"), "object": "refund", "amount": n, "currency": x.currency, "payment_intent": x.id, "status": "succeeded", "metadata": metaOf(r, "metadata"), "balance_transaction": s.next("txn")}
	x.refunds = append(x.refunds, out)
	x.given += n
	s.tell("refund.created", out)
	s.tell("charge.refunded", x.charge())
	return 200, out
}

func (s *Server) expire(p *page) (int, map[string]any) {
	if p.status != "open" {
		return refuse("checkout_session_not_open")
	}
	p.status = "expired"
	s.tell("checkout.session.expired", p.json())
	return 200, p.json()
}

// PayAt is a customer who pays at a page, by its address.
func (s *Server) PayAt(url string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pages {
		if p.url == url && p.status == "open" {
			x := s.add(p.currency, p.amount, p.manual, p.inner)
			p.status, p.intent = "complete", x.id
			s.pay(x)
			s.tell("checkout.session.completed", p.json())
			return x.id
		}
	}
	return ""
}

// Pay is a customer who pays in a shop: a payment of which nobody here knows.
func (s *Server) Pay(reference, currency string, amount int64, atOnce bool) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.add(strings.ToLower(currency), amount, !atOnce, map[string]string{"shop_order": reference})
	s.pay(x)
	return x.id
}

// Expire is a page whose time is over.
func (s *Server) Expire(url string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, p := range s.pages {
		if p.url == url && p.status == "open" {
			s.expire(p)
		}
	}
}

// Lapse is an authorization that nobody captured in time.
func (s *Server) Lapse(reference string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.cancel(s.intents[reference])
}

// disputeDays is how long a dispute can be answered.
const disputeDays = 9

// Dispute is a customer's bank that takes an amount back.
func (s *Server) Dispute(reference string, amount int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	x := s.intents[reference]
	d := map[string]any{"id": s.next("dp"), "object": "dispute", "amount": amount, "currency": x.currency, "payment_intent": x.id, "status": "needs_response",
		"evidence_details": map[string]any{"due_by": s.clock() + disputeDays*86400}, "metadata": map[string]string{}}
	x.disputes = append(x.disputes, d)
	s.tell("charge.dispute.created", d)
}

// Win is a dispute that is decided for us: the first open one of the amount.
func (s *Server) Win(reference string, amount int64) {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, d := range s.intents[reference].disputes {
		if d["status"] != "won" && d["amount"] == amount {
			d["status"] = "won"
			s.tell("charge.dispute.closed", d)
			return
		}
	}
}
