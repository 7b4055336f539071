package httpapi

import (
	"orderly/internal/desk/admin"
	"orderly/internal/ident"
	"orderly/internal/outbound"
	"orderly/internal/store/endpoints"
)

// NewWebhook asks for an endpoint to be sent entries.
type NewWebhook struct {
	Name   string   `json:"name" minLength:"1" maxLength:"60" doc:"By which you will know it." example:"ERP"`
	URL    string   `json:"url" maxLength:"500" doc:"Where to: https, on the open internet." example:"https://example.com/orderly"`
	Types  []string `json:"types" minItems:"1" maxItems:"100" doc:"Types of journal entries that it wants, or * for all." example:"order.placed"`
	At     string   `json:"location,omitempty" doc:"Code or id of a partner's location, for its endpoint: it is told of its own requests, trial orders, conversations and returns alone, of each which one it is, and the step." example:"3PL"`
	Secret string   `json:"secret,omitempty" maxLength:"120" doc:"Left out, one is made: whsec_ and the base 64 of 24 to 64 bytes."`
}

// WebhookFields are what may be changed of an endpoint; what is left out stays.
type WebhookFields struct {
	Name  *string   `json:"name,omitempty" minLength:"1" maxLength:"60"`
	URL   *string   `json:"url,omitempty" maxLength:"500"`
	Types *[]string `json:"types,omitempty" minItems:"1" maxItems:"100"`
}

// Webhook is where entries are sent to, and how it fares.
type Webhook struct {
	ID            string         `json:"id" example:"whe_0pmnqh2000400"`
	Name          string         `json:"name"`
	URL           string         `json:"url"`
	Types         []string       `json:"types"`
	Location      string         `json:"location,omitempty" doc:"Of a partner, whose endpoint it is."`
	State         string         `json:"state" enum:"active,paused,quarantined,ended" doc:"quarantined: it took nothing for five days, and wants a person."`
	Why           string         `json:"why,omitempty" enum:"gone" doc:"It was paused because it answered 410 Gone."`
	Secret        string         `json:"secret,omitempty" doc:"What messages are signed with: shown once, in the answer that makes or rotates it."`
	PreviousUntil string         `json:"previous_until,omitempty" format:"date-time" doc:"Until then messages are signed with the previous secret too."`
	Health        *WebhookHealth `json:"health,omitempty"`
	Actions       []string       `json:"actions"`
	CreatedAt     string         `json:"created_at,omitempty" format:"date-time"`
	UpdatedAt     string         `json:"updated_at,omitempty" format:"date-time"`
	EndedAt       string         `json:"ended_at,omitempty" format:"date-time"`
	EditVersion   int64          `json:"edit_version"`
	DryRun        bool           `json:"dry_run,omitempty" doc:"true when nothing was changed."`
}

// WebhookHealth is how an endpoint has answered.
type WebhookHealth struct {
	Seq          int64  `json:"seq" doc:"How far in the journal it is."`
	Behind       int64  `json:"behind" doc:"Entries of the journal beyond that."`
	Waiting      int64  `json:"waiting" doc:"Deliveries that are tried again; at most 1,000."`
	GivenUp      int64  `json:"given_up" doc:"Deliveries that were given up in the last 30 days, counted to 1,000."`
	Taken        int64  `json:"taken" doc:"Deliveries that it took, ever."`
	Failures     int64  `json:"failures" doc:"Attempts that failed, ever."`
	FailingSince string `json:"failing_since,omitempty" format:"date-time" doc:"The first failure since it took anything."`
	HoldUntil    string `json:"hold_until,omitempty" format:"date-time" doc:"It is down, or asked for a rest: nothing is sent before."`
	TakenAt      string `json:"taken_at,omitempty" format:"date-time" doc:"When it last took something."`
	FailedAt     string `json:"failed_at,omitempty" format:"date-time"`
	Status       int64  `json:"status,omitempty" doc:"HTTP status of its last answer."`
	Error        string `json:"error,omitempty"`
}

// RotateWebhook asks for a new secret.
type RotateWebhook struct {
	Secret    string `json:"secret,omitempty" maxLength:"120" doc:"Left out, one is made."`
	KeepHours *int64 `json:"keep_hours,omitempty" minimum:"0" maximum:"168" doc:"How long the previous one signs beside it; 24 when left out."`
}

// ReplayWebhook says what is sent again: one of the three.
type ReplayWebhook struct {
	Delivery string `json:"delivery,omitempty" example:"dlv_0pmnqh2000400"`
	After    *int64 `json:"after,omitempty" minimum:"0" doc:"What comes after this sequence of the journal."`
	From     string `json:"from,omitempty" format:"date-time" doc:"What happened from then on."`
}

// WebhookReplay is what is sent again.
type WebhookReplay struct {
	Webhook  string `json:"webhook"`
	Delivery string `json:"delivery,omitempty"`
	After    int64  `json:"after,omitempty"`
	UpTo     int64  `json:"up_to,omitempty" doc:"Of the entries after one sequence up to this one, those that it wants are sent again."`
	DryRun   bool   `json:"dry_run,omitempty" doc:"true when nothing was changed."`
}

// Delivery is something that waits for an endpoint or was given up. What was
// taken is no delivery any more.
type Delivery struct {
	ID        string `json:"id" example:"dlv_0pmnqh2000400"`
	What      string `json:"what" enum:"entry,ping"`
	Seq       int64  `json:"seq,omitempty" doc:"Of the journal entry."`
	Subject   string `json:"subject,omitempty"`
	Type      string `json:"type"`
	State     string `json:"state" enum:"waiting,given_up,skipped"`
	Attempts  int64  `json:"attempts"`
	NextAt    string `json:"next_at,omitempty" format:"date-time"`
	Status    int64  `json:"status,omitempty" doc:"HTTP status of the last answer."`
	Error     string `json:"error,omitempty"`
	CreatedAt string `json:"created_at" format:"date-time"`
	UpdatedAt string `json:"updated_at" format:"date-time"`
}

// Attempt is one call of an endpoint.
type Attempt struct {
	N        int64  `json:"n" doc:"Counted over the endpoint."`
	Delivery string `json:"delivery"`
	What     string `json:"what" enum:"entry,ping"`
	Seq      int64  `json:"seq,omitempty" doc:"Of the journal entry."`
	Subject  string `json:"subject,omitempty"`
	Type     string `json:"type"`
	Outcome  string `json:"outcome" enum:"taken,refused,failed,gone"`
	Status   int64  `json:"status,omitempty"`
	Error    string `json:"error,omitempty"`
	Millis   int64  `json:"ms" doc:"How long the call took."`
	At       string `json:"at" format:"date-time"`
}

func renderWebhook(e outbound.Endpoint, now int64) Webhook {
	out := Webhook{
		ID: e.ID.String(), Name: e.Name, URL: e.Address, Types: e.Types, State: e.State, Why: e.Why, Actions: e.Actions(),
		CreatedAt: instant(e.CreatedAt), UpdatedAt: instant(e.UpdatedAt), EndedAt: instant(e.EndedAt), EditVersion: e.EditVersion,
	}
	if e.Location != 0 {
		out.Location = locationText(e.Location)
	}
	if e.Rotating(now) {
		out.PreviousUntil = instant(e.PreviousUntil)
	}
	return out
}

func renderHealth(p endpoints.Progress, last, waiting, givenUp, now int64) *WebhookHealth {
	out := &WebhookHealth{
		Seq: p.Seq, Behind: max(last-p.Seq, 0), Waiting: waiting, GivenUp: givenUp, Taken: p.Taken, Failures: p.Failures,
		FailingSince: instant(p.FailingSince), TakenAt: instant(p.TakenAt), FailedAt: instant(p.FailedAt), Status: p.Status, Error: p.Error,
	}
	if p.HoldUntil > now {
		out.HoldUntil = instant(p.HoldUntil)
	}
	return out
}

func renderReplay(id outbound.ID, r admin.Replay) WebhookReplay {
	out := WebhookReplay{Webhook: id.String(), After: r.After, UpTo: r.UpTo}
	if r.Delivery != 0 {
		out.Delivery = r.Delivery.String()
	}
	return out
}

func renderDelivery(d outbound.Delivery) Delivery {
	out := Delivery{
		ID: d.ID.String(), What: d.What, Type: d.Type, State: d.State, Attempts: d.Attempts, Status: d.Status, Error: d.Error,
		CreatedAt: instant(d.CreatedAt), UpdatedAt: instant(d.UpdatedAt),
	}
	if d.What == outbound.Entry {
		out.Seq, out.Subject = d.Seq, ident.Text(d.Kind, d.Subject)
	}
	if d.State == outbound.Waiting {
		out.NextAt = instant(d.NextAt)
	}
	return out
}

func renderAttempt(x endpoints.Attempt) Attempt {
	out := Attempt{N: x.N, Delivery: x.Delivery.String(), What: x.What, Type: x.Type, Outcome: x.Outcome, Status: x.Status, Error: x.Error, Millis: x.Took / 1000, At: instant(x.At)}
	if x.What == outbound.Entry {
		out.Seq, out.Subject = x.Seq, ident.Text(x.Kind, x.Subject)
	}
	return out
}
