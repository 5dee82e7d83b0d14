// What the layer above the C interface sees to: refusals, strings, disposal, threads, secrets.

using System;
using System.Collections.Generic;
using System.Linq;
using System.Reflection;
using System.Text;
using System.Threading;
using Imza.Dlga;
using Imza.Haso;

namespace Imza.Tests
{
    internal static class BehaviourTests
    {
        private const string KeyId = "key-id", Secret = "s3cret-not-real", Key = "k3y-not-real", Salt = "s4lt-not-real";
        private const long Now = 1615296512;

        private static readonly DateTimeOffset Time = DateTimeOffset.FromUnixTimeSeconds(Now);

        private static readonly Dictionary<string, string> Fields =
            new Dictionary<string, string> { ["customerId"] = "5500123", ["dealerSegment"] = "GOLD" };

        private static Request Call() => Request.PostJson("/v1/x?a=1", "{\"şube\":\"1\"}");

        private static Signer NewSigner() => new Signer(KeyId, Secret);

        private static Verifier NewVerifier()
        {
            Verifier verifier = new Verifier();
            verifier.AddKey(KeyId, Secret);
            return verifier;
        }

        private static Merchant NewMerchant() => new Merchant("1000042", Key, Salt);

        private static List<KeyValuePair<string, string>> Signed()
        {
            using (Signer signer = NewSigner())
            {
                return signer.Sign(Call(), "45186", Time).ToList();
            }
        }

        public static void EitherSetOfHeaderNamesIsWrittenAndVerified()
        {
            using (Signer signer = NewSigner())
            using (Verifier verifier = NewVerifier())
            {
                foreach (HeaderNames names in new[] { HeaderNames.XDlg, HeaderNames.X })
                {
                    signer.HeaderNames = names;
                    IReadOnlyList<KeyValuePair<string, string>> headers = signer.Sign(Call(), "45186", Time);
                    Check.Equal(names == HeaderNames.X ? "X-Authorization" : "x-dlg-authorization", headers[2].Key, "the name");
                    Check.Equal("45186", verifier.Verify(Call(), headers, Time).Requester, names.ToString());
                }
            }
        }

        public static void ATextOrItsBytesAreTheSameSecret()
        {
            byte[] bytes = Encoding.UTF8.GetBytes(Secret);
            using (Signer text = NewSigner())
            using (Signer span = new Signer(KeyId, new ReadOnlySpan<byte>(bytes)))
            using (Signer array = new Signer(KeyId, bytes))
            {
                string expected = text.Sign(Call(), "45186", Time)[2].Value;
                Check.Equal(expected, span.Sign(Call(), "45186", Time)[2].Value, "a span");
                Check.Equal(expected, array.Sign(Call(), "45186", Time)[2].Value, "an array");
            }
        }

        public static void ALongTextComesBackWhole()
        {
            Request request = Call();
            request.Date = Date.FromUnix(Now);
            foreach (int length in new[] { 400, 430, 440, 450, 460, 512, 1 << 20 })
            {
                request.Body = Enumerable.Repeat((byte)'x', length).ToArray();
                string text = Encoding.UTF8.GetString(request.StringToSign());
                Check.Equal(
                    $"POST\napplication/json\n{request.Date}\n{new string('x', length)}\n/v1/x?a=1", text, length + " bytes");
            }
        }

        public static void ArgumentsThatCannotBeWorkedWithAreNamed()
        {
            using (Signer signer = NewSigner())
            {
                Dictionary<string, Action> cases = new Dictionary<string, Action>
                {
                    ["access key id"] = () => new Signer("", Secret),
                    ["secret"] = () => new Signer(KeyId, ""),
                    ["requester"] = () => signer.Sign(Call(), " ", Time),
                    ["requester id"] = () => signer.Sign(Call(), "45\r\nx: y", Time),
                    ["resource"] = () => signer.Sign(Request.PostJson("v1", ""), "45186", Time),
                    ["method"] = () => signer.Sign(new Request { Resource = "/" }, "45186", Time),
                    ["1970"] = () => signer.Sign(Call(), "45186", DateTimeOffset.FromUnixTimeSeconds(-1)),
                    ["merchant id"] = () => new Merchant("", Key, Salt),
                    ["salt"] = () => new Merchant("1000042", Key, ""),
                };
                foreach (KeyValuePair<string, Action> each in cases)
                {
                    ImzaException e = Check.Refused(ErrorKind.InvalidArgument, each.Value, each.Key);
                    Check.True(e.Message.Contains(each.Key), $"{each.Key}: {e.Message}");
                    Check.Equal("IMZA_INVALID_ARGUMENT", e.StatusName, "its name");
                }
                Check.Equal(2L, Check.Refused(
                    ErrorKind.InvalidArgument, () => signer.Sign(Call(), "45\n", Time), "line feed").Offset, "the place");
                Check.Throws<ArgumentNullException>(() => signer.Sign(null, "45186", Time), "no request");
                Check.Throws<ArgumentNullException>(() => signer.Authorization(null), "no request");
                Check.Throws<ArgumentNullException>(() => new SigningHandler(null, "45186", null), "no signer");
            }
            using (Verifier verifier = NewVerifier())
            {
                Check.Throws<ArgumentNullException>(() => verifier.Verify(Call(), null, Time), "no headers");
                Check.Throws<ArgumentNullException>(() => verifier.Verify(null, Signed(), Time), "no request");
                Check.Refused(ErrorKind.InvalidArgument, () => verifier.SetWindow(-1, 0), "a negative window");
                Check.Refused(ErrorKind.InvalidArgument, () => verifier.AddKey("a:b", Secret), "an id with a colon");
                Check.Equal(0, verifier.Verify(Call(), Signed(), Time).KeyIndex, "the verifier is as before");
            }
            using (Merchant merchant = NewMerchant())
            using (Recipe recipe = Recipe.Find("SetPreDefinedLimit"))
            {
                Check.Throws<ArgumentNullException>(() => merchant.Token(null, Fields), "no recipe");
                Check.Throws<ArgumentNullException>(() => merchant.Token(recipe, null), "no fields");
            }
        }

        public static void LoneSurrogatesAreRefusedByName()
        {
            const string High = "aş\ud83d", Low = "aş\udc00b", Swapped = "aş\udc00\ud83d";
            foreach (string lone in new[] { High, Low, Swapped })
            {
                Dictionary<string, Action<Signer, Verifier>> cases = new Dictionary<string, Action<Signer, Verifier>>
                {
                    ["the access key id"] = (s, v) => new Signer(lone, Secret),
                    ["the secret"] = (s, v) => new Signer(KeyId, lone),
                    ["the requester id"] = (s, v) => s.Sign(Call(), lone, Time),
                    ["the resource"] = (s, v) => s.Sign(Request.PostJson(lone, ""), "45186", Time),
                    ["the body"] = (s, v) => Request.PostJson("/", lone),
                    ["the content type"] = (s, v) => s.Sign(new Request { ContentType = lone }, "45186", Time),
                    ["the value of the header x-dlg-date"] =
                        (s, v) => v.Verify(Call(), new Dictionary<string, string> { ["x-dlg-date"] = lone }, Time),
                    ["the endpoint"] = (s, v) => Recipe.Find(lone),
                    ["the merchant key"] = (s, v) => new Merchant("1000042", lone, Salt),
                };
                using (Signer signer = NewSigner())
                using (Verifier verifier = NewVerifier())
                {
                    foreach (KeyValuePair<string, Action<Signer, Verifier>> each in cases)
                    {
                        ImzaException e = Check.Refused(ErrorKind.InvalidArgument, () => each.Value(signer, verifier), each.Key);
                        Check.True(e.Message.StartsWith(each.Key + " is not Unicode text"), e.Message);
                        Check.Equal(3L, e.Offset, each.Key);
                        Check.True(!e.Message.Contains("aş"), "no byte of what may be a secret");
                    }
                }
            }
            using (Merchant merchant = NewMerchant())
            using (Recipe recipe = Recipe.Find("SetPreDefinedLimit"))
            {
                ImzaException value = Check.Refused(ErrorKind.HasoFieldInvalid, () => merchant.Token(
                    recipe, new Dictionary<string, string> { ["customerId"] = High, ["dealerSegment"] = "GOLD" }), "a value");
                Check.Equal("customerId", value.Field, "the field");
                Check.Equal(3L, value.Offset, "the place");
                Check.Refused(ErrorKind.HasoFieldUnknown, () => merchant.Token(
                    recipe, new Dictionary<string, string> { [High] = "1" }), "a name");
            }
            // A whole pair is a character like any other.
            using (Signer signer = NewSigner())
            using (Verifier verifier = NewVerifier())
            {
                IReadOnlyList<KeyValuePair<string, string>> headers = signer.Sign(Call(), "\ud83d\ude00", Time);
                Check.Equal("\ud83d\ude00", verifier.Verify(Call(), headers, Time).Requester, "a pair");
            }
        }

        public static void TheMatchingKeyIsNamedAlsoWhereTheClockRefuses()
        {
            using (Verifier verifier = new Verifier())
            {
                verifier.AddKey(KeyId, "an older secret");
                verifier.AddKey(KeyId, Secret);
                Check.Equal(1, verifier.Verify(Call(), Signed(), Time).KeyIndex, "the second key");
                Check.Equal(1, verifier.Verify(Call(), Signed(), Now + 900).KeyIndex, "exactly 15 minutes");
                ImzaException late =
                    Check.Refused(ErrorKind.DlgaClockSkew, () => verifier.Verify(Call(), Signed(), Now + 901), "late");
                Check.Equal(1, late.KeyIndex, "the key");
                Check.Equal(403, late.HttpStatus, "the status");
                Check.Equal("Request time may not be correct.", late.VendorText, "the text");
                Check.Refused(ErrorKind.DlgaClockSkew, () => verifier.Verify(Call(), Signed(), long.MaxValue), "the end of time");
                Check.Refused(ErrorKind.DlgaClockSkew, () => verifier.Verify(Call(), Signed(), long.MinValue), "its beginning");
                verifier.IgnoreClock();
                Check.Equal(1, verifier.Verify(Call(), Signed(), long.MinValue).KeyIndex, "the clock is ignored");
            }
        }

        public static void ADisposedObjectIsAnErrorAndDisposingTwiceIsNone()
        {
            List<KeyValuePair<string, string>> signed = Signed();
            Signer signer = NewSigner();
            Verifier verifier = NewVerifier();
            Dlga.Explainer explainer = new Dlga.Explainer();
            Merchant merchant = NewMerchant();
            Recipe recipe = Recipe.Find("SetPreDefinedLimit"), open = Recipe.Find("SetPreDefinedLimit");
            Haso.Explainer merchantExplainer = new Haso.Explainer("1000042", Key, Salt);
            Discoverer discoverer = new Discoverer("1000042", Key, Salt);
            Merchant openMerchant = NewMerchant();
            IDisposable[] all = { signer, verifier, explainer, merchant, recipe, merchantExplainer, discoverer };
            foreach (IDisposable each in all.Concat(all))
            {
                each.Dispose();
            }
            Dictionary<string, Action> uses = new Dictionary<string, Action>
            {
                ["Signer"] = () => signer.Sign(Call(), "45186", Time),
                ["Verifier"] = () => verifier.Verify(Call(), signed, Time),
                ["Verifier, changed"] = () => verifier.AddKey(KeyId, Secret),
                ["Explainer"] = () => explainer.Explain(Call(), signed),
                ["Merchant"] = () => merchant.Token(open, Fields),
                ["Recipe"] = () => openMerchant.Token(recipe, Fields),
                ["Recipe, printed"] = () => recipe.Print(),
                ["Discoverer"] = () => discoverer.Discover(1),
                ["Explainer of tokens"] = () => merchantExplainer.Explain(open, Fields, "x"),
            };
            foreach (KeyValuePair<string, Action> use in uses)
            {
                ObjectDisposedException e = Check.Throws<ObjectDisposedException>(use.Value, use.Key);
                Check.True(use.Key.StartsWith(e.ObjectName), $"{use.Key}: {e.ObjectName}");
            }
            Check.Equal("Imza.Haso.Recipe (disposed)", recipe.ToString(), "a text all the same");
            open.Dispose();
            openMerchant.Dispose();
        }

        public static void ThreadsShareEverything()
        {
            List<KeyValuePair<string, string>> signed = Signed();
            using (Signer signer = NewSigner())
            using (Verifier verifier = NewVerifier())
            using (Merchant merchant = NewMerchant())
            using (Recipe recipe = Recipe.Find("SetPreDefinedLimit"))
            {
                string token = merchant.Token(recipe, Fields);
                InParallel(8, thread =>
                {
                    for (int i = 0; i < 500; i++)
                    {
                        Check.Equal(signed[2].Value, signer.Sign(Call(), "45186", Time)[2].Value, "a signature");
                        Check.Equal(0, verifier.Verify(Call(), signed, Time).KeyIndex, "a verdict");
                        Check.Equal(0, merchant.Verify(recipe, Fields, token), "a token");
                        if (i % 50 == 0)
                        {
                            verifier.AddKey($"other-{thread}-{i}", Secret);
                        }
                    }
                });
                Check.Equal(KeyId, verifier.Verify(Call(), signed, Time).KeyId, "80 keys later");
            }
        }

        public static void DisposingWhileOtherThreadsSignIsAnErrorForThemAndNoCrash()
        {
            string expected = Signed()[2].Value;
            for (int round = 0; round < 20; round++)
            {
                Signer signer = NewSigner();
                using (CountdownEvent begun = new CountdownEvent(4))
                {
                    int ended = 0;
                    InParallel(5, thread =>
                    {
                        if (thread == 4)
                        {
                            begun.Wait();
                            signer.Dispose();
                            return;
                        }
                        try
                        {
                            for (int i = 0; ; i++)
                            {
                                Check.Equal(expected, signer.Sign(Call(), "45186", Time)[2].Value, "a signature");
                                if (i == 0)
                                {
                                    begun.Signal();
                                }
                            }
                        }
                        catch (ObjectDisposedException)
                        {
                            Interlocked.Increment(ref ended);
                        }
                    });
                    Check.Equal(4, ended, "every thread ends by the exception");
                }
            }
        }

        private static void InParallel(int count, Action<int> action)
        {
            Exception failure = null;
            Thread[] threads = Enumerable.Range(0, count).Select(index => new Thread(() =>
            {
                try
                {
                    action(index);
                }
                catch (Exception e)
                {
                    failure = e;
                }
            })).ToArray();
            foreach (Thread thread in threads)
            {
                thread.Start();
            }
            foreach (Thread thread in threads)
            {
                thread.Join();
            }
            Check.True(failure == null, "a thread: " + failure);
        }

        public static void NoSecretIsShown()
        {
            using (Signer signer = NewSigner())
            using (Verifier verifier = NewVerifier())
            using (Dlga.Explainer explainer = new Dlga.Explainer())
            using (Merchant merchant = NewMerchant())
            using (Haso.Explainer merchantExplainer = new Haso.Explainer("1000042", Key, Salt))
            using (Discoverer discoverer = new Discoverer("1000042", Key, Salt))
            using (Recipe recipe = Recipe.Find("SetPreDefinedLimit"))
            {
                explainer.AddKey(KeyId, Secret);
                Request wrong = Call();
                wrong.Resource = "/" + Secret;
                Dictionary<string, string> fields = new Dictionary<string, string>(Fields) { ["dealerSegment"] = Salt };
                List<object> shown = new List<object>
                {
                    signer, verifier, explainer, merchant, merchantExplainer, discoverer, recipe,
                    explainer.Explain(wrong, Signed()), merchantExplainer.Explain(recipe, fields, new string('x', 44)),
                    Check.Refused(ErrorKind.DlgaSignatureMismatch, () => verifier.Verify(wrong, Signed(), Time), "wrong"),
                    Check.Refused(ErrorKind.HasoFieldInvalid, () => merchant.Token(recipe, fields), "too long"),
                    merchant.Message(recipe, Fields),
                };
                foreach (object each in shown)
                {
                    // A debugger shows ToString and the properties.
                    string text = each + " " + string.Join(" ", each.GetType().GetProperties()
                        .Where(property => property.GetIndexParameters().Length == 0).Select(property => property.GetValue(each)));
                    foreach (string secret in new[] { Secret, Key, Salt })
                    {
                        Check.True(!text.Contains(secret), $"{each.GetType().Name} shows {secret}: {text}");
                    }
                }
                Check.Equal("Imza.Dlga.Signer [redacted]", signer.ToString(), "the signer");
            }
        }

        public static void TheFieldAtFaultIsNamed()
        {
            string name = new string('x', 200);
            using (Merchant merchant = NewMerchant())
            using (Recipe recipe = Recipe.Parse($"merchantId + {name} + merhant_salt"))
            {
                List<KeyValuePair<string, string>> none = new List<KeyValuePair<string, string>>();
                Check.Equal(
                    name, Check.Refused(ErrorKind.HasoFieldMissing, () => merchant.Token(recipe, none), "missing").Field, "whole");
                KeyValuePair<string, string> field = new KeyValuePair<string, string>(name, "1");
                Check.Equal(name, Check.Refused(
                    ErrorKind.HasoFieldDuplicate, () => merchant.Verify(recipe, new[] { field, field }, "x"), "twice").Field, "whole");
                // Not a dictionary with [name] = "1": Debian's mcs makes wrong code of an index initializer with a captured key.
                KeyValuePair<string, string> unknown = new KeyValuePair<string, string>("a\n", "2");
                Check.Equal("a\\n", Check.Refused(
                    ErrorKind.HasoFieldUnknown, () => merchant.Token(recipe, new[] { field, unknown }), "unknown").Field, "escaped");
            }
        }

        public static void AnExplanationNamesTheMistake()
        {
            using (Dlga.Explainer explainer = new Dlga.Explainer())
            {
                explainer.AddKey("another", "another secret");
                explainer.AddKey(KeyId, Secret);
                Request received = Call();
                received.Body = received.Body.Concat(new[] { (byte)'\n' }).ToArray();
                Explanation explanation = explainer.Explain(received, Signed());
                Check.True(!explanation.IsValid && explanation.Refusal != "", "refused");
                Check.True(explanation.Matches.Count > 0, explanation.ToString());
                Check.Equal(1, explanation.Matches[0].KeyIndex, "the key");
                Check.True(explanation.Matches[0].Text.Contains("newline"), explanation.Matches[0].Text);
                Check.True(explanation.ToString().Contains("The signature matches when"), explanation.ToString());
                Check.True(explanation.Tried > 0 && !explanation.WasCutShort, "what was tried");
                Check.True(explanation.SignedText.Contains("/v1/x?a=1"), explanation.SignedText);
                Check.True(explanation.SignedHex.StartsWith("504f5354"), explanation.SignedHex);
            }
            using (Haso.Explainer explainer = new Haso.Explainer("1000042", Salt, Key)) // exchanged
            using (Merchant merchant = NewMerchant())
            using (Recipe recipe = Recipe.Find("SetPreDefinedLimit"))
            {
                Explanation explanation = explainer.Explain(recipe, Fields, merchant.Token(recipe, Fields));
                Check.True(explanation.ToString().Contains("The token matches when"), explanation.ToString());
            }
        }

        public static void ARecipeIsDiscovered()
        {
            // The golden corpus' first request; its token is under the merchant key.
            const string token = "Ptn4OKqlNgqE6KNbxPoYrSYVwQH6g+PUZehyYxF8SAY=";
            Dictionary<string, string> fields = new Dictionary<string, string>
            {
                ["ipAddress"] = "85.105.1.2", ["customerId"] = "5500123", ["dealerSegment"] = "GOLD",
            };
            using (Discoverer discoverer = new Discoverer("1000042", "merchant-key-not-real", "merchant-salt-not-real"))
            {
                ImzaException e = Check.Throws<ImzaException>(() => discoverer.AddSample(fields, "short"), "a malformed token");
                Check.Equal(ErrorKind.HasoTokenMalformed, e.Kind, "kind");
                Check.Throws<ArgumentOutOfRangeException>(() => discoverer.Discover(-1), "a negative number of tries");
                Check.Equal(0, discoverer.Discover().Found.Count, "nothing without a sample");
                discoverer.AddSample(fields, token);
                Discovery discovery = discoverer.Discover();
                Check.Equal(1, discovery.Found.Count, "recipes");
                Check.Equal("merchantId + customerId + dealerSegment + ipAddress + merhant_salt", discovery.Found[0].ToString(), "recipe");
                Check.Equal("merchant-key", discovery.Found[0].HmacKey, "key");
                Check.True(discovery.IsComplete && discovery.Notes == "" && discovery.Tried > 10, "everything was tried");
            }
            using (Discoverer discoverer = Discoverer.SaltKeyed("1000042", Encoding.UTF8.GetBytes("merchant-salt-not-real")))
            {
                discoverer.AddSample(fields, token);
                Discovery discovery = discoverer.Discover(5);
                Check.True(discovery.Found.Count == 0 && !discovery.IsComplete && discovery.Tried <= 5, "the bound is kept");
            }
        }

        public static void WhatIsNotDisposedIsCollected()
        {
            for (int i = 0; i < 2000; i++)
            {
                NewSigner().Sign(Call(), "45186", Time);
                NewVerifier().Verify(Call(), Signed(), Time);
            }
            GC.Collect();
            GC.WaitForPendingFinalizers();
            Check.Equal(3, Signed().Count, "and others still sign");
        }
    }
}
