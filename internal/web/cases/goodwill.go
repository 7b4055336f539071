package cases

import (
	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/help"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/message"
	"orderly/internal/post"
	"orderly/internal/store"
	"orderly/internal/support"
	"orderly/internal/web/shell"
	"orderly/internal/web/ui"
)

// goodwilled reads the form by which money is given, or decided about.
func goodwilled(v *shell.Visit, x *view, faults *fault.List) help.GoodwillCommand {
	c := help.GoodwillCommand{Case: x.ID, Reason: v.Form("reason"), Deny: v.Form("deny") != ""}
	if text := v.Form("decide"); text != "" {
		id, err := ident.Parse("gdw", text)
		faults.AddError("/decide", err)
		c.Decide = id
		return c
	}
	if x.Of != nil {
		amount, err := amountOf(x.Of, v.Form("amount"))
		faults.AddError("/amount", err)
		c.Amount = amount
	}
	return c
}

// goodwillPreview tells beside the form what would be given back, and whether
// somebody else must agree.
func goodwillPreview(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	v.Form("") // reads the form
	if v.Form("amount") == "" {
		return v.Part(goodwillFault(form{}))
	}
	var faults fault.List
	c := goodwilled(v, x, &faults)
	if c.Reason == "" {
		c.Reason = "-" // it is asked for when it is given
	}
	if err = faults.Err(); err == nil {
		var r desk.Result
		if r, err = shell.Preview(v, help.Goodwill, c); err == nil {
			return v.Part(goodwillEffect(v, r.Value.(*help.Goodwilled)))
		}
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	return v.Part(goodwillFault(form{Faults: told}))
}

// decides reports whether the visitor may decide about what was asked for.
func decides(v *shell.Visit, g support.Goodwill) bool {
	return g.State == support.Asked && v.May(access.OrdersWrite) && g.AskedBy != v.Scope.Actor.String()
}

func goodwillID(g support.Goodwill) string { return ident.Text("gdw", g.ID) }

// macros are the answers that are written often.
func (x *view) macros(v *shell.Visit) []ui.Option {
	out := []ui.Option{{Value: "", Label: v.T("cases.macro_none")}}
	for _, m := range x.Macros {
		out = append(out, ui.Option{Value: ident.Text("mac", m.ID), Label: m.Name})
	}
	return out
}

// macroPart gives the field of the answer with the words of one filled in.
func macroPart(v *shell.Visit) error {
	x, err := load(v)
	if err != nil {
		return err
	}
	id, _ := ident.Parse("mac", v.Query("macro")) // what is none has no text
	var facts message.Facts
	err = v.Read(func(r *store.Reader) (err error) {
		facts, err = post.Facts(r, x.Case)
		return err
	})
	if err != nil {
		return err
	}
	for _, m := range x.Macros {
		if m.ID == id {
			return v.Part(replyText(v, message.Say(m.Body, facts)))
		}
	}
	return v.Part(replyText(v, v.Query("text")))
}

func goodwillTone(state string) ui.Tone {
	switch state {
	case support.Asked:
		return ui.Warn
	case support.Denied:
		return ui.Quiet
	}
	return ui.Good
}
