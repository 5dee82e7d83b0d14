using System;
using System.Collections.Generic;
using Imza.Interop;

namespace Imza.Haso
{
    /// <summary>A merchant's credentials, ready to make and verify tokens. Threads may share it. Dispose wipes its secrets.</summary>
    public sealed class Merchant : IDisposable
    {
        private readonly Shared<HasoMerchantHandle> native;

        /// <summary>Prepares a merchant's credentials: the id, and the bytes of key and salt as they were issued. The merchant
        /// key keys the HMAC (HASO-4).</summary>
        /// <exception cref="ImzaException">One of them is empty (HASO-10).</exception>
        public unsafe Merchant(string merchantId, ReadOnlySpan<byte> key, ReadOnlySpan<byte> salt)
        {
            fixed (byte* keyBytes = key, saltBytes = salt)
            {
                native = Make(merchantId, Borrowed.Of(keyBytes, key.Length), Borrowed.Of(saltBytes, salt.Length));
            }
        }

        /// <summary>The same with secrets that are text. Unlike bytes, a string cannot be wiped from memory.</summary>
        public unsafe Merchant(string merchantId, string key, string salt)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                native = Make(merchantId, borrowed.Text("the merchant key", key), borrowed.Text("the merchant salt", salt));
            }
        }

        private Merchant(Shared<HasoMerchantHandle> native)
        {
            this.native = native;
        }

        private static unsafe Shared<HasoMerchantHandle> Make(string merchantId, ImzaStr key, ImzaStr salt)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaStr id = borrowed.Text("the merchant id", merchantId);
                return new Shared<HasoMerchantHandle>(nameof(Merchant), (out HasoMerchantHandle made, ImzaError* e) =>
                    Native.imza_haso_merchant_new(id, key, salt, out made, e));
            }
        }

        /// <summary>Prepares the credentials of a merchant who was given only a salt: it keys the HMAC, and is still part of
        /// the message (the other way of HASO-4).</summary>
        public static unsafe Merchant SaltKeyed(string merchantId, ReadOnlySpan<byte> salt)
        {
            fixed (byte* bytes = salt)
            {
                using (Borrowed borrowed = new Borrowed())
                {
                    ImzaStr id = borrowed.Text("the merchant id", merchantId);
                    ImzaStr saltBytes = Borrowed.Of(bytes, salt.Length);
                    return new Merchant(new Shared<HasoMerchantHandle>(nameof(Merchant), (out HasoMerchantHandle made, ImzaError* e) =>
                        Native.imza_haso_merchant_new_salt_keyed(id, saltBytes, out made, e)));
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
                native.Change((handle, e) => Native.imza_haso_merchant_add_older_secret(handle, olderKey, olderSalt, e));
            }
        }

        /// <summary>Adds a salt that keys the HMAC and is tried too.</summary>
        /// <exception cref="ImzaException">The salt is empty; nothing is then changed.</exception>
        public unsafe void AddOlderSalt(ReadOnlySpan<byte> salt)
        {
            fixed (byte* bytes = salt)
            {
                ImzaStr older = Borrowed.Of(bytes, salt.Length);
                native.Change((handle, e) => Native.imza_haso_merchant_add_older_salt(handle, older, e));
            }
        }

        /// <summary>Makes the <c>requestToken</c> of posted fields, in any order.</summary>
        /// <exception cref="ImzaException">A field is missing, unknown, given twice or not in its shape; <see
        /// cref="ImzaException.Field"/> names it.</exception>
        public unsafe string Token(Recipe recipe, IEnumerable<KeyValuePair<string, string>> fields)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaField* f = borrowed.Fields(fields, out UIntPtr count);
                return Use(recipe, f, count, (m, r) => Texts.WrittenText(
                    (b, c, l, e) => Native.imza_haso_token(m, r, f, count, b, c, l, e)));
            }
        }

        /// <summary>The message that goes into the HMAC (HASO-1), to look at when a token does not match; the salt is shown as
        /// <c>[salt]</c>.</summary>
        public unsafe string Message(Recipe recipe, IEnumerable<KeyValuePair<string, string>> fields)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaField* f = borrowed.Fields(fields, out UIntPtr count);
                return Use(recipe, f, count, (m, r) => Texts.WrittenText(
                    (b, c, l, e) => Native.imza_haso_message(m, r, f, count, b, c, l, e)));
            }
        }

        /// <summary>The very bytes that go into the HMAC, THE SALT AMONG THEM: keep them out of logs, and wipe them.</summary>
        public unsafe byte[] MessageRevealingSalt(Recipe recipe, IEnumerable<KeyValuePair<string, string>> fields)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaField* f = borrowed.Fields(fields, out UIntPtr count);
                return Use(recipe, f, count, (m, r) => Texts.Written(
                    (b, c, l, e) => Native.imza_haso_message_reveal_salt(m, r, f, count, b, c, l, e)));
            }
        }

        /// <summary>Verifies the <c>requestToken</c> of posted fields with every secret of the merchant; gives back the index of
        /// the one that matched (HASO-11). Nothing in a token binds the method or the time: it can be sent again
        /// (HASO-12).</summary>
        /// <exception cref="ImzaException">The fields' faults as in <see cref="Token"/>, then those of the token.</exception>
        public unsafe int Verify(Recipe recipe, IEnumerable<KeyValuePair<string, string>> fields, string token)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaField* f = borrowed.Fields(fields, out UIntPtr count);
                ImzaStr t = borrowed.Text("the token", token);
                return Use(recipe, f, count, (m, r) =>
                {
                    ImzaError error = Call.NewError();
                    ImzaError* e = &error;
                    Call.Check(Native.imza_haso_verify(m, r, f, count, t, e), e);
                    return e->KeyIndex;
                });
            }
        }

        private unsafe R Use<R>(
            Recipe recipe, ImzaField* fields, UIntPtr count, Func<HasoMerchantHandle, HasoRecipeHandle, R> function)
        {
            if (recipe == null)
            {
                throw new ArgumentNullException(nameof(recipe));
            }
            return native.Use(merchant => recipe.Native.Use(borrowedRecipe =>
            {
                try
                {
                    return function(merchant, borrowedRecipe);
                }
                catch (ImzaException e)
                {
                    if (!string.IsNullOrEmpty(e.Field))
                    {
                        // The error has room for 63 bytes of the name; this function gives more.
                        e.Field = Texts.WrittenText((b, c, l, error) =>
                            Native.imza_haso_field_at_fault(merchant, borrowedRecipe, fields, count, b, c, l, error));
                    }
                    throw;
                }
            }));
        }

        /// <summary>Ends the merchant and wipes its secrets, once no call uses it any longer.</summary>
        public void Dispose() => native.Dispose();

        /// <summary>Its name, without the secrets.</summary>
        public override string ToString() => "Imza.Haso.Merchant [redacted]";
    }
}
