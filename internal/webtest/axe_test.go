package webtest_test

import (
	"testing"

	"orderly/internal/webtest"
)

// Kills: a checker that finds nothing, or that finds fault with what is right.
func TestViolations(t *testing.T) {
	browser := webtest.Start(t)
	for name, tc := range map[string]struct {
		page string
		want string
	}{
		"right": {`<title>t</title><main><h1>Here</h1><img alt="a mark" src="data:,"></main>`, ""},
		"wrong": {`<title>t</title><main><h1>Here</h1><img src="data:,"></main>`, "image-alt"},
	} {
		t.Run(name, func(t *testing.T) {
			tab := browser.Open(t)
			tab.Visit(serve(t, `<script>document.documentElement.lang = "en"</script>`+tc.page))
			found := tab.Violations()
			if tc.want == "" && len(found) != 0 {
				t.Errorf("found %v", found)
			}
			if tc.want != "" && (len(found) != 1 || found[0].ID != tc.want) {
				t.Errorf("found %v, want %s", found, tc.want)
			}
		})
	}
}
