package audit

import (
	"orderly/internal/store"
	"orderly/internal/store/yields"
)

// YieldPages walk what orders gave up to others.
var YieldPages = []Walk{{"yielded", "id", "id", 1}}

// GivenUp is units that changed hands, and what the entries that tell of it say.
type GivenUp struct {
	yields.Yield
	FromSubject, ToSubject int64 // of the entries; zero when there is none
	FromType, ToType       string
	FromData, ToData       []byte
}

// GivenUpIn reads a page of them.
func GivenUpIn(r *store.Reader, in Range) ([]GivenUp, error) {
	var out []GivenUp
	err := r.Each("SELECT "+yields.Columns+", coalesce(f.subject, 0), coalesce(f.type, ''), coalesce(f.data, ''), coalesce(t.subject, 0), coalesce(t.type, ''), coalesce(t.data, '')"+
		" FROM yielded AS y LEFT JOIN entry AS f ON f.m = $1 AND f.seq = y.from_entry LEFT JOIN entry AS t ON t.m = $1 AND t.seq = y.to_entry"+
		" WHERE y.m = $1 AND y.id > $2 AND y.id <= $3 ORDER BY y.id", []any{r.M, in.After, in.UpTo}, func(scan func(...any) error) error {
		var x GivenUp
		var from, to string
		var err error
		x.Yield, err = yields.Scan(scan, &x.FromSubject, &x.FromType, &from, &x.ToSubject, &x.ToType, &to)
		x.FromData, x.ToData = []byte(from), []byte(to)
		out = append(out, x)
		return err
	})
	return out, err
}
