using System;
using System.Diagnostics;
using System.IO;
using System.Linq;
using Imza.Dlga;

static class Program
{
    static void Main()
    {
        using (var signer = new Signer("1234567-8ABC-DEF0-5432-56712ABCDEF5", "not-a-real-secret"))
        {
            for (var line = Console.ReadLine(); line != null; line = Console.ReadLine())
            {
                var words = line.Split(' ');
                var count = long.Parse(words[0]);
                var body = File.ReadAllBytes(words[2]);
                var time = DateTimeOffset.FromUnixTimeSeconds(1615296512);
                var authorization = "";
                var watch = Stopwatch.StartNew();
                for (long i = 0; i < count; i++)
                {
                    var request = new Request
                    {
                        Method = "POST", ContentType = "application/json", Resource = words[1], Body = body,
                    };
                    var headers = signer.Sign(request, "45186", time);
                    authorization = headers.First(header => header.Key == "x-dlg-authorization").Value;
                }
                Console.WriteLine($"{watch.ElapsedTicks * (1000000000 / Stopwatch.Frequency)} {authorization}");
            }
        }
    }
}
