package deliver

import (
	"context"
	"encoding/json"
	"slices"

	"orderly/internal/fulfillment"
	"orderly/internal/ident"
	"orderly/internal/journal"
	"orderly/internal/order"
	"orderly/internal/stock"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/fulfillments"
)

// asked is all that a partner is told of an entry: which of its requests it is
// about. What else stands in the entry is of other places, and is nothing to it.
type asked struct {
	Request  string `json:"request"`
	Order    string `json:"order"`
	Location string `json:"location"`
	Step     string `json:"step"`
	Reason   string `json:"reason,omitempty"`
}

// concerns finds, by entry, what a partner at a location is told of it. Entries
// that are of other places are left out.
func concerns(r *store.Reader, at int64, list []journal.Entry) (map[int64]asked, error) {
	steps := map[int64][]order.RequestStep{}
	var ids []fulfillment.ID
	for i := range list {
		if list[i].Kind != journal.Order {
			continue
		}
		d, err := order.DecodeDelta(list[i].Data)
		if err != nil {
			return nil, err
		}
		steps[list[i].Seq] = d.Requests
		for _, s := range d.Requests {
			ids = append(ids, fulfillment.ID(s.ID))
		}
	}
	known, err := fulfillments.Load(r, ids)
	if err != nil {
		return nil, err
	}
	here := map[int64]bool{}
	for _, f := range known {
		here[int64(f.ID)] = f.Location == stock.LocationID(at)
	}
	out := map[int64]asked{}
	for i := range list {
		for _, s := range steps[list[i].Seq] {
			if here[s.ID] {
				out[list[i].Seq] = asked{
					Request: fulfillment.ID(s.ID).String(), Order: ident.Text(journal.Order, list[i].Subject), Location: stock.LocationID(at).String(), Step: s.Step, Reason: s.Reason,
				}
				break // an entry is of one act on one of them
			}
		}
	}
	return out, nil
}

// ours leaves the changes that concern the location of a partner's endpoint.
func (s *serving) ours(ctx context.Context, list []entries.Change) (out []entries.Change, err error) {
	if s.endpoint.Location == 0 || len(list) == 0 {
		return list, nil
	}
	seqs := make([]int64, len(list))
	for i, c := range list {
		seqs[i] = c.Seq
	}
	err = s.e.db.Read(ctx, scope(s.claim.M), func(r *store.Reader) error {
		found, err := entries.Some(r, seqs)
		if err != nil {
			return err
		}
		known, err := concerns(r, s.endpoint.Location, found)
		out = slices.DeleteFunc(slices.Clone(list), func(c entries.Change) bool { _, ok := known[c.Seq]; return !ok })
		return err
	})
	return out, err
}

// tellPartner gives what a partner's endpoint is sent of entries.
func (s *serving) tellPartner(r *store.Reader, list []journal.Entry, each func(*journal.Entry, []byte)) error {
	known, err := concerns(r, s.endpoint.Location, list)
	if err != nil {
		return err
	}
	for i := range list {
		if x, ok := known[list[i].Seq]; ok {
			data, err := json.Marshal(x)
			if err != nil {
				return err
			}
			each(&list[i], data)
		}
	}
	return nil
}
