package privacy_test

import (
	"strings"
	"testing"
	"time"

	"orderly/internal/party"
	"orderly/internal/privacy"
)

// Kills: a first name, a country or a short number that is taken for a person;
// a trace that is missed for the case of a letter.
func TestTraces(t *testing.T) {
	var x privacy.Traces
	x.Add(party.Contact{Name: "Ada", Email: "a@b", Phone: "12"}, party.Address{Name: "Byron", Line1: "Mill", City: "Leeds", Country: "GB"})
	if x.Len() != 0 || x.In("Ada Byron of Mill, Leeds") {
		t.Errorf("%d traces of what is nobody's", x.Len())
	}
	x.Add(party.Contact{Name: "Łucja Öztürk", Email: "Lucja@Mail.example", Phone: "+48 600 700 800"}, party.Address{Line1: "12 Mill Lane"})
	for _, text := range []string{"call łucja öztürk", "LUCJA@mail.EXAMPLE", "at +48 600 700 800 soon", "12 mill lane, Leeds"} {
		if !x.In(text) {
			t.Errorf("%q is not found", text)
		}
	}
	if x.In("lucja") || x.In("") {
		t.Error("half a name is found")
	}
	for i := range 3 * privacy.MaxTraces {
		x.Add(party.Contact{Email: strings.Repeat("x", i+1) + "@example.com"})
	}
	if x.Len() != privacy.MaxTraces {
		t.Errorf("%d traces", x.Len())
	}
}

// Kills: a document that loses its name a day early, or ever when it is kept
// for ever; keys of two persons that are one.
func TestTimes(t *testing.T) {
	s := privacy.Setting{Years: 10}
	for day, over := range map[string]bool{"2036-12-31": false, "2037-01-01": true, "2030-01-01": false} {
		at, err := time.Parse(time.DateOnly, day)
		if err != nil {
			t.Fatal(err)
		}
		if s.Over(20260115, at) != over {
			t.Errorf("on %s a document of 2026 is over: %t", day, !over)
		}
		if (privacy.Setting{}).Over(19000101, at) {
			t.Error("a document that is kept for ever is over")
		}
	}
	if (privacy.Person{Customer: 1}).Key() == (privacy.Person{Email: "1"}).Key() || (privacy.Person{Email: "a"}).Key() == (privacy.Person{Email: "b"}).Key() {
		t.Error("two persons have one key")
	}
}
