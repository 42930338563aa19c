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

// The limits. Elements are the members of lists, sets, maps and objects, with those
// within them; text is the bytes of all strings, and of numbers as they are written.
const (
	MaxDepth       = 500       // brackets, blocks, templates and chained operators within each other
	MaxTokens      = 8_000_000 // of a text that is parsed at once
	MaxValue       = 4_000_000
	MaxText        = 64 << 20
	MaxDigits      = 1_000   // of a number as a text
	MaxExponent    = 4_096   // of a number, in bits
	MaxMixed       = 5_000   // elements of different types that are to get a common one
	MaxSame        = 50_000  // elements of one type that are to get one in common with others
	MaxInstances   = 500_000 // of repeated blocks, in all
	MaxModules     = 10_000  // module blocks, each call of a folder counted
	MaxBlocks      = 1_000_000
	MaxModuleDepth = 50 // calls within each other
	maxMatching    = 2_000_000_000

	// of one expression
	maxHeld     = 10_000_000  // elements that for expressions collect
	maxHeldText = 256 << 20   // bytes that templates and for expressions collect
	maxVisited  = 30_000_000  // elements looked at, and stepCost for each step of a for expression
	maxTime     = time.Minute // since it began
	stepCost    = 10

	// of all expressions in one evaluation of the configuration
	maxKept     = 16_000_000 // elements of their values
	maxKeptText = 512 << 20
	maxAllSteps = 300_000_000
	maxAllTime  = 10 * time.Minute

	dynamicCost = 20 // how many elements one block of a dynamic block counts for
)

// Error says that a limit would be exceeded.
type Error struct{ Detail string }

func (e *Error) Error() string { return e.Detail }

func exceeded(format string, args ...any) error { return &Error{fmt.Sprintf(format, args...)} }
