package exchanging_test

import (
	"fmt"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/desk/desktest"
	"orderly/internal/desk/exchange"
	"orderly/internal/edi"
	"orderly/internal/store"
	"orderly/internal/store/exchanges"
	"orderly/internal/store/storetest"
	"orderly/internal/trading"
)

// A partner's files hold more documents than are worked at a time, and one of them
// can never be taken. Whoever stops at the first failure, or takes the first page
// for all, loses orders; here every other one becomes an order, once, and the poison
// waits with its reason until it can be taken.
func TestScenarioS20PoisonDocument(t *testing.T) {
	const files, each, poison = 8, 40, 37
	storetest.Each(t, func(t *testing.T, db *store.DB) {
		d := open(t, db, edi.X12)
		d.Goods("X", catalog.Backorder, "A", 10_000)
		d.Goods("Y", catalog.Backorder, "A", 10_000)
		var came []trading.FileID
		var sent []edi.Document
		for f := range files {
			var list []edi.Document
			for i := range each {
				o := ordered(fmt.Sprintf("S20-%d-%d", f, i))
				if f == 0 && i == poison {
					o.Lines[1].Seller = "NONE"
				}
				list = append(list, o)
			}
			sent = append(sent, list...)
			came = append(came, d.comes(list...).File.ID)
		}
		if naive := untilTheFirstFault(sent); naive == files*each-1 {
			t.Error("the naive variant loses nothing: the scenario shows nothing")
		}
		made := map[int64]bool{}
		look := func() (failed int) {
			d.read(func(r *store.Reader) error {
				list, err := exchanges.Documents(r, came)
				for _, x := range list {
					switch x.Status {
					case trading.Processed:
						made[x.Subject] = true
					case trading.Failed:
						failed++
					default:
						t.Errorf("document %d is %s", x.N, x.Status)
					}
				}
				if len(list) != files*each {
					t.Errorf("%d documents are known", len(list))
				}
				return err
			})
			return failed
		}
		if failed := look(); failed != 1 || len(made) != files*each-1 {
			t.Fatalf("%d orders, %d failed", len(made), failed)
		}
		d.Goods("NONE", catalog.Backorder)
		for range 2 {
			desktest.Try(d.Shop, exchange.Retry, exchange.FileCommand{File: came[0]})
			d.follow()
		}
		if failed := look(); failed != 0 || len(made) != files*each {
			t.Errorf("at last %d orders, %d failed", len(made), failed)
		}
	})
}

// untilTheFirstFault is how imports lose orders: they stop at the first that they
// cannot take, and call it done.
func untilTheFirstFault(list []edi.Document) (taken int) {
	for _, x := range list {
		if x.(*edi.Order).Lines[1].Seller == "NONE" {
			break
		}
		taken++
	}
	return taken
}
