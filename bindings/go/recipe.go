package imza

// Recipe is a method's recipe: which values its token is made of, in which order (HASO-2).
type Recipe struct {
	_ noCopy
	*handle[recipeObject]
}

// FindRecipe finds the recipe of a documented method, by its name ("SetPreDefinedLimit") or path
// ("/RequestV2/SetPreDefinedLimit"). [ErrRecipeUnknown]: the vendor's public pages print none.
func FindRecipe(endpoint string) (*Recipe, error) {
	return newRecipe(func(out *recipeObject, f *failure) Status { return hasoRecipeFind(endpoint, out, f) })
}

// ParseRecipe reads a recipe as the vendor's pages print it, such as "merchantId + ipAddress +
// kkbRefNo + merhant_salt"; `name?` is an optional field, `name.ToString("yyyy-MM-dd")` a date (HASO-8).
// [ErrRecipeInvalid] has the place in its Offset.
func ParseRecipe(line string) (*Recipe, error) {
	return newRecipe(func(out *recipeObject, f *failure) Status { return hasoRecipeParse(line, out, f) })
}

func newRecipe(prepare func(*recipeObject, *failure) Status) (*Recipe, error) {
	object, err := newHandle(prepare, hasoRecipeFree)
	if err != nil {
		return nil, err
	}
	return &Recipe{handle: object}, nil
}

// WithoutFieldChecks switches the checks of HASO-10 off: lengths, amounts and addresses are then taken
// as they are. For an audit, which must re-compute what was really sent.
func (r *Recipe) WithoutFieldChecks() error {
	return r.change(hasoRecipeWithoutFieldChecks)
}

// IgnoringOtherFields takes and ignores fields that the recipe does not have (HASO-9). A misspelt
// optional field then goes unnoticed.
func (r *Recipe) IgnoringOtherFields() error {
	return r.change(hasoRecipeIgnoringOtherFields)
}

// Print is the recipe in the vendor's notation, which [ParseRecipe] reads.
func (r *Recipe) Print() (string, error) {
	recipe, err := r.use()
	if err != nil {
		return "", err
	}
	defer r.done()
	return writing(256, func(to output) Status { return hasoRecipePrint(recipe, to) })
}

// useAsArgument is use for a recipe that a caller hands over, and who may forget it.
func (r *Recipe) useAsArgument() (recipeObject, error) {
	if r == nil {
		return nil, errorf(ErrInvalidArgument, "", -1, "the recipe is nil")
	}
	return r.use()
}
