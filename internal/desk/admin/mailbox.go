package admin

import (
	"crypto/rand"
	"crypto/subtle"
	"crypto/x509"
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/store/cases"
	"orderly/internal/store/tracking"
	"orderly/internal/support"
)

// MailboxCommand says from where mail of customers is fetched.
type MailboxCommand struct {
	Mailbox  support.Mailbox // Password, places, times and versions are ignored
	Password string          // "" leaves the one that is there
	Enabled  bool
	Secret   bool // make a new secret by which mail is handed in
	Version  *int64
}

// SavedMailbox is the Value of SaveMailbox.
type SavedMailbox struct {
	support.Mailbox
	Secret string // a new one, told once
}

// mailboxAbout is what a sealed password of a mailbox is bound to.
const mailboxAbout = "mailbox"

// SaveMailbox keeps a shop's mailbox. Another mailbox is read from now on: what
// lies in it was written before customers wrote to this shop here.
var SaveMailbox = act("mailbox.save", access.SettingsWrite, func(c *MailboxCommand) error {
	x := &c.Mailbox
	x.Host, x.Address, x.Folder = strings.TrimSpace(x.Host), strings.ToLower(strings.TrimSpace(x.Address)), strings.TrimSpace(x.Folder)
	if x.Folder == "" {
		x.Folder = "INBOX"
	}
	var l fault.List
	x.Check(&l)
	if len(c.Password) > maxPassword {
		l.Add("/password", "too_long", "at most %d bytes", maxPassword)
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[MailboxCommand]) (desk.Result, error) {
	c := a.Command
	old, err := cases.MailboxOf(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if c.Version != nil && *c.Version != old.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed the mailbox meanwhile; look at it again")
	}
	x := SavedMailbox{Mailbox: c.Mailbox}
	x.Password, x.EnabledAt, x.SecretHash, x.Taken = old.Password, old.EnabledAt, old.SecretHash, old.Taken
	x.UpdatedAt, x.EditVersion, x.UIDValidity, x.LastUID, x.CheckedAt, x.Why = t.At, old.EditVersion+1, 0, 0, 0, ""
	same := x.Host == old.Host && x.Username == old.Username
	if same && x.Folder == old.Folder {
		x.UIDValidity, x.LastUID, x.CheckedAt = old.UIDValidity, old.LastUID, old.CheckedAt
	}
	if err := mailboxPassword(t, &x, c.Password, same); err != nil {
		return desk.Result{}, err
	}
	switch {
	case !c.Enabled:
		x.EnabledAt = 0
	case x.EnabledAt == 0:
		x.EnabledAt = t.At
	}
	if c.Secret {
		token, err := ident.Token(rand.Reader)
		if err != nil {
			return desk.Result{}, err
		}
		x.Secret = "inb_" + token
		x.SecretHash = string(hexHash(x.Secret))
	}
	if err := cases.SaveMailbox(t.Tx, x.Mailbox); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.MailboxSaved, map[string]any{"host": x.Host, "enabled": x.Enabled(), "password_changed": c.Password != "", "secret_changed": c.Secret})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: x}, err
})

// mailboxPassword seals what was typed. The password of one mailbox is never
// told to another server.
func mailboxPassword(t *desk.Turn, x *SavedMailbox, typed string, same bool) error {
	switch {
	case x.Host == "":
		x.Password = ""
	case typed != "":
		ring, err := ringOf(t.Desk)
		if err != nil {
			return err
		}
		x.Password = ring.Seal([]byte(typed), mailboxAbout)
	case x.Password == "" || !same:
		var l fault.List
		l.Add("/password", "missing", "type the password of this mailbox")
		return l.Err()
	}
	return nil
}

// MailboxPassword opens the password of a shop's mailbox.
func MailboxPassword(d *desk.Desk, x support.Mailbox) (string, error) {
	ring, err := ringOf(d)
	if err != nil {
		return "", err
	}
	text, err := ring.Open(x.Password, mailboxAbout)
	return string(text), err
}

type mailRootsKey struct{}

// TrustMail names the certificates that those of mailboxes must lead to, in
// place of the machine's.
func TrustMail(d *desk.Desk, roots *x509.CertPool) { d.Shared.Store(mailRootsKey{}, roots) }

// MailRoots are those of TrustMail; nil for the machine's.
func MailRoots(d *desk.Desk) *x509.CertPool {
	if r, ok := d.Shared.Load(mailRootsKey{}); ok {
		return r.(*x509.CertPool)
	}
	return nil
}

// HandsIn reports whether a secret is that by which mail is handed in.
func HandsIn(hash, secret string) bool {
	return hash != "" && subtle.ConstantTimeCompare([]byte(hash), hexHash(secret)) == 1
}

// MacroCommand words an answer that is written often; Drop gives it up.
type MacroCommand struct {
	Macro support.Macro // times and versions are ignored; without an ID it is a new one
	Drop  bool

	Version *int64 // that the caller saw; nil changes whatever it is
}

// SaveMacro keeps an answer. The result's Value is the support.Macro.
var SaveMacro = act("cases.macro", access.SettingsWrite, func(c *MacroCommand) error {
	x := &c.Macro
	x.Name, x.Body = strings.TrimSpace(x.Name), strings.TrimSpace(strings.ReplaceAll(x.Body, "\r\n", "\n"))
	var l fault.List
	if !c.Drop {
		x.Check(&l)
	}
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[MacroCommand]) (desk.Result, error) {
	x := a.Command.Macro
	all, err := cases.Macros(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	i := slices.IndexFunc(all, func(y support.Macro) bool { return y.ID == x.ID })
	typ := journal.MacroSaved
	switch {
	case x.ID != 0 && i < 0:
		return desk.Result{}, fault.New(fault.NotFound, "no_such_macro", "there is no such answer")
	case i >= 0 && a.Command.Version != nil && *a.Command.Version != all[i].EditVersion:
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed this answer meanwhile; look at it again")
	case !a.Command.Drop && slices.ContainsFunc(all, func(y support.Macro) bool { return y.ID != x.ID && y.Name == x.Name }):
		return desk.Result{}, fault.New(fault.Conflict, "taken", "there is an answer called %q already", x.Name)
	case x.ID == 0 && len(all) >= support.MaxMacros:
		return desk.Result{}, fault.New(fault.Conflict, "too_many", "at most %d answers", support.MaxMacros)
	case a.Command.Drop:
		typ, err = journal.MacroDropped, cases.DropMacro(t.Tx, x.ID)
	default:
		if i >= 0 {
			x.EditVersion = all[i].EditVersion
		} else {
			x.ID = t.IDs().Next()
		}
		x.UpdatedAt, x.EditVersion = t.At, x.EditVersion+1
		err = cases.SaveMacro(t.Tx, x)
	}
	if err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, typ, map[string]any{"macro": x.ID})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: x}, err
})

// SupportCommand sets a shop's targets and limits.
type SupportCommand struct {
	Settings support.Settings
	Version  *int64 // that the caller saw; nil changes whatever it is
}

// SaveSupport keeps within what time cases are answered, and how much each role
// gives by itself. Cases that are open keep their targets.
var SaveSupport = act("cases.settings", access.SettingsWrite, func(c *SupportCommand) error {
	var l fault.List
	c.Settings.Check(&l)
	return l.Err()
}, func(t *desk.Turn, a desk.Asked[SupportCommand]) (desk.Result, error) {
	old, err := cases.SettingsOf(&t.Reader)
	if err != nil {
		return desk.Result{}, err
	}
	if v := a.Command.Version; v != nil && *v != old.EditVersion {
		return desk.Result{}, fault.New(fault.Conflict, "edited_meanwhile", "somebody else changed these settings meanwhile; look at them again")
	}
	s := a.Command.Settings
	s.UpdatedAt, s.EditVersion = t.At, old.EditVersion+1
	if err := cases.SaveSettings(t.Tx, s); err != nil {
		return desk.Result{}, err
	}
	seq, err := tell(t, a.Scope, journal.Merchant, t.M, journal.SupportSaved, map[string]any{"targets": len(s.Targets), "limits": len(s.Limits)})
	return desk.Result{Kind: journal.Merchant, ID: t.M, Seq: seq, Status: "done", Value: s}, err
})

// hexHash is the hash of a secret as it is kept.
func hexHash(secret string) []byte { return []byte(tracking.Hash(secret)) }
