package reference_test

import (
	"bytes"
	"compress/gzip"
	"io"
	"net/http"
	"net/http/httptest"
	"regexp"
	"strings"
	"testing"

	"orderly/internal/httpapi/reference"
)

const scalarPath = reference.Root + "/scalar.js"

// ask sends one request to a fresh handler, with pairs of header names and values.
func ask(t *testing.T, method, target string, header ...string) *http.Response {
	t.Helper()
	r := httptest.NewRequest(method, target, nil)
	for i := 0; i < len(header); i += 2 {
		r.Header.Set(header[i], header[i+1])
	}
	w := httptest.NewRecorder()
	reference.Handler("/openapi.json").ServeHTTP(w, r)
	return w.Result()
}

func read(t *testing.T, answer *http.Response) []byte {
	t.Helper()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		t.Fatal(err)
	}
	return body
}

func TestStatusAndType(t *testing.T) {
	for _, c := range []struct {
		method, target string
		status         int
		mime           string
	}{
		{"GET", "/docs", 200, "text/html; charset=utf-8"},
		{"GET", "/docs/", 200, "text/html; charset=utf-8"},
		{"HEAD", "/docs", 200, "text/html; charset=utf-8"},
		{"GET", "/docs/frame.js", 200, "text/javascript; charset=utf-8"},
		{"GET", "/docs/frame.css", 200, "text/css; charset=utf-8"},
		{"GET", scalarPath, 200, "text/javascript; charset=utf-8"},
		{"GET", "/docs/absent.js", 404, "text/plain; charset=utf-8"},
		{"GET", "/docs/assets/VENDORED.md", 404, "text/plain; charset=utf-8"},
		{"POST", "/docs", 405, "text/plain; charset=utf-8"},
		{"DELETE", scalarPath, 405, "text/plain; charset=utf-8"},
	} {
		answer := ask(t, c.method, c.target)
		if answer.StatusCode != c.status || answer.Header.Get("Content-Type") != c.mime {
			t.Errorf("%s %s: %d %q, want %d %q", c.method, c.target,
				answer.StatusCode, answer.Header.Get("Content-Type"), c.status, c.mime)
		}
		if c.method == "HEAD" && len(read(t, answer)) != 0 {
			t.Errorf("%s %s: has a body", c.method, c.target)
		}
	}
}

func TestStrictHeadersOnEveryAnswer(t *testing.T) {
	want := map[string]string{
		"Content-Security-Policy": "default-src 'none'; script-src 'self'; style-src 'self' 'unsafe-inline'; connect-src 'self'; " +
			"img-src 'self' data:; font-src 'self' data:; base-uri 'none'; form-action 'none'; frame-ancestors 'none'",
		"X-Content-Type-Options": "nosniff",
		"Referrer-Policy":        "no-referrer",
	}
	for _, target := range []string{"/docs", "/docs/frame.js", "/docs/frame.css", scalarPath, "/docs/absent"} {
		answer := ask(t, "GET", target)
		for name, value := range want {
			if got := answer.Header.Get(name); got != value {
				t.Errorf("%s: %s is %q, want %q", target, name, got, value)
			}
		}
	}
}

func TestPageHasNoInlineScriptAndNoOtherHost(t *testing.T) {
	page := string(read(t, ask(t, "GET", "/docs")))
	for _, tag := range regexp.MustCompile(`(?s)<script[^>]*>.*?</script>`).FindAllString(page, -1) {
		if !strings.Contains(tag, ` src="/docs/`) || !strings.Contains(tag, `></script>`) {
			t.Errorf("script of another kind than a file of this host: %s", tag)
		}
	}
	if found := regexp.MustCompile(`(?:src|href|action)="(?:https?:|//)[^"]*"`).FindString(page); found != "" {
		t.Errorf("the page refers to another host: %s", found)
	}
	for _, want := range []string{"<title>Orderly API</title>", `<a href="/openapi.json">`, `data-document="/openapi.json"`, "<noscript>"} {
		if !strings.Contains(page, want) {
			t.Errorf("the page lacks %s", want)
		}
	}
}

func TestDocumentAddressIsEscaped(t *testing.T) {
	w := httptest.NewRecorder()
	reference.Handler(`/a"><script>b`).ServeHTTP(w, httptest.NewRequest("GET", "/docs", nil))
	if strings.Contains(w.Body.String(), "<script>b") {
		t.Errorf("the address broke out of its attribute: %s", w.Body)
	}
}

func TestDocumentAddressMustBeOfThisHost(t *testing.T) {
	for _, address := range []string{"", "openapi.json", "https://example.com/openapi.json", "//example.com/openapi.json"} {
		func() {
			defer func() {
				if recover() == nil {
					t.Errorf("Handler(%q) did not panic", address)
				}
			}()
			reference.Handler(address)
		}()
	}
}

func TestEncodingsCarryTheSameScript(t *testing.T) {
	plain := ask(t, "GET", scalarPath)
	packed := ask(t, "GET", scalarPath, "Accept-Encoding", "gzip, br")
	z, err := gzip.NewReader(packed.Body)
	if err != nil {
		t.Fatal(err)
	}
	unpacked, err := io.ReadAll(z)
	if err != nil {
		t.Fatal(err)
	}
	script := read(t, plain)
	if !bytes.Equal(script, unpacked) || !bytes.Contains(script, []byte("@scalar/api-reference 1.72.1")) {
		t.Errorf("the script is %d bytes plain and %d unpacked, want the same viewer twice", len(script), len(unpacked))
	}
	if plain.Header.Get("ETag") == packed.Header.Get("ETag") {
		t.Errorf("two encodings share the tag %s", plain.Header.Get("ETag"))
	}
	for _, answer := range []*http.Response{plain, packed} {
		if answer.Header.Get("Vary") != "Accept-Encoding" {
			t.Errorf("Vary is %q, want Accept-Encoding", answer.Header.Get("Vary"))
		}
	}
	if packed.ContentLength <= 0 || packed.ContentLength >= int64(len(script)) {
		t.Errorf("packed length is %d, want one below %d", packed.ContentLength, len(script))
	}
}

func TestAcceptEncoding(t *testing.T) {
	for header, packed := range map[string]bool{
		"":                         false,
		"gzip":                     true,
		"GZip":                     true,
		"x-gzip":                   true,
		"br, gzip;q=0.5":           true,
		"gzip; q=0":                false,
		"gzip;q=0.000":             false,
		"gzip;q=0, *":              false,
		"*":                        true,
		"*;q=0":                    false,
		"identity":                 false,
		"br":                       false,
		"gzip;q=abc":               false,
		"gzip;level=1":             false,
		"deflate, *;q=0, gzip;q=1": true,
	} {
		answer := ask(t, "HEAD", scalarPath, "Accept-Encoding", header)
		if got := answer.Header.Get("Content-Encoding") == "gzip"; got != packed {
			t.Errorf("Accept-Encoding %q: packed is %t, want %t", header, got, packed)
		}
	}
}

func TestCaching(t *testing.T) {
	page := string(read(t, ask(t, "GET", "/docs")))
	if got := ask(t, "GET", "/docs").Header.Get("Cache-Control"); got != "no-cache" {
		t.Errorf("page: Cache-Control is %q, want no-cache", got)
	}
	for _, path := range []string{"/docs/frame.js", "/docs/frame.css", scalarPath} {
		address := regexp.MustCompile(regexp.QuoteMeta(path) + `\?v=[0-9a-f]+`).FindString(page)
		if address == "" {
			t.Errorf("the page does not name %s by its version", path)
			continue
		}
		for target, want := range map[string]string{
			address:          "public, max-age=31536000, immutable",
			path:             "no-cache",
			path + "?v=0123": "no-cache",
		} {
			if got := ask(t, "HEAD", target).Header.Get("Cache-Control"); got != want {
				t.Errorf("%s: Cache-Control is %q, want %q", target, got, want)
			}
		}
	}
}

func TestUnchangedIsNotSentAgain(t *testing.T) {
	for _, target := range []string{"/docs", "/docs/frame.js", "/docs/frame.css", scalarPath} {
		for _, encoding := range []string{"identity", "gzip"} {
			tag := ask(t, "HEAD", target, "Accept-Encoding", encoding).Header.Get("ETag")
			answer := ask(t, "GET", target, "Accept-Encoding", encoding, "If-None-Match", tag)
			if tag == "" || answer.StatusCode != http.StatusNotModified || len(read(t, answer)) != 0 {
				t.Errorf("%s in %s with tag %s: %d, want 304 and no body", target, encoding, tag, answer.StatusCode)
			}
			if answer = ask(t, "GET", target, "Accept-Encoding", encoding, "If-None-Match", `"other"`); answer.StatusCode != 200 {
				t.Errorf("%s with another tag: %d, want 200", target, answer.StatusCode)
			}
		}
	}
}
