//go:build race

package openapicheck

const underRaceDetector = true
