package journal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"slices"
	"strconv"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/fulfillment"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/party"
	"orderly/internal/stock"
)

// declared are the text constants of the package, by name.
func declared(t *testing.T) map[string]string {
	t.Helper()
	file, err := parser.ParseFile(token.NewFileSet(), "journal.go", nil, 0)
	if err != nil {
		t.Fatal(err)
	}
	out := map[string]string{}
	ast.Inspect(file, func(n ast.Node) bool {
		if spec, ok := n.(*ast.ValueSpec); ok && len(spec.Values) == 1 {
			if text, ok := spec.Values[0].(*ast.BasicLit); ok && text.Kind == token.STRING {
				out[spec.Names[0].Name], err = strconv.Unquote(text.Value)
				if err != nil {
					t.Fatal(err)
				}
			}
		}
		return true
	})
	return out
}

// The types and kinds are a contract with every reader of the feed: each has
// one meaning and one form.
//
// Kills: two types of one text; a type that is not "noun.what_happened".
func TestTypes(t *testing.T) {
	form := regexp.MustCompile(`^(order|fulfillment|parcel|stock|item|location|customer|key|merchant|user|channel|view|run|trouble|work|job|import|webhook|invoice|message|return|return_policy|payment|payment_policy|provider|case|person|question|credit|statement|unreceipted|terms|remittance|claim|sourcing|rule|preorder|supplier|purchase|trading|replenishment|difference|conversation|tariff|supplier_return|trial)\.[a-z]+(_[a-z]+)*$`)
	kind := regexp.MustCompile(`^[a-z]{3}$`)
	seen := map[string]string{}
	for name, text := range declared(t) {
		if text != journal.ParcelStepped && !form.MatchString(text) && !kind.MatchString(text) {
			t.Errorf("%s is %q", name, text)
		}
		if other := seen[text]; other != "" {
			t.Errorf("%s and %s are both %q", name, other, text)
		}
		seen[text] = name
	}
	if len(seen) < 30 {
		t.Errorf("only %d constants were found", len(seen))
	}
}

// Types is all of them: who subscribes to some is told when one is misspelled.
//
// Kills: a type that is declared and cannot be asked for; a step of parcels
// that Types does not have.
func TestTypesAreAll(t *testing.T) {
	for name, text := range declared(t) {
		if strings.Contains(text, ".") && text != journal.ParcelStepped && !slices.Contains(journal.Types, text) {
			t.Errorf("%s is not among the types", name)
		}
	}
	for _, act := range []string{"unpack", "ship", "unship", "deliver", "undeliver", "lose", "find"} {
		for _, status := range []string{"packed", "shipped", "delivered", "lost"} {
			p := fulfillment.Parcel{Status: status}
			if d, err := p.Step(act); err == nil && !slices.Contains(journal.Types, journal.ParcelStepped+d.Parcels[0].Step) {
				t.Errorf("parcels that %s are not among the types", act)
			}
		}
	}
	if !slices.IsSorted(journal.Types) || len(slices.Compact(slices.Clone(journal.Types))) != len(journal.Types) {
		t.Error("the types are not in order, each once")
	}
}

// The kinds of subject are the prefixes of their ids.
func TestKindsArePrefixes(t *testing.T) {
	for kind, id := range map[string]string{
		journal.Order: order.ID(1).String(), journal.Item: catalog.ID(1).String(),
		journal.Customer: party.ID(1).String(), journal.Location: stock.LocationID(1).String(),
	} {
		if id[:4] != kind+"_" {
			t.Errorf("an entry says %q of a subject that is shown as %s", kind, id)
		}
	}
}
