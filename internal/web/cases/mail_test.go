package cases_test

import (
	"context"
	"crypto/tls"
	"io"
	"log"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"net/url"
	"strconv"
	"strings"
	"testing"

	"github.com/chromedp/chromedp"
	"github.com/emersion/go-imap/v2"
	"github.com/emersion/go-imap/v2/imapserver"
	"github.com/emersion/go-imap/v2/imapserver/imapmemserver"

	"orderly/internal/access"
	"orderly/internal/connect/mail/mailtest"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/jobs"
	"orderly/internal/mailroom"
	"orderly/internal/message"
	"orderly/internal/post"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/storetest"
	"orderly/internal/support"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

// letters is a mailbox on a real IMAP server, over TLS.
type letters struct {
	t    *testing.T
	user *imapmemserver.User
	port int64
}

// serveMail starts it, and has the shop believe its certificate.
func serveMail(t *testing.T, s *pagetest.Site) *letters {
	t.Helper()
	certified := httptest.NewTLSServer(nil) // for its certificate, which is that of 127.0.0.1
	t.Cleanup(certified.Close)
	user := imapmemserver.NewUser("help", "secret")
	if err := user.Create("INBOX", nil); err != nil {
		t.Fatal(err)
	}
	mem := imapmemserver.New()
	mem.AddUser(user)
	server := imapserver.New(&imapserver.Options{
		NewSession: func(*imapserver.Conn) (imapserver.Session, *imapserver.GreetingData, error) {
			return mem.NewSession(), nil, nil
		},
		Caps: imap.CapSet{imap.CapIMAP4rev1: {}}, Logger: log.New(io.Discard, "", 0),
	})
	line, err := net.Listen("tcp", "127.0.0.1:0")
	if err != nil {
		t.Fatal(err)
	}
	go func() { _ = server.Serve(tls.NewListener(line, &tls.Config{Certificates: certified.TLS.Certificates})) }()
	t.Cleanup(func() { _ = server.Close() })
	admin.TrustMail(s.Desk, certified.Client().Transport.(*http.Transport).TLSClientConfig.RootCAs)
	_, port, _ := net.SplitHostPort(line.Addr().String())
	n, _ := strconv.ParseInt(port, 10, 64)
	return &letters{t, user, n}
}

func (l *letters) put(raw string) {
	l.t.Helper()
	text := strings.ReplaceAll(raw, "\n", "\r\n")
	if _, err := l.user.Append("INBOX", literal{strings.NewReader(text)}, &imap.AppendOptions{}); err != nil {
		l.t.Fatal(err)
	}
}

type literal struct{ *strings.Reader }

func (l literal) Size() int64 { return l.Reader.Size() }

// runner does the jobs of mail until none is due.
type runner struct {
	t *testing.T
	r *jobs.Runner
	s *pagetest.Site
}

func (r *runner) settle() {
	r.t.Helper()
	for range 3 {
		storetest.Exec(r.t, r.s.DB, "UPDATE job SET due_at = 0 WHERE m = 1")
		if _, err := r.r.Round(context.Background()); err != nil {
			r.t.Fatal(err)
		}
		r.r.Wait()
	}
}

// check tells why mail could not be fetched.
func (r *runner) check() {
	r.t.Helper()
	err := r.s.DB.Read(context.Background(), r.s.Scope, func(rd *store.Reader) error {
		box, err := cases.MailboxOf(rd)
		if box.Why != "" || box.UIDValidity == 0 {
			r.t.Errorf("mail was not fetched: %+v", box)
		}
		return err
	})
	if err != nil {
		r.t.Error(err)
	}
}

// office is a shop with both ways of mail.
func office(t *testing.T, db *store.DB) (*pagetest.Site, *letters, *mailtest.Server, *runner, string) {
	t.Helper()
	s, id := open(t, db)
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		t.Fatal(err)
	}
	admin.UseSeal(s.Desk, ring)
	out := mailtest.Start(t)
	port, _ := strconv.ParseInt(out.Addr[strings.LastIndexByte(out.Addr, ':')+1:], 10, 64)
	desktest.Must(s.Shop, admin.SaveSender, admin.SenderCommand{Sender: message.Sender{Host: "127.0.0.1", Port: port, Security: "none", FromAddress: "shop@shop.test", ShopAddress: "https://shop.test"}})
	in := serveMail(t, s)
	desktest.Must(s.Shop, admin.SaveMailbox, admin.MailboxCommand{Enabled: true, Password: "secret", Mailbox: support.Mailbox{Host: "127.0.0.1", Port: in.port, Security: "tls", Username: "help", Address: "help@shop.test"}})
	desktest.Must(s.Shop, admin.SaveMacro, admin.MacroCommand{Macro: support.Macro{Name: "Sorry", Body: "Hello {name},\n\nwe are sorry about order {order}.\nTracking: {tracking}\n\n{shop}"}})
	log := slog.New(slog.DiscardHandler)
	r := &runner{t, jobs.New(db, append(post.Kinds(s.Desk, log), mailroom.Kinds(s.Desk, log)...), jobs.Options{}), s}
	r.settle() // the first look finds where the mailbox stands
	s.CatchUp()
	return s, in, out, r, id.String()
}

// From a mail to the end of its case: over IMAP into a case of the order, a macro
// by SMTP, money back with a preview, and resolved.
//
// Kills: a mail that is taken twice or not at all, an answer that does not find
// its thread, goodwill without a preview, a page that needs scripts it has not.
func TestFromMailToResolution(t *testing.T) {
	s, in, out, r, _ := office(t, storetest.SQLite(t))
	in.put("From: Ada Byron <ada@example.com>\nTo: help@shop.test\nSubject: My mug is broken\nMessage-ID: <one@example.com>\n\nHello, the mug of order #1001 is broken.\n")
	in.put("\x00\xff broken: mail\n\n\xff")
	r.settle()
	r.settle()
	r.check()
	says(t, s, access.Support, "/cases?state=", "C-1001", "My mug is broken")
	list := s.Get(access.Support, "/cases?state=").Body
	if strings.Count(list, "My mug is broken") != 1 {
		t.Error("one mail is not one case")
	}
	path := "/cases/C-1001"

	tab := s.Tab(t, webtest.Start(t), access.Support, path)
	tab.WaitText("the mug of order #1001 is broken")
	tab.WaitText("Claim")
	tab.Do(chromedp.Evaluate[chromedp.Void](`(() => { const s = document.querySelector("[name=macro]"); s.selectedIndex = 1; s.dispatchEvent(new Event("change", {bubbles: true})) })()`))
	tab.WaitTrue(`document.querySelector("#reply-text").value.includes("we are sorry about order #1001")`)
	tab.Click(`button[hx-post$="/reply/preview"]`)
	tab.WaitText("This goes to ada@example.com")
	tab.Screenshot("case-reply")
	tab.Click(`#reply-act button[type=submit]`)
	tab.WaitText("Waiting for customer")
	r.settle()
	if got := out.Mail(); len(got) != 1 || got[0].To != "ada@example.com" || !strings.Contains(got[0].Text, "Hello Ada Byron") || strings.Contains(got[0].Text, "Tracking") {
		t.Fatalf("%+v", got)
	}
	in.put("From: ada@example.com\nTo: help@shop.test\nSubject: other words\nMessage-ID: <two@example.com>\nIn-Reply-To: <one@example.com>\n\nThank you. What now?\n")
	r.settle()
	tab.Visit(s.Address + path)
	tab.WaitText("What now?")
	tab.Do(chromedp.SendKeys("#goodwill-amount", "5.00"))
	tab.Do(chromedp.Evaluate[chromedp.Void](`document.querySelector("#goodwill-amount").dispatchEvent(new Event("input", {bubbles: true}))`))
	tab.WaitText("£5.00 goes back to the customer")
	tab.Do(chromedp.SendKeys(`#goodwill-act [name=reason]`, "A broken mug"))
	tab.Screenshot("case-goodwill")
	tab.Click(`#goodwill-act button[type=submit]`)
	tab.WaitText("Given")
	done(t, s, access.Support, path+"/resolve", url.Values{"cause": {"damaged_in_transit"}})
	tab.CheckLooks("case", s.Address+path)
	tab.WaitText("Resolved")
	tab.CheckLooks("cases", s.Address+"/cases?state=")
	tab.CheckClean()
}
