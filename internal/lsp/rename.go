package lsp

import "context"

func (s *Server) prepareRename(context.Context, PositionParams) (any, error) {
	return nil, nil
}

func (s *Server) rename(context.Context, PositionParams) (*WorkspaceEdit, error) {
	return nil, nil
}
