package githubtest

import "slices"

const repository = "/repos/{owner}/{repo}"

// operations is the table of all that the fake can do.
func operations() []operation {
	return slices.Concat(codeOperations(), talkOperations(), resultOperations(), scanningOperations(), productOperations(), accountOperations())
}

// codeOperations read commits and what hangs on them.
func codeOperations() []operation {
	const branch = repository + "/branches/{branch}"
	return []operation{
		get(repository, getRepository),
		get(repository+"/contents/{path}", getContents, "contents"),
		get(repository+"/tarball/{ref}", downloadTarball, "contents"),
		get(repository+"/commits/{ref}", getCommit, "contents"),
		get(repository+"/compare/{basehead}", getComparison, "contents"),
		get(repository+"/git/ref/{ref}", getRef, "contents"),
		get(repository+"/tags", listTags, "contents"),
		get(branch, getBranch, "contents"),
		get(branch+"/protection", branchProtection, "administration").guard(),
		get(branch+"/protection/required_status_checks", branchProtection, "administration").guard(),
		get(repository+"/rules/branches/{branch}", listRules),
		get(repository+"/rulesets", listRules),
		get(repository+"/pulls", listPulls, "pull-requests"),
		get(repository+"/pulls/{pull_number}", getPull, "pull-requests"),
		get(repository+"/pulls/{pull_number}/files", listPullFiles, "pull-requests"),
		get(repository+"/commits/{commit_sha}/pulls", listPullsOfCommit, "pull-requests"),
		get(repository+"/collaborators/{username}/permission", getRole).guard(),
	}
}

// talkOperations are about issues and the talk below them and below pull requests.
func talkOperations() []operation {
	const issue = repository + "/issues/{issue_number}"
	const comment = repository + "/issues/comments/{comment_id}"
	const label = repository + "/labels/{name}"
	return []operation{
		get(issue+"/comments", listComments, "issues", "pull-requests"),
		post(issue+"/comments", createComment, "issues", "pull-requests"),
		get(comment, getComment, "issues", "pull-requests"),
		patch(comment, updateComment, "issues", "pull-requests"),
		remove(comment, deleteComment, "issues", "pull-requests"),
		get(repository+"/issues", listIssues, "issues"),
		post(repository+"/issues", createIssue, "issues"),
		get(issue, getIssue, "issues", "pull-requests"),
		patch(issue, updateIssue, "issues"),
		post(issue+"/assignees", addAssignees, "issues"),
		get(issue+"/labels", listIssueLabels, "issues"),
		post(issue+"/labels", addIssueLabels, "issues"),
		put(issue+"/labels", setIssueLabels, "issues"),
		remove(issue+"/labels/{name}", removeIssueLabel, "issues"),
		get(repository+"/labels", listLabels, "issues"),
		post(repository+"/labels", createLabel, "issues"),
		get(label, getLabel, "issues"),
		patch(label, updateLabel, "issues"),
	}
}

// resultOperations are about check runs, statuses and workflow runs.
func resultOperations() []operation {
	const run = repository + "/check-runs/{check_run_id}"
	const artifact = repository + "/actions/artifacts/{artifact_id}"
	return []operation{
		post(repository+"/check-runs", createCheckRun, "checks"),
		get(run, getCheckRun, "checks"),
		patch(run, updateCheckRun, "checks"),
		get(run+"/annotations", listCheckAnnotations, "checks"),
		get(repository+"/commits/{ref}/check-runs", listCheckRuns, "checks"),
		post(repository+"/statuses/{sha}", createStatus, "statuses"),
		get(repository+"/commits/{ref}/statuses", listStatuses, "statuses"),
		get(repository+"/commits/{ref}/status", getCombinedStatus, "statuses"),
		get(repository+"/actions/runs/{run_id}", getRun, "actions"),
		get(repository+"/actions/runs/{run_id}/artifacts", listRunArtifacts, "actions"),
		get(repository+"/actions/artifacts", listArtifacts, "actions"),
		get(artifact, getArtifact, "actions"),
		get(artifact+"/{archive_format}", downloadArtifact, "actions").guard(),
	}
}

// scanningOperations are about code scanning.
func scanningOperations() []operation {
	const scanning = repository + "/code-scanning"
	const alert = scanning + "/alerts/{alert_number}"
	const analysis = scanning + "/analyses/{analysis_id}"
	return []operation{
		post(scanning+"/sarifs", uploadSARIF, "security-events").scan(),
		get(scanning+"/sarifs/{sarif_id}", getUpload, "security-events").scan(),
		get(scanning+"/analyses", listAnalyses, "security-events").scan(),
		get(analysis, getAnalysis, "security-events").scan(),
		remove(analysis, deleteAnalysis, "security-events").scan(),
		get(scanning+"/alerts", listAlerts, "security-events").scan(),
		get(alert, getAlert, "security-events").scan(),
		patch(alert, updateAlert, "security-events").scan(),
		get(alert+"/instances", listInstances, "security-events").scan(),
	}
}

// productOperations are about releases, packages and attestations.
func productOperations() []operation {
	const release = repository + "/releases"
	all := []operation{
		get(release, listReleases, "contents"),
		get(release+"/latest", getLatestRelease, "contents"),
		get(release+"/tags/{tag}", getReleaseByTag, "contents"),
		get(release+"/{release_id}", getRelease, "contents"),
		get(release+"/{release_id}/assets", listAssets, "contents"),
		get(release+"/assets/{asset_id}", getAsset, "contents"),
		get(repository+"/attestations/{subject_digest}", listAttestations, "attestations"),
		get("/orgs/{org}/attestations/{subject_digest}", listAttestations, "attestations"),
		get("/users/{username}/attestations/{subject_digest}", listAttestations, "attestations"),
		get("/orgs/{org}/packages", listPackages, "packages").guard(),
		get("/users/{username}/packages", listPackages, "packages").guard(),
	}
	for _, owner := range []string{"/orgs/{org}", "/users/{username}", "/user"} {
		pack := owner + "/packages/{package_type}/{package_name}"
		all = append(all,
			get(pack, getPackage, "packages").guard(),
			get(pack+"/versions", listVersions, "packages").guard(),
			get(pack+"/versions/{package_version_id}", getVersion, "packages").guard(),
		)
	}
	return all
}

// accountOperations are about who asks.
func accountOperations() []operation {
	return []operation{
		get("/user", getUser),
		get("/rate_limit", getRateLimit),
	}
}
