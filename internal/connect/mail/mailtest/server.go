// Package mailtest is a mail server for tests: it speaks SMTP on loopback,
// keeps what it is given, and fails when it is told to.
//
// It belongs in test files only.
package mailtest

import (
	"bufio"
	"crypto/tls"
	"encoding/base64"
	"io"
	"mime"
	"mime/multipart"
	"mime/quotedprintable"
	"net"
	"net/mail"
	"net/textproto"
	"strings"
	"sync"
	"testing"
)

// Server is a mail server. Set its fields before anybody connects.
type Server struct {
	Addr string
	Port int64

	TLS      *tls.Config // for STARTTLS, or from the first byte when Implicit
	Implicit bool
	Password string // that a user must give, "" for none

	t    testing.TB
	mu   sync.Mutex
	mail []Mail
	open []net.Conn
	says map[string][]string // by verb: answers instead of the usual ones, one a call
	lose int                 // connections that end after a letter was taken, before that is said
}

// Mail is a letter that was taken.
type Mail struct {
	From, To string
	Header   mail.Header
	Text     string
	HTML     string
	Files    []string // names of what is attached
	Secure   bool
	User     string
}

// Start serves until the test ends.
func Start(t testing.TB, set ...func(*Server)) *Server {
	t.Helper()
	l, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	s := &Server{t: t, Addr: l.Addr().String(), Port: int64(l.Addr().(*net.TCPAddr).Port), says: map[string][]string{}}
	for _, f := range set {
		f(s)
	}
	var work sync.WaitGroup
	work.Go(func() {
		for {
			c, err := l.Accept()
			if err != nil {
				return
			}
			s.keep(c)
			work.Go(func() { defer c.Close(); s.serve(c) })
		}
	})
	t.Cleanup(func() { l.Close(); s.hangUp(); work.Wait() })
	return s
}

func (s *Server) keep(c net.Conn) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.open = append(s.open, c)
}

// hangUp ends connections that were left open.
func (s *Server) hangUp() {
	s.mu.Lock()
	defer s.mu.Unlock()
	for _, c := range s.open {
		c.Close()
	}
}

// Say has the next calls of a verb answered so, such as "RCPT", "550 no such user".
func (s *Server) Say(verb string, answers ...string) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.says[verb] = append(s.says[verb], answers...)
}

// Lose has the next n letters taken without a word.
func (s *Server) Lose(n int) {
	s.mu.Lock()
	defer s.mu.Unlock()
	s.lose = n
}

// Mail is what was taken so far.
func (s *Server) Mail() []Mail {
	s.mu.Lock()
	defer s.mu.Unlock()
	return append([]Mail(nil), s.mail...)
}

func (s *Server) answer(verb, usual string) string {
	s.mu.Lock()
	defer s.mu.Unlock()
	if list := s.says[verb]; len(list) > 0 {
		s.says[verb] = list[1:]
		return list[0]
	}
	return usual
}

// talk is one connection.
type talk struct {
	*Server
	conn net.Conn
	text *textproto.Conn
	m    Mail
}

func (s *Server) serve(c net.Conn) {
	x := &talk{Server: s, conn: c}
	if s.Implicit {
		x.conn = tls.Server(c, s.TLS)
		x.m.Secure = true
	}
	x.text = textproto.NewConn(x.conn)
	x.say("220 test")
	for {
		line, err := x.text.ReadLine()
		if err != nil || !x.do(line) {
			return
		}
	}
}

func (x *talk) say(text string) bool { return x.text.PrintfLine("%s", text) == nil }

func (x *talk) do(line string) bool {
	verb, rest, _ := strings.Cut(line, " ")
	switch verb = strings.ToUpper(verb); verb {
	case "EHLO", "HELO":
		return x.hello()
	case "STARTTLS":
		x.say("220 go ahead")
		x.conn = tls.Server(x.conn, x.TLS)
		x.text, x.m.Secure = textproto.NewConn(x.conn), true
		return true
	case "AUTH":
		return x.auth(rest)
	case "MAIL":
		x.m.From = between(rest)
		return x.say(x.answer(verb, "250 ok"))
	case "RCPT":
		x.m.To = between(rest)
		return x.say(x.answer(verb, "250 ok"))
	case "DATA":
		return x.data()
	case "QUIT":
		x.say("221 bye")
		return false
	}
	return x.say("250 ok")
}

func (x *talk) hello() bool {
	x.say("250-test")
	if x.TLS != nil && !x.m.Secure {
		x.say("250-STARTTLS")
	}
	if x.Password != "" {
		x.say("250-AUTH PLAIN")
	}
	return x.say("250 8BITMIME")
}

func (x *talk) auth(rest string) bool {
	_, first, _ := strings.Cut(rest, " ")
	data, err := base64.StdEncoding.DecodeString(first)
	parts := strings.Split(string(data), "\x00")
	if err != nil || len(parts) != 3 || parts[2] != x.Password {
		return x.say("535 wrong user or password")
	}
	x.m.User = parts[1]
	return x.say("235 welcome")
}

func (x *talk) data() bool {
	if said := x.answer("DATA", "354 go ahead"); !strings.HasPrefix(said, "354") {
		return x.say(said)
	} else if !x.say(said) {
		return false
	}
	m, err := mail.ReadMessage(bufio.NewReader(x.text.DotReader()))
	if err != nil {
		x.t.Errorf("read a mail: %v", err)
		return false
	}
	if said := x.answer("END", ""); said != "" {
		_, _ = io.Copy(io.Discard, m.Body)
		return x.say(said)
	}
	x.m.Header = m.Header
	x.parts(m)
	x.mu.Lock()
	x.mail = append(x.mail, x.m)
	lost := x.lose > 0
	if lost {
		x.lose--
	}
	x.mu.Unlock()
	return !lost && x.say("250 taken")
}

func (x *talk) parts(m *mail.Message) { x.within(m.Header.Get("Content-Type"), m.Body) }

// within reads the parts of a letter, those of its parts too.
func (x *talk) within(kind string, body io.Reader) {
	_, params, err := mime.ParseMediaType(kind)
	if err != nil {
		x.t.Errorf("a mail of the type %q: %v", kind, err)
	}
	r := multipart.NewReader(body, params["boundary"])
	for {
		p, err := r.NextRawPart()
		if err != nil {
			return
		}
		x.part(p)
	}
}

func (x *talk) part(p *multipart.Part) {
	kind := p.Header.Get("Content-Type")
	if strings.HasPrefix(kind, "multipart/") {
		x.within(kind, p)
		return
	}
	var body io.Reader = p
	switch p.Header.Get("Content-Transfer-Encoding") {
	case "quoted-printable":
		body = quotedprintable.NewReader(p)
	case "base64":
		body = base64.NewDecoder(base64.StdEncoding, p)
	}
	text, err := io.ReadAll(body)
	if err != nil {
		x.t.Errorf("read a part: %v", err)
	}
	switch {
	case p.FileName() != "":
		x.m.Files = append(x.m.Files, p.FileName())
	case strings.HasPrefix(kind, "text/html"):
		x.m.HTML = string(text)
	default:
		x.m.Text = string(text)
	}
}

func between(s string) string {
	_, s, _ = strings.Cut(s, "<")
	s, _, _ = strings.Cut(s, ">")
	return s
}
