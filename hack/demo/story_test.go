// SPDX-License-Identifier: Apache-2.0

package main

import (
	"os"
	"path/filepath"
	"strings"
	"testing"

	"k8s.io/apimachinery/pkg/runtime"
	"k8s.io/apimachinery/pkg/runtime/serializer"
	"k8s.io/client-go/util/jsonpath"

	"github.com/scanopy-operator/scanopy-operator/api/v1alpha1"
)

func TestEveryStepOfTheStoryCanBePlayed(t *testing.T) {
	for _, st := range story() {
		t.Run(st.title, func(t *testing.T) {
			if st.words == "" || (st.apply == "") == (st.remove == "") {
				t.Error("a step has words, and applies or removes something, not both")
			}
			if len(st.facts)+len(st.inventory) == 0 {
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
	for _, st := range story() {
		played[st.apply] = true
	}
	files, err := os.ReadDir(filepath.Join("../..", samples))
	if err != nil {
		t.Fatal(err)
	}
	scheme := runtime.NewScheme()
	if err := v1alpha1.AddToScheme(scheme); err != nil {
		t.Fatal(err)
	}
	decoder := serializer.NewCodecFactory(scheme, serializer.EnableStrict).UniversalDeserializer()
	for _, file := range files {
		if !played[file.Name()] {
			t.Errorf("no step applies %s", file.Name())
		}
		text, err := os.ReadFile(filepath.Join("../..", samples, file.Name()))
		if err != nil {
			t.Fatal(err)
		}
		for document := range strings.SplitSeq(string(text), "\n---\n") {
			if _, _, err := decoder.Decode([]byte(document), nil, nil); err != nil {
				t.Errorf("%s: %v", file.Name(), err)
			}
		}
		delete(played, file.Name())
	}
	delete(played, "")
	if len(played) > 0 {
		t.Errorf("steps apply files that are not there: %v", played)
	}
}
