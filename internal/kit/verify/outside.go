package verify

import (
	"encoding/json"
	"strings"

	"orderly/internal/store"
	"orderly/internal/store/audit"
	"orderly/internal/store/receipts"
)

const (
	receiptPage = 1000
	namePage    = 20_000
)

// receipts: what was answered to an Idempotency-Key names things that are there.
func (x *run) receipts() error {
	var after receipts.Key
	for {
		n := 0
		err := x.read(func(r *store.Reader) error {
			list, err := audit.Receipts(r, after, receiptPage)
			if err != nil {
				return err
			}
			if n = len(list); n > 0 {
				last := list[n-1].Key
				x.later(func() { after = last })
			}
			x.count(int64(n), "A1")
			x.progress(int64(n), 0)
			return x.judgeReceipts(r, list)
		})
		if err != nil {
			return err
		}
		if n < receiptPage {
			return nil
		}
	}
}

// named is what a receipt says of one result, as the desk wrote it.
type named struct {
	Kind string `json:"kind"`
	ID   int64  `json:"id"`
}

func (x *run) judgeReceipts(r *store.Reader, list []receipts.Receipt) error {
	results := make([][]named, len(list))
	asked := map[string][]int64{}
	seen := map[named]bool{}
	for i := range list {
		if len(list[i].Hash) == 0 {
			x.tell("A1", receiptText(list[i].Key), "the receipt has no request hash, so that another request could get its answer")
		}
		if err := json.Unmarshal(list[i].Data, &results[i]); err != nil {
			x.tell("A1", receiptText(list[i].Key), "the receipt cannot be read: %v", err)
		}
		for _, n := range results[i] {
			if n.ID != 0 && !seen[n] {
				seen[n] = true
				asked[n.Kind] = append(asked[n.Kind], n.ID)
			}
		}
	}
	for kind, ids := range asked {
		there, err := audit.Existing(r, kind, ids)
		if err != nil {
			return err
		}
		for _, id := range ids {
			seen[named{kind, id}] = there[id]
		}
	}
	for i := range list {
		for _, n := range results[i] {
			if n.ID != 0 && !seen[n] {
				x.tell("A1", receiptText(list[i].Key), "the receipt names %s, which is not there", text(n.Kind, n.ID))
			}
		}
	}
	return nil
}

func receiptText(k receipts.Key) string { return k.Principal + " " + k.Route + " " + k.Key }

// names: what outsiders call things is given once.
func (x *run) names() error {
	for _, space := range audit.NameSpaces {
		var after []string
		for more := true; more; {
			err := x.read(func(r *store.Reader) error {
				found, n, end, err := space.Page(r, after, namePage)
				for _, d := range found {
					x.tell("A2", text(space.Prefix, d.First)+" "+text(space.Prefix, d.Last), "%d %s %q", d.N, space.What, strings.Join(d.Name, " "))
				}
				x.later(func() { after, more = end, end != nil })
				x.count(n, "A2")
				x.progress(n, 0)
				return err
			})
			if err != nil {
				return err
			}
		}
	}
	return nil
}
