package mail_test

import (
	"context"
	"crypto/ecdsa"
	"crypto/elliptic"
	"crypto/rand"
	"crypto/tls"
	"crypto/x509"
	"errors"
	"math/big"
	"mime"
	"net"
	"strings"
	"testing"
	"time"

	"orderly/internal/connect/mail"
	"orderly/internal/connect/mail/mailtest"
	"orderly/internal/message"
)

var letter = mail.Letter{
	ID: "msg_1@shop.test", FromName: "Süßes & Co", From: "shop@shop.test", ReplyTo: "help@shop.test", To: "ada@example.com", At: time.Unix(1_700_000_000, 0),
	Mail: message.Mail{Subject: "Your order #1001 – thank you", Text: "Hello Ada,\n\n.a line that begins with a dot\n", HTML: "<p>Hello Ada</p>"},
}

// identity is a certificate for loopback and the pool that trusts it.
func identity(t *testing.T) (*tls.Config, *x509.CertPool) {
	t.Helper()
	key, err := ecdsa.GenerateKey(elliptic.P256(), rand.Reader)
	if err != nil {
		t.Fatal(err)
	}
	about := &x509.Certificate{SerialNumber: big.NewInt(1), NotAfter: time.Now().Add(time.Hour), IPAddresses: []net.IP{net.IPv4(127, 0, 0, 1)}, IsCA: true, BasicConstraintsValid: true}
	der, err := x509.CreateCertificate(rand.Reader, about, about, &key.PublicKey, key)
	if err != nil {
		t.Fatal(err)
	}
	made, err := x509.ParseCertificate(der)
	if err != nil {
		t.Fatal(err)
	}
	roots := x509.NewCertPool()
	roots.AddCert(made)
	return &tls.Config{Certificates: []tls.Certificate{{Certificate: [][]byte{der}, PrivateKey: key}}, MinVersion: tls.VersionTLS12}, roots
}

// Kills: a password over an open line, a certificate that nobody looks at, a
// header or a body that arrives otherwise than it was written.
func TestSend(t *testing.T) {
	config, roots := identity(t)
	for name, set := range map[string]func(*mailtest.Server){
		"none":     func(*mailtest.Server) {},
		"starttls": func(s *mailtest.Server) { s.TLS, s.Password = config, "secret" },
		"tls":      func(s *mailtest.Server) { s.TLS, s.Password, s.Implicit = config, "secret", true },
	} {
		t.Run(name, func(t *testing.T) {
			box := mailtest.Start(t, set)
			to := mail.Server{Host: "127.0.0.1", Port: int(box.Port), Security: name, Roots: roots}
			if box.Password != "" {
				to.Username, to.Password = "shop", "secret"
			}
			if err := mail.Send(context.Background(), to, letter); err != nil {
				t.Fatal(err)
			}
			list := box.Mail()
			if len(list) != 1 {
				t.Fatalf("%d letters", len(list))
			}
			m := list[0]
			subject, err := new(mime.WordDecoder).DecodeHeader(m.Header.Get("Subject"))
			if err != nil || subject != letter.Mail.Subject {
				t.Errorf("subject %q, %v", subject, err)
			}
			if m.From != "shop@shop.test" || m.To != "ada@example.com" || m.Header.Get("Message-Id") != "<msg_1@shop.test>" || !strings.Contains(m.Header.Get("Reply-To"), "help@shop.test") {
				t.Errorf("envelope %+v", m)
			}
			if strings.TrimSpace(strings.ReplaceAll(m.Text, "\r\n", "\n")) != strings.TrimSpace(letter.Mail.Text) || !strings.Contains(m.HTML, "<p>Hello Ada</p>") {
				t.Errorf("text %q, HTML %q", m.Text, m.HTML)
			}
			if m.Secure != (name != "none") || m.User != to.Username {
				t.Errorf("secure %v, user %q", m.Secure, m.User)
			}
		})
	}
}

// Kills: trying again what will never be taken, giving up what may be, and an
// address in what is kept of a failure.
func TestFailures(t *testing.T) {
	config, roots := identity(t)
	ask := func(set func(*mailtest.Server), change func(*mail.Server)) *mail.Failure {
		t.Helper()
		box := mailtest.Start(t, set)
		to := mail.Server{Host: "127.0.0.1", Port: int(box.Port), Security: "none", Roots: roots}
		if change != nil {
			change(&to)
		}
		err := mail.Send(context.Background(), to, letter)
		var f *mail.Failure
		if !errors.As(err, &f) {
			t.Fatalf("%v is no failure", err)
		}
		if strings.Contains(f.Why, "ada@") {
			t.Errorf("it names the recipient: %s", f.Why)
		}
		return f
	}
	if f := ask(func(s *mailtest.Server) { s.Say("RCPT", "550 <ada@example.com> is nobody here") }, nil); !f.Permanent {
		t.Errorf("nobody there is for good: %s", f)
	}
	if f := ask(func(s *mailtest.Server) { s.Say("RCPT", "450 try later") }, nil); f.Permanent {
		t.Errorf("later is not never: %s", f)
	}
	if f := ask(func(s *mailtest.Server) { s.Say("END", "554 looks like spam") }, nil); !f.Permanent {
		t.Errorf("refused content is for good: %s", f)
	}
	if f := ask(func(s *mailtest.Server) { s.Lose(1) }, nil); f.Permanent {
		t.Errorf("a lost answer may be asked for again: %s", f)
	}
	if f := ask(func(s *mailtest.Server) { s.TLS, s.Password = config, "secret" }, func(to *mail.Server) { to.Security, to.Username, to.Password = "starttls", "shop", "wrong" }); f.Permanent {
		t.Errorf("a wrong password is the shop's to mend, not the letter's end: %s", f)
	}
	if f := ask(func(*mailtest.Server) {}, func(to *mail.Server) { to.Security = "starttls" }); f.Permanent {
		t.Errorf("no STARTTLS: %s", f)
	}
	if f := ask(func(s *mailtest.Server) { s.TLS, s.Implicit = config, true }, func(to *mail.Server) { to.Security, to.Roots = "tls", x509.NewCertPool() }); f.Permanent {
		t.Errorf("a strange certificate: %s", f)
	}
	if f := ask(func(*mailtest.Server) {}, func(to *mail.Server) { to.Port = 1 }); f.Permanent {
		t.Errorf("nobody listens: %s", f)
	}
}
