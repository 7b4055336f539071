package internal_test

import (
	"cmp"
	"fmt"
	"go/ast"
	"maps"
	"path"
	"regexp"
	"slices"
	"strings"
)

// rule finds what breaks it, one sentence each.
type rule struct {
	name  string
	check func(*tree) []string
}

// rules are what TestHouse holds the repository to.
var rules = []rule{
	{"floors", checkFloors},
	{"doors", checkDoors},
	{"pure", checkPure},
	{"clocks", checkClocks},
	{"sql", checkSQL},
	{"store texts", checkStoreTexts},
	{"package comments", checkPackageComments},
	{"names", checkNames},
	{"sizes", checkSizes},
	{"words", checkWords},
	{"modules", checkModules},
	{"laws", checkLaws},
	{"migrations", checkMigrations},
}

// mayReadClock says who reads the machine's clock, and why.
var mayReadClock = map[string]string{
	"cmd/orderly": "a command says when it began and how long it took",
	"store":       "holds the one clock that desk and jobs are given",
	"desk":        "tells how long a turn took",
	"kit":         "measures",
	"live":        "a stream is kept in the time of this machine",
	"httpapi":     "rates are limited, answers are timed and keys remembered in the time of this machine",
	"imports/run": "tells how long an import has taken",
	"pgtest":      "waits for a server",
	"webtest":     "waits for a browser",

	"connect/payments/paytest":        "signs as of now, as a provider does",
	"connect/payments/stripe/standin": "is a server of its own, with a clock of its own",
}

func checkClocks(t *tree) []string {
	var out []string
	for _, f := range t.shipped() {
		ok := false
		for pkg := range mayReadClock {
			ok = ok || f.pkg() == pkg || f.within("kit") && pkg == "kit" || f.within("store") && pkg == "store"
		}
		for _, line := range f.clocks() {
			if !ok {
				out = append(out, fmt.Sprintf("%s:%d: take the time from who calls, or say in house_rules_test.go why not", f.path, line))
			}
		}
	}
	return out
}

// maySpeakSQL says which packages above store hold SQL, and why.
var maySpeakSQL = map[string]string{
	"pgtest":  "makes and drops databases, of which store knows nothing",
	"backup":  "copies tables by their names, whatever their rows mean",
	"version": "asks an engine in memory for its version",
}

var sqlText = regexp.MustCompile(`^\s*(SELECT|INSERT|UPDATE|DELETE|WITH)\s+\S`)

func checkSQL(t *tree) []string {
	var out []string
	for _, f := range t.shipped() {
		if f.within("store") || maySpeakSQL[f.pkg()] != "" {
			continue
		}
		f.texts(func(line int, text string) {
			if sqlText.MatchString(text) {
				out = append(out, fmt.Sprintf("%s:%d: SQL stands below internal/store only: %.40q", f.path, line, text))
			}
		})
	}
	return out
}

var (
	// engineValues are functions by which an engine makes values of its own.
	engineValues = regexp.MustCompile(`(?i)\b(now|random|randomblob|gen_random_uuid|uuid_generate_v[0-9]|nextval|clock_timestamp|statement_timestamp|transaction_timestamp|strftime|julianday|unixepoch)\s*\(|\bCURRENT_(TIME|DATE|TIMESTAMP)\b|\b(date|time|datetime)\s*\(\s*'now'|\b(BIG)?SERIAL\b|\bAUTOINCREMENT\b`)
	anySQL       = regexp.MustCompile(`\b(SELECT|INSERT|UPDATE|DELETE|FROM|WHERE|VALUES|SET|CREATE|AND|OR)\b`)
	quotedDollar = regexp.MustCompile(`'[^']*\$[^']*'`)
)

// checkStoreTexts holds the statements of the store to bound values alone,
// which a sharded database needs, and to quotes that the rewriting for SQLite
// passes unharmed.
func checkStoreTexts(t *tree) []string {
	var out []string
	look := func(name string, line int, text string) {
		if m := engineValues.FindString(text); m != "" && anySQL.MatchString(text) {
			out = append(out, fmt.Sprintf("%s:%d: bind the value instead of %q", name, line, m))
		}
		if m := quotedDollar.FindString(text); m != "" && anySQL.MatchString(text) {
			out = append(out, fmt.Sprintf("%s:%d: a $ between quotes would be taken for a parameter: %.40s", name, line, m))
		}
	}
	for _, f := range t.files {
		switch {
		case !f.within("store") || strings.HasSuffix(f.path, "_test.go"):
		case path.Ext(f.path) == ".sql":
			for i, text := range strings.Split(f.text, "\n") {
				text, _, _ = strings.Cut(text, "--")
				look(f.path, i+1, "CREATE "+text)
			}
		case f.ast != nil:
			f.texts(func(line int, text string) { look(f.path, line, text) })
		}
	}
	return out
}

var sentence = regexp.MustCompile(`[.:](\s|$)`)

// checkPackageComments asks each package to say in its own words what it is:
// "Package x ..." and at least one sentence more.
func checkPackageComments(t *tree) []string {
	said, seen := map[string]bool{}, map[string]string{}
	var out []string
	for _, f := range t.shipped() {
		seen[path.Dir(f.path)] = f.path
		if f.ast.Doc == nil || generated.MatchString(f.text) {
			continue
		}
		begin := "Package " + f.ast.Name.Name + " "
		if f.ast.Name.Name == "main" {
			begin = "Command " + path.Base(path.Dir(f.path)) + " "
		}
		text := f.ast.Doc.Text()
		if !strings.HasPrefix(text, begin) || len(sentence.FindAllString(text, -1)) < 2 {
			out = append(out, fmt.Sprintf("%s: a package comment begins %q and says in a second sentence what belongs in", f.path, begin))
		}
		said[path.Dir(f.path)] = true
	}
	for _, dir := range slices.Sorted(maps.Keys(seen)) {
		if !said[dir] {
			out = append(out, fmt.Sprintf("%s: the package has no comment that says what belongs in", dir))
		}
	}
	return out
}

// vague are names that say nothing about what is behind them.
var (
	vague     = []string{"util", "utils", "common", "helper", "helpers", "manager", "service", "services", "types", "models", "misc", "base", "shared"}
	vagueType = regexp.MustCompile(`(?i)(utils?|common|helpers?|managers?|services?)$`)
)

func checkNames(t *tree) []string {
	var out []string
	for _, f := range t.shipped() {
		if slices.Contains(vague, f.ast.Name.Name) || slices.Contains(vague, path.Base(path.Dir(f.path))) {
			out = append(out, fmt.Sprintf("%s: name the package by what it is about, not %q", f.path, f.ast.Name.Name))
		}
		ast.Inspect(f.ast, func(n ast.Node) bool {
			if spec, ok := n.(*ast.TypeSpec); ok && vagueType.MatchString(spec.Name.Name) {
				out = append(out, fmt.Sprintf("%s:%d: name the type by what it is, not %q", f.path, f.line(spec), spec.Name.Name))
			}
			return true
		})
	}
	return out
}

// maxLines is how long a file of code may be before it wants to be two.
const maxLines = 500

func checkSizes(t *tree) []string {
	var out []string
	for _, f := range t.shipped() {
		if n := strings.Count(f.text, "\n"); n > maxLines && !generated.MatchString(f.text) {
			out = append(out, fmt.Sprintf("%s: %d lines; at most %d", f.path, n, maxLines))
		}
	}
	return out
}

var (
	unfinished = regexp.MustCompile(`\b(?i:issue) #|\b(TO` + `DO|FIX` + `ME)\b`)
	machine    = regexp.MustCompile(`(^|[^\w.}-])(/wo` + `rk/|/tmp/br` + `ief)`)
)

// checkWords finds what is said about the making of the code instead of about
// the code, and paths of somebody's machine.
func checkWords(t *tree) []string {
	var out []string
	for _, f := range t.files {
		for i, line := range strings.Split(f.text, "\n") {
			if m := unfinished.FindString(line); m != "" && f.ast != nil {
				out = append(out, fmt.Sprintf("%s:%d: %q: finish it, or say what is so", f.path, i+1, m))
			}
			if m := machine.FindString(line); m != "" {
				out = append(out, fmt.Sprintf("%s:%d: %q is a path of one machine", f.path, i+1, m))
			}
		}
	}
	return out
}

var (
	lawChecked   = regexp.MustCompile(`\{ID: "([A-Z][0-9])", Title: `)
	lawDescribed = regexp.MustCompile(`(?m)^\| ([A-Z][0-9]) \| \S.*\.\s*\|$`)
)

// checkLaws holds the laws that docs/invariants.md describes against those
// that verify checks.
func checkLaws(t *tree) []string {
	ids := func(name string, in *regexp.Regexp) []string {
		var out []string
		for _, f := range t.files {
			if f.path == name {
				for _, m := range in.FindAllStringSubmatch(f.text, -1) {
					out = append(out, m[1])
				}
			}
		}
		return out
	}
	described, checked := ids("docs/invariants.md", lawDescribed), ids("internal/kit/verify/verify.go", lawChecked)
	if len(checked) == 0 || !slices.Equal(described, checked) {
		return []string{fmt.Sprintf("docs/invariants.md describes the laws %v, verify checks %v", described, checked)}
	}
	return nil
}

// checkMigrations holds the numbers of migrations to their order, by which they
// are counted: two of one number, or a gap, would count one of them twice.
func checkMigrations(t *tree) []string {
	var names, out []string
	for _, f := range t.files {
		if name, ok := strings.CutPrefix(f.path, "internal/store/migrations/"); ok && strings.HasSuffix(name, ".sql") {
			names = append(names, name)
		}
	}
	slices.Sort(names)
	for i, name := range names {
		if want := fmt.Sprintf("%04d_", i+1); !strings.HasPrefix(name, want) {
			out = append(out, fmt.Sprintf("internal/store/migrations/%s: is number %d in their order; name it %s…", name, i+1, want))
		}
	}
	return out
}

// module is one that we use, and why.
type module struct {
	path  string
	tests bool // used by tests alone: never linked into the program
	why   string
}

// modules are all that the code may import. Each is a promise to follow it.
var modules = []module{
	{"code.dny.dev/ssrf", false, "what is called from here is no address inside: the lists are kept by those who follow them; needs no other module"},
	{"codeberg.org/go-pdf/fpdf", false, "papers as PDF, with the letters that they use; needs no other module"},
	{"github.com/a-h/templ", false, "pages whose parts the compiler checks, escaped by where a value stands"},
	{"github.com/alecthomas/kong", false, "commands and flags from structs, with help that is never behind"},
	{"github.com/alexedwards/argon2id", false, "passwords in the form that others can read too"},
	{"github.com/anishathalye/porcupine", false, "the search whether a history could have happened one act after the other; needs no other module"},
	{"github.com/boombuler/barcode", false, "Code 128 on papers, QR codes for authenticators; needs no other module"},
	{"github.com/danielgtaylor/huma/v2", false, "routes and the OpenAPI document from one declaration"},
	{"github.com/emersion/go-imap/v2", false, "mail of customers fetched by IMAP, from those who write a server of it too, which tests speak with"},
	{"github.com/emersion/go-message", false, "mail taken apart: MIME, its letters and its addresses; needs no other module"},
	{"github.com/expr-lang/expr", false, "conditions of rules, checked with their types when they are saved, bounded when they are worked out; needs no other module"},
	{"github.com/go-webauthn/webauthn", false, "passkeys: what a browser signs is checked by those who follow the standard"},
	{"github.com/jackc/pgx/v5", false, "PostgreSQL"},
	{"github.com/lmittmann/tint", false, "logs that a person can read on a terminal"},
	{"github.com/pquerna/otp", false, "the codes of an authenticator app"},
	{"github.com/prometheus/client_golang", false, "the metrics format that monitoring reads"},
	{"github.com/schollz/progressbar/v3", false, "how far an import or a backup has come"},
	{"github.com/standard-webhooks/standard-webhooks/libraries", false, "messages signed as receivers' libraries verify them; needs no other module"},
	{"github.com/wneessen/go-mail", false, "mails as mail servers take them: MIME, SMTP, TLS and the ways to sign in"},
	{"github.com/stripe/stripe-go/v85", false, "Stripe's own client: its parameters, answers and errors as it changes them; needs no other module"},
	{"golang.org/x/crypto", false, "certificates by ACME, from those who write Go's own TLS"},
	{"golang.org/x/net", false, "the text of mails that are written as pages, read by the tokenizer of those who write Go"},
	{"golang.org/x/sys", false, "a child that ends with its parent, free space of a disk"},
	{"golang.org/x/term", false, "whether a terminal is looking, and how wide it is"},
	{"golang.org/x/text", false, "plural forms, and numbers as each locale writes them"},
	{"modernc.org/sqlite", false, "the embedded database, without a C compiler"},
	{"github.com/chromedp/cdproto", true, "what chromedp speaks to the browser"},
	{"github.com/chromedp/chromedp", true, "pages in a real browser"},
	{"github.com/google/go-cmp", true, "differences that a person can read"},
	{"github.com/rogpeppe/go-internal", true, "the program's commands as scripts"},
	{"pgregory.net/rapid", true, "properties over drawn inputs"},
}

// checkModules holds imports, go.mod and the list above against each other.
func checkModules(t *tree) []string {
	used := map[string]bool{} // by code that ships
	byTests := map[string]bool{}
	var out []string
	for _, f := range t.goFiles() {
		for _, imported := range f.imports() {
			first, _, _ := strings.Cut(imported, "/")
			if !strings.Contains(first, ".") {
				continue
			}
			m := moduleOf(imported)
			switch {
			case m == nil:
				out = append(out, fmt.Sprintf("%s: %s is of no module that house_rules_test.go gives a reason for", f.path, imported))
			case strings.HasSuffix(f.path, "_test.go") || f.within("webtest", "store/storetest", "desk/desktest", "web/pagetest"):
				byTests[m.path] = true
			case m.tests:
				out = append(out, fmt.Sprintf("%s: %s is for tests alone", f.path, imported))
			default:
				used[m.path] = true
			}
		}
	}
	var want []string
	for _, m := range modules {
		if !used[m.path] && !(m.tests && byTests[m.path]) {
			out = append(out, fmt.Sprintf("house_rules_test.go: %s is not used any more", m.path))
		}
		want = append(want, m.path)
	}
	slices.Sort(want)
	if got := direct(t.goMod); !slices.Equal(want, got) {
		out = append(out, fmt.Sprintf("go.mod requires directly %v, the list of reasons has %v; run go mod tidy", got, want))
	}
	return out
}

func moduleOf(imported string) *module {
	for i := range modules {
		if imported == modules[i].path || strings.HasPrefix(imported, modules[i].path+"/") {
			return &modules[i]
		}
	}
	return nil
}

var required = regexp.MustCompile(`(?m)^(?:require)?\s+(\S+) v\S+$`)

// direct are the modules that go.mod requires and does not mark as indirect.
func direct(goMod string) []string {
	var out []string
	for _, m := range required.FindAllStringSubmatch(goMod, -1) {
		out = append(out, m[1])
	}
	slices.SortFunc(out, cmp.Compare)
	return out
}
