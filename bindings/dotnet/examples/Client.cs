// A signing client: makes both documented calls and prints the answers.
//
//     client http://127.0.0.1:8080 [SECONDS]      (how old the DLGA date shall be; 0 unless told)
//
// The credentials come from the environment: DLGA_KEY_ID, DLGA_SECRET, HASO_MERCHANT_ID, HASO_KEY, HASO_SALT.
// Exits with 1 when an answer has not the status 200.

using System;
using System.Collections.Generic;
using System.Net.Http;
using System.Text;
using System.Threading.Tasks;
using Imza.Dlga;
using Imza.Haso;

internal static class Client
{
    private static int Main(string[] arguments)
    {
        string server = arguments.Length > 0 ? arguments[0] : "http://127.0.0.1:8080";
        TimeSpan age = TimeSpan.FromSeconds(arguments.Length > 1 ? int.Parse(arguments[1]) : 0);
        bool done = TransactionHash(server, age).GetAwaiter().GetResult();
        return Limit(server).GetAwaiter().GetResult() && done ? 0 : 1;
    }

    /// <summary>Diyalog's call: every request of this HttpClient is signed.</summary>
    private static async Task<bool> TransactionHash(string server, TimeSpan age)
    {
        HttpClientHandler inner = new HttpClientHandler { AllowAutoRedirect = false, UseProxy = false };
        using (Signer signer = new Signer(Variable("DLGA_KEY_ID"), Variable("DLGA_SECRET")))
        using (HttpClient http = new HttpClient(
            new SigningHandler(signer, "45186", inner, () => DateTimeOffset.UtcNow - age)))
        {
            const string Body = @"{""customerId"" : ""123456"", ""deviceHash"" : ""fwCZgi6zl2DPuNck6H644eq6JfPZpXKCqa2ouP2JS+k=""}";
            HttpResponseMessage answer = await http.PostAsync(
                server + "/v1/application/gettransactionhashforonlinehelp",
                new StringContent(Body, Encoding.UTF8, "application/json"));
            return await Print("gettransactionhashforonlinehelp", answer);
        }
    }

    /// <summary>Haso's call: the token is one more field.</summary>
    private static async Task<bool> Limit(string server)
    {
        using (Merchant merchant = new Merchant(Variable("HASO_MERCHANT_ID"), Variable("HASO_KEY"), Variable("HASO_SALT")))
        using (Recipe recipe = Recipe.Find("SetPreDefinedLimit"))
        using (HttpClient http = new HttpClient(new HttpClientHandler { UseProxy = false }))
        {
            Dictionary<string, string> fields = new Dictionary<string, string>
            {
                ["customerId"] = "5500123", ["dealerSegment"] = "GOLD", ["ipAddress"] = "85.105.1.2",
            };
            string token = merchant.Token(recipe, fields);
            // No value here needs an escape in JSON; a real program uses a JSON library.
            string body = $@"{{""merchantId"":""{Variable("HASO_MERCHANT_ID")}"",""customerId"":""5500123"","
                + $@"""dealerSegment"":""GOLD"",""ipAddress"":""85.105.1.2"",""requestToken"":""{token}""}}";
            HttpResponseMessage answer = await http.PostAsync(
                server + "/RequestV2/SetPreDefinedLimit", new StringContent(body, Encoding.UTF8, "application/json"));
            return await Print("SetPreDefinedLimit", answer);
        }
    }

    private static async Task<bool> Print(string call, HttpResponseMessage answer)
    {
        Console.WriteLine($"{call}: {(int)answer.StatusCode} {await answer.Content.ReadAsStringAsync()}");
        return answer.IsSuccessStatusCode;
    }

    private static string Variable(string name) => Environment.GetEnvironmentVariable(name)
        ?? throw new Exception($"the environment variable {name} is not set");
}
