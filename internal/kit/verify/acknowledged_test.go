package verify_test

import (
	"fmt"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/kit/verify"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
)

func TestAcknowledged(t *testing.T) {
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		s := desktest.Open(t, db)
		s.Goods("MUG", catalog.Backorder, "A", 50)
		neighbor(s)
		var all []*order.Order
		for range 5 {
			all = append(all, s.Place("MUG", 1).Order)
		}
		o := all[2]
		for _, c := range []struct {
			name, log string
			broken    int64
		}{
			{"nothing", "", 0},
			{"ids", o.ID.String() + "\n" + all[4].ID.String() + "\n", 0},
			{"numbers", "1001\n1005\r\n", 0},
			{"external ids", "T-1\nT-5", 0},
			{"all three", fmt.Sprintf("# a log\n\n%s\t%d\t%s\n%s\t%d\n", o.ID, o.Number, o.ExternalID, all[0].ID, all[0].Number), 0},
			{"without an id", fmt.Sprintf("\t%d\t%s", o.Number, o.ExternalID), 0},
			{"the neighbor's", "1002", 0},
			{"an id that is not there", order.ID(77).String(), 1},
			{"a number that is not there", "1999\n1001", 1},
			{"an external id that is not there", "T-5\nT-77", 1},
			{"another number", fmt.Sprintf("%s\t%d\t%s", o.ID, o.Number+1, o.ExternalID), 1},
			{"another external id", fmt.Sprintf("%s\t%d\tT-1", o.ID, o.Number), 1},
			{"an external id of another number", fmt.Sprintf("\t%d\tT-1", o.Number), 1},
			{"several", "ord_zzz\nT-99\n1003\n999999999999999999999\n", 3},
			{"more than a page", strings.Repeat("1001\nT-98\n", 700), 700},
		} {
			t.Run(c.name, func(t *testing.T) {
				r := run(t, db, verify.Options{Acknowledged: strings.NewReader(c.log), MaxViolations: 3})
				for _, check := range r.Checks {
					if check.ID == "D1" && (check.Violations != c.broken || check.Skipped != "") {
						t.Errorf("%d violations, %d expected: %+v", check.Violations, c.broken, r.Violations)
					}
				}
				if r.Total != c.broken || int64(len(r.Violations)) != min(3, c.broken) {
					t.Errorf("%d violations of which %d are listed", r.Total, len(r.Violations))
				}
			})
		}
	})
}

func TestAcknowledgedLost(t *testing.T) {
	db := storetest.SQLite(t)
	s := desktest.Open(t, db)
	s.Goods("MUG", catalog.Backorder, "A", 50)
	var log strings.Builder
	for range 4 {
		fmt.Fprintln(&log, s.Place("MUG", 1).Order.ID)
	}
	raw := openRaw(t, "sqlite", "file:"+db.Path()+"?_pragma=busy_timeout(10000)")
	for lost, by := range []string{"number = 1001", "external_id = 'T-2'", "number = 1003"} {
		exec(t, raw, "DELETE FROM orders WHERE "+by)
		found := int64(0)
		for _, v := range run(t, db, verify.Options{Acknowledged: strings.NewReader(log.String())}).Violations {
			if v.ID == "D1" {
				found++
			}
		}
		if found != int64(lost)+1 {
			t.Errorf("%d lost orders were found, %d are lost", found, lost+1)
		}
	}
}

func TestAcknowledgedUnreadable(t *testing.T) {
	db := storetest.SQLite(t)
	desktest.Open(t, db)
	for _, log := range []string{"a\tb\tc\td", "x\t5", "\tfive\t", strings.Repeat("x", 5000)} {
		_, err := verify.Run(t.Context(), db, verify.Options{Acknowledged: strings.NewReader(log)})
		if err == nil || !strings.Contains(err.Error(), "log of acknowledged orders") {
			t.Errorf("%.20q: %v", log, err)
		}
	}
}
