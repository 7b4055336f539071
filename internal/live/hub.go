// Package live tells viewers what changes: the end of each merchant's journal,
// as server-sent events.
//
// What belongs here: the one reader that a node keeps for all viewers of a
// merchant, and the stream that each of them gets. What does not: who may view,
// and what a viewer does with it; edges say so.
package live

import (
	"context"
	"sync"
	"sync/atomic"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk"
	"orderly/internal/fault"
	"orderly/internal/store"
	"orderly/internal/store/entries"
)

// Limits of live updates on one node.
const (
	maxViewers = 1000
	livePoll   = 300 * time.Millisecond // how late another node's commit is seen
	liveRest   = 50 * time.Millisecond  // between two reads, however much is committed here
	liveKept   = 1000                   // changes that are kept for viewers who are behind
	maxGap     = 2000                   // who is further behind is told to read anew
)

// Hub shares one reader of the journal among all viewers of a merchant. A
// merchant whom nobody views has none, and costs nothing. It is safe for
// concurrent use.
type Hub struct {
	desk    *desk.Desk
	mu      sync.Mutex
	by      map[int64]*tail
	viewers atomic.Int64
}

// tail is the end of one merchant's journal as far as this node has read it.
// It lives while it has viewers.
type tail struct {
	m       int64
	viewers int // guarded by the hub
	cancel  context.CancelFunc
	done    chan struct{}

	mu      sync.Mutex
	known   bool // head has been read
	head    int64
	recent  []entries.Change // gapless, the last is head
	changed chan struct{}    // closed when there is more
}

// New makes a hub on a desk.
func New(d *desk.Desk) *Hub { return &Hub{desk: d} }

// Viewers is how many view at this node.
func (h *Hub) Viewers() int64 { return h.viewers.Load() }

// view joins the viewers of a merchant; leave when it is over.
func (h *Hub) view(m int64) (t *tail, leave func(), err error) {
	if h.viewers.Add(1) > maxViewers {
		h.viewers.Add(-1)
		return nil, nil, fault.New(fault.Unavailable, "too_many_viewers", "this node has %d live viewers, the most it takes; try another or try again", maxViewers)
	}
	h.mu.Lock()
	defer h.mu.Unlock()
	if t = h.by[m]; t == nil {
		ctx, cancel := context.WithCancel(context.Background())
		t = &tail{m: m, cancel: cancel, done: make(chan struct{}), changed: make(chan struct{})}
		if h.by == nil {
			h.by = map[int64]*tail{}
		}
		h.by[m] = t
		go h.follow(ctx, t)
	}
	t.viewers++
	return t, func() { h.leave(t) }, nil
}

// leave waits, when it was the last viewer's, until the reader has ended: the
// database may be closed after it.
func (h *Hub) leave(t *tail) {
	h.viewers.Add(-1)
	h.mu.Lock()
	t.viewers--
	last := t.viewers == 0
	if last {
		delete(h.by, t.m)
		t.cancel()
	}
	h.mu.Unlock()
	if last {
		<-t.done
	}
}

// follow reads what is new until ctx ends: at once when this node commits, and
// every livePoll for what others have.
func (h *Hub) follow(ctx context.Context, t *tail) {
	defer close(t.done)
	committed, end := h.desk.Watch(t.m)
	defer end()
	for {
		if err := h.read(ctx, t); err != nil && ctx.Err() == nil {
			h.desk.Log.Debug("live viewers wait: the journal cannot be read", "merchant", t.m, "error", err)
		}
		rest, poll := time.NewTimer(liveRest), time.NewTimer(livePoll)
		select {
		case <-ctx.Done():
		case <-rest.C:
			select {
			case <-ctx.Done():
			case <-committed:
			case <-poll.C:
			}
		}
		rest.Stop()
		poll.Stop()
		if ctx.Err() != nil {
			return
		}
	}
}

func (h *Hub) read(ctx context.Context, t *tail) error {
	t.mu.Lock()
	known, after := t.known, t.head
	t.mu.Unlock()
	var head int64
	var list []entries.Change
	err := h.desk.DB.Read(ctx, access.System(t.m, "system", "live"), func(r *store.Reader) (err error) {
		list = nil
		if head, err = r.EntrySeq(); err != nil || !known || head <= after || head > after+maxGap {
			return err
		}
		list, err = entries.Changes(r, after, maxGap)
		return err
	})
	if err == nil && (!known || head != after) {
		t.advance(head, list)
	}
	return err
}

// advance takes in what was read. Without the changes up to head, who is behind
// is told to read anew.
func (t *tail) advance(head int64, list []entries.Change) {
	t.mu.Lock()
	defer t.mu.Unlock()
	t.recent = append(t.recent, list...)
	if len(list) == 0 {
		t.recent = nil
	}
	if n := len(t.recent); n > 2*liveKept {
		t.recent = append([]entries.Change(nil), t.recent[n-liveKept:]...)
	}
	t.known, t.head = true, head
	close(t.changed)
	t.changed = make(chan struct{})
}

// news is what a viewer at a place of the journal is to be told.
type news struct {
	list  []entries.Change
	head  int64
	reset bool            // too much has happened, or the journal is another
	older bool            // it is to be read from the database
	more  <-chan struct{} // closed when there is more; nil when there is already
}

// after gives at most limit changes after a place. Before the head is known
// there is nothing; a place below 0 stands for the head.
func (t *tail) after(place int64, limit int) news {
	t.mu.Lock()
	defer t.mu.Unlock()
	n := news{head: t.head, more: t.changed}
	switch {
	case !t.known || place < 0 || place == t.head:
		return n
	case place > t.head || t.head-place > maxGap:
		n.reset = true
		return n
	}
	n.more = nil
	from := len(t.recent) - int(t.head-place)
	if from < 0 {
		n.older = true
		return n
	}
	n.list = t.recent[from:min(from+limit, len(t.recent))] // never written again
	return n
}

// ready waits until the head is known.
func (t *tail) ready(ctx context.Context) (head int64, err error) {
	for {
		t.mu.Lock()
		known, head, changed := t.known, t.head, t.changed
		t.mu.Unlock()
		if known {
			return head, nil
		}
		select {
		case <-ctx.Done():
			return 0, ctx.Err()
		case <-changed:
		}
	}
}
