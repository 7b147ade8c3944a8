package rules

import (
	"slices"
	"strings"

	"github.com/containergate/gate/internal/lint"
)

// All returns every rule, sorted by id.
func All() []lint.Rule {
	all := slices.Concat(scriptRules(), stageRules(), instructionRules())
	slices.SortFunc(all, func(a, b lint.Rule) int { return strings.Compare(a.Info.ID, b.Info.ID) })
	return all
}

// scriptRules are about what instructions run.
func scriptRules() []lint.Rule {
	return []lint.Rule{
		addForArchives(),
		apkNoCache(),
		aptListsNotCleaned(),
		aptMissingYes(),
		aptNoInstallRecommends(),
		changeDefaultShell(),
		consecutiveRun(),
		copyBeforeInstall(),
		curlPipeShell(),
		dnfCacheNotCleaned(),
		dnfMissingYes(),
		downloadWithoutChecksum(),
		noSudo(),
		passwordInBuild(),
		pinApkPackages(),
		pinAptPackages(),
		pinDnfPackages(),
		pinGemPackages(),
		pinGoPackages(),
		pinNpmPackages(),
		pinPipPackages(),
		pinYumPackages(),
		pinZypperPackages(),
		pipCacheKept(),
		pipeWithoutPipefail(),
		pointlessCommand(),
		secretInRun(),
		setuidProgram(),
		signatureCheckOff(),
		systemUpgrade(),
		tlsVerificationOff(),
		updateAlone(),
		useAptGet(),
		useWorkdir(),
		useraddHighUID(),
		wgetAndCurl(),
		wgetProgress(),
		worldWritableChmod(),
		yarnCacheKept(),
		yumCacheNotCleaned(),
		yumMissingYes(),
		zypperCacheNotCleaned(),
		zypperDistUpgrade(),
		zypperMissingYes(),
	}
}

// stageRules are about stages, their bases and what is copied into them.
func stageRules() []lint.Rule {
	return []lint.Rule{
		addLocalFile(),
		addRemoteURL(),
		basePlatform(),
		constantPlatform(),
		copiedSecret(),
		copyFromSelf(),
		copyFromUnknownStage(),
		copyIgnoredFile(),
		copyNeedsDirectory(),
		copyRelativeDestination(),
		copyWholeFilesystem(),
		definitionDescription(),
		dockerSocket(),
		duplicateStageName(),
		fromAsCasing(),
		instructionBeforeFrom(),
		instructionCasing(),
		invalidDefaultArg(),
		missingDockerignore(),
		missingHealthcheck(),
		missingLabel(),
		onbuildNesting(),
		pinBaseDigest(),
		pinBaseImage(),
		redundantTargetPlatform(),
		reservedStageName(),
		rootUser(),
		stageNameCasing(),
		undefinedArgInFrom(),
		undefinedVariable(),
		untrustedRegistry(),
	}
}

// instructionRules are about single instructions and the file.
func instructionRules() []lint.Rule {
	return []lint.Rule{
		emptyContinuation(),
		envSelfReference(),
		exposeFormat(),
		exposeProtocolCasing(),
		expiredIgnore(),
		exposeSSH(),
		foreignSyntax(),
		inlineIgnore(),
		insecureBuildFlag(),
		invalidIgnore(),
		invalidLabel(),
		invalidPort(),
		labelKey(),
		legacyKeyValue(),
		maintainerDeprecated(),
		multipleCmd(),
		multipleEntrypoint(),
		multipleHealthcheck(),
		namedUser(),
		relativeWorkdir(),
		secretInEnv(),
		shellFormCmd(),
		systemDirectory(),
		unexpectedLabel(),
		unusedIgnore(),
	}
}
