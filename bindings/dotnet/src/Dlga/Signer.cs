using System;
using System.Collections.Generic;
using Imza.Interop;

namespace Imza.Dlga
{
    /// <summary>Which of the vendor's two sets of header names is written (DLGA-4); verifying takes either.</summary>
    public enum HeaderNames
    {
        /// <summary><c>x-dlg-date</c>, <c>x-dlg-requester-userid</c>, <c>x-dlg-authorization</c>: the default.</summary>
        XDlg,

        /// <summary><c>Date</c>, <c>X-Requester-UserId</c>, <c>X-Authorization</c>: the names of the vendor's error
        /// table.</summary>
        X,
    }

    /// <summary>An access key, ready to sign. Threads may share it. Dispose wipes the key.</summary>
    public sealed class Signer : IDisposable
    {
        private static readonly string[][] Names =
        {
            new[] { "x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization" },
            new[] { "Date", "X-Requester-UserId", "X-Authorization" },
        };

        private readonly Shared<DlgaSignerHandle> native;

        /// <summary>Prepares an access key: the AccessKeyId, and the bytes of the AccessKeySecret as they were issued, not
        /// decoded and not trimmed (DLGA-12).</summary>
        /// <exception cref="ImzaException">The id is empty, or holds <c>:</c>, a space or a control character; or the secret
        /// is empty (DLGA-13).</exception>
        public unsafe Signer(string accessKeyId, ReadOnlySpan<byte> secret)
        {
            fixed (byte* bytes = secret)
            {
                native = Make(accessKeyId, Borrowed.Of(bytes, secret.Length));
            }
        }

        /// <summary>The same with a secret that is text. Unlike bytes, a string cannot be wiped from memory.</summary>
        public unsafe Signer(string accessKeyId, string secret)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                native = Make(accessKeyId, borrowed.Text("the secret", secret));
            }
        }

        private static unsafe Shared<DlgaSignerHandle> Make(string accessKeyId, ImzaStr secret)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                ImzaStr id = borrowed.Text("the access key id", accessKeyId);
                return new Shared<DlgaSignerHandle>(nameof(Signer),
                    (out DlgaSignerHandle made, ImzaError* e) => Native.imza_dlga_signer_new(id, secret, out made, e));
            }
        }

        /// <summary>Which header names <see cref="Sign(Request, string, DateTimeOffset)"/> writes.</summary>
        public HeaderNames HeaderNames { get; set; }

        /// <summary>Signs a request and gives back its three headers as names and values. Its <see cref="Request.Date"/> is
        /// not read.</summary>
        /// <param name="request">The request, as it will be sent.</param>
        /// <param name="requester">The person on whose behalf the call is made. Required, but NOT covered by the signature:
        /// anyone on the path can change it (DLGA-2).</param>
        /// <param name="time">The time, <see cref="DateTimeOffset.UtcNow"/> as a rule.</param>
        /// <exception cref="ImzaException">A part of the request that DLGA-13 forbids, or no requester.</exception>
        public IReadOnlyList<KeyValuePair<string, string>> Sign(Request request, string requester, DateTimeOffset time)
        {
            if (request == null)
            {
                throw new ArgumentNullException(nameof(request));
            }
            Requesters.Check(requester);
            string date = Date.From(time);
            string authorization = Authorization(request.WithDate(date));
            string[] names = Names[HeaderNames == HeaderNames.X ? 1 : 0];
            return new[]
            {
                new KeyValuePair<string, string>(names[0], date),
                new KeyValuePair<string, string>(names[1], requester),
                new KeyValuePair<string, string>(names[2], authorization),
            };
        }

        /// <summary>The value of the <c>x-dlg-authorization</c> header alone, <c>DLGA id:signature</c> (DLGA-3), for a
        /// request whose <see cref="Request.Date"/> is set.</summary>
        /// <exception cref="ImzaException">A part of the request that DLGA-13 forbids, or a date that is empty or not in the
        /// pattern.</exception>
        public string Authorization(Request request) => Authorization(request, request?.Body);

        /// <summary>The same for a body that is somewhere else than in the request's <see cref="Request.Body"/>.</summary>
        public unsafe string Authorization(Request request, ReadOnlySpan<byte> body)
        {
            fixed (byte* bytes = body)
            {
                using (Borrowed borrowed = new Borrowed())
                {
                    ImzaDlgaRequest* borrowedRequest = borrowed.Request(request, bytes, body.Length);
                    return native.Use(signer => Texts.WrittenText(
                        (b, c, l, e) => Native.imza_dlga_sign(signer, borrowedRequest, b, c, l, e)));
                }
            }
        }

        /// <summary>Ends the signer and wipes its key, once no call uses it any longer.</summary>
        public void Dispose() => native.Dispose();

        /// <summary>Its name, without the key.</summary>
        public override string ToString() => "Imza.Dlga.Signer [redacted]";
    }

    internal static class Requesters
    {
        /// <summary>Refuses a requester that is missing (DLGA-2) or that no header can hold (DLGA-13). It is not part of what
        /// is signed, so the library does not see it when it signs.</summary>
        internal static void Check(string requester)
        {
            if (string.IsNullOrEmpty(requester) || requester.Trim(' ', '\t').Length == 0)
            {
                throw new ImzaException(ErrorKind.InvalidArgument, "the requester id is empty; a signature needs one");
            }
            using (Borrowed borrowed = new Borrowed())
            {
                borrowed.Text("the requester id", requester);
            }
            for (int i = 0; i < requester.Length; i++)
            {
                if (requester[i] != '\t' && (requester[i] < ' ' || requester[i] == '\x7f'))
                {
                    int offset = Texts.Utf8.GetByteCount(requester.Substring(0, i));
                    throw new ImzaException(ErrorKind.InvalidArgument,
                        $"the requester id holds the byte 0x{(int)requester[i]:x2} at byte {offset}, which is not allowed there",
                        offset);
                }
            }
        }
    }
}
