package httpapi

import (
	"errors"
	"io"
	"net/http"
	"strconv"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/help"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/mailroom"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/support"
)

const (
	goodwillText = "Up to the caller's limit over the whole case it goes back at once, tender by tender; above it is kept until somebody else with a higher limit decides. Ask with dry_run to see which it would be."
	mailboxText  = "It is fetched once a minute over TLS, from what comes after it was set. A password is sealed and never shown. With new_secret the answer tells, once, the secret by which mail is handed in."
	inboundText  = "For mail servers: the mail as it came (RFC 5322), and the mailbox's secret as `Authorization: Bearer inb_…`. One mail is taken in once, by its Message-ID; one that cannot be understood is taken in too."
	supportText  = "Cases that are open keep their targets. What is not listed has the usual ones."
)

// Goodwill is money that is given in a case, or was asked for.
type Goodwill struct {
	DryRun    bool   `json:"dry_run,omitempty"`
	ID        string `json:"id" example:"gdw_0pmnqh2000400"`
	Case      string `json:"case"`
	Order     string `json:"order"`
	Amount    int64  `json:"amount" doc:"In minor units."`
	Currency  string `json:"currency"`
	Reason    string `json:"reason"`
	State     string `json:"state" enum:"asked,given,denied" doc:"asked wants somebody else to decide."`
	AskedBy   string `json:"asked_by"`
	DecidedBy string `json:"decided_by,omitempty"`
	At        string `json:"at" format:"date-time"`
}

// GiveGoodwill gives money back, or decides about what was asked for.
type GiveGoodwill struct {
	Amount int64  `json:"amount,omitempty" minimum:"0" doc:"In minor units of the order's currency."`
	Reason string `json:"reason,omitempty" maxLength:"800"`
	Decide string `json:"decide,omitempty" doc:"What was asked for; amount and reason are its own."`
	Deny   bool   `json:"deny,omitempty"`
}

type caseDry struct {
	CaseID
	DryRun
}

func renderGoodwill(g support.Goodwill) Goodwill {
	return Goodwill{
		ID: ident.Text("gdw", g.ID), Case: g.Case.String(), Order: order.ID(g.Order).String(), Amount: g.Amount, Currency: g.Currency, Reason: g.Reason, State: g.State,
		AskedBy: g.AskedBy, DecidedBy: g.DecidedBy, At: instant(g.At),
	}
}

func (a *api) listGoodwill(c *call, p *CaseID, _ *none) (Page[Goodwill], error) {
	x, err := c.caseRow(p.ID)
	if err != nil {
		return Page[Goodwill]{}, err
	}
	var list []support.Goodwill
	err = c.read(func(r *store.Reader) (err error) {
		list, err = cases.GoodwillOf(r, x.ID)
		return err
	})
	return pageUntil(list, renderGoodwill, ""), err
}

func (a *api) giveGoodwill(c *call, p *caseDry, in *GiveGoodwill) (Goodwill, error) {
	x, err := c.caseRow(p.ID)
	if err != nil {
		return Goodwill{}, err
	}
	m := help.GoodwillCommand{Case: x.ID, Amount: in.Amount, Reason: in.Reason, Deny: in.Deny}
	m.Decide = c.named("/decide", in.Decide, func(s string) (int64, error) { return ident.Parse("gdw", s) })
	var r desk.Result
	if p.Dry {
		r, err = preview(c, help.Goodwill, m)
	} else {
		r, err = one(c, help.Goodwill, m)
	}
	if err != nil {
		return Goodwill{}, err
	}
	if g, ok := r.Value.(*help.Goodwilled); ok {
		out := renderGoodwill(g.Goodwill)
		out.DryRun = p.Dry
		return out, nil
	}
	list, err := a.listGoodwill(c, &p.CaseID, nil) // a replay: as it is by now
	if err != nil || len(list.Data) == 0 {
		return Goodwill{}, err
	}
	return list.Data[len(list.Data)-1], nil
}

// Mailbox is from where mail of customers is fetched.
type Mailbox struct {
	Host        string `json:"host,omitempty" doc:"Missing when mail is only handed in."`
	Port        int64  `json:"port,omitempty"`
	Security    string `json:"security,omitempty" enum:"tls,starttls"`
	Username    string `json:"username,omitempty"`
	HasPassword bool   `json:"has_password"`
	Folder      string `json:"folder,omitempty"`
	Address     string `json:"address,omitempty" doc:"To which customers write. With a token behind a plus it is the address of a thread."`
	Enabled     bool   `json:"enabled"`
	CheckedAt   string `json:"checked_at,omitempty" format:"date-time"`
	Taken       int64  `json:"taken" doc:"Mails that were taken in."`
	Why         string `json:"why,omitempty" doc:"Of the last try that failed."`
	InboundPath string `json:"inbound_path" doc:"To which mail is handed in." example:"/v1/inbound/mail/1"`
	HasSecret   bool   `json:"has_secret"`
	Secret      string `json:"secret,omitempty" doc:"A new one, told once."`
	EditVersion int64  `json:"edit_version"`
}

// SetMailbox sets it.
type SetMailbox struct {
	Host        string `json:"host,omitempty" maxLength:"253" example:"imap.example.com"`
	Port        int64  `json:"port,omitempty" maximum:"65535" minimum:"0" example:"993"`
	Security    string `json:"security,omitempty" enum:"tls,starttls"`
	Username    string `json:"username,omitempty" maxLength:"200"`
	Password    string `json:"password,omitempty" maxLength:"500"`
	Folder      string `json:"folder,omitempty" maxLength:"200" doc:"INBOX when missing."`
	Address     string `json:"address,omitempty" maxLength:"254"`
	Enabled     bool   `json:"enabled,omitempty"`
	NewSecret   bool   `json:"new_secret,omitempty" doc:"The secret before it ends."`
	EditVersion *int64 `json:"edit_version,omitempty"`
}

func renderMailbox(m int64, x support.Mailbox, secret string) Mailbox {
	out := Mailbox{
		Host: x.Host, Port: x.Port, Security: x.Security, Username: x.Username, HasPassword: x.Password != "", Folder: x.Folder, Address: x.Address, Enabled: x.Enabled(),
		Taken: x.Taken, Why: x.Why, InboundPath: "/v1/inbound/mail/" + strconv.FormatInt(m, 32), HasSecret: x.SecretHash != "", Secret: secret, EditVersion: x.EditVersion,
	}
	if x.CheckedAt != 0 {
		out.CheckedAt = instant(x.CheckedAt)
	}
	return out
}

func (a *api) getMailbox(c *call, _ *none, _ *none) (Mailbox, error) {
	var x support.Mailbox
	err := c.read(func(r *store.Reader) (err error) {
		x, err = cases.MailboxOf(r)
		return err
	})
	return renderMailbox(c.scope.Merchant, x, ""), err
}

func (a *api) setMailbox(c *call, p *none, in *SetMailbox) (Mailbox, error) {
	x := support.Mailbox{Host: in.Host, Port: in.Port, Security: in.Security, Username: in.Username, Folder: in.Folder, Address: in.Address}
	r, err := one(c, admin.SaveMailbox, admin.MailboxCommand{Mailbox: x, Password: in.Password, Enabled: in.Enabled, Secret: in.NewSecret, Version: in.EditVersion})
	if err != nil {
		return Mailbox{}, err
	}
	saved, ok := r.Value.(admin.SavedMailbox)
	if !ok {
		return a.getMailbox(c, p, nil)
	}
	return renderMailbox(c.scope.Merchant, saved.Mailbox, saved.Secret), nil
}

type inboundParams struct {
	Mailbox string `path:"mailbox" maxLength:"20" doc:"As inbound_path of the mailbox says." example:"1"`
}

// TakenMail says where a mail went.
type TakenMail struct {
	Case         string `json:"case,omitempty" example:"cas_0pmnqh2000400"`
	Conversation string `json:"conversation,omitempty" example:"tlk_0pmnqh2000400" doc:"It belongs to one with a supplier or partner."`
	News         bool   `json:"news" doc:"false when the mail was known."`
}

// takeMail takes in a mail from whoever knows the mailbox's secret. Every wrong
// one is answered alike.
func (a *api) takeMail(c *call, p *inboundParams, _ *none) (TakenMail, error) {
	m, err := strconv.ParseInt(p.Mailbox, 32, 64)
	secret, ok := bearer(c.r.Header.Get("Authorization"))
	if err != nil || !ok || len(secret) > maxKeyLength {
		m, secret = 0, ""
	}
	hash, err := cases.SecretOf(c.ctx, a.desk.DB, m)
	if err != nil {
		return TakenMail{}, err
	}
	if !admin.HandsIn(hash, secret) {
		return TakenMail{}, fault.New(fault.Unknown, "unauthenticated", "hand mail in with the mailbox's secret: Authorization: Bearer inb_…")
	}
	raw, err := io.ReadAll(http.MaxBytesReader(c.w, c.r.Body, support.MaxMail))
	var most *http.MaxBytesError
	switch {
	case errors.As(err, &most):
		return TakenMail{}, fault.New(fault.TooLarge, "body_too_large", "a mail has at most %d bytes", support.MaxMail)
	case err != nil:
		return TakenMail{}, fault.Wrap(err, fault.Invalid, "invalid_body", "the mail could not be read to its end")
	case len(raw) == 0:
		return TakenMail{}, fault.New(fault.Invalid, "invalid_body", "send the mail as it came, headers first")
	}
	r, err := mailroom.Take(c.ctx, a.desk, access.System(m, "inbound", "mail"), raw)
	out := TakenMail{News: r.Status != "unchanged"}
	if r.Kind == journal.Talk {
		out.Conversation = ident.Text(journal.Talk, r.ID)
	} else {
		out.Case = support.ID(r.ID).String()
	}
	return out, err
}

// Macro is an answer that is written often.
type Macro struct {
	ID          string `json:"id" example:"mac_0pmnqh2000400"`
	Name        string `json:"name"`
	Body        string `json:"body" doc:"With the words of messages in braces, such as {name} and {tracking}."`
	EditVersion int64  `json:"edit_version"`
}

// SetMacro words an answer, or gives it up.
type SetMacro struct {
	ID   string `json:"id,omitempty" doc:"A new one when missing."`
	Name string `json:"name,omitempty" maxLength:"320"`
	Body string `json:"body,omitempty" maxLength:"32000"`
	Drop bool   `json:"drop,omitempty"`
}

func renderMacro(x support.Macro) Macro {
	return Macro{ID: ident.Text("mac", x.ID), Name: x.Name, Body: x.Body, EditVersion: x.EditVersion}
}

func (a *api) listMacros(c *call, _ *none, _ *none) (Page[Macro], error) {
	var list []support.Macro
	err := c.read(func(r *store.Reader) (err error) {
		list, err = cases.Macros(r)
		return err
	})
	return pageUntil(list, renderMacro, ""), err
}

func (a *api) setMacro(c *call, _ *none, in *SetMacro) (Macro, error) {
	x := support.Macro{Name: in.Name, Body: in.Body}
	x.ID = c.named("/id", in.ID, func(s string) (int64, error) { return ident.Parse("mac", s) })
	r, err := one(c, admin.SaveMacro, admin.MacroCommand{Macro: x, Drop: in.Drop})
	if err != nil {
		return Macro{}, err
	}
	if made, ok := r.Value.(support.Macro); ok {
		x = made
	}
	return renderMacro(x), nil
}

// SupportSettings are targets and limits of support.
type SupportSettings struct {
	Targets     []SupportTarget `json:"targets" maxItems:"40"`
	Limits      []SupportLimit  `json:"limits" maxItems:"20" doc:"How much each role gives by itself, over a whole case."`
	EditVersion int64           `json:"edit_version,omitempty"`
}

// SupportTarget is within what time cases are answered.
type SupportTarget struct {
	Kind     string `json:"kind" enum:"inquiry,complaint,claim"`
	Priority string `json:"priority" enum:"urgent,high,normal,low"`
	First    int64  `json:"first_minutes" minimum:"0" doc:"0 for no clock."`
	Resolve  int64  `json:"resolve_minutes" minimum:"0"`
}

// SupportLimit is how much a role gives by itself.
type SupportLimit struct {
	Role   string `json:"role" maxLength:"20" example:"support"`
	Amount int64  `json:"amount" minimum:"0" doc:"In minor units."`
}

func (a *api) getSupport(c *call, _ *none, _ *none) (SupportSettings, error) {
	var s support.Settings
	err := c.read(func(r *store.Reader) (err error) {
		s, err = cases.SettingsOf(r)
		return err
	})
	out := SupportSettings{Targets: []SupportTarget{}, Limits: []SupportLimit{}, EditVersion: s.EditVersion}
	for _, k := range support.Kinds {
		for _, p := range support.Priorities {
			out.Targets = append(out.Targets, SupportTarget(support.TargetOf(s.Targets, k, p)))
		}
	}
	for _, l := range s.Limits {
		out.Limits = append(out.Limits, SupportLimit{string(l.Role), l.Amount})
	}
	return out, err
}

func (a *api) setSupport(c *call, p *none, in *SupportSettings) (SupportSettings, error) {
	var s support.Settings
	for _, t := range in.Targets {
		s.Targets = append(s.Targets, support.Target(t))
	}
	for _, l := range in.Limits {
		s.Limits = append(s.Limits, support.Limit{Role: access.Role(l.Role), Amount: l.Amount})
	}
	if _, err := one(c, admin.SaveSupport, admin.SupportCommand{Settings: s}); err != nil {
		return SupportSettings{}, err
	}
	return a.getSupport(c, p, nil)
}
