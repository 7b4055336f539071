// Package imports reads files that other systems wrote: CSV and NDJSON, plain
// or compressed, as a stream of records, and maps their columns to rows of
// items, stock, customers, orders, payments and purchases.
//
// What belongs here: opening and sniffing a file, cutting it into records
// under limits, finding columns by name, checking the text of a row, and the
// file of rejected lines. What does not: the database, the desk that acts on
// a row, and the rules of one retailer's own format, which have a package each
// below this one.
//
// A bad line never ends a run. It comes out as a record whose Err says what is
// wrong, and reading goes on; only a file that is no text at all, or that
// cannot be read any further, is an error of the reader. Nothing here is safe
// for concurrent use except File.Progress.
package imports

import (
	"errors"
	"strings"

	"orderly/internal/fault"
)

// Limits of what is read. A file within them needs a few megabytes at most,
// however long it is.
const (
	MaxExpandedBytes = 8 << 30  // of one file after decompression
	MaxRecordBytes   = 1 << 20  // of one record, its line ends included
	MaxColumns       = 1000     // of one CSV header, and keys of one JSON object
	MaxRawBytes      = 4 << 10  // of a record's own text, as kept for the rejects
	MaxMappingBytes  = 64 << 10 // of a mapping file
	MaxOrderLines    = 2000     // rows of one order
	MaxCustom        = 50       // custom fields of one row
)

// Reason is the sentence of an error with every single fault in it, for the
// file of rejects, where the short form of Error would hide some.
func Reason(err error) string {
	var f *fault.Error
	if !errors.As(err, &f) || len(f.Fields) == 0 {
		return err.Error()
	}
	parts := make([]string, 0, len(f.Fields))
	for _, one := range f.Fields {
		if at := strings.TrimPrefix(one.Pointer, "/"); at != "" {
			one.Message = at + ": " + one.Message
		}
		parts = append(parts, one.Message)
	}
	return strings.Join(parts, "; ")
}
