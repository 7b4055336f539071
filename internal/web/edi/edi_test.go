package edi_test

import (
	"bytes"
	"mime/multipart"
	"net/http"
	"net/url"
	"os"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/web/pagetest"
	"orderly/internal/webtest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(webtest.Shared(m))) }

const (
	good   = "ISA*00*          *00*          *12*5550001        *ZZ*ORDERLY        *260301*1200*U*00401*000000007*0*P*>~GS*PO*5550001*ORDERLY*20260301*1200*7*X*004010~ST*850*0001~BEG*00*SA*PO-1**20260301~PO1*1*2*EA*5**VP*MUG~CTT*1~SE*5*0001~GE*1*7~IEA*1*000000007~"
	broken = "ISA*00*          *00*          *12*5550001        *ZZ*ORDERLY        *260301*1200*U*00401*000000008*0*P*>~GS*PO*5550001*ORDERLY*20260301*1200*8*X*004010~ST*850*0001~BEG*00*SA***20260301~PO1*1*2*EA*5**VP*<b>M~CTT*1~SE*5*0001~GE*1*8~IEA*1*000000008~"
)

func send(s *pagetest.Site, as access.Role, text string) pagetest.Answer {
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	part, _ := w.CreateFormFile("file", "850.edi")
	_, _ = part.Write([]byte(text))
	w.Close()
	return s.Ask(as, http.MethodPost, "/edi", &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

func profile() url.Values {
	return url.Values{"code": {"CORNER"}, "kind": {"customer"}, "standard": {"x12"}, "name": {"Corner Shop"}, "version": {"004010"}, "channel": {"web"}, "our_qualifier": {"ZZ"}, "our_id": {"ORDERLY"},
		"their_qualifier": {"12"}, "their_id": {"5550001"}, "active": {"true"}}
}

var fileOf = regexp.MustCompile(`/edi/files/(edf_[0-9a-z]+)"`)

// Kills: a form that keeps what is no good, a fault that is not named, a text
// that is shown as markup, an act by who may not.
func TestForms(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := pagetest.Open(t, db)
		if got := s.Get(access.Admin, "/edi"); got.Status != 200 || !strings.Contains(got.Body, "No files") {
			t.Fatalf("%d %.300s", got.Status, got.Body)
		}
		if got := send(s, access.Sales, "hello"); got.Status != 422 || !strings.Contains(got.Body, "this is no EDI") {
			t.Errorf("no EDI: %d", got.Status)
		}
		if got := send(s, access.Sales, good); got.Status != 422 || !strings.Contains(got.Body, "no trading partner sends") {
			t.Errorf("of nobody: %d", got.Status)
		}
		bad := profile()
		bad.Set("channel", "")
		if got := s.Post(access.Admin, "/edi/partners/new", bad); got.Status != 422 || !strings.Contains(got.Body, "name the channel") {
			t.Errorf("a partner without a channel: %d", got.Status)
		}
		if got := s.Post(access.Sales, "/edi/partners/new", profile()); got.Status != 403 {
			t.Errorf("a partner made by who may not: %d", got.Status)
		}
		if got := s.Post(access.Admin, "/edi/partners/new", profile()); got.Status != 303 {
			t.Fatalf("a partner: %d %.500s", got.Status, got.Body)
		}
		if got := s.Get(access.Admin, "/edi/partners"); !strings.Contains(got.Body, "CORNER") {
			t.Error("the list has no partner")
		}
		if got := send(s, access.Sales, good); got.Status != 303 {
			t.Fatalf("a file: %d %.500s", got.Status, got.Body)
		}
		send(s, access.Sales, broken)
		list := s.Get(access.Admin, "/edi").Body
		ids := fileOf.FindAllStringSubmatch(list, -1)
		if len(ids) != 4 {
			t.Fatalf("%d files", len(ids))
		}
		file := s.Get(access.Admin, "/edi/files/"+ids[1][1]).Body
		for _, want := range []string{"BEG03 (2)", "rejected", "is required and empty", "&lt;b&gt;M"} {
			if !strings.Contains(file, want) {
				t.Errorf("the page of the broken file does not say %q", want)
			}
		}
		if strings.Contains(file, "<b>M") {
			t.Error("a text is markup")
		}
		if got := s.Post(access.Sales, "/edi/files/"+ids[0][1], url.Values{"act": {"sent"}}); got.Status != 303 {
			t.Errorf("sent: %d", got.Status)
		}
		if got := s.Post(access.Sales, "/edi/files/"+ids[1][1], url.Values{"act": {"resend"}}); got.Status != 422 && got.Status != 409 {
			t.Errorf("a file that came in is sent: %d", got.Status)
		}
		if got := s.Get(access.Admin, "/edi/files/edf_0000000000000"); got.Status != 404 {
			t.Errorf("no such file: %d", got.Status)
		}
	})
}

// Kills: pages that cannot be read on a phone or without a mouse.
func TestLooks(t *testing.T) {
	browser := webtest.Start(t)
	s := pagetest.Open(t, storetest.SQLite(t))
	s.Post(access.Admin, "/edi/partners/new", profile())
	send(s, access.Sales, good)
	send(s, access.Sales, broken)
	broke := fileOf.FindAllStringSubmatch(s.Get(access.Admin, "/edi").Body, -1)[1][1]
	tab := s.Tab(t, browser, access.Admin, "/edi")
	tab.View(1280, 900, webtest.Light)
	for name, path := range map[string]string{"edi": "/edi", "edi-file": "/edi/files/" + broke, "edi-partners": "/edi/partners", "edi-partner-new": "/edi/partners/new"} {
		tab.CheckLooks(name, s.Address+path)
	}
}
