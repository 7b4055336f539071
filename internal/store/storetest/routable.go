package storetest

import (
	"fmt"
	"os"
	"regexp"
	"strings"

	"orderly/internal/pgtest"
	"orderly/internal/store"
)

// Main runs a package's tests as pgtest.Main does, and then holds every text
// that they made the store send to what a sharded PostgreSQL can send on to
// one shard:
//
//	func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }
func Main(m interface{ Run() int }) int {
	code := pgtest.Main(lastly{m})
	for _, e := range []store.Engine{store.SQLite, store.Postgres} {
		for _, text := range store.Statements(e) {
			if _, own := planted.Load(text); own {
				continue
			}
			if why := Unroutable(text); why != "" {
				fmt.Fprintf(os.Stderr, "FAIL: %s: %s\n", why, text)
				code = max(code, 1)
			}
		}
	}
	return code
}

// local are the tables that are not distributed, and those of the engines.
var local = regexp.MustCompile(`^(node_slot|schema_version|sqlite_\w+|pragma_\w+|pg_\w+)$`)

// acrossMerchants are texts that ask every shard, and why they may.
var acrossMerchants = []struct {
	text *regexp.Regexp
	why  string
}{
	{regexp.MustCompile(`^SELECT m FROM merchant ORDER BY m$`), "work over the whole database begins with the list of merchants"},
	{regexp.MustCompile(`^SELECT m FROM \w+ WHERE m > \$1 ORDER BY m LIMIT 1$`), "verify looks for rows of merchants that are not there"},
	{regexp.MustCompile(`^SELECT s\.m, s\.entry_seq - coalesce\(c\.seq, 0\) FROM merchant_seq AS s LEFT JOIN cursor AS c ON c\.m = s\.m `), "a follower of the journal asks once for all merchants which has gone on"},
	{regexp.MustCompile(`^SELECT [^;]* FROM job WHERE dead_at = 0 AND due_at `), "a node asks once for all merchants which work is due"},
	{regexp.MustCompile(`^SELECT m FROM mail_sender WHERE enabled_at > 0 ORDER BY m$`), "a node asks once whose messages leave by themselves"},
	{regexp.MustCompile(`^SELECT p\.m, p\.endpoint FROM endpoint_progress AS p JOIN merchant_seq AS s ON s\.m = p\.m WHERE `), "a node asks once for all merchants which endpoints have something to send"},
	{regexp.MustCompile(`^SELECT min\(due_at\) FROM job|^SELECT count\(\*\) FROM job WHERE dead_at > 0$`), "figures of a node's work are of all merchants"},
}

var (
	textInQuotes = regexp.MustCompile(`'[^']*'`)
	insertInto   = regexp.MustCompile(`^INSERT INTO (\w+) \(([^)]*)\) VALUES (\(.*?\))(?: ON CONFLICT .*?)?$`)
	firstValue   = regexp.MustCompile(`(?:^|\),)\((\$?\w+)`)
	reference    = regexp.MustCompile(`\b(FROM|JOIN|UPDATE) (\w+)(?: AS (\w+))?`)
	bound        = regexp.MustCompile(`(?:\b(\w+)\.)?\bm = \$?\d`)
	joined       = regexp.MustCompile(`\bON (\w+)\.m = (\w+)\.m\b`)
	movesRow     = regexp.MustCompile(`\bSET (?:[^;]*, )?m = `)
)

// Unroutable says why a sharded database would not send a text to the one
// shard of its merchant, or "" when it does: every table in it must have its m
// bound to a parameter, or be joined ON m to one that has.
// From a subquery's condition on the outer m no planner learns a value.
func Unroutable(text string) string {
	for _, x := range acrossMerchants {
		if x.text.MatchString(text) {
			return ""
		}
	}
	text = strings.Join(strings.Fields(textInQuotes.ReplaceAllString(text, "''")), " ")
	switch {
	case strings.HasPrefix(text, "INSERT"):
		return unroutableInsert(text)
	case strings.HasPrefix(text, "WITH"):
		return "a WITH of a statement that writes is run by itself first, and its rows sent to every machine"
	case movesRow.MatchString(text):
		return "a row never moves to another merchant"
	}
	return unbound(text)
}

func unroutableInsert(text string) string {
	part := insertInto.FindStringSubmatch(text)
	switch {
	case part == nil:
		return "an INSERT is of values alone"
	case local.MatchString(part[1]):
		return ""
	case part[2] != "m" && !strings.HasPrefix(part[2], "m, "):
		return "an INSERT begins with m"
	}
	for _, row := range firstValue.FindAllStringSubmatch(part[3], -1) {
		if !strings.HasPrefix(row[1], "$") {
			return "an INSERT binds m"
		}
	}
	if movesRow.MatchString(text) {
		return "a row never moves to another merchant"
	}
	return ""
}

// unbound names a table of the text whose merchant is not bound.
func unbound(text string) string {
	names := map[string]int{} // how often a name still wants a merchant
	for _, r := range reference.FindAllStringSubmatch(text, -1) {
		table, name := r[2], r[3]
		if local.MatchString(table) || r[1] == "UPDATE" && table == "SET" {
			continue
		}
		if name == "" {
			name = table
		}
		names[name]++
	}
	free := 0 // conditions that name no table
	for _, b := range bound.FindAllStringSubmatch(text, -1) {
		if b[1] == "" {
			free++
		} else {
			delete(names, b[1])
		}
	}
	known := func(name string) bool { return names[name] == 0 }
	for range names { // as long as a join can carry it on
		for _, j := range joined.FindAllStringSubmatch(text, -1) {
			if known(j[1]) || known(j[2]) {
				delete(names, j[1])
				delete(names, j[2])
			}
		}
	}
	for name, n := range names {
		if free -= n; free < 0 {
			return fmt.Sprintf("the merchant of %s is not bound", name)
		}
	}
	return ""
}
