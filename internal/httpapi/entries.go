package httpapi

import (
	"encoding/json"

	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/store/entries"
	"orderly/internal/store/items"
)

// Feed is a stretch of the journal.
type Feed struct {
	Data []Entry `json:"data"`
	Last int64   `json:"last" doc:"The highest sequence in it: pass it as after to read on. When data is empty, ask again later."`
}

type feedQuery struct {
	After int64 `query:"after" minimum:"0" doc:"Only entries with a higher sequence."`
	Limit int   `query:"limit" minimum:"1" maximum:"250" default:"50"`
}

// feed reads the journal in order. An entry that is seen has no unseen one
// before it, so the highest sequence is all that a reader must remember.
func (a *api) feed(c *call, p *feedQuery, _ *none) (Feed, error) {
	list, err := c.entries(func(r *store.Reader) ([]journal.Entry, error) { return entries.After(r, p.After, p.Limit) })
	out := Feed{Data: list, Last: p.After}
	if n := len(list); n > 0 {
		out.Last = list[n-1].Seq
	}
	return out, err
}

type orderEntries struct {
	OrderID
	After int64 `query:"after" minimum:"0" doc:"Only entries with a higher subject_seq."`
	Limit int   `query:"limit" minimum:"1" maximum:"250" default:"50"`
}

func (a *api) orderFeed(c *call, p *orderEntries, _ *none) (Feed, error) {
	id, err := orderByID(p.ID)
	if err != nil {
		return Feed{}, err
	}
	list, err := c.entries(func(r *store.Reader) ([]journal.Entry, error) {
		if last, err := entries.LastOf(r, int64(id)); err != nil || last == 0 {
			if err == nil {
				err = noSuchOrder(p.ID)
			}
			return nil, err
		}
		return entries.OfSubject(r, int64(id), p.After, 0, p.Limit)
	})
	out := Feed{Data: list, Last: p.After}
	if n := len(list); n > 0 {
		out.Last = list[n-1].SubjectSeq
	}
	return out, err
}

func (c *call) entries(read func(*store.Reader) ([]journal.Entry, error)) ([]Entry, error) {
	var list []journal.Entry
	var skus map[int64]string
	err := c.read(func(r *store.Reader) (err error) {
		if list, err = read(r); err == nil {
			skus, err = items.SKUs(r, itemsOf(list))
		}
		return err
	})
	if err != nil {
		return nil, err
	}
	return renderEntries(list, skus)
}

// EntriesJSON gives entries in the form of this API, for what is sent elsewhere.
func EntriesJSON(r *store.Reader, list []journal.Entry) ([]json.RawMessage, error) {
	skus, err := items.SKUs(r, itemsOf(list))
	if err != nil {
		return nil, err
	}
	shown, err := renderEntries(list, skus)
	out := make([]json.RawMessage, len(shown))
	for i := range shown {
		if err == nil {
			out[i], err = json.Marshal(shown[i])
		}
	}
	return out, err
}
