package rule

import (
	"strconv"
	"strings"

	"orderly/internal/ident"
)

// ActorKind is the kind of an actor that is a rule.
const ActorKind = "rule"

// Link is one rule of a chain, in a version.
type Link struct {
	Rule    ID
	Version int64
}

func (k Link) String() string { return k.Rule.String() + "/" + strconv.FormatInt(k.Version, 10) }

// Cause is what brought about an entry that a rule told: the entry that set the
// rule off, and the rules that followed one another up to it, itself the last.
type Cause struct {
	Entry int64
	Chain []Link
}

// Then is the cause of what a rule does at an entry that had this one; it has
// no chain when no rule told the entry.
func (c Cause) Then(entry int64, k Link) Cause {
	return Cause{Entry: entry, Chain: append(c.Chain[:len(c.Chain):len(c.Chain)], k)}
}

// String is the cause as the journal keeps it: "rules:1234:rul_…/1>rul_…/3".
func (c Cause) String() string {
	words := make([]string, len(c.Chain))
	for i, k := range c.Chain {
		words[i] = k.String()
	}
	return "rules:" + strconv.FormatInt(c.Entry, 10) + ":" + strings.Join(words, ">")
}

// ParseCause reads it back; ok is false of what no rule has written.
func ParseCause(text string) (c Cause, ok bool) {
	text, ok = strings.CutPrefix(text, "rules:")
	seq, chain, found := strings.Cut(text, ":")
	n, err := strconv.ParseInt(seq, 10, 64)
	if !ok || !found || err != nil || n <= 0 {
		return Cause{}, false
	}
	c.Entry = n
	for w := range strings.SplitSeq(chain, ">") {
		name, version, _ := strings.Cut(w, "/")
		id, err := ident.Parse("rul", name)
		v, bad := strconv.ParseInt(version, 10, 64)
		if err != nil || bad != nil || v <= 0 {
			return Cause{}, false
		}
		c.Chain = append(c.Chain, Link{ID(id), v})
	}
	return c, true
}

// Own reports whether the rule itself brought the entry about. It does not look
// at such entries at all: what it does is never a reason to do it again.
func (c Cause) Own(id ID) bool {
	return len(c.Chain) > 0 && c.Chain[len(c.Chain)-1].Rule == id
}

// Why a rule was stopped.
const (
	StopLoop  = "loop"  // it had its turn in this chain already
	StopChain = "chain" // too many rules followed one another
	StopOften = "often" // it acted on this order too often within the hour
)

// Stops tells why a rule may not act at an entry with this cause, after having
// acted on the order so often within the hour; "" when it may.
func (c Cause) Stops(id ID, acted int64) string {
	for _, k := range c.Chain {
		if k.Rule == id {
			return StopLoop
		}
	}
	switch {
	case len(c.Chain) >= MaxChain:
		return StopChain
	case acted >= MaxOften:
		return StopOften
	}
	return ""
}
