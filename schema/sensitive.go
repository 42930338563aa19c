package schema

import (
	"encoding/json"

	"github.com/zclconf/go-cty/cty"
)

// SensitiveTexts are the texts and numbers in the sensitive parts of a value, those within JSON
// included.
func (v Value) SensitiveTexts() (texts []string) {
	for _, attr := range v.All() {
		_ = cty.Walk(attr, func(_ cty.Path, part cty.Value) (bool, error) {
			if !part.IsMarked() {
				return true, nil
			}
			part, _ = part.UnmarkDeep()
			return false, cty.Walk(part, func(_ cty.Path, leaf cty.Value) (bool, error) {
				if t := Text(leaf); t != "" {
					field, err := decodeJSON([]byte(t))
					if err != nil {
						field = nil
					}
					texts = append(append(texts, t), jsonTexts(field)...)
				}
				return true, nil
			})
		})
	}
	return texts
}

// jsonTexts are the texts and numbers in decoded JSON.
func jsonTexts(field any) (texts []string) {
	switch field := field.(type) {
	case string:
		return []string{field}
	case json.Number:
		return []string{field.String()}
	case []any:
		for _, elem := range field {
			texts = append(texts, jsonTexts(elem)...)
		}
	case map[string]any:
		for _, elem := range field {
			texts = append(texts, jsonTexts(elem)...)
		}
	}
	return texts
}
