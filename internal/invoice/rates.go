package invoice

import (
	"cmp"
	"slices"
	"strconv"
	"strings"
)

// maxRates is how many rates of tax a document plausibly has. More means that
// they cannot be told from the amounts.
const maxRates = 5

// most is the largest net whose product with a rate fits.
const most = 1 << 50

// Rate is what was taxed at one rate, in tenths of a percent.
type Rate struct {
	Tenths   int64
	Net, Tax int64
}

// Text is the rate in percent.
func (r Rate) Text() string {
	return strings.TrimSuffix(strconv.FormatInt(r.Tenths/10, 10)+"."+strconv.FormatInt(r.Tenths%10, 10), ".0") + "%"
}

// Rates tells what was taxed at which rate, the highest first, as far as it
// follows from the amounts: each line's tax must be its net at a rate, to the
// minor unit. Where it does not follow, or nothing is taxed, there are none.
func Rates(lines []Line) []Rate {
	var out []Rate
	for i := range lines {
		l := &lines[i]
		if l.Net == 0 && l.Tax == 0 {
			continue
		}
		tenths, ok := rateOf(l, out)
		if !ok {
			return nil
		}
		at := slices.IndexFunc(out, func(r Rate) bool { return r.Tenths == tenths })
		if at < 0 {
			at, out = len(out), append(out, Rate{Tenths: tenths})
		}
		out[at].Net += l.Net
		out[at].Tax += l.Tax
	}
	slices.SortFunc(out, func(a, b Rate) int { return cmp.Compare(b.Tenths, a.Tenths) })
	if len(out) > maxRates || len(out) == 1 && out[0].Tenths == 0 {
		return nil
	}
	return out
}

// rateOf is the rate of a line: one that another line has, else the roundest
// that fits.
func rateOf(l *Line, known []Rate) (int64, bool) {
	if l.Tax == 0 {
		return 0, true
	}
	for _, r := range known {
		if l.taxedAt(r.Tenths) {
			return r.Tenths, true
		}
	}
	tax, net := l.Tax, l.Net
	if net < 0 {
		tax, net = -tax, -net
	}
	if net == 0 || tax < 0 || net > most || tax > net {
		return 0, false
	}
	for _, step := range [...]int64{10, 5, 1} {
		near := (2000*tax + step*net) / (2 * step * net) * step
		if near > 0 && near <= 1000 && l.taxedAt(near) {
			return near, true
		}
	}
	return 0, false
}

// taxedAt reports whether the tax is the net at a rate, give or take what
// rounding of shares moves.
func (l *Line) taxedAt(tenths int64) bool {
	if tenths == 0 || l.Net > most || l.Net < -most {
		return false
	}
	off := l.Net*tenths - l.Tax*1000
	return -1000 <= off && off <= 1000
}
