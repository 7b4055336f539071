package bench

import (
	"bytes"
	"cmp"
	"context"
	"fmt"
	"math/rand/v2"
	"net/http"
	"regexp"
	"sync/atomic"
)

// batchClients is how many send batches at the same time.
const batchClients = 4

const ndjson = "application/x-ndjson"

// batchOf draws orders as newline-delimited JSON.
func batchOf(d *draw, rng *rand.Rand, serial *atomic.Int64, n int) []byte {
	last := serial.Add(int64(n))
	b := make([]byte, 0, n*512)
	for i := range int64(n) {
		b = append(d.appendJSON(b, rng, last-int64(n)+1+i), '\n')
	}
	return b
}

// runBulk measures many orders a request.
func runBulk(ctx context.Context, s *scratch, r *Report) error {
	r.Clients, r.Batch = cmp.Or(s.o.Clients, batchClients), s.o.Batch
	fmt.Fprintf(s.o.Log, "placing for %s, %d callers, %d orders a request\n", s.o.Time, r.Clients, r.Batch)
	err := s.loaded(ctx, r, func(x *server) (seen, error) {
		return s.counting(func(serial *atomic.Int64) (seen, error) {
			return closed(ctx, x, r.Clients, s.o.Time, func(c *client, rng *rand.Rand) (int, bool, error) {
				return c.batch("/v1/orders/batch", ndjson, batchOf(s.draw, rng, serial, r.Batch), r.Batch)
			})
		})
	})
	if err != nil {
		return err
	}
	return s.besideFloor(ctx, r)
}

// batch sends a batch of n rows, each of which must succeed.
func (c *client) batch(path, contentType string, body []byte, n int) (int, bool, error) {
	a, err := c.call("POST", path, contentType, body)
	switch {
	case err != nil:
		return 0, false, err
	case a.status == http.StatusServiceUnavailable:
		return 0, true, nil
	case a.status != http.StatusOK:
		return 0, false, c.unexpected(a)
	}
	if done := bytes.Count(c.answer.Bytes(), []byte(`"status":20`)); done != n {
		return 0, false, fmt.Errorf("%d of %d rows succeeded: %.300s", done, n, firstRefusal(c.answer.Bytes()))
	}
	return n, false, nil
}

func firstRefusal(answer []byte) []byte {
	return answer[max(0, bytes.Index(answer, []byte(`"problem"`))):]
}

// acts are the steps of goods, in bulk, each for all of an order.
var acts = []string{"release", "pick", "pack", "ship", "deliver"}

var fulfillmentID = regexp.MustCompile(`"id":"(ful_[0-9a-z]+)"`)

// runLifecycle measures orders from placing to delivery: a caller places a
// batch and carries it through every act.
func runLifecycle(ctx context.Context, s *scratch, r *Report) error {
	r.Clients, r.Batch = cmp.Or(s.o.Clients, batchClients), s.o.Batch
	fmt.Fprintf(s.o.Log, "placing, releasing, picking, packing, shipping and delivering for %s, %d callers, %d orders a request\n", s.o.Time, r.Clients, r.Batch)
	err := s.loaded(ctx, r, func(x *server) (seen, error) {
		return s.counting(func(serial *atomic.Int64) (seen, error) {
			return closed(ctx, x, r.Clients, s.o.Time, func(c *client, rng *rand.Rand) (int, bool, error) {
				n, shed, err := c.batch("/v1/orders/batch", ndjson, batchOf(s.draw, rng, serial, r.Batch), r.Batch)
				if shed || err != nil {
					return 0, shed, err
				}
				return n, false, c.carryThrough()
			})
		})
	})
	if err != nil {
		return err
	}
	r.Oversold, err = s.oversold(ctx)
	return err
}

// carryThrough does every act on the fulfillments of the last answer.
func (c *client) carryThrough() error {
	var ids [][]byte
	known := map[string]bool{}
	for _, m := range fulfillmentID.FindAllSubmatch(c.answer.Bytes(), -1) {
		if !known[string(m[1])] {
			known[string(m[1])] = true
			ids = append(ids, bytes.Clone(m[1]))
		}
	}
	for _, act := range acts {
		body := fmt.Appendf(nil, `{"act":%q,"fulfillments":["%s"]}`, act, bytes.Join(ids, []byte(`","`)))
		for {
			_, shed, err := c.batch("/v1/fulfillments/batch", "application/json", body, len(ids))
			if err != nil {
				return fmt.Errorf("%s: %w", act, err)
			}
			if !shed {
				break
			}
		}
	}
	return nil
}
