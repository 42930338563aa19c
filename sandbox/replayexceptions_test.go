package sandbox

// orgField is a field whose presence differs between the recorded orgs, by
// their release, engine or features. No single org has all of them.
type orgField struct {
	path   string // pattern of the end of its path
	reason string
}

func orgFields() []orgField {
	return []orgField{
		{`\._links\.owners`, "group ownership: in some orgs from 2026 on"},
		{`\.realmId`, "realms: in orgs from 2026 on"},
		{`\._links\.resetFactors`, "in orgs from 2026 on"},
		{`\.universalLogout`, "absent before 2026, null or an object since"},
		{`\.settings\.emOptInStatus`, "absent before 2026"},
		{`\.participate_slo`, "single logout: a feature; it came to one recorded org within two weeks"},
		{`\._links\.(accessPolicy|policies|profileEnrollment)`, "Identity Engine; the Classic Engine has none"},
		{`\.oauthClient\.consent_method`, "absent in one Classic Engine org of 2025"},
		{`\.settings\.op4wEnabled`, "in one org"},
	}
}

// replayException is a known difference from a recording.
type replayException struct {
	exchange   string // pattern of "cassette/number METHOD path"
	difference string // pattern that each of its differences matches
	reason     string
}

func replayExceptions() []replayException {
	return []replayException{
		{` (GET|POST) /api/v1/meta/schemas/user/default`, `\.definitions\.custom\.properties\.`,
			"the recorded orgs had custom attributes of their own, and those of earlier tests"},
		{`DataSourceOktaUser_read/.* GET /api/v1/users$`, `^adds \[\]\.profile\.(array|number)123`,
			"the first match in the recorded org was a user of an earlier test"},
		{`DataSourceOktaGroups_read/.* GET /api/v1/groups$`, `^lacks \[\]`,
			"lists groups that the recorded org had from earlier tests"},
		{`AdminRoleTargets_crud/classic-00/7 GET .*/roles`, `^lacks \[\]`,
			"recorded before the request that assigns the role, which it ran in parallel with"},
	}
}
