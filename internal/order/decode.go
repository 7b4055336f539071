package order

// scanner reads the stored form of a delta as Encode writes it, ten times as
// quick as a general reader of JSON: whoever follows the journal reads every
// entry. At anything else, be it legal, it gives up (bad), and the general
// reader has the last word.
type scanner struct {
	b   []byte
	i   int
	bad bool
}

// scanDelta reads the parts of which most entries are made.
func scanDelta(b []byte) (d Delta, ok bool) {
	s := scanner{b: b}
	s.fields(func(key string) {
		switch key {
		case "placed":
			d.Placed = s.placed()
		case "opened":
			s.list(func() { d.Opened = append(d.Opened, s.opened()) })
		case "moves":
			s.list(func() { s.group(&d) })
		case "released":
			d.Released = s.numbers(nil)
		case "recalled":
			d.Recalled = s.numbers(nil)
		case "lifted":
			d.Lifted = s.number()
		case "paid":
			d.Paid = s.number()
		case "refunded":
			d.Refunded = s.number()
		case "parcels":
			s.list(func() { d.Parcels = append(d.Parcels, s.parcel()) })
		default: // held, asked, returned, refunds, edited, more, and what a later version adds
			s.bad = true
		}
	})
	return d, !s.bad && s.i == len(b)
}

func (s *scanner) placed() *Placed {
	p := &Placed{}
	s.fields(func(key string) {
		switch key {
		case "number":
			p.Number = s.number()
		case "channel":
			p.Channel = s.text()
		case "mode":
			p.Mode = Mode(s.text())
		case "currency":
			p.Currency = s.text()
		case "total":
			p.Total = s.number()
		case "lines":
			p.Lines = int(s.number())
		case "flow":
			p.Flow = s.number()
		case "flow_version":
			p.FlowVersion = s.number()
		default:
			s.bad = true
		}
	})
	return p
}

func (s *scanner) opened() (o Opened) {
	s.fields(func(key string) {
		switch key {
		case "id":
			o.ID = s.number()
		case "location":
			o.Location = s.number()
		default:
			s.bad = true
		}
	})
	return o
}

func (s *scanner) parcel() (p ParcelStep) {
	s.fields(func(key string) {
		switch key {
		case "id":
			p.ID = s.number()
		case "step":
			p.Step = s.text()
		default:
			s.bad = true
		}
	})
	return p
}

// group reads moves that share from, to and fulfillment.
func (s *scanner) group(d *Delta) {
	var from, to Bucket
	var known1, known2 bool
	var ful int64
	var room [64]int64
	units := room[:0]
	s.fields(func(key string) {
		switch key {
		case "from":
			from, known1 = bucketNamed(s.word())
		case "to":
			to, known2 = bucketNamed(s.word())
		case "ful":
			ful = s.number()
		case "units":
			units = s.numbers(units)
		default:
			s.bad = true
		}
	})
	if s.bad = s.bad || !known1 || !known2 || len(units)%2 != 0; s.bad {
		return
	}
	for i := 0; i < len(units); i += 2 {
		d.Moves = append(d.Moves, Move{Line: int(units[i]), From: from, To: to, Quantity: units[i+1], Fulfillment: ful})
	}
}

// take steps over one byte if it is this.
func (s *scanner) take(c byte) bool {
	if s.i < len(s.b) && s.b[s.i] == c {
		s.i++
		return true
	}
	return false
}

func (s *scanner) want(c byte) {
	if !s.take(c) {
		s.bad = true
	}
}

// fields reads an object that has at least one field.
func (s *scanner) fields(read func(key string)) {
	s.want('{')
	if s.take('}') {
		return
	}
	for !s.bad {
		key := s.word()
		s.want(':')
		if !s.bad {
			read(key)
		}
		if !s.take(',') {
			break
		}
	}
	s.want('}')
}

func (s *scanner) list(read func()) {
	s.want('[')
	for !s.bad {
		read()
		if !s.take(',') {
			break
		}
	}
	s.want(']')
}

func (s *scanner) numbers(to []int64) []int64 {
	s.list(func() { to = append(to, s.number()) })
	return to
}

// number reads a whole number of at most eighteen digits.
func (s *scanner) number() int64 {
	minus := s.take('-')
	n, from := int64(0), s.i
	for s.i < len(s.b) && s.b[s.i] >= '0' && s.b[s.i] <= '9' {
		n = n*10 + int64(s.b[s.i]-'0')
		s.i++
	}
	if digits := s.i - from; digits == 0 || digits > 18 || digits > 1 && s.b[from] == '0' {
		s.bad = true
	}
	if minus {
		return -n
	}
	return n
}

// word is a text of letters that is one of ours, so that none need be made.
func (s *scanner) word() string {
	raw := s.raw()
	if w, ok := words[string(raw)]; ok {
		return w
	}
	return string(raw)
}

func (s *scanner) text() string { return string(s.raw()) }

// raw is a text without escapes, of bytes that need none.
func (s *scanner) raw() []byte {
	s.want('"')
	from := s.i
	for s.i < len(s.b) && s.b[s.i] != '"' {
		if c := s.b[s.i]; c == '\\' || c < 0x20 || c >= 0x80 {
			s.bad = true
			return nil
		}
		s.i++
	}
	to := s.i
	s.want('"')
	if s.bad {
		return nil
	}
	return s.b[from:to]
}

var words = func() map[string]string {
	out := map[string]string{}
	for _, w := range [...]string{"placed", "opened", "moves", "released", "recalled", "lifted", "paid", "refunded", "parcels",
		"number", "channel", "mode", "currency", "total", "lines", "flow", "flow_version", "id", "location", "step", "from", "to", "ful", "units"} {
		out[w] = w
	}
	for _, w := range bucketNames {
		out[w] = w
	}
	return out
}()
