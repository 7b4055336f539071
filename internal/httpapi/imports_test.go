package httpapi_test

import (
	"bufio"
	"fmt"
	"log/slog"
	"net"
	"net/http"
	"net/http/httptest"
	"runtime"
	"strings"
	"testing"
	"time"

	"orderly/internal/access"
	"orderly/internal/desk/admin"
	"orderly/internal/desk/desktest"
	"orderly/internal/imports/upload"
	"orderly/internal/jobs"
	"orderly/internal/store"
	"orderly/internal/store/storetest"
	"orderly/internal/store/uploads"
)

// carry runs what is due of imports until nothing is.
func carry(t *testing.T, s *shop) {
	t.Helper()
	r := jobs.New(s.DB, upload.Kinds(s.Desk, slog.New(slog.DiscardHandler))[:1], jobs.Options{Node: "test"})
	for {
		n, err := r.Round(t.Context())
		if err != nil {
			t.Fatal(err)
		}
		r.Wait()
		if n == 0 {
			return
		}
	}
}

// rows counts those of a table.
func rows(t *testing.T, s *shop, table string) (n int64) {
	t.Helper()
	err := s.DB.Read(t.Context(), s.Scope, func(r *store.Reader) error {
		return r.Row("SELECT count(*) FROM "+table+" WHERE m = $1", r.M).Scan(&n)
	})
	if err != nil {
		t.Fatal(err)
	}
	return n
}

// Kills: a file that is not carried into the books as it stands; a rejected
// line that is lost; a file that another's scope may see.
func TestImportByAPI(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		text := "Code;Title;Preis\nA-1;Apple;1.20\nB-2;Pear;dear\nC-3;Fig;2\n"
		f := s.post("/v1/imports?what=items&name=fruit.csv", text, "Content-Type", "text/csv").want(201)
		at := "/v1/imports/" + f.text("id")
		if f.header.Get("Location") != at {
			t.Errorf("Location is %q", f.header.Get("Location"))
		}
		f.is("status", "uploaded", "size", len(text), "name", "fruit.csv")
		s.post(at+"/run", nil).problem(409, "not_mapped")
		mapping := `{"mapping": {"sku": "Code", "name": "Title", "price": "Preis"}}`
		s.post(at+"/preview", mapping).want(200).is("sound", 2)
		s.post(at+"/mapping", mapping).want(200)
		s.post(at+"/run", nil, "Idempotency-Key", "go").want(200).is("status", "queued")
		if r := s.post(at+"/run", nil, "Idempotency-Key", "go").want(200); r.header.Get("Idempotent-Replayed") != "true" {
			t.Error("asked to run twice with one key, it does not say so")
		}
		carry(t, s)
		s.get(at).want(200).is("status", "done", "lines", 3, "rejected", 1, "fixed", 0)
		s.get(at + "/rejects").want(200).len("data")
		s.post(at+"/rejects/3", `{"cells": ["B-2", "Pear", "3.50"]}`).want(200)
		s.get(at).want(200).is("fixed", 1)
		s.get("/v1/items/sku:B-2").want(200)
		q := httptest.NewRequest("GET", at+"/rejects.csv", nil)
		q.Header.Set("Authorization", "Bearer "+s.key)
		w := httptest.NewRecorder()
		s.handler.ServeHTTP(w, q)
		if w.Code != 200 || !strings.HasPrefix(w.Header().Get("Content-Type"), "text/csv") || !strings.HasPrefix(w.Body.String(), "line,code,reason,Code,Title,Preis") {
			t.Errorf("rejects as %d %q: %s", w.Code, w.Header().Get("Content-Type"), w.Body)
		}

		all := s.key
		s.key = s.newKey([]access.Permission{access.CatalogRead, access.StockWrite})
		s.post("/v1/imports?what=items", text).problem(403, "missing_scope")
		s.get(at).problem(403, "missing_scope")
		s.get("/v1/imports").want(200).is("data", "[]")
		s.key = all
		s.do("DELETE", at, nil).want(204)
		s.get(at).problem(404, "no_such_import")
		if n := rows(t, s, "import_part"); n != 0 {
			t.Errorf("%d parts are left of what was discarded", n)
		}
	})
}

// Kills: a file that is kept twice because its answer was lost; a key that
// answers for another file.
func TestImportOnce(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		large := "sku,name\n" + strings.Repeat("A-1,Apple\n", admin.MaxPartBytes/5) // two parts and a bit
		path := "/v1/imports?what=items&name=a.csv"
		first := s.post(path, large, "Idempotency-Key", "k1").want(201)
		for range 2 {
			again := s.post(path, large, "Idempotency-Key", "k1").want(201)
			if again.text("id") != first.text("id") || again.header.Get("Idempotent-Replayed") != "true" {
				t.Errorf("sent again it is %s, replayed %q", again.text("id"), again.header.Get("Idempotent-Replayed"))
			}
		}
		s.post(path, large+"B-2,Pear\n", "Idempotency-Key", "k1").problem(422, "key_reused")
		s.post("/v1/imports?what=items&name=b.csv", large, "Idempotency-Key", "k1").problem(422, "key_reused")
		if other := s.post(path, large, "Idempotency-Key", "k2").want(201); other.text("id") == first.text("id") {
			t.Error("another key gives the same file")
		}
		if files, parts := rows(t, s, "import_file"), rows(t, s, "import_part"); files != 2 || parts != 6 {
			t.Errorf("%d files in %d parts are kept, want 2 in 6", files, parts)
		}
		s.do("DELETE", "/v1/imports/"+first.text("id"), nil).want(204)
		s.post(path, large, "Idempotency-Key", "k1").problem(404, "no_such_import")
	})
}

// Kills: half a file that stays, is listed as whole, or runs.
func TestHalfAnImport(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		server := s.served()
		conn, err := net.Dial("tcp", server.Listener.Addr().String())
		if err != nil {
			t.Fatal(err)
		}
		fmt.Fprintf(conn, "POST /v1/imports?what=items HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nIdempotency-Key: cut\r\nContent-Length: %d\r\n\r\n%s",
			s.key, 4*admin.MaxPartBytes, "sku,name\n"+strings.Repeat("A-1,Apple\n", admin.MaxPartBytes/5))
		until(t, "parts are kept", func() bool { return rows(t, s, "import_part") >= 2 })
		f := s.get("/v1/imports").want(200)
		f.is("data/0/status", "uploading")
		at := "/v1/imports/" + f.text("data/0/id")
		s.post(at+"/run", nil).problem(409, "not_now")
		s.post(at+"/mapping", `{}`).problem(409, "not_now")
		conn.Close() // the sender is gone between two parts
		until(t, "the half is forgotten", func() bool { return rows(t, s, "import_file")+rows(t, s, "import_part") == 0 })
		s.post("/v1/imports?what=items", "sku,name\nA-1,Apple\n", "Idempotency-Key", "cut").want(201).is("status", "uploaded")
		s.do("DELETE", "/v1/imports/"+s.get("/v1/imports").text("data/0/id"), nil).want(204)

		// What a process leaves that is killed between two parts.
		made := desktest.Must(s.Shop, admin.Upload, admin.UploadCommand{Name: "half.csv", What: "items"})
		half := uploads.ID(made.ID)
		desktest.Must(s.Shop, admin.AddPart, admin.PartCommand{File: half, Data: []byte("sku,name\nA-1,App")})
		s.Restart()
		sweep := jobs.New(s.DB, upload.Kinds(s.Desk, slog.New(slog.DiscardHandler))[1:], jobs.Options{Node: "test"})
		swept := func() int64 {
			storetest.Exec(t, s.DB, "UPDATE job SET due_at = 0 WHERE m = $1", s.Scope.Merchant)
			if _, err := sweep.Round(t.Context()); err != nil {
				t.Fatal(err)
			}
			sweep.Wait()
			return rows(t, s, "import_file")
		}
		swept() // makes the schedule
		if swept() != 1 {
			t.Error("a file that is still on its way is swept away")
		}
		storetest.Exec(t, s.DB, "UPDATE import_file SET expires_at = expires_at - 3600000001 WHERE m = $1", s.Scope.Merchant)
		if n := swept(); n != 0 || rows(t, s, "import_part") != 0 {
			t.Errorf("an hour later %d files are left", n)
		}
	})
}

// TestSlowUpload sends a file for longer than the server gives to requests.
func TestSlowUpload(t *testing.T) {
	s := openShop(t, storetest.SQLite(t))
	server := s.served()
	server.Config.ReadTimeout, server.Config.WriteTimeout = 300*time.Millisecond, 300*time.Millisecond
	conn, err := net.Dial("tcp", server.Listener.Addr().String())
	if err != nil {
		t.Fatal(err)
	}
	defer conn.Close()
	head, tail := "sku,name\n"+strings.Repeat("A-1,Apple\n", admin.MaxPartBytes/9), "B-2,Pear\n"
	began := time.Now()
	fmt.Fprintf(conn, "POST /v1/imports?what=items HTTP/1.1\r\nHost: x\r\nAuthorization: Bearer %s\r\nContent-Length: %d\r\n\r\n%s", s.key, len(head)+len(tail), head)
	until(t, "the server's few seconds are over", func() bool { return time.Since(began) > 700*time.Millisecond })
	fmt.Fprint(conn, tail)
	answer, err := http.ReadResponse(bufio.NewReader(conn), nil)
	if err != nil || answer.StatusCode != 201 {
		t.Errorf("answered %v, %v", answer, err)
	}
}

func until(t *testing.T, what string, done func() bool) {
	t.Helper()
	for end := time.Now().Add(30 * time.Second); !done(); runtime.Gosched() {
		if time.Now().After(end) {
			t.Fatalf("it takes too long until %s", what)
		}
	}
}

// Kills: purchases of the past that whoever may not buy brings in, or that come twice;
// a file whose days nobody can read that is taken all the same.
func TestImportPurchases(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		s.post("/v1/items", `{"sku":"CUP","name":"Cup"}`).want(201)
		text := "po_number,vendor,currency,location,order_date,sku,qty,received,unit_cost,expected_on,received_on\n" +
			"H-1,Kiln & Co,GBP,A,2024-02-05,CUP,10,9,1.50,2024-02-20,2024-02-22\nH-2,Kiln & Co,GBP,A,2024-06-03,CUP,10,10,1.80,1/7/2024,2024-07-01\n"
		f := s.post("/v1/imports?what=purchases&name=past.csv", text, "Content-Type", "text/csv").want(201)
		at := "/v1/imports/" + f.text("id")
		s.post(at+"/preview", `{"mapping":{}}`).want(200).is("sound", 1) // 1 July or 7 January
		s.post(at+"/preview", `{"mapping":{"dates":"=dmy"}}`).want(200).is("sound", 2)
		s.post(at+"/mapping", `{"mapping":{}}`).want(200)
		s.post(at+"/run", nil).want(200)
		carry(t, s)
		s.get(at).want(200).is("status", "done", "what", "purchases", "lines", 2, "rejected", 1)
		s.get(at+"/rejects").want(200).is("data/0/code", "invalid_promised_on", "data/0/line", 3)
		s.post(at+"/rejects/3", `{"cells":["H-2","Kiln & Co","GBP","A","2024-06-03","CUP","10","10","1.80","2024-07-01","2024-07-01"]}`).want(200).len("data")
		s.get(at).want(200).is("fixed", 1)
		s.get("/v1/suppliers/code:KILN-CO").want(200).is("name", "Kiln & Co", "currency", "GBP", "active", true)
		s.get("/v1/suppliers/code:KILN-CO/scorecard").want(200).is("lines", 2, "late_lines", 1, "in_full_per_mille", 500, "spent", "31.50", "price_drift_per_mille", 200)

		again := "/v1/imports/" + s.post("/v1/imports?what=purchases&name=again.csv", text, "Content-Type", "text/csv").want(201).text("id")
		s.post(again+"/mapping", `{"mapping":{"dates":"=dmy"}}`).want(200)
		s.post(again+"/run", nil).want(200)
		carry(t, s)
		s.get(again).want(200).is("status", "done", "rejected", 0)
		if rows(t, s, "purchase") != 2 || rows(t, s, "supplier") != 1 || rows(t, s, "movement") != 0 {
			t.Error("the same file again made something, or history moved stock")
		}

		s.key = s.newKey([]access.Permission{access.CatalogRead, access.CatalogWrite, access.StockWrite})
		s.post("/v1/imports?what=purchases", text).problem(403, "missing_scope")
	})
}
