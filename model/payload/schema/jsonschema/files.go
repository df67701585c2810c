package jsonschema

import (
	"bytes"
	"errors"
	"fmt"
	"path/filepath"
	"strings"

	validator "github.com/santhosh-tekuri/jsonschema/v6"
)

// files reads schemas from files. It is the validator's loader.
type files func(path string) ([]byte, error)

// maxFile is the max size of a schema in bytes: far more than any has, and soon read.
const maxFile = 16 << 20

// errRemote is the error for a reference to another machine.
var errRemote = errors.New("only files are read, nothing is fetched; save it beside the file and refer to it by its name")

// Load reads the schema at a file URL.
func (read files) Load(url string) (any, error) {
	if !strings.HasPrefix(url, "file:") {
		return nil, errRemote
	}
	path, err := validator.FileLoader{}.ToFile(url)
	if err != nil {
		return nil, err
	}
	text, err := read(path)
	if err != nil {
		return nil, err
	}
	if len(text) > maxFile {
		return nil, fmt.Errorf("it is larger than %d MiB", maxFile>>20)
	}
	value, err := validator.UnmarshalJSON(bytes.NewReader(text))
	if err != nil {
		return nil, fmt.Errorf("it is no JSON: %w", err)
	}
	return value, nil
}

// explain returns an error of a schema in one line that begins with its file.
func explain(file string, err error) error {
	if wrong, ok := errors.AsType[*validator.SchemaValidationError](err); ok {
		if invalid, ok := errors.AsType[*validator.ValidationError](wrong.Err); ok {
			return fmt.Errorf("%s is no JSON Schema: %s", file, strings.Join(problems(invalid), "; "))
		}
	}
	if failed, ok := errors.AsType[*validator.LoadURLError](err); ok {
		if strings.HasSuffix(failed.URL, "/"+filepath.Base(file)) {
			return fmt.Errorf("%s: %w", file, failed.Err)
		}
		return fmt.Errorf("%s: its reference %s can't be read: %w", file, failed.URL, failed.Err)
	}
	return fmt.Errorf("%s: %s", file, oneLine(err.Error()))
}
