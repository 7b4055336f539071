package edi

import (
	"fmt"
	"slices"
	"strconv"
	"strings"
)

// Node is one place of a message: a segment, or a loop that its first segment
// opens.
type Node struct {
	Tag      string
	Required bool
	Max      int
	Loop     []Node
}

// Grammar is what a message may consist of, and in which order.
type Grammar struct {
	nodes []Node
	tags  []string
}

// maxRepeat stands for "any number".
const maxRepeat = 1 << 30

// NewGrammar reads a grammar: "BEG! REF* DTM*10 (N1 N2*2 N3*2)* (PO1! PID*)*".
// "!" is required, "*" any number, "*10" at most ten, brackets are loops. It is
// part of the program: a text that cannot be read panics at the start.
func NewGrammar(text string) *Grammar {
	words := strings.Fields(strings.NewReplacer("(", " ( ", ")", " )").Replace(text))
	nodes, rest := readNodes(words)
	if len(rest) > 0 {
		panic("edi: a grammar has a bracket too many: " + text)
	}
	g := &Grammar{nodes: nodes}
	g.collect(nodes)
	return g
}

func (g *Grammar) collect(nodes []Node) {
	for _, n := range nodes {
		if n.Loop != nil {
			g.collect(n.Loop)
		} else if !slices.Contains(g.tags, n.Tag) {
			g.tags = append(g.tags, n.Tag)
		}
	}
}

func readNodes(words []string) (out []Node, rest []string) {
	for len(words) > 0 {
		w := words[0]
		words = words[1:]
		if strings.HasPrefix(w, ")") {
			return out, append([]string{w}, words...)
		}
		n := Node{Max: 1}
		if w == "(" {
			n.Loop, words = readNodes(words)
			n.Tag, n.Required = n.Loop[0].Tag, n.Loop[0].Required
			w, words = words[0][1:], words[1:]
		} else {
			end := strings.IndexAny(w, "!*")
			if end < 0 {
				end = len(w)
			}
			n.Tag, w = w[:end], w[end:]
		}
		n.Required = n.Required || strings.HasPrefix(w, "!")
		w = strings.TrimPrefix(w, "!")
		if count, ok := strings.CutPrefix(w, "*"); ok {
			n.Max = maxRepeat
			if v, err := strconv.Atoi(count); err == nil {
				n.Max = v
			}
		}
		out = append(out, n)
	}
	return out, nil
}

// frame is a place within one list of nodes: at is the node that was matched
// last, seen how often in a row.
type frame struct {
	nodes []Node
	at    int
	seen  int
}

// find is where in the list a tag comes next, at or after the present place. A
// loop's first segment opens the loop anew and so is not found within it; a
// node that is full gives way to a later one of the same tag.
func (f *frame) find(tag string, inner bool) int {
	from, full := max(f.at, 0), -1
	if inner {
		from = max(from, 1)
	}
	for i := from; i < len(f.nodes); i++ {
		if f.nodes[i].Tag != tag {
			continue
		}
		if i != f.at || f.seen < f.nodes[i].Max {
			return i
		}
		full = i
	}
	return full
}

// Tell takes a fault of the walk.
type Tell func(kind Kind, segment string, position int, text string)

// Walk holds the body of a message against the grammar. Known says which tags
// the standard has at all. A segment that does not fit is told of and left out,
// so that one stray line makes one fault.
func (g *Grammar) Walk(body []Segment, known func(string) bool, end int, tell Tell) {
	stack := []frame{{nodes: g.nodes, at: -1}}
	for i := range body {
		tag, position := body[i].Tag, body[i].Position
		depth, at := g.place(stack, tag)
		if depth < 0 {
			kind, text := g.stray(tag, known)
			tell(kind, tag, position, text)
			continue
		}
		for len(stack)-1 > depth {
			top := &stack[len(stack)-1]
			missing(top.nodes, top.at+1, len(top.nodes), position, tell)
			stack = stack[:len(stack)-1]
		}
		stack = step(stack, at, tag, position, tell)
	}
	for len(stack) > 0 {
		top := &stack[len(stack)-1]
		missing(top.nodes, top.at+1, len(top.nodes), end, tell)
		stack = stack[:len(stack)-1]
	}
}

// place finds the innermost open list in which the tag may come.
func (g *Grammar) place(stack []frame, tag string) (depth, at int) {
	if !slices.Contains(g.tags, tag) {
		return -1, -1
	}
	for depth = len(stack) - 1; depth >= 0; depth-- {
		if at = stack[depth].find(tag, depth > 0); at >= 0 {
			return depth, at
		}
	}
	return -1, -1
}

// step moves the innermost list to the node at, and opens its loop.
func step(stack []frame, at int, tag string, position int, tell Tell) []frame {
	top := &stack[len(stack)-1]
	node := &top.nodes[at]
	if at == top.at {
		top.seen++
	} else {
		missing(top.nodes, top.at+1, at, position, tell)
		top.at, top.seen = at, 1
	}
	if top.seen == node.Max+1 {
		if node.Loop != nil {
			tell(ManyLoops, tag, position, fmt.Sprintf("the loop of %s comes more than %d times here", tag, node.Max))
		} else {
			tell(ManySegments, tag, position, fmt.Sprintf("%s comes more than %d times here", tag, node.Max))
		}
	}
	if node.Loop != nil {
		stack = append(stack, frame{nodes: node.Loop, at: 0, seen: 1})
	}
	return stack
}

func missing(nodes []Node, from, to, position int, tell Tell) {
	for _, n := range nodes[max(from, 0):to] {
		if n.Required {
			tell(NoSegment, n.Tag, position, "the required segment "+n.Tag+" is missing before this place")
		}
	}
}

func (g *Grammar) stray(tag string, known func(string) bool) (Kind, string) {
	switch {
	case slices.Contains(g.tags, tag):
		return Misplaced, tag + " may not stand at this place"
	case known(tag):
		return NotInMessage, tag + " is no segment of this message"
	}
	return UnknownSegment, Shown(tag) + " is no segment of the standard"
}
