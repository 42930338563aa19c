package functions

import (
	"errors"
	"fmt"

	"github.com/hashicorp/hcl/v2"
	"github.com/hashicorp/hcl/v2/hclsyntax"
)

// refusedError is that a function doesn't read a file, whether there is one or not. It
// isn't wrapped in errors of arguments, which hide their causes.
type refusedError struct{ cause error }

func (e *refusedError) Error() string { return e.cause.Error() }
func (e *refusedError) Unwrap() error { return e.cause }

func refuse(format string, args ...any) error { return &refusedError{fmt.Errorf(format, args...)} }

func isRefused(err error) bool { return errors.As(err, new(*refusedError)) }

// refusalIn finds the refusal of a file among what is wrong with an expression; nil for
// none.
func refusalIn(diags hcl.Diagnostics) error {
	for _, d := range diags {
		call, ok := hcl.DiagnosticExtra[hclsyntax.FunctionCallDiagExtra](d)
		if !ok {
			continue
		}
		if err := call.FunctionCallError(); isRefused(err) {
			return err
		}
	}
	return nil
}
