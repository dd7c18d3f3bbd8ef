package iam

import (
	"net/http"
	"slices"
	"strconv"

	"github.com/stepwell/stepwell/store"
)

// maxTags is how many tags a role may have, from
// https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_iam-quotas.html.
const maxTags = 50

// members are the prefixes of the members of a list that a request has: "Tags.member.1", and so on.
func members(r request, list, first string) []string {
	var all []string
	for i := 1; ; i++ {
		prefix := list + ".member." + strconv.Itoa(i)
		if !r.params.Has(prefix + first) {
			return all
		}
		all = append(all, prefix)
	}
}

// withTags are tags with those of a request added: of two with one key the later holds.
func withTags(tags []store.Tag, r request) ([]store.Tag, error) {
	for _, prefix := range members(r, "Tags", ".Key") {
		t := store.Tag{Key: r.get(prefix + ".Key"), Value: r.get(prefix + ".Value")}
		if i := tagged(tags, t.Key); i >= 0 {
			tags[i] = t
		} else {
			tags = append(tags, t)
		}
		if len(tags) > maxTags {
			break
		}
	}
	if len(tags) > maxTags {
		return nil, &fault{
			http.StatusConflict, "LimitExceeded",
			"Cannot exceed quota for TagsPerRole: " + strconv.Itoa(maxTags),
		}
	}
	return tags, nil
}

func tagged(tags []store.Tag, key string) int {
	return slices.IndexFunc(tags, func(t store.Tag) bool { return t.Key == key })
}

func (h *Handler) tagRole(r request) (any, error) {
	return nil, h.update(r, func(role *store.Role) (err error) {
		role.Tags, err = withTags(role.Tags, r)
		return err
	})
}

// untagRole ignores keys that the role does not have.
func (h *Handler) untagRole(r request) (any, error) {
	return nil, h.update(r, func(role *store.Role) error {
		for _, name := range members(r, "TagKeys", "") {
			if i := tagged(role.Tags, r.get(name)); i >= 0 {
				role.Tags = slices.Delete(role.Tags, i, i+1)
			}
		}
		return nil
	})
}

func (h *Handler) listRoleTags(r request) (any, error) {
	got, err := h.role(r)
	if err != nil {
		return nil, err
	}
	return struct {
		Tags        tagList
		IsTruncated bool
	}{Tags: tagList{got.Tags}}, nil
}
