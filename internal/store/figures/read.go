package figures

import (
	"strconv"
	"strings"

	"orderly/internal/figures"
	"orderly/internal/store"
)

// Span says which days are asked for, both included, and of what.
type Span struct {
	From, To  int64
	Channel   string  // "" for all
	Locations []int64 // none for all
}

// Row is the sums of one day, channel, location and currency.
type Row struct {
	figures.Cell
	figures.Sums
}

// MaxRows bounds the rows that one read gives; a year of three channels at three
// locations has some 3,300.
const MaxRows = 50_000

var sumColumns = strings.Join(figures.Columns[:], ", ")

// Days reads the sums of a span, day by day.
func Days(r *store.Reader, s Span) ([]Row, error) {
	var out []Row
	var x Row
	into := []any{&x.Day, &x.Channel, &x.Location, &x.Currency}
	for i := range x.Sums {
		into = append(into, &x.Sums[i])
	}
	text, args := s.where("SELECT day, channel, location, currency, "+sumColumns+" FROM figure_day", r.M)
	err := r.Each(text+" ORDER BY day, channel, location, currency LIMIT "+limit(&args, MaxRows), args, func(scan func(...any) error) error {
		err := scan(into...)
		out = append(out, x)
		return err
	})
	return out, err
}

// mostGrouped is how many steps are told apart by the database; more are told
// apart day by day.
const mostGrouped = 31

// Grouped reads the sums of a span by step, channel, location and currency;
// the Day of a row is the first of its step. The steps cover the span.
func Grouped(r *store.Reader, s Span, steps []figures.Bucket) ([]Row, error) {
	if len(steps) > mostGrouped || len(steps) == figures.Length(s.From, s.To) {
		return Days(r, s)
	}
	sums := ""
	for _, c := range figures.Columns {
		sums += ", CAST(sum(" + c + ") AS BIGINT)"
	}
	text, args := s.where(" FROM figure_day", r.M)
	step := "CASE"
	for i, b := range steps {
		args = append(args, b.To)
		step += " WHEN day <= " + store.Params(len(args), 1) + " THEN " + strconv.Itoa(i)
	}
	step += " END"
	var out []Row
	var x Row
	var at int
	into := []any{&at, &x.Channel, &x.Location, &x.Currency}
	for i := range x.Sums {
		into = append(into, &x.Sums[i])
	}
	text = "SELECT " + step + ", channel, location, currency" + sums + text + " GROUP BY 1, 2, 3, 4 ORDER BY 1, 2, 3, 4 LIMIT " + limit(&args, MaxRows)
	err := r.Each(text, args, func(scan func(...any) error) error {
		err := scan(into...)
		x.Day = steps[at].From
		out = append(out, x)
		return err
	})
	return out, err
}

// DurationsOf adds up how long the stages took in a span.
func DurationsOf(r *store.Reader, s Span) (*figures.Times, error) {
	out := &figures.Times{}
	text, args := s.where("SELECT times FROM figure_time", r.M)
	err := r.Each(text+" ORDER BY day, channel, location LIMIT "+limit(&args, MaxRows), args, func(scan func(...any) error) error {
		var b []byte
		if err := scan(&b); err != nil {
			return err
		}
		return out.MergePacked(b)
	})
	return out, err
}

// where adds the conditions of a span.
func (s *Span) where(text string, m int64) (string, []any) {
	args := []any{m, s.From, s.To}
	text += " WHERE m = $1 AND day >= $2 AND day <= $3"
	return s.whose(text, args)
}

func (s *Span) whose(text string, args []any) (string, []any) {
	if s.Channel != "" {
		args = append(args, s.Channel)
		text += " AND channel = " + store.Params(len(args), 1)
	}
	if len(s.Locations) > 0 {
		text += " AND location IN (" + store.Params(len(args)+1, len(s.Locations)) + ")"
		for _, l := range s.Locations {
			args = append(args, l)
		}
	}
	return text, args
}

func limit(args *[]any, n int64) string {
	*args = append(*args, n)
	return store.Params(len(*args), 1)
}

// Waiting is how many orders wait at a stage that were placed in an hour.
type Waiting struct {
	Stage string
	Hour  int64
	N     int64
}

// BacklogOf adds up what waits, by stage and hour. Only Channel and Locations
// of the span count: the backlog is what there is now.
func BacklogOf(r *store.Reader, s Span) ([]Waiting, error) {
	var out []Waiting
	text, args := s.whose("SELECT stage, hour, CAST(sum(n) AS BIGINT) FROM figure_backlog WHERE m = $1", []any{r.M})
	err := r.Each(text+" GROUP BY stage, hour ORDER BY stage, hour LIMIT "+limit(&args, MaxRows), args, func(scan func(...any) error) error {
		var w Waiting
		err := scan(&w.Stage, &w.Hour, &w.N)
		out = append(out, w)
		return err
	})
	return out, err
}

// RefusedSum is how many orders of a channel were refused for a reason.
type RefusedSum struct {
	Channel, Code string
	N             int64
}

// RefusedOf reads what was refused in a span, by channel and reason. Nobody
// knows where a refused order would have gone: Locations do not count.
func RefusedOf(r *store.Reader, s Span) ([]RefusedSum, error) {
	var out []RefusedSum
	s.Locations = nil
	text, args := s.where("SELECT channel, code, CAST(sum(n) AS BIGINT) FROM figure_refused", r.M)
	err := r.Each(text+" GROUP BY channel, code ORDER BY channel, code LIMIT "+limit(&args, MaxRows), args, func(scan func(...any) error) error {
		var x RefusedSum
		err := scan(&x.Channel, &x.Code, &x.N)
		out = append(out, x)
		return err
	})
	return out, err
}

// Channels lists the channels that anything was counted of in a span.
func Channels(r *store.Reader, s Span) ([]string, error) {
	var out []string
	err := r.Each("SELECT DISTINCT channel FROM figure_day WHERE m = $1 AND day >= $2 AND day <= $3 ORDER BY channel LIMIT 200", []any{r.M, s.From, s.To}, func(scan func(...any) error) error {
		var c string
		err := scan(&c)
		out = append(out, c)
		return err
	})
	return out, err
}

// Progress is how far the figures have come.
type Progress struct {
	Behind  int64 // entries of the journal that are not counted yet
	Ready   bool  // false while they are made anew from the beginning
	Through int64 // the instant of the last entry that is counted, 0 of none
}
