package internal_test

import (
	"os/exec"
	"slices"
	"strings"
	"testing"
	"testing/fstest"
)

// planted are small houses that break one rule each, and a word of what the
// rule must say. A rule that finds nothing here would find nothing anywhere.
var planted = []struct {
	rule, path, text string
	says             string // "" when the rule must be content
}{
	{"floors", "internal/order/x.go", `package order; import "orderly/internal/money"`, ""},
	{"floors", "internal/desk/floor/x.go", `package floor; import "orderly/internal/desk/step"`, ""},
	{"floors", "internal/store/orders/x.go", `package orders; import "orderly/internal/store"`, ""},
	{"floors", "internal/order/x_test.go", `package order_test; import "orderly/internal/fulfillment"`, ""},
	{"floors", "internal/order/x.go", `package order; import "orderly/internal/fulfillment"`, "order may not import fulfillment"},
	{"floors", "internal/fault/x.go", `package fault; import "orderly/internal/money"`, "fault may not import money"},
	{"floors", "internal/party/x.go", `package party; import "orderly/internal/catalog"`, "party may not import catalog"},
	{"floors", "internal/sourcing/x.go", `package sourcing; import "orderly/internal/fulfillment"`, "sourcing may not import fulfillment"},
	{"floors", "internal/stock/x.go", `package stock; import "orderly/internal/store"`, "stock may not import store"},
	{"floors", "internal/store/x.go", `package store; import "orderly/internal/store/orders"`, "store may not import store/orders"},
	{"floors", "internal/store/orders/x.go", `package orders; import "orderly/internal/store/levels"`, "store/orders may not import store/levels"},
	{"floors", "internal/store/orders/x.go", `package orders; import "orderly/internal/desk"`, "store/orders may not import desk"},
	{"floors", "internal/desk/x.go", `package desk; import "orderly/internal/desk/step"`, "desk may not import desk/step"},
	{"floors", "internal/desk/floor/x.go", `package floor; import "orderly/internal/desk/care"`, "desk/floor may not import desk/care"},
	{"floors", "internal/desk/care/x.go", `package care; import "orderly/internal/httpapi"`, "desk/care may not import httpapi"},
	{"floors", "internal/jobs/x.go", `package jobs; import "orderly/internal/web"`, "jobs may not import web"},
	{"floors", "internal/httpapi/x.go", `package httpapi; import "orderly/internal/web"`, "httpapi may not import web"},
	{"floors", "internal/httpapi/x.go", `package httpapi; import "orderly/internal/kit/verify"`, "httpapi may not import kit/verify"},
	{"floors", "internal/kit/demo/x.go", `package demo; import "orderly/cmd/orderly"`, "kit/demo may not import cmd/orderly"},
	{"floors", "internal/pricing/x.go", `package pricing`, "pricing stands on no floor"},
	{"floors", "internal/order/x.go", `package order; import "orderly/internal/pricing"`, "order may not import pricing"},

	{"doors", "cmd/orderly/x.go", `package main; import "orderly/internal/kit/verify"`, ""},
	{"doors", "internal/desk/x_test.go", `package desk_test; import "orderly/internal/desk/desktest"`, ""},
	{"doors", "internal/kit/bench/x.go", `package bench; import "orderly/internal/pgtest"`, ""},
	{"doors", "internal/kit/demo/x.go", `package demo; import "orderly/internal/kit/bench"`, "kit/bench is for cmd/orderly only"},
	{"doors", "cmd/orderly/x.go", `package main; import "orderly/internal/kit/demo/world"`, "kit/demo/world is for kit/demo only"},
	{"doors", "internal/kit/verify/x.go", `package verify; import "orderly/internal/store/storetest"`, "store/storetest is for"},
	{"doors", "internal/kit/demo/x.go", `package demo; import "orderly/internal/desk/desktest"`, "desk/desktest is for"},
	{"doors", "internal/web/x.go", `package web; import "orderly/internal/webtest"`, "webtest is for"},
	{"doors", "internal/kit/demo/x.go", `package demo; import "orderly/internal/pgtest"`, "pgtest is for"},
	{"doors", "internal/web/x.go", `package web; import "orderly/internal/imports/run"`, "imports/run is for cmd/orderly, imports/upload, web/imports only"},

	{"pure", "internal/order/x.go", `package order; import "encoding/json"`, ""},
	{"pure", "internal/ident/x.go", `package ident; import "sync"`, ""},
	{"pure", "internal/store/x.go", `package store; import "database/sql"`, ""},
	{"pure", "internal/order/x_test.go", `package order_test; import "os"`, ""},
	{"pure", "internal/order/x.go", `package order; import "time"; func f(t time.Time) bool { return t.Year() > 1 }`, ""},
	{"pure", "internal/order/x.go", `package order; import "time"; var at = time.Now()`, "x.go:1: order decides and is told the time"},
	{"pure", "internal/order/x.go", `package order; import clock "time"; var now = clock.Now`, "order decides and is told the time"},
	{"pure", "internal/stock/x.go", `package stock; import "database/sql"`, "stock decides and may not import database/sql"},
	{"pure", "internal/money/x.go", `package money; import "context"`, "money decides and may not import context"},
	{"pure", "internal/access/x.go", `package access; import "os"`, "access decides and may not import os"},
	{"pure", "internal/party/x.go", `package party; import "net/http"`, "party decides and may not import net/http"},
	{"pure", "internal/order/x.go", `package order; import "sync"`, "order decides and may not import sync"},
	{"pure", "internal/order/x.go", `package order; import "golang.org/x/text/cases"`, "uses the standard library alone"},

	{"clocks", "internal/desk/x.go", `package desk; import "time"; var _ = time.Now()`, ""},
	{"clocks", "internal/store/orders/x.go", `package orders; import "time"; var _ = time.Now()`, ""},
	{"clocks", "internal/jobs/x_test.go", `package jobs_test; import "time"; var _ = time.Now()`, ""},
	{"clocks", "internal/desk/care/x.go", `package care; import "time"; var _ = time.Now()`, "care/x.go:1: take the time from who calls"},
	{"clocks", "internal/web/x.go", `package web; import "time"; var f = time.Since`, "take the time from who calls"},
	{"clocks", "internal/jobs/x.go", `package jobs; import "time"; var now = time.Now`, "take the time from who calls"},

	{"sql", "internal/store/orders/x.go", "package orders; const q = `SELECT 1`", ""},
	{"sql", "internal/httpapi/x.go", `package httpapi; const method = "DELETE"`, ""},
	{"sql", "internal/web/x.go", `package web; const text = "SELECTED one"`, ""},
	{"sql", "internal/backup/x.go", `package backup; const q = "INSERT INTO level VALUES (1)"`, ""},
	{"sql", "internal/kit/bench/x.go", `package bench; const q = "SELECT 1 FROM level"`, `x.go:1: SQL stands below internal/store only: "SELECT 1 FROM level"`},
	{"sql", "internal/web/x_test.go", `package web_test; const q = "SELECT 1"`, ""},
	{"sql", "internal/web/x.go", `package web; const q = "SELECT id FROM orders"`, "SQL stands below internal/store only"},
	{"sql", "internal/desk/step/x.go", "package step\nfunc f() string { return `\n\tUPDATE level SET x = 1` }", "step/x.go:2: SQL stands"},
	{"sql", "internal/kit/verify/x.go", `package verify; const q = "WITH a AS (SELECT 1) SELECT 2"`, "SQL stands"},
	{"sql", "cmd/orderly/x.go", `package main; const q = "DELETE FROM job"`, "SQL stands"},
	{"sql", "internal/jobs/x.go", `package jobs; const q = "INSERT INTO job VALUES (1)"`, "SQL stands"},

	{"store texts", "internal/store/x.go", `package store; const q = "SELECT id FROM orders WHERE id = $1 AND s = 'open'"`, ""},
	{"store texts", "internal/store/x.go", `package store; const s = "it is random (see above) and costs '5$'"`, ""},
	{"store texts", "internal/store/x_test.go", `package store_test; const q = "SELECT random()"`, ""},
	{"store texts", "internal/store/migrations/0001_x.sql", "CREATE TABLE a (b BIGINT NOT NULL); -- set by now()", ""},
	{"store texts", "internal/store/x.go", `package store; const q = "UPDATE a SET at = now() WHERE m = $1"`, `bind the value instead of "now("`},
	{"store texts", "internal/store/x.go", `package store; const q = "SELECT RANDOM() FROM a"`, "bind the value"},
	{"store texts", "internal/store/x.go", `package store; const q = "INSERT INTO a VALUES (CURRENT_TIMESTAMP)"`, "bind the value"},
	{"store texts", "internal/store/x.go", `package store; const q = "INSERT INTO a VALUES (gen_random_uuid())"`, "bind the value"},
	{"store texts", "internal/store/x.go", `package store; const q = "SELECT nextval('s')"`, "bind the value"},
	{"store texts", "internal/store/x.go", `package store; const q = "UPDATE a SET at = datetime('now')"`, "bind the value"},
	{"store texts", "internal/store/migrations/0002_x.sql", "CREATE TABLE a (\n  at BIGINT DEFAULT CURRENT_TIMESTAMP)", "0002_x.sql:2: bind the value"},
	{"store texts", "internal/store/migrations/0002_x.sql", "CREATE TABLE a (id BIGSERIAL)", "bind the value"},
	{"store texts", "internal/store/x.go", `package store; const q = "SELECT id FROM a WHERE name = '$1'"`, "would be taken for a parameter"},

	{"package comments", "internal/order/x.go", "// Package order is orders. What belongs here: them.\npackage order", ""},
	{"package comments", "cmd/orderly/x.go", "// Command orderly is all. One file a command.\npackage main", ""},
	{"package comments", "internal/order/x.go", "package order", "internal/order: the package has no comment"},
	{"package comments", "internal/order/x.go", "// Orders are here. And lines.\npackage order", `begins "Package order "`},
	{"package comments", "internal/order/x.go", "// Package orders is orders. And lines.\npackage order", `begins "Package order "`},
	{"package comments", "internal/order/x.go", "// Package order is orders.\npackage order", "second sentence"},
	{"package comments", "internal/order/x.go", "// Package order is 1.5 orders\npackage order", "second sentence"},

	{"names", "internal/order/x.go", "package order; type Order struct{}", ""},
	{"names", "internal/util/x.go", "package util", "name the package by what it is about"},
	{"names", "internal/web/common/x.go", "package shell", "name the package"},
	{"names", "internal/order/x.go", "package order; type OrderManager struct{}", `not "OrderManager"`},
	{"names", "internal/order/x.go", "package order\nfunc f() { type helper int }", "x.go:2: name the type"},

	{"sizes", "internal/order/x.go", "package order" + strings.Repeat("\n", maxLines), ""},
	{"sizes", "internal/order/x_test.go", "package order" + strings.Repeat("\n", 2*maxLines), ""},
	{"sizes", "internal/order/x.go", "// Code generated by hand. DO NOT EDIT.\npackage order" + strings.Repeat("\n", 2*maxLines), ""},
	{"sizes", "internal/order/x.go", "package order" + strings.Repeat("\n", maxLines+1), "501 lines; at most 500"},

	{"words", "internal/order/x.go", "package order // as /v1/wo" + "rk/1 answers", ""},
	{"words", "docs/x.md", "FIX" + "ME is a word that code does not have", ""},
	{"words", "internal/order/x.go", "package order // TO" + "DO: later", "finish it"},
	{"words", "internal/order/x_test.go", "package order\n// FIX" + "ME", "x_test.go:2"},
	{"words", "internal/order/x.go", "package order // see Issue " + "#12", "finish it"},
	{"words", "docs/x.md", "as in `/wo" + "rk/main`", "is a path of one machine"},
	{"words", "test.sh", "cat /tmp/br" + "ief.md", "is a path of one machine"},

	{"laws", "docs/invariants.md", "| K1 | Levels are sums. |\n", "describes the laws [K1], verify checks []"},
	{"laws", "internal/kit/verify/verify.go", "package verify\n\nvar laws = []Check{\n\t{ID: \"K1\", Title: \"sums\"},\n}\n", "describes the laws [], verify checks [K1]"},

	{"migrations", "internal/store/migrations/0001_begin.sql", "", ""},
	{"migrations", "internal/store/migrations/0002_next.sql", "", "is number 1 in their order"},

	{"modules", "internal/store/x.go", `package store; import _ "github.com/lib/pq"`, "github.com/lib/pq is of no module"},
	{"modules", "internal/order/x_test.go", `package order_test; import _ "github.com/stretchr/testify/assert"`, "is of no module"},
	{"modules", "internal/order/x.go", `package order; import _ "pgregory.net/rapid"`, "pgregory.net/rapid is for tests alone"},
	{"modules", "internal/order/x.go", `package order`, "github.com/jackc/pgx/v5 is not used any more"},
	{"modules", "go.mod", "module orderly\n\nrequire (\n\tgithub.com/lib/pq v1.2.3\n\tgithub.com/x/y v1.0.0 // indirect\n)\n", "go.mod requires directly [github.com/lib/pq],"},
	{"modules", "go.mod", "module orderly\n\nrequire github.com/lib/pq v1.2.3\n", "go.mod requires directly [github.com/lib/pq],"},
}

// TestRulesCatchPlantedViolations shows each rule houses that break it.
func TestRulesCatchPlantedViolations(t *testing.T) {
	caught := map[string]int{}
	for _, p := range planted {
		house, err := readTree(fstest.MapFS{p.path: {Data: []byte(p.text)}})
		if err != nil {
			t.Fatal(err)
		}
		at := slices.IndexFunc(rules, func(r rule) bool { return r.name == p.rule })
		if at < 0 {
			t.Fatalf("there is no rule %q", p.rule)
		}
		found := rules[at].check(house)
		if p.says == "" {
			if len(found) > 0 {
				t.Errorf("%s: %s is fine, yet it says %q\n%s", p.rule, p.path, found, p.text)
			}
			continue
		}
		caught[p.rule]++
		if !slices.ContainsFunc(found, func(s string) bool { return strings.Contains(s, p.says) }) {
			t.Errorf("%s: it says %q of %s, no word of %q\n%s", p.rule, found, p.path, p.says, p.text)
		}
	}
	for _, r := range rules {
		if caught[r.name] == 0 {
			t.Errorf("no violation of %s is planted", r.name)
		}
	}
}

// TestPolicyNamesEachPackageOnce keeps the policy itself free of contradictions.
func TestPolicyNamesEachPackageOnce(t *testing.T) {
	seen := map[string]bool{}
	for line := range strings.Lines(strings.TrimSpace(floors)) {
		for _, name := range strings.Fields(line)[1:] {
			if name != "<" && seen[name] {
				t.Errorf("%s stands on two floors", name)
			}
			seen[name] = true
		}
	}
	for line := range strings.Lines(strings.TrimSpace(doors)) {
		for _, name := range strings.Fields(line) {
			if name != ":" && !seen[name] && !strings.HasPrefix(name, "store/") && !strings.HasPrefix(name, "web/") {
				t.Errorf("a door names %s, which stands on no floor", name)
			}
		}
	}
}

// linkedForTests are those of the linked packages that only tests may use.
func linkedForTests(linked []string) []string {
	var out []string
	for _, pkg := range linked {
		m := moduleOf(pkg)
		name, _ := ourName(pkg)
		if m != nil && m.tests || slices.Contains([]string{"webtest", "store/storetest", "desk/desktest", "connect/payments/paytest", "connect/payments/stripe/standin"}, name) {
			out = append(out, pkg)
		}
	}
	return out
}

// TestNothingForTestsIsLinked asks the Go tool what the program is made of.
func TestNothingForTestsIsLinked(t *testing.T) {
	list := exec.Command("go", "list", "-deps", "./cmd/orderly")
	list.Dir = root(t)
	out, err := list.Output()
	if err != nil {
		t.Fatalf("go list: %v", err)
	}
	linked := strings.Fields(string(out))
	if len(linked) < 100 || !slices.Contains(linked, "orderly/internal/store") {
		t.Fatalf("only %d packages are linked", len(linked))
	}
	for _, pkg := range linkedForTests(linked) {
		t.Errorf("the program is linked with %s", pkg)
	}
	bad := []string{"fmt", "pgregory.net/rapid", "orderly/internal/order", "orderly/internal/desk/desktest", "github.com/google/go-cmp/cmp/internal/diff"}
	if got := linkedForTests(bad); len(got) != 3 {
		t.Errorf("of %v only %v were found", bad, got)
	}
}
