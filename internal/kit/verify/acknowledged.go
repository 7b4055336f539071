package verify

import (
	"bufio"
	"fmt"
	"strconv"
	"strings"

	"orderly/internal/access"
	"orderly/internal/order"
	"orderly/internal/store"
	"orderly/internal/store/audit"
)

const (
	maxAckLine = 4096 // bytes of one line of the outside log
	ackPage    = 500  // lines looked up at once
)

// ack is a line of the log of acknowledged orders.
type ack struct {
	line int
	text string

	id       order.ID
	number   int64
	external string
	whole    bool // the line has fields, all of which must be of one order

	found    bool
	contrary string // what the order found has otherwise
}

// acknowledged: every order that somebody outside was promised is there.
func (x *run) acknowledged(merchants []int64) error {
	if x.opts.Acknowledged == nil {
		x.skip("D1", "no log of acknowledged orders was given")
		return nil
	}
	lines := bufio.NewScanner(x.opts.Acknowledged)
	lines.Buffer(nil, maxAckLine)
	var page []*ack
	for n := 1; lines.Scan(); n++ {
		line := strings.TrimRight(lines.Text(), "\r ")
		if line == "" || line[0] == '#' {
			continue
		}
		a, err := parseAck(n, line)
		if err != nil {
			return err
		}
		if page = append(page, a); len(page) == ackPage {
			if err := x.lookUp(merchants, page); err != nil {
				return err
			}
			page = page[:0]
		}
	}
	if err := lines.Err(); err != nil {
		return fmt.Errorf("read the log of acknowledged orders: %w", err)
	}
	return x.lookUp(merchants, page)
}

func parseAck(n int, line string) (*ack, error) {
	a := &ack{line: n, text: line}
	fields := strings.Split(line, "\t")
	var err error
	switch {
	case len(fields) > 3:
		err = fmt.Errorf("it has %d fields; write order id, number and external id, separated by tabs", len(fields))
	case len(fields) > 1:
		a.whole = true
		fields = append(fields, "")
		a.external = fields[2]
		if fields[0] != "" {
			a.id, err = order.ParseID(fields[0])
		}
		if fields[1] != "" && err == nil {
			a.number, err = strconv.ParseInt(fields[1], 10, 64)
		}
	case strings.HasPrefix(line, "ord_"):
		if a.id, err = order.ParseID(line); err != nil {
			a.external, err = line, nil
		}
	default:
		a.external = line // a number that no order has may be an external id
		a.number, _ = strconv.ParseInt(line, 10, 64)
	}
	if err != nil {
		return nil, fmt.Errorf("line %d of the log of acknowledged orders: %w", n, err)
	}
	return a, nil
}

// lookUp finds the orders of a page of lines under any merchant.
func (x *run) lookUp(merchants []int64, page []*ack) error {
	for _, m := range merchants {
		x.scope = access.System(m, "command", "verify")
		err := x.read(func(r *store.Reader) error {
			var ids []order.ID
			var numbers []int64
			var externals []string
			for _, a := range page {
				if a.found {
					continue
				}
				if a.id != 0 {
					ids = append(ids, a.id)
				}
				if a.number != 0 {
					numbers = append(numbers, a.number)
				}
				if a.external != "" {
					externals = append(externals, a.external)
				}
			}
			return x.match(r, page, ids, numbers, externals)
		})
		if err != nil {
			return err
		}
	}
	x.scope = access.Scope{}
	for _, a := range page {
		switch {
		case a.contrary != "":
			x.noteNow(Violation{ID: "D1", Subject: a.text, Message: fmt.Sprintf("line %d of the log: %s", a.line, a.contrary)})
		case !a.found:
			x.noteNow(Violation{ID: "D1", Subject: a.text, Message: fmt.Sprintf("line %d of the log: the acknowledged order %q is not there", a.line, a.text)})
		}
	}
	x.countNow(int64(len(page)), "D1")
	return nil
}

func (x *run) match(r *store.Reader, page []*ack, ids []order.ID, numbers []int64, externals []string) error {
	byID, byNumber, byExternal := map[order.ID]audit.Names{}, map[int64]audit.Names{}, map[string][]audit.Names{}
	one, err1 := audit.ByIDs(r, ids)
	two, err2 := audit.ByNumbers(r, numbers)
	three, err3 := audit.ByExternal(r, externals)
	for _, err := range []error{err1, err2, err3} {
		if err != nil {
			return err
		}
	}
	for _, n := range one {
		byID[n.ID] = n
	}
	for _, n := range two {
		byNumber[n.Number] = n
	}
	for _, n := range three {
		byExternal[n.External] = append(byExternal[n.External], n)
	}
	for _, a := range page {
		if !a.found {
			a.settle(byID, byNumber, byExternal)
		}
	}
	return nil
}

// settle decides whether a line's order is among those found.
func (a *ack) settle(byID map[order.ID]audit.Names, byNumber map[int64]audit.Names, byExternal map[string][]audit.Names) {
	var n audit.Names
	switch {
	case a.id != 0:
		n, a.found = byID[a.id]
	case a.number != 0 && byNumber[a.number].ID != 0:
		n, a.found = byNumber[a.number], true
	case a.external != "" && (!a.whole || a.number == 0):
		a.found = len(byExternal[a.external]) > 0
		return
	}
	if !a.found || !a.whole {
		return
	}
	if a.number != 0 && n.Number != a.number {
		a.contrary = fmt.Sprintf("order %s has the number %d, acknowledged was %d", n.ID, n.Number, a.number)
	}
	if a.external != "" && n.External != a.external {
		a.contrary = fmt.Sprintf("order %s has the external_id %q, acknowledged was %q", n.ID, n.External, a.external)
	}
}
