package run_test

import (
	"flag"
	"fmt"
	"os"
	"path/filepath"
	"strings"
	"testing"

	"orderly/internal/imports"
	"orderly/internal/imports/onlineretail"
	"orderly/internal/imports/run"
)

var update = flag.Bool("update", false, "write the tables of docs/importing.md")

var importing = filepath.Join("..", "..", "..", "docs", "importing.md")

// The tables of the documentation are those of the code.
func TestDocs(t *testing.T) {
	data, err := os.ReadFile(importing)
	if err != nil {
		t.Fatal(err)
	}
	text := string(data)
	want := between(t, between(t, text, "columns", columnTables()), "rules", ruleTable())
	if want == text {
		return
	}
	if !*update {
		t.Fatalf("%s is not what the code says; run: go test ./internal/imports/run -run Docs -update", importing)
	}
	if err := os.WriteFile(importing, []byte(want), 0o644); err != nil {
		t.Fatal(err)
	}
}

// between puts a text between the marks of a part.
func between(t *testing.T, text, part, new string) string {
	t.Helper()
	head, rest, ok := strings.Cut(text, "<!-- "+part+": begin")
	mark, rest, ok2 := strings.Cut(rest, "-->\n")
	_, tail, ok3 := strings.Cut(rest, "<!-- "+part+": end -->")
	if !ok || !ok2 || !ok3 {
		t.Fatalf("%s lacks the marks of %s", importing, part)
	}
	return head + "<!-- " + part + ": begin" + mark + "-->\n" + new + "<!-- " + part + ": end -->" + tail
}

func columnTables() string {
	var b strings.Builder
	for _, what := range []string{run.Items, run.Stock, run.Customers, run.Orders, run.Payments, run.Purchases} {
		fmt.Fprintf(&b, "\n| %s | needed | also named |\n|---|---|---|\n", what)
		for _, c := range imports.Columns(what) {
			needed := ""
			if c.Needed {
				needed = "yes"
			}
			fmt.Fprintf(&b, "| `%s` | %s | %s |\n", c.Name, needed, strings.Join(c.Also, ", "))
		}
	}
	return b.String() + "\n"
}

func ruleTable() string {
	var b strings.Builder
	b.WriteString("\n| rule | when | becomes |\n|---|---|---|\n")
	for _, r := range onlineretail.Rules() {
		fmt.Fprintf(&b, "| `%s` | %s | %s |\n", r.Name, r.When, r.Becomes)
	}
	return b.String() + "\n"
}

// Every field of the summary is explained.
func TestDocsNameEveryField(t *testing.T) {
	data, err := os.ReadFile(importing)
	if err != nil {
		t.Fatal(err)
	}
	for _, field := range summaryFields(t) {
		if !strings.Contains(string(data), "`"+field+"`") {
			t.Errorf("%s does not explain %s", importing, field)
		}
	}
}
