package audit

import (
	"orderly/internal/journal"
	"orderly/internal/store"
	"orderly/internal/trading"
)

// PartnerPages and FilePages walk trading partners, and the files that went
// between them and the merchant.
var (
	PartnerPages = []Walk{{"trading_partner", "id", "id", 1}}
	FilePages    = []Walk{{"edi_file", "id", "id", 1}}
)

// Traded is a partner beside the control numbers of the files that it was
// sent.
type Traded struct {
	ID              trading.ID
	Sent, Version   int64
	Files, Distinct int64
	Highest         int64
	Entries         int64
	TwiceIn         int64 // control numbers that were taken from it more than once
}

// TradedIn reads a page of partners.
func TradedIn(r *store.Reader, in Range) (out []Traded, err error) {
	const sent = " FROM edi_file AS f WHERE f.m = $1 AND f.partner = p.id AND f.direction = 'out' AND f.control <> ''"
	err = r.Each("SELECT p.id, p.sent, p.version, (SELECT count(*)"+sent+"), (SELECT count(DISTINCT f.control)"+sent+"), coalesce((SELECT max(CAST(f.control AS BIGINT))"+sent+"), 0), "+
		"(SELECT count(*) FROM entry AS e WHERE e.m = $1 AND e.kind = $4 AND e.subject = p.id), "+
		"(SELECT count(*) FROM (SELECT f.control FROM edi_file AS f WHERE f.m = $1 AND f.partner = p.id AND f.direction = 'in' AND f.status <> 'rejected' GROUP BY f.control HAVING count(*) > 1) AS t) "+
		"FROM trading_partner AS p WHERE p.m = $1 AND p.id > $2 AND p.id <= $3 ORDER BY p.id", []any{r.M, in.After, in.UpTo, journal.Trading}, func(scan func(...any) error) error {
		var x Traded
		err := scan(&x.ID, &x.Sent, &x.Version, &x.Files, &x.Distinct, &x.Highest, &x.Entries, &x.TwiceIn)
		out = append(out, x)
		return err
	})
	return out, err
}

// Exchanged is a file beside its text, its documents and its history.
type Exchanged struct {
	ID                    trading.FileID
	Direction, Status     string
	Bytes, Version        int64
	Written, Entries      int64
	Open, Done, Documents int64
}

// ExchangedIn reads a page of files.
func ExchangedIn(r *store.Reader, in Range) (out []Exchanged, err error) {
	const docs = " FROM edi_document AS d WHERE d.m = $1 AND d.file = f.id"
	err = r.Each("SELECT f.id, f.direction, f.status, f.bytes, f.version, coalesce((SELECT sum(octet_length(t.body)) FROM edi_text AS t WHERE t.m = $1 AND t.file = f.id), 0), "+
		"(SELECT count(*) FROM entry AS e WHERE e.m = $1 AND e.kind = $4 AND e.subject = f.id), "+
		"(SELECT count(*)"+docs+" AND d.status IN ('accepted', 'waiting')), (SELECT count(*)"+docs+" AND d.status IN ('processed', 'sent')), (SELECT count(*)"+docs+") "+
		"FROM edi_file AS f WHERE f.m = $1 AND f.id > $2 AND f.id <= $3 ORDER BY f.id", []any{r.M, in.After, in.UpTo, journal.TradingFile}, func(scan func(...any) error) error {
		var x Exchanged
		err := scan(&x.ID, &x.Direction, &x.Status, &x.Bytes, &x.Version, &x.Written, &x.Entries, &x.Open, &x.Done, &x.Documents)
		out = append(out, x)
		return err
	})
	return out, err
}
