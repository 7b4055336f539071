// Package mail hands messages to a mail server by SMTP.
//
// What belongs here: one connection, one message, and whether a failure is for
// good. What does not: what a message says (message), when it is tried again
// (post) and where the server's settings are kept.
//
// A message has the same Message-ID however often it is handed over: where an
// answer was lost the message is handed over again, and mail servers and
// mailboxes can tell that it is the same one.
package mail

import (
	"bytes"
	"context"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"net"
	"strings"
	"time"

	gomail "github.com/wneessen/go-mail"

	"orderly/internal/message"
)

// Timeout is the longest that a mail server may take for one message.
const Timeout = 30 * time.Second

// Server is a mail server as it is reached.
type Server struct {
	Host     string
	Port     int
	Security string // one of message.Securities
	Username string // "" to send without signing in
	Password string
	Roots    *x509.CertPool // that its certificate must lead to; nil for the machine's
}

// Letter is a message with its envelope.
type Letter struct {
	ID       string // the Message-ID, without brackets
	FromName string
	From     string
	ReplyTo  string // "" for From
	To       string
	Refs     []string // Message-IDs of the thread that it answers, the oldest first
	Person   bool     // somebody wrote it
	Mail     message.Mail
	Files    []File
	At       time.Time
}

// File is attached to a letter; its name says what it is.
type File struct {
	Name string
	Data []byte
}

// Failure is why a letter was not taken. Its text names no recipient.
type Failure struct {
	Why       string
	Permanent bool // the server will never take it
}

func (f *Failure) Error() string { return f.Why }

// Send hands a letter over. Every error is a *Failure. One after the letter's
// last byte may mean that it was taken all the same.
func Send(ctx context.Context, s Server, l Letter) error {
	m, err := compose(l)
	if err != nil {
		return failure(err, l.To, true)
	}
	line := &line{}
	defer line.close()
	set := options(s)
	if s.Security != "tls" { // where the library must have dialed itself to know that it may sign in
		set = append(set, gomail.WithDialContextFunc(line.dial))
	}
	client, err := gomail.NewClient(s.Host, set...)
	if err != nil {
		return failure(err, l.To, false)
	}
	ctx, cancel := context.WithTimeout(ctx, Timeout)
	defer cancel()
	if err := client.DialWithContext(ctx); err != nil {
		return failure(err, l.To, false)
	}
	err = client.Send(m)
	_ = client.Close() // the server has the letter or has said no; its good-bye changes neither
	if err == nil {
		return nil
	}
	var said *gomail.SendError
	return failure(err, l.To, errors.As(err, &said) && !said.IsTemp() && said.ErrorCode() >= 500)
}

// line is the connection to a mail server, which is closed whatever comes of it.
type line struct{ conn net.Conn }

func (x *line) dial(ctx context.Context, network, address string) (conn net.Conn, err error) {
	conn, err = (&net.Dialer{Timeout: Timeout}).DialContext(ctx, network, address)
	x.conn = conn
	return conn, err
}

func (x *line) close() {
	if x.conn != nil {
		_ = x.conn.Close()
	}
}

func (s *Server) tls() *tls.Config {
	return &tls.Config{ServerName: s.Host, RootCAs: s.Roots, MinVersion: tls.VersionTLS12}
}

func compose(l Letter) (*gomail.Msg, error) {
	m := gomail.NewMsg(gomail.WithNoDefaultUserAgent())
	err := errors.Join(m.FromFormat(l.FromName, l.From), m.To(l.To))
	if l.ReplyTo != "" {
		err = errors.Join(err, m.ReplyTo(l.ReplyTo))
	}
	m.SetMessageIDWithValue(l.ID)
	m.SetDateWithValue(l.At)
	if !l.Person {
		m.SetGenHeader("Auto-Submitted", "auto-generated") // RFC 3834: no out-of-office answers
	}
	if n := len(l.Refs); n > 0 {
		m.SetGenHeader(gomail.HeaderInReplyTo, "<"+l.Refs[n-1]+">")
		m.SetGenHeader(gomail.HeaderReferences, "<"+strings.Join(l.Refs, "> <")+">")
	}
	m.Subject(l.Mail.Subject)
	m.SetBodyString(gomail.TypeTextPlain, l.Mail.Text)
	m.AddAlternativeString(gomail.TypeTextHTML, l.Mail.HTML)
	for _, f := range l.Files {
		err = errors.Join(err, m.AttachReader(f.Name, bytes.NewReader(f.Data)))
	}
	return m, err
}

func options(s Server) []gomail.Option {
	out := []gomail.Option{gomail.WithPort(s.Port), gomail.WithTimeout(Timeout), gomail.WithTLSConfig(s.tls())}
	switch s.Security {
	case "tls":
		out = append(out, gomail.WithSSL())
	case "starttls":
		out = append(out, gomail.WithTLSPolicy(gomail.TLSMandatory))
	default:
		out = append(out, gomail.WithTLSPolicy(gomail.NoTLS))
	}
	if s.Username != "" {
		out = append(out, gomail.WithSMTPAuth(gomail.SMTPAuthAutoDiscover), gomail.WithUsername(s.Username), gomail.WithPassword(s.Password))
	}
	return out
}

// failure takes the recipient out of what went wrong: it is kept and shown.
func failure(err error, to string, permanent bool) *Failure {
	var far net.Error
	why := err.Error()
	if errors.As(err, &far) && far.Timeout() {
		why = "the mail server did not answer in time"
	}
	if before, _, ok := strings.Cut(why, ", affected recipient(s)"); ok {
		why = before
	}
	if to != "" {
		why = strings.ReplaceAll(why, to, "the recipient")
		why = strings.ReplaceAll(why, strings.ToLower(to), "the recipient")
	}
	if len(why) > message.MaxWhy {
		why = strings.ToValidUTF8(why[:message.MaxWhy], "")
	}
	return &Failure{Why: why, Permanent: permanent}
}
