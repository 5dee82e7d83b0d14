using System;
using System.Collections.Generic;
using Imza.Interop;

namespace Imza.Haso
{
    /// <summary>A merchant's credentials that refused tokens are explained with. Threads may share it. Dispose wipes its secrets.</summary>
    public sealed class Explainer : IDisposable
    {
        private readonly Shared<HasoExplainerHandle> native;

        /// <summary>Prepares a merchant's credentials: the id, and the bytes of key and salt as they were issued. The merchant
        /// key keys the HMAC (HASO-4).</summary>
        /// <exception cref="ImzaException">One of them is empty (HASO-10).</exception>
        public unsafe Explainer(string merchantId, ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
        {
            fixed (byte* keyBytes = key, saltBytes = salt)
            {
                native = Make(merchantId, Borrowed.Of(keyBytes, key.Length), Borrowed.Of(saltBytes, salt.Length));
            }
        }

        /// <summary>The same with secrets that are text. Unlike bytes, a string cannot be wiped from memory.</summary>
        public unsafe Explainer(string merchantId, string key, string salt)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                native = Make(merchantId, borrowed.Text("the merchant key", key), borrowed.Text("the merchant salt", salt));
            }
        }

        private Explainer(Shared<HasoExplainerHandle> native)
        {
            this.native = native;
        }

        private static unsafe Shared<HasoExplainerHandle> Make(string merchantId, ImzaStr key, ImzaStr salt)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaStr id = borrowed.Text("the merchant id", merchantId);
                return new Shared<HasoExplainerHandle>(nameof(Explainer), (out HasoExplainerHandle made, ImzaError* e) =>
                    Native.imza_haso_explainer_new(id, key, salt, out made, e));
            }
        }

        /// <summary>Prepares the credentials of a merchant who was given only a salt: it keys the HMAC, and is still part of
        /// the message (the other way of HASO-4).</summary>
        public static unsafe Explainer SaltKeyed(string merchantId, ReadOnlySpan<byte> salt)
        {
            fixed (byte* bytes = salt)
            {
                using (Borrowed borrowed = new Borrowed())
                {
                    ImzaStr id = borrowed.Text("the merchant id", merchantId);
                    ImzaStr saltBytes = Borrowed.Of(bytes, salt.Length);
                    return new Explainer(new Shared<HasoExplainerHandle>(nameof(Explainer), (out HasoExplainerHandle made, ImzaError* e) =>
                        Native.imza_haso_explainer_new_salt_keyed(id, saltBytes, out made, e)));
                }
            }
        }

        /// <summary>Adds a secret that is tried too, for a rotation (HASO-11). The first older one has the index 1.</summary>
        /// <exception cref="ImzaException">Key or salt is empty; nothing is then changed.</exception>
        public unsafe void AddOlderSecret(ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
        {
            fixed (byte* keyBytes = key, saltBytes = salt)
            {
                ImzaStr olderKey = Borrowed.Of(keyBytes, key.Length);
                ImzaStr olderSalt = Borrowed.Of(saltBytes, salt.Length);
                native.Change((handle, e) => Native.imza_haso_explainer_add_older_secret(handle, olderKey, olderSalt, e));
            }
        }

        /// <summary>Adds a salt that keys the HMAC and is tried too.</summary>
        /// <exception cref="ImzaException">The salt is empty; nothing is then changed.</exception>
        public unsafe void AddOlderSalt(ReadOnlySpan<byte> salt)
        {
            fixed (byte* bytes = salt)
            {
                ImzaStr older = Borrowed.Of(bytes, salt.Length);
                native.Change((handle, e) => Native.imza_haso_explainer_add_older_salt(handle, older, e));
            }
        }

        /// <summary>Explains the <c>requestToken</c> of posted fields. Whatever is wrong with them, also a field that is missing,
        /// unknown, given twice or not in its shape, there is an explanation.</summary>
        public unsafe Explanation Explain(Recipe recipe, IEnumerable<KeyValuePair<string, string>> fields, string token)
        {
            if (recipe == null)
            {
                throw new ArgumentNullException(nameof(recipe));
            }
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaField* f = borrowed.Fields(fields, out UIntPtr count);
                ImzaStr t = borrowed.Text("the token", token);
                ExplanationHandle made = null;
                native.Use((explainer, e) => recipe.Native.Use(
                    r => Native.imza_haso_explain(explainer, r, f, count, t, out made, e)));
                using (made)
                {
                    return new Explanation(made);
                }
            }
        }

        /// <summary>Ends the explainer and wipes its secrets, once no call uses it any longer.</summary>
        public void Dispose() => native.Dispose();

        /// <summary>Its name, without the secrets.</summary>
        public override string ToString() => "Imza.Haso.Explainer [redacted]";
    }
}
