package verify

import (
	"fmt"
	"slices"

	"orderly/internal/ident"
	"orderly/internal/order"
	"orderly/internal/search"
	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/cursors"
	"orderly/internal/store/tokens"
)

const (
	// searchConsumer is the cursor of the projection.
	searchConsumer = "search"

	// mostBehind is how many entries the projection may be behind and be
	// checked all the same: what they tell of is left out.
	mostBehind = 20_000

	// wordPage is how many words are counted in one snapshot.
	wordPage = 50_000

	// searchSample is the share of orders of which a quick run compares words.
	searchSample = 50
)

// search: the words by which orders are found are those of the orders, as far
// as the projection has come. Full runs compare every order, quick ones some;
// that there is not one word more is counted.
func (x *run) search() error {
	began := false
	err := x.read(func(r *store.Reader) error {
		seq, err := cursors.Of(r, searchConsumer)
		began = seq > 0
		return err
	})
	if err != nil || !began {
		return err
	}
	before, err := x.searchCursor()
	if err != nil {
		return err
	}
	listed, late := int64(0), false
	err = x.walk(audit.SearchPages, func(r *store.Reader, in audit.Range) error {
		n, behind, err := x.searchPage(r, in)
		x.later(func() { listed += n; late = late || behind })
		return err
	})
	if err != nil {
		return err
	}
	if late {
		x.skip("R1", "merchant %d: search is more than %d entries behind the journal", x.scope.Merchant, mostBehind)
		return nil
	}
	kept, err := x.keptWords()
	if err != nil {
		return err
	}
	after, err := x.searchCursor()
	if err == nil && before != after {
		x.skip("R1", "merchant %d: search words, which were written while they were counted", x.scope.Merchant)
	} else if err == nil && kept != listed {
		x.noteNow(Violation{ID: "R1", Merchant: x.scope.Merchant, Subject: "search", Message: fmt.Sprintf("%d search words are kept, the lists of orders hold %d; repair with --repair search", kept, listed)})
	}
	return err
}

func (x *run) searchCursor() (seq int64, err error) {
	err = x.read(func(r *store.Reader) error { seq, err = cursors.Of(r, searchConsumer); return err })
	return seq, err
}

// searchPage compares a page of orders with their words.
func (x *run) searchPage(r *store.Reader, in audit.Range) (listed int64, late bool, err error) {
	seq, err := cursors.Of(r, searchConsumer)
	if err != nil {
		return 0, false, err
	}
	open, err := audit.OrdersAfter(r, seq, mostBehind+1)
	if err != nil || len(open) > mostBehind {
		return 0, true, err
	}
	missing, err := audit.Unlisted(r, in)
	if err != nil {
		return 0, false, err
	}
	for _, id := range missing {
		if !open[id] {
			x.tell("R1", ident.Text("ord", id), "the order cannot be found by words: it has no list of them")
		}
	}
	if err := x.compareWords(r, in, open, missing); err != nil {
		return 0, false, err
	}
	listed, err = audit.ListedWords(r, in)
	return listed, false, err
}

func (x *run) compareWords(r *store.Reader, in audit.Range, open map[int64]bool, unlisted []int64) error {
	each := int64(searchSample)
	if x.opts.Level >= Full {
		each = 1
	}
	ids, err := audit.EveryNth(r, in, each)
	if err != nil {
		return err
	}
	ids = slices.DeleteFunc(ids, func(id order.ID) bool { return open[int64(id)] || slices.Contains(unlisted, int64(id)) })
	words, err := tokens.Read(r, ids)
	if err != nil {
		return err
	}
	kept, err := tokens.Kept(r, ids)
	if err != nil {
		return err
	}
	periods, err := tokens.PeriodsFrom(r, order.ID(in.After))
	if err != nil {
		return err
	}
	for _, id := range ids {
		want, there := words[id]
		if !there {
			continue // an order without people is another law's
		}
		less, more := search.Diff(kept[id], want)
		if len(less)+len(more) > 0 {
			x.tell("R1", id.String(), "the order is listed under %d search words that it has not, and not under %d that it has", len(less), len(more))
		}
		lost, err := tokens.Missing(r, periods.Of(id), id, kept[id])
		if err != nil {
			return err
		}
		if len(lost) > 0 {
			x.tell("R1", id.String(), "the order is not found by %d of its search words", len(lost))
		}
	}
	x.count(int64(len(ids)), "R1")
	return nil
}

// keptWords counts every word of the merchant, a page in each snapshot.
func (x *run) keptWords() (total int64, err error) {
	var at audit.Word
	for {
		var n int
		err := x.read(func(r *store.Reader) (err error) {
			n, at, err = audit.WordPage(r, at, wordPage)
			return err
		})
		total += int64(n)
		if err != nil || n < wordPage {
			return total, err
		}
	}
}
