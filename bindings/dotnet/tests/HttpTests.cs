// HttpClient with the signing handler against HttpListener, over loopback.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Net;
using System.Net.Http;
using System.Net.Sockets;
using System.Text;
using System.Threading;
using System.Threading.Tasks;
using Imza.Dlga;

namespace Imza.Tests
{
    internal static class HttpTests
    {
        private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(1615296512);

        /// <summary>Sends nothing: shows what would be sent.</summary>
        private sealed class Recorder : HttpMessageHandler
        {
            internal HttpRequestMessage Sent;

            protected override Task<HttpResponseMessage> SendAsync(HttpRequestMessage request, CancellationToken cancel)
            {
                Sent = request;
                return Task.FromResult(new HttpResponseMessage(HttpStatusCode.OK));
            }
        }

        /// <summary>A server that answers each request with its verdict.</summary>
        private sealed class Listener : IDisposable
        {
            private readonly HttpListener listener;
            private readonly Thread thread;
            internal readonly string Address;

            internal Listener(Verifier verifier)
            {
                for (int left = 20; ; left--)
                {
                    TcpListener probe = new TcpListener(IPAddress.Loopback, 0);
                    probe.Start();
                    Address = $"http://127.0.0.1:{((IPEndPoint)probe.LocalEndpoint).Port}";
                    probe.Stop();
                    listener = new HttpListener();
                    listener.Prefixes.Add(Address + "/");
                    try
                    {
                        listener.Start();
                        break;
                    }
                    catch (Exception e) when (left > 0 && (e is SocketException || e is HttpListenerException))
                    {
                        // Another program took the port meanwhile.
                    }
                }
                thread = new Thread(() => Serve(verifier)) { IsBackground = true };
                thread.Start();
            }

            private void Serve(Verifier verifier)
            {
                try
                {
                    while (true)
                    {
                        Answer(listener.GetContext(), verifier);
                    }
                }
                catch (Exception e) when (e is HttpListenerException || e is ObjectDisposedException)
                {
                    // closed
                }
            }

            private static void Answer(HttpListenerContext context, Verifier verifier)
            {
                MemoryStream body = new MemoryStream();
                context.Request.InputStream.CopyTo(body);
                string text;
                try
                {
                    Accepted accepted = verifier.Verify(
                        new Request
                        {
                            Method = context.Request.HttpMethod, Resource = context.Request.RawUrl, Body = body.ToArray(),
                        },
                        context.Request.Headers.AllKeys.Select(
                            name => new KeyValuePair<string, string>(name, context.Request.Headers[name])),
                        Time);
                    text = $"{accepted.KeyId} for {accepted.Requester}: {context.Request.RawUrl}";
                }
                catch (ImzaException e)
                {
                    context.Response.StatusCode = e.HttpStatus ?? 500;
                    text = e.VendorText ?? e.Message;
                }
                context.Response.Close(Encoding.UTF8.GetBytes(text), false);
            }

            public void Dispose()
            {
                listener.Close();
                thread.Join();
            }
        }

        public static void WhatAnHttpClientSendsIsVerified()
        {
            Dictionary<string, Func<HttpContent>> bodies = new Dictionary<string, Func<HttpContent>>
            {
                ["none"] = () => null,
                ["empty"] = () => new ByteArrayContent(new byte[0]),
                ["text"] = () => new StringContent("{\"ş\":\n\t1}\r\n", Encoding.UTF8, "application/json"),
                ["any bytes"] = () => new ByteArrayContent(Enumerable.Range(0, 70000).Select(i => (byte)i).ToArray()),
                ["a form"] = () => new FormUrlEncodedContent(new Dictionary<string, string> { ["a"] = "ş &=" }),
                ["a stream"] = () => new StreamContent(new MemoryStream(Encoding.UTF8.GetBytes("streamed"))),
            };
            string[] resources = { "/", "/v1/x", "/v1/a%2Fb?x=1%20&y=%C5%9F", "/ş?ı=ğ", "/a//b/?" };
            using (Signer signer = new Signer("key-id", "secret"))
            using (Verifier verifier = new Verifier())
            {
                verifier.AddKey("key-id", "secret");
                using (Listener server = new Listener(verifier))
                using (HttpClient client = new HttpClient(new SigningHandler(
                    signer, "45186", new HttpClientHandler { UseProxy = false, AllowAutoRedirect = false }, () => Time)))
                {
                    foreach (HeaderNames names in new[] { HeaderNames.XDlg, HeaderNames.X })
                    {
                        signer.HeaderNames = names;
                        foreach (KeyValuePair<string, Func<HttpContent>> body in bodies)
                        {
                            foreach (string resource in resources)
                            {
                                bool isGet = body.Key == "none";
                                HttpRequestMessage request = new HttpRequestMessage(
                                    isGet ? HttpMethod.Get : HttpMethod.Post, server.Address + resource)
                                {
                                    Content = body.Value(),
                                };
                                string what = $"{names}, {body.Key}, {resource}";
                                HttpResponseMessage answer = client.SendAsync(request).GetAwaiter().GetResult();
                                string text = answer.Content.ReadAsStringAsync().GetAwaiter().GetResult();
                                Check.Equal(200, (int)answer.StatusCode, $"{what}: {text}");
                                Check.True(text.StartsWith("key-id for 45186: /"), $"{what}: {text}");
                                if (resource.Contains("%2F"))
                                {
                                    Check.True(text.EndsWith(resource), $"the raw path, {what}: {text}");
                                }
                            }
                        }
                    }
                }
            }
        }

        public static void WhatIsChangedBehindTheHandlerIsRefused()
        {
            using (Signer signer = new Signer("key-id", "another"))
            using (Verifier verifier = new Verifier())
            {
                verifier.AddKey("key-id", "secret");
                using (Listener server = new Listener(verifier))
                using (HttpClient client = new HttpClient(
                    new SigningHandler(signer, "45186", new HttpClientHandler { UseProxy = false }, () => Time)))
                {
                    HttpResponseMessage answer =
                        client.PostAsync(server.Address + "/", new StringContent("x")).GetAwaiter().GetResult();
                    Check.Equal(401, (int)answer.StatusCode, "another secret");
                    Check.Equal("Authorization failed", answer.Content.ReadAsStringAsync().GetAwaiter().GetResult(), "the text");
                }
            }
        }

        public static void HeadersOfAnEarlierSignatureAreReplaced()
        {
            using (Signer signer = new Signer("key-id", "secret"))
            {
                Recorder recorder = new Recorder();
                using (HttpClient client = new HttpClient(new SigningHandler(signer, "45186", recorder, () => Time)))
                {
                    HttpRequestMessage request = new HttpRequestMessage(HttpMethod.Get, "http://x.invalid/");
                    foreach (string name in new[] { "X-DLG-DATE", "x-dlg-requester-userid", "X-Authorization" })
                    {
                        request.Headers.TryAddWithoutValidation(name, "an earlier one");
                    }
                    client.SendAsync(request).GetAwaiter().GetResult();
                    List<string> sent = recorder.Sent.Headers.SelectMany(header => header.Value).ToList();
                    Check.True(!sent.Contains("an earlier one"), string.Join("; ", sent));
                    Check.Equal(3, sent.Count, "the three headers");
                }
            }
        }

        public static void ARequestThatCannotBeSignedIsNotSent()
        {
            using (Signer signer = new Signer("key-id", "secret"))
            {
                Recorder recorder = new Recorder();
                Check.Refused(ErrorKind.InvalidArgument, () => new SigningHandler(signer, "", recorder), "no requester");
                SigningHandler handler = new SigningHandler(signer, "45186", recorder, () => Time);
                using (HttpMessageInvoker invoker = new HttpMessageInvoker(handler))
                {
                    foreach (string uri in new[] { null, "relative", "/v1/x" })
                    {
                        Check.Refused(ErrorKind.InvalidArgument, () => invoker.SendAsync(
                            new HttpRequestMessage(HttpMethod.Get, uri), CancellationToken.None).GetAwaiter().GetResult(),
                            "the URI " + uri);
                    }
                    signer.Dispose();
                    Check.Throws<ObjectDisposedException>(() => invoker.SendAsync(
                        new HttpRequestMessage(HttpMethod.Get, "http://x.invalid/"), CancellationToken.None).GetAwaiter().GetResult(),
                        "a disposed signer");
                    Check.True(recorder.Sent == null, "nothing was sent");
                }
            }
        }
    }
}
