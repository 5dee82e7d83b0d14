using System;
using System.Collections.Generic;
using Imza.Interop;

namespace Imza.Dlga
{
    /// <summary>Access keys that refused requests are explained with. Threads may share it. Dispose wipes the keys.</summary>
    public sealed class Explainer : IDisposable
    {
        private readonly Shared<DlgaExplainerHandle> native;

        /// <summary>Makes an explainer without keys, which does not look at the clock.</summary>
        public unsafe Explainer()
        {
            native = new Shared<DlgaExplainerHandle>(nameof(Explainer), Native.imza_dlga_explainer_new);
        }

        /// <summary>Adds an access key, as <see cref="Verifier.AddKey(string, ReadOnlySpan{byte})"/> does.</summary>
        public unsafe void AddKey(string accessKeyId, ReadOnlySpan<byte> secret)
        {
            fixed (byte* bytes = secret)
            {
                Add(accessKeyId, Borrowed.Of(bytes, secret.Length));
            }
        }

        /// <summary>The same with a secret that is text.</summary>
        public unsafe void AddKey(string accessKeyId, string secret)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                Add(accessKeyId, borrowed.Text("the secret", secret));
            }
        }

        private unsafe void Add(string accessKeyId, ImzaStr secret)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaStr id = borrowed.Text("the access key id", accessKeyId);
                native.Change((explainer, e) => Native.imza_dlga_explainer_add_key(explainer, id, secret, e));
            }
        }

        /// <summary>Judges the clock too: the clock in seconds since 1970, and the window as in <see
        /// cref="Verifier.SetWindow"/> (the vendor's is 900 and 900, DLGA-14).</summary>
        /// <exception cref="ImzaException">One of the window's sides is negative.</exception>
        public unsafe void At(long now, long pastSeconds, long futureSeconds) =>
            native.Change((explainer, e) => Native.imza_dlga_explainer_at(explainer, now, pastSeconds, futureSeconds, e));

        /// <summary>Explains a received request by all of its headers, as <see cref="Verifier"/> takes them. Whatever is wrong
        /// with the request, there is an explanation.</summary>
        public unsafe Explanation Explain(Request request, IEnumerable<KeyValuePair<string, string>> headers)
        {
            fixed (byte* bytes = request?.Body)
            {
                using (Borrowed borrowed = new Borrowed())
                {
                    ImzaDlgaRequest* r = borrowed.Request(request, bytes, request?.Body?.Length ?? 0);
                    ImzaField* h = borrowed.Headers(headers, out UIntPtr count);
                    ExplanationHandle made = null;
                    native.Use((explainer, e) => Native.imza_dlga_explain_headers(explainer, r, h, count, out made, e));
                    using (made)
                    {
                        return new Explanation(made);
                    }
                }
            }
        }

        /// <summary>Ends the explainer and wipes its keys, once no call uses it any longer.</summary>
        public void Dispose() => native.Dispose();

        /// <summary>Its name, without the keys.</summary>
        public override string ToString() => "Imza.Dlga.Explainer [redacted]";
    }
}
