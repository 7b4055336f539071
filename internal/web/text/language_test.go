package text_test

import (
	"encoding/json"
	"strings"
	"testing"
	"time"

	"orderly/internal/web/text"
)

// Kills: a language that needs more than its file; a file with faults that is
// taken all the same, or that is refused one fault at a time.
func TestLanguage(t *testing.T) {
	var source map[string]string
	if err := json.Unmarshal(text.Source(), &source); err != nil || len(source) != len(text.Keys(text.Default)) {
		t.Fatalf("%d of %d texts: %v", len(source), len(text.Keys(text.Default)), err)
	}
	if err := text.Add("la", text.Source()); err != nil {
		t.Errorf("the English file under another name: %v", err)
	}
	for _, tc := range []struct{ lang, file, want string }{
		{"english", `{}`, "not the name"},
		{"en", `{}`, "not the name"},
		{"nl", `[]`, "not a JSON object"},
		{"nl", `{"orders.nothing": "x", "orders.title": "Orders {n}"}`, `no "orders.nothing"; "orders.title" has the places [{n}]`},
	} {
		err := text.Add(tc.lang, []byte(tc.file))
		if err == nil || !strings.Contains(err.Error(), tc.want) {
			t.Errorf("%s %s: %v", tc.lang, tc.file, err)
		}
	}
	if err := text.Add("nl", []byte(`{"orders.title": "Bestellingen"}`)); err != nil {
		t.Fatal(err)
	}
	v := text.NewVoice("nl-BE", time.UTC, time.Unix(0, 0))
	if got := v.T("orders.title"); got != "Bestellingen" || v.Lang() != "nl" {
		t.Errorf("%q in %s", got, v.Lang())
	}
	if got, want := v.T("orders.empty"), text.Keys("en")["orders.empty"]; got != want {
		t.Errorf("what is not translated is %q, want %q", got, want)
	}
}
