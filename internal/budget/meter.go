package budget

import (
	"errors"
	"sync/atomic"
	"time"

	"github.com/zclconf/go-cty/cty"
)

// Meter counts the cost of evaluating a configuration. A nil Meter counts nothing, but single
// values are still limited.
type Meter struct {
	held, heldText, visited atomic.Int64          // of the current expression
	kept, keptText          atomic.Int64          // of all expressions since Reset
	begun                   atomic.Int64          // when the current expression began, in nanoseconds since the epoch
	spent, steps            atomic.Int64          // nanoseconds in expressions, and their steps, since Reset
	failure                 atomic.Pointer[Error] // the first limit that the current expression exceeded
}

// Reset begins another evaluation of the configuration.
func (m *Meter) Reset() {
	m.kept.Store(0)
	m.keptText.Store(0)
	m.spent.Store(0)
	m.steps.Store(0)
}

func (m *Meter) begin() {
	m.held.Store(0)
	m.heldText.Store(0)
	m.visited.Store(0)
	m.failure.Store(nil)
	m.begun.Store(time.Now().UnixNano())
}

// Fail makes the current expression fail if err means that a limit is exceeded, even if err is
// otherwise ignored, for example in an argument of try or in the other branch of a conditional:
// values that depend on a limit could differ between two machines.
func (m *Meter) Fail(err error) {
	var limit *Error
	if m != nil && errors.As(err, &limit) {
		m.failure.CompareAndSwap(nil, limit)
	}
}

// failed returns the first limit that the current expression exceeded, or nil.
func (m *Meter) failed() error {
	if limit := m.failure.Load(); limit != nil {
		return limit
	}
	return nil
}

// finish counts the value of an expression as kept.
func (m *Meter) finish(v cty.Value) error {
	size, err := m.Visit(v)
	if err != nil {
		return err
	}
	spent := m.spent.Add(time.Now().UnixNano() - m.begun.Load())
	switch kept, text := m.kept.Add(int64(size.Elements)), m.keptText.Add(int64(size.Text)); {
	case kept > maxKept:
		return exceeded("with it the values of the configuration have more than %d elements in all; use fewer copies of large lists and maps", maxKept)
	case text > maxKeptText:
		return exceeded("with it the values of the configuration hold more than %d MB of text in all; use fewer copies of large texts", maxKeptText>>20)
	case m.steps.Add(m.visited.Load()) > maxAllSteps:
		return exceeded("with it the expressions of the configuration take more than %d steps in all; use fewer or smaller lists", maxAllSteps)
	case spent > int64(maxAllTime):
		return exceeded("with it the expressions of the configuration took longer than %s in all; use fewer or smaller lists", maxAllTime)
	}
	return nil
}

// Visit measures a value that an operation examines.
func (m *Meter) Visit(v cty.Value) (Size, error) {
	size, err := Measure(v)
	if err != nil || m == nil {
		return size, err
	}
	return size, m.work(size.Elements + size.Text/64)
}

// work counts steps; a step takes about the time of one element.
func (m *Meter) work(steps int) error {
	if m == nil {
		return nil
	}
	visited := m.visited.Add(int64(steps) + 1)
	if visited > maxVisited {
		return exceeded("it takes more than %d steps; use fewer nested for expressions, or smaller lists", maxVisited)
	}
	if begun := m.begun.Load(); begun > 0 && time.Now().UnixNano()-begun > int64(maxTime) {
		return exceeded("it takes longer than %s; use fewer nested for expressions, or smaller lists", maxTime)
	}
	return nil
}

// hold counts what is collected during the evaluation of an expression.
func (m *Meter) hold(size Size) error {
	switch held, text := m.held.Add(int64(size.Elements)), m.heldText.Add(int64(size.Text)); {
	case held > maxHeld:
		return exceeded("it collects more than %d elements; use fewer nested for expressions, or smaller lists", maxHeld)
	case text > maxHeldText:
		return exceeded("it collects more than %d MB of text; use smaller texts", maxHeldText>>20)
	}
	return nil
}
