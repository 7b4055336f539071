package journal_test

import (
	"go/ast"
	"go/parser"
	"go/token"
	"regexp"
	"strconv"
	"testing"

	"orderly/internal/catalog"
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
	form := regexp.MustCompile(`^(order|fulfillment|parcel|stock|item|location|customer|key|merchant|user|channel|view|run|trouble|work|job|import)\.[a-z]+(_[a-z]+)*$`)
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
