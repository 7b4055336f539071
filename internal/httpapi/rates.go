package httpapi

import (
	"fmt"
	"sync"
	"time"

	"orderly/internal/fault"
)

// burstSeconds is how many seconds' worth of requests a key may save up.
const burstSeconds = 10

// rates holds one bucket of requests for each key. It is safe for concurrent
// use; nil sets no limit.
type rates struct {
	perSecond float64
	mu        sync.Mutex
	by        map[string]*bucket
}

type bucket struct {
	left float64
	at   time.Time
}

func newRates(perSecond int) *rates {
	if perSecond <= 0 {
		return nil
	}
	return &rates{perSecond: float64(perSecond), by: map[string]*bucket{}}
}

// take lets one request through, or tells the key to slow down.
func (r *rates) take(c *call) error {
	if r == nil {
		return nil
	}
	left := r.spend(c.scope.Actor.ID, time.Now())
	h := c.w.Header()
	h.Set("RateLimit-Policy", fmt.Sprintf(`"key";q=%d;w=%d`, int(r.perSecond)*burstSeconds, burstSeconds))
	h.Set("RateLimit", fmt.Sprintf(`"key";r=%d;t=1`, max(0, int(left))))
	if left < 0 {
		return fault.New(fault.Unavailable, "too_many_requests", "this key makes more than %d requests a second; slow down", int(r.perSecond))
	}
	return nil
}

// spend takes one request out of a key's bucket and tells how many are left,
// below 0 when there was none.
func (r *rates) spend(key string, now time.Time) float64 {
	r.mu.Lock()
	defer r.mu.Unlock()
	most := r.perSecond * burstSeconds
	b := r.by[key]
	if b == nil {
		if len(r.by) >= maxKeys {
			clear(r.by)
		}
		b = &bucket{left: most, at: now}
		r.by[key] = b
	}
	b.left = min(most, b.left+now.Sub(b.at).Seconds()*r.perSecond)
	b.at = now
	if b.left < 1 {
		return -1
	}
	b.left--
	return b.left
}
