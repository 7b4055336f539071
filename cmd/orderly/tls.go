package main

import (
	"cmp"
	"crypto/tls"
	"log"
	"log/slog"
	"net"
	"time"

	"orderly/internal/certificate"
	"orderly/internal/desk"
	"orderly/internal/httpapi"
	"orderly/internal/lifecycle"
)

// certificatesEvery is how often it is looked whether every name has a
// certificate; they are renewed by themselves long before they end.
const certificatesEvery = 15 * time.Minute

// noRedirect leaves the plain port closed.
const noRedirect = "off"

// tlsFlags say how the server speaks HTTPS.
type tlsFlags struct {
	TLSCert       string        `placeholder:"FILE" env:"ORDERLY_TLS_CERT" group:"TLS" help:"Certificate chain in PEM; with --tls-key the server speaks HTTPS. Renewed files are taken up without a restart."`
	TLSKey        string        `placeholder:"FILE" env:"ORDERLY_TLS_KEY" group:"TLS" help:"Private key in PEM."`
	ACME          []string      `name:"acme" placeholder:"HOST" env:"ORDERLY_ACME" group:"TLS" help:"Get certificates for these names, with commas between, from Let's Encrypt, whose terms you agree to by this, and renew them. They are kept sealed in the database, which all nodes share."`
	ACMEEmail     string        `name:"acme-email" placeholder:"ADDRESS" env:"ORDERLY_ACME_EMAIL" group:"TLS" help:"Where the authority writes to when something is wrong."`
	ACMEDirectory string        `name:"acme-directory" placeholder:"URL" env:"ORDERLY_ACME_DIRECTORY" group:"TLS" help:"Another authority that speaks ACME, such as one of your own."`
	ACMERoots     string        `name:"acme-roots" placeholder:"FILE" env:"ORDERLY_ACME_ROOTS" group:"TLS" help:"Roots in PEM that the authority's own address is trusted by, where the system does not know them."`
	Redirect      string        `placeholder:"HOST:PORT" env:"ORDERLY_REDIRECT" group:"TLS" help:"Address at which plain HTTP is sent on to HTTPS, or off. Default: :80 with --acme, else off."`
	HSTS          time.Duration `name:"hsts" default:"8760h" placeholder:"TIME" env:"ORDERLY_HSTS" group:"TLS" help:"How long browsers are told to come by HTTPS alone; 0 does not tell them. Default: a year."`
}

// listenAt is where to listen when nothing else is said.
func (f tlsFlags) listenAt(given string) string {
	if len(f.ACME) > 0 {
		return cmp.Or(given, ":443")
	}
	return cmp.Or(given, "127.0.0.1:8080")
}

func (f tlsFlags) redirectAt() string {
	at := f.Redirect
	if at == "" && len(f.ACME) > 0 {
		at = ":80"
	}
	if at == noRedirect {
		return ""
	}
	return at
}

func (f tlsFlags) asked() certificate.Asked {
	return certificate.Asked{Hosts: f.ACME, Email: f.ACMEEmail, Directory: f.ACMEDirectory, Roots: f.ACMERoots}
}

// checkTLS lists what can be said before anything is opened.
func (f tlsFlags) checkTLS() error {
	switch {
	case (f.TLSCert == "") != (f.TLSKey == ""):
		return usagef("--tls-cert and --tls-key belong together; give both or none")
	case f.TLSCert != "" && len(f.ACME) > 0:
		return usagef("--tls-cert and --acme are two ways to a certificate; give one")
	case len(f.ACME) == 0 && (f.ACMEDirectory != "" || f.ACMEEmail != "" || f.ACMERoots != ""):
		return usagef("--acme-directory, --acme-email and --acme-roots need --acme with the names that certificates are for")
	case f.redirectAt() != "" && f.TLSCert == "" && len(f.ACME) == 0:
		return usagef("--redirect sends readers to HTTPS, which this server does not speak; give --tls-cert or --acme")
	case f.HSTS < 0:
		return usagef("--hsts is not negative")
	}
	if f.TLSCert != "" {
		_, err := certificate.Open(f.TLSCert, f.TLSKey, slog.New(slog.DiscardHandler))
		return err
	}
	return f.asked().Check()
}

// doors are where a server is reached.
type doors struct {
	main, plain net.Listener
	tls         *tls.Config
	authority   *certificate.Authority
	renewal     *lifecycle.Jobs
}

func (c *serveFlags) open() (*doors, error) {
	main, err := listen(c.listenAt(c.Listen))
	if err != nil {
		return nil, err
	}
	d := &doors{main: main}
	if at := c.redirectAt(); at != "" {
		if d.plain, err = listen(at); err != nil {
			main.Close()
			return nil, err
		}
	}
	return d, nil
}

func (d *doors) close() {
	d.main.Close()
	if d.plain != nil {
		d.plain.Close()
	}
}

// secure gives the doors their certificates.
func (c *serveFlags) secure(d *doors, on *desk.Desk, log *slog.Logger) error {
	switch {
	case c.TLSCert != "":
		files, err := certificate.Open(c.TLSCert, c.TLSKey, log)
		if err != nil {
			return err
		}
		d.tls = files.Config()
	case len(c.ACME) > 0:
		authority, err := certificate.NewAuthority(on, c.asked(), log)
		if err != nil {
			return err
		}
		d.authority, d.tls = authority, authority.Config()
		d.renewal = lifecycle.NewJobs(log)
	}
	return nil
}

// beside serves plain HTTP at its own door, and begins to get certificates: the
// authority asks back at the doors, which are open already.
func (d *doors) beside(s *lifecycle.Server, log *log.Logger) {
	if d.plain != nil {
		_, port, _ := net.SplitHostPort(d.main.Addr().String())
		plain := certificate.Redirect(port)
		if d.authority != nil { // it is reached at 443 outside, or would get no certificate
			plain = d.authority.Plain(certificate.Redirect(""))
		}
		s.Plain, s.PlainListener = httpapi.Server(plain), d.plain
		s.Plain.ErrorLog = log
	}
	if d.authority != nil {
		d.renewal.Every("get certificates", 0, certificatesEvery, d.authority.Get)
	}
}

func (d *doors) stop() {
	if d.renewal != nil {
		d.renewal.Stop()
	}
}
