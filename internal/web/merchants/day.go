package merchants

import (
	"net/url"
	"slices"
	"strconv"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/queue"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/purchases"
	"orderly/internal/store/queues"
	"orderly/internal/web/shell"
)

const (
	dayMerchants = 50  // that one page looks at
	dayPurchases = 500 // of a merchant, of which some are expected
)

// today is what the page of a day shows.
type today struct {
	Floors []queue.Stop // by what is due
	Beside []queue.Stop // what stands at no location
	Next   int          // from which merchant on another page looks, zero for none
	Empty  int          // merchants without work

	names map[int64]string
	roles map[int64][]string
	at    map[[2]int64]string // names of locations, by merchant and id
}

// day shows the work of all merchants that let the visitor in, each as they may
// see it there. It looks at a bounded number of them, each in a bounded way.
func day(v *shell.Visit) error {
	list, err := admin.Places(v.Context(), v.Desk().DB, *v.Signed)
	if err != nil {
		return err
	}
	x := &today{names: map[int64]string{}, roles: map[int64][]string{}, at: map[[2]int64]string{}}
	from, _ := strconv.Atoi(v.Query("from"))
	from = max(0, min(from, len(list)))
	if to := from + dayMerchants; to < len(list) {
		x.Next = to
	}
	for _, p := range list[from:min(len(list), from+dayMerchants)] {
		if err := x.read(v, p); err != nil {
			return err
		}
	}
	queue.SortDay(x.Floors)
	queue.SortDay(x.Beside)
	return v.Page(v.T("merchants.day"), dayPage(v, x))
}

func (x *today) read(v *shell.Visit, p admin.Place) error {
	m := p.Merchant.ID
	var b queues.Board
	err := v.Desk().DB.Read(v.Context(), p.Scope, func(r *store.Reader) (err error) {
		if b, err = queues.Read(r, v.Now().UnixMicro()); err != nil || !p.Scope.May(access.StockWrite) {
			return err
		}
		coming, err := purchases.Arriving(r, b.EndOfDay, dayPurchases)
		var ids []stock.LocationID
		for _, a := range coming {
			b.Facts = append(b.Facts, queue.Fact{Queue: queue.Arriving, Location: a.Location, Count: a.Count, Clock: a.First})
			ids = append(ids, stock.LocationID(a.Location))
		}
		if err == nil {
			err = b.Know(r, ids)
		}
		return err
	})
	if err != nil {
		return err
	}
	x.names[m] = p.Merchant.Name
	for _, r := range p.Roles {
		x.roles[m] = append(x.roles[m], string(r))
	}
	for id, place := range b.Places {
		x.at[[2]int64{m, int64(id)}] = place.Name
	}
	stops := queue.Day(m, slices.DeleteFunc(b.Facts, func(f queue.Fact) bool {
		return (f.Location == 0 || f.Queue == queue.Differences) && !x.daily(m, f.Queue)
	}))
	if len(stops) == 0 {
		x.Empty++
	}
	for _, s := range stops {
		if s.Location != 0 {
			x.Floors = append(x.Floors, s)
		} else {
			x.Beside = append(x.Beside, s)
		}
	}
	return nil
}

// daily reports whether a queue is the visitor's daily work at a merchant.
func (x *today) daily(m int64, id string) bool {
	q := queue.Named(id)
	return q != nil && q.Is(x.roles[m])
}

// steps are the columns of a floor, in the order of the work.
var steps = []string{queue.Late, queue.ToRelease, queue.ToPick, queue.ToPack, queue.ToShip, queue.Arriving}

// beside are the queues of a stop without location, in the order of the board.
func beside(s *queue.Stop) []queue.Fact {
	var out []queue.Fact
	for _, q := range queue.All {
		if f, ok := s.Facts[q.ID]; ok {
			out = append(out, f)
		}
	}
	return out
}

// opens is what a button of the page opens: the merchant, and the page there.
func opens(s *queue.Stop, id string) string {
	at := stock.LocationID(s.Location).String()
	to := ""
	switch id {
	case queue.ToRelease, queue.ToPick:
		to = "/floor/pick?at=" + at
	case queue.ToPack:
		to = "/floor/pack?at=" + at
	case queue.ToShip, queue.Leaves:
		to = "/floor/ship?at=" + at
	case queue.Arriving:
		to = "/purchases"
	case "":
		to = "/floor?at=" + at
	default:
		to = "/today/" + id
		if s.Location != 0 {
			to += "?at=" + url.QueryEscape(at)
		}
	}
	return number(s.Merchant) + " " + to
}

func (x *today) place(s *queue.Stop) string { return x.at[[2]int64{s.Merchant, s.Location}] }

func count(v *shell.Visit, f queue.Fact) string {
	if f.More || f.Count > 999 {
		return "999+"
	}
	return v.Number(f.Count)
}

// label is what a column or queue is called.
func label(v *shell.Visit, id string) string {
	if id == queue.Arriving {
		return v.T("merchants.arriving")
	}
	return v.T("today.q." + id + ".title")
}
