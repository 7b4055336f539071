package partner

import (
	"strconv"

	"orderly/internal/stock"
)

// HookPath is where the partner of a location of a merchant sends what it tells.
func HookPath(m int64, at stock.LocationID) string {
	return "/v1/inbound/partners/" + strconv.FormatInt(m, 32) + "/" + at.String()
}

// Hook is by which secrets a partner signs what it tells us of its location. Both
// are sealed.
type Hook struct {
	Location      stock.LocationID
	Secret        string
	Previous      string // holds beside Secret until PreviousUntil
	PreviousUntil int64
	Active        bool
	CreatedAt     int64
	UpdatedAt     int64
	Version       int64
}

// Keeps are the sealed secrets that hold now; none where nothing is heard.
func (h *Hook) Keeps(at int64) []string {
	switch {
	case h == nil || !h.Active:
		return nil
	case h.Previous != "" && at < h.PreviousUntil:
		return []string{h.Secret, h.Previous}
	}
	return []string{h.Secret}
}

// Rotated is the hook under a new secret. The one before holds for a while, so
// that the partner can change it without losing anything.
func (h *Hook) Rotated(secret string, keep, at int64) *Hook {
	x := *h
	x.Previous, x.PreviousUntil = "", 0
	if h.Active && h.Secret != "" && keep > 0 {
		x.Previous, x.PreviousUntil = h.Secret, at+keep
	}
	x.Secret, x.Active, x.UpdatedAt = secret, true, at
	if x.CreatedAt == 0 {
		x.CreatedAt = at
	}
	x.Version++
	return &x
}

// Ended is the hook by which nothing is heard any more.
func (h *Hook) Ended(at int64) *Hook {
	x := *h
	x.Active, x.Secret, x.Previous, x.PreviousUntil, x.UpdatedAt = false, "", "", 0, at
	x.Version++
	return &x
}
