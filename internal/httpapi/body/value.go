package body

import (
	"reflect"
	"strconv"
)

// value reads one value into v. A value of the wrong type is told and skipped.
func (d *decoder) value(v reflect.Value, t *typ) error {
	if t.pointer {
		made := reflect.New(v.Type().Elem())
		v.Set(made)
		return d.value(made.Elem(), t.element)
	}
	c := d.next()
	switch {
	case t.kind == raw:
		start := d.at
		err := d.skip(true)
		v.SetBytes(append([]byte(nil), d.data[start:d.at]...))
		return err
	case c == '"' && t.kind == text:
		s, err := d.text()
		v.SetString(s)
		return err
	case c == '{' && t.kind == object:
		return d.object(v, t)
	case c == '{' && t.kind == names:
		return d.names(v, t)
	case c == '[' && t.kind == list:
		return d.list(v, t)
	case (c == 't' || c == 'f') && t.kind == boolean:
		v.SetBool(c == 't')
		return d.skip(false)
	case (c == '-' || c >= '0' && c <= '9') && t.kind == whole:
		return d.whole(v)
	}
	if c != 0 {
		d.wrong(t.name)
	}
	return d.skip(false)
}

// wrong tells that the value ahead is of another type.
func (d *decoder) wrong(want string) {
	got := "nothing"
	switch c := d.next(); {
	case c == '"':
		got = "a text"
	case c == '{':
		got = "an object"
	case c == '[':
		got = "a list"
	case c == 't' || c == 'f':
		got = "true or false"
	case c == 'n':
		got = "null"
	case c == '-' || c >= '0' && c <= '9':
		got = "a number"
	}
	d.add("wrong_type", "%s is expected here, not %s", want, got)
}

func (d *decoder) whole(v reflect.Value) error {
	start := d.at
	integer, err := d.number()
	if err != nil {
		return err
	}
	digits := string(d.data[start:d.at])
	n, err := strconv.ParseInt(digits, 10, 64)
	switch {
	case !integer:
		d.add("not_whole", "%.40s is not a whole number; write it without a point and without an exponent", digits)
	case err != nil:
		d.add("out_of_range", "%.40s is beyond what a number can be here", digits)
	default:
		v.SetInt(n)
	}
	return nil
}

func (d *decoder) list(v reflect.Value, t *typ) error {
	if err := d.enter(); err != nil {
		return err
	}
	n := 0
	for d.next() != ']' {
		if n > 0 {
			if err := d.comma(); err != nil {
				return err
			}
		}
		d.path[d.depth-1] = step{index: n}
		var err error
		if n < t.most {
			if n == v.Cap() {
				v.Grow(min(max(4, n), t.most-n))
			}
			v.SetLen(n + 1)
			v.Index(n).SetZero()
			err = d.value(v.Index(n), t.element)
		} else {
			err = d.skip(false)
		}
		if err != nil {
			return err
		}
		n++
	}
	d.leave()
	if v.IsNil() { // an empty list was given
		v.Set(reflect.MakeSlice(v.Type(), 0, 0))
	}
	if n > t.most {
		d.add("too_many", "%d elements; at most %d", n, t.most)
	}
	return nil
}

func (d *decoder) object(v reflect.Value, t *typ) error {
	if err := d.enter(); err != nil {
		return err
	}
	var seen, given uint64
	for first := true; d.next() != '}'; first = false {
		if !first {
			if err := d.comma(); err != nil {
				return err
			}
		}
		i, err := d.member(t)
		if err != nil {
			return err
		}
		switch {
		case i < 0:
			d.add("unknown_field", "there is no such field here; the fields are %s", t.names())
			err = d.skip(false)
		case seen&(1<<i) != 0:
			d.add("repeated", "the field is given twice")
			err = d.skip(false)
		case d.next() == 'n':
			seen |= 1 << i
			err = d.skip(false)
		default:
			seen |= 1 << i
			given |= 1 << i
			err = d.value(v.FieldByIndex(t.fields[i].index), t.fields[i].typ)
		}
		if err != nil {
			return err
		}
	}
	for i := range t.fields {
		if t.fields[i].required && given&(1<<i) == 0 {
			d.path[d.depth-1] = step{name: t.fields[i].name, named: true}
			d.add("missing", "this field is required")
		}
	}
	d.leave()
	return nil
}

// names reads an object whose members are texts, by names of the caller's own.
func (d *decoder) names(v reflect.Value, t *typ) error {
	if err := d.enter(); err != nil {
		return err
	}
	made := reflect.MakeMap(v.Type())
	for n := 0; d.next() != '}'; n++ {
		if n > 0 {
			if err := d.comma(); err != nil {
				return err
			}
		}
		if _, err := d.member(t); err != nil {
			return err
		}
		name := reflect.ValueOf(d.path[d.depth-1].name)
		to := reflect.New(v.Type().Elem()).Elem()
		var err error
		switch {
		case n == t.most:
			d.add("too_many", "at most %d names", t.most)
			err = d.skip(false)
		case n > t.most:
			err = d.skip(false)
		case made.MapIndex(name).IsValid():
			d.add("repeated", "the name is given twice")
			err = d.skip(false)
		default:
			err = d.value(to, t.element)
			made.SetMapIndex(name, to)
		}
		if err != nil {
			return err
		}
	}
	d.leave()
	v.Set(made)
	return nil
}

// member reads the name of a member up to its colon and notes where that is.
// It gives the field's position, -1 when the type has none.
func (d *decoder) member(t *typ) (int, error) {
	if d.next() != '"' {
		return 0, d.broken("a name in quotes is expected")
	}
	i := -1
	if plain := d.plain(); plain != nil {
		if i = t.find(plain); i >= 0 {
			d.path[d.depth-1] = step{name: t.fields[i].name, named: true}
		} else {
			d.path[d.depth-1] = step{name: string(plain), named: true}
		}
		d.at += len(plain) + 2
	} else {
		name, err := d.text()
		if err != nil {
			return 0, err
		}
		i = t.find([]byte(name))
		d.path[d.depth-1] = step{name: name, named: true}
	}
	if d.next() != ':' {
		return 0, d.broken("a colon is expected")
	}
	d.at++
	return i, nil
}

// enter steps into the list or object at hand, leave out of it.
func (d *decoder) enter() error {
	if d.depth == MaxDepth {
		return d.tooDeep()
	}
	d.at++
	d.path[d.depth] = step{index: -1}
	d.depth++
	return nil
}

func (d *decoder) leave() {
	d.at++
	d.depth--
}

func (d *decoder) comma() error {
	if d.next() != ',' {
		return d.broken("a comma or the end of the list or object is expected")
	}
	d.at++
	switch d.next() {
	case ']', '}':
		return d.broken("another value is expected after the comma")
	}
	return nil
}
