package proxy_test

import (
	"net/http"
	"net/http/httptest"
	"strings"
	"testing"

	"orderly/internal/proxy"
)

// Kills: a stranger's word that is believed; the leftmost address, which
// anybody can write; a host that puts something else into a link.
func TestWhoIsBelieved(t *testing.T) {
	trust, err := proxy.Parse([]string{"10.0.0.0/8", "192.0.2.7", "2001:db8:1::/48"})
	if err != nil {
		t.Fatal(err)
	}
	type said map[string]string
	for name, c := range map[string]struct {
		peer   string
		said   said
		client string
		host   string
		secure bool
	}{
		"nobody says anything":        {"203.0.113.9:4711", nil, "203.0.113.9", "shop.test", false},
		"a stranger lies":             {"203.0.113.9:4711", said{"X-Forwarded-For": "1.1.1.1", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "evil.test", "Forwarded": "for=1.1.1.1;proto=https;host=evil.test"}, "203.0.113.9", "shop.test", false},
		"a proxy":                     {"10.1.2.3:80", said{"X-Forwarded-For": "203.0.113.9", "X-Forwarded-Proto": "https", "X-Forwarded-Host": "www.shop.test"}, "203.0.113.9", "www.shop.test", true},
		"a proxy, a lie before":       {"10.1.2.3:80", said{"X-Forwarded-For": "1.1.1.1, 10.9.9.9, 203.0.113.9"}, "203.0.113.9", "shop.test", false},
		"two proxies, a lie before":   {"10.1.2.3:80", said{"X-Forwarded-For": "1.1.1.1, 203.0.113.9, 192.0.2.7", "X-Forwarded-Proto": "ftp, https, http"}, "203.0.113.9", "shop.test", true},
		"all are proxies":             {"10.1.2.3:80", said{"X-Forwarded-For": "10.4.4.4, 10.5.5.5"}, "10.4.4.4", "shop.test", false},
		"with a port":                 {"10.1.2.3:80", said{"X-Forwarded-For": "203.0.113.9:999"}, "203.0.113.9", "shop.test", false},
		"not an address":              {"10.1.2.3:80", said{"X-Forwarded-For": "1.1.1.1, garbage, 10.5.5.5"}, "10.5.5.5", "shop.test", false},
		"mapped into IPv6":            {"[::ffff:10.1.2.3]:80", said{"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9", "shop.test", false},
		"over IPv6":                   {"[2001:db8:1::5]:80", said{"Forwarded": `for="[2001:db8:2::9]:47011";proto=https;host=www.shop.test`}, "2001:db8:2::9", "www.shop.test", true},
		"both, and they agree":        {"10.1.2.3:80", said{"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=203.0.113.9;proto=https"}, "203.0.113.9", "shop.test", true},
		"both, and one is passed on":  {"10.1.2.3:80", said{"X-Forwarded-For": "203.0.113.9", "Forwarded": "for=1.1.1.1"}, "refused", "", false},
		"standard, hidden":            {"10.1.2.3:80", said{"Forwarded": "for=_hidden;proto=https"}, "10.1.2.3", "shop.test", true},
		"standard, a lie before":      {"10.1.2.3:80", said{"Forwarded": "for=1.1.1.1;proto=http;host=evil.test, for=203.0.113.9;proto=https;host=www.shop.test"}, "203.0.113.9", "www.shop.test", true},
		"a host with more in it":      {"10.1.2.3:80", said{"X-Forwarded-Host": "evil.test/%0d?x=<script>"}, "10.1.2.3", "shop.test", false},
		"a chain without end":         {"10.1.2.3:80", said{"X-Forwarded-For": strings.Repeat("10.1.1.1,", 60) + "1.1.1.1"}, "refused", "", false},
		"another header of a client":  {"10.1.2.3:80", said{"X-Real-Ip": "1.1.1.1"}, "10.1.2.3", "shop.test", false},
		"a single address is trusted": {"192.0.2.7:80", said{"X-Forwarded-For": "203.0.113.9"}, "203.0.113.9", "shop.test", false},
		"its neighbor is not":         {"192.0.2.8:80", said{"X-Forwarded-For": "203.0.113.9"}, "192.0.2.8", "shop.test", false},
	} {
		t.Run(name, func(t *testing.T) {
			r := httptest.NewRequest("GET", "http://shop.test/", nil)
			r.RemoteAddr = c.peer
			for name, value := range c.said {
				r.Header.Set(name, value)
			}
			before := r.Header.Clone()
			client, host, secure := "refused", "", false
			w := httptest.NewRecorder()
			trust.Wrap(http.HandlerFunc(func(_ http.ResponseWriter, r *http.Request) {
				client, host, secure = strings.TrimSuffix(strings.Trim(r.RemoteAddr[:strings.LastIndexByte(r.RemoteAddr, ':')], "[]"), "]"), r.Host, proxy.Secure(r)
				for name := range c.said {
					if r.Header.Get(name) != "" {
						t.Errorf("%s is still there", name)
					}
				}
			})).ServeHTTP(w, r)
			if client != c.client || host != c.host || secure != c.secure {
				t.Errorf("client %s at %s, secure %v; want %s at %s, %v", client, host, secure, c.client, c.host, c.secure)
			}
			if c.client == "refused" && w.Code != 400 {
				t.Errorf("refused with %d", w.Code)
			}
			for name := range before {
				if r.Header.Get(name) == "" {
					t.Errorf("%s was taken out of the caller's request", name)
				}
			}
		})
	}
}

func TestWhatIsNoRange(t *testing.T) {
	for _, text := range []string{"", "10.0.0.0/33", "example.com", "10.0.0"} {
		if _, err := proxy.Parse([]string{text}); err == nil {
			t.Errorf("%q is taken", text)
		}
	}
}
