package httpapi_test

import (
	"strings"
	"testing"

	"orderly/internal/access"
)

// Kills: an optional field that is asked for; a secret that is told, or that
// follows the feed to another address; a feed of our own warehouse; one that a key
// without the right sets, or that is changed unseen.
func TestStockFeeds(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		sealed(s)
		s.post("/v1/locations", `{"code":"P","name":"Pack & Send","kind":"3pl"}`).want(201)
		const path = "/v1/locations/code:P/stock-feed"
		put := func(body string, headers ...string) *answered { return s.do("PUT", path, body, headers...) }
		s.get(path).problem(404, "no_feed")
		s.post(path+"/look", ``).problem(404, "no_feed")
		put(`{"source":"folder","address":"","header":"X-Key","minutes":7}`).problem(422, "invalid", "/address missing", "/header not_for_folders")
		s.do("PUT", "/v1/locations/code:A/stock-feed", `{"source":"folder","address":"p/stock"}`).problem(404, "no_such_partner")

		put(`{"source":"folder","address":"p/stock"}`).want(200).is("named", "sku", "minutes", 60, "active", true, "has_secret", false, "version", 1)
		put(`{"source":"folder","address":"p/stock","minutes":5}`, "If-Match", `"0"`).problem(412, "edited_meanwhile")
		put(`{"source":"url","address":"https://stock.example/list.csv","header":"X-Key"}`).problem(422, "missing", "/secret missing")
		set := put(`{"source":"url","address":"https://stock.example/list.csv","header":"X-Key","secret":"opensesame","named":"supplier","minutes":5}`, "If-Match", `"1"`)
		set.want(200).is("named", "supplier", "minutes", 5, "has_secret", true, "version", 2)
		for _, told := range []*answered{set, s.get(path)} {
			if strings.Contains(string(told.body), "opensesame") {
				t.Error("the secret is told")
			}
		}
		put(`{"source":"url","address":"https://stock.example/list.csv","header":"X-Key"}`).want(200).is("has_secret", true)
		put(`{"source":"url","address":"https://elsewhere.example/list.csv","header":"X-Key"}`).problem(422, "missing", "/secret missing")
		s.post(path+"/look", ``).want(200).is("version", 3)
		s.key = s.newKey([]access.Permission{access.StockRead, access.RequestsWork})
		s.get(path).want(200).is("has_secret", true)
		put(`{"source":"folder","address":"q"}`).problem(403, "missing_scope")
	})
}
