package httpapi

import (
	"encoding/json"

	"orderly/internal/imports/upload"
	"orderly/internal/store/uploads"
)

// Import is an uploaded file on its way into the books.
type Import struct {
	ID         string          `json:"id" example:"imp_0pmnqh2000400"`
	Name       string          `json:"name"`
	What       string          `json:"what" enum:"items,stock,customers,orders,payments,purchases"`
	As         string          `json:"as,omitempty" doc:"How rows are taken."`
	Status     string          `json:"status" enum:"uploading,uploaded,queued,running,done,failed"`
	Size       int64           `json:"size"`
	Done       int64           `json:"done" doc:"Bytes that are through."`
	Lines      int64           `json:"lines"`
	Rejected   int64           `json:"rejected"`
	Fixed      int64           `json:"fixed" doc:"Of the rejected, those that were mended and taken."`
	Mapping    json.RawMessage `json:"mapping,omitempty"`
	Summary    json.RawMessage `json:"summary,omitempty" doc:"What became of the file, once it is through."`
	Fault      string          `json:"fault,omitempty"`
	CreatedAt  string          `json:"created_at" format:"date-time"`
	FinishedAt string          `json:"finished_at,omitempty" format:"date-time"`
	ExpiresAt  string          `json:"expires_at" format:"date-time" doc:"Until then text and rejects are kept."`
}

// ImportMapping says how a file is read.
type ImportMapping struct {
	Mapping json.RawMessage `json:"mapping,omitempty" doc:"Which column of the file is which of ours, such as {\"sku\": \"Product Code\", \"custom.color\": \"Colour\", \"currency\": \"=EUR\"}. What it leaves out is found by usual names, unless it says {\"*\": \"only\"}."`
	As      string          `json:"as,omitempty" enum:"history,live,receive,count" doc:"Orders: history keeps them as they were, live places them now; history when left out. Stock: receive or count; receive when left out."`
	Channel string          `json:"channel,omitempty" maxLength:"40" doc:"Of orders that name none."`
	SaveAs  string          `json:"save_as,omitempty" maxLength:"200" doc:"Also keep the mapping under this name."`
}

// ImportRun begins an import.
type ImportRun struct {
	Again bool `json:"again,omitempty" doc:"Receive goods even if the same file was imported before."`
}

// ImportPreview is what a file's first rows would become.
type ImportPreview struct {
	Format    string          `json:"format"`
	Delimiter string          `json:"delimiter,omitempty"`
	Encoding  string          `json:"encoding,omitempty"`
	Columns   []PreviewColumn `json:"columns"`
	Rows      []PreviewRow    `json:"rows"`
	Faults    []string        `json:"faults" doc:"Of the mapping."`
	Sound     int             `json:"sound" doc:"How many of the rows would be taken."`
}

// PreviewColumn is a column of the file and which of ours it fills.
type PreviewColumn struct {
	Header string `json:"header"`
	Fills  string `json:"fills,omitempty"`
}

// PreviewRow is one of the first rows.
type PreviewRow struct {
	Line  int           `json:"line"`
	Cells []PreviewCell `json:"cells"`
	Fault string        `json:"fault,omitempty"`
}

// PreviewCell is one cell, with what is wrong in it.
type PreviewCell struct {
	Text  string `json:"text"`
	Fault string `json:"fault,omitempty"`
}

// Reject is a line that could not be taken.
type Reject struct {
	Line      int64  `json:"line"`
	Reference string `json:"reference,omitempty" doc:"The order that it belongs to."`
	Code      string `json:"code"`
	Reason    string `json:"reason"`
	Text      string `json:"text" doc:"As it stands in the file, or as it was mended."`
	Fixed     bool   `json:"fixed"`
}

// MendedRow is a rejected line as somebody has mended it.
type MendedRow struct {
	Cells []string `json:"cells,omitempty" maxItems:"1000" doc:"By the file's header."`
	Text  string   `json:"text,omitempty" maxLength:"65536" doc:"The line as the file would have it, in place of cells."`
}

func renderImport(f *uploads.File) Import {
	out := Import{
		ID: f.ID.String(), Name: f.Name, What: f.What, As: f.Way, Status: string(f.Status), Size: f.Size, Done: f.Done, Lines: f.Lines,
		Rejected: f.Rejected, Fixed: f.Fixed, Mapping: json.RawMessage(f.Mapping), Summary: json.RawMessage(f.Summary), Fault: f.Fault,
		CreatedAt: instant(f.CreatedAt), ExpiresAt: instant(f.ExpiresAt),
	}
	if f.FinishedAt != 0 {
		out.FinishedAt = instant(f.FinishedAt)
	}
	return out
}

func renderPreview(p *upload.Preview) ImportPreview {
	out := ImportPreview{Format: p.Format, Delimiter: p.Delimiter, Encoding: p.Encoding, Columns: []PreviewColumn{}, Rows: []PreviewRow{}, Faults: []string{}, Sound: p.Sound}
	for i, h := range p.Header {
		out.Columns = append(out.Columns, PreviewColumn{h, p.Fits[i]})
	}
	for _, r := range p.Rows {
		row := PreviewRow{Line: r.Line, Cells: []PreviewCell{}, Fault: r.Fault}
		for _, c := range r.Cells {
			row.Cells = append(row.Cells, PreviewCell(c))
		}
		out.Rows = append(out.Rows, row)
	}
	for _, f := range p.Faults {
		out.Faults = append(out.Faults, f.Message)
	}
	return out
}

func renderReject(x uploads.Reject) Reject {
	return Reject{Line: x.Line, Reference: x.Ref, Code: x.Code, Reason: x.Reason, Text: x.Text, Fixed: x.FixedAt != 0}
}
