// SPDX-License-Identifier: Apache-2.0

package main

import (
	"errors"
	"io/fs"
	"os"
	"path/filepath"
	"strings"
	"testing"

	corev1 "k8s.io/api/core/v1"
	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/util/jsonpath"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
	"github.com/scanopy-operator/scanopy-operator/internal/emulator"
)

func TestEveryStepOfTheStoryCanBePlayed(t *testing.T) {
	for _, st := range story(emulator.DefaultVersion) {
		t.Run(st.title, func(t *testing.T) {
			ways := 0
			for _, is := range []bool{st.apply != nil, st.remove != "", st.hand.does != nil && st.hand.words != ""} {
				if is {
					ways++
				}
			}
			if st.words == "" || ways != 1 {
				t.Error("a step has words, and applies or removes something or has somebody do something, one of these")
			}
			if len(st.facts)+len(st.inventory)+len(st.tales) == 0 {
				t.Error("a step checks something")
			}
			for _, f := range st.facts {
				checkFact(t, f)
			}
		})
	}
}

func checkFact(t *testing.T, f fact) {
	t.Helper()
	if _, _, err := resourceOf(f.object); err != nil {
		t.Error(err)
	}
	if err := jsonpath.New("fact").Parse(f.path); err != nil {
		t.Errorf("%s: %v", f.path, err)
	}
	if (f.is == "") == (f.has == nil) {
		t.Errorf("%s %s: a fact says what is or what it has, not both", f.object, f.path)
	}
}

func TestEverySampleIsPlayedAndSpelledRight(t *testing.T) {
	played := map[string]bool{}
	for _, st := range story(emulator.DefaultVersion) {
		for _, file := range st.apply {
			played[filepath.Join("../..", samples, file)] = true
		}
	}
	scheme := runtime.NewScheme()
	if err := errors.Join(v1alpha1.AddToScheme(scheme), corev1.AddToScheme(scheme)); err != nil {
		t.Fatal(err)
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	for _, file := range sampleFiles(t) {
		if !played[file] {
			t.Errorf("no step applies %s", file)
		}
		text, err := os.ReadFile(file)
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			if _, _, err := decoder.Decode([]byte(document), nil, nil); err != nil {
				t.Errorf("%s: %v", file, err)
			}
		}
		delete(played, file)
	}
	if len(played) > 0 {
		t.Errorf("steps apply files that are not there: %v", played)
	}
}

// sampleFiles are all samples, but for the list of them.
func sampleFiles(t *testing.T) []string {
	t.Helper()
	var files []string
	err := filepath.WalkDir(filepath.Join("../..", samples), func(path string, entry fs.DirEntry, err error) error {
		if err == nil && !entry.IsDir() && entry.Name() != "kustomization.yaml" {
			files = append(files, path)
		}
		return err
	})
	if err != nil {
		t.Fatal(err)
	}
	return files
}

func TestTheSamplesHaveWhatTheDemoReplaces(t *testing.T) {
	for file, want := range map[string]string{"backend.yaml": sampleURL, "clusterbackend.yaml": sampleURL, "secret.yaml": sampleToken} {
		text, err := os.ReadFile(filepath.Join("../..", samples, file))
		if err != nil {
			t.Fatal(err)
		}
		if !strings.Contains(string(text), want) {
			t.Errorf("%s lacks %s", file, want)
		}
	}
}
