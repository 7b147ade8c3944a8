package proposal

import (
	"os"
	"path/filepath"
	"slices"
	"testing"

	"github.com/containergate/gate/internal/gate"
)

func TestTheImagesOfTheBaseStayExamined(t *testing.T) {
	t.Chdir(t.TempDir())
	for _, folder := range []string{"api", "decoy"} {
		if err := os.MkdirAll(folder, 0o750); err != nil {
			t.Fatal(err)
		}
		if err := os.WriteFile(filepath.Join(folder, "Dockerfile"), []byte("FROM scratch\n"), 0o600); err != nil {
			t.Fatal(err)
		}
	}
	built := func(name, folder string, change func(*gate.ImagePlan)) gate.ImagePlan {
		image := gate.ImagePlan{Name: name, Dockerfile: folder + "/Dockerfile", Build: &gate.BuildSpec{Context: folder}}
		if change != nil {
			change(&image)
		}
		return image
	}
	api := built("api", "api", nil)
	tests := []struct {
		name   string
		head   gate.ImagePlan
		base   gate.ImagePlan
		picked bool
		want   []string
	}{
		{"the same image", api, api, false, []string{"api"}},
		{"a change of build arguments is the change's own", built("api", "api", func(i *gate.ImagePlan) { i.Build.Args = map[string]string{"A": "b"} }), api, false, []string{"api"}},
		{"another context", built("api", "decoy", nil), api, false, []string{"api", "api.base"}},
		{"another stage", built("api", "api", func(i *gate.ImagePlan) { i.Target = "empty" }), api, false, []string{"api", "api.base"}},
		{"a ready image", gate.ImagePlan{Name: "api", Ref: "docker:hello:1"}, api, false, []string{"api", "api.base"}},
		{"another context of the image that the job is about", built("api", "decoy", nil), api, true, []string{"api", "api.base"}},
		{"another image than the job is about", built("web", "decoy", nil), api, true, []string{"web"}},
		{"a Dockerfile that is gone", built("web", "decoy", nil), built("api", "gone", nil), false, []string{"web"}},
	}
	for _, tt := range tests {
		t.Run(tt.name, func(t *testing.T) {
			plan := gate.Plan{Images: []gate.ImagePlan{tt.head}, Floor: &gate.Floor{}}
			keepImages(&plan, []gate.ImagePlan{tt.base}, tt.picked)
			var got []string
			for _, i := range plan.Images {
				got = append(got, i.Name)
			}
			if !slices.Equal(got, tt.want) {
				t.Errorf("images = %v, want %v (%v)", got, tt.want, plan.Floor.Notes)
			}
		})
	}
}
