package cases

import (
	"fmt"
	"mime"
	"net/url"
	"strconv"
	"strings"

	"orderly/internal/desk"
	"orderly/internal/desk/help"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/orders"
	"orderly/internal/store/users"
	"orderly/internal/support"
	"orderly/internal/web/shell"
)

// form is what was typed into a form of the page that was refused.
type form struct {
	Name   string
	Faults shell.Faults
	Typed  url.Values
}

func (f form) typed(form, field, other string) string {
	if f.Name != form {
		return other
	}
	return f.Typed.Get(field)
}

// told are the sentences of what was refused.
func (f form) told() []string {
	var out []string
	for _, text := range f.Faults {
		out = append(out, text)
	}
	return out
}

func number(text string) int64 {
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < 0 {
		return 0
	}
	return n
}

// act makes a handler of an act on the case of the address.
func act[C any](name string, op *desk.Operation[C], command func(*shell.Visit, *view, *fault.List) C) func(*shell.Visit) error {
	return func(v *shell.Visit) error {
		x, err := load(v)
		if err != nil {
			return err
		}
		v.Form("") // reads the form
		var faults fault.List
		c := command(v, x, &faults)
		if err = faults.Err(); err == nil {
			_, err = shell.Do(v, op, c)
		}
		if err == nil {
			v.Toast(v.T("cases.said_" + name))
			return v.Go("/cases/" + x.ID.String())
		}
		told, ok := shell.FaultsOf(err)
		if !ok {
			return err
		}
		return v.Again(x.title(v), casePage(v, x, form{name, told, v.R.PostForm}))
	}
}

func said(v *shell.Visit, x *view, _ *fault.List) help.SayCommand {
	return help.SayCommand{Case: x.ID, Text: v.Form("text")}
}

func moved(v *shell.Visit, x *view, _ *fault.List) help.MoveCommand {
	return help.MoveCommand{Case: x.ID, Cause: v.Form("cause"), Note: v.Form("note")}
}

func version(v *shell.Visit) *int64 {
	n, err := strconv.ParseInt(v.Form("version"), 10, 64)
	if err != nil {
		return nil
	}
	return &n
}

func replied(v *shell.Visit, x *view, _ *fault.List) help.ReplyCommand {
	return help.ReplyCommand{Case: x.ID, Text: v.Form("text"), Then: v.Form("then"), Cause: v.Form("cause"), Version: version(v)}
}

// replyPreview shows the answer as it would leave.
func replyPreview(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	return v.Part(replyEffect(v, x, v.Form("text")))
}

// edited reads the form of what is known of the case. What the form has no
// field for stays.
func edited(v *shell.Visit, x *view, faults *fault.List) help.EditCommand {
	c := help.EditCommand{Case: x.ID, Version: version(v)}
	for name, into := range map[string]**string{"kind": &c.Kind, "about": &c.About, "cause": &c.Cause, "priority": &c.Priority, "subject": &c.Subject, "against": &c.Against, "carrier": &c.Carrier} {
		if v.R.PostForm.Has(name) {
			text := v.Form(name)
			*into = &text
		}
	}
	if v.R.PostForm.Has("order") {
		id, err := orderOf(v, v.Form("order"))
		faults.AddError("/order", err)
		c.Order = &id
	}
	if v.R.PostForm.Has("assignee") {
		id := userOf(v.Form("assignee"))
		c.Assignee = &id
	}
	if v.R.PostForm.Has("tags") {
		tags := strings.FieldsFunc(v.Form("tags"), func(r rune) bool { return r == ',' || r == ' ' })
		c.Tags = &tags
	}
	if x.Of != nil {
		for name, into := range map[string]**int64{"claimed": &c.Claimed, "granted": &c.Granted} {
			if v.R.PostForm.Has(name) {
				amount, err := amountOf(x.Of, v.Form(name))
				faults.AddError("/"+name, err)
				*into = &amount
			}
		}
	}
	return c
}

func amountOf(o *order.Order, text string) (int64, error) {
	if text == "" {
		return 0, nil
	}
	return o.Currency.ParseAmount(text)
}

func userOf(text string) int64 {
	id, err := users.ParseID(text)
	if err != nil {
		return 0
	}
	return int64(id)
}

// file gives something that came with a message. It is never shown in place:
// what strangers send is only saved.
func file(v *shell.Visit) error {
	id, err := ident.Parse("csf", v.Path("file"))
	if err != nil {
		return noSuchCase()
	}
	var f support.File
	err = v.Read(func(r *store.Reader) error {
		c, err := find(r, v.Path("id"))
		if err != nil {
			return err
		}
		var ok bool
		if f, ok, err = cases.FileOf(r, c.ID, id); err == nil && !ok {
			err = noSuchCase()
		}
		return err
	})
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "application/octet-stream")
	h.Set("Content-Disposition", mime.FormatMediaType("attachment", map[string]string{"filename": f.Name}))
	h.Set("X-Content-Type-Options", "nosniff")
	h.Set("Cache-Control", "private, max-age=3600")
	h.Set("Content-Length", strconv.FormatInt(int64(len(f.Data)), 10))
	_, err = v.W.Write(f.Data)
	return err
}

func filePath(x *view, f support.File) string {
	return "/cases/" + x.ID.String() + "/files/" + ident.Text("csf", f.ID)
}

// opening is what the form of a new case begins with.
type opening struct {
	form
	Order    *order.Order
	Customer *party.Customer
}

// beginning reads what a new case is about: an order, or a customer.
func beginning(v *shell.Visit, orderText, customerText string) (o opening, err error) {
	err = v.Read(func(r *store.Reader) error {
		if id, bad := order.ParseID(orderText); bad == nil {
			found, err := orders.Load(r, []order.ID{id}, orders.Parts{Party: true})
			if err != nil {
				return err
			}
			o.Order = found[id]
		}
		o.Customer, err = customerOf(r, customerText)
		return err
	})
	return o, err
}

func newPage(v *shell.Visit) error {
	o, err := beginning(v, v.Query("order"), v.Query("customer"))
	if err != nil {
		return err
	}
	return v.Page(v.T("cases.new"), openPage(v, o))
}

func open(v *shell.Visit) error {
	o, err := beginning(v, v.Form("order"), v.Form("customer"))
	if err != nil {
		return err
	}
	c := help.OpenCommand{Text: v.Form("text"), Note: v.Form("note"), Case: support.Case{
		Kind: v.Form("kind"), About: v.Form("about"), Priority: v.Form("priority"), Source: "phone", Subject: v.Form("subject"),
		Name: v.Form("name"), Email: v.Form("email"), Phone: v.Form("phone"), Against: v.Form("against"),
	}}
	var faults fault.List
	if o.Order != nil {
		c.Case.Order = int64(o.Order.ID)
		for i := range o.Order.Lines {
			if q := v.FormInt(fmt.Sprintf("n_%d", i+1), &faults); q != 0 {
				c.Case.Lines = append(c.Case.Lines, support.Part{Line: i + 1, Quantity: q})
			}
		}
		if text := v.Form("claimed"); text != "" {
			amount, err := amountOf(o.Order, text)
			faults.AddError("/claimed", err)
			c.Case.Claimed = amount
		}
	}
	if o.Customer != nil {
		c.Case.Customer = int64(o.Customer.ID)
	}
	if v.Form("mine") != "" {
		c.Case.Assignee = me(v)
	}
	if err = faults.Err(); err == nil {
		r, refused := shell.Do(v, help.Open, c)
		if refused == nil {
			v.Toast(v.T("cases.said_open"))
			return v.Go("/cases/" + support.ID(r.ID).String())
		}
		err = refused
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	o.form = form{"new", told, v.R.PostForm}
	return v.Again(v.T("cases.new"), openPage(v, o))
}

func (x *view) orderText() string {
	switch {
	case x.Of != nil:
		return strconv.FormatInt(x.Of.Number, 10)
	case x.Order != 0:
		return order.ID(x.Order).String()
	}
	return ""
}

func (x *view) tagText() string { return strings.Join(x.Tags, ", ") }
