package view

// ReviewEvidence says what was reviewed, when, and with what, for those who sign a review or look
// at it later. What is not known is left out.
type ReviewEvidence struct {
	Repository string `json:"repository,omitempty"`
	Commit     string `json:"commit,omitempty"`
	BaseCommit string `json:"base_commit,omitempty"`
	// Digest is the SHA-256 of the configuration's files.
	Digest  string `json:"configuration_sha256,omitempty"`
	Org     string `json:"org,omitempty"`
	Owner   string `json:"owner,omitempty"`
	Time    string `json:"time"`
	Version string `json:"oktaform_version"`
}

// rows returns the evidence with the names that people read.
func (e *ReviewEvidence) rows() (rows [][2]string) {
	if e == nil {
		return nil
	}
	for _, row := range [][2]string{{"Repository", e.Repository}, {"Commit", e.Commit}, {"Compared with commit", e.BaseCommit},
		{"SHA-256 of the configuration", e.Digest}, {"Org", e.Org}, {"Owner", e.Owner}, {"Time", e.Time}, {"oktaform", e.Version}} {
		if row[1] != "" {
			rows = append(rows, row)
		}
	}
	return rows
}
