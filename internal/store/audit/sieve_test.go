package audit_test

import (
	"context"
	"os"
	"slices"
	"testing"

	"orderly/internal/money"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

// TestMinorUnits holds the currencies that SQL knows to money's own table.
func TestMinorUnits(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		n := 0
		err := db.Lookup(context.Background(), func(r *store.Reader) error {
			for code := range 26 * 26 * 26 {
				text := string([]byte{'A' + byte(code/676), 'A' + byte(code/26%26), 'A' + byte(code%26)})
				c, err := money.ParseCurrency(text)
				if err != nil {
					continue
				}
				n++
				want := int64(1)
				for range 9 - c.Exponent() {
					want = want * 10 % audit.Modulus
				}
				var got int64
				if err := r.Row("SELECT "+audit.MinorUnit+" FROM (SELECT CAST($1 AS TEXT) AS currency) AS o", text).Scan(&got); err != nil {
					return err
				}
				if got != want {
					t.Errorf("%s has %d decimals: a minor unit is %d to SQL, should be %d", text, c.Exponent(), got, want)
				}
			}
			return nil
		})
		if err != nil || n < 150 {
			t.Fatalf("%d currencies: %v", n, err)
		}
	})
}

// TestTables holds the list of tables to the schema: a table that is added is
// looked through for rows of nobody.
func TestTables(t *testing.T) {
	db := storetest.SQLite(t)
	var got []string
	err := db.Lookup(context.Background(), func(r *store.Reader) error {
		return r.Each("SELECT name FROM sqlite_master WHERE type = 'table' AND name NOT LIKE 'sqlite%' AND sql LIKE '%  m INTEGER NOT NULL,%' ORDER BY name", nil, func(scan func(...any) error) error {
			var name string
			err := scan(&name)
			got = append(got, name)
			return err
		})
	})
	if err != nil {
		t.Fatal(err)
	}
	want := append([]string{"merchant"}, audit.Tables...)
	slices.Sort(want)
	if !slices.Equal(got, want) {
		t.Errorf("the schema has %v, the list %v", got, want)
	}
}

// TestReferences asks every reference of an empty database, so that each names
// tables and columns that are there.
func TestReferences(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		err := db.Lookup(context.Background(), func(r *store.Reader) error {
			for _, ref := range audit.References {
				end, err := audit.Next(r, []audit.Walk{ref.Child}, audit.Start, 10)
				if err != nil {
					return err
				}
				list, err := ref.Dangling(r, audit.Range{After: audit.Start, UpTo: end})
				if err != nil || len(list) > 0 || end != audit.End {
					t.Errorf("%+v: %v %v", ref, list, err)
				}
			}
			return nil
		})
		if err != nil {
			t.Fatal(err)
		}
	})
}
