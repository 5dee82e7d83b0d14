using System;
using System.Collections.Generic;
using System.Linq;
using System.Net.Http;
using System.Threading;
using System.Threading.Tasks;

namespace Imza.Dlga
{
    /// <summary>
    /// Signs every request of an <see cref="HttpClient"/>: <c>new HttpClient(new SigningHandler(signer, "45186", inner))</c>.
    /// It must be the last handler before the one that sends, since what changes the request behind it makes the signature
    /// wrong. A redirected request keeps the signature of the first path: let the inner handler's <c>AllowAutoRedirect</c> be
    /// false.
    /// </summary>
    public sealed class SigningHandler : DelegatingHandler
    {
        /// <summary>What an earlier signature can have left. <c>Date</c> may be HTTP's own, and is replaced only where it is
        /// written.</summary>
        private static readonly string[] Earlier =
        {
            "x-dlg-date", "x-dlg-requester-userid", "x-dlg-authorization", "X-Requester-UserId", "X-Authorization",
        };

        private readonly Signer signer;
        private readonly string requester;
        private readonly Func<DateTimeOffset> clock;
        private readonly BodyLine bodyLine;

        /// <summary>Signs with a signer, which stays the caller's to dispose.</summary>
        /// <param name="signer">The access key.</param>
        /// <param name="requester">The person on whose behalf the calls are made (DLGA-2).</param>
        /// <param name="inner">What sends the requests.</param>
        /// <param name="clock">The time; <see cref="DateTimeOffset.UtcNow"/> where it is null.</param>
        /// <param name="bodyLine">How the body enters the string to sign (DLGA-6).</param>
        public SigningHandler(
            Signer signer, string requester, HttpMessageHandler inner, Func<DateTimeOffset> clock = null,
            BodyLine bodyLine = BodyLine.WhenPresent)
            : base(inner)
        {
            this.signer = signer ?? throw new ArgumentNullException(nameof(signer));
            Requesters.Check(requester);
            this.requester = requester;
            this.clock = clock ?? (() => DateTimeOffset.UtcNow);
            this.bodyLine = bodyLine;
        }

        /// <summary>Signs the request, whose body is read into memory, and sends it. The headers of an earlier signature are
        /// replaced.</summary>
        protected override async Task<HttpResponseMessage> SendAsync(
            HttpRequestMessage request, CancellationToken cancellationToken)
        {
            Uri uri = request.RequestUri;
            if (uri == null || !uri.IsAbsoluteUri || (uri.Scheme != "http" && uri.Scheme != "https"))
            {
                // On Unix, "/v1/x" alone is a file's URI for the Uri class.
                throw new ImzaException(
                    ErrorKind.InvalidArgument, "the request's URI is not a whole one of http or https, so there is no resource to sign");
            }
            Request signed = new Request
            {
                Method = request.Method.Method,
                Resource = uri.PathAndQuery,
                BodyLine = bodyLine,
            };
            if (request.Content != null)
            {
                signed.Body = await request.Content.ReadAsByteArrayAsync().ConfigureAwait(false);
                if (request.Content.Headers.TryGetValues("Content-Type", out IEnumerable<string> types))
                {
                    string[] all = types.ToArray();
                    if (all.Length > 1)
                    {
                        throw new ImzaException(ErrorKind.InvalidArgument, "the header Content-Type occurs twice");
                    }
                    signed.ContentType = all[0];
                }
            }
            IReadOnlyList<KeyValuePair<string, string>> headers = signer.Sign(signed, requester, clock());
            foreach (string name in Earlier)
            {
                request.Headers.Remove(name);
            }
            foreach (KeyValuePair<string, string> header in headers)
            {
                request.Headers.Remove(header.Key);
                if (!request.Headers.TryAddWithoutValidation(header.Key, header.Value))
                {
                    throw new ImzaException(ErrorKind.InvalidArgument, $"HttpClient refuses the header {header.Key}");
                }
            }
            return await base.SendAsync(request, cancellationToken).ConfigureAwait(false);
        }
    }
}
