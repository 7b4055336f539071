package deliver_test

import (
	"context"
	"encoding/json"
	"io"
	"net/http"
	"net/http/httptest"
	"net/netip"
	"os"
	"strconv"
	"sync"
	"sync/atomic"
	"testing"
	"time"

	standardwebhooks "github.com/standard-webhooks/standard-webhooks/libraries/go"

	"orderly/internal/catalog"
	"orderly/internal/connect/deliver"
	"orderly/internal/connect/webhook"
	"orderly/internal/desk"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/httpapi"
	"orderly/internal/journal"
	"orderly/internal/outbound"
	"orderly/internal/seal"
	"orderly/internal/store"
	"orderly/internal/store/endpoints"
	"orderly/internal/store/entries"
	"orderly/internal/store/storetest"
)

func TestMain(m *testing.M) { os.Exit(storetest.Main(m)) }

const limit = 20 * time.Second

var here = []netip.Prefix{netip.MustParsePrefix("127.0.0.0/8"), netip.MustParsePrefix("::1/128")}

// stand is a shop on one database with a clock that tests move, nodes that send
// for it, and somebody who receives.
type stand struct {
	*desktest.Shop
	t     *testing.T
	o     store.Options
	ahead *atomic.Int64
	ring  *seal.Ring
	nodes []*node
	receiver
}

// node is an engine on a connection pool of its own, as another process has it.
type node struct {
	*deliver.Engine
	db  *store.DB
	die func()
}

// each runs f on both engines.
func each(t *testing.T, f func(t *testing.T, s *stand)) {
	storetest.EachOptions(t, func(t *testing.T, o store.Options) { f(t, newStand(t, o)) })
}

func newStand(t *testing.T, o store.Options) *stand {
	t.Helper()
	s := &stand{t: t, o: o, ahead: new(atomic.Int64)}
	s.o.Now = func() time.Time { return time.Now().Add(time.Duration(s.ahead.Load())) }
	var err error
	if s.ring, err = seal.Parse(seal.NewKey()); err != nil {
		t.Fatal(err)
	}
	db, _ := s.open()
	s.Shop = desktest.Open(t, db)
	admin.UseSeal(s.Desk, s.ring)
	admin.AllowOutbound(s.Desk, here)
	s.receiver.start(t)
	s.Goods("MUG", catalog.Backorder, "A", 500)
	s.node("one")
	return s
}

// open gives the database, and what takes it away.
func (s *stand) open() (*store.DB, func()) {
	s.t.Helper()
	db, err := store.Open(context.Background(), s.o)
	if err != nil {
		s.t.Fatal(err)
	}
	end := sync.OnceFunc(func() { db.Close() })
	s.t.Cleanup(end)
	return db, end
}

func (s *stand) node(name string) *node {
	s.t.Helper()
	db, die := s.open()
	d := desk.New(db, nil)
	s.t.Cleanup(d.Close)
	admin.UseSeal(d, s.ring)
	n := &node{db: db, die: die, Engine: deliver.New(deliver.Options{
		Desk: d, Node: name, Render: httpapi.EntriesJSON,
		Sender: webhook.New(webhook.Options{Agent: "test", Private: here, Timeout: limit, Now: db.Now}),
	})}
	s.nodes = append(s.nodes, n)
	return n
}

// later moves the clock, and waits until every node has its part of the id space
// again, which a clock that jumps takes from it.
func (s *stand) later(by time.Duration) {
	s.t.Helper()
	s.ahead.Add(int64(by))
	s.joined(s.DB)
	for _, n := range s.nodes {
		s.joined(n.db)
	}
}

func (s *stand) joined(db *store.DB) {
	s.t.Helper()
	for end := time.Now().Add(limit); db.Transact(context.Background(), func(*store.Tx) error { return nil }) != nil; {
		if time.Now().After(end) {
			s.t.Fatal("the node did not join again")
		}
	}
}

// work lets the first node send until nothing is to be sent now.
func (s *stand) work() {
	s.t.Helper()
	for range 200 {
		n, err := s.nodes[0].Round(context.Background())
		if err != nil {
			s.t.Fatal(err)
		}
		s.nodes[0].Wait()
		if n == 0 {
			return
		}
	}
	s.t.Fatal("it does not come to rest")
}

// hook makes an endpoint at the receiver, and gives its secret.
func (s *stand) hook(types ...string) (outbound.ID, string) {
	s.t.Helper()
	secret := admin.NewWebhookSecret()
	r := desktest.Must(s.Shop, admin.MakeWebhook, admin.WebhookCommand{Name: "ERP", Address: s.address, Types: types, Secret: secret})
	return outbound.ID(r.ID), secret
}

func (s *stand) read(f func(*store.Reader) error) {
	s.t.Helper()
	if err := s.DB.Read(context.Background(), s.Scope, f); err != nil {
		s.t.Fatal(err)
	}
}

func (s *stand) endpoint(id outbound.ID) (e outbound.Endpoint, p endpoints.Progress) {
	s.t.Helper()
	s.read(func(r *store.Reader) (err error) {
		if e, err = endpoints.Get(r, id); err == nil {
			p, err = endpoints.ProgressOf(r, id)
		}
		return err
	})
	return e, p
}

func (s *stand) in(id outbound.ID, state string) (list []outbound.Delivery) {
	s.t.Helper()
	s.read(func(r *store.Reader) (err error) {
		list, err = endpoints.InState(r, id, state, 0, 5000)
		return err
	})
	return list
}

func (s *stand) attempts(id outbound.ID) (list []endpoints.Attempt) {
	s.t.Helper()
	s.read(func(r *store.Reader) (err error) {
		list, err = endpoints.LastAttempts(r, id, endpoints.LogSize)
		return err
	})
	return list
}

// journal is every entry after a sequence.
func (s *stand) journal(after int64) (list []journal.Entry) {
	s.t.Helper()
	s.read(func(r *store.Reader) (err error) {
		list, err = entries.After(r, after, 100_000)
		return err
	})
	return list
}

func (s *stand) now() int64 { return s.DB.Now() }

// receiver takes what is sent, as long as answer says so.
type receiver struct {
	address string
	mu      sync.Mutex
	answer  func(m message) int // status, 0 cuts the connection; nil takes everything
	headers func(http.Header)
	calls   []message
	ended   *sync.Cond     // of mu: a call more
	inside  map[string]int // calls under way, by id
	atOnce  int            // the most of one id
}

// message is one call as it came.
type message struct {
	ID     string
	Header http.Header
	Body   []byte
	Event  struct {
		SpecVersion, ID, Source, Type, Subject, Time string
		DataContentType                              string
		Data                                         struct {
			Seq        int64
			Subject    string
			SubjectSeq int64 `json:"subject_seq"`
			Type       string
			Actor      string
		}
	}
	Status int
}

func (c *receiver) start(t *testing.T) {
	c.inside, c.ended = map[string]int{}, sync.NewCond(&c.mu)
	server := httptest.NewServer(http.HandlerFunc(c.serve))
	t.Cleanup(server.Close)
	t.Cleanup(server.CloseClientConnections)
	c.address = server.URL + "/hook"
}

func (c *receiver) serve(w http.ResponseWriter, r *http.Request) {
	m := message{ID: r.Header.Get(standardwebhooks.HeaderWebhookID), Header: r.Header.Clone()}
	m.Body, _ = io.ReadAll(r.Body)
	_ = json.Unmarshal(m.Body, &m.Event)
	c.mu.Lock()
	c.inside[m.ID]++
	c.atOnce = max(c.atOnce, c.inside[m.ID])
	answer, headers := c.answer, c.headers
	c.mu.Unlock()
	m.Status = http.StatusNoContent
	if answer != nil {
		m.Status = answer(m)
	}
	c.mu.Lock()
	c.calls = append(c.calls, m)
	c.inside[m.ID]--
	c.ended.Broadcast()
	c.mu.Unlock()
	if m.Status == 0 {
		panic(http.ErrAbortHandler)
	}
	if headers != nil {
		headers(w.Header())
	}
	w.WriteHeader(m.Status)
}

func (c *receiver) answers(f func(message) int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	c.answer = f
}

// taken are the calls that were answered 2xx, in the order in which they ended.
func (c *receiver) taken() (out []message) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for _, m := range c.calls {
		if m.Status >= 200 && m.Status < 300 {
			out = append(out, m)
		}
	}
	return out
}

// wait waits until so many calls have ended here; who called may be gone.
func (c *receiver) wait(n int) {
	c.mu.Lock()
	defer c.mu.Unlock()
	for len(c.calls) < n {
		c.ended.Wait()
	}
}

func (c *receiver) count() int {
	c.mu.Lock()
	defer c.mu.Unlock()
	return len(c.calls)
}

// complete holds what was taken against the journal: every entry that want asks
// for, once, and those of a subject in order.
func (s *stand) complete(after int64, want func(journal.Entry) bool) {
	s.t.Helper()
	missing := map[int64]journal.Entry{}
	for _, e := range s.journal(after) {
		if want(e) {
			missing[e.Seq] = e
		}
	}
	all := len(missing)
	last := map[string]int64{}
	for _, m := range s.taken() {
		d := m.Event.Data
		if m.Event.Type == outbound.PingType {
			continue
		}
		e, ok := missing[d.Seq]
		if !ok {
			s.t.Errorf("entry %d (%s) came twice, or was not asked for", d.Seq, d.Type)
			continue
		}
		delete(missing, d.Seq)
		if d.Type != e.Type || m.ID != "evt_1_"+strconv.FormatInt(d.Seq, 10) || m.Event.ID != m.ID {
			s.t.Errorf("entry %d of %s came as %s of %s", e.Seq, e.Type, m.ID, d.Type)
		}
		if d.SubjectSeq <= last[d.Subject] {
			s.t.Errorf("%s: its entry %d came after its entry %d", d.Subject, d.SubjectSeq, last[d.Subject])
		}
		last[d.Subject] = d.SubjectSeq
	}
	for seq, e := range missing {
		s.t.Errorf("entry %d (%s) did not come", seq, e.Type)
	}
	if all == 0 {
		s.t.Error("nothing was to come")
	}
}

func every(journal.Entry) bool { return true }
