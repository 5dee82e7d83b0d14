using System;
using System.Collections.Generic;
using Imza.Interop;

namespace Imza.Dlga
{
    /// <summary>A request that was genuinely signed, in time.</summary>
    public sealed class Accepted
    {
        internal Accepted(string keyId, int keyIndex, string requester)
        {
            KeyId = keyId;
            KeyIndex = keyIndex;
            Requester = requester;
        }

        /// <summary>The AccessKeyId that signed.</summary>
        public string KeyId { get; }

        /// <summary>Which key matched, in the order of adding, from 0 (DLGA-20).</summary>
        public int KeyIndex { get; }

        /// <summary>The person on whose behalf the call says it is made. It is NOT covered by the signature: anyone on the
        /// path can have changed it (DLGA-2). Good for a log, not for a decision.</summary>
        public string Requester { get; }
    }

    /// <summary>The access keys that a server accepts, and how strictly it takes the clock. Threads may share it, and keys
    /// may be added meanwhile. Dispose wipes the keys.</summary>
    public sealed class Verifier : IDisposable
    {
        private readonly Shared<DlgaVerifierHandle> native;
        private readonly List<string> keyIds = new List<string>();

        /// <summary>Makes a verifier without keys, which takes dates up to 15 minutes from the clock, either way
        /// (DLGA-14).</summary>
        public unsafe Verifier()
        {
            native = new Shared<DlgaVerifierHandle>(nameof(Verifier), Native.imza_dlga_verifier_new);
        }

        /// <summary>Adds an access key, as <see cref="Signer"/> takes it. An id may be added again with another secret, for a
        /// rotation (DLGA-20).</summary>
        /// <exception cref="ImzaException">As for a signer; the verifier is then as before.</exception>
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
                native.Change(
                    (verifier, e) => Native.imza_dlga_verifier_add_key(verifier, id, secret, e), () => keyIds.Add(accessKeyId));
            }
        }

        /// <summary>Sets how many seconds a date may be before the clock (past) and after it (future); exactly that many still
        /// pass (DLGA-19).</summary>
        /// <exception cref="ImzaException">One is negative.</exception>
        public unsafe void SetWindow(long pastSeconds, long futureSeconds) =>
            native.Change((verifier, e) => Native.imza_dlga_verifier_window(verifier, pastSeconds, futureSeconds, e));

        /// <summary>Takes dates however far from the clock: for audits of recorded requests (DLGA-19).</summary>
        public unsafe void IgnoreClock() => native.Change((verifier, e) => Native.imza_dlga_verifier_ignore_clock(verifier, e));

        /// <summary>
        /// Verifies a received request by all of its headers, in any order; the library finds the three that count (DLGA-4).
        /// <see cref="Request.Date"/> is not read, and where <see cref="Request.ContentType"/> is empty, the received
        /// <c>Content-Type</c> is what was signed.
        /// </summary>
        /// <exception cref="ImzaException">The vendor's verdict (DLGA-14, DLGA-15), with <see
        /// cref="ImzaException.HttpStatus"/> and <see cref="ImzaException.VendorText"/> to answer with.</exception>
        public Accepted Verify(Request request, IEnumerable<KeyValuePair<string, string>> headers, DateTimeOffset now) =>
            Verify(request, headers, now.ToUnixTimeSeconds());

        /// <summary>The same with a clock in seconds since 1970, any number.</summary>
        public Accepted Verify(Request request, IEnumerable<KeyValuePair<string, string>> headers, long now) =>
            Verify(request, request?.Body, headers, now);

        /// <summary>The same for a body that is somewhere else than in the request's <see cref="Request.Body"/>.</summary>
        public unsafe Accepted Verify(
            Request request, ReadOnlySpan<byte> body, IEnumerable<KeyValuePair<string, string>> headers, long now)
        {
            if (headers == null)
            {
                throw new ArgumentNullException(nameof(headers));
            }
            // Read once: the requester is looked for in what was verified.
            List<KeyValuePair<string, string>> received = new List<KeyValuePair<string, string>>(headers);
            fixed (byte* bytes = body)
            {
                using (Borrowed borrowed = new Borrowed())
                {
                    ImzaDlgaRequest* r = borrowed.Request(request, bytes, body.Length);
                    ImzaField* h = borrowed.Headers(received, out UIntPtr count);
                    int index = native.Use(
                        (verifier, e) => Native.imza_dlga_verify_headers(verifier, r, h, count, now, e));
                    return AcceptedWith(index, RequesterOf(received));
                }
            }
        }

        /// <summary>Verifies a request whose headers were taken out: <see cref="Request.Date"/>, <paramref
        /// name="authorization"/> and <paramref name="requester"/> are the values of the three headers, an absent one
        /// empty.</summary>
        /// <exception cref="ImzaException">The vendor's verdict (DLGA-14, DLGA-15).</exception>
        public unsafe Accepted Verify(Request request, string authorization, string requester, long now)
        {
            fixed (byte* bytes = request?.Body)
            {
                using (Borrowed borrowed = new Borrowed())
                {
                    ImzaDlgaRequest* r = borrowed.Request(request, bytes, request?.Body?.Length ?? 0);
                    ImzaStr a = borrowed.Text("the authorization header", authorization);
                    ImzaStr who = borrowed.Text("the requester id", requester);
                    int index = native.Use((verifier, e) => Native.imza_dlga_verify(verifier, r, a, who, now, e));
                    return AcceptedWith(index, requester.Trim(' ', '\t'));
                }
            }
        }

        private Accepted AcceptedWith(int index, string requester) =>
            new Accepted(native.Use(_ => keyIds[index]), index, requester);

        /// <summary>The requester of a request that was accepted; <c>x-dlg-*</c> wins (DLGA-4). The library found it too, but
        /// gives back no text.</summary>
        private static string RequesterOf(List<KeyValuePair<string, string>> headers)
        {
            foreach (string name in new[] { "x-dlg-requester-userid", "x-requester-userid" })
            {
                foreach (KeyValuePair<string, string> header in headers)
                {
                    if (string.Equals(header.Key, name, StringComparison.OrdinalIgnoreCase))
                    {
                        return (header.Value ?? "").Trim(' ', '\t');
                    }
                }
            }
            return "";
        }

        /// <summary>Ends the verifier and wipes its keys, once no call uses it any longer.</summary>
        public void Dispose() => native.Dispose();

        /// <summary>Its name, without the keys.</summary>
        public override string ToString() => "Imza.Dlga.Verifier [redacted]";
    }
}
