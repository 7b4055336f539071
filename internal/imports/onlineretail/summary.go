package onlineretail

import (
	"time"

	"orderly/internal/money"
)

// Summary is what a file holds, in figures. Counts of lines are of those that
// could be read, found wanting later or not; money is of the facts.
type Summary struct {
	LinesRead   int // records below the header that are not blank
	BlankLines  int
	LegacyLines int // that were no UTF-8

	Rejected        int
	RejectedNet     Exact // of rejects whose quantity and price are known
	RejectedUnknown int   // rejects without them

	First, Last                   time.Time
	Invoices, CancelInvoices      int
	Customers, Countries          int
	StockCodes, SKUs              int // as written, and folded
	CancelLines                   int // on C invoices
	NoCustomerLines               int
	NoDescriptionLines            int
	ZeroPriceLines                int
	NegativeLines                 int // below quantity 0 and on no C invoice
	ExactDuplicates               int // lines beyond the first that are alike in every field; they are kept
	RepeatedCodes                 int // lines beyond the first with their invoice's code
	TwoTimestamps                 int // invoices
	MaxLines                      int // of one invoice
	NetQuantity                   int64
	Matched, PartlyMatched        int // cancel lines, charges and money too
	Unmatched, WithoutCustomer    int
	CanceledUnits, UnmatchedUnits int64
	Sales, Cancellations          int // facts
	Adjustments, MoneyAdjustments int
	NetRevenue                    Exact // of all facts
	SalesRevenue, CanceledRevenue Exact // on invoices without C, and on those with it
	RoundingDifference            Exact // line totals rounded to the penny, half away from zero, minus exact ones
	ByRule                        map[Rule]RuleTotal
	ByCountry                     map[string]Exact
	ByMonth                       map[string]Total // "2011-03" by the merchant's clock
}

// Total is lines and what they add up to.
type Total struct {
	Lines int
	Net   Exact
}

// RuleTotal is how often a rule applied: to lines, or to invoices for rules of
// invoices, with the sums of their lines.
type RuleTotal struct {
	Count    int
	Quantity int64
	Net      Exact
}

// tally is what Summary makes its maps of.
type tally struct {
	rules     [ruleCount]RuleTotal
	countries []Exact         // by country
	days      map[int64]Total // by days since 1970
}

// Summary gives the figures.
func (b *Book) Summary() Summary {
	s := b.summary
	s.ByRule, s.ByCountry, s.ByMonth = map[Rule]RuleTotal{}, map[string]Exact{}, map[string]Total{}
	for r, t := range b.tally.rules {
		if t.Count > 0 {
			s.ByRule[Rule(r)] = t
		}
	}
	for id, net := range b.tally.countries {
		s.ByCountry[b.countries.texts[id]] = net
	}
	for day, t := range b.tally.days {
		month := time.Unix(day*secondsOfDay, 0).UTC().Format("2006-01")
		sum := s.ByMonth[month]
		s.ByMonth[month] = Total{sum.Lines + t.Lines, sum.Net + t.Net}
	}
	return s
}

const secondsOfDay = 24 * 60 * 60

func (b *Book) summarize() {
	s := &b.summary
	b.tally = tally{countries: make([]Exact, len(b.countries.texts)), days: map[int64]Total{}}
	s.Invoices, s.Customers, s.Countries = len(b.invoices), len(b.customers.texts), len(b.countries.texts)
	s.StockCodes, s.SKUs = len(b.codes.texts), len(b.skus.texts)
	for i := range b.invoices {
		b.countInvoice(&b.invoices[i])
	}
	for _, e := range b.events {
		switch e.phase {
		case stockPhase:
			s.Adjustments++
		case moneyPhase, moneyBackPhase:
			s.MoneyAdjustments++
		case salePhase:
			s.Sales++
		case cancelPhase:
			s.Cancellations++
		}
	}
}

func (b *Book) countInvoice(in *invoice) {
	s := &b.summary
	if in.letter == cancellation {
		s.CancelInvoices++
	}
	if in.first != in.last {
		s.TwoTimestamps++
	}
	if at := b.wall(in.first); s.First.IsZero() || at.Before(s.First) {
		s.First = at
	}
	if at := b.wall(in.last); at.After(s.Last) {
		s.Last = at
	}
	s.MaxLines = max(s.MaxLines, int(in.to-in.from))
	whole := RuleTotal{Count: 1}
	for _, i := range b.of(in) {
		l := &b.lines[i]
		b.countLine(in, l)
		if l.role == asLine || l.role == asFee {
			whole.Quantity += int64(l.quantity)
			whole.Net += l.net()
		}
	}
	if in.rule != unruled {
		b.tally.rules[in.rule].add(whole)
	}
	b.countRepeats(in)
}

func (b *Book) countLine(in *invoice, l *line) {
	s := &b.summary
	canceled := in.letter == cancellation
	count := func(n *int, is bool) {
		if is {
			*n++
		}
	}
	count(&s.CancelLines, canceled)
	count(&s.NoCustomerLines, in.customer == noCustomer)
	count(&s.NoDescriptionLines, b.texts.texts[l.text] == "")
	count(&s.ZeroPriceLines, l.price == 0)
	count(&s.NegativeLines, !canceled && l.quantity < 0)
	if l.role == asReject {
		return
	}
	s.NetQuantity += int64(l.quantity)
	s.NetRevenue += l.net()
	if canceled {
		s.CanceledRevenue += l.net()
	} else {
		s.SalesRevenue += l.net()
	}
	s.RoundingDifference += rounded(l) - l.net()
	b.tally.rules[l.rule].add(RuleTotal{1, int64(l.quantity), l.net()})
	b.tally.countries[in.country] += l.net()
	day := b.tally.days[l.at/secondsOfDay]
	b.tally.days[l.at/secondsOfDay] = Total{day.Lines + 1, day.Net + l.net()}
}

func (t *RuleTotal) add(more RuleTotal) {
	t.Count += more.Count
	t.Quantity += more.Quantity
	t.Net += more.Net
}

// rounded is a line's total in whole pennies.
func rounded(l *line) Exact {
	const penny = exactOne / 100
	minor, _, err := money.LineTotal(int64(l.quantity), 0, l.price, Currency, money.HalfAwayFromZero)
	if err != nil {
		panic("onlineretail: the limits of a line are beyond those of money: " + err.Error())
	}
	return Exact(minor) * penny
}

// countRepeats looks for lines of an invoice that are alike.
func (b *Book) countRepeats(in *invoice) {
	lines := b.of(in)
	if len(lines) < 2 {
		return
	}
	type alike struct {
		at                   int64
		price                int64
		code, text, quantity int32
	}
	whole, codes := make(map[alike]bool, len(lines)), make(map[int32]bool, len(lines))
	for _, i := range lines {
		l := &b.lines[i]
		whole[alike{l.at, int64(l.price), l.code, l.text, l.quantity}] = true
		codes[l.code] = true
	}
	b.summary.ExactDuplicates += len(lines) - len(whole)
	b.summary.RepeatedCodes += len(lines) - len(codes)
}
