package order_test

import (
	"flag"
	"fmt"
	"os"
	"strings"
	"testing"

	"orderly/internal/order"

	"github.com/google/go-cmp/cmp"
)

var update = flag.Bool("update", false, "write the table of moves into docs/invariants.md")

const (
	document  = "../../docs/invariants.md"
	tableTop  = "<!-- moves -->\n"
	tableFoot = "<!-- end of moves -->\n"
)

// tableOfMoves is the table of moves as people read it.
func tableOfMoves() string {
	var b strings.Builder
	b.WriteString("| from | to | act | reverse | reserved | on hand |\n|---|---|---|---|---|---|\n")
	for _, m := range order.Moves() {
		back, _ := order.Legal(m.To, m.From)
		unit := order.Move{From: m.From, To: m.To, Quantity: 1}
		fmt.Fprintf(&b, "| %s | %s | %s | %s | %s | %s |\n", m.From, m.To, m.Name, back, sign(unit.ClaimChange()), sign(unit.HandChange()))
	}
	return b.String()
}

func sign(n int64) string {
	switch {
	case n > 0:
		return "+"
	case n < 0:
		return "−"
	}
	return ""
}

// What docs/invariants.md says of the moves is what the code does.
//
// Kills: a move that is added, dropped or renamed and not written down.
func TestInvariantsDocument(t *testing.T) {
	b, err := os.ReadFile(document)
	if err != nil {
		t.Fatal(err)
	}
	text := string(b)
	head, rest, ok1 := strings.Cut(text, tableTop)
	table, foot, ok2 := strings.Cut(rest, tableFoot)
	if !ok1 || !ok2 {
		t.Fatalf("%s has no place for the table of moves", document)
	}
	if *update {
		if err := os.WriteFile(document, []byte(head+tableTop+tableOfMoves()+tableFoot+foot), 0o644); err != nil {
			t.Fatal(err)
		}
		return
	}
	if diff := cmp.Diff(strings.Split(tableOfMoves(), "\n"), strings.Split(table, "\n")); diff != "" {
		t.Errorf("run go test ./internal/order -run InvariantsDocument -update (-code +document)\n%s", diff)
	}
	law := "ordered"
	for i, p := range order.Places {
		law += map[bool]string{true: " = ", false: " + "}[i == 0] + p.String()
	}
	if !strings.Contains(text, law+"\n") {
		t.Errorf("the bucket law is not written as %q", law)
	}
}
