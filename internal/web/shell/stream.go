package shell

import (
	"strconv"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/fault"
	"orderly/internal/live"
	"orderly/internal/store/entries"
)

// stream tells the visitor's pages what changes, in the form of the API's
// GET /v1/live. Only kinds that the visitor may read are told; what of a thing
// may be seen is decided when it is read. It begins where the page was read
// ("after"), or where a broken stream ended: what happens between a page and its
// stream is told too.
func (s *Shell) stream(v *Visit) error {
	place := int64(-1)
	for _, text := range []string{v.R.Header.Get("Last-Event-ID"), v.Query("after")} {
		if n, err := strconv.ParseInt(text, 10, 64); err == nil && n >= 0 {
			place = n
			break
		}
	}
	answer, err := s.hub.Open(v.ctx, v.W, live.Viewer{Merchant: v.Scope.Merchant, Place: place, Read: v.Read, MayStay: v.mayStay, Only: v.hears})
	if err != nil {
		return err
	}
	if err := answer(v.W); err != nil {
		s.opts.Log.Debug("a page's stream ended", "request_id", v.ID, "error", err)
	}
	return nil
}

// mayStay ends the stream of a session that has ended, so that the page's next
// request leads to the sign-in.
func (v *Visit) mayStay() error {
	if v.shell.opts.Draining() {
		return fault.New(fault.Unavailable, "stopping", "this node is stopping")
	}
	signed, err := admin.SessionOf(v.ctx, v.shell.desk.DB, v.Token())
	if fault.KindOf(err) == fault.Unavailable {
		return nil
	}
	if err == nil && signed.Scope.Merchant != v.Scope.Merchant {
		return admin.ErrNoStanding // they work elsewhere by now
	}
	if err == nil {
		v.Scope.Permissions = signed.Scope.Permissions
	}
	return err
}

// readers say which permission lets one hear of a kind.
var readers = map[string]access.Permission{
	"ord": access.OrdersRead, "ful": access.FulfillmentRead, "itm": access.CatalogRead, "loc": access.CatalogRead,
	"cus": access.CustomersRead, "stk": access.StockRead,
}

func (v *Visit) hears(c *entries.Change) bool {
	needs, known := readers[c.Kind]
	return !known || v.May(needs)
}
