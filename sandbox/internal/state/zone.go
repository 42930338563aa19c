package state

import (
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
)

// Zone is a network zone. Doc is its document as the API shows it, less what is
// derived on each answer (id, timestamps, _links).
type Zone struct {
	ID          string
	Created     time.Time
	LastUpdated time.Time
	Doc         map[string]any
}

func (z *Zone) Name() string { return jsondoc.Text(z.Doc, "name") }
