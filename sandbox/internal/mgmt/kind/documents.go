package kind

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

// Document is an object that the org stores as the API shows it, without what each answer adds (id,
// timestamps, _links). It has a name, and a status that lifecycle operations change, and
// replacements unless the kind's is read-only.
type Document struct {
	ID          string
	Created     time.Time
	LastUpdated time.Time
	Doc         map[string]any
}

// Name returns the name of the object.
func (d *Document) Name() string { return jsondoc.Text(d.Doc, "name") }

// Status returns the status of the object: ACTIVE or INACTIVE.
func (d *Document) Status() string { return jsondoc.Text(d.Doc, "status") }

// Documents describes a kind of such objects.
type Documents struct {
	Kind      string // the name of the kind and its table
	Path      string // of the list
	Parameter string // of the path of one object
	Prefix    string // of ids
	Entity    string // the type in errors and in the System Log
	// ReadOnly are the members that no request can set.
	ReadOnly []string
	// Check checks a document and adds what the org sets. d is the object that it is for; d.Doc is
	// nil for a new one.
	Check func(c *web.Call, d *Document, doc map[string]any) error
	// Further returns the events of a replaced object besides that of the update; nil for none.
	Further func(d *Document, before map[string]any) []syslog.Type
	// InUse returns the error for an object that cannot be deleted; nil if every object can.
	InUse func(d *Document) error
}

// Table returns the table of the objects in an org.
func (k *Documents) Table(o *state.Org) *state.Table[Document] {
	return state.TableOf[Document](o, k.Kind)
}

// InPath returns the object in the path.
func (k *Documents) InPath(c *web.Call) (*Document, error) {
	return RowInPath(c, k.Table(c.Org), k.Parameter, k.Entity)
}

// fill checks a document, adds the defaults of a new object, and stores it in d.
func (k *Documents) fill(c *web.Call, d *Document, doc map[string]any) error {
	filled := map[string]any{"status": "ACTIVE"}
	for name, value := range doc {
		if !slices.Contains([]string{"id", "created", "lastUpdated", "_links"}, name) {
			filled[name] = value
		}
	}
	if !slices.Contains([]string{"ACTIVE", "INACTIVE"}, jsondoc.Text(filled, "status")) {
		return web.Invalid("status", "status: The status is not one of ACTIVE, INACTIVE")
	}
	if err := k.Check(c, d, filled); err != nil {
		return err
	}
	d.Doc = filled
	return nil
}

// body decodes the document in a request and takes the read-only members from own, and the status
// if the request has none.
func (k *Documents) body(c *web.Call, own map[string]any) (map[string]any, error) {
	doc, err := c.Object()
	if err != nil {
		return nil, err
	}
	doc = maps.Clone(doc)
	for _, name := range k.ReadOnly {
		delete(doc, name)
		if own[name] != nil {
			doc[name] = own[name]
		}
	}
	if doc["status"] == nil && own["status"] != nil {
		doc["status"] = own["status"]
	}
	return doc, nil
}

// View returns the object as the API shows it.
func (k *Documents) View(c *web.Call, d *Document) map[string]any {
	doc := maps.Clone(d.Doc)
	self := c.URL(k.Path + "/" + d.ID)
	next := "deactivate"
	if d.Status() == "INACTIVE" {
		next = "activate"
	}
	doc["id"], doc["created"], doc["lastUpdated"] = d.ID, state.Timestamp(d.Created), state.Timestamp(d.LastUpdated)
	doc["_links"] = map[string]any{
		"self": map[string]any{"href": self, "hints": map[string]any{"allow": []string{"GET", "PUT", "DELETE"}}},
		next:   map[string]any{"href": self + "/lifecycle/" + next, "hints": map[string]any{"allow": []string{"POST"}}},
	}
	return doc
}

// Create returns the handler that creates an object and logs the event.
func (k *Documents) Create(event syslog.Type) func(*web.Call) error {
	return func(c *web.Call) error {
		doc, err := k.body(c, nil)
		if err != nil {
			return err
		}
		d := &Document{ID: state.NewID(k.Prefix), Created: c.Second()}
		if err := k.fill(c, d, doc); err != nil {
			return err
		}
		return k.save(c, d, event)
	}
}

// Replace returns the handler that replaces an object and logs the event.
func (k *Documents) Replace(event syslog.Type) func(*web.Call) error {
	return func(c *web.Call) error {
		d, err := k.InPath(c)
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
		if k.Further != nil {
			events = append(events, k.Further(d, before)...)
		}
		return k.save(c, d, events...)
	}
}

// SetStatus returns the handler of a lifecycle operation, which logs the event if it changes the
// status.
func (k *Documents) SetStatus(status string, event syslog.Type) func(*web.Call) error {
	return func(c *web.Call) error {
		d, err := k.InPath(c)
		if err != nil {
			return err
		}
		if d.Status() == status {
			return c.JSON(http.StatusOK, k.View(c, d))
		}
		d.Doc["status"] = status
		return k.save(c, d, event)
	}
}

// save stores a changed object, logs the events, and answers with the object.
func (k *Documents) save(c *web.Call, d *Document, events ...syslog.Type) error {
	d.LastUpdated = c.Second()
	k.Table(c.Org).Put(d.ID, d)
	for _, event := range events {
		syslog.Emit(c, event, k.logEntity(d))
	}
	return c.JSON(http.StatusOK, k.View(c, d))
}

// Remove returns the handler that deletes an object and logs the event.
func (k *Documents) Remove(event syslog.Type) func(*web.Call) error {
	return func(c *web.Call) error {
		d, err := k.InPath(c)
		if err != nil {
			return err
		}
		if k.InUse != nil {
			if err := k.InUse(d); err != nil {
				return err
			}
		}
		k.Table(c.Org).Remove(d.ID)
		syslog.Emit(c, event, k.logEntity(d))
		return c.NoContent(http.StatusNoContent)
	}
}

func (k *Documents) logEntity(d *Document) state.LogEntity {
	return state.LogEntity{ID: d.ID, Type: k.Entity, Alternate: "unknown", Name: d.Name()}
}

// documentSeed is such an object in a seed.
type documentSeed struct {
	MadeDoc
	Document map[string]any `json:"document"` // as in the body of the request that creates it
}

// Section returns the list of the kind in seeds and dumps.
func (k *Documents) Section(member string) ListOf[documentSeed] {
	return ListOf[documentSeed]{
		Member: member, Name: func(seed *documentSeed) string { return jsondoc.Text(seed.Document, "name") },
		Seed: func(s *Seeding, seed *documentSeed) error {
			seed.Fill(k.Prefix, s.Now)
			d := &Document{ID: seed.ID, Created: seed.Created, LastUpdated: seed.LastUpdated}
			if err := k.fill(s.Call, d, seed.Document); err != nil {
				return Causes(err)
			}
			k.Table(s.Org).Put(d.ID, d)
			return nil
		},
		Dump: func(o *state.Org, _ bool) (seeds []*documentSeed) {
			for _, d := range k.Table(o).All() {
				seeds = append(seeds, &documentSeed{MadeDoc{d.ID, d.Created, d.LastUpdated}, d.Doc})
			}
			return seeds
		},
	}
}
