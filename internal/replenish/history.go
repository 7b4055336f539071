package replenish

import "math"

// Limits of a history, and what is made of little of it.
const (
	MaxWeeks = 156 // older weeks say nothing of what comes
	MaxSizes = 60  // the latest weeks with demand, whose sizes are drawn from

	fading   = 0.03 // of what a week says, with each week that follows
	believed = 26   // weeks that demand is spread over while it was seen once or twice
	perHit   = 4    // of them, what each week with demand makes needless
)

// Classes of demand, by how often it comes and how much its size varies
// (Syntetos, Boylan and Croston).
const (
	None         = "none"
	Smooth       = "smooth"
	Erratic      = "erratic"
	Intermittent = "intermittent"
	Lumpy        = "lumpy"
)

// History is the demand of an item at a place, week by week, and what follows
// from it. It grows by Add and never looks ahead. Not for concurrent use.
type History struct {
	weeks  []int64
	hits   int     // weeks with demand, of all that were told
	seen   int     // all weeks that were told
	faded  float64 // weeks with demand, the older the less
	sizes  []int64 // of the latest weeks with demand
	folds  *folds  // of these sizes
	spread map[int]Spread
}

// NewHistory is a history of the weeks given, oldest first.
func NewHistory(weeks []int64) *History {
	h := &History{}
	for _, q := range weeks[max(0, len(weeks)-MaxWeeks):] {
		h.Add(q)
	}
	return h
}

// Add tells the demand of one more week. What is below zero counts as none.
func (h *History) Add(q int64) {
	q = max(q, 0)
	if h.weeks = append(h.weeks, q); len(h.weeks) > MaxWeeks {
		h.weeks = h.weeks[1:]
	}
	h.seen++
	h.spread = nil
	if h.faded *= 1 - fading; q == 0 {
		return
	}
	h.faded++
	h.hits++
	if h.sizes = append(h.sizes, q); len(h.sizes) > MaxSizes {
		h.sizes = h.sizes[1:]
	}
	h.folds = nil
}

// Weeks is how many weeks are known.
func (h *History) Weeks() int { return len(h.weeks) }

// Hits is in how many of them there was demand.
func (h *History) Hits() int {
	n := 0
	for _, q := range h.weeks {
		if q > 0 {
			n++
		}
	}
	return n
}

// Chance is how likely a week has demand: the share of weeks that had it, the
// older ones counting less. One sale in a first week is no sale a week: until
// demand was seen several times, it is spread over half a year.
func (h *History) Chance() float64 {
	if h.hits == 0 {
		return 0
	}
	n := max(h.seen, believed-perHit*h.hits)
	return min(1, h.faded*fading/(1-math.Pow(1-fading, float64(n))))
}

// Size is the mean demand of weeks that have any, and the square of its
// coefficient of variation.
func (h *History) Size() (mean, cv2 float64) {
	if len(h.sizes) == 0 {
		return 0, 0
	}
	var sum, square float64
	for _, q := range h.sizes {
		sum += float64(q)
	}
	mean = sum / float64(len(h.sizes))
	for _, q := range h.sizes {
		square += (float64(q) - mean) * (float64(q) - mean)
	}
	return mean, square / float64(len(h.sizes)) / (mean * mean)
}

// Mean is the demand of a week to expect.
func (h *History) Mean() float64 {
	mean, _ := h.Size()
	return h.Chance() * mean
}

// Class says what kind of demand it is.
func (h *History) Class() string {
	n := h.Hits()
	if n == 0 {
		return None
	}
	_, cv2 := h.Size()
	often, even := float64(len(h.weeks))/float64(n) < 1.32, cv2 < 0.49
	switch {
	case often && even:
		return Smooth
	case often:
		return Erratic
	case even:
		return Intermittent
	}
	return Lumpy
}
