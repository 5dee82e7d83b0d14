using System;
using Imza.Interop;

namespace Imza.Dlga
{
    /// <summary>A request as it goes over the wire: the parts that are signed (DLGA-5), each exactly as sent.</summary>
    public sealed class Request
    {
        /// <summary>The HTTP method, its case kept (DLGA-11).</summary>
        public string Method { get; set; } = "";

        /// <summary>The value of the <c>Content-Type</c> header, parameters included; empty without the header (DLGA-8).
        /// Where all headers are verified, empty means the received one.</summary>
        public string ContentType { get; set; } = "";

        /// <summary>The value of the <c>x-dlg-date</c> header: signed as it is, never re-formatted (DLGA-9).
        /// <see cref="Signer.Sign(Request, string, DateTimeOffset)"/> and verifying by all headers do not read it.</summary>
        public string Date { get; set; } = "";

        /// <summary>What follows the server address in the URI: path and query, no fragment (DLGA-10).</summary>
        public string Resource { get; set; } = "";

        /// <summary>The exact bytes of the body (DLGA-7). Send these very bytes.</summary>
        public byte[] Body { get; set; } = new byte[0];

        /// <summary>How the body enters the string to sign (DLGA-6).</summary>
        public BodyLine BodyLine { get; set; }

        /// <summary>A POST of JSON, the documented calls' form; the body is written in UTF-8.</summary>
        public static Request PostJson(string resource, string body)
        {
            using (Borrowed borrowed = new Borrowed())
            {
                borrowed.Text("the body", body); // refuses what UTF-8 cannot hold, by name
            }
            return new Request
            {
                Method = "POST",
                ContentType = "application/json",
                Resource = resource,
                Body = Texts.Utf8.GetBytes(body ?? ""),
            };
        }

        /// <summary>The string to sign (DLGA-5): the bytes that go into the HMAC, to look at when a signature does not
        /// match.</summary>
        /// <exception cref="ImzaException">A part of the request that DLGA-13 forbids, or an empty date.</exception>
        public unsafe byte[] StringToSign()
        {
            fixed (byte* body = Body)
            {
                using (Borrowed borrowed = new Borrowed())
                {
                    ImzaDlgaRequest* request = borrowed.Request(this, body, Body?.Length ?? 0);
                    return Texts.Written((b, c, l, e) => Native.imza_dlga_string_to_sign(request, b, c, l, e));
                }
            }
        }

        /// <summary>Method and resource.</summary>
        public override string ToString() => $"{Method} {Resource}, {Body?.Length ?? 0} bytes";

        internal Request WithDate(string date) => new Request
        {
            Method = Method, ContentType = ContentType, Date = date, Resource = Resource, Body = Body, BodyLine = BodyLine,
        };
    }

    /// <summary>How the body enters the string to sign (DLGA-6).</summary>
    public enum BodyLine
    {
        /// <summary>The body and a line feed when there is a body, nothing at all when there is none: the default.</summary>
        WhenPresent = 0,

        /// <summary>The body and a line feed, also when the body is empty.</summary>
        Always = 1,

        /// <summary>The body alone: no line feed even after a body.</summary>
        Never = 2,
    }

    /// <summary>The text of the <c>x-dlg-date</c> header (DLGA-1).</summary>
    public static class Date
    {
        /// <summary>The text for a time in seconds since 1970-01-01 00:00:00 GMT.</summary>
        /// <exception cref="ImzaException">It is outside the years 1970 to 9999 (DLGA-19).</exception>
        public static unsafe string FromUnix(long seconds) =>
            Texts.WrittenText((b, c, l, e) => Native.imza_dlga_date(seconds, b, c, l, e));

        /// <summary>The text for a time.</summary>
        /// <exception cref="ImzaException">It is before 1970 (DLGA-19).</exception>
        public static string From(DateTimeOffset time) => FromUnix(time.ToUnixTimeSeconds());
    }
}
