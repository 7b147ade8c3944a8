package inputs_test

import (
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestAChangeAffectsTheImageWhenANeededStageReadsIt(t *testing.T) {
	one := repo{"a/f": "1", "b/f": "1", "c/f": "1"}
	file := func(text string) repo { return one.with(repo{"Dockerfile": text}) }
	arm := gate.BuildSpec{Platforms: []string{"linux/arm64"}}
	a, b, c := repo{"a/f": "2"}, repo{"b/f": "2"}, repo{"c/f": "2"}
	const two = "FROM x AS one\nCOPY a /\nFROM x AS two\nCOPY b /\n"
	for _, c := range []change{
		{"a stage that nothing needs", file(two), a, gate.BuildSpec{}, false},
		{"the last stage", file(two), b, gate.BuildSpec{}, true},
		{"the stage that is the target", file(two), a, gate.BuildSpec{Target: "ONE"}, true},
		{"the stage behind the target", file(two), b, gate.BuildSpec{Target: "one"}, false},
		{"the target by its number", file(two), a, gate.BuildSpec{Target: "0"}, true},
		{"a stage that is copied from", file(two + "FROM x\nCOPY --from=one /f /\n"), a, gate.BuildSpec{}, true},
		{"a stage that is copied from in another case", file(two + "FROM x\nCOPY --from=ONE /f /\n"), a, gate.BuildSpec{}, true},
		{"a stage that is copied from by its number", file(two + "FROM x\nCOPY --from=0 /f /\n"), a, gate.BuildSpec{}, true},
		{"a stage that is only mounted", file(two + "FROM x\nRUN --mount=from=one,target=/m true\n"), a, gate.BuildSpec{}, true},
		{"a stage that is only a cache's content", file(two + "FROM x\nRUN --mount=type=cache,from=one,target=/m true\n"), a, gate.BuildSpec{}, true},
		{"a stage that is built on", file(two + "FROM one\n"), a, gate.BuildSpec{}, true},
		{"a stage that is needed by one that is needed", file("FROM x AS one\nCOPY a /\nFROM one AS two\nFROM x\nCOPY --from=two /f /\n"), a, gate.BuildSpec{}, true},
		{"a stage by the value of an argument", file("ARG S=one\n" + two + "FROM ${S}\n"), a, gate.BuildSpec{}, true},
		{"another stage than the argument's value", file("ARG S=one\n" + two + "FROM ${S}\n"), b, gate.BuildSpec{}, false},
		{"a stage by a given argument", file("ARG S=one\n" + two + "FROM ${S}\n"), b, gate.BuildSpec{Args: map[string]string{"S": "two"}}, true},
		{"the later stage of two of one name", file("FROM x AS one\nCOPY a /\nFROM x AS one\nCOPY b /\nFROM x\nCOPY --from=one /f /\n"), b, gate.BuildSpec{}, true},
		{"a stage by the platform", file("FROM x AS b-arm64\nCOPY a /\nFROM b-${TARGETARCH}\n"), a, arm, true},
		{"a stage by the platform, cut", file("FROM x AS b-arm\nCOPY a /\nFROM b-${TARGETARCH%64}\n"), a, arm, true},
		{"a stage by the platform, with a decoy", file("FROM x AS arm64\nCOPY a /\nFROM x AS decoy\nFROM ${TARGETARCH:-decoy}\n"), a, arm, true},
		{"a stage by an argument with the platform and a decoy", file("ARG S=${TARGETARCH:-decoy}\nFROM x AS arm64\nCOPY a /\nFROM x AS decoy\nFROM ${S}\n"), a, arm, true},
		{"a stage by a platform that is not known", file("FROM x AS b-arm64\nCOPY a /\nFROM b-${TARGETARCH}\n"), a, gate.BuildSpec{}, true},
		{"a stage by a platform of another spelling", file("FROM x AS b-arm64\nCOPY a /\nFROM b-${TARGETARCH}${TARGETVARIANT}\n"), a, gate.BuildSpec{Platforms: []string{"linux/arm64/v8"}}, true},

		{"a mount of the whole context", file("FROM x\nRUN --mount=target=/m true\n"), a, gate.BuildSpec{}, true},
		{"a mount of a folder", file("FROM x\nRUN --mount=type=bind,src=a,target=/m true\n"), a, gate.BuildSpec{}, true},
		{"a folder beside the one that is mounted", file("FROM x\nRUN --mount=type=bind,source=a,target=/m true\n"), b, gate.BuildSpec{}, false},
		{"a mount whose source is a variable", file("FROM x\nARG A=b\nRUN --mount=source=$A,target=/m true\n"), a, gate.BuildSpec{}, true},
		{"a mount whose type is a variable", file("FROM x\nARG A=bind\nRUN --mount=type=$A,source=a,target=/m true\n"), a, gate.BuildSpec{}, true},
		{"a cache, a secret, an agent and a tmpfs", file("FROM x\nRUN --mount=type=cache,target=/c --mount=type=secret,id=s --mount=type=ssh --mount=type=tmpfs,target=/t true\n"), a, gate.BuildSpec{}, false},

		{"a trigger in the stage that is built on", file("FROM x AS p\nONBUILD COPY a /\nFROM p\n"), a, gate.BuildSpec{}, true},
		{"a trigger that nothing sets off", file("FROM x\nONBUILD COPY a /\n"), a, gate.BuildSpec{}, false},
		{"a trigger two stages above", file("FROM x AS p\nONBUILD COPY a /\nFROM p AS q\nFROM q\n"), a, gate.BuildSpec{}, true},
		{"a trigger that names a stage", file("FROM x AS one\nCOPY a /\nFROM x AS p\nONBUILD COPY --from=one /f /\nFROM p\n"), a, gate.BuildSpec{}, true},
		{"a trigger by the platform", file("FROM x AS p-arm64\nONBUILD COPY a /\nFROM p-$TARGETARCH\n"), a, arm, true},

		{"a source that is a variable", file("FROM x\nENV A=a\nCOPY $A /\n"), a, gate.BuildSpec{}, true},
		{"a folder that the variable does not mean", file("FROM x\nENV A=a\nCOPY $A /\n"), b, gate.BuildSpec{}, false},
		{"a source that is a given argument", file("FROM x\nARG A=b\nCOPY $A /\n"), a, gate.BuildSpec{Args: map[string]string{"A": "a"}}, true},
		{"the default of a given argument", file("FROM x\nARG A=b\nCOPY $A /\n"), b, gate.BuildSpec{Args: map[string]string{"A": "a"}}, false},
		{"a variable that ENV and ARG set", file("FROM x\nENV A=a\nARG A=b\nCOPY $A /\n"), a, gate.BuildSpec{}, true},
		{"the other value of a variable that both set", file("FROM x\nENV A=a\nARG A=b\nCOPY $A /\n"), b, gate.BuildSpec{}, true},
		{"an argument that ENV sets and that is given", file("FROM x\nENV A=a\nARG A\nCOPY $A /\n"), a, gate.BuildSpec{Args: map[string]string{"A": "b"}}, true},
		{"an argument that builders keep out of the environment", file("FROM x\nARG BUILDKIT_SBOM_SCAN_CONTEXT=b\nCOPY ${BUILDKIT_SBOM_SCAN_CONTEXT}a /\n"), a, gate.BuildSpec{}, true},
		{"an argument of the platform", file("FROM x\nARG TARGETARCH\nCOPY ${TARGETARCH}/f /\n").with(repo{"arm64/f": "1"}), repo{"arm64/f": "2"}, arm, true},
		{"another platform's folder", file("FROM x\nARG TARGETARCH\nCOPY ${TARGETARCH}/f /\n").with(repo{"amd64/f": "1"}), repo{"amd64/f": "2"}, arm, false},
		{"a default of the platform's own argument", file("FROM x\nARG TARGETARCH=a\nCOPY ${TARGETARCH}/f /\n"), a, arm, true},
		{"a global argument with the platform and a decoy", file("ARG A=${TARGETARCH:-b}\nFROM x\nARG A\nCOPY ${A} /\n").with(repo{"arm64/f": "1"}), repo{"arm64/f": "2"}, arm, true},
		{"a global argument with what is set later", file("ARG A=a$B\nARG B=x\nFROM x\nARG A\nCOPY ${A} /\n"), a, gate.BuildSpec{}, true},
		{"a folder when the platform is not known", file("FROM x\nARG TARGETARCH\nCOPY ${TARGETARCH}/f /\n"), c, gate.BuildSpec{}, true},
		{"an argument that is called PATH", file("FROM x\nARG PATH=b\nCOPY $PATH /\n"), a, gate.BuildSpec{}, true},
		{"a variable of PATH", file("FROM x\nCOPY ${PATH:-a} /\n"), b, gate.BuildSpec{}, true},
	} {
		t.Run(c.name, func(t *testing.T) { c.check(t) })
	}
}
