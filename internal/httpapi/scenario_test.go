package httpapi_test

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"net/http"
	"sync"
	"testing"

	"orderly/internal/catalog"
	"orderly/internal/httpapi"
)

// Three hundred buyers at once for a hundred units: a hundred are served, two
// hundred are told why not, and not one unit is sold twice.
func TestScenarioS01LastUnit(t *testing.T) {
	each(t, func(t *testing.T, s *shop) {
		const units, buyers = 100, 300
		s.Goods("LAST", catalog.Refuse, "A", 60, "B", 40)
		server := s.served()
		server.Client().Transport.(*http.Transport).MaxIdleConnsPerHost = buyers
		statuses := make([]int, buyers)
		codes := make([]string, buyers)
		start := make(chan struct{})
		var crowd sync.WaitGroup
		for i := range buyers {
			crowd.Go(func() {
				<-start
				statuses[i], codes[i] = s.buy(server.Client(), server.URL, i)
			})
		}
		close(start)
		crowd.Wait()
		served, told := 0, 0
		for i := range statuses {
			switch {
			case statuses[i] == http.StatusCreated:
				served++
			case statuses[i] == http.StatusConflict && codes[i] == "out_of_stock":
				told++
			default:
				t.Errorf("buyer %d is answered %d %s", i, statuses[i], codes[i])
			}
		}
		if served != units || told != buyers-units {
			t.Errorf("%d served and %d told why not, want %d and %d", served, told, units, buyers-units)
		}
		for _, at := range []string{"A", "B"} {
			x := s.get("/v1/stock/explain?sku=LAST&location="+at).want(200).is("level/sellable", 0, "contradicted", false)
			if x.text("level/reserved") != x.text("level/on_hand") {
				t.Errorf("%s: %s", at, x.body)
			}
		}
	})
}

// buy places an order for one unit and gives the status and, of a problem, the code.
func (s *shop) buy(client *http.Client, url string, i int) (int, string) {
	text, err := json.Marshal(smallest(fmt.Sprintf("S01-%d", i), "LAST", 1))
	if err != nil {
		return 0, err.Error()
	}
	r, err := http.NewRequest("POST", url+"/v1/orders", bytes.NewReader(text))
	if err != nil {
		return 0, err.Error()
	}
	r.Header.Set("Authorization", "Bearer "+s.key)
	r.Header.Set("Content-Type", "application/json")
	answer, err := client.Do(r)
	if err != nil {
		return 0, err.Error()
	}
	defer answer.Body.Close()
	body, err := io.ReadAll(answer.Body)
	if err != nil {
		return 0, err.Error()
	}
	var p httpapi.Problem
	_ = json.Unmarshal(body, &p) // an order has no code
	return answer.StatusCode, p.Code
}
