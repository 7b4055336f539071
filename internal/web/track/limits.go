package track

import (
	"sync"
	"time"
)

// How often one link is answered by one node. What a customer does all day is
// far below; what a script does is not.
const (
	looksPerMinute = 90
	actsPerMinute  = 6
	maxLinks       = 20_000
)

// limits counts what is asked by each link. It is safe for concurrent use.
type limits struct {
	mu sync.Mutex
	by map[string]*spent
}

// spent is what one link has used of the minute that began.
type spent struct {
	began       time.Time
	looks, acts int
}

// let reports whether one more look or act is answered now. The text may be no
// link at all: it is only counted by.
func (l *limits) let(link string, act bool, now time.Time) bool {
	if len(link) > 64 {
		link = link[:64]
	}
	l.mu.Lock()
	defer l.mu.Unlock()
	s := l.by[link]
	if s == nil {
		if l.by == nil || len(l.by) >= maxLinks {
			l.by = map[string]*spent{}
		}
		s = &spent{began: now}
		l.by[link] = s
	}
	if age := now.Sub(s.began); age >= time.Minute || age < 0 {
		*s = spent{began: now}
	}
	if act {
		s.acts++
		return s.acts <= actsPerMinute
	}
	s.looks++
	return s.looks <= looksPerMinute
}
