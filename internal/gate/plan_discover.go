package gate

// DiscoverPlan says which files define the images of a repository. The zero
// value looks for none.
type DiscoverPlan struct {
	// Kinds are bake, compose and dockerfile.
	Kinds []string
	// Include and Exclude are patterns over the paths of those files, in which
	// ** stands for any number of folders.
	Include, Exclude []string
	// Targets are the bake targets and groups that are built; none means bake's
	// own choice.
	Targets []string
}

// AdvisePlan says which base images are tried in place of those that are used.
type AdvisePlan struct {
	// Kinds are the steps that are wanted, in the words of package advise; none
	// means all but another major version.
	Kinds []string
	// Allow and Deny are patterns of path.Match over tags.
	Allow, Deny []string
	// Store is where bills of materials of images are kept: a folder, or
	// oci:REGISTRY/REPOSITORY. Empty keeps none.
	Store string
}
