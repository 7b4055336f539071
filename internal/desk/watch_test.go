package desk_test

import (
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/store/storetest"
)

// A commit is told to who watches its merchant, once for any number of them,
// and before its caller has the answer.
func TestWatch(t *testing.T) {
	s := desktest.Open(t, storetest.SQLite(t))
	mine, end := s.Desk.Watch(s.Scope.Merchant)
	other, endOther := s.Desk.Watch(s.Scope.Merchant + 1)
	defer endOther()
	told := func(c <-chan struct{}) bool {
		select {
		case <-c:
			return true
		default:
			return false
		}
	}
	if told(mine) {
		t.Error("told of what was before")
	}
	s.Goods("X", catalog.Backorder, "A", 5)
	s.Place("X", 1)
	if !told(mine) || told(mine) || told(other) {
		t.Error("three commits are one signal to the merchant's watcher and none to another's")
	}
	end()
	s.Place("X", 1)
	if told(mine) {
		t.Error("told after the end")
	}
}
