package iam

import (
	"crypto/rand"
	"encoding/base32"
	"encoding/json"
	"errors"
	"net/http"
	"net/url"
	"regexp"
	"strconv"
	"strings"
	"time"

	"github.com/stepwell/stepwell/store"
)

// role is a role as IAM shows it, from https://docs.aws.amazon.com/IAM/latest/APIReference/API_Role.html.
type role struct {
	Path                     string
	RoleName                 string
	RoleID                   string `xml:"RoleId"`
	Arn                      string
	CreateDate               string
	AssumeRolePolicyDocument string
	Description              string `xml:",omitempty"`
	MaxSessionDuration       int64
	Tags                     *tagList `xml:",omitempty"`
}

// tagList is left out whole where there are no tags.
type tagList struct {
	Members []store.Tag `xml:"member"`
}

func show(r store.Role) role {
	shown := role{
		Path: r.Path, RoleName: r.Name, RoleID: r.ID, Arn: arn(r),
		CreateDate:               r.Created.UTC().Format(time.RFC3339),
		AssumeRolePolicyDocument: url.PathEscape(r.TrustPolicy),
		Description:              r.Description, MaxSessionDuration: r.MaxSessionSeconds,
	}
	if len(r.Tags) > 0 {
		shown.Tags = &tagList{r.Tags}
	}
	return shown
}

func arn(r store.Role) string { return "arn:aws:iam::" + r.Account + ":role" + r.Path + r.Name }

// Constraints of https://docs.aws.amazon.com/IAM/latest/APIReference/API_CreateRole.html.
var (
	roleName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)
	rolePath = regexp.MustCompile(`^/([!-~]+/)?$`)
)

const (
	maxPath           = 512
	minSessionSeconds = 3600
	maxSessionSeconds = 43200
)

// name returns the parameter RoleName, checked.
func (h *Handler) name(r request) (string, error) {
	name := r.get("RoleName")
	if !roleName.MatchString(name) {
		return "", invalid("The specified value for roleName is invalid. It must contain only alphanumeric characters and/or the following: +=,.@_-")
	}
	return name, nil
}

// role returns the stored role that the request names.
func (h *Handler) role(r request) (store.Role, error) {
	name, err := h.name(r)
	if err != nil {
		return store.Role{}, err
	}
	got, err := h.store.Role(r.ctx, r.account, name)
	if errors.Is(err, store.ErrNotFound) {
		return got, &fault{http.StatusNotFound, "NoSuchEntity", "The role with name " + name + " cannot be found."}
	}
	return got, err
}

func (h *Handler) createRole(r request) (any, error) {
	name, err := h.name(r)
	if err != nil {
		return nil, err
	}
	created := store.Role{
		Account: r.account, Name: name, Path: "/", ID: newRoleID(), Created: time.Now().UTC().Truncate(time.Second),
		TrustPolicy: r.get("AssumeRolePolicyDocument"), Description: r.get("Description"),
	}
	if created.Tags, err = withTags(nil, r); err != nil {
		return nil, err
	}
	if !isDocument(created.TrustPolicy) {
		return nil, malformedPolicy()
	}
	if path := r.get("Path"); path != "" {
		if created.Path = path; len(path) > maxPath || !rolePath.MatchString(path) {
			return nil, invalid("The specified value for path is invalid. It must begin and end with / and contain only alphanumeric characters and/or / characters.")
		}
	}
	if created.MaxSessionSeconds, err = number(r, "MaxSessionDuration", minSessionSeconds, minSessionSeconds, maxSessionSeconds); err != nil {
		return nil, err
	}
	err = h.store.CreateRole(r.ctx, created)
	if errors.Is(err, store.ErrExists) {
		return nil, &fault{http.StatusConflict, "EntityAlreadyExists", "Role with name " + name + " already exists."}
	}
	return struct{ Role role }{show(created)}, err
}

// number returns a numeric parameter between two bounds, or a default where the request has none.
func number(r request, name string, fallback, low, high int64) (int64, error) {
	text := r.get(name)
	if text == "" {
		return fallback, nil
	}
	n, err := strconv.ParseInt(text, 10, 64)
	if err != nil || n < low || n > high {
		return 0, invalid("The value %q of %s is not between %d and %d", text, name, low, high)
	}
	return n, nil
}

// isDocument reports whether text can be a policy: a JSON object.
func isDocument(text string) bool {
	var members map[string]json.RawMessage
	return json.Unmarshal([]byte(text), &members) == nil && members != nil
}

func malformedPolicy() error {
	return &fault{http.StatusBadRequest, "MalformedPolicyDocument", "This policy contains invalid Json"}
}

func newRoleID() string {
	b := make([]byte, 11)
	_, _ = rand.Read(b) // never fails; see crypto/rand
	return "AROA" + base32.StdEncoding.EncodeToString(b)[:17]
}

func (h *Handler) getRole(r request) (any, error) {
	got, err := h.role(r)
	if err != nil {
		return nil, err
	}
	return struct{ Role role }{show(got)}, nil
}

// pageSize is how many roles a page has unless MaxItems says otherwise, and maxPageSize how many at most.
const (
	pageSize    = 100
	maxPageSize = 1000
)

func (h *Handler) listRoles(r request) (any, error) {
	limit, err := number(r, "MaxItems", pageSize, 1, maxPageSize)
	if err != nil {
		return nil, err
	}
	var out struct {
		Roles       []role `xml:"Roles>member"`
		IsTruncated bool
		Marker      string `xml:",omitempty"`
	}
	for found, err := range h.store.Roles(r.ctx, r.account, r.get("Marker")) {
		if err != nil {
			return nil, err
		}
		if !strings.HasPrefix(found.Path, r.get("PathPrefix")) {
			continue
		}
		if len(out.Roles) == int(limit) {
			out.IsTruncated, out.Marker = true, out.Roles[limit-1].RoleName
			break
		}
		out.Roles = append(out.Roles, show(found))
	}
	return out, nil
}

// updateRole leaves what is not given as it is.
func (h *Handler) updateRole(r request) (any, error) {
	seconds, err := number(r, "MaxSessionDuration", minSessionSeconds, minSessionSeconds, maxSessionSeconds)
	if err != nil {
		return nil, err
	}
	err = h.update(r, func(role *store.Role) error {
		if r.params.Has("Description") {
			role.Description = r.get("Description")
		}
		if r.params.Has("MaxSessionDuration") {
			role.MaxSessionSeconds = seconds
		}
		return nil
	})
	return struct{}{}, err
}

// updateRoleDescription is what updateRole came after; Terraform calls it.
func (h *Handler) updateRoleDescription(r request) (any, error) {
	var shown role
	err := h.update(r, func(role *store.Role) error {
		role.Description = r.get("Description")
		shown = show(*role)
		return nil
	})
	return struct{ Role role }{shown}, err
}

func (h *Handler) updateAssumeRolePolicy(r request) (any, error) {
	document := r.get("PolicyDocument")
	if !isDocument(document) {
		return nil, malformedPolicy()
	}
	return nil, h.update(r, func(role *store.Role) error {
		role.TrustPolicy = document
		return nil
	})
}

// listInstanceProfilesForRole finds none: there is nothing that a role could be given to. Terraform asks
// before it deletes a role.
func (h *Handler) listInstanceProfilesForRole(r request) (any, error) {
	if _, err := h.role(r); err != nil {
		return nil, err
	}
	var out struct {
		InstanceProfiles []struct{} `xml:"InstanceProfiles>member"`
		IsTruncated      bool
	}
	return out, nil
}

func (h *Handler) deleteRole(r request) (any, error) {
	got, err := h.role(r)
	if err != nil {
		return nil, err
	}
	if len(got.Attached) > 0 {
		return nil, &fault{http.StatusConflict, "DeleteConflict", "Cannot delete entity, must detach all policies first."}
	}
	if len(got.Inline) > 0 {
		return nil, &fault{http.StatusConflict, "DeleteConflict", "Cannot delete entity, must delete policies first."}
	}
	return nil, h.store.DeleteRole(r.ctx, r.account, got.Name)
}
