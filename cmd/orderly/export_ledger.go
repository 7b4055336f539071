package main

import (
	"orderly/internal/httpapi"
	"orderly/internal/store"
)

// exportLedger gives every booking since, each order's together.
func exportLedger(x *export) source {
	l := &httpapi.Ledger{From: x.since}
	return source{columns: httpapi.LedgerColumns, page: func(r *store.Reader) ([]record, bool, error) {
		rows, more, err := l.Page(r)
		return tableRecords(httpapi.LedgerColumns, rows), more, err
	}}
}

// exportBalance gives what these bookings make on each account.
func exportBalance(x *export) source {
	l := &httpapi.Ledger{From: x.since}
	return source{columns: httpapi.BalanceColumns, page: func(r *store.Reader) ([]record, bool, error) {
		_, more, err := l.Page(r)
		if err != nil || more {
			return nil, more, err
		}
		return tableRecords(httpapi.BalanceColumns, l.Balance()), false, nil
	}}
}

// tableRecords are rows of a table, and as objects their cells by column.
func tableRecords(columns []string, rows [][]string) []record {
	out := make([]record, len(rows))
	for i, row := range rows {
		out[i] = record{rows: [][]string{row}, object: func() any {
			o := map[string]string{}
			for j, c := range columns {
				o[c] = row[j]
			}
			return o
		}}
	}
	return out
}
