package lsp

import (
	"context"

	"github.com/hashicorp/hcl/v2"
)

// ReferenceParams are the parameters of textDocument/references.
type ReferenceParams struct {
	PositionParams
	Context struct {
		IncludeDeclaration bool `json:"includeDeclaration"`
	} `json:"context"`
}

// references returns the places that refer to what is under the cursor.
func (s *Server) references(_ context.Context, p ReferenceParams) ([]Location, error) {
	d, err := s.document(p.TextDocument.URI)
	if err != nil {
		return nil, err
	}
	found, ok := s.symbolAt(d, d.Offset(p.Position))
	if !ok {
		return nil, nil
	}
	var places []hcl.Range
	for _, o := range s.occurrences(found.symbol) {
		if !o.declares || p.Context.IncludeDeclaration {
			places = append(places, o.place)
		}
	}
	return s.locations(places), nil
}
