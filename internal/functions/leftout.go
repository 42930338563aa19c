package functions

// LeftOut names Terraform's functions that a configuration can't call, each
// with a sentence that says why, and what to do instead.
func LeftOut() map[string]string {
	const never = " would have another value in each run, and so make a plan that is never empty"
	return map[string]string{
		"timestamp":       "The current time" + never + "; pass a time in with a variable.",
		"plantimestamp":   "The time of the plan" + never + "; pass a time in with a variable.",
		"uuid":            "A random UUID" + never + "; use uuidv5, which derives one from a name.",
		"bcrypt":          "Its random salt" + never + "; give Okta the password itself, from a sensitive variable.",
		"base64gzip":      "Compressed bytes differ between versions of the compressor, and nothing in Okta takes them; use base64encode.",
		"rsadecrypt":      "It would need a private key in the configuration; pass the secret in with a sensitive variable.",
		"list":            "Terraform removed it; write [a, b], or tolist([a, b]) where the type matters.",
		"map":             "Terraform removed it; write { key = value }, or tomap({ key = value }) where the type matters.",
		"defaults":        "Terraform removed it; write optional(TYPE, DEFAULT) in the variable's type.",
		"type":            "It exists in Terraform's console only; can(tolist(x)) and the like ask for a type.",
		"ephemeralasnull": "There are no ephemeral values here; mark a secret with sensitive.",
	}
}
