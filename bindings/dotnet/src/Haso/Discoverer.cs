using System;
using System.Collections.Generic;
using System.Collections.ObjectModel;
using Imza.Interop;

namespace Imza.Haso
{
    /// <summary>Finds the recipe of a method whose page is not public, from requests that are known to be good. Threads may
    /// share it. Dispose wipes its secrets.</summary>
    public sealed class Discoverer : IDisposable
    {
        private readonly Shared<HasoDiscovererHandle> native;

        /// <summary>Prepares a merchant's credentials, as <see cref="Merchant"/> does; both keys of HASO-4 are tried.</summary>
        /// <exception cref="ImzaException">One of them is empty (HASO-10).</exception>
        public unsafe Discoverer(string merchantId, ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
        {
            fixed (byte* keyBytes = key, saltBytes = salt)
            {
                native = Make(merchantId, Borrowed.Of(keyBytes, key.Length), Borrowed.Of(saltBytes, salt.Length));
            }
        }

        /// <summary>The same with secrets that are text. Unlike bytes, a string cannot be wiped from memory.</summary>
        public unsafe Discoverer(string merchantId, string key, string salt)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                native = Make(merchantId, borrowed.Text("the merchant key", key), borrowed.Text("the merchant salt", salt));
            }
        }

        private Discoverer(Shared<HasoDiscovererHandle> native)
        {
            this.native = native;
        }

        private static unsafe Shared<HasoDiscovererHandle> Make(string merchantId, ImzaStr key, ImzaStr salt)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaStr id = borrowed.Text("the merchant id", merchantId);
                return new Shared<HasoDiscovererHandle>(nameof(Discoverer), (out HasoDiscovererHandle made, ImzaError* e) =>
                    Native.imza_haso_discoverer_new(id, key, salt, out made, e));
            }
        }

        /// <summary>Prepares the credentials of a merchant who was given only a salt, which keys the HMAC too (HASO-4).</summary>
        public static unsafe Discoverer SaltKeyed(string merchantId, ReadOnlySpan<byte> salt)
        {
            fixed (byte* bytes = salt)
            {
                using (Borrowed borrowed = new Borrowed())
                {
                    ImzaStr id = borrowed.Text("the merchant id", merchantId);
                    ImzaStr saltBytes = Borrowed.Of(bytes, salt.Length);
                    return new Discoverer(new Shared<HasoDiscovererHandle>(nameof(Discoverer), (out HasoDiscovererHandle made, ImzaError* e) =>
                        Native.imza_haso_discoverer_new_salt_keyed(id, saltBytes, out made, e)));
                }
            }
        }

        /// <summary>Adds a request that is known to be good: its posted fields in any order, and its token. A second request of
        /// the same method, with other values, narrows several recipes to one.</summary>
        /// <exception cref="ImzaException">A field that is given twice, another merchant's id (HASO-9), or a token that cannot be
        /// one (HASO-11); nothing is then changed.</exception>
        public unsafe void AddSample(IEnumerable<KeyValuePair<string, string>> fields, string token)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaField* f = borrowed.Fields(fields, out UIntPtr count);
                ImzaStr t = borrowed.Text("the token", token);
                native.Change((handle, e) => Native.imza_haso_discoverer_add_sample(handle, f, count, t, e));
            }
        }

        /// <summary>Searches, at most <paramref name="mostTries"/> orders; 0 is the usual bound, which takes some seconds.</summary>
        public unsafe Discovery Discover(long mostTries = 0)
        {
            if (mostTries < 0)
            {
                throw new ArgumentOutOfRangeException(nameof(mostTries), mostTries, "a number of tries is not negative");
            }
            HasoDiscoveryHandle made = null;
            native.Use((handle, e) => Native.imza_haso_discover(handle, (UIntPtr)(ulong)mostTries, out made, e));
            using (made)
            {
                return new Discovery(made);
            }
        }

        /// <summary>Ends the discoverer and wipes its secrets, once no call uses it any longer.</summary>
        public void Dispose() => native.Dispose();

        /// <summary>Its name, without the secrets.</summary>
        public override string ToString() => "Imza.Haso.Discoverer [redacted]";
    }

    /// <summary>What a search found.</summary>
    public sealed class Discovery
    {
        internal unsafe Discovery(HasoDiscoveryHandle handle)
        {
            Tried = (long)Native.imza_haso_discovery_tried(handle);
            IsComplete = Native.imza_haso_discovery_is_complete(handle) == 1;
            Notes = Texts.WrittenText((b, c, l, e) => Native.imza_haso_discovery_notes(handle, b, c, l, e));
            List<FoundRecipe> found = new List<FoundRecipe>();
            for (ulong i = 0; i < (ulong)Native.imza_haso_discovery_count(handle); i++)
            {
                UIntPtr index = (UIntPtr)i;
                found.Add(new FoundRecipe(
                    Texts.WrittenText((b, c, l, e) => Native.imza_haso_discovery_recipe(handle, index, b, c, l, e)),
                    Texts.WrittenText((b, c, l, e) => Native.imza_haso_discovery_hmac_key(handle, index, b, c, l, e))));
            }
            Found = new ReadOnlyCollection<FoundRecipe>(found);
        }

        /// <summary>Every recipe that gives the tokens of all samples, the likelier ones first; at most 1,000.</summary>
        public IReadOnlyList<FoundRecipe> Found { get; }

        /// <summary>How many orders were tried.</summary>
        public long Tried { get; }

        /// <summary>Whether everything was tried; otherwise a bound ended the search before.</summary>
        public bool IsComplete { get; }

        /// <summary>What the samples leave open, a sentence on a line each; empty where nothing.</summary>
        public string Notes { get; }

        /// <summary>A recipe that was found.</summary>
        public sealed class FoundRecipe
        {
            internal FoundRecipe(string recipe, string hmacKey)
            {
                Recipe = recipe;
                HmacKey = hmacKey;
            }

            /// <summary>The recipe in the vendor's notation, which <see cref="Haso.Recipe.Parse"/> reads.</summary>
            public string Recipe { get; }

            /// <summary><c>merchant-key</c>, or <c>merchant-salt</c> as for <see cref="Merchant.SaltKeyed"/> (HASO-4).</summary>
            public string HmacKey { get; }

            /// <summary>The recipe.</summary>
            public override string ToString() => Recipe;
        }
    }
}
