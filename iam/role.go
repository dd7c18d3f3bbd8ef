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
	Tags                     []store.Tag `xml:"Tags>member,omitempty"`
}

func show(r store.Role) role {
	return role{
		Path: r.Path, RoleName: r.Name, RoleID: r.ID, Arn: arn(r),
		CreateDate:               r.Created.UTC().Format(time.RFC3339),
		AssumeRolePolicyDocument: url.PathEscape(r.TrustPolicy),
		Description:              r.Description, MaxSessionDuration: r.MaxSessionSeconds, Tags: r.Tags,
	}
}

func arn(r store.Role) string { return "arn:aws:iam::" + r.Account + ":role" + r.Path + r.Name }

var roleName = regexp.MustCompile(`^[\w+=,.@-]{1,64}$`)

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
	got, err := h.store.Role(r.ctx, h.account, name)
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
	trust := r.get("AssumeRolePolicyDocument")
	if !json.Valid([]byte(trust)) {
		return nil, malformedPolicy()
	}
	created := store.Role{
		Account: h.account, Name: name, Path: r.get("Path"), ID: newRoleID(),
		Created: time.Now().UTC().Truncate(time.Second), TrustPolicy: trust,
		Description: r.get("Description"), MaxSessionSeconds: 3600, Tags: tags(r),
	}
	if created.Path == "" {
		created.Path = "/"
	}
	if s := r.get("MaxSessionDuration"); s != "" {
		if created.MaxSessionSeconds, err = strconv.ParseInt(s, 10, 64); err != nil {
			return nil, invalid("The value %q of MaxSessionDuration is not a number", s)
		}
	}
	err = h.store.CreateRole(r.ctx, created)
	if errors.Is(err, store.ErrExists) {
		return nil, &fault{http.StatusConflict, "EntityAlreadyExists", "Role with name " + name + " already exists."}
	}
	return struct{ Role role }{show(created)}, err
}

func malformedPolicy() error {
	return &fault{http.StatusBadRequest, "MalformedPolicyDocument", "This policy contains invalid Json"}
}

func newRoleID() string {
	b := make([]byte, 11)
	_, _ = rand.Read(b) // never fails; see crypto/rand
	return "AROA" + base32.StdEncoding.EncodeToString(b)[:17]
}

// tags reads Tags.member.N.Key and .Value.
func tags(r request) []store.Tag {
	var all []store.Tag
	for i := 1; r.params.Has("Tags.member." + strconv.Itoa(i) + ".Key"); i++ {
		prefix := "Tags.member." + strconv.Itoa(i)
		all = append(all, store.Tag{Key: r.get(prefix + ".Key"), Value: r.get(prefix + ".Value")})
	}
	return all
}

func (h *Handler) getRole(r request) (any, error) {
	got, err := h.role(r)
	if err != nil {
		return nil, err
	}
	return struct{ Role role }{show(got)}, nil
}

// pageSize is how many roles a page has unless MaxItems says otherwise.
const pageSize = 100

func (h *Handler) listRoles(r request) (any, error) {
	limit := pageSize
	if s := r.get("MaxItems"); s != "" {
		n, err := strconv.Atoi(s)
		if err != nil || n < 1 || n > 1000 {
			return nil, invalid("The value %q of MaxItems is not between 1 and 1000", s)
		}
		limit = n
	}
	var out struct {
		Roles       []role `xml:"Roles>member"`
		IsTruncated bool
		Marker      string `xml:",omitempty"`
	}
	for found, err := range h.store.Roles(r.ctx, h.account, r.get("Marker")) {
		if err != nil {
			return nil, err
		}
		if len(out.Roles) == limit {
			out.IsTruncated, out.Marker = true, out.Roles[limit-1].RoleName
			break
		}
		out.Roles = append(out.Roles, show(found))
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
	return nil, h.store.DeleteRole(r.ctx, h.account, got.Name)
}
