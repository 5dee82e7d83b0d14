// A verifying server on HttpListener: plays Diyalog's documented endpoint, and Haso's, with the vendors' answers.
//
//     server [PORT]           (8080 unless told; 0 takes any free one)
//
// Prints `listening on 127.0.0.1:PORT` once it does. The credentials come from the environment: DLGA_KEY_ID, DLGA_SECRET,
// HASO_MERCHANT_ID, HASO_KEY, HASO_SALT. One request at a time: an example, not a server for the open network.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Sockets;
using System.Text;
using System.Text.RegularExpressions;
using Imza;
using Imza.Dlga;
using Imza.Haso;

internal static class Server
{
    /// <summary>A larger body is answered with 413 before anything is computed.</summary>
    private const int MostBodyBytes = 1 << 20;

    private static void Main(string[] arguments)
    {
        using (Verifier verifier = new Verifier())
        using (Merchant merchant = new Merchant(Variable("HASO_MERCHANT_ID"), Variable("HASO_KEY"), Variable("HASO_SALT")))
        using (HttpListener listener = Listen(arguments.Length > 0 ? int.Parse(arguments[0]) : 8080))
        {
            verifier.AddKey(Variable("DLGA_KEY_ID"), Variable("DLGA_SECRET"));
            Console.WriteLine($"listening on {new Uri(listener.Prefixes.Single()).Authority}");
            while (true)
            {
                HttpListenerContext context = listener.GetContext();
                try
                {
                    byte[] body = Body(context.Request);
                    if (body == null)
                    {
                        Answer(context, 413, "Payload Too Large");
                    }
                    else if (context.Request.RawUrl == "/RequestV2/SetPreDefinedLimit")
                    {
                        Limit(context, merchant, body);
                    }
                    else
                    {
                        TransactionHash(context, verifier, body);
                    }
                }
                catch (Exception e) when (e is IOException || e is HttpListenerException)
                {
                    Console.Error.WriteLine(e.Message); // the client went away
                }
            }
        }
    }

    /// <summary>A listener; HttpListener itself cannot look for a free port.</summary>
    private static HttpListener Listen(int port)
    {
        for (int left = 20; ; left--)
        {
            int tried = port;
            if (port == 0)
            {
                TcpListener probe = new TcpListener(IPAddress.Loopback, 0);
                probe.Start();
                tried = ((IPEndPoint)probe.LocalEndpoint).Port;
                probe.Stop();
            }
            HttpListener listener = new HttpListener();
            listener.Prefixes.Add($"http://127.0.0.1:{tried}/");
            try
            {
                listener.Start();
                return listener;
            }
            catch (Exception e) when (port == 0 && left > 0 && (e is SocketException || e is HttpListenerException))
            {
                // Another program took the port meanwhile.
            }
        }
    }

    private static void TransactionHash(HttpListenerContext context, Verifier verifier, byte[] body)
    {
        HttpListenerRequest received = context.Request;
        Request request = new Request
        {
            Method = received.HttpMethod,
            Resource = received.RawUrl, // as received; Url is decoded and written anew
            Body = body,
        };
        // A header that occurs twice is one value with a comma here, which is not in its format. It is not split: a date
        // has a comma.
        IEnumerable<KeyValuePair<string, string>> headers = received.Headers.AllKeys
            .Select(name => new KeyValuePair<string, string>(name, received.Headers[name]));
        try
        {
            verifier.Verify(request, headers, DateTimeOffset.UtcNow);
        }
        catch (ImzaException e)
        {
            // The caller is told what the vendor tells, a log the rest.
            Console.Error.WriteLine(e.Message);
            Answer(context, e.HttpStatus ?? 400, e.VendorText ?? "Bad Request");
            return;
        }
        Answer(context, 200,
            @"{""isSuccess"": true, ""message"": ""TransactionHash created"", ""transactionHash"": ""7c5963043b37edbe2706c2b48b4568387084acc7""}");
    }

    private static void Limit(HttpListenerContext context, Merchant merchant, byte[] body)
    {
        // Flat JSON of texts without escapes, as the example clients send it; a real program uses a JSON library.
        List<KeyValuePair<string, string>> fields = Regex
            .Matches(Encoding.UTF8.GetString(body), @"""(\w+)""\s*:\s*""([^""\\]*)""").Cast<Match>()
            .Select(match => new KeyValuePair<string, string>(match.Groups[1].Value, match.Groups[2].Value)).ToList();
        string token = fields.Where(field => field.Key == "requestToken").Select(field => field.Value).FirstOrDefault();
        using (Recipe recipe = Recipe.Find(context.Request.RawUrl))
        {
            try
            {
                merchant.Verify(recipe, fields, token);
                Answer(context, 200, @"{""Success"":true,""Data"":{""CustomerInfo"":{""customerId"":""5500123""}}}");
            }
            catch (ImzaException e)
            {
                Console.Error.WriteLine(e.Message);
                Answer(context, 200, @"{""Success"":false,""Errors"":[""the token does not match""]}");
            }
        }
    }

    /// <summary>The body; null where it is too large.</summary>
    private static byte[] Body(HttpListenerRequest request)
    {
        MemoryStream body = new MemoryStream();
        byte[] buffer = new byte[8192];
        for (int read; (read = request.InputStream.Read(buffer, 0, buffer.Length)) > 0;)
        {
            if (body.Length + read > MostBodyBytes)
            {
                return null;
            }
            body.Write(buffer, 0, read);
        }
        return body.ToArray();
    }

    private static void Answer(HttpListenerContext context, int status, string text)
    {
        byte[] bytes = Encoding.UTF8.GetBytes(text);
        context.Response.StatusCode = status;
        context.Response.ContentType = status == 200 ? "application/json" : "text/plain; charset=utf-8";
        context.Response.Close(bytes, false);
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new Exception($"the environment variable {name} is not set");
}
