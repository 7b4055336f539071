package talks_test

import (
	"context"
	"fmt"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/talks"
	"orderly/internal/fault"
	"orderly/internal/mailroom"
	"orderly/internal/message"
	"orderly/internal/store"
	"orderly/internal/store/cases"
	"orderly/internal/store/storetest"
	storetalks "orderly/internal/store/talks"
	"orderly/internal/support"
	"orderly/internal/talk"
)

// Kills: a letter of ours whose Message-ID follows from the time, so that whoever
// guesses it writes as the supplier; files that are left out without a word; what a
// machine sent along, given to the supplier; a name that reads backwards.
func TestHostileMail(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		desktest.Must(s.Shop, admin.SaveSender, admin.SenderCommand{Sender: message.Sender{Host: "127.0.0.1", Port: 25, Security: "none", FromAddress: "shop@shop.test", ShopAddress: "https://orders.shop.test", Kinds: message.Kinds}, Enabled: true})
		id := s.bought(t, "ACME", true)
		desktest.Must(s.Shop, talks.Say, talks.SayCommand{About: talk.Purchase, Subject: int64(id), Text: "When?"})
		take := func(n int, head, body string) string {
			t.Helper()
			raw := fmt.Sprintf("Message-ID: <h%d@x>\r\nFrom: Acme <other@evil.example>\r\nTo: shop@shop.test\r\n%s\r\n%s", n, head, body)
			r, err := mailroom.Take(context.Background(), s.Desk, s.Scope, []byte(raw))
			if err != nil {
				t.Fatal(err)
			}
			return r.Kind + " " + r.Status
		}
		x, list := s.thread(t, s.Scope, id)
		if got := take(1, "Subject: Re: order\r\nIn-Reply-To: <"+list[0].ID.String()+"@shop.test>\r\n", "Pay me instead."); got != "cas created" {
			t.Errorf("by a guessed Message-ID: %s", got)
		}
		if got := take(2, "Subject: Re: order\r\nIn-Reply-To: <"+list[0].RFC+">\r\n", "On Monday."); got != "tlk done" {
			t.Errorf("by the letter's own: %s", got)
		}
		var body strings.Builder
		for i := range support.MaxFiles + 2 {
			fmt.Fprintf(&body, "--b\r\nContent-Type: text/html\r\nContent-Disposition: attachment; filename=\"a%d\u202Efdp.html\"\r\n\r\n<script>1</script>\r\n", i)
		}
		if got := take(3, "Subject: "+x.Mark()+"\r\nAuto-Submitted: auto-replied\r\nMIME-Version: 1.0\r\nContent-Type: multipart/mixed; boundary=b\r\n", body.String()+"--b--\r\n"); got != "tlk done" {
			t.Errorf("with files: %s", got)
		}
		_, list = s.thread(t, s.Scope, id)
		last := list[len(list)-1]
		if !strings.HasPrefix(last.Why, "2 files") {
			t.Errorf("two files were left out: %q", last.Why)
		}
		err := s.DB.Read(context.Background(), s.theirs, func(r *store.Reader) error {
			files, err := cases.Files(r, []support.MessageID{support.MessageID(last.ID)})
			if err != nil || len(files) != support.MaxFiles || files[0].Name != "a0fdp.html" {
				t.Fatalf("%d files, the first %+v: %v", len(files), files[:min(1, len(files))], err)
			}
			_, err = talks.FileFor(r, s.theirs, talk.Purchase, int64(id), files[0].ID)
			return err
		})
		if fault.KindOf(err) != fault.NotFound {
			t.Errorf("they read the file of a machine's mail: %v", err)
		}
	})
}

// Kills: somebody of one place who is told of conversations about goods of another,
// in the list or in the count of Today.
func TestAwaitingOfAPlace(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		id := s.bought(t, "ACME", true)
		if _, err := say(s, s.theirs, talks.Say, talks.SayCommand{About: talk.Purchase, Subject: int64(id), Text: "Four only."}); err != nil {
			t.Fatal(err)
		}
		for place, want := range map[string]int{"A": 1, "B": 0} {
			by := access.Scope{Merchant: s.Scope.Merchant, Actor: access.Actor{Kind: "key", ID: place}, Permissions: access.Buyer.Permissions(), Locations: []int64{int64(s.Locations[place])}}
			err := s.DB.Read(context.Background(), by, func(r *store.Reader) error {
				list, err := storetalks.Awaiting(r, talk.Us, 0, 10)
				if err != nil {
					return err
				}
				n, _, err := storetalks.CountAwaiting(r, talk.Us, 10)
				if len(list) != want || n != int64(want) {
					t.Errorf("at %s: %d in the list and %d counted, want %d", place, len(list), n, want)
				}
				return err
			})
			if err != nil {
				t.Fatal(err)
			}
		}
	})
}
