package store

import (
	"regexp"
	"strconv"
	"strings"
)

// Engine is the kind of database beneath.
type Engine string

const (
	SQLite   Engine = "sqlite"
	Postgres Engine = "postgres"
)

// statement is a text of ours as the engine wants it: for SQLite $N becomes an
// anonymous ?, because its driver looks numbered parameters up by name, one
// after another, which halves the write rate. order says which argument stands
// at each ?; nil means as given.
type statement struct {
	text  string
	order []int
}

var numbered = regexp.MustCompile(`\$(\d+)`)

// rewrite gives the engine's form of a text. Our texts hold no $ inside quotes;
// a test over all of them asserts that.
func rewrite(e Engine, text string) statement {
	if e == Postgres {
		return statement{text: text}
	}
	text = strings.ReplaceAll(text, " FOR UPDATE", "")
	var order []int
	inOrder := true
	out := numbered.ReplaceAllStringFunc(text, func(m string) string {
		n, _ := strconv.Atoi(m[1:])
		inOrder = inOrder && n == len(order)+1
		order = append(order, n-1)
		return "?"
	})
	if inOrder {
		order = nil
	}
	return statement{text: out, order: order}
}

// arrange gives the arguments as they stand in the text, in the room that into
// has when they must be moved.
func (s statement) arrange(into, args []any) []any {
	if s.order == nil {
		return args
	}
	for _, n := range s.order {
		into = append(into, args[n])
	}
	return into
}

var (
	createTable = regexp.MustCompile(`(?s)(CREATE TABLE [a-z_]+ \(.*?\n\));`)
	typeText    = regexp.MustCompile(`\bTEXT\b`)
	comment     = regexp.MustCompile(`(?m)--.*$`)
)

// schemaFor turns a migration into the engine's words.
func schemaFor(e Engine, text string) string {
	text = comment.ReplaceAllString(text, "")
	if e == Postgres {
		text = strings.ReplaceAll(text, "BYTES", "BYTEA")
		return typeText.ReplaceAllString(text, `TEXT COLLATE "C"`)
	}
	text = strings.ReplaceAll(text, "BIGINT", "INTEGER")
	text = strings.ReplaceAll(text, "BYTES", "BLOB")
	return createTable.ReplaceAllString(text, "$1 STRICT, WITHOUT ROWID;")
}
