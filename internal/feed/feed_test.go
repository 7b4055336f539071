package feed_test

import (
	"slices"
	"strings"
	"testing"
	"time"

	"orderly/internal/fault"
	"orderly/internal/feed"
)

func usual() feed.Feed {
	return feed.Feed{Source: feed.Address, Address: "https://acme.example/stock.csv", Named: feed.ByName, Minutes: 60, Active: true}
}

func TestCheck(t *testing.T) {
	for _, x := range []struct {
		name string
		set  func(*feed.Feed)
		at   string
	}{
		{"usual", func(*feed.Feed) {}, ""},
		{"a folder", func(f *feed.Feed) { f.Source, f.Address = feed.Folder, "acme/stock" }, ""},
		{"a folder outside", func(f *feed.Feed) { f.Source, f.Address = feed.Folder, "../etc" }, "/address"},
		{"no folder", func(f *feed.Feed) { f.Source, f.Address = feed.Folder, "" }, "/address"},
		{"a folder with a secret", func(f *feed.Feed) { f.Source, f.Address, f.Header = feed.Folder, "acme", "X" }, "/header"},
		{"no address", func(f *feed.Feed) { f.Address = "acme" }, "/address"},
		{"another source", func(f *feed.Feed) { f.Source = "ftp" }, "/source"},
		{"another name", func(f *feed.Feed) { f.Named = "title" }, "/named"},
		{"too often", func(f *feed.Feed) { f.Minutes = 1 }, "/minutes"},
		{"a header of two lines", func(f *feed.Feed) { f.Header = "X\r\nHost" }, "/header"},
		{"a column of two lines", func(f *feed.Feed) { f.SKU = "a\nb" }, "/sku_column"},
		{"a long column", func(f *feed.Feed) { f.Quantity = strings.Repeat("x", 201) }, "/quantity_column"},
	} {
		f := usual()
		x.set(&f)
		var l fault.List
		f.Check(&l)
		err, _ := l.Err().(*fault.Error)
		told := err != nil && slices.ContainsFunc(err.Fields, func(y fault.Field) bool { return y.Pointer == x.at })
		if told != (x.at != "") {
			t.Errorf("%s: %v, want %q", x.name, err, x.at)
		}
	}
}

// Kills: a failure that forgets what was taken, or waits for a day; news that is
// none; a turn that nobody is told of, or that is told at every look.
func TestLooked(t *testing.T) {
	const hour = int64(time.Hour / time.Microsecond)
	f := usual()
	f.Minutes = 24 * 60
	f = f.Looked(feed.Outcome{Status: feed.Taken, Hash: "a", Lines: 7, Unknown: 2}, 100*hour)
	if f.NextAt != 124*hour || f.Outcome.TakenAt != 100*hour {
		t.Errorf("%+v", f)
	}
	bad := f.Looked(feed.Outcome{Status: feed.Failed, Told: slices.Repeat([]string{"no"}, 30)}, 124*hour)
	if bad.NextAt != 124*hour+hour/4 || bad.Outcome.Hash != "a" || bad.Outcome.Lines != 7 || bad.Outcome.TakenAt != 100*hour || len(bad.Outcome.Told) != feed.MaxTold || !bad.Turned(&f) {
		t.Errorf("%+v", bad)
	}
	if again := bad.Looked(feed.Outcome{Status: feed.Failed}, 125*hour); again.Turned(&bad) {
		t.Error("the same failure is told twice")
	}
	none := bad.Looked(feed.Outcome{Status: feed.Nothing}, 126*hour)
	if none.Outcome.Status != feed.Nothing || none.Outcome.TakenAt != 100*hour || none.Outcome.Lines != 7 || len(none.Outcome.Told) != 0 || !none.Turned(&bad) {
		t.Errorf("%+v", none)
	}
	if still := f.Looked(feed.Outcome{Status: feed.Nothing}, 124*hour); still.Outcome.Status != feed.Taken || still.Outcome.At != 124*hour || still.Outcome.TakenAt != 100*hour {
		t.Errorf("%+v", still)
	}
	if f.Due(123*hour) || !f.Due(124*hour) {
		t.Error("it is looked at at another time than it says")
	}
}
