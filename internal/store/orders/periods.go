package orders

import (
	"cmp"
	"database/sql"
	"slices"
	"strings"

	"orderly/internal/order"
	"orderly/internal/store"
)

// span is a stretch of words, both ends included: a word alone, or all that
// begin alike.
type span struct{ from, to string }

func exactly(token string) span   { return span{token, token} }
func beginning(token string) span { return span{token, token + last} }

// posted is a stream of the orders that have a word of any of its spans. Words
// stand by period, each of some thousand orders and older than the one before,
// so one statement goes back from period to period and stops when the page is
// full: a frequent word fills it from the newest, a rare one costs a look into
// each.
type posted struct {
	spans []span
	rest  rest // what the same statement asks of each candidate
}

// rest is what else an order must have: words that are looked up, each any of
// its tokens, or what its list of words says when that does not do.
type rest struct {
	words [][]string
	fits  func(id order.ID, tokens []string) bool
}

// maxSpans bounds the spans of one stream, and with them the texts of
// statements; a word with more is several streams.
const maxSpans = 8

// sampled is how many of the newest periods a word's size is guessed from.
const sampled = 4

// from is where the spans stand in the periods, with their conditions; the
// parameters are added to args. $1 is the merchant, $2 the id to stay below.
func (s posted) from(periods string, args *[]any) string {
	bind := func(v any) string {
		*args = append(*args, v)
		return store.Params(len(*args), 1)
	}
	words, is := "", ""
	switch one := s.spans[0]; {
	case len(s.spans) > 1:
		list := make([]string, len(s.spans))
		for i, x := range s.spans {
			list[i] = "SELECT CAST(" + bind(x.from) + " AS TEXT) AS a, CAST(" + bind(x.to) + " AS TEXT) AS z"
		}
		words, is = " CROSS JOIN ("+strings.Join(list, " UNION ALL ")+") AS w", "t.token >= w.a AND t.token <= w.z"
	case one.from == one.to:
		is = "t.token = " + bind(one.from)
	default:
		is = "t.token >= " + bind(one.from) + " AND t.token <= " + bind(one.to)
	}
	return " FROM " + periods + words + " CROSS JOIN search_token AS t WHERE p.m = $1 AND p.period < $2 AND t.m = $1 AND t.period = p.period AND " + is + " AND t.order_id < $2"
}

// page reads the next candidates and gives those that have the rest too.
func (s posted) page(r *store.Reader, below order.ID, limit int) (found stretch, err error) {
	args := []any{r.M, int64(below), int64(limit)}
	text := "SELECT t.order_id, t.period" + s.from("search_period AS p", &args) + " ORDER BY p.period DESC, t.order_id DESC LIMIT $3"
	text = "SELECT c.order_id, " + s.rest.column(&args) + " FROM (" + text + ") AS c"
	rows := 0
	err = r.Each(text, args, func(scan func(...any) error) error {
		var id order.ID
		ok, err := s.rest.scan(scan, &id)
		if rows++; ok {
			found.ids = append(found.ids, id)
		}
		if rows == 1 || id < found.floor {
			found.floor = id
		}
		return err
	})
	found.looked = rows
	if rows < limit {
		found.floor = 0
	}
	return found, err
}

// size guesses from the newest periods how many orders there are.
func (s posted) size(r *store.Reader, below order.ID, limit int) (int, error) {
	args := []any{r.M, int64(below), int64(limit), int64(sampled)}
	const newest = "(SELECT m, period FROM search_period WHERE m = $1 AND period < $2 ORDER BY period DESC LIMIT $4) AS p"
	counts := make([]string, len(s.spans))
	for i := range s.spans { // each by itself: together they tempt PostgreSQL to read the table
		one := posted{spans: s.spans[i : i+1]}
		counts[i] = "(SELECT count(*) FROM (SELECT t.order_id" + one.from(newest, &args) + " LIMIT $3) AS c)"
	}
	var some, periods int
	err := r.Row("SELECT "+strings.Join(counts, " + ")+", (SELECT count(*) FROM search_period WHERE m = $1 AND period < $2)", args...).Scan(&some, &periods)
	return some * max(sampled, periods) / sampled, err
}

// column is what a statement says of a candidate c beside its id.
func (x rest) column(args *[]any) string {
	if x.fits != nil {
		return "(SELECT s.tokens FROM search_order AS s WHERE s.m = $1 AND s.order_id = c.order_id)"
	}
	text := "1"
	for _, tokens := range x.words {
		in := store.Params(len(*args)+1, len(tokens))
		for _, t := range tokens {
			*args = append(*args, t)
		}
		text = "CASE WHEN (SELECT count(*) FROM search_token AS b WHERE b.m = $1 AND b.period = c.period AND b.order_id = c.order_id AND b.token IN (" + in + ")) = 0 THEN 0 ELSE " + text + " END"
	}
	return text
}

// scan reads a candidate and tells whether it has the rest.
func (x rest) scan(scan func(...any) error, id *order.ID) (bool, error) {
	if x.fits == nil {
		var has int64
		err := scan(id, &has)
		return has == 1, err
	}
	var words sql.NullString
	err := scan(id, &words)
	return err == nil && x.fits(*id, store.UnpackWords(words.String)), err
}

// stretch is what a stream gives in one go.
type stretch struct {
	ids    []order.ID
	floor  order.ID // down to it, and including it, none is left out; 0 at the end
	looked int      // candidates
}

// merge puts stretches together: newest first, each id once, and none below
// the highest floor.
func merge(all []stretch) (out stretch) {
	for _, s := range all {
		out.ids, out.floor, out.looked = append(out.ids, s.ids...), max(out.floor, s.floor), out.looked+s.looked
	}
	slices.SortFunc(out.ids, func(a, b order.ID) int { return cmp.Compare(b, a) })
	out.ids = slices.Compact(out.ids)
	if i := slices.IndexFunc(out.ids, func(id order.ID) bool { return id < out.floor }); i >= 0 {
		out.ids = out.ids[:i]
	}
	return out
}
