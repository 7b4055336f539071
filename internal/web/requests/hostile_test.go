package requests_test

import (
	"bytes"
	"context"
	"fmt"
	"mime/multipart"
	"net/http"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/mailroom"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/store/talks"
	"orderly/internal/talk"
	"orderly/internal/web/pagetest"
)

// written is a message with a file, as a browser sends it.
func written(t *testing.T, s *pagetest.Site, role access.Role, path, text, file, data string) pagetest.Answer {
	t.Helper()
	var body bytes.Buffer
	w := multipart.NewWriter(&body)
	_ = w.WriteField("text", text)
	f, err := w.CreateFormFile("files", file)
	if err != nil {
		t.Fatal(err)
	}
	_, _ = f.Write([]byte(data))
	_ = w.Close()
	return s.Ask(role, http.MethodPost, path, &body, http.Header{"Content-Type": {w.FormDataContentType()}})
}

// Kills: words or names of files that run in our browser; a file that is shown and
// not saved, or that a stranger has; a mail under another's name that looks like the
// supplier's; the mail that is answered, in the way of the answer.
func TestHostileConversation(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := site(t, db)
		mine, other := bought(s)
		storetest.Exec(t, db, "UPDATE supplier SET email = 'orders@acme.example' WHERE m = 1")
		theirs, ours := "/supplier-orders/"+mine.String(), "/purchases/"+mine.String()
		if got := written(t, s, access.Partner, theirs+"/messages", "<script>alert(1)</script>", "<img src=x onerror=alert(2)>.html", "<script>alert(3)</script>"); got.Status != http.StatusSeeOther {
			t.Fatalf("written: %d %s", got.Status, got.Body)
		}
		page := s.Get(access.Buyer, ours).Body
		if strings.Contains(page, "<script>alert") || strings.Contains(page, "<img src=x") || !strings.Contains(page, "&lt;script&gt;alert(1)") {
			t.Error("what they wrote is not told as text")
		}
		link := regexp.MustCompile(`href="` + ours + `(/files/csf_[0-9a-z]+)"`).FindStringSubmatch(page)
		if link == nil {
			t.Fatal("no file")
		}
		got := s.Get(access.Buyer, ours+link[1])
		if h := got.Header; got.Status != http.StatusOK || !strings.HasPrefix(h.Get("Content-Disposition"), "attachment;") || h.Get("Content-Type") != "application/octet-stream" || h.Get("X-Content-Type-Options") != "nosniff" {
			t.Errorf("the file: %d %v", got.Status, got.Header)
		}
		for role, path := range map[access.Role]string{access.Partner: "/supplier-orders/" + other.String() + link[1], access.Warehouse: ours + link[1], access.Support: ours + link[1]} {
			if got := s.Get(role, path); got.Status == http.StatusOK {
				t.Errorf("%s has the file", role)
			}
		}
		mark := ""
		err := s.DB.Read(context.Background(), s.Scope, func(r *store.Reader) error {
			x, err := talks.About(r, talk.Purchase, int64(mine))
			mark = x.Mark()
			return err
		})
		if err != nil {
			t.Fatal(err)
		}
		for i, from := range []string{"Acme <thief@evil.example>", "Acme <orders@acme.example>"} {
			raw := fmt.Sprintf("Message-ID: <w%d@x>\r\nFrom: %s\r\nTo: shop@shop.test\r\nSubject: Re: %s\r\n\r\nOn Monday.\r\n\r\nOn 1 June, Shop wrote:\r\n> Which day?\r\n", i, from, mark)
			if _, err := mailroom.Take(context.Background(), s.Desk, s.Scope, []byte(raw)); err != nil {
				t.Fatal(err)
			}
		}
		page = s.Get(access.Buyer, ours).Body
		if strings.Count(page, "not the address we write to") != 1 || !strings.Contains(page, "thief@evil.example") || strings.Count(page, "<details") < 2 {
			t.Error("it is not said whose mail is whose, or what is quoted is not folded")
		}
		if page = s.Get(access.Partner, theirs).Body; strings.Contains(page, "not the address we write to") {
			t.Error("the supplier reads what is for us")
		}
	})
}
