package message_test

import (
	"strings"
	"testing"

	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/message"
	"orderly/internal/order"
	"pgregory.net/rapid"
)

func make1(t message.Template, f message.Facts) message.Mail {
	return t.Make(f, message.Look{Shop: "Shop", Color: "#ffee00", Logo: "https://x.test/t/1_a/logo"})
}

// Kills: a word that is filled in twice, a line about nothing, a button whose
// address is lost in text.
func TestFilling(t *testing.T) {
	tpl := message.Template{Subject: "Order {order}", Body: "Hello {name},\n\nCarrier: {carrier}\nTracking: {tracking}\n\nGone: {amount}\n\n[See {order}]({link})"}
	m := make1(tpl, message.Facts{"order": "#7", "name": "{link} <b>Eve</b>", "carrier": "DPD", "link": "https://x.test/t/1_a"})
	want := "Hello {link} <b>Eve</b>,\n\nCarrier: DPD\n\nSee #7: https://x.test/t/1_a\n"
	if m.Subject != "Order #7" || m.Text != want {
		t.Errorf("%q\n%q\nwant\n%q", m.Subject, m.Text, want)
	}
	if strings.Contains(m.HTML, "<b>Eve") || !strings.Contains(m.HTML, `href="https://x.test/t/1_a"`) || !strings.Contains(m.HTML, "color:#000000") {
		t.Errorf("HTML %s", m.HTML)
	}
	if m := make1(message.Template{Subject: "{amount}", Body: "x"}, message.Facts{"amount": "a\r\nBcc: b"}); m.Subject != "a Bcc: b" {
		t.Errorf("a subject of %q is a header of its own", m.Subject)
	}
}

// Kills: a built-in text that its own check would refuse.
func TestBuiltIns(t *testing.T) {
	for _, k := range message.Kinds {
		tpl := message.BuiltIn(k)
		var l fault.List
		if tpl.Check(&l); l.Err() != nil {
			t.Errorf("%s: %v", k, l.Err())
		}
		for _, word := range []string{"name", "link", "order"} {
			if !strings.Contains(tpl.Body+tpl.Subject, "{"+word+"}") {
				t.Errorf("%s does not say {%s}", k, word)
			}
		}
	}
}

func TestCheck(t *testing.T) {
	bad := message.Template{Kind: "gone", Language: "english", Subject: "a\nb", Body: "{price} {oops"}
	var l fault.List
	bad.Check(&l)
	var at []string
	for _, f := range l.Fields() {
		at = append(at, f.Pointer+" "+f.Code)
	}
	if got := strings.Join(at, ", "); got != "/kind unknown_kind, /language invalid_language, /body unknown_word, /subject invalid_text" {
		t.Error(got)
	}
}

// Kills: a wording for another channel or another language that wins.
func TestPick(t *testing.T) {
	of := func(channel, language string) message.Template {
		return message.Template{Kind: message.Shipped, Channel: channel, Language: language, Subject: channel + "/" + language}
	}
	list := []message.Template{of("", "en"), of("web", "en"), of("", "de"), of("web", "fr"), {Kind: message.Placed, Language: "de", Subject: "other kind"}}
	for _, x := range []struct{ channel, language, want string }{
		{"web", "de", "/de"}, {"web", "fr", "web/fr"}, {"web", "nl", "web/en"}, {"shop", "fr", "/en"}, {"shop", "", "/en"},
	} {
		if got := message.Pick(list, message.Shipped, x.channel, x.language, "en").Subject; got != x.want {
			t.Errorf("%s in %q: %q, want %q", x.channel, x.language, got, x.want)
		}
	}
	if got := message.Pick(nil, message.Shipped, "web", "de", "en"); got.Subject != message.BuiltIn(message.Shipped).Subject {
		t.Errorf("without own texts: %q", got.Subject)
	}
}

// Kills: a panic or a word left open in any text that somebody may write.
func TestAnyText(t *testing.T) {
	rapid.Check(t, func(t *rapid.T) {
		tpl := message.Template{Subject: rapid.String().Draw(t, "subject"), Body: rapid.String().Draw(t, "body")}
		m := make1(tpl, message.Facts{"link": "https://x.test", "name": rapid.String().Draw(t, "name")})
		if strings.ContainsAny(m.Subject, "\r\n") {
			t.Fatalf("subject %q", m.Subject)
		}
	})
}

// Kills: one act told twice, a history that is told at all.
func TestOf(t *testing.T) {
	kinds := func(typ string, d order.Delta) string {
		var out []string
		for _, x := range message.Of(typ, 9, &d) {
			out = append(out, string(x.Kind)+":"+x.Ref)
		}
		return strings.Join(out, " ")
	}
	for want, got := range map[string]string{
		"placed:":              kinds(journal.OrderPlaced, order.Delta{Placed: &order.Placed{}}),
		"":                     kinds(journal.OrderRecorded, order.Delta{Placed: &order.Placed{Mode: order.History}}),
		"shipped:3 shipped:4":  kinds(journal.ParcelStepped+"shipped", order.Delta{Parcels: []order.ParcelStep{{ID: 3, Step: "shipped"}, {ID: 4, Step: "shipped"}}}),
		"delivered:3":          kinds(journal.ParcelStepped+"delivered", order.Delta{Parcels: []order.ParcelStep{{ID: 3, Step: "delivered"}}}),
		"out_for_delivery:3":   kinds(journal.ParcelScanned, order.Delta{Parcels: []order.ParcelStep{{ID: 3, Step: "out_for_delivery"}}}),
		"ready_for_pickup:3.9": kinds(journal.FulShelved, order.Delta{Shelf: []order.ShelfStep{{ID: 3, Step: "shelved"}}}),
		"pickup_reminder:3.9":  kinds(journal.FulReminded, order.Delta{Shelf: []order.ShelfStep{{ID: 3, Step: "reminded"}}}),
		"pickup_extended:3.9":  kinds(journal.FulExtended, order.Delta{Shelf: []order.ShelfStep{{ID: 3, Step: "extended"}}}),
		"delivered:4":          kinds(journal.FulHandedOver, order.Delta{Shelf: []order.ShelfStep{{ID: 3, Step: "collected"}}, Parcels: []order.ParcelStep{{ID: 4, Step: "shipped"}, {ID: 4, Step: "delivered"}}}),
		"promised:9":           kinds(journal.OrderPromised, order.Delta{Edited: []string{"due_at"}}),
		"canceled:9":           kinds(journal.OrderCanceled, order.Delta{}),
		"refunded:9":           kinds(journal.OrderRefunded, order.Delta{Refunded: 5}),
		"return_received:9":    kinds(journal.OrderReturned, order.Delta{Refunded: 5}),
	} {
		if got != want {
			t.Errorf("%q, want %q", got, want)
		}
	}
	if got := kinds(journal.OrderCanceled, order.Delta{More: true}); got != "" {
		t.Errorf("a piece of an act: %q", got)
	}
}

func TestLanguageOf(t *testing.T) {
	for custom, want := range map[string]string{`{"language":"DE"}`: "de", `{"locale":"fr-CA"}`: "fr", `{"locale":"x"}`: "", `{"language":"english"}`: "", `{"language":7}`: "", ``: "", `[]`: ""} {
		if got := message.LanguageOf([]byte(custom)); got != want {
			t.Errorf("%s: %q, want %q", custom, got, want)
		}
	}
}
