package customers

import (
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk/forget"
	"orderly/internal/fault"
	days "orderly/internal/listing"
	"orderly/internal/party"
	"orderly/internal/privacy"
	"orderly/internal/store"
	"orderly/internal/store/persons"
	"orderly/internal/web/shell"
)

// privacyRoutes are those of a person's export and erasure.
func privacyRoutes() []shell.Route {
	needs := access.PersonsErase
	return []shell.Route{
		{Method: "GET", Path: "/customers/privacy", Needs: needs, Do: privacyPage},
		{Method: "POST", Path: "/customers/privacy", Needs: needs, Do: erase},
		{Method: "POST", Path: "/customers/privacy/years", Needs: needs, Do: saveYears},
		{Method: "POST", Path: "/customers/privacy/export", Needs: needs, Do: export},
		{Method: "GET", Path: "/customers/{id}/privacy", Needs: needs, Do: privacyPage},
		{Method: "POST", Path: "/customers/{id}/privacy", Needs: needs, Do: erase},
		{Method: "POST", Path: "/customers/{id}/privacy/export", Needs: needs, Do: export},
	}
}

// logged is how many erasures the page names.
const logged = 50

// erasing is a person and what erasing them would do.
type erasing struct {
	Customer *party.Customer // nil for an address
	Email    string
	Begun    *forget.Begun // nil when nobody was asked for
	Setting  privacy.Setting
	Log      []privacy.Erasure
	Faults   shell.Faults
	Said     string
}

// asked is who is meant by the address of the page, or by its form.
func (x *erasing) asked(v *shell.Visit) (forget.BeginCommand, error) {
	if v.Path("id") == "" {
		x.Email = v.Query("email")
		if v.R.Method != "GET" {
			x.Email = v.Form("email")
		}
		return forget.BeginCommand{Email: x.Email}, nil
	}
	c, err := find(v, func(*store.Reader, *party.Customer) error { return nil })
	if err != nil {
		return forget.BeginCommand{}, err
	}
	x.Customer = c
	return forget.BeginCommand{Customer: c.ID}, nil
}

// word is what must be typed so that nobody is erased by a slip.
func (x *erasing) word() string {
	if x.Customer != nil {
		return x.Customer.ID.String()
	}
	return privacy.Fold(x.Email)
}

func (x *erasing) path() string {
	if x.Customer != nil {
		return "/customers/" + x.Customer.ID.String() + "/privacy"
	}
	return "/customers/privacy"
}

func (x *erasing) title(v *shell.Visit) string {
	if x.Customer != nil {
		return v.T("customers.privacy_of", "name", x.Customer.Called())
	}
	return v.T("customers.privacy")
}

// until is the day after which the last document names nobody, "" for never.
func (x *erasing) until() string {
	if x.Begun == nil || x.Begun.Count.KeptUntil == 0 {
		return ""
	}
	return days.DayText(x.Begun.Count.KeptUntil)
}

func privacyPage(v *shell.Visit) error {
	x := &erasing{}
	c, err := x.asked(v)
	if err != nil {
		return err
	}
	if err := x.look(v, c); err != nil {
		return err
	}
	return v.Page(x.title(v), erasePage(v, x))
}

// look reads what the page shows. That nobody has the address is said on it.
func (x *erasing) look(v *shell.Visit, c forget.BeginCommand) error {
	if c.Customer != 0 || c.Email != "" {
		r, err := shell.Preview(v, forget.Begin, c)
		switch k := fault.KindOf(err); {
		case err == nil:
			x.Begun, _ = r.Value.(*forget.Begun)
		case k == fault.NotFound || k == fault.Conflict || k == fault.Invalid:
			x.Said = v.T("customers.erase_" + refusal(err))
		default:
			return err
		}
	}
	return v.Read(func(r *store.Reader) (err error) {
		if x.Setting, err = persons.SettingOf(r); err != nil {
			return err
		}
		x.Log, err = persons.Latest(r, logged)
		return err
	})
}

// refusal is which of the page's sentences tells why not.
func refusal(err error) string {
	switch code := fault.CodeOf(err); code {
	case "no_such_person", "is_customer", "not_over":
		return code
	}
	return "bad_email"
}

// erase has somebody erased whose number was typed once more.
func erase(v *shell.Visit) error {
	x := &erasing{}
	c, err := x.asked(v)
	if err != nil {
		return err
	}
	if typed := strings.TrimSpace(v.Form("confirm")); privacy.Fold(typed) != x.word() || typed == "" {
		x.Faults = shell.Faults{"confirm": v.T("customers.erase_confirm_wrong", "word", x.word())}
	} else if _, err = shell.Do(v, forget.Begin, c); err == nil {
		v.Toast(v.T("customers.erase_begun"))
		return v.Go(x.path())
	} else if _, ok := shell.FaultsOf(err); !ok {
		return err
	} else {
		x.Said = v.T("customers.erase_" + refusal(err))
	}
	if err := x.look(v, c); err != nil {
		return err
	}
	return v.Again(x.title(v), erasePage(v, x))
}

// export gives out all that is known of somebody, as a file.
func export(v *shell.Visit) error {
	x := &erasing{}
	c, err := x.asked(v)
	if err != nil {
		return err
	}
	k, err := forget.Find(v.Context(), v.Desk(), v.Scope, c)
	if err != nil {
		return err
	}
	h := v.W.Header()
	h.Set("Content-Type", "application/json")
	h.Set("Content-Disposition", `attachment; filename="person.json"`)
	h.Set("Cache-Control", "no-store")
	return k.Write(v.Context(), v.Desk(), v.Scope, v.W)
}

// saveYears sets how long documents name their recipient.
func saveYears(v *shell.Visit) error {
	v.Form("") // reads the form
	var faults fault.List
	years := v.FormInt("keep_years", &faults)
	err := faults.Err()
	if err == nil {
		_, err = shell.Do(v, forget.SaveSetting, forget.SettingCommand{Setting: privacy.Setting{Years: years}, Version: v.EditVersion()})
	}
	if err == nil {
		v.Toast(v.T("customers.keep_saved"))
		return v.Go("/customers/privacy")
	}
	f, ok := shell.FaultsOf(err)
	if !ok {
		return err
	}
	x := &erasing{Faults: f}
	if err := x.look(v, forget.BeginCommand{}); err != nil {
		return err
	}
	return v.Again(x.title(v), erasePage(v, x))
}

func itoa(n int64) string { return strconv.FormatInt(n, 10) }
