// Package internal_test holds the house: which package may import which, where
// SQL may stand, who may look at the clock, and what every file owes its
// reader. The rules are in house_rules_test.go, the imports are here as one
// text, and house_planted_test.go shows each rule a house that breaks it.
package internal_test

import (
	"fmt"
	"os"
	"path"
	"slices"
	"strings"
	"testing"
)

// floors are the packages from the ground up. A package may import what stands
// on lines above its own, and in its own line what stands left of a "<".
// Neighbors between two "<" never import each other, and nothing imports
// anything else. "store/*" is every other package below store.
const floors = `
	ground   fault formula < money ident access seal
	texts    edi < edi/x12 edi/edifact < edi/wire
	nouns    trading account credit statement catalog party journal outbound payment preorder queue replenish trouble watch < tax supplier < stock order search < delivery checkout selling difference putaway < sourcing fulfillment invoice returns privacy figures listing asking flow verification approval < bulk message pickup purchase feed tariff < support rule partner worked comparison < talk
	readers  imports httpapi/body < imports/onlineretail imports/bank
	store    store < store/cursors store/tokens store/users < store/* < store/schema store/audit store/queues store/shelves store/sheets store/worked store/comparisons
	desk     desk < desk/step < desk/intake desk/floor desk/buy desk/care desk/bill desk/admin desk/duty desk/pay desk/credit desk/bank desk/help desk/forget desk/automate desk/collect desk/partner desk/exchange desk/talks < desk/fix
	tests    pgtest webtest connect/mail/mailtest < pgtest/serve store/storetest desk/desktest
	around   lifecycle version backup live certificate proxy
	papers   papers < walk
	after    follow < imports/run jobs connect connect/folders connect/webhook connect/mail connect/inbox connect/payments billing project < imports/upload runs connect/deliver connect/payments/fake connect/payments/stripe post eraser mailroom < connect/payments/paytest connect/payments/stripe/standin teller exchanging collecting releasing replay batching automating restocking feeding hearing
	edges    httpapi/reference web/text < web/ui < web/words web/shell < web/talking web/onboarding web/reviewing < web/* < httpapi web
	kit      kit/demo/world kit/bench kit/verify web/pagetest < kit/demo kit/torture kit/torture/linear
	cmd      cmd/orderly
`

// doors are packages that only some may import: "a : b c" says that b and c may,
// and nobody else. Test files may use every one of them.
const doors = `
	imports imports/onlineretail           : imports/onlineretail imports/bank imports/run imports/upload feeding
	imports/bank                           : httpapi web/statements
	httpapi/body httpapi/reference         : httpapi
	store/audit                            : kit/verify
	store/runs                             : imports/run
	store/schema                           : cmd/orderly
	backup certificate lifecycle version   : cmd/orderly
	proxy                                  : cmd/orderly web/shell web/pagetest
	papers                                 : walk
	live                                   : httpapi web web/shell web/pagetest cmd/orderly
	httpapi web                            : cmd/orderly web/pagetest
	billing                                : cmd/orderly
	exchanging                             : cmd/orderly
	connect/folders                        : exchanging feeding
	collecting                             : cmd/orderly httpapi web/settings
	releasing                              : cmd/orderly web/pagetest
	automating                             : cmd/orderly web/pagetest
	restocking                             : cmd/orderly httpapi web/replenishment
	follow                                 : billing collecting project releasing automating exchanging
	project                                : web/pagetest cmd/orderly kit/bench kit/demo kit/torture kit/verify
	jobs                                   : cmd/orderly mailroom imports/upload runs connect/deliver post teller collecting releasing automating restocking eraser exchanging web/pagetest feeding
	imports/run                            : cmd/orderly imports/upload web/imports
	runs                                   : cmd/orderly httpapi web/orders web/pagetest
	connect connect/deliver                : cmd/orderly
	connect/webhook                        : cmd/orderly connect/deliver post feeding hearing
	connect/mail                           : post
	connect/inbox                          : mailroom
	mailroom                               : cmd/orderly httpapi
	eraser                                 : cmd/orderly
	post                                   : cmd/orderly httpapi web/settings web/orders web/cases
	connect/payments                       : teller httpapi connect/payments/fake connect/payments/stripe connect/payments/paytest cmd/orderly
	connect/payments/fake                  : cmd/orderly connect/payments/paytest connect/payments/stripe/standin
	connect/payments/stripe                : cmd/orderly
	connect/payments/paytest connect/payments/stripe/standin : connect/payments/paytest
	teller                                 : cmd/orderly httpapi web/settings
	imports/upload                         : cmd/orderly httpapi web/imports
	kit/bench kit/demo kit/torture         : cmd/orderly
	kit/torture/linear                     : cmd/orderly
	kit/verify                             : cmd/orderly kit/torture kit/torture/linear
	kit/demo/world                         : kit/demo
	pgtest                                 : pgtest/serve store/storetest desk/desktest kit/bench kit/torture kit/torture/linear
	webtest store/storetest desk/desktest  : webtest store/storetest desk/desktest web/pagetest
`

// floor is where a package stands: its line, and how far right in it.
type floor struct{ line, step int }

// stands finds the floor of a package; "store/*" is for those not named.
func stands(policy, pkg string) (floor, bool) {
	below, found := floor{}, false
	for line, text := range strings.Split(strings.TrimSpace(policy), "\n") {
		_, groups, _ := strings.Cut(strings.TrimSpace(text), " ")
		for step, group := range strings.Split(groups, "<") {
			for _, name := range strings.Fields(group) {
				if name == pkg {
					return floor{line, step}, true
				}
				if parent, ok := strings.CutSuffix(name, "*"); ok && strings.HasPrefix(pkg, parent) {
					below, found = floor{line, step}, true
				}
			}
		}
	}
	return below, found
}

// checkFloors holds every import of shipped code against the floors.
func checkFloors(t *tree) []string {
	var out []string
	for _, f := range t.shipped() {
		from, ok := stands(floors, f.pkg())
		if !ok {
			out = append(out, fmt.Sprintf("%s: the package %s stands on no floor; say in house_test.go where it belongs", f.path, f.pkg()))
			continue
		}
		for _, imported := range f.imports() {
			name, ours := ourName(imported)
			if !ours {
				continue
			}
			to, ok := stands(floors, name)
			if !ok || to.line > from.line || to.line == from.line && to.step >= from.step {
				out = append(out, fmt.Sprintf("%s: %s may not import %s", f.path, f.pkg(), name))
			}
		}
	}
	return out
}

// checkDoors holds every import of shipped code against the doors.
func checkDoors(t *tree) []string {
	var out []string
	for _, f := range t.shipped() {
		for _, imported := range f.imports() {
			name, _ := ourName(imported)
			for line := range strings.Lines(doors) {
				rooms, guests, ok := strings.Cut(line, ":")
				if ok && slices.Contains(strings.Fields(rooms), name) && !slices.Contains(strings.Fields(guests), f.pkg()) {
					out = append(out, fmt.Sprintf("%s: %s is for %s only", f.path, name, strings.Join(strings.Fields(guests), ", ")))
				}
			}
		}
	}
	return out
}

// ourName is how the policy calls one of our packages.
func ourName(imported string) (string, bool) {
	name, ours := strings.CutPrefix(imported, "orderly/")
	return strings.TrimPrefix(name, "internal/"), ours
}

// pure are the lines of floors whose packages only decide.
var pure = []string{"ground", "texts", "nouns"}

// impure are packages that a package which only decides has no use for.
var impure = []string{"context", "database/sql", "io/fs", "log", "log/slog", "net", "net/http", "os", "os/exec", "sync", "syscall"}

func isPure(pkg string) bool {
	at, ok := stands(floors, pkg)
	if !ok {
		return false
	}
	line := strings.Split(strings.TrimSpace(floors), "\n")[at.line]
	return slices.Contains(pure, strings.Fields(line)[0])
}

// checkPure holds ground and nouns to the standard library without its doors
// to the outside, and without the clock.
func checkPure(t *tree) []string {
	var out []string
	for _, f := range t.shipped() {
		if !isPure(f.pkg()) {
			continue
		}
		for _, imported := range f.imports() {
			_, ours := ourName(imported)
			switch {
			case slices.Contains(impure, imported) && f.pkg()+" "+imported != identLocks:
				out = append(out, fmt.Sprintf("%s: %s decides and may not import %s", f.path, f.pkg(), imported))
			case !ours && strings.Contains(imported, ".") && !strings.HasPrefix(f.pkg()+" "+imported, ruleReads):
				out = append(out, fmt.Sprintf("%s: %s uses the standard library alone, not %s", f.path, f.pkg(), imported))
			}
		}
		for _, line := range f.clocks() {
			out = append(out, fmt.Sprintf("%s:%d: %s decides and is told the time", f.path, line, f.pkg()))
		}
	}
	return out
}

// identLocks is the one exception: a source of ids is shared by goroutines.
const identLocks = "ident sync"

// ruleReads is another: the language of conditions is a library's, which knows
// neither the clock nor the outside unless it is given them.
const ruleReads = "rule github.com/expr-lang/expr"

// TestHouse holds the whole repository to every rule.
func TestHouse(t *testing.T) {
	house, err := readTree(os.DirFS(root(t)))
	if err != nil {
		t.Fatal(err)
	}
	if len(house.shipped()) < 100 {
		t.Fatalf("only %d files were found below %s", len(house.shipped()), root(t))
	}
	for _, r := range rules {
		t.Run(r.name, func(t *testing.T) {
			for _, broken := range r.check(house) {
				t.Error(broken)
			}
		})
	}
}

// root is the repository's directory, where go.mod is.
func root(t *testing.T) string {
	t.Helper()
	dir, err := os.Getwd()
	if err != nil {
		t.Fatal(err)
	}
	for ; dir != "/" && dir != "."; dir = path.Dir(dir) {
		if _, err := os.Stat(path.Join(dir, "go.mod")); err == nil {
			return dir
		}
	}
	t.Fatal("there is no go.mod in any directory above")
	return ""
}
