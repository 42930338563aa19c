// Package budget bounds what a configuration may cost: memory, time and stack.
// Whoever proposes a change to a configuration chooses every expression in it, and a
// machine with a credential evaluates them; doubling a string sixty times, or nesting
// fifty thousand brackets, must end in an error and not in the death of that machine.
//
// There are three mechanisms:
//
//   - Depth (depth.go, json.go, yaml.go): the stack of a Go program that overflows ends
//     the process and can't be recovered, so the nesting of a text is counted on its
//     tokens before any recursive parser sees it. Parsed trees, and values made of
//     them, are then no deeper than that, and neither are the walks over them.
//   - Size (size.go, forecast.go): a value is measured as the tree that a reader walks,
//     not as what it takes in memory: lists that share their elements, as YAML anchors
//     and doubled locals make them, take little memory until something walks them. A
//     function that may make more out of its arguments than they are is asked for a
//     forecast before it is called.
//   - Work (meter.go, expression.go): hcl evaluates the inside of an expression by
//     itself. So the places in a syntax tree where something is multiplied are wrapped
//     in nodes that count: the body of a for expression, the parts of a template,
//     constructors, operands, arguments. Each expression has an allowance, and each
//     evaluation of the whole configuration another one. Between two counting nodes at
//     most one operation on values of bounded size is done.
//
// The limits are generous: a configuration of 100,000 apps stays below each of them.
package budget

import (
	"fmt"
	"time"
)

// The limits. Elements are the members of lists, sets, maps and objects, including nested ones;
// text is the bytes of all strings, and of numbers in decimal form.
const (
	MaxDepth       = 500       // nested brackets, blocks, templates and chained operators
	MaxTokens      = 8_000_000 // of a text parsed at once
	MaxValue       = 4_000_000
	MaxText        = 64 << 20
	MaxDigits      = 1_000   // of a number in decimal form
	MaxExponent    = 4_096   // of a number, in bits
	MaxMixed       = 5_000   // elements of different types that are converted to a common type
	MaxSame        = 50_000  // elements of one type that are converted to a common type with others
	MaxInstances   = 500_000 // of all repeated blocks
	MaxModules     = 10_000  // module blocks, counting each call of a folder
	MaxBlocks      = 1_000_000
	MaxModuleDepth = 50 // nested calls
	maxMatching    = 2_000_000_000

	// Limits of one expression.
	maxHeld     = 10_000_000  // elements that for expressions collect
	maxHeldText = 256 << 20   // bytes that templates and for expressions collect
	maxVisited  = 30_000_000  // elements examined, and stepCost for each step of a for expression
	maxTime     = time.Minute // since the expression began
	stepCost    = 10

	// Limits of all expressions in one evaluation of the configuration.
	maxKept     = 16_000_000 // elements of their values
	maxKeptText = 512 << 20
	maxAllSteps = 300_000_000
	maxAllTime  = 10 * time.Minute

	dynamicCost = 20 // elements that one block of a dynamic block counts as
)

// Error means that a limit would be exceeded.
type Error struct{ Detail string }

func (e *Error) Error() string { return e.Detail }

func exceeded(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }
