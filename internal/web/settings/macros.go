package settings

import (
	"slices"
	"strconv"
	"strings"

	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/message"
	"orderly/internal/order"
	"orderly/internal/post"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/orders"
	"orderly/internal/support"
	"orderly/internal/web/shell"
)

// phrase is what the page of one answer shows.
type phrase struct {
	support.Macro
	Of     string // the number of the order that it is shown with
	Shown  string
	Faults shell.Faults
	Stale  bool
}

func macroID(x support.Macro) string {
	if x.ID == 0 {
		return ""
	}
	return ident.Text("mac", x.ID)
}

func macroPath(x support.Macro) string { return "/settings/support/macro?id=" + macroID(x) }

// readPhrase finds the answer that an id names; a new one for "".
func readPhrase(v *shell.Visit, text string) (p phrase, err error) {
	if text == "" {
		return p, nil
	}
	none := fault.New(fault.NotFound, "no_such_macro", "there is no such answer")
	id, bad := ident.Parse("mac", text)
	if bad != nil {
		return p, none
	}
	err = v.Read(func(r *store.Reader) error {
		all, err := cases.Macros(r)
		if err != nil {
			return err
		}
		i := slices.IndexFunc(all, func(x support.Macro) bool { return x.ID == id })
		if i < 0 {
			return none
		}
		p.Macro = all[i]
		return nil
	})
	return p, err
}

func macroPage(v *shell.Visit) error {
	p, err := readPhrase(v, v.Query("id"))
	if err != nil {
		return err
	}
	if p.Shown, p.Of, err = say(v, p.Body, ""); err != nil {
		return err
	}
	return v.Page(v.T("settings.macro"), macroView(v, p))
}

// say is how an answer reads about an order: the one of a number, or the newest.
func say(v *shell.Visit, body, number string) (text, of string, err error) {
	err = v.Read(func(r *store.Reader) error {
		id, err := numbered(r, number)
		if err != nil {
			return err
		}
		c := &support.Case{Order: int64(id)}
		if id != 0 {
			found, err := orders.Load(r, []order.ID{id}, orders.Parts{Party: true})
			if err != nil {
				return err
			}
			c.Name, of = found[id].Party.Customer.Name, strconv.FormatInt(found[id].Number, 10)
		}
		facts, err := post.Facts(r, c)
		if err == nil {
			text = message.Say(body, facts)
		}
		return err
	})
	return text, of, err
}

// numbered is the order of a number, or the newest for ""; 0 when there is none.
func numbered(r *store.Reader, number string) (order.ID, error) {
	number = strings.TrimPrefix(number, "#")
	if number == "" {
		return orders.Newest(r)
	}
	n, err := strconv.ParseInt(number, 10, 64)
	if err != nil || n <= 0 {
		return 0, nil //nolint:nilerr // no order is called so
	}
	found, err := orders.List(r, orders.Filter{Number: n, Limit: 1})
	if err != nil || len(found.Rows) == 0 {
		return 0, err
	}
	return found.Rows[0].Order.ID, nil
}

func macroPreview(v *shell.Visit) error {
	var l fault.List
	body := v.Form("body")
	message.CheckBody("/body", body, &l)
	if told, bad := shell.FaultsOf(l.Err()); bad {
		return v.Part(wordingFaults(told))
	}
	text, of, err := say(v, body, v.Form("order"))
	if err != nil {
		return err
	}
	return v.Part(macroShown(v, text, of))
}

func saveMacro(v *shell.Visit) error {
	p, err := readPhrase(v, v.Form("id"))
	if err != nil {
		return err
	}
	x := support.Macro{ID: p.ID, Name: v.Form("name"), Body: v.Form("body")}
	_, err = shell.Do(v, admin.SaveMacro, admin.MacroCommand{Macro: x, Drop: v.Form("do") == "drop", Version: v.EditVersion()})
	if err == nil {
		v.Toast(v.T("settings.saved"))
		return v.Go("/settings/support")
	}
	told, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x.EditVersion = p.EditVersion
	again := phrase{Macro: x, Of: v.Form("order"), Faults: told, Stale: shell.Stale(err)}
	return v.Again(v.T("settings.macro"), macroView(v, again))
}

func macroTitle(v *shell.Visit, p phrase) string {
	if p.ID == 0 {
		return v.T("settings.macro_new")
	}
	return v.T("settings.macro")
}
