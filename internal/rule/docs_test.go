package rule_test

import (
	"encoding/json"
	"os"
	"regexp"
	"testing"

	"orderly/internal/access"
	"orderly/internal/fault"
	"orderly/internal/rule"
)

// Each example of the documentation can be saved as it stands, is worked out
// without a failure, and those that speak of an order like this one hold.
func TestExamplesOfTheDocs(t *testing.T) {
	page, err := os.ReadFile("../../docs/automation.md")
	if err != nil {
		t.Fatal(err)
	}
	holds := map[string]bool{"Gifts": true, "Lost parcels": true, "Express first": true}
	found := regexp.MustCompile("(?s)```json\n(.*?)```").FindAllSubmatch(page, -1)
	if len(found) < 10 {
		t.Errorf("%d examples", len(found))
	}
	done := map[rule.Kind]bool{}
	for _, m := range found {
		var b rule.Body
		if err := json.Unmarshal(m[1], &b); err != nil {
			t.Fatalf("%s: %v", m[1], err)
		}
		var l fault.List
		c := b.Check(access.All, &l)
		if l.Err() != nil {
			t.Errorf("%s: %v", b.Name, l.Err())
			continue
		}
		for _, a := range b.Do {
			done[a.Kind] = true
		}
		if got, err := c.Holds(facts(t)); err != nil || got != holds[b.Name] {
			t.Errorf("%s: %v, %v", b.Name, got, err)
		}
	}
	for _, k := range rule.Kinds {
		if !done[k] {
			t.Errorf("no example does %s", k)
		}
	}
}
