package orders

import (
	"sort"

	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/tokens"
)

// periods are where search words stand, read once for a page.
type periods struct {
	list   tokens.Periods
	loaded bool
}

func (p *periods) load(r *store.Reader) (err error) {
	if !p.loaded {
		p.list, err = tokens.PeriodsFrom(r, 0)
		p.loaded = err == nil
	}
	return err
}

// below are the starts of the periods that may hold orders below an id, newest
// first.
func (p *periods) below(id order.ID) []int64 {
	n := sort.Search(len(p.list), func(i int) bool { return p.list[i].Start >= id })
	out := make([]int64, n)
	for i := range out {
		out[i] = int64(p.list[n-1-i].Start)
	}
	return out
}

// tokenStream is a stream of the orders that have a word, or one that begins
// so. Each period holds some thousand orders and is older than the one before,
// so the newest orders stand in the first that has any.
type tokenStream struct {
	cond    string // of the word, its parameters $4 and on
	args    []any
	several bool // an order may stand in it more than once
	periods *periods
}

func (w *walk) token(t string) tokenStream {
	return tokenStream{cond: "token = $4", args: []any{t}, periods: &w.periods}
}

// beginning is the stream of all words that begin with this one.
func (s tokenStream) beginning() tokenStream {
	s.cond, s.args, s.several = "token >= $4 AND token < $5", []any{s.args[0], s.args[0].(string) + last}, true
	return s
}

// chunks are how many periods are asked in one statement, in turn: a frequent
// word fills its page from the first, a rare one is looked for in many at once.
var chunks = [...]int{1, 4, 16, 64}

func (s tokenStream) page(r *store.Reader, below order.ID, limit int) ([]order.ID, error) {
	if err := s.periods.load(r); err != nil {
		return nil, err
	}
	var out []order.ID
	rest := s.periods.below(below)
	for step := 0; len(rest) > 0 && len(out) < limit; step++ {
		n := min(len(rest), chunks[min(step, len(chunks)-1)])
		if err := s.ask(r, rest[:n], below, limit-len(out), &out); err != nil {
			return nil, err
		}
		rest = rest[n:]
	}
	return out, nil
}

func (s tokenStream) ask(r *store.Reader, periods []int64, below order.ID, limit int, out *[]order.ID) error {
	what := "order_id"
	if s.several {
		what = "DISTINCT order_id"
	}
	text := "SELECT " + what + " FROM search_token WHERE m = $1 AND order_id < $2 AND " + s.cond + " AND period IN ($IN) ORDER BY order_id DESC LIMIT $3"
	return store.In(r, text, append([]any{r.M, int64(below), int64(limit)}, s.args...), periods, into(out))
}

// size guesses from the newest periods how many orders there are.
func (s tokenStream) size(r *store.Reader, below order.ID, limit int) (int, error) {
	if err := s.periods.load(r); err != nil {
		return 0, err
	}
	all := s.periods.below(below)
	looked := all[:min(len(all), chunks[1])]
	var some []order.ID
	if len(looked) == 0 {
		return 0, nil
	}
	err := s.ask(r, looked, below, limit, &some)
	return min(limit, len(some)*len(all)/len(looked)), err
}
