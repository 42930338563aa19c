// Package reference contains what Okta has published or answered. Tests check the embedded org, the
// catalog and the client against it. Only tests import it. README.md names the source and licence
// of each file.
package reference

import (
	"bytes"
	"compress/gzip"
	"embed"
	"io"
	"io/fs"
)

//go:embed recordings scopes.json event-types.tsv oauth-wire-texts.tsv openapi-2026.06.3.yaml.gz
var files embed.FS

// OpenAPIName is the name of the document that OpenAPI returns.
const OpenAPIName = "openapi-2026.06.3.yaml"

// File returns the contents of a file in this folder. It panics for an unknown name.
func File(name string) []byte {
	data, err := files.ReadFile(name)
	if err != nil {
		panic(err)
	}
	return data
}

// Recordings returns the recorded exchanges with real orgs: a folder for each test, with a file for
// each org (*.yaml, in go-vcr's format).
func Recordings() fs.FS {
	sub, err := fs.Sub(files, "recordings")
	if err != nil {
		panic(err)
	}
	return sub
}

// OpenAPI returns the OpenAPI document of Okta's Management API, release 2026.06.3.
func OpenAPI() ([]byte, error) {
	unzip, err := gzip.NewReader(bytes.NewReader(File(OpenAPIName + ".gz")))
	if err != nil {
		return nil, err
	}
	return io.ReadAll(unzip)
}
