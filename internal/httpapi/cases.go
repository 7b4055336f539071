package httpapi

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/help"
	"orderly/internal/fault"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/users"
	"orderly/internal/support"
)

func (a *api) caseRoutes() {
	write := help.Open.Permission
	add(a, route{method: "POST", path: "/v1/cases", id: "openCase", summary: "Open a case", needs: write, answers: made}, a.openCase)
	add(a, route{method: "GET", path: "/v1/cases", id: "listCases", summary: "List cases, newest first", needs: access.CustomersRead}, a.listCases)
	add(a, route{method: "GET", path: "/v1/cases/{id}", id: "getCase", summary: "Read a case with its thread", needs: access.CustomersRead, text: caseText}, a.getCase)
	addCaseFile(a)
	add(a, route{method: "POST", path: "/v1/cases/{id}/edit", id: "editCase", summary: "Change what is known of it", needs: write}, a.editCase)
	add(a, route{method: "POST", path: "/v1/cases/{id}/note", id: "noteCase", summary: "Write a note for colleagues", needs: write}, a.sayInCase(help.Note))
	add(a, route{method: "POST", path: "/v1/cases/{id}/hear", id: "hearCase", summary: "Keep what the customer said", needs: write, text: hearText}, a.sayInCase(help.Hear))
	add(a, route{method: "POST", path: "/v1/cases/{id}/reply", id: "replyCase", summary: "Answer the customer by mail", needs: write, text: replyText}, a.replyCase)
	add(a, route{method: "POST", path: "/v1/cases/{id}/wait", id: "waitCase", summary: "The customer is to answer", needs: write}, a.moveCase(help.Wait))
	add(a, route{method: "POST", path: "/v1/cases/{id}/resolve", id: "resolveCase", summary: "End it", needs: write, text: resolveText}, a.moveCase(help.Resolve))
	add(a, route{method: "POST", path: "/v1/cases/{id}/reopen", id: "reopenCase", summary: "Begin it again", needs: write}, a.moveCase(help.Reopen))
	give, settings := help.Goodwill.Permission, admin.SaveMailbox.Permission
	add(a, route{method: "GET", path: "/v1/cases/{id}/goodwill", id: "listGoodwill", summary: "List what was given in it, or asked for", needs: access.CustomersRead}, a.listGoodwill)
	add(a, route{method: "POST", path: "/v1/cases/{id}/goodwill", id: "giveGoodwill", summary: "Give money back, or decide about what was asked for", needs: give, text: goodwillText}, a.giveGoodwill)
	add(a, route{method: "GET", path: "/v1/mailbox", id: "getMailbox", summary: "Read from where mail of customers is fetched", needs: settings}, a.getMailbox)
	add(a, route{method: "POST", path: "/v1/mailbox", id: "setMailbox", summary: "Set from where mail of customers is fetched", needs: settings, text: mailboxText}, a.setMailbox)
	add(a, route{method: "POST", path: "/v1/inbound/mail/{mailbox}", id: "takeMail", summary: "Hand in a mail", open: true, text: inboundText}, a.takeMail)
	add(a, route{method: "GET", path: "/v1/macros", id: "listMacros", summary: "List answers that are written often", needs: access.CustomersRead}, a.listMacros)
	add(a, route{method: "POST", path: "/v1/macros", id: "setMacro", summary: "Word an answer, or give it up", needs: settings}, a.setMacro)
	add(a, route{method: "GET", path: "/v1/support-settings", id: "getSupport", summary: "Read targets and limits of support", needs: access.CustomersRead}, a.getSupport)
	add(a, route{method: "POST", path: "/v1/support-settings", id: "setSupport", summary: "Set targets and limits of support", needs: settings, text: supportText}, a.setSupport)
}

const (
	caseText    = "Its id, or its number as people call it."
	hearText    = "On the phone, or by another way that does not come in by itself: a case that waited, or was resolved, is open again."
	replyText   = "The answer is kept at once and sent by a job over the shop's mail server; its state is in the thread. It answers the thread's mails, and carries the mark by which an answer finds back."
	resolveText = "Its cause is said by then."
)

// CaseID names a case in a path.
type CaseID struct {
	ID string `path:"id" maxLength:"40" example:"cas_0pmnqh2000400"`
}

type caseQuery struct {
	Paging
	State    string `query:"state" enum:"open,waiting,resolved,reopened"`
	Order    string `query:"order" maxLength:"40" doc:"Only of this order."`
	Customer string `query:"customer" maxLength:"40"`
	Email    string `query:"email" maxLength:"254"`
	Assignee string `query:"assignee" maxLength:"40"`
}

func noSuchCase(text string) error {
	return fault.New(fault.NotFound, "no_such_case", "there is no case %.40q", text)
}

// caseRow reads a case by its id or number.
func (c *call) caseRow(text string) (x *support.Case, err error) {
	number, named := support.ParseName(text)
	id, bad := support.ParseID(text)
	if bad != nil && !named {
		return nil, noSuchCase(text)
	}
	err = c.read(func(r *store.Reader) (err error) {
		if named {
			x, err = cases.ByNumber(r, number)
		} else {
			x, err = cases.Get(r, id)
		}
		return err
	})
	if err == nil && x == nil {
		err = noSuchCase(text)
	}
	return x, err
}

// named are ids that a request names; "" is none.
func (c *call) named(at, text string, parse func(string) (int64, error)) int64 {
	if text == "" {
		return 0
	}
	id, err := parse(text)
	if err != nil {
		c.faults.Add(at, "invalid_id", "%.40q is no id of this kind", text)
	}
	return id
}

func orderNamed(s string) (int64, error)    { id, err := order.ParseID(s); return int64(id), err }
func customerNamed(s string) (int64, error) { id, err := party.ParseID(s); return int64(id), err }
func userNamed(s string) (int64, error)     { id, err := users.ParseID(s); return int64(id), err }

func (a *api) openCase(c *call, _ *none, in *NewCase) (Case, error) {
	x := support.Case{
		Kind: in.Kind, About: in.About, Cause: in.Cause, Priority: in.Priority, Source: in.Source, Subject: in.Subject, Name: in.Name, Email: in.Email, Phone: in.Phone,
		Tags: in.Tags, Against: in.Against, Carrier: in.Carrier, Claimed: in.Claimed, Lines: parts(in.Lines),
		Order: c.named("/order", in.Order, orderNamed), Customer: c.named("/customer", in.Customer, customerNamed), Assignee: c.named("/assignee", in.Assignee, userNamed),
	}
	if x.Source == "" {
		x.Source = "api"
	}
	r, err := one(c, help.Open, help.OpenCommand{Case: x, Text: in.Text, Note: in.Note})
	if err != nil {
		return Case{}, err
	}
	out, err := c.caseDone(r)
	c.created("/v1/cases/" + out.ID)
	return out, err
}

func parts(in []CasePart) (out []support.Part) {
	for _, p := range in {
		out = append(out, support.Part(p))
	}
	return out
}

// caseDone is the case after an act; of a replay, as it is by now.
func (c *call) caseDone(r desk.Result) (Case, error) {
	x, ok := r.Value.(*support.Case)
	if !ok {
		var err error
		if x, err = c.caseRow(support.ID(r.ID).String()); err != nil {
			return Case{}, err
		}
	}
	return renderCase(x), nil
}

func (a *api) listCases(c *call, p *caseQuery, _ *none) (Page[Case], error) {
	at, err := p.numbers(1, 0)
	if err != nil {
		return Page[Case]{}, err
	}
	f := cases.Filter{State: p.State, Email: p.Email, Below: support.ID(at[0]), Limit: p.Limit + 1}
	for _, x := range []struct {
		name, text string
		into       *int64
		parse      func(string) (int64, error)
	}{{"order", p.Order, &f.Order, orderNamed}, {"customer", p.Customer, &f.Customer, customerNamed}, {"assignee", p.Assignee, &f.Assignee, userNamed}} {
		if x.text == "" {
			continue
		}
		if *x.into, err = x.parse(x.text); err != nil {
			return Page[Case]{}, badParameter(x.name, "invalid_id", "%.40q is no id of this kind", x.text)
		}
	}
	var list []*support.Case
	err = c.read(func(r *store.Reader) (err error) {
		list, err = cases.List(r, f)
		return err
	})
	return page(p.Limit, list, renderCase, func(x *support.Case) string { return number(int64(x.ID)) }), err
}

func (a *api) getCase(c *call, p *CaseID, _ *none) (CaseThread, error) {
	x, err := c.caseRow(p.ID)
	if err != nil {
		return CaseThread{}, err
	}
	var thread []support.Message
	var files []support.File
	out := CaseThread{Case: renderCase(x), Messages: []CaseMessage{}}
	err = c.read(func(r *store.Reader) (err error) {
		if thread, err = cases.Thread(r, x.ID); err != nil {
			return err
		}
		ids := make([]support.MessageID, len(thread))
		for i := range thread {
			ids[i] = thread[i].ID
		}
		if files, err = cases.Files(r, ids); err != nil {
			return err
		}
		out.Causes, err = help.Causes(r, x, a.desk.DB.Now())
		return err
	})
	for _, each := range thread {
		out.Messages = append(out.Messages, renderCaseMessage(each, files))
	}
	return out, err
}

func (a *api) editCase(c *call, p *CaseID, in *EditCase) (Case, error) {
	x, err := c.caseRow(p.ID)
	if err != nil {
		return Case{}, err
	}
	m := help.EditCommand{
		Case: x.ID, Kind: in.Kind, About: in.About, Cause: in.Cause, Priority: in.Priority, Subject: in.Subject, Tags: in.Tags, Against: in.Against, Carrier: in.Carrier,
		Claimed: in.Claimed, Granted: in.Granted, Version: in.Version,
	}
	if in.Order != nil {
		id := c.named("/order", *in.Order, orderNamed)
		m.Order = &id
	}
	if in.Assignee != nil {
		id := c.named("/assignee", *in.Assignee, userNamed)
		m.Assignee = &id
	}
	if in.Lines != nil {
		lines := parts(*in.Lines)
		m.Lines = &lines
	}
	r, err := one(c, help.Edit, m)
	if err != nil {
		return Case{}, err
	}
	return c.caseDone(r)
}

func (a *api) sayInCase(op *desk.Operation[help.SayCommand]) func(*call, *CaseID, *CaseText) (Case, error) {
	return func(c *call, p *CaseID, in *CaseText) (Case, error) {
		x, err := c.caseRow(p.ID)
		if err != nil {
			return Case{}, err
		}
		r, err := one(c, op, help.SayCommand{Case: x.ID, Text: in.Text})
		if err != nil {
			return Case{}, err
		}
		return c.caseDone(r)
	}
}

func (a *api) moveCase(op *desk.Operation[help.MoveCommand]) func(*call, *CaseID, *CaseMove) (Case, error) {
	return func(c *call, p *CaseID, in *CaseMove) (Case, error) {
		x, err := c.caseRow(p.ID)
		if err != nil {
			return Case{}, err
		}
		r, err := one(c, op, help.MoveCommand{Case: x.ID, Cause: in.Cause, Note: in.Note})
		if err != nil {
			return Case{}, err
		}
		return c.caseDone(r)
	}
}

func (a *api) replyCase(c *call, p *CaseID, in *CaseReply) (Case, error) {
	x, err := c.caseRow(p.ID)
	if err != nil {
		return Case{}, err
	}
	r, err := one(c, help.Reply, help.ReplyCommand{Case: x.ID, Text: in.Text, Then: in.Then, Cause: in.Cause, Version: in.Version})
	if err != nil {
		return Case{}, err
	}
	return c.caseDone(r)
}
