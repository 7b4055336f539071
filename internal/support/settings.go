package support

import (
	"slices"
	"strings"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/message"
)

// Macro is an answer that is written often. It has the words of messages in
// braces, and leaves out lines about which there is nothing to say.
type Macro struct {
	ID          int64
	Name        string
	Body        string
	UpdatedAt   int64
	EditVersion int64
}

// Limits of settings.
const (
	MaxMacros   = 200
	MaxName     = 80 // characters
	MaxGoodwill = 50 // in one case
)

// Check lists every fault of a macro.
func (x *Macro) Check(l *fault.List) {
	CheckText("/name", x.Name, MaxName, true, l)
	message.CheckBody("/body", x.Body, l)
}

// Settings are a shop's promises and limits.
type Settings struct {
	Targets     []Target
	Limits      []Limit
	UpdatedAt   int64
	EditVersion int64
}

// Limit is how much somebody of a role gives back by itself, as the sum of one
// case, in minor units of whatever currency.
type Limit struct {
	Role   access.Role `json:"role"`
	Amount int64       `json:"amount"`
}

// usualLimit holds where the shop says nothing.
const usualLimit = 2500

// LimitOf is how much somebody of these roles gives by itself: the most that
// one of them may. Admins have no limit unless the shop sets one.
func (s *Settings) LimitOf(roles []access.Role) int64 {
	most := int64(0)
	for _, r := range roles {
		i := slices.IndexFunc(s.Limits, func(l Limit) bool { return l.Role == r })
		switch {
		case i >= 0:
			most = max(most, s.Limits[i].Amount)
		case r == access.Admin:
			most = 1<<63 - 1
		default:
			most = max(most, usualLimit)
		}
	}
	return most
}

// Check lists every fault of settings.
func (s *Settings) Check(l *fault.List) {
	CheckTargets(s.Targets, l)
	seen := map[access.Role]bool{}
	for _, x := range s.Limits {
		if !slices.Contains(access.Roles, x.Role) || seen[x.Role] {
			l.Add("/limits", "unknown_role", "%.40q is no role, or is named twice", string(x.Role))
		}
		seen[x.Role] = true
		if x.Amount < 0 || x.Amount > 1<<50 {
			l.Add("/limits", "out_of_range", "a limit is not negative")
		}
	}
}

// The states of goodwill.
const (
	Asked  = "asked"
	Given  = "given"
	Denied = "denied"
)

// Goodwill is money that is given in a case.
type Goodwill struct {
	ID        int64
	Case      ID
	Order     int64
	Amount    int64
	Currency  string
	Reason    string
	State     string
	AskedBy   string
	DecidedBy string
	At        int64
	DecidedAt int64
}

// Mailbox is from where a shop's mail is fetched.
type Mailbox struct {
	Host        string // "" when mail is only handed in
	Port        int64
	Security    string // tls or starttls
	Username    string
	Password    string // sealed
	Folder      string
	Address     string // to which customers write: with a token behind a plus it is the address of a thread
	EnabledAt   int64
	UIDValidity int64
	LastUID     int64
	CheckedAt   int64
	Taken       int64 // mails that were taken in
	Why         string
	SecretHash  string // of the secret by which mail is handed in
	UpdatedAt   int64
	EditVersion int64
}

// Enabled reports whether mail is fetched.
func (x *Mailbox) Enabled() bool { return x.EnabledAt != 0 && x.Host != "" }

// Check lists every fault of a mailbox.
func (x *Mailbox) Check(l *fault.List) {
	if x.Address != "" && !message.PlainAddress(x.Address) {
		l.Add("/address", "invalid_email", "write the address to which customers write as name@example.com")
	}
	if x.Host == "" {
		return
	}
	if len(x.Host) > 253 || strings.ContainsAny(x.Host, " /\t\r\n@") {
		l.Add("/host", "invalid_host", "name the mail server, such as imap.example.com")
	}
	if x.Port < 1 || x.Port > 65535 {
		l.Add("/port", "out_of_range", "a port is 1 to 65535; IMAP servers mostly take 993 (TLS) or 143 (STARTTLS)")
	}
	if x.Security != "tls" && x.Security != "starttls" {
		l.Add("/security", "unknown_security", "choose tls or starttls: mail and its password never go over an open line")
	}
	for at, text := range map[string]string{"/username": x.Username, "/folder": x.Folder} {
		if text == "" || len(text) > MaxSubject || strings.ContainsAny(text, "\r\n\x00") {
			l.Add(at, "missing", "one line of at most %d bytes", MaxSubject)
		}
	}
}

// Plus is the address of a case's thread; "" when the shop has none.
func (x *Mailbox) Plus(token string) string {
	name, host, ok := strings.Cut(x.Address, "@")
	if !ok {
		return ""
	}
	return name + "+" + token + "@" + host
}
