package message

import (
	"net/mail"
	"net/url"
	"slices"
	"strings"

	"orderly/internal/fault"
)

// Sender is the mail server of a shop, who its mails are from, and which kinds
// leave by it.
type Sender struct {
	Host        string
	Port        int64
	Security    string // one of Securities
	Username    string // "" to send without signing in
	Password    string // sealed
	FromName    string
	FromAddress string
	ReplyTo     string
	ShopAddress string // where customers reach these pages, such as https://shop.example; links begin with it
	Kinds       []Kind
	EnabledAt   int64 // since when messages leave by themselves; zero while they do not
	UpdatedAt   int64
	EditVersion int64
}

// Securities are how a connection to the mail server is kept private: TLS from
// the first byte, STARTTLS or nothing at all, or not.
var Securities = []string{"tls", "starttls", "none"}

// Enabled reports whether messages leave by themselves.
func (s *Sender) Enabled() bool { return s.EnabledAt != 0 }

// Tells reports whether a kind leaves by itself.
func (s *Sender) Tells(k Kind) bool { return s.Enabled() && slices.Contains(s.Kinds, k) }

const maxName = 200

// Check lists every fault of a sender.
func (s *Sender) Check(l *fault.List) {
	if s.Host == "" || len(s.Host) > 253 || strings.ContainsAny(s.Host, " /\t\r\n@") {
		l.Add("/host", "invalid_host", "name the mail server, such as smtp.example.com")
	}
	if s.Port < 1 || s.Port > 65535 {
		l.Add("/port", "out_of_range", "a port is 1 to 65535; mail servers mostly take 465 (TLS) or 587 (STARTTLS)")
	}
	if !slices.Contains(Securities, s.Security) {
		l.Add("/security", "unknown_security", "choose tls, starttls or none")
	}
	if s.Security == "none" && s.Username != "" {
		l.Add("/security", "password_in_the_open", "a password is not sent over an open line; choose tls or starttls, or leave the user name out")
	}
	for at, text := range map[string]string{"/username": s.Username, "/from_name": s.FromName} {
		if len(text) > maxName || strings.ContainsAny(text, "\r\n") {
			l.Add(at, "too_long", "at most %d bytes in one line", maxName)
		}
	}
	if !PlainAddress(s.FromAddress) {
		l.Add("/from_address", "invalid_email", "write the address that mails are from as name@example.com")
	}
	if s.ReplyTo != "" && !PlainAddress(s.ReplyTo) {
		l.Add("/reply_to", "invalid_email", "write an address as name@example.com or leave it out")
	}
	if u, err := url.Parse(s.ShopAddress); err != nil || u.Scheme != "https" && u.Scheme != "http" || u.Host == "" || u.User != nil || u.RawQuery != "" || u.Fragment != "" || len(s.ShopAddress) > 300 {
		l.Add("/shop_address", "invalid_address", "write the address at which customers reach these pages, such as https://orders.example.com")
	}
	for i, k := range s.Kinds {
		if !slices.Contains(Kinds, k) {
			l.Add("/kinds", "unknown_kind", "%q is no kind of message", k)
		}
		if slices.Contains(s.Kinds[:i], k) {
			l.Add("/kinds", "repeated", "%q is named twice", k)
		}
	}
}

// PlainAddress reports whether a text is an address alone, as name@example.com.
func PlainAddress(s string) bool {
	a, err := mail.ParseAddress(s)
	return err == nil && a.Address == s && a.Name == "" && len(s) <= 254
}
