package replenish

// Smoothing is how much one observation counts in Croston's, SBA's and TSB's
// estimates.
const Smoothing = 0.1

// Croston is the mean demand of a period as Croston estimates it: sizes and the
// intervals between them are smoothed apart, at periods with demand alone.
func Croston(demand []int64, alpha float64) float64 {
	size, interval, since, seen := 0.0, 0.0, 0, false
	for _, q := range demand {
		since++
		if q == 0 {
			continue
		}
		if !seen {
			size, interval, seen = float64(q), float64(since), true
		} else {
			size += alpha * (float64(q) - size)
			interval += alpha * (float64(since) - interval)
		}
		since = 0
	}
	if !seen {
		return 0
	}
	return size / interval
}

// SBA is Croston's estimate less its bias (Syntetos and Boylan).
func SBA(demand []int64, alpha float64) float64 { return (1 - alpha/2) * Croston(demand, alpha) }

// TSB is the mean demand of a period as Teunter, Syntetos and Babai estimate it:
// the chance of demand is smoothed in every period, so that an item that is no
// longer wanted fades.
func TSB(demand []int64, alpha, beta float64) float64 {
	size, chance, seen := 0.0, 0.0, false
	for i, q := range demand {
		hit := 0.0
		if q > 0 {
			hit = 1
		}
		if i == 0 {
			chance = hit
		} else {
			chance += beta * (hit - chance)
		}
		switch {
		case q > 0 && !seen:
			size, seen = float64(q), true
		case q > 0:
			size += alpha * (float64(q) - size)
		}
	}
	return chance * size
}
