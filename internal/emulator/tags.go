// SPDX-License-Identifier: Apache-2.0

package emulator

import (
	"net/http"
	"slices"
	"strings"
	"unicode/utf8"

	"github.com/google/uuid"
)

func tagRoutes() []route {
	return append([]route{
		{method: http.MethodGet, path: "/api/v1/tags", who: viewer, reads: true, handle: listTags},
		{method: http.MethodPost, path: "/api/v1/tags", who: admin, body: true, handle: createTag},
		{method: http.MethodPut, path: "/api/v1/tags/assign", who: member, body: true, handle: assignTags},
		{method: http.MethodPost, path: "/api/v1/tags/assign/bulk-add", who: member, body: true, handle: bulkAddTag},
		{method: http.MethodPost, path: "/api/v1/tags/assign/bulk-remove", who: member, body: true, handle: bulkRemoveTag},
		{method: http.MethodPut, path: "/api/v1/tags/{id}", who: member, body: true, handle: updateTag},
	}, crud(kindTag, member, getTag, deleteTag, bulkDeleteTags)...)
}

func tagOrders() orders[*Tag] {
	return orders[*Tag]{
		"created_at": func(a, b *Tag) int { return a.CreatedAt.Compare(b.CreatedAt.Time) },
		"updated_at": func(a, b *Tag) int { return a.UpdatedAt.Compare(b.UpdatedAt.Time) },
		"name":       func(a, b *Tag) int { return strings.Compare(a.Name, b.Name) },
		"color":      func(a, b *Tag) int { return strings.Compare(a.Color, b.Color) },
	}
}

func listTags(c *call) (any, error) {
	rows := c.db.tags.where(func(t *Tag) bool { return t.OrganizationID == c.caller.organization })
	if err := tagOrders().sort(c, rows); err != nil {
		return nil, err
	}
	return paged(c, rows, func(t *Tag) *Tag { return t })
}

func (c *call) ownTag(legacy string) (*Tag, error) {
	t, ok := c.db.tags.rows[c.ids[0]]
	if !ok {
		return nil, c.dialect.errNotFound(kindTag, c.ids[0])
	}
	return t, c.inOrganization(t.OrganizationID, legacy)
}

func getTag(c *call) (any, error) {
	return c.ownTag("You aren't allowed to access entities for this organization")
}

func (c *call) parseTag() (*Tag, error) {
	o := c.prob.object(c.body)
	t := &Tag{
		ID: o.ownID(), CreatedAt: o.timeOr("created_at", o.prob.unborn), UpdatedAt: o.timeOr("updated_at", o.prob.unborn),
		Name: o.str("name"), Description: o.needStr("description"), Color: o.str("color"),
		OrganizationID: o.id("organization_id"), ExclusiveSet: o.exclusiveSet(c.dialect),
	}
	if c.dialect.shapes.ancestry {
		t.Icon = o.optStr("icon")
	}
	colors := []string{"Pink", "Rose", "Red", "Orange", "Green", "Emerald", "Teal", "Cyan", "Blue", "Indigo", "Purple", "Gray"}
	if !slices.Contains(colors, t.Color) && !slices.Contains(c.dialect.tags.colors, t.Color) {
		t.Color = "Yellow" // whatever else is asked for
	}
	return t, c.prob.err()
}

func checkTagText(t *Tag) error {
	if n := utf8.RuneCountInString(t.Name); n < 1 || n > 100 {
		return errInvalid("tags validation failed: base.name: Tag name must be between 1 and 100 characters")
	}
	return nil
}

func createTag(c *call) (any, error) {
	t, err := c.parseTag()
	if err != nil {
		return nil, err
	}
	if _, taken := c.db.tagNamed(t.Name, c.caller.organization); taken {
		return nil, errConflict("Tag names must be unique; a tag named \"" + t.Name + "\" already exists")
	}
	if err := checkTagText(t); err != nil {
		return nil, err
	}
	if err := c.inOrganization(t.OrganizationID, "You aren't allowed to create entities for this organization"); err != nil {
		return nil, err
	}
	c.bornIfNew(&t.ID, &t.CreatedAt, &t.UpdatedAt)
	return t, c.db.insertTag(t)
}

func updateTag(c *call) (any, error) {
	t, err := c.parseTag()
	if err != nil {
		return nil, err
	}
	old, err := c.ownTag("You don't have access to this entity")
	if err != nil {
		return nil, err
	}
	t.ID, t.CreatedAt = old.ID, old.CreatedAt
	if err := checkTagText(t); err != nil {
		return nil, err
	}
	if err := c.inOrganization(t.OrganizationID, "You can't move this entity to a different organization"); err != nil {
		return nil, err
	}
	return t, c.db.updateTag(t)
}

func deleteTag(c *call) (any, error) {
	t, err := c.ownTag("You don't have access to delete this entity")
	if err == nil {
		c.db.deleteTag(t.ID)
	}
	return nil, err
}

func bulkDeleteTags(c *call) (any, error) {
	return bulkDelete(c, c.db.tags.rows, func(t *Tag) error {
		return c.inOrganization(t.OrganizationID, "You don't have access to delete one or more of these entities")
	}, c.db.deleteTag)
}

// entityType reads the kind of rows that tags are for.
func (o object) entityType() string { return o.enum("entity_type", o.prob.words.entityTypes()...) }

// taggable finds the kind of an entity type.
func (c *call) taggable(entityType string) (string, error) {
	k, taggable := c.dialect.words.taggable(entityType)
	if !taggable {
		return "", errInvalid("Entity type %s does not support tagging", entityType)
	}
	return k, nil
}

func assignTags(c *call) (any, error) {
	c.prob.streamed = true
	o := c.prob.object(c.body)
	e := entity{kind: o.entityType(), id: o.id("entity_id")}
	tags := c.prob.ids(c.prob.list(o.need("tag_ids")))
	if err := c.prob.err(); err != nil {
		return nil, err
	}
	var err error
	if e.kind, err = c.taggable(e.kind); err != nil {
		return nil, err
	}
	return nil, c.db.setTags(e, tags, c.caller.organization)
}

type affected struct {
	AffectedCount int `json:"affected_count"`
}

// bulkTag reads a tag and the rows that it is about.
func (c *call) bulkTag() (tag uuid.UUID, of []entity, err error) {
	c.prob.streamed = true
	o := c.prob.object(c.body)
	wire, tag := o.entityType(), o.id("tag_id")
	ids := c.prob.ids(c.prob.list(o.need("entity_ids")))
	if err := c.prob.err(); err != nil {
		return tag, nil, err
	}
	k, err := c.taggable(wire)
	for _, id := range ids {
		of = append(of, entity{k, id})
	}
	return tag, of, err
}

func bulkAddTag(c *call) (any, error) {
	tag, of, err := c.bulkTag()
	if err != nil || len(of) == 0 {
		return affected{}, err
	}
	if err := c.db.checkTag(tag, c.caller.organization); err != nil {
		return nil, err
	}
	n := 0
	for _, e := range of {
		if had := c.db.tagging.list(e); !slices.Contains(had, tag) {
			if err := c.db.checkExclusive(e, append(had, tag)); err != nil {
				return nil, err
			}
		}
		if c.db.tagging.add(e, tag) {
			n++
		}
	}
	return affected{n}, nil
}

func bulkRemoveTag(c *call) (any, error) {
	tag, of, err := c.bulkTag()
	if err != nil {
		return nil, err
	}
	n := 0
	for _, e := range of {
		if c.db.tagging.remove(e, tag) {
			n++
		}
	}
	return affected{n}, nil
}
