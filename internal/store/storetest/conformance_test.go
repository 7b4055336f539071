package storetest_test

import (
	"context"
	"errors"
	"fmt"
	"os"
	"path/filepath"
	"slices"
	"strings"
	"sync"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/journal"
	"orderly/internal/party"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/counters"
	"orderly/internal/store/customers"
	"orderly/internal/store/entries"
	"orderly/internal/store/items"
	"orderly/internal/store/levels"
	"orderly/internal/store/receipts"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

var scope = access.System(admin.Main, "command", "test")

// setup makes the merchant and runs f in a transaction under its lock.
func write(t *testing.T, db *store.DB, f func(*store.Tx) error) {
	t.Helper()
	if _, err := admin.Setup(context.Background(), db, "Shop", "UTC", "GBP"); err != nil {
		t.Fatal(err)
	}
	err := db.Transact(context.Background(), func(tx *store.Tx) error {
		if err := tx.For(admin.Main); err != nil {
			return err
		}
		return f(tx)
	})
	if err != nil {
		t.Fatal(err)
	}
}

func read(t *testing.T, db *store.DB, f func(*store.Reader) error) {
	t.Helper()
	if err := db.Read(context.Background(), scope, f); err != nil {
		t.Fatal(err)
	}
}

// Text is compared byte by byte on both engines, whatever the server's locale.
func TestTextOrderIsBytes(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		names := []string{"a", "B", "Ä", "_", "10", "9", "b", "Z"}
		write(t, db, func(tx *store.Tx) error {
			var list []*catalog.Item
			for _, n := range names {
				list = append(list, &catalog.Item{ID: catalog.ID(tx.IDs().Next()), SKU: n, Name: n, Kind: catalog.Goods, Unit: "pcs", WhenShort: catalog.Refuse})
			}
			return items.Save(tx, list)
		})
		read(t, db, func(r *store.Reader) error {
			page, err := items.Page(r, "", "", 50)
			got := ""
			for _, i := range page {
				got += i.SKU + " "
			}
			if want := "10 9 B Z _ a b Ä "; got != want {
				t.Errorf("order is %q, want %q", got, want)
			}
			return err
		})
	})
}

// Every height of a multi-row write, one below and one above: nothing is lost,
// doubled or put into another column.
func TestManyRows(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		for _, n := range []int{1, 2, 3, 4, 5, 15, 16, 17, 63, 64, 65, 81, 130} {
			item := int64(1000 + n)
			write(t, db, func(tx *store.Tx) error {
				list := make([]*stock.Level, n)
				for i := range list {
					list[i] = &stock.Level{Cell: stock.Cell{Item: item, Location: stock.LocationID(i + 1)}, OnHand: int64(i + 7), Reserved: int64(i), Safety: 3}
				}
				return levels.Save(tx, list)
			})
			read(t, db, func(r *store.Reader) error {
				seen := 0
				err := levels.OfItems(r, []int64{item, item, item}, func(l *stock.Level) {
					seen++
					if i := int64(l.Location) - 1; l.OnHand != i+7 || l.Reserved != i || l.Safety != 3 || l.Damaged != 0 {
						t.Errorf("%d rows: %+v", n, l)
					}
				})
				if seen != n {
					t.Errorf("%d of %d rows came back", seen, n)
				}
				return err
			})
		}
	})
}

// The tables' own checks are the second net beneath the nouns.
func TestChecksRefuse(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(*store.Tx) error { return nil })
		for name, l := range map[string]stock.Level{
			"oversold":         {OnHand: 3, Reserved: 4},
			"negative":         {OnHand: -1},
			"negative damaged": {Damaged: -1},
			"negative claim":   {OnHand: 1, Reserved: -1},
		} {
			err := db.Transact(context.Background(), func(tx *store.Tx) error {
				tx.M = admin.Main
				l.Item, l.Location = 1, 1
				return levels.Save(tx, []*stock.Level{&l})
			})
			if err == nil {
				t.Errorf("%s was kept", name)
			}
		}
	})
}

// Numbers at their limits and texts of every kind come back as they went.
func TestValuesComeBack(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		text := "Ünï \U0001F600 'quote' \"double\" $1 ? \\ %_ \t tab"
		c := &party.Customer{ExternalID: text, Contact: party.Contact{Name: text, Email: "a@example.com"},
			Address: party.Address{Line1: text, Latitude: -1, Longitude: 1 << 40}, Custom: []byte(`{"a": 1}`), CreatedAt: 1<<62 + 1}
		write(t, db, func(tx *store.Tx) error {
			c.ID = party.ID(tx.IDs().Next())
			return customers.Save(tx, []*party.Customer{c})
		})
		read(t, db, func(r *store.Reader) error {
			got, err := customers.ByExternalID(r, []string{text})
			if len(got) != 1 || got[0].Contact != c.Contact || got[0].Address != c.Address || string(got[0].Custom) != string(c.Custom) || got[0].CreatedAt != c.CreatedAt {
				t.Errorf("%+v", got)
			}
			return err
		})
	})
}

// A transaction that fails leaves nothing, its sequence numbers included.
func TestRollbackLeavesNothing(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(*store.Tx) error { return nil })
		planted := errors.New("planted")
		for _, f := range []func(*store.Tx) error{
			func(tx *store.Tx) error { return planted },
			func(tx *store.Tx) error { panic(planted) },
		} {
			func() {
				defer func() { _ = recover() }()
				_ = db.Transact(context.Background(), func(tx *store.Tx) error {
					if err := tx.For(admin.Main); err != nil {
						return err
					}
					e := entries.New(tx, journal.Item, tx.IDs().Next(), 1, "x", scope, []byte("{}"))
					if err := entries.Append(tx, []journal.Entry{e}); err != nil {
						return err
					}
					return f(tx)
				})
			}()
		}
		read(t, db, func(r *store.Reader) error {
			list, err := entries.After(r, 0, 10)
			if len(list) != 1 { // the merchant's own
				t.Errorf("%d entries", len(list))
			}
			return err
		})
	})
}

// Kills: a write that is on its way and of whose failure nobody hears, whatever is
// done next; rows that were not as they had been read; a connection that is of no
// use after it; an empty text that becomes none.
func TestFailedWriteIsTold(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(*store.Tx) error { return nil })
		rename := store.NewUpdate("customer", 1, "id", "name:text")
		wrong := map[string]func(*store.Tx) error{
			"refused by the table": func(tx *store.Tx) error {
				return levels.Save(tx, []*stock.Level{{Cell: stock.Cell{Item: 1, Location: 1}, OnHand: -1}})
			},
			"of a row that is not there": func(tx *store.Tx) error {
				return rename.Run(tx, 1, func(a []any, _ int) []any { return append(a, int64(77), "x") })
			},
			"of a change of a row that is not there": func(tx *store.Tx) error {
				return rename.Change(tx, 1, func(a []any, _ int) []any { return append(a, int64(77), "x") }, func(a []any, _ int) []any { return append(a, int64(77), "y") })
			},
		}
		next := map[string]func(*store.Tx) error{
			"nothing": func(*store.Tx) error { return nil },
			"a write": func(tx *store.Tx) error {
				return levels.Save(tx, []*stock.Level{{Cell: stock.Cell{Item: 2, Location: 1}, OnHand: 1}})
			},
			"a read": func(tx *store.Tx) error { _, err := counters.All(&tx.Reader); return err },
		}
		for what, fails := range wrong {
			for then, f := range next {
				err := db.Transact(context.Background(), func(tx *store.Tx) error {
					if err := tx.For(admin.Main); err != nil {
						return err
					}
					e := entries.New(tx, journal.Item, tx.IDs().Next(), 1, "x", scope, []byte("{}"))
					if err := errors.Join(entries.Append(tx, []journal.Entry{e}), fails(tx)); err != nil {
						return err
					}
					return f(tx)
				})
				if err == nil || fault.KindOf(err) != fault.Internal {
					t.Errorf("%s, then %s: %v", what, then, err)
				}
			}
		}
		read(t, db, func(r *store.Reader) error {
			list, err := entries.After(r, 0, 10)
			if len(list) != 1 { // the merchant's own
				t.Errorf("%d entries", len(list))
			}
			return err
		})
		write(t, db, func(tx *store.Tx) error {
			return customers.Save(tx, []*party.Customer{{ID: party.ID(tx.IDs().Next()), Contact: party.Contact{Name: ""}}})
		})
	})
}

// Kills: a changed column that is not written, another's in its place, a guard
// that is not looked at.
func TestChangeWritesWhatDiffers(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(tx *store.Tx) error {
			return levels.Save(tx, []*stock.Level{{Cell: stock.Cell{Item: 1, Location: 1}, OnHand: 9, Reserved: 1}, {Cell: stock.Cell{Item: 2, Location: 1}, OnHand: 9}, {Cell: stock.Cell{Item: 3, Location: 1}, OnHand: 9}})
		})
		type row [6]int64 // item, location, reserved as it was, and what is set
		update := store.NewUpdate("level", 2, "item", "location", "_reserved", "on_hand", "reserved", "damaged")
		change := func(tx *store.Tx, was, is []row) error {
			args := func(rows []row) func([]any, int) []any {
				return func(a []any, i int) []any {
					for _, v := range rows[i] {
						a = append(a, v)
					}
					return a
				}
			}
			return update.Change(tx, len(was), args(was), args(is))
		}
		write(t, db, func(tx *store.Tx) error {
			return change(tx, []row{{1, 1, 1, 9, 1, 0}, {2, 1, 0, 9, 0, 0}, {3, 1, 0, 9, 0, 0}}, []row{{1, 1, 1, 9, 3, 2}, {2, 1, 0, 4, 0, 0}, {3, 1, 0, 9, 0, 0}})
		})
		err := db.Transact(context.Background(), func(tx *store.Tx) error {
			if err := tx.For(admin.Main); err != nil {
				return err
			}
			return change(tx, []row{{1, 1, 1, 9, 1, 2}}, []row{{1, 1, 1, 9, 1, 5}})
		})
		if err == nil {
			t.Error("a row was changed that had not been read as it is")
		}
		var got []stock.Level
		read(t, db, func(r *store.Reader) error {
			return levels.OfItems(r, []int64{1, 2, 3}, func(l *stock.Level) { got = append(got, *l) })
		})
		want := []stock.Level{{Cell: stock.Cell{Item: 1, Location: 1}, OnHand: 9, Reserved: 3, Damaged: 2}, {Cell: stock.Cell{Item: 2, Location: 1}, OnHand: 4}, {Cell: stock.Cell{Item: 3, Location: 1}, OnHand: 9}}
		if !slices.Equal(got, want) {
			t.Errorf("%+v, want %+v", got, want)
		}
	})
}

// Many writers at once, in two handles on one database: the journal is
// gapless and in order, and counters add up.
func TestSequenceIsGapless(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		write(t, db, func(*store.Tx) error { return nil })
		const writers, each = 8, 20
		var wg sync.WaitGroup
		for range writers {
			wg.Go(func() {
				for i := range each {
					err := db.Transact(context.Background(), func(tx *store.Tx) error {
						if err := tx.For(admin.Main); err != nil {
							return err
						}
						e := entries.New(tx, journal.Item, tx.IDs().Next(), 1, "x", scope, []byte("{}"))
						if err := entries.Append(tx, []journal.Entry{e}); err != nil {
							return err
						}
						if i%5 == 4 {
							return fault.New(fault.Conflict, "planted", "rolled back")
						}
						return counters.Add(tx, map[string]int64{"q": 2, "p": 0})
					})
					if err != nil && fault.CodeOf(err) != "planted" {
						t.Error(err)
					}
				}
			})
		}
		wg.Wait()
		read(t, db, func(r *store.Reader) error {
			list, err := entries.After(r, 0, 1000)
			for i, e := range list {
				if e.Seq != int64(i+1) {
					t.Fatalf("entry %d has sequence %d", i, e.Seq)
				}
			}
			n, err2 := counters.All(r)
			if want := int64(writers * each * 4 / 5); len(list) != int(want)+1 || n["q"] != 2*want {
				t.Errorf("%d entries, counter %d", len(list), n["q"])
			}
			return errors.Join(err, err2)
		})
	})
}

func TestReceiptsAreSwept(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		key := receipts.Key{Principal: "key:1", Route: "/v1/orders", Key: "k"}
		write(t, db, func(tx *store.Tx) error {
			return receipts.Insert(tx, []receipts.Receipt{{Key: key, Hash: []byte{1, 0, 255}, Data: []byte("[]")}})
		})
		read(t, db, func(r *store.Reader) error {
			got, ok, err := receipts.Find(r, key)
			if !ok || string(got.Hash) != "\x01\x00\xff" {
				t.Errorf("%v %v", got, ok)
			}
			return err
		})
		for _, sweep := range []struct {
			later int64
			want  int64
		}{{receipts.Keep - 60e6, 0}, {receipts.Keep + 60e6, 1}} {
			write(t, db, func(tx *store.Tx) error {
				tx.At += sweep.later
				n, err := receipts.Sweep(tx, 100)
				if n != sweep.want {
					t.Errorf("after %d µs %d were swept", sweep.later, n)
				}
				return err
			})
		}
	})
}

// What cannot safely be used is refused in one sentence at start.
func TestRefusedAtStart(t *testing.T) {
	put := func(content string) string {
		dir := t.TempDir()
		if err := os.WriteFile(filepath.Join(dir, store.FileName), []byte(content), 0o600); err != nil {
			t.Fatal(err)
		}
		return dir
	}
	file := filepath.Join(t.TempDir(), "file")
	if err := os.WriteFile(file, nil, 0o600); err != nil {
		t.Fatal(err)
	}
	newer := t.TempDir()
	db, err := store.Open(context.Background(), store.Options{Dir: newer})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Exec(t, db, fmt.Sprintf("INSERT INTO schema_version (version, applied_at) VALUES (%d, 0)", store.Version()+1))
	db.Close()
	other := t.TempDir()
	db, err = store.Open(context.Background(), store.Options{Dir: other})
	if err != nil {
		t.Fatal(err)
	}
	storetest.Exec(t, db, "PRAGMA application_id = 7")
	db.Close()
	for _, c := range []struct {
		name, want string
		o          store.Options
	}{
		{"not a database", "not_a_database", store.Options{Dir: put(strings.Repeat("this is a letter, not a database. ", 200))}},
		{"another program's", "not_our_database", store.Options{Dir: other}},
		{"newer schema", "newer_schema", store.Options{Dir: newer}},
		{"a file for a directory", "unwritable", store.Options{Dir: file}},
		{"a wrong address", "invalid_url", store.Options{URL: "mysql://x"}},
		{"nobody there", "database_away", store.Options{URL: "postgres://nobody@127.0.0.1:1/none?connect_timeout=2"}},
	} {
		db, err := store.Open(context.Background(), c.o)
		if err == nil {
			db.Close()
		}
		if fault.CodeOf(err) != c.want {
			t.Errorf("%s: %v (%s), want %s", c.name, err, fault.CodeOf(err), c.want)
		} else if strings.Count(err.Error(), "\n") > 0 {
			t.Errorf("%s takes several lines: %v", c.name, err)
		}
	}
}
