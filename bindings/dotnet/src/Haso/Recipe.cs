using System;
using Imza.Interop;

namespace Imza.Haso
{
    /// <summary>Which values a method's token is made of, in which order (HASO-2). Threads may share it.</summary>
    public sealed class Recipe : IDisposable
    {
        internal readonly Shared<HasoRecipeHandle> Native;

        private Recipe(Shared<HasoRecipeHandle> native)
        {
            Native = native;
        }

        /// <summary>Finds the recipe of a documented method, by its name (<c>SetPreDefinedLimit</c>) or path
        /// (<c>/RequestV2/SetPreDefinedLimit</c>).</summary>
        /// <exception cref="ImzaException">The vendor's public pages print none.</exception>
        public static unsafe Recipe Find(string endpoint)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaStr text = borrowed.Text("the endpoint", endpoint);
                return new Recipe(new Shared<HasoRecipeHandle>(nameof(Recipe),
                    (out HasoRecipeHandle made, ImzaError* e) => Interop.Native.imza_haso_recipe_find(text, out made, e)));
            }
        }

        /// <summary>Reads a recipe as the vendor's pages print it, such as <c>merchantId + ipAddress + kkbRefNo +
        /// merhant_salt</c>; <c>name?</c> is an optional field.</summary>
        /// <exception cref="ImzaException">It is not a recipe; <see cref="ImzaException.Offset"/> says where.</exception>
        public static unsafe Recipe Parse(string printed)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaStr text = borrowed.Text("the recipe", printed);
                return new Recipe(new Shared<HasoRecipeHandle>(nameof(Recipe),
                    (out HasoRecipeHandle made, ImzaError* e) => Interop.Native.imza_haso_recipe_parse(text, out made, e)));
            }
        }

        /// <summary>Switches the checks of HASO-10 off: lengths, amounts and addresses are accepted as they are. For an audit,
        /// which must re-compute what was really sent.</summary>
        public unsafe Recipe WithoutFieldChecks()
        {
            Native.Change((recipe, e) => Interop.Native.imza_haso_recipe_without_field_checks(recipe, e));
            return this;
        }

        /// <summary>Accepts and ignores fields that the recipe does not have (HASO-9). A misspelt optional field then goes
        /// unnoticed.</summary>
        public unsafe Recipe IgnoringOtherFields()
        {
            Native.Change((recipe, e) => Interop.Native.imza_haso_recipe_ignoring_other_fields(recipe, e));
            return this;
        }

        /// <summary>The recipe in the vendor's notation, which <see cref="Parse"/> reads.</summary>
        public unsafe string Print() => Native.Use(recipe => Texts.WrittenText(
            (b, c, l, e) => Interop.Native.imza_haso_recipe_print(recipe, b, c, l, e)));

        /// <summary>Ends the recipe, once no call uses it any longer.</summary>
        public void Dispose() => Native.Dispose();

        /// <summary>The recipe in the vendor's notation.</summary>
        public override string ToString() => Native.IsDisposed ? "Imza.Haso.Recipe (disposed)" : Print();
    }
}
