package accessview

import "slices"

// ReviewEvidence says what was reviewed, when, and with what, for those who sign a review or look
// at it later. What is not known is left out.
type ReviewEvidence struct {
	Repository string `json:"repository,omitempty"`
	Commit     string `json:"commit,omitempty"`
	// Uncommitted means that the configuration's files are not those of the commit.
	Uncommitted bool   `json:"uncommitted,omitempty"`
	BaseCommit  string `json:"base_commit,omitempty"`
	// Digest is the SHA-256 of the configuration's files.
	Digest  string `json:"configuration_sha256,omitempty"`
	Org     string `json:"org,omitempty"`
	Owner   string `json:"owner,omitempty"`
	Time    string `json:"time"`
	Version string `json:"oktaform_version"`
	// Waivers are those that cover findings: who accepted what, and until when.
	Waivers []ReviewWaived `json:"waivers,omitempty"`
}

// ReviewWaived is a waiver with what it covers.
type ReviewWaived struct {
	Rule    string `json:"rule"`
	Address string `json:"address,omitempty"`
	ReviewWaiver
}

// waived returns the waivers that cover findings, each once for each object.
func (d *ReviewDocument) waived() (list []ReviewWaived) {
	for _, findings := range [][]ReviewFinding{d.Findings, d.Standing} {
		for i := range findings {
			f := &findings[i]
			if f.Waiver == nil {
				continue
			}
			if w := (ReviewWaived{f.Rule, f.Address, *f.Waiver}); !slices.Contains(list, w) {
				list = append(list, w)
			}
		}
	}
	return list
}

// sentence says who accepted what, and until when.
func (w *ReviewWaived) sentence() string {
	s := w.Rule
	if w.Address != "" {
		s += " on " + w.Address
	}
	return s + " " + w.ReviewWaiver.sentence()
}

// rows returns the evidence with the names that people read.
func (e *ReviewEvidence) rows() (rows [][2]string) {
	if e == nil {
		return nil
	}
	commit := e.Commit
	if e.Uncommitted {
		commit += ", with uncommitted changes"
	}
	for _, row := range [][2]string{{"Repository", e.Repository}, {"Commit", commit}, {"Compared with commit", e.BaseCommit},
		{"SHA-256 of the configuration", e.Digest}, {"Org", e.Org}, {"Owner", e.Owner}, {"Time", e.Time}, {"oktaform", e.Version}} {
		if row[1] != "" {
			rows = append(rows, row)
		}
	}
	for i := range e.Waivers {
		rows = append(rows, [2]string{"Waiver", e.Waivers[i].sentence()})
	}
	return rows
}

// SetEvidence records what was reviewed, when, and with what, and the waivers that count.
func (d *ReviewDocument) SetEvidence(e *ReviewEvidence) {
	d.Evidence, e.Waivers = e, d.waived()
}

func (e *ReviewEvidence) time() string {
	if e == nil {
		return ""
	}
	return e.Time
}
