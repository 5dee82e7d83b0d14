// Middleware for ASP.NET Core, as source: copy it into a project that references Imza. NOT TESTED: no SDK was at hand.
// tests/dotnet.sh only has the compiler read its syntax.
//
//     app.UseMiddleware<DlgaMiddleware>(verifier);     // before whatever reads the body

using System;
using System.Collections.Generic;
using System.IO;
using System.Threading.Tasks;
using Imza.Dlga;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Http.Features;
using Microsoft.Extensions.Logging;

namespace Imza.AspNetCore
{
    /// <summary>
    /// Lets only genuinely signed requests through; the handlers behind it find who signed by
    /// <c>context.Features.Get&lt;Accepted&gt;()</c> and the body where it always is. Any other is answered with the vendor's
    /// status and text (DLGA-14), one with too large a body with 413.
    /// </summary>
    public sealed class DlgaMiddleware
    {
        /// <summary>The most bytes of a body: a signature covers all of it, so all of it is in memory before anything is
        /// known.</summary>
        public const int MostBodyBytes = 1 << 20;

        private readonly RequestDelegate next;
        private readonly Verifier verifier;
        private readonly ILogger<DlgaMiddleware> log;

        /// <summary>Made by ASP.NET Core.</summary>
        public DlgaMiddleware(RequestDelegate next, Verifier verifier, ILogger<DlgaMiddleware> log)
        {
            this.next = next;
            this.verifier = verifier;
            this.log = log;
        }

        /// <summary>Verifies one request.</summary>
        public async Task InvokeAsync(HttpContext context)
        {
            byte[] body = await ReadAsync(context.Request);
            if (body == null)
            {
                await AnswerAsync(context, StatusCodes.Status413PayloadTooLarge, "Payload Too Large");
                return;
            }
            List<KeyValuePair<string, string>> headers = new List<KeyValuePair<string, string>>();
            foreach (var header in context.Request.Headers)
            {
                foreach (string value in header.Value) // one that occurs twice is judged as such
                {
                    headers.Add(new KeyValuePair<string, string>(header.Key, value));
                }
            }
            try
            {
                context.Features.Set(verifier.Verify(new Request
                {
                    Method = context.Request.Method,
                    // As received: Path is decoded, and %2F is lost in it (DLGA-10).
                    Resource = context.Features.Get<IHttpRequestFeature>().RawTarget,
                    Body = body,
                }, headers, DateTimeOffset.UtcNow));
            }
            catch (ImzaException e)
            {
                log.LogWarning("DLGA request refused: {Reason}", e.Message);
                await AnswerAsync(context, e.HttpStatus ?? 400, e.VendorText ?? "Bad Request");
                return;
            }
            context.Request.Body = new MemoryStream(body);
            await next(context);
        }

        /// <summary>The body; null where it is too large.</summary>
        private static async Task<byte[]> ReadAsync(HttpRequest request)
        {
            if (request.ContentLength > MostBodyBytes)
            {
                return null;
            }
            MemoryStream body = new MemoryStream();
            byte[] buffer = new byte[8192];
            for (int read; (read = await request.Body.ReadAsync(buffer, 0, buffer.Length)) > 0;)
            {
                if (body.Length + read > MostBodyBytes)
                {
                    return null;
                }
                body.Write(buffer, 0, read);
            }
            return body.ToArray();
        }

        private static Task AnswerAsync(HttpContext context, int status, string text)
        {
            context.Response.StatusCode = status;
            context.Response.ContentType = "text/plain; charset=utf-8";
            return context.Response.WriteAsync(text);
        }
    }
}
