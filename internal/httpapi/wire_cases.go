package httpapi

import (
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store/users"
	"orderly/internal/support"
)

// Case is what a customer wants from people.
type Case struct {
	ID         string          `json:"id" example:"cas_0pmnqh2000400"`
	Number     string          `json:"number" doc:"What people call it." example:"C-1042"`
	Kind       string          `json:"kind" enum:"inquiry,complaint,claim"`
	About      string          `json:"about" enum:"damaged,missing,wrong,late,delivery,payment,return,product,other"`
	Cause      string          `json:"cause,omitempty" doc:"What made it: one of the fixed causes." example:"short_pick"`
	State      string          `json:"state" enum:"open,waiting,resolved,reopened" doc:"waiting is for the customer."`
	Priority   string          `json:"priority" enum:"urgent,high,normal,low"`
	Source     string          `json:"source" enum:"mail,portal,phone,staff,api"`
	Subject    string          `json:"subject"`
	Order      string          `json:"order,omitempty" example:"ord_0pmnqh2000400"`
	Customer   string          `json:"customer,omitempty" example:"cus_0pmnqh2000400"`
	Name       string          `json:"name,omitempty"`
	Email      string          `json:"email,omitempty"`
	Phone      string          `json:"phone,omitempty"`
	Assignee   string          `json:"assignee,omitempty" example:"usr_0pmnqh2000400"`
	Tags       []string        `json:"tags"`
	Lines      []CasePart      `json:"lines"`
	Against    string          `json:"against,omitempty" doc:"carrier, of a claim against one."`
	Carrier    string          `json:"carrier,omitempty"`
	Claimed    int64           `json:"claimed,omitempty" doc:"In minor units."`
	Granted    int64           `json:"granted,omitempty"`
	Currency   string          `json:"currency,omitempty"`
	Candidates []CaseCandidate `json:"candidates,omitempty" doc:"What a mail may belong to, for a person to decide."`
	FirstDue   string          `json:"first_answer_due,omitempty" format:"date-time"`
	ResolveDue string          `json:"resolution_due,omitempty" format:"date-time"`
	AnsweredAt string          `json:"answered_at,omitempty" format:"date-time"`
	PausedAt   string          `json:"paused_at,omitempty" format:"date-time" doc:"Since when the clocks stand, because the customer is to answer."`
	ResolvedAt string          `json:"resolved_at,omitempty" format:"date-time"`
	Missed     []string        `json:"missed" doc:"Targets that were missed: first_answer, resolution."`
	CreatedAt  string          `json:"created_at" format:"date-time"`
	UpdatedAt  string          `json:"updated_at" format:"date-time"`
	Version    int64           `json:"version"`
	Actions    []string        `json:"actions" doc:"What may be done next."`
}

// CasePart is units of an order's line.
type CasePart struct {
	Line     int   `json:"line" minimum:"1"`
	Quantity int64 `json:"quantity" minimum:"1"`
}

// CaseCandidate is an order or a case that a mail may belong to.
type CaseCandidate struct {
	Order string `json:"order,omitempty"`
	Case  string `json:"case,omitempty"`
	Why   string `json:"why" enum:"number,address" doc:"It was named by number, or is of the same address."`
}

// CaseMessage is one message of a case.
type CaseMessage struct {
	ID        string     `json:"id" example:"csm_0pmnqh2000400"`
	Way       string     `json:"way" enum:"in,out,note" doc:"note is among colleagues."`
	Source    string     `json:"source"`
	Actor     string     `json:"actor,omitempty"`
	From      string     `json:"from,omitempty"`
	FromName  string     `json:"from_name,omitempty"`
	To        string     `json:"to,omitempty"`
	Subject   string     `json:"subject,omitempty"`
	Text      string     `json:"text"`
	Automatic string     `json:"automatic,omitempty" doc:"Why it is taken for a machine's: auto, bounce, loop."`
	State     string     `json:"state" doc:"kept; of answers: waiting, sending, sent, failed."`
	Attempts  int64      `json:"attempts,omitempty"`
	Why       string     `json:"why,omitempty" doc:"Of the last attempt that failed."`
	Files     []CaseFile `json:"files,omitempty"`
	At        string     `json:"at" format:"date-time"`
}

// CaseFile is something that came with a message.
type CaseFile struct {
	ID   string `json:"id" example:"csf_0pmnqh2000400" doc:"Saved from …/files/{id}."`
	Name string `json:"name"`
	Kind string `json:"kind"`
	Size int64  `json:"size"`
}

// CaseThread is a case with what was said in it.
type CaseThread struct {
	Case
	Messages []CaseMessage `json:"messages"`
	Causes   []string      `json:"proposed_causes" doc:"What the order's history makes likely, the likeliest first."`
}

// NewCase opens a case.
type NewCase struct {
	Kind     string     `json:"kind,omitempty" enum:"inquiry,complaint,claim" doc:"inquiry when missing."`
	About    string     `json:"about,omitempty" enum:"damaged,missing,wrong,late,delivery,payment,return,product,other"`
	Cause    string     `json:"cause,omitempty" maxLength:"40"`
	Priority string     `json:"priority,omitempty" enum:"urgent,high,normal,low"`
	Source   string     `json:"source,omitempty" enum:"mail,portal,phone,staff,api" doc:"api when missing."`
	Subject  string     `json:"subject" maxLength:"800"`
	Text     string     `json:"text,omitempty" maxLength:"80000" doc:"What the customer said."`
	Note     string     `json:"note,omitempty" maxLength:"80000" doc:"For colleagues."`
	Order    string     `json:"order,omitempty"`
	Customer string     `json:"customer,omitempty" doc:"That of the order when missing."`
	Name     string     `json:"name,omitempty" maxLength:"800"`
	Email    string     `json:"email,omitempty" maxLength:"254"`
	Phone    string     `json:"phone,omitempty" maxLength:"40"`
	Assignee string     `json:"assignee,omitempty"`
	Tags     []string   `json:"tags,omitempty" maxItems:"20"`
	Lines    []CasePart `json:"lines,omitempty" maxItems:"100"`
	Against  string     `json:"against,omitempty" enum:"carrier"`
	Carrier  string     `json:"carrier,omitempty" maxLength:"160"`
	Claimed  int64      `json:"claimed,omitempty" minimum:"0"`
}

// EditCase changes fields of a case; those that are missing stay.
type EditCase struct {
	Kind     *string     `json:"kind,omitempty" enum:"inquiry,complaint,claim"`
	About    *string     `json:"about,omitempty" enum:"damaged,missing,wrong,late,delivery,payment,return,product,other"`
	Cause    *string     `json:"cause,omitempty" maxLength:"40"`
	Priority *string     `json:"priority,omitempty" enum:"urgent,high,normal,low"`
	Subject  *string     `json:"subject,omitempty" maxLength:"800"`
	Order    *string     `json:"order,omitempty" doc:"Empty takes it away."`
	Assignee *string     `json:"assignee,omitempty" doc:"Empty takes it away."`
	Tags     *[]string   `json:"tags,omitempty" maxItems:"20"`
	Lines    *[]CasePart `json:"lines,omitempty" maxItems:"100"`
	Against  *string     `json:"against,omitempty" doc:"carrier, or empty."`
	Carrier  *string     `json:"carrier,omitempty" maxLength:"160"`
	Claimed  *int64      `json:"claimed,omitempty" minimum:"0"`
	Granted  *int64      `json:"granted,omitempty" minimum:"0"`
	Version  *int64      `json:"version,omitempty" doc:"As it was read; another one is refused."`
}

// CaseText is something to write in a case.
type CaseText struct {
	Text string `json:"text" maxLength:"80000"`
}

// CaseMove leads a case on.
type CaseMove struct {
	Cause string `json:"cause,omitempty" maxLength:"40" doc:"What made it; a case is not resolved without one."`
	Note  string `json:"note,omitempty" maxLength:"80000" doc:"For colleagues."`
}

// CaseReply answers a customer by mail.
type CaseReply struct {
	Text    string `json:"text" maxLength:"80000"`
	Then    string `json:"then,omitempty" enum:"wait,open,resolve" doc:"What follows; wait when missing."`
	Cause   string `json:"cause,omitempty" maxLength:"40"`
	Version *int64 `json:"version,omitempty" doc:"As it was read: nobody answers past what was just written."`
}

func renderCase(c *support.Case) Case {
	out := Case{
		ID: c.ID.String(), Number: c.Called(), Kind: c.Kind, About: c.About, Cause: c.Cause, State: c.State, Priority: c.Priority, Source: c.Source, Subject: c.Subject,
		Name: c.Name, Email: c.Email, Phone: c.Phone, Tags: append([]string{}, c.Tags...), Lines: []CasePart{}, Against: c.Against, Carrier: c.Carrier, Claimed: c.Claimed,
		Granted: c.Granted, Currency: c.Currency, Missed: []string{}, CreatedAt: instant(c.At), UpdatedAt: instant(c.UpdatedAt), Version: c.Version, Actions: c.Actions(),
	}
	if c.Order != 0 {
		out.Order = order.ID(c.Order).String()
	}
	if c.Customer != 0 {
		out.Customer = party.ID(c.Customer).String()
	}
	if c.Assignee != 0 {
		out.Assignee = users.ID(c.Assignee).String()
	}
	for _, p := range c.Lines {
		out.Lines = append(out.Lines, CasePart(p))
	}
	for text, at := range map[*string]int64{&out.FirstDue: c.FirstDue, &out.ResolveDue: c.ResolveDue, &out.AnsweredAt: c.AnsweredAt, &out.PausedAt: c.PausedAt, &out.ResolvedAt: c.ResolvedAt} {
		if at != 0 {
			*text = instant(at)
		}
	}
	if c.Escalated&support.MissedFirst != 0 {
		out.Missed = append(out.Missed, "first_answer")
	}
	if c.Escalated&support.MissedResolve != 0 {
		out.Missed = append(out.Missed, "resolution")
	}
	for _, x := range c.Candidates {
		y := CaseCandidate{Why: x.Why}
		if x.Order != 0 {
			y.Order = order.ID(x.Order).String()
		}
		if x.Case != 0 {
			y.Case = support.ID(x.Case).String()
		}
		out.Candidates = append(out.Candidates, y)
	}
	return out
}

func renderCaseMessage(x support.Message, files []support.File) CaseMessage {
	out := CaseMessage{
		ID: x.ID.String(), Way: x.Way, Source: x.Source, Actor: x.Actor, From: x.From, FromName: x.FromName, To: x.To, Subject: x.Subject, Text: x.Text,
		Automatic: x.Auto, State: x.State, Attempts: x.Attempts, Why: x.Why, At: instant(x.At),
	}
	for _, f := range files {
		if f.Message == x.ID {
			out.Files = append(out.Files, CaseFile{ID: ident.Text("csf", f.ID), Name: f.Name, Kind: f.Kind, Size: f.Size})
		}
	}
	return out
}
