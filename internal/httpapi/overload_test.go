package httpapi_test

import (
	"errors"
	"net/http/httptest"
	"sync"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk"
	"orderly/internal/desk/desktest"
	"orderly/internal/store/storetest"
)

// unread is a body that must not be looked at.
type unread struct{ t *testing.T }

func (u unread) Read([]byte) (int, error) {
	u.t.Error("the body of a request that is sent away was read")
	return 0, errors.New("not to be read")
}

// While the queue is full, writes are sent away at once with when to come
// again, before their bodies cost anything; reads and previews go on.
func TestFullQueueAnswersAtOnce(t *testing.T) {
	s := openShop(t, storetest.SQLite(t))
	s.Goods("MUG", catalog.Backorder, "A", 10)
	gate, stalled := make(chan struct{}), make(chan struct{})
	stall := &desk.Operation[int]{
		Name: "stall", Permission: access.OrdersWrite,
		Run: func(_ *desk.Turn, asked []desk.Asked[int]) ([]desk.Result, error) {
			if asked[0].Command == 1 {
				close(stalled)
				<-gate
			}
			return make([]desk.Result, len(asked)), nil
		},
	}
	var wg sync.WaitGroup
	wg.Go(func() { desktest.Try(s.Shop, stall, 1) })
	<-stalled
	for range desk.MaxQueue {
		wg.Go(func() { desktest.Try(s.Shop, stall, 2) })
	}
	for !s.Desk.Full(s.Scope.Merchant) {
	}
	r := httptest.NewRequest("POST", "/v1/orders", unread{t})
	r.Header.Set("Authorization", "Bearer "+s.key)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code != 503 || w.Header().Get("Retry-After") != "1" {
		t.Errorf("answered %d, Retry-After %q: %s", w.Code, w.Header().Get("Retry-After"), w.Body)
	}
	s.post("/v1/orders?dry_run=true", smallest("A-1", "MUG", 2)).want(200)
	s.get("/v1/orders").want(200)
	close(gate)
	wg.Wait()
	s.post("/v1/orders", smallest("A-1", "MUG", 2)).want(201)
}
