package config

import (
	"slices"

	"github.com/oktaform/oktaform/schema"
)

// Apps returns the declared apps as clients that get tokens, in the order of the files. An app that
// does not exist yet has no client id.
func (e *Evaluation) Apps() []schema.TestApp {
	e.mu.Lock()
	defer e.mu.Unlock()
	var list []schema.TestApp
	e.walk(func(in *instance) {
		if in.node.class != classObject || in.node.broken || in.placeholder {
			return
		}
		e.eval(in)
		if d := in.desired; d.Kind.IsApp() && d.Value.IsKnown() {
			app := e.testApp(d)
			app.Keys = slices.DeleteFunc(app.Keys, func(k schema.PrivateKey) bool { return k.Inactive })
			list = append(list, app)
		}
	})
	return list
}
