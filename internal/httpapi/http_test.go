package httpapi_test

import (
	"bufio"
	"context"
	"fmt"
	"io"
	"net"
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/httpapi"
	"orderly/internal/store/storetest"
)

func TestRefusalsOfTheProtocol(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.get("/v1/nothing").problem(404, "no_such_route")
		s.get("/nothing").problem(404, "no_such_route")
		a := s.do("PUT", "/v1/orders", "{}").problem(405, "method_not_allowed")
		if allow := a.header.Get("Allow"); !strings.Contains(allow, "POST") {
			t.Errorf("Allow: %q", allow)
		}
		s.do("DELETE", "/openapi.json", nil).problem(405, "method_not_allowed")
		s.post("/v1/orders", "a=b", "Content-Type", "application/x-www-form-urlencoded").problem(415, "unsupported_media_type")
		s.post("/v1/items", "{}", "Content-Type", "application/x-ndjson").problem(415, "unsupported_media_type")
		s.post("/v1/orders", with(nil), "Content-Type", "application/json; charset=utf-8").problem(422, "invalid")
		s.do("GET", "/v1/orders", nil, "Orderly-Version", "2020-01-01").problem(400, "unknown_version")
		if v := s.do("GET", "/v1/orders", nil, "Orderly-Version", httpapi.Version).want(200).header.Get("Orderly-Version"); v != httpapi.Version {
			t.Errorf("Orderly-Version: %q", v)
		}
		s.post("/v1/orders", with(nil), "Idempotency-Key", strings.Repeat("k", 256)).problem(400, "invalid_header")
		s.post("/v1/orders", with(nil), "Idempotency-Key", "a b").problem(400, "invalid_header")
		s.get("/v1/orders?external_id=%00").problem(400, "invalid_text_encoding")
		s.get("/v1/orders?external_id=%ff").problem(400, "invalid_text_encoding")
		s.get("/v1/orders?external_id=%zz").problem(400, "invalid_text_encoding")
		s.get("/v1/items/sku:%00").problem(400, "invalid_text_encoding")
		s.get("/v1/items/sku:A%2FB").problem(404, "no_such_item")
	})
}

func TestHeadersOfEveryAnswer(t *testing.T) {
	alone(t, func(t *testing.T, s *shop) {
		for _, a := range []*answered{
			s.do("GET", "/v1/orders", nil, "X-Request-Id", "mine-1"), s.do("GET", "/v1/nothing", nil, "X-Request-Id", "mine-1"),
			s.do("POST", "/v1/orders", "{", "X-Request-Id", "mine-1"),
		} {
			for name, want := range map[string]string{"X-Request-Id": "mine-1", "X-Content-Type-Options": "nosniff", "Cache-Control": "no-store"} {
				if got := a.header.Get(name); got != want {
					t.Errorf("%s: %s is %q, want %q", a.what, name, got, want)
				}
			}
			if a.header.Get("Access-Control-Allow-Origin") != "" {
				t.Errorf("%s: other origins are let in", a.what)
			}
		}
		made := s.do("GET", "/v1/nothing", nil, "X-Request-Id", "<script>")
		if id := made.header.Get("X-Request-Id"); !strings.HasPrefix(id, "req_") || made.text("request_id") != id {
			t.Errorf("X-Request-Id: %q", id)
		}
	})
}

func TestWatched(t *testing.T) {
	alone(t, func(t *testing.T, s *shop) {
		s.key = ""
		s.get("/healthz").want(200).is("status", "alive")
		s.get("/readyz").want(200).is("status", "ready")
		s.get("/v1/orders").problem(401, "unauthenticated")
		text := string(s.get("/metrics").want(200).body)
		for _, want := range []string{`orderly_http_requests_total{route="GET /v1/orders",status="401"} 1`, "orderly_turns_total ", "orderly_calls_waiting 0", "go_goroutines "} {
			if !strings.Contains(text, want) {
				t.Errorf("/metrics has no %s", want)
			}
		}
		if page := s.get("/docs").want(200); !strings.Contains(string(page.body), "/openapi.json") {
			t.Errorf("/docs: %s", page.body)
		}
		s.get("/docs/scalar.js").want(200)
	})
}

// A database that has gone away is 503 with Retry-After, and not ready.
func TestUnavailable(t *testing.T) {
	s := openShop(t, storetest.SQLite(t))
	s.get("/v1/orders").want(200)
	gone, cancel := context.WithCancel(context.Background())
	cancel()
	r := httptest.NewRequest("GET", "/readyz", nil).WithContext(gone)
	w := httptest.NewRecorder()
	s.handler.ServeHTTP(w, r)
	if w.Code < 499 || w.Code > 503 {
		t.Errorf("a caller who left is answered %d %s", w.Code, w.Body)
	}
	s.Desk.Close()
	a := s.post("/v1/orders", with(nil)).problem(503, "stopping")
	if a.header.Get("Retry-After") != "1" {
		t.Errorf("Retry-After: %q", a.header.Get("Retry-After"))
	}
}

// served is the shop behind a real server.
func (s *shop) served() *httptest.Server {
	server := httptest.NewUnstartedServer(nil)
	server.Config = httpapi.Server(s.handler)
	server.Start()
	s.t.Cleanup(server.Close)
	return server
}

func TestBodyCutOffOnTheWire(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.Goods("MUG", catalog.Backorder, "A", 5)
		conn, err := net.Dial("tcp", s.served().Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		defer conn.Close()
		text := with(nil)
		fmt.Fprintf(conn, "POST /v1/orders HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", s.key, len(text)+10, text)
		if err := conn.(*net.TCPConn).CloseWrite(); err != nil {
			t.Fatal(err)
		}
		answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
		if err != nil {
			t.Fatal(err)
		}
		body, _ := io.ReadAll(answer.Body)
		if answer.StatusCode != 400 || !strings.Contains(string(body), "invalid_json") {
			t.Errorf("answered %d %s", answer.StatusCode, body)
		}
		s.get("/v1/orders").want(200).is("data", "[]")
	})
}

func TestTooLargeOnTheWire(t *testing.T) {
	s := openShop(t, storetest.SQLite(t))
	server := s.served()
	for _, size := range []int{httpapi.MaxBodyBytes + 1, 2 << 20} {
		for _, chunked := range []bool{false, true} {
			var body io.Reader = strings.NewReader(strings.Repeat(" ", size))
			if chunked {
				body = io.MultiReader(body) // of unknown length
			}
			r, _ := http.NewRequest("POST", server.URL+"/v1/orders", body)
			r.Header.Set("Authorization", "Bearer "+s.key)
			answer, err := server.Client().Do(r)
			if err != nil {
				t.Fatal(err)
			}
			answer.Body.Close()
			if answer.StatusCode != 413 {
				t.Errorf("%d bytes, chunked %t: %d", size, chunked, answer.StatusCode)
			}
		}
	}
	exactly := strings.Repeat(" ", httpapi.MaxBodyBytes-len(with(nil))) + with(nil)
	s.post("/v1/orders", exactly).problem(422, "invalid", "/lines/0/sku unknown_sku")
}

func TestRateLimit(t *testing.T) {
	alone(t, func(t *testing.T, s *shop) {
		s.handler = httpapi.New(s.Desk, httpapi.Options{RatePerSecond: 1})
		for i := range 10 {
			if a := s.get("/v1/counters").want(200); a.header.Get("RateLimit") == "" {
				t.Errorf("request %d has no RateLimit header", i)
			}
		}
		a := s.get("/v1/counters").problem(429, "too_many_requests")
		if a.header.Get("Retry-After") != "1" {
			t.Errorf("Retry-After: %q", a.header.Get("Retry-After"))
		}
	})
}
