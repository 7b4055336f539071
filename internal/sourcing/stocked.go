package sourcing

import "orderly/internal/stock"

// Stocked is what is sellable where at one moment, in a form that a batch of
// many orders asks fast. Items and places that it does not know have nothing.
type Stocked struct {
	rows  map[int64]int
	cols  map[stock.LocationID]int
	units []int64 // by row and column
}

// NewStocked makes an empty one.
func NewStocked(items []int64, places []stock.LocationID) *Stocked {
	s := &Stocked{rows: make(map[int64]int, len(items)), cols: make(map[stock.LocationID]int, len(places))}
	for _, item := range items {
		if _, known := s.rows[item]; !known {
			s.rows[item] = len(s.rows)
		}
	}
	for _, at := range places {
		if _, known := s.cols[at]; !known {
			s.cols[at] = len(s.cols)
		}
	}
	s.units = make([]int64, len(s.rows)*len(s.cols))
	return s
}

// Set says how many units of an item a place may give. It tells whether both
// are known.
func (s *Stocked) Set(item int64, at stock.LocationID, units int64) bool {
	i := s.cell(item, at)
	if i >= 0 {
		s.units[i] = units
	}
	return i >= 0
}

// Sellable is how many units of an item a place may give.
func (s *Stocked) Sellable(item int64, at stock.LocationID) int64 {
	if i := s.cell(item, at); i >= 0 {
		return s.units[i]
	}
	return 0
}

func (s *Stocked) cell(item int64, at stock.LocationID) int {
	row, known := s.rows[item]
	col, stands := s.cols[at]
	if !known || !stands {
		return -1
	}
	return row*len(s.cols) + col
}
