package run

import (
	"errors"
	"io"
	"slices"
	"strings"

	"orderly/internal/imports"
	"orderly/internal/imports/onlineretail"
)

// writeRejects tells of every line that could not be taken, in the order of
// the file. The texts of lines that the desk refused are read again.
func (b *retail) writeRejects() error {
	b.sum.LinesRejected = int64(len(b.unread) + len(b.wrong))
	raw, err := b.textsOf(b.wrong)
	if err != nil {
		return err
	}
	all := b.unread
	for line, wrong := range b.wrong {
		all = append(all, onlineretail.Reject{Line: line, Code: codeOf(wrong), Reason: imports.Reason(wrong), Raw: raw[line]})
	}
	slices.SortStableFunc(all, func(x, y onlineretail.Reject) int { return x.Line - y.Line })
	for _, r := range all {
		if err := b.rejects.tell(Reject{Line: r.Line, Code: r.Code, Reason: r.Reason, Text: r.Raw}); err != nil {
			return err
		}
	}
	return nil
}

func (b *retail) textsOf(lines map[int]error) (map[int]string, error) {
	out := make(map[int]string, len(lines))
	if len(lines) == 0 {
		return out, nil
	}
	in, err := b.from.reopen()
	if err != nil {
		return nil, err
	}
	csv, err := imports.NewCSV(in)
	for err == nil {
		var record imports.Record
		if record, err = csv.Next(); err == nil && lines[record.Line] != nil {
			out[record.Line] = strings.Clone(record.Raw)
		}
	}
	if errors.Is(err, io.EOF) {
		err = nil
	}
	return out, err
}

// refuse rejects lines of the file, once each, and what they are worth.
func (b *retail) refuse(err error, net onlineretail.Exact, sources ...[]int) {
	b.sum.rejected.micros(int64(net))
	for _, list := range sources {
		for _, line := range list {
			if b.wrong[line] == nil {
				b.wrong[line] = err
			}
		}
	}
}
