package mgmt

import (
	"maps"
	"net/http"
	"slices"
	"time"

	"github.com/oktaform/oktaform/sandbox/internal/jsondoc"
	"github.com/oktaform/oktaform/sandbox/internal/state"
	"github.com/oktaform/oktaform/sandbox/internal/syslog"
	"github.com/oktaform/oktaform/sandbox/internal/web"
)

// document is an object that the org stores as the API shows it, without what each answer adds (id,
// timestamps, _links). It has a name, and a status that only lifecycle operations change.
type document struct {
	ID          string
	Created     time.Time
	LastUpdated time.Time
	Doc         map[string]any
}

func (d *document) name() string   { return jsondoc.Text(d.Doc, "name") }
func (d *document) status() string { return jsondoc.Text(d.Doc, "status") }

// documents describes a kind of such objects.
type documents struct {
	kind      string // the name of the kind and its table
	path      string // of the list
	parameter string // of the path of one object
	prefix    string // of ids
	entity    string // the type in errors and in the System Log
	// readOnly are the members that no request can set.
	readOnly []string
	// check checks a document and adds what the org sets. d is the object that it is for; d.Doc is
	// nil for a new one.
	check func(c *web.Call, d *document, doc map[string]any) error
	// further returns the events of a replaced object besides that of the update; nil for none.
	further func(d *document, before map[string]any) []syslog.Type
	// inUse returns the error for an object that cannot be deleted; nil if every object can.
	inUse func(d *document) error
}

func (k *documents) table(o *state.Org) *state.Table[document] {
	return state.TableOf[document](o, k.kind)
}

func (k *documents) inPath(c *web.Call) (*document, error) {
	return rowInPath(c, k.table(c.Org), k.parameter, k.entity)
}

// fill checks a document, adds the defaults of a new object, and stores it in d.
func (k *documents) fill(c *web.Call, d *document, doc map[string]any) error {
	filled := map[string]any{"status": "ACTIVE"}
	for name, value := range doc {
		if !slices.Contains([]string{"id", "created", "lastUpdated", "_links"}, name) {
			filled[name] = value
		}
	}
	if !slices.Contains([]string{"ACTIVE", "INACTIVE"}, jsondoc.Text(filled, "status")) {
		return web.Invalid("status", "status: The status is not one of ACTIVE, INACTIVE")
	}
	if err := k.check(c, d, filled); err != nil {
		return err
	}
	d.Doc = filled
	return nil
}

// body decodes the document in a request and takes the read-only members from own.
func (k *documents) body(c *web.Call, own map[string]any) (map[string]any, error) {
	doc, err := c.Object()
	if err != nil {
		return nil, err
	}
	doc = maps.Clone(doc)
	for _, name := range k.readOnly {
		delete(doc, name)
		if own[name] != nil {
			doc[name] = own[name]
		}
	}
	return doc, nil
}

func (k *documents) view(c *web.Call, d *document) map[string]any {
	doc := maps.Clone(d.Doc)
	self := c.URL(k.path + "/" + d.ID)
	next := "deactivate"
	if d.status() == "INACTIVE" {
		next = "activate"
	}
	doc["id"], doc["created"], doc["lastUpdated"] = d.ID, state.Timestamp(d.Created), state.Timestamp(d.LastUpdated)
	doc["_links"] = map[string]any{
		"self": map[string]any{"href": self, "hints": map[string]any{"allow": []string{"GET", "PUT", "DELETE"}}},
		next:   map[string]any{"href": self + "/lifecycle/" + next, "hints": map[string]any{"allow": []string{"POST"}}},
	}
	return doc
}

// create returns the handler that creates an object and logs the event.
func (k *documents) create(event syslog.Type) func(*web.Call) error {
	return func(c *web.Call) error {
		doc, err := k.body(c, nil)
		if err != nil {
			return err
		}
		d := &document{ID: state.NewID(k.prefix), Created: c.Second()}
		if err := k.fill(c, d, doc); err != nil {
			return err
		}
		return k.save(c, d, event)
	}
}

// replace returns the handler that replaces an object and logs the event.
func (k *documents) replace(event syslog.Type) func(*web.Call) error {
	return func(c *web.Call) error {
		d, err := k.inPath(c)
		if err != nil {
			return err
		}
		before := d.Doc
		doc, err := k.body(c, before)
		if err != nil {
			return err
		}
		if err := k.fill(c, d, doc); err != nil {
			return err
		}
		events := []syslog.Type{event}
		if k.further != nil {
			events = append(events, k.further(d, before)...)
		}
		return k.save(c, d, events...)
	}
}

// setStatus returns the handler of a lifecycle operation, which logs the event if it changes the
// status.
func (k *documents) setStatus(status string, event syslog.Type) func(*web.Call) error {
	return func(c *web.Call) error {
		d, err := k.inPath(c)
		if err != nil {
			return err
		}
		if d.status() == status {
			return c.JSON(http.StatusOK, k.view(c, d))
		}
		d.Doc["status"] = status
		return k.save(c, d, event)
	}
}

// save stores a changed object, logs the events, and answers with the object.
func (k *documents) save(c *web.Call, d *document, events ...syslog.Type) error {
	d.LastUpdated = c.Second()
	k.table(c.Org).Put(d.ID, d)
	for _, event := range events {
		syslog.Emit(c, event, k.logEntity(d))
	}
	return c.JSON(http.StatusOK, k.view(c, d))
}

// remove returns the handler that deletes an object and logs the event.
func (k *documents) remove(event syslog.Type) func(*web.Call) error {
	return func(c *web.Call) error {
		d, err := k.inPath(c)
		if err != nil {
			return err
		}
		if k.inUse != nil {
			if err := k.inUse(d); err != nil {
				return err
			}
		}
		k.table(c.Org).Remove(d.ID)
		syslog.Emit(c, event, k.logEntity(d))
		return c.NoContent(http.StatusNoContent)
	}
}

func (k *documents) logEntity(d *document) state.LogEntity {
	return state.LogEntity{ID: d.ID, Type: k.entity, Alternate: "unknown", Name: d.name()}
}

// documentSeed is such an object in a seed.
type documentSeed struct {
	madeDoc
	Document map[string]any `json:"document"` // as in the body of the request that creates it
}

// section returns the list of the kind in seeds and dumps.
func (k *documents) section(member string) listOf[documentSeed] {
	return listOf[documentSeed]{
		member: member, name: func(seed *documentSeed) string { return jsondoc.Text(seed.Document, "name") },
		seed: func(s *seeding, seed *documentSeed) error {
			seed.fill(k.prefix, s.now)
			d := &document{ID: seed.ID, Created: seed.Created, LastUpdated: seed.LastUpdated}
			if err := k.fill(s.Call, d, seed.Document); err != nil {
				return causes(err)
			}
			k.table(s.Org).Put(d.ID, d)
			return nil
		},
		dump: func(o *state.Org, _ bool) (seeds []*documentSeed) {
			for _, d := range k.table(o).All() {
				seeds = append(seeds, &documentSeed{madeDoc{d.ID, d.Created, d.LastUpdated}, d.Doc})
			}
			return seeds
		},
	}
}
