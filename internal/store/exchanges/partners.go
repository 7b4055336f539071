// Package exchanges keeps trading partners, the files that went between them
// and the merchant, and the documents in those files.
//
// What a text says is not decided here; edi does, and desk/exchange.
package exchanges

import (
	"strings"

	"orderly/internal/edi"
	"orderly/internal/store"
	"orderly/internal/trading"
)

const partnerColumns = "id, code, name, kind, standard, release, our_qualifier, our_id, their_qualifier, their_id, our_group, their_group, separators, terminator, one_line, documents_in, documents_out, channel, customer, supplier, location, " +
	"test, ask, ack_hours, in_path, out_path, active, sent, since, created_at, updated_at, version"

func collectPartners(out *[]*trading.Partner) func(func(...any) error) error {
	return func(scan func(...any) error) error {
		p := &trading.Partner{}
		var standard, in, outs string
		var line, test, ask, active int64
		err := scan(&p.ID, &p.Code, &p.Name, &p.Kind, &standard, &p.Release, &p.Ours.Qualifier, &p.Ours.ID, &p.Theirs.Qualifier, &p.Theirs.ID, &p.OursGroup, &p.TheirsGroup, &p.Separators, &p.Terminator, &line, &in, &outs, &p.Channel, &p.Customer, &p.Supplier, &p.Location,
			&test, &ask, &p.AckHours, &p.InPath, &p.OutPath, &active, &p.Sent, &p.Since, &p.CreatedAt, &p.UpdatedAt, &p.Version)
		p.Standard, p.In, p.Out = edi.Standard(standard), listOf(in), listOf(outs)
		p.OneLine, p.Test, p.Ask, p.Active = line != 0, test != 0, ask != 0, active != 0
		*out = append(*out, p)
		return err
	}
}

func listOf(s string) (out []edi.DocumentType) {
	for _, w := range strings.Fields(s) {
		out = append(out, edi.DocumentType(w))
	}
	return out
}

func textOf(list []edi.DocumentType) string {
	words := make([]string, len(list))
	for i, t := range list {
		words[i] = string(t)
	}
	return strings.Join(words, " ")
}

// Partner reads one partner; nil when there is none.
func Partner(r *store.Reader, id trading.ID) (*trading.Partner, error) {
	found, err := PartnersByID(r, []trading.ID{id})
	return found[id], err
}

// PartnersByID reads partners by id; unknown ones are left out.
func PartnersByID(r *store.Reader, ids []trading.ID) (map[trading.ID]*trading.Partner, error) {
	var list []*trading.Partner
	err := store.In(r, "SELECT "+partnerColumns+" FROM trading_partner WHERE m = $1 AND id IN ($IN)", []any{r.M}, ids, collectPartners(&list))
	out := make(map[trading.ID]*trading.Partner, len(list))
	for _, p := range list {
		out[p.ID] = p
	}
	return out, err
}

// PartnerByCode reads a partner by its code; nil when there is none.
func PartnerByCode(r *store.Reader, code string) (*trading.Partner, error) {
	return one(r, "SELECT "+partnerColumns+" FROM trading_partner WHERE m = $1 AND code = $2", r.M, code)
}

// PartnerAt reads the partner whose files go between two addresses.
func PartnerAt(r *store.Reader, standard edi.Standard, theirs, ours edi.Address) (*trading.Partner, error) {
	return one(r, "SELECT "+partnerColumns+" FROM trading_partner WHERE m = $1 AND standard = $2 AND their_id = $3 AND their_qualifier = $4 AND our_id = $5 AND our_qualifier = $6",
		r.M, string(standard), theirs.ID, theirs.Qualifier, ours.ID, ours.Qualifier)
}

func one(r *store.Reader, text string, args ...any) (*trading.Partner, error) {
	var list []*trading.Partner
	if err := r.Each(text, args, collectPartners(&list)); err != nil || len(list) == 0 {
		return nil, err
	}
	return list[0], nil
}

// Partners lists partners by code after one. all lists those that are not
// active, too.
func Partners(r *store.Reader, all bool, after string, limit int) (out []*trading.Partner, err error) {
	err = r.Each("SELECT "+partnerColumns+" FROM trading_partner WHERE m = $1 AND code > $2 AND active >= $3 ORDER BY code LIMIT $4", []any{r.M, after, 1 - store.Bool(all), int64(limit)}, collectPartners(&out))
	return out, err
}

var savePartner = store.Upsert("trading_partner", 2, "m", "id", "code", "name", "kind", "standard", "release", "our_qualifier", "our_id", "their_qualifier", "their_id", "our_group", "their_group", "separators", "terminator", "one_line",
	"documents_in", "documents_out", "channel", "customer", "supplier", "location", "test", "ask", "ack_hours", "in_path", "out_path", "active", "sent", "since", "created_at", "updated_at", "version")

// SavePartner keeps a partner as it is now.
func SavePartner(tx *store.Tx, p *trading.Partner) error {
	return savePartner.Run(tx, 1, func(a []any, _ int) []any {
		return append(a, tx.M, int64(p.ID), p.Code, p.Name, p.Kind, string(p.Standard), p.Release, p.Ours.Qualifier, p.Ours.ID, p.Theirs.Qualifier, p.Theirs.ID, p.OursGroup, p.TheirsGroup, p.Separators, p.Terminator, store.Bool(p.OneLine),
			textOf(p.In), textOf(p.Out), p.Channel, p.Customer, p.Supplier, p.Location, store.Bool(p.Test), store.Bool(p.Ask), p.AckHours, p.InPath, p.OutPath, store.Bool(p.Active), p.Sent, p.Since, p.CreatedAt, p.UpdatedAt, p.Version)
	})
}

// Count keeps the last control number that was given out.
func Count(tx *store.Tx, id trading.ID, sent int64) error {
	_, err := tx.Exec("UPDATE trading_partner SET sent = $3 WHERE m = $1 AND id = $2", tx.M, int64(id), sent)
	return err
}
