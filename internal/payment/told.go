package payment

// Told is the data of a journal entry of a payment: all that is known of the payment's amounts
// then, and of the intent that the entry is about.
type Told struct {
	Order   string  `json:"order"`
	Tender  Tender  `json:"tender"`
	Amount  int64   `json:"amount"`
	Known   Amounts `json:"known"`
	State   string  `json:"state"`
	Name    string  `json:"name,omitempty"` // the provider\'s
	Expires int64   `json:"expires,omitempty"`
	Intent  string  `json:"intent,omitempty"`
	Effect  string  `json:"effect,omitempty"`
	Of      int64   `json:"of,omitempty"`
	Outcome string  `json:"outcome,omitempty"`
	Reason  string  `json:"reason,omitempty"`
	Event   string  `json:"event,omitempty"`
}

// As is the payment as it was when its first n entries were told: what each
// says. What they do not say stays as it is.
func (p *Payment) As(told []Told) *Payment {
	was := *p
	was.Intents, was.Version = nil, int64(len(told))
	for _, t := range told {
		was.Amounts, was.Reference, was.ExpiresAt = t.Known, t.Name, t.Expires
		id, err := ParseIntentID(t.Intent)
		now := p.Intent(id)
		if err != nil || now == nil {
			continue
		}
		x := was.Intent(id)
		if x == nil {
			was.Intents = append(was.Intents, Intent{ID: id, Payment: p.ID, Order: p.Order, Kind: t.Effect, Amount: t.Of, Actor: now.Actor, CreatedAt: now.CreatedAt})
			x = &was.Intents[len(was.Intents)-1]
		}
		x.State, x.Reason = t.Outcome, t.Reason
		if x.State != Pending {
			x.SentAt = now.SentAt
		}
		if x.Settled() {
			x.SettledAt, x.Reference = now.SettledAt, now.Reference
		}
	}
	if was.Page() == "" {
		was.URL = ""
	}
	return &was
}
