// Package lsp is a language server (Language Server Protocol 3.17) for configurations.
//
// One goroutine reads messages, one handles them in their order (server.go), and one loads the
// configurations that changed, in the background (analysis.go). Diagnostics come from the same code
// as those of validate: [config.Load] with the editor's buffers in place of files. Everything else
// must also work on half-typed blocks, so it uses an outline of the tokens (outline.go), which does
// not need a correct file.
//
// The server reads files with the limits of every other command, writes none, and does not know
// any org.
package lsp
