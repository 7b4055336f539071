package body

import (
	"unicode/utf16"
	"unicode/utf8"
)

// skip reads over one value, checking its grammar. When it is kept as it is,
// repeated names in it are told too: readers differ on which one counts.
func (d *decoder) skip(kept bool) error {
	was := d.quiet
	d.quiet = was || !kept
	defer func() { d.quiet = was }()
	switch c := d.next(); {
	case c == '"':
		if plain := d.plain(); plain != nil {
			d.at += len(plain) + 2
			return nil
		}
		_, err := d.text()
		return err
	case c == '{':
		return d.skipObject()
	case c == '[':
		return d.skipList()
	case c == 't':
		return d.word("true")
	case c == 'f':
		return d.word("false")
	case c == 'n':
		return d.word("null")
	case c == '-' || c >= '0' && c <= '9':
		_, err := d.number()
		return err
	}
	return d.broken("a value is expected")
}

func (d *decoder) skipList() error {
	if err := d.enter(); err != nil {
		return err
	}
	for n := 0; d.next() != ']'; n++ {
		if n > 0 {
			if err := d.comma(); err != nil {
				return err
			}
		}
		d.path[d.depth-1] = step{index: n}
		if err := d.skip(!d.quiet); err != nil {
			return err
		}
	}
	d.leave()
	return nil
}

var noFields = &typ{}

func (d *decoder) skipObject() error {
	if err := d.enter(); err != nil {
		return err
	}
	var seen map[string]bool
	for first := true; d.next() != '}'; first = false {
		if !first {
			if err := d.comma(); err != nil {
				return err
			}
		}
		if _, err := d.member(noFields); err != nil {
			return err
		}
		if !d.quiet {
			if seen == nil {
				seen = map[string]bool{}
			}
			name := d.path[d.depth-1].name
			if seen[name] {
				d.add("repeated", "the field is given twice")
			}
			seen[name] = true
		}
		if err := d.skip(!d.quiet); err != nil {
			return err
		}
	}
	d.leave()
	return nil
}

// number reads a number and tells whether it is written as a whole one.
func (d *decoder) number() (integer bool, err error) {
	if d.data[d.at] == '-' {
		d.at++
	}
	switch n := d.digits(); {
	case n == 0:
		return false, d.broken("a digit is expected")
	case n > 1 && d.data[d.at-n] == '0':
		return false, d.broken("a number does not begin with 0")
	}
	integer = true
	if d.at < len(d.data) && d.data[d.at] == '.' {
		integer = false
		d.at++
		if d.digits() == 0 {
			return false, d.broken("a digit is expected after the point")
		}
	}
	if d.at < len(d.data) && (d.data[d.at] == 'e' || d.data[d.at] == 'E') {
		integer = false
		d.at++
		if d.at < len(d.data) && (d.data[d.at] == '+' || d.data[d.at] == '-') {
			d.at++
		}
		if d.digits() == 0 {
			return false, d.broken("a digit is expected in the exponent")
		}
	}
	return integer, nil
}

func (d *decoder) digits() int {
	start := d.at
	for d.at < len(d.data) && d.data[d.at] >= '0' && d.data[d.at] <= '9' {
		d.at++
	}
	return d.at - start
}

// plain gives what stands between the quotes at hand when it is ASCII without
// escapes, which most text is; nil otherwise. It does not move on.
func (d *decoder) plain() []byte {
	for i := d.at + 1; i < len(d.data); i++ {
		switch c := d.data[i]; {
		case c == '"':
			return d.data[d.at+1 : i : i]
		case c == '\\' || c < ' ' || c >= utf8.RuneSelf:
			return nil
		}
	}
	return nil
}

// text reads a string.
func (d *decoder) text() (string, error) {
	if plain := d.plain(); plain != nil {
		d.at += len(plain) + 2
		return string(plain), nil
	}
	d.at++
	var out []byte
	nul := false
	for d.at < len(d.data) {
		c := d.data[d.at]
		switch {
		case c == '"':
			d.at++
			if nul {
				d.add("invalid_text", "the text holds a NUL character; take it out")
				return "", nil
			}
			return string(out), nil
		case c == '\\':
			r, err := d.escape()
			if err != nil {
				return "", err
			}
			nul = nul || r == 0
			out = utf8.AppendRune(out, r)
		case c < ' ':
			return "", d.broken("a control character in a text must be written as an escape")
		case c < utf8.RuneSelf:
			out = append(out, c)
			d.at++
		default:
			r, n := utf8.DecodeRune(d.data[d.at:])
			if r == utf8.RuneError && n == 1 {
				return "", d.broken("the text is not valid UTF-8")
			}
			out = append(out, d.data[d.at:d.at+n]...)
			d.at += n
		}
	}
	return "", d.broken("a text is not closed")
}

var escapes = [256]rune{'"': '"', '\\': '\\', '/': '/', 'b': '\b', 'f': '\f', 'n': '\n', 'r': '\r', 't': '\t'}

func (d *decoder) escape() (rune, error) {
	d.at++
	if d.at == len(d.data) {
		return 0, d.broken("a text is not closed")
	}
	c := d.data[d.at]
	if r := escapes[c]; r != 0 {
		d.at++
		return r, nil
	}
	if c != 'u' {
		return 0, d.broken("there is no such escape")
	}
	d.at++
	r, err := d.hex()
	if err != nil || !utf16.IsSurrogate(r) {
		return r, err
	}
	if len(d.data)-d.at < 6 || d.data[d.at] != '\\' || d.data[d.at+1] != 'u' {
		return 0, d.broken("half of a surrogate pair stands alone")
	}
	d.at += 2
	low, err := d.hex()
	if err != nil {
		return 0, err
	}
	if r = utf16.DecodeRune(r, low); r == utf8.RuneError {
		return 0, d.broken("half of a surrogate pair stands alone")
	}
	return r, nil
}

func (d *decoder) hex() (rune, error) {
	var r rune
	for range 4 {
		if d.at == len(d.data) {
			return 0, d.broken("a text is not closed")
		}
		c := d.data[d.at]
		switch {
		case c >= '0' && c <= '9':
			r = r<<4 | rune(c-'0')
		case c >= 'a' && c <= 'f':
			r = r<<4 | rune(c-'a'+10)
		case c >= 'A' && c <= 'F':
			r = r<<4 | rune(c-'A'+10)
		default:
			return 0, d.broken("four hexadecimal digits are expected")
		}
		d.at++
	}
	return r, nil
}
