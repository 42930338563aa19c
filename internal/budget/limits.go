// Package budget limits what a configuration may cost: memory, time and stack. The author of a
// change chooses every expression in a configuration, and a machine with a credential evaluates
// them. Doubling a string sixty times, or nesting fifty thousand brackets, must end in an error,
// not kill that machine.
//
// There are three mechanisms:
//
//   - Depth (depth.go, json.go, yaml.go): a stack overflow ends a Go program and cannot be
//     recovered from, so the nesting of a text is counted on its tokens before a recursive parser
//     sees it. Syntax trees, values computed from them, and walks over both are then no deeper
//     than that.
//   - Size (size.go, forecast.go): a value is measured as the tree that a reader walks, not by
//     its memory. Lists that share elements, as YAML anchors and doubled locals create them, take
//     little memory until something walks them. Before a function is called whose result may be
//     larger than its arguments, the size of the result is forecast.
//   - Work (meter.go, expression.go): hcl evaluates the inside of an expression without callbacks.
//     The places in a syntax tree where something is multiplied are therefore wrapped in counting
//     nodes: the body of a for expression, the parts of a template, constructors, operands,
//     arguments. Each expression has a budget, and so has each evaluation of the whole
//     configuration. Between two counting nodes there is at most one operation on values of limited
//     size.
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
	MaxValue       = 2_000_000
	MaxText        = 64 << 20
	MaxDigits      = 1_000   // of a number in decimal form
	MaxExponent    = 4_096   // of a number, in bits
	MaxMixed       = 5_000   // elements of different types that are converted to a common type
	MaxSame        = 50_000  // elements of one type that are converted to a common type with others
	MaxInstances   = 500_000 // of all repeated blocks
	MaxModules     = 10_000  // module blocks, counting each call of a folder
	MaxBlocks      = 1_000_000
	MaxModuleDepth = 50          // nested calls
	maxMatching    = 200_000_000 // steps of a search: characters that it reads, times instructions of the pattern

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
