// The golden corpus (tests/vectors), which an independent implementation made: every stage of every case.

using System;
using System.Collections.Generic;
using System.IO;
using System.Linq;
using System.Text;
using System.Web.Script.Serialization;
using Imza.Dlga;
using Imza.Haso;

namespace Imza.Tests
{
    /// <summary>A case of the corpus: what is given, and every stage.</summary>
    internal sealed class Case
    {
        private readonly IDictionary<string, object> members;

        internal Case(object members)
        {
            this.members = (IDictionary<string, object>)members;
        }

        internal static IEnumerable<Case> Of(params string[] files)
        {
            JavaScriptSerializer json = new JavaScriptSerializer { MaxJsonLength = int.MaxValue };
            foreach (string file in files)
            {
                string text = File.ReadAllText(Path.Combine(Runner.Root, "tests", "vectors", file), Encoding.UTF8);
                object[] cases = (object[])((IDictionary<string, object>)json.DeserializeObject(text))["cases"];
                Check.True(cases.Length > 0, file + " has cases");
                foreach (object each in cases)
                {
                    yield return new Case(each);
                }
            }
        }

        internal string Name => Text("name");

        internal bool Has(string name) => members[name] != null;

        internal string Text(string name) => (string)members[name];

        internal byte[] Bytes(string name) => Convert.FromBase64String(Text(name));

        internal long? Number(string name) => members[name] == null ? (long?)null : Convert.ToInt64(members[name]);

        internal bool Flag(string name) => (bool)members[name];

        internal Case Member(string name) => new Case(members[name]);

        internal Case[] Cases(string name) => ((object[])members[name]).Select(each => new Case(each)).ToArray();

        internal List<KeyValuePair<string, string>> Pairs(string name) => ((object[])members[name])
            .Select(pair => (object[])pair)
            .Select(pair => new KeyValuePair<string, string>((string)pair[0], (string)pair[1])).ToList();

        internal Dictionary<string, string> Map(string name) =>
            ((IDictionary<string, object>)members[name]).ToDictionary(pair => pair.Key, pair => (string)pair.Value);

        internal BodyLine BodyLine => new Dictionary<string, BodyLine>
        {
            ["when-present"] = BodyLine.WhenPresent, ["always"] = BodyLine.Always, ["never"] = BodyLine.Never,
        }[Text("body_line")];

        internal Request Request => new Request
        {
            Method = Text("method"), ContentType = Text("content_type"), Resource = Text("resource"),
            Body = Bytes("body_base64"), BodyLine = BodyLine,
        };
    }

    internal static class CorpusTests
    {
        // DLGA-5 to DLGA-12.
        public static void EveryStageOfASignature()
        {
            foreach (Case c in Case.Of("dlga.json", "dlga-more.json"))
            {
                Request request = c.Request;
                request.Date = c.Text("date");
                Check.Equal(c.Text("string_to_sign_base64"), Convert.ToBase64String(request.StringToSign()), c.Name);
                using (Signer signer = new Signer(c.Text("access_key_id"), c.Bytes("secret_base64")))
                {
                    Check.Equal(c.Text("authorization"), signer.Authorization(request), c.Name);
                    ReadOnlySpan<byte> body = request.Body;
                    request.Body = null;
                    Check.Equal(c.Text("authorization"), signer.Authorization(request, body), c.Name + ", a span");
                }
            }
        }

        // DLGA-1, DLGA-19.
        public static void EveryClock()
        {
            foreach (Case c in Case.Of("dlga-clock.json"))
            {
                long unix = c.Number("unix").Value;
                if (c.Has("text"))
                {
                    Check.Equal(c.Text("text"), Date.FromUnix(unix), c.Name);
                }
                else
                {
                    Check.Refused(ErrorKind.InvalidArgument, () => Date.FromUnix(unix), c.Name);
                }
            }
        }

        // DLGA-18: a date is signed with if and only if it is in the pattern, and it is the instant that the corpus says.
        public static void EveryDate()
        {
            using (Signer signer = new Signer("id", "secret"))
            using (Verifier verifier = new Verifier())
            {
                verifier.AddKey("id", "secret");
                verifier.SetWindow(0, 0);
                foreach (Case c in Case.Of("dlga-dates.json"))
                {
                    Request request = new Request { Method = "GET", Resource = "/", Date = c.Text("text") };
                    if (c.Has("unix"))
                    {
                        string value = signer.Authorization(request);
                        long unix = c.Number("unix").Value;
                        Check.Equal("id", verifier.Verify(request, value, "45186", unix).KeyId, c.Name);
                        Check.Refused(ErrorKind.DlgaClockSkew, () => verifier.Verify(request, value, "45186", unix + 1), c.Name);
                    }
                    else
                    {
                        ImzaException e = Check.Refused(
                            ErrorKind.InvalidArgument, () => signer.Authorization(request), c.Name);
                        // An empty text is not a date in the wrong pattern, but no date.
                        Check.Equal(request.Date == "" ? null : c.Number("offset"), e.Offset, c.Name);
                    }
                }
            }
        }

        private static readonly Dictionary<string, ErrorKind> Kinds = new Dictionary<string, ErrorKind>
        {
            ["headers-missing"] = ErrorKind.DlgaHeadersMissing,
            ["format-invalid"] = ErrorKind.DlgaFormatInvalid,
            ["date-invalid"] = ErrorKind.DlgaDateInvalid,
            ["unknown-key-id"] = ErrorKind.DlgaSignatureMismatch,
            ["signature-mismatch"] = ErrorKind.DlgaSignatureMismatch,
            ["clock-skew"] = ErrorKind.DlgaClockSkew,
            ["field-missing"] = ErrorKind.HasoFieldMissing,
            ["field-unknown"] = ErrorKind.HasoFieldUnknown,
            ["field-duplicate"] = ErrorKind.HasoFieldDuplicate,
            ["field-invalid"] = ErrorKind.HasoFieldInvalid,
            ["recipe-invalid"] = ErrorKind.HasoRecipeInvalid,
            ["recipe-unknown"] = ErrorKind.HasoRecipeUnknown,
            ["token-malformed"] = ErrorKind.HasoTokenMalformed,
            ["token-mismatch"] = ErrorKind.HasoTokenMismatch,
        };

        // DLGA-2 to DLGA-4, DLGA-13 to DLGA-20: the verdict, and an explanation that agrees with it.
        public static void EveryVerdictOnASignature()
        {
            foreach (Case c in Case.Of("dlga-verdicts.json"))
            {
                using (Verifier verifier = new Verifier())
                using (Dlga.Explainer explainer = new Dlga.Explainer())
                {
                    foreach (Case key in c.Cases("keys"))
                    {
                        verifier.AddKey(key.Text("access_key_id"), key.Bytes("secret_base64"));
                        explainer.AddKey(key.Text("access_key_id"), key.Bytes("secret_base64"));
                    }
                    long past = c.Number("past").Value, future = c.Number("future").Value;
                    verifier.SetWindow(past, future);
                    if (c.Has("now"))
                    {
                        explainer.At(c.Number("now").Value, past, future);
                    }
                    else
                    {
                        verifier.IgnoreClock();
                    }
                    List<KeyValuePair<string, string>> headers = c.Pairs("headers");
                    Case verdict = c.Member("verdict");
                    bool accepted = verdict.Text("kind") == "accepted";
                    Func<Accepted> verify = () => verifier.Verify(c.Request, headers, c.Number("now") ?? 0);
                    if (accepted)
                    {
                        Accepted who = verify();
                        Check.Equal(verdict.Number("key_index"), who.KeyIndex, c.Name);
                        Check.Equal(c.Cases("keys")[who.KeyIndex].Text("access_key_id"), who.KeyId, c.Name);
                        Check.Equal(verdict.Text("requester"), who.Requester, c.Name);
                    }
                    else
                    {
                        ImzaException e = Check.Refused(Kinds[verdict.Text("kind")], () => verify(), c.Name);
                        Check.Equal(verdict.Number("http_status"), e.HttpStatus, c.Name);
                        Check.Equal(verdict.Text("text"), e.VendorText, c.Name);
                        Check.Equal(verdict.Number("offset"), e.Offset, c.Name);
                        Check.Equal(verdict.Number("key_index"), e.KeyIndex, c.Name);
                        Check.Equal(
                            verdict.Text("kind") == "unknown-key-id", e.Message.Contains("no key"), c.Name + ": " + e.Message);
                    }
                    Explanation explanation = explainer.Explain(c.Request, headers);
                    Check.Equal(accepted, explanation.IsValid, c.Name + ": " + explanation);
                    Check.Equal(accepted, explanation.Refusal == "", c.Name);
                    Check.True(explanation.ToString().StartsWith(accepted ? "Valid" : "Refused"), c.Name);
                }
            }
        }

        private static Merchant MerchantOf(Case c, string id) => c.Text("hmac_key") == "merchant-salt"
            ? Merchant.SaltKeyed(id, Encoding.UTF8.GetBytes(c.Text("merchant_salt")))
            : new Merchant(id, c.Text("merchant_key"), c.Text("merchant_salt"));

        // HASO-1 to HASO-8.
        public static void EveryStageOfAToken()
        {
            foreach (Case c in Case.Of("haso.json", "haso-more.json"))
            {
                using (Merchant merchant = MerchantOf(c, c.Text("merchant_id")))
                using (Recipe recipe = Recipe.Find(c.Text("endpoint")))
                {
                    Dictionary<string, string> fields = c.Map("fields");
                    Check.Equal(
                        c.Text("message"), Encoding.UTF8.GetString(merchant.MessageRevealingSalt(recipe, fields)), c.Name);
                    Check.True(merchant.Message(recipe, fields).EndsWith("[salt]"), c.Name);
                    Check.Equal(c.Text("token"), merchant.Token(recipe, fields), c.Name);
                    Check.Equal(0, merchant.Verify(recipe, fields, c.Text("token")), c.Name);
                }
            }
        }

        // HASO-2, HASO-6, HASO-8.
        public static void EveryRecipe()
        {
            foreach (Case c in Case.Of("haso-recipes.json"))
            {
                if (c.Has("printed"))
                {
                    using (Recipe recipe = Recipe.Parse(c.Text("line")))
                    {
                        Check.Equal(c.Text("printed"), recipe.Print(), c.Name);
                    }
                }
                else
                {
                    ImzaException e = Check.Refused(
                        ErrorKind.HasoRecipeInvalid, () => Recipe.Parse(c.Text("line")), c.Name);
                    Check.Equal(c.Number("offset"), e.Offset, c.Name);
                }
            }
        }

        // HASO-2 to HASO-12.
        public static void EveryVerdictOnAToken()
        {
            foreach (Case c in Case.Of("haso-verdicts.json"))
            {
                Case verdict = c.Member("verdict");
                if (verdict.Text("kind") == "accepted")
                {
                    Check.Equal(verdict.Number("key_index"), Verify(c), c.Name);
                    continue;
                }
                ImzaException e = Check.Refused(Kinds[verdict.Text("kind")], () => Verify(c), c.Name);
                Check.Equal(verdict.Text("field"), e.Field, c.Name);
                Check.Equal(verdict.Number("offset"), e.Offset, c.Name);
                Check.Equal(null, e.KeyIndex, c.Name);
                Check.Equal(null, e.HttpStatus, c.Name);
                Check.Equal(null, e.VendorText, c.Name);
            }
        }

        private static int Verify(Case c)
        {
            Case[] secrets = c.Cases("secrets");
            using (Merchant merchant = MerchantOf(secrets[0], c.Text("merchant_id")))
            {
                foreach (Case older in secrets.Skip(1))
                {
                    byte[] salt = Encoding.UTF8.GetBytes(older.Text("merchant_salt"));
                    if (older.Text("hmac_key") == "merchant-salt")
                    {
                        merchant.AddOlderSalt(salt);
                    }
                    else
                    {
                        merchant.AddOlderSecret(Encoding.UTF8.GetBytes(older.Text("merchant_key")), salt);
                    }
                }
                using (Recipe recipe = c.Text("recipe") == "" ? Recipe.Find(c.Text("endpoint")) : Recipe.Parse(c.Text("recipe")))
                {
                    if (!c.Flag("field_checks"))
                    {
                        recipe.WithoutFieldChecks();
                    }
                    if (c.Flag("ignore_other_fields"))
                    {
                        recipe.IgnoringOtherFields();
                    }
                    return merchant.Verify(recipe, c.Pairs("fields"), c.Text("token"));
                }
            }
        }

        // DLGA-16, HASO-11: both schemes read the same tags.
        public static void EveryTag()
        {
            using (Merchant merchant = new Merchant("1000042", "key", "salt"))
            using (Recipe recipe = Recipe.Find("GetPaymentsOfTransaction"))
            using (Verifier verifier = new Verifier())
            {
                Dictionary<string, string> fields =
                    new Dictionary<string, string> { ["merchantOid"] = "1", ["transactionCode"] = "2" };
                Request request = new Request { Method = "GET", Date = "Tue, 09 Mar 2021 13:28:32 GMT", Resource = "/" };
                foreach (Case c in Case.Of("tags.json"))
                {
                    string text = c.Text("text");
                    Action token = () => merchant.Verify(recipe, fields, text);
                    Action header = () => verifier.Verify(request, "DLGA id:" + text, "45186", 1615296512);
                    if (c.Has("hex"))
                    {
                        Check.Refused(ErrorKind.HasoTokenMismatch, token, c.Name);
                        Check.Refused(ErrorKind.DlgaSignatureMismatch, header, c.Name);
                        continue;
                    }
                    ImzaException e = Check.Refused(ErrorKind.HasoTokenMalformed, token, c.Name);
                    Check.Equal(c.Number("offset"), e.Offset, c.Name);
                    if (text.TrimEnd(' ') == text) // spaces around a header's value do not count (DLGA-4)
                    {
                        Check.Refused(ErrorKind.DlgaFormatInvalid, header, c.Name);
                    }
                }
            }
        }
    }
}
