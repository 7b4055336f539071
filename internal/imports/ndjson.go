package imports

import (
	"bytes"
	"encoding/json"
	"fmt"
	"io"
	"strings"
	"unicode/utf8"

	"orderly/internal/fault"
)

// MaxDepth is how deep objects may be nested in a line of NDJSON.
const MaxDepth = 4

// Object is one line of NDJSON as flat text: a nested member is named by its
// path ("ship_to.city"), an array of plain values is joined with "|", null is
// empty, and a number is as it was written. A key that comes twice is listed
// twice; the mapping refuses it.
type Object struct {
	Line   int
	Keys   []string // used again by the next call, as are Values; their texts may be kept
	Values []string
	Raw    string // as it stands in the file, at most MaxRawBytes
	Err    error  // a fault of kind Invalid or TooLarge
}

// NDJSON reads one JSON object a line. Blank lines are stepped over.
type NDJSON struct {
	in     *lines
	keys   []string
	values []string
}

// NewNDJSON refuses a stream that is no text; it reads no object yet.
func NewNDJSON(in io.Reader) (*NDJSON, error) {
	l, err := openLines(in)
	if err != nil {
		return nil, err
	}
	return &NDJSON{in: l}, nil
}

// Next gives the next object, io.EOF after the last. Any other error means
// that the stream is broken and nothing more can be read.
func (n *NDJSON) Next() (Object, error) {
	for {
		length, how := n.in.find(0)
		o := Object{Line: n.in.line}
		switch {
		case how == tooLong:
			head := n.in.window()
			o.Raw = strings.ToValidUTF8(string(head[:min(len(head), MaxRawBytes)]), "")
			n.in.skip()
			if n.in.broken() {
				return o, n.in.done()
			}
			o.Err = fault.New(fault.TooLarge, "record_too_long", "the line is longer than %d bytes", MaxRecordBytes)
			return o, nil
		case how == atFileEnd && (length == 0 || n.in.broken()):
			return o, n.in.done()
		}
		text := bytes.TrimSpace(n.in.window()[:length])
		if len(text) > 0 {
			n.read(text, &o)
		}
		n.in.take(length, how)
		if len(text) > 0 {
			return o, nil
		}
	}
}

func (n *NDJSON) read(text []byte, o *Object) {
	o.Raw = clip(strings.ToValidUTF8(string(text[:min(len(text), MaxRawBytes)]), ""), MaxRawBytes)
	n.keys, n.values = n.keys[:0], n.values[:0]
	switch {
	case !utf8.Valid(text):
		o.Err = fault.New(fault.Invalid, "encoding", "the line is not UTF-8, which JSON has to be")
	case text[0] != '{':
		o.Err = fault.New(fault.Invalid, "not_an_object", "a line holds one JSON object, which begins with {")
	case !json.Valid(text):
		o.Err = fault.New(fault.Invalid, "invalid_json", "%s", syntax(text))
	default:
		d := json.NewDecoder(bytes.NewReader(text))
		d.UseNumber()
		d.Token()
		o.Err = n.object(d, "", 1)
	}
	if o.Err == nil {
		o.Keys, o.Values = n.keys, n.values
	}
}

func syntax(text []byte) string {
	var any json.RawMessage
	if err := json.Unmarshal(text, &any); err != nil {
		return "the line is not valid JSON: " + err.Error()
	}
	return "the line is not valid JSON"
}

// object reads the members behind an opening brace. The text is known to be
// valid JSON, so that tokens come without errors.
func (n *NDJSON) object(d *json.Decoder, prefix string, depth int) error {
	for d.More() {
		key, _ := d.Token()
		name := prefix + key.(string)
		value, _ := d.Token()
		switch {
		case value == json.Delim('{') && depth == MaxDepth:
			return fault.New(fault.Invalid, "nested", "%.80q is nested deeper than %d objects", name, MaxDepth)
		case value == json.Delim('{'):
			if err := n.object(d, name+".", depth+1); err != nil {
				return err
			}
			continue
		case value == json.Delim('['):
			joined, err := array(d, name)
			if err != nil {
				return err
			}
			value = joined
		}
		if len(n.keys) == MaxColumns {
			return fault.New(fault.TooLarge, "too_many_columns", "the object has more than %d members", MaxColumns)
		}
		n.keys, n.values = append(n.keys, name), append(n.values, plain(value))
	}
	d.Token()
	return nil
}

func array(d *json.Decoder, name string) (string, error) {
	var parts []string
	for d.More() {
		value, _ := d.Token()
		if _, nested := value.(json.Delim); nested {
			return "", fault.New(fault.Invalid, "nested", "%.80q is a list of lists or objects; send a list of plain values", name)
		}
		parts = append(parts, plain(value))
	}
	d.Token()
	return strings.Join(parts, "|"), nil
}

func plain(value json.Token) string {
	if value == nil {
		return ""
	}
	return fmt.Sprint(value)
}
