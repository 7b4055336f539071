package figures

import "encoding/binary"

// numbers visits every number of an order that is kept, in one fixed order.
func (o *Order) numbers(f func(*int64)) {
	for _, p := range [...]*int64{
		&o.N, &o.Location, &o.PlacedAt, &o.Due, &o.Units, &o.Gross, &o.Discount, &o.Tax, &o.Fees, &o.Total, &o.CanceledTotal,
		&o.lines, &o.first, &o.firstLines, &o.joined, &o.joinedLines, &o.holds, &o.shippedAt, &o.deliveredAt,
	} {
		f(p)
	}
	for i := range o.at {
		f(&o.at[i])
	}
	for i := range o.canceledBy {
		f(&o.canceledBy[i])
	}
}

func (f *Fulfillment) numbers(visit func(*int64)) {
	for _, p := range [...]*int64{
		&f.ID, &f.Location, &f.allocated, &f.picked, &f.packed, &f.left, &f.arrived, &f.lost,
		&f.releasedAt, &f.pickedAt, &f.packedAt, &f.shippedAt, &f.deliveredAt,
	} {
		visit(p)
	}
}

func (b *Back) numbers(visit func(*int64)) { visit(&b.Day); visit(&b.Units); visit(&b.Refunded) }

const (
	wasHistory = 1 << iota
	wasTouched
	hasWaited
)

// Pack gives the stored form.
func (o *Order) Pack() []byte {
	b := make([]byte, 0, 256)
	put := func(p *int64) { b = binary.AppendVarint(b, *p) }
	b = append(b, byte(wasHistory*one(o.History)+wasTouched*one(o.touched)+hasWaited*one(o.waited)))
	for _, s := range [...]string{o.Channel, o.Currency, o.PlacedBy} {
		b = binary.AppendUvarint(b, uint64(len(s)))
		b = append(b, s...)
	}
	o.numbers(put)
	for _, list := range [...][]Back{o.Past, o.backs} {
		b = binary.AppendUvarint(b, uint64(len(list)))
		for i := range list {
			list[i].numbers(put)
		}
	}
	b = binary.AppendUvarint(b, uint64(len(o.fuls)))
	for i := range o.fuls {
		o.fuls[i].numbers(put)
	}
	return b
}

// Unpack reads the stored form of an order.
func Unpack(id int64, b []byte) (*Order, error) {
	r := reader{b: b}
	o := &Order{}
	o.ID = id
	get := func(p *int64) { *p = r.signed() }
	how := byte(0)
	if len(r.b) > 0 {
		how = r.b[0]
		r.skip(1)
	}
	o.History, o.touched, o.waited = how&wasHistory != 0, how&wasTouched != 0, how&hasWaited != 0
	for _, s := range [...]*string{&o.Channel, &o.Currency, &o.PlacedBy} {
		*s = r.text()
	}
	o.numbers(get)
	for _, list := range [...]*[]Back{&o.Past, &o.backs} {
		for range r.unsigned() {
			var x Back
			if x.numbers(get); r.bad {
				break
			}
			*list = append(*list, x)
		}
	}
	for range r.unsigned() {
		var f Fulfillment
		if f.numbers(get); r.bad {
			break
		}
		o.fuls = append(o.fuls, f)
	}
	return o, r.end()
}

func (r *reader) text() string {
	n := r.unsigned()
	if n > uint64(len(r.b)) {
		r.bad = true
		return ""
	}
	s := string(r.b[:n])
	r.b = r.b[n:]
	return s
}
