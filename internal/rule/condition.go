package rule

import (
	"errors"
	"fmt"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/expr-lang/expr"
	"github.com/expr-lang/expr/ast"
	"github.com/expr-lang/expr/file"
	"github.com/expr-lang/expr/vm"

	"orderly/internal/access"
)

// Limits of one condition. A walk over lines does not stand within another, so
// that the work is at most the size times the lines of an order.
const (
	maxNodes  = 200
	maxMemory = 100_000 // things that it may make while it is worked out
)

// builtins are the functions that a condition may call: none that knows the
// time, none that makes text or lists as long as it likes.
var builtins = []string{"all", "any", "none", "one", "count", "sum", "filter", "map", "find", "len", "lower", "upper", "trim", "abs", "min", "max", "round", "floor", "ceil", "int", "float"}

// Condition is a condition that was read. It is safe for concurrent use.
type Condition struct {
	program  *vm.Program
	personal bool
}

// Problem is what is wrong with a condition, and where.
type Problem struct {
	Line, Column int // from 1; zero when it is about the whole
	Message      string
}

func (p *Problem) Error() string {
	if p.Line == 0 {
		return p.Message
	}
	return fmt.Sprintf("line %d, character %d: %s", p.Line, p.Column, p.Message)
}

// Compile reads a condition for somebody who may do these things. An error is a
// *Problem. The empty condition always holds.
func Compile(text string, may []access.Permission) (c *Condition, err error) {
	defer func() { // of a library: what it cannot read is the writer's to mend
		if recover() != nil {
			c, err = nil, &Problem{Message: "this cannot be read; write it in a simpler way"}
		}
	}()
	switch {
	case len(text) > MaxCondition:
		return nil, &Problem{Message: fmt.Sprintf("a condition has at most %d bytes", MaxCondition)}
	case !utf8.ValidString(text) || strings.ContainsRune(text, 0):
		return nil, &Problem{Message: "a condition is UTF-8 text"}
	case strings.TrimSpace(text) == "":
		text = "true"
	}
	c = &Condition{personal: slices.Contains(may, access.CustomersRead)}
	options := []expr.Option{expr.AsBool(), expr.MaxNodes(maxNodes), expr.Optimize(false), expr.DisableAllBuiltins()}
	for _, name := range builtins {
		options = append(options, expr.EnableBuiltin(name))
	}
	if c.personal {
		options = append(options, expr.Env(Personal{}))
	} else {
		options = append(options, expr.Env(Facts{}))
	}
	if c.program, err = expr.Compile(text, options...); err != nil {
		return nil, problemOf(err)
	}
	limits := limiter{text: text}
	limits.look(c.program.Node(), 0)
	if limits.found != nil {
		return nil, limits.found
	}
	return c, nil
}

func problemOf(err error) *Problem {
	var at *file.Error
	if !errors.As(err, &at) {
		text, _, _ := strings.Cut(err.Error(), "\n")
		return &Problem{Message: text}
	}
	return &Problem{Line: max(at.Line, 1), Column: at.Column + 1, Message: at.Message}
}

// limiter looks for what a condition may not do though the language could.
type limiter struct {
	text  string
	found *Problem
}

func (l *limiter) tell(n ast.Node, message string) {
	if l.found != nil {
		return
	}
	before := []rune(l.text)
	before = before[:min(n.Location().From, len(before))]
	l.found = &Problem{Line: 1, Column: 1, Message: message}
	for _, r := range before {
		if l.found.Column++; r == '\n' {
			l.found.Line, l.found.Column = l.found.Line+1, 1
		}
	}
}

// look goes over a part of the tree that stands within so many walks.
func (l *limiter) look(n ast.Node, within int) {
	switch x := n.(type) {
	case *ast.VariableDeclaratorNode:
		l.tell(n, "a condition has no variables: write out what is meant")
	case *ast.SequenceNode:
		l.tell(n, "a condition is one thing: join parts with && or ||")
	case *ast.MapNode:
		l.tell(n, "a condition makes no objects")
	case *ast.IdentifierNode:
		if x.Value == "$env" {
			l.tell(n, "name the field itself")
		}
	case *ast.BinaryNode:
		if x.Operator == ".." {
			l.tell(n, "a condition makes no ranges: compare with < and > instead")
		}
		if _, fixed := x.Right.(*ast.StringNode); x.Operator == "matches" && !fixed {
			l.tell(n, "write out the pattern after matches")
		}
	case *ast.PredicateNode:
		if within++; within > 1 {
			l.tell(n, "a walk over lines does not stand within another")
		}
	}
	for _, part := range parts(n) {
		l.look(part, within)
	}
}

// parts are the nodes right below one.
func parts(n ast.Node) []ast.Node {
	switch x := n.(type) {
	case *ast.UnaryNode:
		return []ast.Node{x.Node}
	case *ast.BinaryNode:
		return []ast.Node{x.Left, x.Right}
	case *ast.ChainNode:
		return []ast.Node{x.Node}
	case *ast.MemberNode:
		return []ast.Node{x.Node, x.Property}
	case *ast.SliceNode:
		return some(x.Node, x.From, x.To)
	case *ast.CallNode:
		return append([]ast.Node{x.Callee}, x.Arguments...)
	case *ast.BuiltinNode:
		return append(slices.Clone(x.Arguments), some(x.Map)...)
	case *ast.PredicateNode:
		return []ast.Node{x.Node}
	case *ast.ConditionalNode:
		return []ast.Node{x.Cond, x.Exp1, x.Exp2}
	case *ast.ArrayNode:
		return x.Nodes
	}
	return nil
}

func some(list ...ast.Node) []ast.Node {
	return slices.DeleteFunc(list, func(n ast.Node) bool { return n == nil })
}

// Holds works the condition out. An error says in one sentence what could not
// be: it is about the condition and these facts, and holds no value of theirs.
func (c *Condition) Holds(p Personal) (holds bool, err error) {
	defer func() {
		if recover() != nil {
			holds, err = false, &Problem{Message: "it could not be worked out for this order"}
		}
	}()
	machine := vm.VM{MemoryBudget: maxMemory}
	var env any = p
	if !c.personal {
		env = p.Facts
	}
	out, err := machine.Run(c.program, env)
	if err != nil {
		return false, problemOf(err)
	}
	holds, ok := out.(bool)
	if !ok {
		return false, &Problem{Message: "it came to something that is neither true nor false"}
	}
	return holds, nil
}
