// Package fault is the one error type that a person or a program outside is
// meant to read: what rule was broken, where in the input, and what to do.
//
// What belongs here: the kinds, the error value, and joining several faults
// into one answer. What does not: HTTP status codes (httpapi holds the one
// table), logging, and errors of the machinery (disk, network), which stay
// plain wrapped errors until an edge turns them into Internal or Unavailable.
package fault

import (
	"errors"
	"fmt"
	"strings"
)

// Kind says what sort of answer a fault deserves. Edges map it to a status.
type Kind uint8

const (
	Internal    Kind = iota // a bug or a broken machine; the message is not shown outside
	Invalid                 // the input can never work as it is
	NotFound                // no such thing, or not yours to see
	Conflict                // the input is fine, the state of the thing refuses it
	Denied                  // known caller, missing permission
	Unknown                 // caller not recognized
	TooLarge                // over a limit in bytes or rows
	Unavailable             // try again later; nothing happened
)

var kindNames = [...]string{"internal", "invalid", "not_found", "conflict", "denied", "unauthenticated", "too_large", "unavailable"}

func (k Kind) String() string {
	if int(k) < len(kindNames) {
		return kindNames[k]
	}
	return "internal"
}

// MaxFields bounds how many single faults one answer lists; more are counted.
const MaxFields = 100

// Field is one broken rule at one place of the input.
type Field struct {
	Pointer string // RFC 6901 JSON pointer into the request body, "" for the whole
	Code    string // stable, snake_case
	Message string // one sentence: what is wrong and what to do
}

// Error is a fault of one kind with a stable code, a sentence, and any number
// of single faults. It is immutable once returned.
type Error struct {
	Kind    Kind
	Code    string
	Message string
	Fields  []Field
	cause   error
}

func (e *Error) Error() string {
	if len(e.Fields) == 0 {
		return e.Message
	}
	var b strings.Builder
	b.WriteString(e.Message)
	for i, f := range e.Fields {
		if i == 3 {
			fmt.Fprintf(&b, " (and %d more)", len(e.Fields)-i)
			break
		}
		b.WriteString("; ")
		if f.Pointer != "" {
			b.WriteString(f.Pointer + ": ")
		}
		b.WriteString(f.Message)
	}
	return b.String()
}

func (e *Error) Unwrap() error { return e.cause }

// New makes a fault. The message is formatted when args are given.
func New(k Kind, code, format string, args ...any) *Error {
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	return &Error{Kind: k, Code: code, Message: format}
}

// Wrap makes a fault that keeps the cause for logs.
func Wrap(err error, k Kind, code, format string, args ...any) *Error {
	e := New(k, code, format, args...)
	e.cause = err
	return e
}

// KindOf is the kind of the first fault in the chain, Internal when there is none.
func KindOf(err error) Kind {
	var e *Error
	if errors.As(err, &e) {
		return e.Kind
	}
	return Internal
}

// CodeOf is the stable code of the first fault in the chain, "internal" when there is none.
func CodeOf(err error) string {
	var e *Error
	if errors.As(err, &e) {
		return e.Code
	}
	return "internal"
}

// List gathers single faults so that all are told at once.
// The zero value is ready; it is not safe for concurrent use.
type List struct {
	fields []Field
	more   int
}

// Add notes one fault at a place.
func (l *List) Add(pointer, code, format string, args ...any) {
	if len(l.fields) >= MaxFields {
		l.more++
		return
	}
	if len(args) > 0 {
		format = fmt.Sprintf(format, args...)
	}
	l.fields = append(l.fields, Field{Pointer: pointer, Code: code, Message: format})
}

// AddError notes an error at a place, keeping the code of a fault.
func (l *List) AddError(pointer string, err error) {
	if err != nil {
		l.Add(pointer, CodeOf(err), "%s", err.Error())
	}
}

// Len is how many faults were added, those beyond MaxFields included.
func (l *List) Len() int { return len(l.fields) + l.more }

// Fields are the faults that were added, at most MaxFields.
func (l *List) Fields() []Field { return l.fields }

// Err is nil when nothing was added, else one Invalid fault with all of them.
func (l *List) Err() error { return l.As(Invalid, "invalid", "the request has faults") }

// As is Err with another kind, code and sentence.
func (l *List) As(k Kind, code, message string) error {
	if len(l.fields) == 0 {
		return nil
	}
	if l.more > 0 {
		message = fmt.Sprintf("%s (%d more are not listed)", message, l.more)
	}
	return &Error{Kind: k, Code: code, Message: message, Fields: l.fields}
}
