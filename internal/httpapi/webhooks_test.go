package httpapi_test

import (
	"net/netip"
	"strings"
	"testing"

	"orderly/internal/access"
	"orderly/internal/catalog"
	"orderly/internal/desk/admin"
	"orderly/internal/seal"
)

const aHook = `{"name":"ERP","url":"https://example.com/hook","types":["order.placed"]}`

// sealed gives the shop a key to keep secrets with.
func sealed(s *shop) *shop {
	s.t.Helper()
	ring, err := seal.Parse(seal.NewKey())
	if err != nil {
		s.t.Fatal(err)
	}
	admin.UseSeal(s.Desk, ring)
	return s
}

// hooks does one act of each kind on an endpoint.
func hooks(s *shop) {
	sealed(s)
	made := s.post("/v1/webhooks", aHook).want(201)
	at := "/v1/webhooks/" + made.text("id")
	s.do("PATCH", at, `{"name":"ERP 2"}`, "If-Match", made.header.Get("ETag")).want(200)
	for _, act := range []string{"ping", "pause", "resume", "rotate"} {
		s.post(at+"/"+act, nil).want(200)
	}
	s.post(at+"/replay", `{"after":0}`).want(200)
	s.post(at+"/replay", `{"from":"2020-01-01T00:00:00Z"}`).want(200)
	for _, path := range []string{"", "/deliveries", "/deliveries?state=given_up", "/attempts"} {
		s.get(at + path).want(200)
	}
	s.get("/v1/webhooks").want(200)
	s.do("DELETE", at, nil).want(204)
}

// Kills: a secret that is shown twice or lies in an answer; an act that is not in
// the journal; one that cannot be looked at before.
func TestWebhooks(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		if a := s.post("/v1/webhooks", aHook).want(409); a.text("code") != "no_secret_key" {
			t.Errorf("without a key: %s", a.body)
		}
		sealed(s)
		planned := s.post("/v1/webhooks?dry_run=true", aHook).want(201)
		if planned.text("dry_run") != "true" || planned.text("secret") != "" || s.get("/v1/webhooks").want(200).len("data") != 0 {
			t.Errorf("tried: %s", planned.body)
		}
		made := s.post("/v1/webhooks", aHook, "Idempotency-Key", "once").want(201)
		secret := made.text("secret")
		if !strings.HasPrefix(secret, "whsec_") || made.text("state") != "active" || made.header.Get("Location") != "/v1/webhooks/"+made.text("id") {
			t.Errorf("made: %s", made.body)
		}
		again := s.post("/v1/webhooks", aHook, "Idempotency-Key", "once").want(201)
		if again.text("id") != made.text("id") || again.text("secret") != "" {
			t.Errorf("again: %s", again.body)
		}
		at := "/v1/webhooks/" + made.text("id")
		for _, path := range []string{at, "/v1/webhooks", "/v1/entries?limit=250"} {
			if strings.Contains(string(s.get(path).want(200).body), strings.TrimPrefix(secret, "whsec_")) {
				t.Errorf("%s shows the secret", path)
			}
		}
		s.do("PATCH", at, `{"types":["*"]}`, "If-Match", `"9"`).want(412)
		changed := s.do("PATCH", at, `{"types":["parcel.shipped","order.placed","order.placed"]}`, "If-Match", made.header.Get("ETag")).want(200)
		if changed.text("types/0") != "order.placed" || changed.text("types/1") != "parcel.shipped" || changed.len("types") != 2 || changed.text("name") != "ERP" {
			t.Errorf("changed: %s", changed.body)
		}
		s.post(at+"/pause?dry_run=true", nil).want(200).is("state", "paused", "dry_run", "true")
		s.get(at).want(200).is("state", "active")
		s.post(at+"/pause", nil).want(200).is("state", "paused")
		s.post(at+"/pause", nil).want(200).is("state", "paused")
		s.post(at+"/resume", nil).want(200).is("state", "active")
		rotated := s.post(at+"/rotate", `{"keep_hours":2}`).want(200)
		if rotated.text("secret") == secret || rotated.text("previous_until") == "" {
			t.Errorf("rotated: %s", rotated.body)
		}
		s.post(at+"/ping", nil).want(200).is("health/waiting", "1")
		s.Goods("MUG", catalog.Backorder, "A", 9)
		s.Place("MUG", 1)
		if d := s.get(at + "/deliveries").want(200); d.text("data/0/what") != "ping" || d.text("data/0/state") != "waiting" {
			t.Errorf("deliveries: %s", d.body)
		}
		s.post(at+"/replay?dry_run=true", `{"after":0}`).want(200).is("dry_run", "true")
		if r := s.post(at+"/replay", `{"after":3}`).want(200); r.text("after") != "3" || r.text("up_to") == "" {
			t.Errorf("replay: %s", r.body)
		}
		s.get(at).want(200).is("health/seq", "3")
		s.do("DELETE", at, nil).want(204)
		s.get(at).want(200).is("state", "ended")
		s.post(at+"/resume", nil).want(409).is("code", "webhook_ended")
		var told []string
		for _, e := range s.get("/v1/entries?limit=250").want(200).at("data").([]any) {
			if x := e.(map[string]any); x["kind"] == "whe" {
				told = append(told, x["type"].(string))
			}
		}
		if got := strings.Join(told, " "); got != "webhook.made webhook.saved webhook.paused webhook.resumed webhook.secret_rotated webhook.pinged webhook.replayed webhook.ended" {
			t.Errorf("the journal: %s", got)
		}
	})
}

func TestWebhooksRefused(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		sealed(s)
		for body, code := range map[string]string{
			`{"name":"x","url":"https://example.com","types":["order.plcaed"]}`:              "unknown_type",
			`{"name":"x","url":"https://127.1/","types":["*"]}`:                              "invalid_host",
			`{"name":"x","url":"https://127.0.0.1/","types":["*"]}`:                          "private_address",
			`{"name":"x","url":"https://[::ffff:10.0.0.1]/","types":["*"]}`:                  "private_address",
			`{"name":"x","url":"http://example.com/","types":["*"]}`:                         "plain_http",
			`{"name":"x","url":"https://u:p@example.com/","types":["*"]}`:                    "invalid_url",
			`{"name":"x","url":"https://example.com/","types":["*"],"secret":"whsec_short"}`: "invalid_secret",
			`{"name":" ","url":"https://example.com/","types":["*"]}`:                        "invalid_text",
		} {
			a := s.post("/v1/webhooks", body)
			if a.status != 422 || a.text("errors/0/code") != code {
				t.Errorf("%s: %d %s, want %s", body, a.status, a.body, code)
			}
		}
		admin.AllowOutbound(s.Desk, []netip.Prefix{netip.MustParsePrefix("10.0.0.0/8")})
		s.post("/v1/webhooks", `{"name":"x","url":"http://10.0.0.1/","types":["*"]}`).want(201)
		s.post("/v1/webhooks", `{"name":"x","url":"http://erp.intranet/","types":["*"]}`).want(201)
		s.post("/v1/webhooks", `{"name":"x","url":"http://93.184.215.14/","types":["*"]}`).want(422)
		for range 18 {
			s.post("/v1/webhooks", aHook).want(201)
		}
		s.post("/v1/webhooks", aHook).want(409).is("code", "too_many")
		id := s.get("/v1/webhooks").want(200).text("data/0/id")
		s.post("/v1/webhooks/"+id+"/replay", `{}`).want(422)
		s.post("/v1/webhooks/"+id+"/replay", `{"delivery":"dlv_0pmnqh2000400"}`).want(404)
		for _, path := range []string{"whe_0pmnqh2000400", "nonsense"} {
			s.get("/v1/webhooks/" + path).want(404)
			s.get("/v1/webhooks/" + path + "/attempts").want(404)
			s.post("/v1/webhooks/"+path+"/pause", nil).want(404)
		}
		s.key = s.newKey([]access.Permission{access.OrdersRead, access.EntriesRead})
		s.get("/v1/webhooks").want(403)
		s.post("/v1/webhooks", aHook).want(403)
		s.key = s.newKey(access.All, s.Locations["A"])
		s.get("/v1/webhooks").want(403)
	})
}
