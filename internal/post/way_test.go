package post_test

import (
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"strings"
	"sync"
	"testing"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"orderly/internal/connect/webhook"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/intake"
	"orderly/internal/fault"
	"orderly/internal/post"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

// gateway stands for what passes texts on: it takes what is signed, and says no
// so often before.
type gateway struct {
	mu      sync.Mutex
	answers []int // before it takes anything
	took    []map[string]string
	secret  string
}

func (g *gateway) ServeHTTP(w http.ResponseWriter, r *http.Request) {
	g.mu.Lock()
	defer g.mu.Unlock()
	body, _ := io.ReadAll(r.Body)
	hook, err := standardwebhooks.NewWebhook(g.secret)
	if err == nil {
		err = hook.Verify(body, r.Header)
	}
	if err != nil {
		w.WriteHeader(http.StatusUnauthorized)
		return
	}
	if len(g.answers) > 0 {
		w.WriteHeader(g.answers[0])
		g.answers = g.answers[1:]
		return
	}
	var got map[string]string
	_ = json.Unmarshal(body, &got)
	got["header"] = r.Header.Get("webhook-id")
	g.took = append(g.took, got)
}

// A customer with a number and no address is told by text, once, however often
// the gateway was away; a refusal for good is kept; nothing goes inside.
//
// Kills: a text that is handed in under another id; a number that cannot be
// dialed; a gateway on the loopback of who did not allow it.
func TestTexts(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := open(t, db)
		s.enable()
		g := &gateway{secret: admin.NewWebhookSecret(), answers: []int{503, 429}}
		server := httptest.NewServer(g)
		defer server.Close()
		set := admin.GatewayCommand{Address: server.URL, Secret: g.secret}
		if _, err := desktest.Try(s.Shop, admin.SaveGateway, set); fault.CodeOf(err) != "plain_http" {
			t.Fatalf("a gateway inside: %v", err)
		}
		inside := []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8")}
		admin.AllowOutbound(s.Desk, inside)
		if _, err := desktest.Try(s.Shop, admin.SaveGateway, admin.GatewayCommand{Address: server.URL}); fault.CodeOf(err) != "missing" {
			t.Fatalf("without a secret: %v", err)
		}
		desktest.Must(s.Shop, admin.SaveGateway, set)
		sender := webhook.New(webhook.Options{Private: inside, Now: db.Now})
		defer sender.Close()
		post.UseTexts(s.Desk, sender)

		place := func(phone string) *intake.Placed {
			r := s.Request("MUG", 1)
			r.Parties.Customer.Email, r.Parties.Customer.Phone = "", phone
			return desktest.Must(s.Shop, intake.Place, intake.PlaceCommand{Request: r}).Value.(*intake.Placed)
		}
		told, silent := place("0044 7700 900123"), place("07700 900123")
		for range 3 {
			s.settle()
			s.hurry()
		}
		if got := states(s.of(told.Order.ID)); got != "placed sent" {
			t.Fatalf("%s: %+v", got, s.of(told.Order.ID))
		}
		if got := states(s.of(silent.Order.ID)); got != "placed skipped" {
			t.Errorf("a number without its country: %s", got)
		}
		x := s.of(told.Order.ID)[0]
		if len(g.took) != 1 || g.took[0]["to"] != "+447700900123" || g.took[0]["id"] != x.ID.String() || g.took[0]["header"] != x.ID.String() || x.Attempts != 3 ||
			!strings.Contains(g.took[0]["text"], "https://orders.shop.test/t/1_") {
			t.Errorf("%d attempts, %v", x.Attempts, g.took)
		}
		g.answers = []int{422}
		refused := place("+44 7700 900124")
		s.settle()
		if x := s.of(refused.Order.ID)[0]; states(s.of(refused.Order.ID)) != "placed failed" || !strings.Contains(x.Why, "422") {
			t.Errorf("refused for good: %+v", x)
		}
		if n := len(s.box.Mail()); n != 0 {
			t.Errorf("%d letters", n)
		}
	})
}
